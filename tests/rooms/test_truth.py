"""The truth that a film states about eyes and texture is true of its pictures."""

import importlib

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from course_lib import studio
from course_lib.studio import mesh, renderer

# by name, because `studio.film` is the function
filming = importlib.import_module("course_lib.studio.film")
SIZE = 192
EYES = studio.PARTS.index("eyes")
CAMERA = studio.Camera(focal=16.0, look_at=(0.0, 0.06, 0.0))  # close to both eyes


@pytest.fixture(scope="module")
def light_eyed():
    """Irises much darker than the white of the eye, and of no other colour than it."""
    return studio.cast(11).but(iris=[0.01, 0.01, 0.01])


def iris_centres(actor, gaze):
    """Where the dark of each eye is in the picture, (2, 2) pixels x and y, picture's left first."""
    clip = studio.film(
        actor, studio.still(gaze=gaze, eyeWideLeft=0.6, eyeWideRight=0.6), size=SIZE, camera=CAMERA
    )
    dark = (clip.truth["parts"][0] == EYES) & (clip.frames[0].mean(-1) < 70)
    y, x = np.nonzero(dark)
    left = x < SIZE / 2
    assert left.sum() > 20 and (~left).sum() > 20
    return np.array([[x[s].mean(), y[s].mean()] for s in (left, ~left)])


def gaze_moves_irises(actor):
    """Positive yaw looks to the person's left (the picture's right), positive pitch looks up."""
    sideways = iris_centres(actor, (0.3, 0.0)) - iris_centres(actor, (-0.3, 0.0))
    upwards = iris_centres(actor, (0.0, 0.2)) - iris_centres(actor, (0.0, -0.2))
    return (sideways[:, 0] > 4).all() and (upwards[:, 1] < -1).all()


def test_irises_go_where_the_gaze_says(light_eyed):
    assert gaze_moves_irises(light_eyed)


@pytest.mark.parametrize("sign", [(-1, 1), (1, -1)])
def test_a_mirrored_gaze_is_noticed(light_eyed, monkeypatch, sign):
    def mirrored(m, gaze):
        return mesh.turn_eyes(m, gaze * torch.tensor(sign, dtype=torch.float32))

    monkeypatch.setattr(filming, "turn_eyes", mirrored)
    assert not gaze_moves_irises(light_eyed)


def colour_at(actor, uv):
    """The atlas, as fine as the film used it, at coordinates (P, 2) -> (P, 3) linear RGB."""
    atlas = renderer.shrink(actor.atlas, 128, 0.55)
    at = torch.as_tensor(uv, dtype=torch.float32).view(1, 1, -1, 2) * 2 - 1
    return F.grid_sample(atlas[None], at, align_corners=False)[0, :, 0].T.numpy()


def uv_explains_picture(actor, clip):
    """Under white light from everywhere a pixel's chroma is the albedo's that its uv points at."""
    inside = clip.truth["parts"][0] == studio.PARTS.index("clothes")
    inside |= clip.truth["parts"][0] == studio.PARTS.index("hair")
    albedo = colour_at(actor, clip.truth["uv"][0][inside].astype(np.float32))
    seen = (clip.frames[0][inside] / 255.0) ** renderer.GAMMA
    bright = seen.max(1) > 0.02
    share = [x[bright] / x[bright].sum(1, keepdims=True) for x in (albedo, seen)]
    return np.median(np.abs(share[0] - share[1]).max(1)) < 0.02


def test_the_uv_layer_points_at_what_the_picture_shows():
    actor = studio.cast(8).but(hair_colour=[0.5, 0.1, 0.02], cloth_colour=[0.05, 0.2, 0.6])
    white = torch.zeros(9, 3)
    white[0] = 1 / 0.2821
    clip = studio.film(actor, studio.still(), size=128, light=white, layers=("uv",))
    assert uv_explains_picture(actor, clip)
    clip.truth["uv"] = 1 - clip.truth["uv"]
    assert not uv_explains_picture(actor, clip)
    clip.truth["uv"] = np.zeros_like(clip.truth["uv"])
    assert not uv_explains_picture(actor, clip)


def test_the_uv_layer_is_empty_where_nobody_is():
    clip = studio.film(studio.cast(8), studio.still(), size=64, layers=("uv",))
    covered = (clip.truth["uv"][0] != 0).any(-1)
    assert (covered == (clip.truth["parts"][0] > 0)).all()
