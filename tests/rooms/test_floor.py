"""The floor under a whole body: where it is, what shades it, and the camera that holds a dance."""

import numpy as np
import pytest
import torch

from course_lib import studio
from course_lib.studio import floor as ground
from course_lib.studio.body import BodyModel
from course_lib.studio.film import build_set, with_floor

ACTOR = studio.cast(5)


def stage(camera, size=64, background="grey"):
    rig = BodyModel(ACTOR)
    plain = build_set(camera, "soft", background, size, 1, 0, "cpu")
    return rig, with_floor(plain, rig, background)


def test_floor_pixels_lead_back_to_their_places():
    _, seen = stage(studio.Camera(3.6, 4.0, yaw=0.3, pitch=0.2, look_at=(0.0, -0.1, 0.0)))
    x, z = seen.floor.place.unbind(1)
    there = torch.stack([x, torch.full_like(x, seen.floor.y), z], 1)
    xy = seen.pixels(seen.view(there))
    row = torch.div(seen.floor.pixel, 64, rounding_mode="floor")
    assert torch.allclose(xy, torch.stack([seen.floor.pixel % 64, row], 1).float(), atol=2e-3)
    assert len(xy) > 500 and row.min() > 0


def test_a_camera_that_looks_up_sees_no_floor():
    camera = studio.Camera(3.6, 3.0, pitch=-1.0, look_at=(0.0, 0.5, 0.0))
    _, seen = stage(camera)
    assert len(seen.floor.pixel) == 0
    clip = studio.film(ACTOR, studio.body_still(actor=ACTOR), size=64, camera=camera)
    assert clip.frames.shape == (1, 64, 64, 3)


def test_a_lifted_foot_loses_its_shadow():
    rig, seen = stage(studio.BODY_CAMERA)
    p = studio.dance(3.0, seed=2, moves=["march"], actor=ACTOR)
    G, P = rig.skeleton(p.joints, p.root)
    P = P + p.translation[:, None]
    light = ground.shadow(seen.floor, G, P, rig.at)
    assert light.min() > 0.2 and light.max() <= 1
    foot = rig.at["foot.L"]
    height = P[:, foot, 1] - P[:, foot, 1].min()
    high, low = int(height.argmax()), int(height.argmin())

    def under(t):
        away = (seen.floor.place - P[t, foot, [0, 2]]).norm(dim=1)
        return float(light[t, away < 0.1].mean())

    assert height[high] > 0.1 and under(high) > under(low) + 0.15
    assert (light[1:] - light[:-1]).abs().max() < 0.25  # nothing pops up


def test_the_floor_changes_nothing_of_the_person():
    p = studio.dance(1.0, seed=1, actor=ACTOR)[:4]
    with_it = studio.film(ACTOR, p, size=96)
    without = studio.film(ACTOR, p, size=96, floor=False)
    assert np.array_equal(with_it.truth["parts"], without.truth["parts"])
    inside = torch.nn.functional.max_pool2d(
        torch.from_numpy(with_it.truth["parts"] == 0).float()[:, None], 3, 1, 1
    )[:, 0].numpy()
    assert np.array_equal(with_it.frames[inside == 0], without.frames[inside == 0])
    assert not np.array_equal(with_it.frames, without.frames)
    picture = torch.full((96, 96, 3), 0.4)
    own = studio.film(ACTOR, p, size=96, background=picture)
    bare = studio.film(ACTOR, p, size=96, background=picture, floor=False)
    darker = bare.frames.astype(int) - own.frames.astype(int)
    assert darker.min() >= 0 and darker.max() > 20  # a shadow on the caller's own picture


@pytest.mark.parametrize("background", studio.BACKGROUNDS)
def test_each_background_has_a_floor(background):
    _, seen = stage(studio.BODY_CAMERA, 96, background)
    plain = build_set(studio.BODY_CAMERA, "soft", background, 96, 1, 0, "cpu")
    changed = (seen.backdrop != plain.backdrop).any(-1)
    assert changed[-1].all() and not changed[0].any()
    assert torch.isfinite(seen.backdrop).all() and seen.backdrop.min() >= 0


@pytest.mark.parametrize("seed", [3, 8, 19])
def test_framed_holds_all_of_a_dance_and_fills_the_picture(seed):
    actor = studio.cast(seed)
    clip = studio.film(actor, studio.dance(4.0, seed=seed, actor=actor), size=128)
    k = clip.truth["keypoints"]
    assert k[..., 2].all()
    rows = np.flatnonzero((clip.truth["parts"] > 0).any((0, 2)))
    columns = np.flatnonzero((clip.truth["parts"] > 0).any((0, 1)))
    assert rows[0] > 2 and rows[-1] < 125 and columns[0] > 0 and columns[-1] < 127
    assert max(np.ptp(rows), np.ptp(columns)) > 0.78 * 128
    truth = clip.truth["keypoints_3d"]
    focal = clip.truth["camera"][0]
    x = (truth[..., 0] / -truth[..., 2] * focal + 1) * 64 - 0.5
    assert np.allclose(x, k[..., 0], atol=1e-2)


def test_framed_says_what_a_margin_is():
    with pytest.raises(ValueError, match="0 to 0.4"):
        ground.framed(BodyModel(ACTOR), studio.body_still(actor=ACTOR), margin=0.5)


def test_feet_stand_on_the_floor():
    rig = BodyModel(ACTOR)
    for p in (studio.dance(2.0, seed=1, actor=ACTOR), studio.body_still(actor=ACTOR)):
        v, _, _ = rig.pose(p)
        lowest = v[..., 1].amin(1) + p.translation[:, 1]
        assert (lowest - rig.sole).abs().median() < 0.015
