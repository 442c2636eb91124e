"""Faults once planted in the tracker's and the compositor's light that no other test saw."""

import numpy as np
import pytest
import torch

from course_lib import studio
from course_lib.taught.foundations.faces_in_3d import sh_basis
from course_lib.taught.video import face_tracker as T
from course_lib.taught.video import reenactment as R

GREY = 0.4


@pytest.fixture(scope="module")
def scene():
    """The mean person in the light of a window, seen as the studio's camera sees an actor."""
    space = T.FaceSpace()
    still = studio.film(studio.cast(10), studio.still(), size=64)
    place = torch.from_numpy(still.truth["pose"][0, 3:]).float()
    light = studio.light_coefficients("window")[0]
    state = T.State(torch.zeros(40), torch.eye(3), place, light)
    camera = T.Camera(studio.Camera().focal * 64, 63.5, 63.5, 128)
    return R.Layers(space), T.Person(space), camera, state


def smile():
    delta = torch.zeros(52)
    for name in ("mouthSmileLeft", "mouthSmileRight", "cheekPuff"):
        delta[studio.EXPRESSIONS.index(name)] = 1.0
    return delta


def test_skin_that_turns_to_the_light_gets_brighter(scene):
    """On a frame of plain grey the composite is the ratio of new to old shading (inverted: -1)."""
    layers, person, camera, state = scene
    flat = torch.full((128, 128, 3), GREY)
    face, _ = R.composite(layers, person, camera, flat, state, smile())
    _, before = T.pose(person, state)
    vertices, after = T.pose(person, state, person.shape_of(smile()))
    shade = [
        (sh_basis(torch.nn.functional.normalize(n, dim=1)) @ state.gamma) for n in (before, after)
    ]
    wanted = (shade[1] / shade[0]).log().mean(1)
    got = (R.look_up(face, camera.pixels(vertices)[None])[0] / GREY).log().mean(1)
    used = (after[:, 2] > 0.5) & (layers.relit > 0.9) & (wanted.abs() > 0.02)
    assert used.sum() > 50
    assert np.corrcoef(got[used], wanted[used])[0, 1] > 0.7


def test_a_mouth_filmed_in_twice_the_light_is_halved(scene):
    layers, person, camera, state = scene
    flat = torch.full((128, 128, 3), GREY)
    vertices, normals = T.pose(person, state)
    lent = (flat, vertices, normals, camera, 2 * state.gamma)
    wide = smile()
    wide[studio.EXPRESSIONS.index("jawOpen")] = 0.4
    _, parts = R.composite(layers, person, camera, flat, state, wide, lent)
    inside = parts["mouth"][parts["alpha"][..., 0] > 0.9]
    assert 0.4 < float(inside.median()) / GREY < 0.6


def test_pixels_are_made_linear_with_the_film_s_gamma():
    """sRGB's middle grey, 186 of 255, holds half the light; and film and tracker agree on it."""
    picture, _ = T.pyramid(np.full((64, 64, 3), 186, np.uint8), 1)[0]
    assert float(picture.mean()) == pytest.approx(0.5, abs=0.002)


def test_twice_the_light_is_twice_as_bright_in_linear_pixels():
    light = 0.4 * studio.light_coefficients("soft")[0]
    films = [studio.film(studio.cast(10), size=64, light=k * light) for k in (1, 2)]
    dark, bright = (f.frames[0].astype(float) / 255 for f in films)
    skin = (bright - dark > 0.05) & (dark > 0.2) & (bright < 0.95)
    assert skin.sum() > 200
    assert np.median((bright[skin] / dark[skin]) ** 2.2) == pytest.approx(2, rel=0.04)
