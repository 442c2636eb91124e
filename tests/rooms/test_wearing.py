"""An actor who wears another's face: where it is whose, and that it can be filmed."""

import numpy as np
import pytest
import torch

from course_lib import studio
from course_lib.human import load
from course_lib.studio.wearing import TILES, fitted, share_of_face, shares


@pytest.fixture(scope="module")
def trio():
    """A, B, and A with B's face."""
    a, b = studio.cast(16), studio.cast(27)
    return a, b, studio.wearing(a, b)


def test_skull_ears_and_neck_stay(trio):
    a, _, worn = trio
    h = load()
    outside = shares()[0][:, 0] == 0
    assert torch.equal(worn.head[outside], a.head[outside])
    behind = h.head_mean[:, 2] < 0
    inner = torch.unique(torch.cat([h.head_faces[k] for k in ("eyes", "cavity", "teeth")]))
    behind[inner] = False
    behind[torch.unique(torch.cat([h.head_faces[k] for k in ("tongue", "socket", "lashes")]))] = 0
    assert outside[behind].all() and 0.3 < outside.float().mean() < 0.95
    assert torch.equal(worn.head[h.landmarks_head[8]], a.head[h.landmarks_head[8]])  # the chin
    assert worn.look["hair"] == a.look["hair"] and worn.look["cloth"] == a.look["cloth"]


def test_eyes_nose_and_lips_are_the_others(trio):
    a, b, worn = trio
    h = load()
    inner = h.landmarks_head[27:68]
    theirs = fitted(b.head, a.head)
    assert (worn.head[inner] - theirs[inner]).norm(dim=1).max() < 1e-6
    assert (worn.head[inner] - a.head[inner]).norm(dim=1).max() > 0.002
    for name in ("eyes", "teeth"):
        assert name in TILES
    x, y, s = (round(v * 1024) for v in studio.wearing.__globals__["paint"].TILES["eyes"])
    assert torch.equal(worn.atlas[:, y : y + s, x : x + s], b.atlas[:, y : y + s, x : x + s])


def test_the_share_is_smooth_from_the_outline_to_the_middle():
    h = load()
    marks = h.head_mean[h.landmarks_head]
    assert share_of_face(marks[30:31]).item() == 1 and share_of_face(marks[8:9]).item() < 0.01
    line = torch.stack([torch.linspace(0, 0.09, 200), marks[30, 1].expand(200)], 1)
    p = torch.cat([line, torch.full((200, 1), 0.08)], 1)
    share = share_of_face(p)
    steps = share.diff()
    assert share[0] == 1 and share[-1] == 0 and steps.max() <= 1e-6 and steps.min() > -0.06


def test_a_fitted_head_is_the_same_up_to_size_and_place(trio):
    a, b, _ = trio
    moved = fitted(b.head * 1.1 + torch.tensor([0.01, 0.02, -0.03]), b.head)
    assert (moved - b.head).abs().max() < 1e-5
    assert fitted(a.head, a.head).sub(a.head).abs().max() < 1e-6


def test_it_is_filmed_between_the_two(trio):
    clips = [studio.film(actor, size=96) for actor in trio]
    a, b, worn = (c.frames[0].astype(float) for c in clips)
    changed = np.abs(worn - a).max(-1) > 4
    assert 0.01 < changed.mean() < 0.35  # of the frame: a face, no more
    assert not changed[:12].any()
    marks = [c.truth["landmarks"][0] for c in clips]
    assert np.abs(marks[2][4:13] - marks[0][4:13]).max() < 1.5  # the jaw is A's
    same = studio.wearing(trio[0], trio[0])
    assert np.abs(studio.film(same, size=96).frames[0].astype(int) - a).max() <= 1


def test_it_needs_two_actors():
    with pytest.raises(TypeError, match="two actors"):
        studio.wearing(studio.cast(16), 27)
