"""Sitting 24a: maps and points undo each other, batches carry their labels, the finder finds."""

import numpy as np
import pytest
import torch

from course_lib import judge, media, show, studio
from course_lib.media.bodies import own_finder
from course_lib.taught.foundations import finding_poses as P
from course_lib.taught.training import face_training
from course_lib.taught.training import pose_training as T


@pytest.fixture(scope="module")
def films():
    return T.Films(**T.film_people([2001, 2002], 6, 64))


@pytest.fixture(scope="module")
def dance():
    actor = studio.cast(7)
    return studio.film(actor, studio.dance(1.6, seed=4, actor=actor), size=160, background="park")


@pytest.mark.parametrize("sigma", [0.6, 1.0, 1.5])
def test_points_become_maps_and_come_back(sigma):
    points = torch.rand(200, 2, generator=torch.Generator().manual_seed(0)) * 10 + 3
    share = P.soft_targets(points, 16, sigma)
    assert torch.allclose(share.sum((-2, -1)), torch.ones(200), atol=1e-5)
    # the window of two cells cuts a blot unevenly, and a wide one more
    assert (P.soft_argmax(share) - points).norm(dim=1).max() < (0.02, 0.2, 0.4)[int(sigma * 2) - 1]


def test_loss_is_smallest_at_its_own_targets():
    points = torch.tensor([[[3.5, 4.0], [6.2, 1.9]]])
    there = torch.tensor([[True, False]])
    logits = P.soft_targets(points, 8).clamp(min=1e-9).log().requires_grad_()
    nowhere = torch.tensor([[-30.0, 30.0]], requires_grad=True)
    P.pose_loss((logits, nowhere), points, there).backward()
    assert logits.grad.abs().max() < 1e-5 and nowhere.grad.abs().max() < 1e-5


def test_a_network_learns_one_batch_by_heart(films):
    g = torch.Generator().manual_seed(1)
    x, points, there = T.pose_batch(g, films, face_training.scenes(4), 4, 64, plain=True)
    torch.manual_seed(0)
    net = P.PoseNet(8)
    optimizer = torch.optim.AdamW(net.parameters(), 4e-3)
    for _ in range(120):
        loss = T.pose_step(net, x, points, there)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    found, _ = P.decode(net(x))
    assert (found - points).norm(dim=-1)[there].median() < 0.7


def test_a_batch_is_labelled_where_the_person_is(films):
    """Painted white on black, the person's pixels have their middle near the labels'."""
    white = T.Films.__new__(T.Films)
    white.rgba, white.points = films.rgba.clone(), films.points
    white.rgba[:, :3] = films.rgba[:, 3:]
    g = torch.Generator().manual_seed(2)
    black = torch.zeros(2, 3, 128, 128, dtype=torch.uint8)
    x, points, there = T.pose_batch(g, white, black, 48, 96, plain=True)
    whole = there.all(1) & (x[:, :, :2].amax((1, 2, 3)) < 0.1)
    for picture, pose in zip(x[whole], points[whole] * P.STRIDE):
        rows, columns = (picture[0] > 0.5).nonzero().T
        low, high = pose.amin(0), pose.amax(0)
        assert columns.min() < high[0] and columns.max() > low[0]
        on = [picture[0, int(y), int(v)] > 0.3 for v, y in pose[[5, 6, 11, 12]].clamp(0, 95)]
        assert sum(on) >= 2
    assert whole.sum() > 8 and (~there.any(1)).any()


def test_mirrored_pictures_have_mirrored_labels(films):
    points, there = films.points[:3], torch.ones(3, 17, dtype=torch.bool)
    back, _ = P.mirrored(*P.mirrored(points, there, 64), 64)
    assert torch.allclose(back, points)
    assert [P.MIRROR[k] for k in P.MIRROR] == list(range(17))
    for a, b in zip(P.JOINTS, (P.JOINTS[k] for k in P.MIRROR)):
        swap = {"left": "right", "right": "left"}
        assert b == "_".join(swap.get(w, w) for w in a.split("_"))


def test_squares_cut_what_they_say():
    y, x = np.mgrid[0:80, 0:80]
    frame = np.stack([x * 3, y * 3, x * 0], -1).astype(np.uint8)
    cut = P.cut_square(frame, (40.0, 30.0, 20.0), 20).astype(int)
    assert np.abs(cut[..., 0] - 3 * x[20:40, 30:50]).max() <= 1
    assert np.abs(cut[..., 1] - 3 * y[20:40, 30:50]).max() <= 1
    assert P.square_around(np.zeros((17, 2)), np.zeros(17)) is None


def test_the_finder_follows_a_dancer_and_says_what_is_missing(dance):
    poses = media.find_poses(dance.frames)
    truth = dance.truth["keypoints"][..., :2]
    assert poses.present.all() and judge.pck(poses.points, truth) > 0.93
    one = media.find_poses(dance.frames[0])
    assert len(one) == 1 and np.allclose(one.points, poses.points[:1], atol=3, equal_nan=True)
    legless = dance.frames[:, :88]
    cut = media.find_poses(np.ascontiguousarray(legless))
    assert not cut.seen[:, 15:].any() and any("ankle" in f for f in cut.faults())


@pytest.mark.parametrize("ground", studio.BACKGROUNDS)
def test_nobody_is_found_where_nobody_is(ground):
    wall = studio.stage.background(ground, 160, 3).numpy() ** (1 / 2.2)
    empty = np.repeat((wall * 255).clip(0, 255).astype(np.uint8)[None], 2, 0)
    poses = media.find_poses(empty)
    assert not poses.present.any() and np.isnan(poses.points).all()
    assert poses.faults()[0].startswith("nobody was found in frames 0 to 1")


def test_a_person_who_lies_is_not_made_up(dance):
    lying = np.ascontiguousarray(np.rot90(dance.frames, 1, (1, 2)))
    assert media.find_poses(lying).present.mean() < 0.15


def test_frames_in_words():
    from course_lib.media.bodies import spans

    assert spans(np.array([1, 1, 1, 0, 1, 0], bool)) == "frames 0 to 2 and 4"
    assert spans(np.array([0, 1], bool)) == "frame 1"
    assert spans(np.tile([1, 0], 8).astype(bool)) == "8 of 16 frames"


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda f: media.find_poses(f / 255), "uint8"),
        (lambda f: media.find_poses(f[..., :1]), "RGB"),
        (lambda f: media.find_poses(f, backend="openpose"), "course, mediapipe"),
        (lambda f: media.find_poses([f]), "uint8"),
    ],
)
def test_bad_input_gets_a_sentence(dance, call, words):
    with pytest.raises(media.MediaError, match=words):
        call(dance.frames[:1])


def test_the_second_opinion_says_what_it_needs(dance, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    with pytest.raises(media.MediaError, match="get_weights.py mediapipe-pose"):
        media.find_poses(dance.frames[:1], backend="mediapipe")


def test_stick_figures_leave_out_what_is_not_seen():
    frame = np.zeros((1, 64, 64, 3), np.uint8)
    pose = np.full((1, 17, 2), np.nan)
    assert not show.stick_figures(frame, pose).any()
    pose[0, [5, 7]] = (20, 20), (40, 40)
    drawn = show.stick_figures(frame, pose)
    assert drawn[0, 30, 30].any() and not frame.any()  # the film itself is left as it was


def test_metrics_of_poses():
    truth = np.zeros((2, 17, 3))
    truth[:, [5, 6], 1] = 1.0
    truth[:, 9] = (0.5, 0.3, 0.2)
    off = truth[..., :2].copy()
    off[0, 9] += (0.15, 0.0)
    off[1, 10] += (0.25, 0.0)
    assert judge.pck(off, truth[..., :2]) == pytest.approx(33 / 34)
    turned = truth @ np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 1.0]]) * 2 + 5
    assert judge.pa_mpjpe(turned, truth) < 1e-6 < judge.mpjpe(turned, truth)
    mirror = truth * [-1, 1, 1]
    assert judge.pa_mpjpe(mirror + [0, 0, 0], truth) >= 0
    assert judge.mpjve(truth, truth) == 0
    with pytest.raises(ValueError, match="one shape"):
        judge.pck(truth, truth)


def test_the_shipped_finder_is_the_lessons(dance):
    finder = own_finder()
    assert isinstance(finder, P.PoseFinder) and finder.size == 128
    assert sum(p.numel() for p in finder.net.parameters()) < 1_000_000
