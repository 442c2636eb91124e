"""Mouths: the upper incisors show first, teeth stand inside the lips, shut lips show none."""

from functools import cache

import cv2
import numpy as np
import pytest
import torch

from course_lib import studio
from course_lib.human import load
from course_lib.studio import freckles, mouth, paint, skin
from course_lib.studio.mesh import PART_OF
from course_lib.studio.teeth import dentition

SEEDS = (0, 2, 3, 7, 12, 16, 20, 22)
TEETH = studio.PARTS.index("teeth")
SHUT = (dict(), dict(mouthPucker=0.8), dict(jawOpen=0.2, mouthClose=0.2))


@cache
def person(seed):
    return studio.cast(seed)


def mouths(seed, faces, size=256, yaw=0.0):
    """One actor's faces, dicts of weights, filmed as the frames of one clip."""
    held = studio.still(len(faces) / 25, rotation=(0, yaw, 0))
    held.expression = torch.cat([studio.still(**face).expression for face in faces])
    return studio.film(person(seed), held, size=size)


def filled(points, size, grow=0):
    """The inside of an outline (K, 2) in pixels, grown by so many pixels -> (size, size) bool."""
    image = np.zeros((size, size), np.uint8)
    cv2.fillPoly(image, [np.round(points).astype(np.int32)], 1)
    return cv2.dilate(image, np.ones((2 * grow + 1,) * 2, np.uint8)) > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_parted_lips_show_the_upper_incisors_inside_the_lips(seed):
    clip = mouths(seed, [dict(jawOpen=0.08), dict(jawOpen=0.3)])
    for parts, marks in zip(clip.truth["parts"], clip.truth["landmarks"], strict=True):
        shown = parts == TEETH
        assert shown.sum() > 12
        inside = filled(marks[60:68], 256, grow=2) | filled(marks[[48, *range(60, 65), 54]], 256, 2)
        assert not (shown & ~inside).any()
    middle = 0.5 * (marks[62] + marks[66])
    rows, columns = np.nonzero(shown)
    near = np.abs(columns - middle[0]) < 4
    upper, lower = (near & (rows < middle[1])).sum(), (near & (rows > middle[1])).sum()
    assert upper >= 8 and upper > lower


@pytest.mark.parametrize("seed", SEEDS)
def test_shut_lips_show_no_tooth(seed):
    for yaw in (0.0, 0.35):
        parts = mouths(seed, SHUT, yaw=yaw).truth["parts"]
        assert not (parts == TEETH).any()


@pytest.mark.parametrize("seed", (6, 17, 23))
def test_lips_that_hardly_meet_show_no_tooth_from_near(seed):
    """These actors' baked lips leave a gap at rest, which the lower lip's inside fills."""
    assert not (mouths(seed, SHUT[:2], size=512).truth["parts"] == TEETH).any()


def test_the_bite_in_millimetres():
    for seed in SEEDS:
        h, head = load(), person(seed).head
        upper, lower = (dentition(row).rest[:25] * 1000 for row in mouth.rows_of(head))
        lip_skin = mouth.lips(0.007)[0]
        resting = 1000 * float(head[lip_skin, 1].min())
        lip = 1000 * float(head[h.landmarks_head[62], 2])
        edge = float(upper[:, 1].min())
        assert 2 <= resting - edge <= 3
        assert 3 <= lip - float(upper[:, 2].max()) <= 6
        assert 1.5 <= float(lower[:, 1].max()) - edge <= 2.5
        assert upper[:, 2].max() - 4 < lower[:, 2].max() < upper[:, 2].max() - 1
        assert 7.5 < 2 * float(upper[:, 0].max() - upper[:, 0].mean()) < 9.5


def test_the_lower_row_goes_with_the_jaw_and_the_upper_one_stays():
    """The drawn mesh: lower crowns move as the baked lower teeth do, upper ones not at all."""
    h, mesh = load(), person(7).mesh
    v = torch.unique(mesh.faces[mesh.part == PART_OF["teeth"]])
    moving = mesh.expression.shape[1]
    low, high = v[v < moving], v[v >= moving]
    assert len(low) == len(high) == 250
    jaw = mesh.expression[h.expression_at["jawOpen"]]
    first = low[mesh.rest[low, 2].argmax()]
    assert -0.030 < jaw[first, 1] < -0.024 and jaw[first, 0].abs() < 1e-3
    apart = torch.cdist(mesh.rest[low], mesh.rest[low])
    opened = mesh.rest[low] + jaw[low]
    assert (torch.cdist(opened, opened) - apart).abs().max() < 0.008  # a chord of the jaw's arc
    smile = mesh.expression[h.expression_at["mouthSmileLeft"]]
    assert smile[low].abs().max() < 1e-6


@pytest.mark.parametrize("seed", (2, 7, 20))
def test_nothing_shows_through_the_mouth(seed):
    """No backdrop between the lips, and no inside of the mouth on the face around them."""
    faces = [dict(jawOpen=0.3), dict(jawOpen=0.6, mouthStretchLeft=0.3), dict(mouthSmileLeft=0.7)]
    for yaw in (-0.35, 0.35):
        truth = mouths(seed, faces, yaw=yaw).truth
        for parts, marks in zip(truth["parts"], truth["landmarks"], strict=True):
            lips = filled(marks[48:60], 256)
            assert not (lips & (parts == 0)).any()
            beside = filled(marks[2:15], 256) & ~filled(marks[48:60], 256, 2)
            assert not (beside & np.isin(parts, [2, 3, 4])).any()


def test_mouths_repeat_to_the_byte():
    pose = studio.still(jawOpen=0.3)
    first, again = (studio.film(studio.cast(7), pose, size=128).frames for _ in range(2))
    assert np.array_equal(first, again)


def test_moles_are_round_and_one_s_own():
    p = paint.skin_map()[2]
    places = []
    for seed in (7, 16):
        shown = freckles.moles(skin.Site(p, person(seed).look, True))
        assert 0 < (shown > 0.5).sum() < 0.002 * len(p)
        cloud = torch.randn(4000, 3, generator=torch.manual_seed(0)) * 0.001 + p[shown.argmax()]
        ball = cloud[freckles.moles(skin.Site(cloud, person(seed).look, True)) > 0.5]
        axes = torch.linalg.svdvals(ball - ball.mean(0)) / len(ball) ** 0.5
        assert axes[2] > 0.8 * axes[0] and 2e-4 < axes[0] < 8e-4
        places.append(shown)
    assert not torch.equal(*places)


def test_two_teeth_can_be_of_gold():
    wide = studio.still(jawOpen=0.4, mouthSmileLeft=0.5, mouthSmileRight=0.5)
    plain, gilded = (
        studio.film(a, wide, size=256) for a in (studio.cast(23), studio.cast(23).but(gold=2))
    )
    teeth = plain.truth["parts"][0] == studio.PARTS.index("teeth")
    frame = gilded.frames[0].astype(int)
    golden = teeth & (frame[..., 2] < 0.6 * frame[..., 0])
    assert 0.15 < golden.sum() / teeth.sum() < 0.7
    assert not (plain.frames[0][..., 2] < 0.6 * plain.frames[0][..., 0])[teeth].any()
