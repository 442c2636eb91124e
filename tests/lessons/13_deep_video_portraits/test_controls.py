"""Sitting 13a: eyes, the three pictures, and what is carried over."""

import numpy as np
import pytest
import torch

from course_lib import judge, studio
from course_lib.taught.foundations.faces_in_3d import axis_angle_to_matrix
from course_lib.taught.video import portrait_controls as P
from course_lib.taught.video.face_tracker import FaceSpace, Person


@pytest.fixture(scope="module")
def model():
    return P.PortraitModel(Person(FaceSpace(), focal=P.STUDIO.focal), 64)


def controls(T, seed=0):
    rng = torch.Generator().manual_seed(seed)
    R = axis_angle_to_matrix(0.2 * torch.randn(T, 3, generator=rng))
    t = torch.tensor([0.0, -0.03, -1.25]).expand(T, 3) + 0.01 * torch.randn(T, 3, generator=rng)
    gaze = 0.2 * torch.randn(T, 2, generator=rng)
    return P.Controls(torch.zeros(T, 52), R, t, gaze, torch.ones(T))


def test_a_film_is_the_same_whatever_part_is_filmed():
    whole = P.portrait_film(24, slice(0, 6), 60, 64)
    part = P.portrait_film(24, slice(3, 6), 60, 64)
    assert np.array_equal(whole.frames[3:], part.frames)


def test_crops_show_both_eyes_alike():
    clip = studio.film(studio.cast(24), studio.still(), 256, P.STUDIO)
    eyes = P.eye_crops(clip.frames, clip.truth["landmarks"]).astype(float)
    assert eyes.shape == (1, 2, 28, 48, 3)
    apart = np.abs(eyes[:, 0] - eyes[:, 1]).mean()
    assert apart < 0.5 * np.abs(eyes[:, 0] - eyes[:, 1, :, ::-1]).mean()


def test_contrast_and_light_do_not_matter():
    crops = np.random.default_rng(0).integers(60, 120, (2, 28, 48, 3)).astype(np.uint8)
    assert torch.allclose(P.as_eyes(crops), P.as_eyes(crops + np.uint8(40)), atol=1e-4)


def test_a_looking_glass_changes_yaw_only():
    """The net must answer a mirrored eye by the other yaw: stills are made so."""
    eyes, turns, answers = P.eye_stills([900], 3)
    assert eyes.shape == (18, 28, 48, 3) and turns.shape == answers.shape == (18, 3)
    assert np.allclose(answers[:3] * (-1, 1, 1), answers[3:6])
    assert np.allclose(turns[:3] * (1, -1, -1), turns[3:6])


def test_shipped_eyes_know_an_actor_they_never_saw():
    clip, looks, open_eyes = studio.glances(901, 24, 5)
    R = axis_angle_to_matrix(torch.from_numpy(clip.truth["pose"][:, :3]).float())
    gaze, lids = P.see_eyes(P.shipped_eyes(), clip.frames, clip.truth["landmarks"], R)
    awake = open_eyes > 0.6
    off = np.degrees(np.linalg.norm(gaze.numpy() - looks, axis=1))[awake]
    assert off.mean() < 6 < np.degrees(np.linalg.norm(looks[awake], axis=1)).mean()
    assert np.corrcoef(lids, open_eyes)[0, 1] > 0.9


def test_lost_frames_take_the_landmarks_before():
    clip = studio.film(studio.cast(24), studio.still(0.2), 128, P.STUDIO)
    marks = clip.truth["landmarks"].copy()
    marks[:2] = np.nan
    marks[4] = np.nan
    gaze, lids = P.see_eyes(P.EyeNet().eval(), clip.frames, marks, torch.eye(3).expand(5, 3, 3))
    assert torch.isfinite(gaze).all() and torch.isfinite(lids).all()


def test_the_pictures_of_a_mean_face(model):
    told = P.conditioning(model, controls(2), torch.eye(9, 3) * 3)
    assert told.shape == (2, 64, 64, 9) and told.dtype == np.uint8
    skin, eyes = told[..., 3:6].any(-1), told[..., 6:].any(-1)
    assert not (skin & eyes).any() and skin.mean() > 0.1 and eyes.any((1, 2)).all()


def test_shut_lids_hide_the_eyes(model):
    open_eyes = controls(1)
    shut = open_eyes._replace(delta=P.with_openness(open_eyes.delta, torch.zeros(1)))
    light = torch.eye(9, 3) * 3
    seen = [(P.conditioning(model, c, light)[..., 6:] > 0).any(-1).sum() for c in (open_eyes, shut)]
    assert seen[1] < 0.3 * seen[0]


def test_the_iris_goes_where_the_gaze_goes(model):
    state = controls(1)
    state = state._replace(R=torch.eye(3)[None])
    places = []
    for yaw in (-0.4, 0.4):
        looks = state._replace(gaze=torch.tensor([[yaw, 0.0]]))
        told = P.conditioning(model, looks, torch.zeros(9, 3))
        blue = (told[0, ..., 8] > 128) & (told[0, ..., 6] < 64)
        places.append(np.argwhere(blue)[:, 1].mean())
    assert places[1] > places[0] + 0.7  # the actor's left is the picture's right


def test_eyes_on_another_device_meet_no_stray_tensor():
    x = torch.zeros(1, 3, *P.EYE, device="meta")
    net = P.EyeNet().to("meta").eval()
    assert net(x, torch.zeros(1, 3, device="meta")).shape == (1, 3)


def test_transfer_to_oneself_changes_nothing_but_the_reference():
    person = Person(FaceSpace(), focal=P.STUDIO.focal)
    own = controls(8, 3)
    again = P.transferred(own, own, (person, person))
    assert torch.allclose(again.R, own.R, atol=1e-5) and torch.allclose(again.t, own.t, atol=1e-6)
    assert torch.allclose(again.gaze, own.gaze, atol=1e-4)


def test_lids_keep_their_share_of_the_range():
    lids = torch.tensor([0.2, 0.5, 0.8])
    moved = P.relative_lids(lids, (0.2, 0.8), (0.1, 0.5))
    assert torch.allclose(moved, torch.tensor([0.1, 0.3, 0.5]))


def test_blinks_are_counted_and_matched():
    truth = np.ones(60)
    truth[[10, 11, 12, 40, 41]] = 0.1
    assert judge.blinks(truth) == [11.0, 40.5]
    late = np.roll(truth, 2)
    assert judge.blink_f1(late, truth) == 1.0 and judge.blink_f1(np.roll(truth, 5), truth) == 0.0
    assert judge.blink_f1(np.ones(60), truth) == 0.0
    assert judge.blink_f1(np.ones(60), np.ones(60)) == 1.0
    with pytest.raises(ValueError, match="one shape"):
        judge.blink_f1(truth[:5], truth)


def test_rays_and_ratios():
    a, b = np.array([[0, 0, 1.0]]), np.array([[0, 1.0, 1.0]])
    assert np.allclose(judge.ray_error(a, 3 * b), 45)
    marks = np.random.default_rng(0).normal(0, 1, (1, 68, 2))
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    ratio = judge.eye_aspect_ratio(marks)
    assert np.allclose(judge.eye_aspect_ratio(3 * marks @ turn + 5), ratio)
    for call, what in ((judge.ray_error, "directions"), (judge.eye_aspect_ratio, "landmarks")):
        with pytest.raises(ValueError, match=what):
            call(*[np.zeros((2, 2))] * (2 if what == "directions" else 1))
