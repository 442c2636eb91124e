"""The floor under a whole body: where it is, what shades it, and the camera that holds a dance."""

import numpy as np
import pytest
import torch

from course_lib import studio
from course_lib.studio import floor as ground
from course_lib.studio.body import BodyModel
from course_lib.studio.film import build_set, with_floor
from course_lib.taught.foundations.faces_in_3d import project, to_pixels

ACTOR = studio.cast(5)


def stage(camera, size=64, background="grey"):
    rig = BodyModel(ACTOR)
    plain = build_set(camera, "soft", background, size, 1, 0, "cpu")
    return rig, with_floor(plain, rig, background)


def test_floor_pixels_lead_back_to_their_places():
    _, seen = stage(studio.Camera(3.6, 4.0, yaw=0.3, pitch=0.2, look_at=(0.0, -0.1, 0.0)))
    x, z = seen.floor.place.unbind(-1)
    there = torch.stack([x, torch.full_like(x, seen.floor.y), z], -1)
    xy = seen.pixels(seen.view(there))
    rows = torch.arange(64)[seen.floor.rows]
    row, column = torch.meshgrid(rows, torch.arange(64), indexing="ij")
    assert torch.allclose(xy, torch.stack([column, row], -1).float(), atol=2e-3)
    assert len(rows) > 8 and rows[0] > 0 and rows[-1] == 63


def test_a_camera_that_looks_up_sees_no_floor():
    camera = studio.Camera(3.6, 3.0, pitch=-1.0, look_at=(0.0, 0.5, 0.0))
    _, seen = stage(camera)
    assert seen.floor is None
    clip = studio.film(ACTOR, studio.body_still(actor=ACTOR), size=64, camera=camera)
    assert clip.frames.shape == (1, 64, 64, 3)


def marching(rig):
    """Rotations and positions of the joints of someone who marches."""
    p = studio.dance(3.0, seed=2, moves=["march"], actor=ACTOR)
    G, P = rig.skeleton(p.joints, p.root)
    return G, P + p.translation[:, None]


def test_a_lifted_foot_loses_its_shadow():
    rig, seen = stage(studio.BODY_CAMERA)
    G, P = marching(rig)
    light = ground.shadow(seen.floor, G, P, rig.at, seen.key)
    assert light.min() > 0.2 and light.max() <= 1
    foot = rig.at["foot.L"]
    height = P[:, foot, 1] - P[:, foot, 1].min()
    high, low = int(height.argmax()), int(height.argmin())

    def under(t):
        away = (seen.floor.place - P[t, foot, [0, 2]]).norm(dim=-1)
        return float(light[t, away < 0.1].mean())

    assert height[high] > 0.1 and under(high) > under(low) + 0.15
    assert (light[1:] - light[:-1]).abs().max() < 0.25  # nothing pops up


def test_the_shadow_is_the_sum_of_its_blots():
    """Every fourth column, and feet only near feet: as good as all blots at all pixels."""
    rig, seen = stage(studio.Camera(3.6, 4.0, yaw=0.4, pitch=0.2, look_at=(0.0, -0.1, 0.0)), 128)
    G, P = (x[::9] for x in marching(rig))
    light = ground.shadow(seen.floor, G, P, rig.at, seen.key)

    def all_blots(points, dark, wide, fade, spread, lift):
        height = (points[..., 1] - seen.floor.y - lift).clamp(min=0)[..., None, None]
        away = (seen.floor.place - points[:, :, None, None, [0, 2]]).square().sum(-1)
        width = wide + spread * height
        return (1 - dark * (-height / fade - away / (2 * width**2)).exp()).prod(1)

    feet = [
        P[:, rig.at[foot]] + G[:, rig.at[foot]] @ torch.tensor(offset)
        for foot in ("foot.L", "foot.R")
        for offset in (ground.BALL, ground.HEEL)
    ]
    over = ground.lean(P[:, [rig.at[b] for b in ground.ABOVE]], seen.floor.y, seen.key)
    whole = all_blots(torch.stack(feet, 1), **ground.TOUCH) * all_blots(over, **ground.OVER)
    assert (light - whole).abs().max() < 0.006


def test_a_lamp_on_the_left_throws_the_shadow_to_the_right():
    over = torch.tensor([[[0.0, 1.0, 0.0]]])
    left, right = (ground.lean(over, 0.0, torch.tensor([k, 0.5, 0.5]))[0, 0] for k in (-0.7, 0.7))
    assert left[0] > 0 > right[0] and left[1] == 1 and left[2] < 0


def test_heads_have_no_floor():
    with_it, without = (
        studio.film(ACTOR, studio.still(jawOpen=0.3), size=64, floor=floor)
        for floor in (True, False)
    )
    assert np.array_equal(with_it.frames, without.frames) and "floor" not in with_it.truth


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
    assert with_it.truth["floor"].shape == (4, 1) and "floor" not in without.truth
    assert np.allclose(with_it.truth["floor"], BodyModel(ACTOR).sole)
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
@pytest.mark.parametrize("move", [None, "arms_up", "lunge"])
def test_framed_holds_all_of_a_dance(seed, move):
    actor = studio.cast(seed)
    rig = BodyModel(actor)
    p = studio.dance(4.5, seed=seed, moves=move and [move], actor=actor).resample(8)
    v, _, k = rig.pose(p)
    v, k = v + p.translation[:, None], k + p.translation[:, None]
    for yaw, pitch in ((0.0, 0.0), (0.7, 0.3)):
        camera = studio.framed(actor, p, margin=0.06, yaw=yaw, pitch=pitch)
        assert camera == studio.framed(actor, p, margin=0.06, yaw=yaw, pitch=pitch)
        R, t = camera.view()
        seen = [(to_pixels(project(x @ R.T + t, 3.6), 100) + 0.5) / 100 for x in (v, k)]
        assert min(x.min() for x in seen) > 0.06 and max(x.max() for x in seen) < 0.94
        filled = (seen[0].amax((0, 1)) - seen[0].amin((0, 1))).max()
        assert filled > (0.79 if pitch == 0 else 0.7)


def test_a_body_is_framed_on_its_performance_unless_the_caller_has_a_camera():
    p = studio.dance(1.0, seed=1, actor=ACTOR)[:2]
    for camera in (None, studio.BODY_CAMERA):
        clip = studio.film(ACTOR, p, size=64, camera=camera)
        used = camera or studio.framed(ACTOR, p)
        assert clip.truth["camera"][1] == pytest.approx(used.distance)
        assert clip.truth["keypoints"][..., 2].all()


def test_framed_says_what_it_needs():
    p = studio.body_still(actor=ACTOR)
    for wrong, kind, message in (
        (lambda: studio.framed(ACTOR, p, margin=0.5), ValueError, "0 to 0.4"),
        (lambda: studio.framed(ACTOR, p, focal=0), ValueError, "positive"),
        (lambda: studio.framed(ACTOR, p[:0]), ValueError, "one frame or more"),
        (lambda: studio.framed(ACTOR, studio.still()), TypeError, "whole body"),
        (lambda: studio.framed(5, p), TypeError, "studio.cast"),
    ):
        with pytest.raises(kind, match=message):
            wrong()


def test_feet_stand_on_the_floor():
    rig = BodyModel(ACTOR)
    for p in (
        studio.dance(2.0, seed=1, actor=ACTOR),
        studio.gesture("Well, here we are.", actor=ACTOR),
        studio.body_still(actor=ACTOR),
    ):
        v, _, _ = rig.pose(p)
        lowest = v[..., 1].amin(1) + p.translation[:, 1]
        assert (lowest - rig.sole).abs().max() < 0.01
