"""Sitting 25b: boxes, the face network, the terms of a trial, its judges, the detector."""

import numpy as np
import pytest
import torch

from course_lib.taught.body import dance_faces as D
from course_lib.taught.body.everybody_dance import Generator, Stance, normalise, stance


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


@pytest.fixture
def frames():
    return np.random.default_rng(0).integers(0, 256, (6, 32, 32, 3)).astype(np.uint8)


def figures(n, seed=0):
    """n poses (n, 17, 2) of somebody who stands, in pixels of a picture of 256."""
    pose = np.zeros((17, 2), np.float32)
    pose[:, 0] = 128 + 20 * np.tile([1, -1], 9)[:17]
    pose[:, 1] = np.linspace(40, 220, 17)
    pose[15:, 1] = 220
    return pose + np.random.default_rng(seed).normal(0, 2, (n, 17, 2)).astype(np.float32)


def test_a_box_is_cut_and_put_back(frames):
    points = np.full((6, 17, 2), 16.0, np.float32)
    points[1, 0] = 2.0, 30.0
    points[2, 0] = np.nan
    corners = D.face_corners(points, 8)
    boxes = D.crop(frames, corners, 8)
    assert np.array_equal(boxes[0], frames[0, 12:20, 12:20])
    assert not boxes[2].any()
    goal = 255 - boxes.astype(np.float32)
    mended = D.face_composite(frames, (goal - boxes) / 255, corners)
    assert np.array_equal(D.crop(mended, corners, 8)[0], 255 - boxes[0])
    assert np.array_equal(mended[2], frames[2])
    assert np.array_equal(D.face_composite(frames, 0 * goal, corners), frames)


def test_an_untrained_face_network_changes_nothing(frames):
    points = np.full((6, 17, 2), 16.0, np.float32)
    big = np.kron(frames, np.ones((1, 2, 2, 1), np.uint8))
    assert np.array_equal(D.with_faces(D.FaceNet(4), big, points, 16), big)


def test_a_face_network_fits_one_batch():
    rng = np.random.default_rng(1)
    real = np.kron(rng.integers(0, 256, (4, 4, 4, 3)), np.ones((1, 4, 4, 1))).astype(np.uint8)
    drawn = np.full_like(real, 128)
    boxes = (real[..., ::-1].copy(), drawn, real)
    net = D.fit_face(D.FaceNet(8), D.plain_critics(6, 4, 1), boxes, 60, batch=4)
    sticks, base, goal = (D.as_tensor(x, "cpu") for x in boxes)
    with torch.no_grad():
        off = (base + net(sticks, base) - goal).abs().mean()
    assert off < 0.5 * (base - goal).abs().mean()


def test_a_forgetful_generator_does_not_see_the_frame_before():
    net, x = D.Forgetful(4, fold=1), torch.rand(2, 1, 3, 32, 32)
    assert torch.equal(net(x[0], x[1]), net(x[0], 0 * x[1]))
    sees = Generator(4, fold=1)
    assert not torch.equal(sees(x[0], x[1]), sees(x[0], 0 * x[1]))


def test_every_trial_takes_a_step(frames):
    poses = [figures(6) / 8]
    for trial in (
        D.Trial(),
        D.Trial(memory=False),
        D.Trial(start=False),
        D.Trial(critics=False, matched=False, eyes="pixels"),
        D.Trial(eyes="random"),
        D.Trial(eyes="none"),
    ):
        net = D.fit_trial(trial, [np.kron(frames, np.ones((1, 2, 2, 1), np.uint8))], poses, 1, c=4)
        assert all(torch.isfinite(p).all() for p in net.parameters())


def test_random_eyes_are_not_the_pose_networks():
    a, b = torch.rand(2, 1, 3, 32, 32)
    values = {kind: D.eyes_of(kind)(a, b).item() for kind in ("pose", "random", "pixels")}
    assert len(set(values.values())) == 3
    first = D.eyes_of("pose").features(a)[0], D.eyes_of("pose").features(b)[0]
    share = (first[0] - first[1]).abs().mean() / (first[1].std() + 1e-3)
    assert values["pixels"] == pytest.approx(2 * share.item(), rel=0.01)
    assert D.eyes_of("none") is None


def test_the_light_of_a_film_that_is_too_bright():
    rng = np.random.default_rng(0)
    truth = rng.integers(10, 200, (8, 16, 16, 3)).astype(np.uint8)
    mask = rng.random((8, 16, 16)) < 0.5
    row = D.light_scores(truth + np.uint8(10), truth, mask)
    assert row["light"] == pytest.approx(1) and row["light_off"] == pytest.approx(10, abs=1e-3)
    still = truth[:1].repeat(8, 0)
    assert D.light_scores(still, truth, np.ones_like(mask))["light"] == 0


def test_a_tenth_of_the_joints_goes():
    points = figures(200)
    gone = np.isnan(D.drop_joints(points, 0.1)).all(-1)
    assert 0.08 < gone.mean() < 0.12
    assert np.array_equal(D.drop_joints(points, 0.0), points)


def test_the_detector_knows_noise_from_grey():
    rng = np.random.default_rng(0)
    films = [rng.integers(0, 256, (20, 16, 16, 3)).astype(np.uint8) for _ in range(2)]
    grey = [np.full_like(f, 128) for f in films]
    for pairs in (False, True):
        net = D.fit_detector(films[:1], grey[:1], pairs, 25, c=4)
        assert D.caught(net, grey[1], pairs) > 0.9
        assert D.caught(net, films[1], pairs) < 0.1


def test_fakes_are_caught_by_person_where_they_can_be():
    rng = np.random.default_rng(0)

    def forgeries(drawn):
        filmed = [rng.integers(90, 250, (6, 32, 32, 3)).astype(np.uint8) for _ in range(6)]
        return filmed, [drawn(film) for film in filmed]

    people = [forgeries(lambda film: film // 3) for _ in range(3)]
    assert D.caught_by_person(people, False, steps=20) == [1.0, 1.0, 1.0]
    alike = [forgeries(np.copy) for _ in range(3)]
    assert D.caught_by_person(alike, True, steps=5) == [0.5, 0.5, 0.5]


def test_a_person_is_forged_for_two_films_more_than_were_learnt():
    filmed, drawn = D.forged(26, seconds=0.2, steps=2)
    assert len(filmed) == len(drawn) == 6
    assert all(a.shape == b.shape == (5, 64, 64, 3) for a, b in zip(filmed, drawn))


def test_neighbours_stay_in_order(frames):
    assert np.array_equal(D.neighbours(frames, False), frames)
    pairs = D.neighbours(frames, True)
    assert pairs.shape == (5, 32, 32, 6)
    assert np.array_equal(pairs[2], np.concatenate([frames[2], frames[3]], -1))


def test_a_real_clip_is_placed():
    points, hers = figures(30), Stance(200.0, 230.0, 100.0, 120.0, 127.5)
    missing = points.copy()
    missing[:4, 16] = np.nan
    missing[10, 9] = np.nan
    usable, use = D.placed(3 * (missing + 0.5) - 0.5, 768, hers)
    assert use.sum() == 26 and len(usable) == 26
    whole = np.delete(points, [0, 1, 2, 3, 10], 0)
    expected = normalise(missing[4:], stance(whole, 256), hers)
    np.testing.assert_allclose(usable, expected, atol=1e-2)


def test_a_clip_without_whole_people_gets_a_sentence():
    points = figures(20)
    points[3:, 15] = np.nan
    with pytest.raises(ValueError, match="3 of 20 frames show head and feet"):
        D.placed(points, 256, Stance(200.0, 230.0, 100.0, 120.0, 127.5))


def test_a_square_is_cut_or_padded_round_the_person():
    frames = np.arange(60, dtype=np.uint8)[None, None, :, None].repeat(40, 1).repeat(3, 3)
    points = np.full((1, 17, 2), np.nan, np.float32)
    points[0, 0] = 50, 20
    square, inside = D.squared(frames, points, 40)
    assert square.shape == (1, 40, 40, 3) and np.allclose(inside[0, 0], [20, 20])
    assert square[0, 0, 0, 0] == 30 and (square[0, :, 30:, 0] == 59).all()
    tall, low = D.squared(frames.transpose(0, 2, 1, 3), points[..., ::-1], 30)
    assert tall.shape == (1, 30, 30, 3) and np.allclose(low[0, 0], [14.75, 24.75])
