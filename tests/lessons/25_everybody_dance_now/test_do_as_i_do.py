"""Sitting 25a: sticks, places, streams and one step of training."""

import cv2
import numpy as np
import pytest
import torch

from course_lib import studio, train
from course_lib.taught.body import everybody_dance as D


@pytest.fixture(scope="module")
def clip():
    return D.take(studio.cast(26), 0.6, 3, (0.1, 0.2), 64)


@pytest.fixture(scope="module")
def poses(clip):
    return clip.truth["keypoints"][..., :2].astype(np.float32)


def test_light_drifts_but_stays_light():
    light = studio.drifting(400, 0.2)
    level = light[:, 0].mean(1)
    assert light.shape == (400, 9, 3) and level.min() > 0.6 * level.max()
    assert (light[1:] - light[:-1]).abs().max() < 0.05


def test_a_take_stands_where_it_is_put(clip):
    other = D.take(studio.cast(26), 0.6, 3, (0.1, -0.2), 64)
    moved = other.truth["keypoints_3d"] - clip.truth["keypoints_3d"]
    assert np.allclose(moved, [0, 0, -0.4], atol=1e-3)


def test_sticks_lie_on_the_limbs(poses):
    picture = D.draw_sticks(poses[:1], 64, 1)[0]
    for a, b in ((5, 7), (11, 13), (13, 15)):
        x, y = ((poses[0, a] + poses[0, b]) / 2).round().astype(int)
        assert picture[y, x].max() > 60


def test_every_stick_has_a_colour_of_its_own():
    colours = D.COLOURS.astype(int)
    apart = np.abs(colours[:, None] - colours[None]).sum(-1) + 999 * np.eye(len(colours), dtype=int)
    assert apart.min() > 30 and colours.max(1).min() == 255


def test_normalisation_is_exact_for_a_figure_that_walks():
    """Two cameras see the same stiff figure at many depths: the formulas are linear in 1 / depth,
    as perspective is, when the cameras stand equally high."""
    figure = np.random.default_rng(0).uniform(-0.4, 0.4, (17, 2))
    figure[:, 1] += 0.6
    figure[D.ANKLES, 1] = 1.4
    figure[D.HEAD, 1] = -0.2
    depth = np.linspace(3, 6, 40)[:, None, None]
    hers = 64 + 128 * figure / depth
    his = 64 + 200 * figure * [0.8, 1.0] / (depth * 1.2)
    a, b = D.stance(his, 129), D.stance(hers, 129)
    got = D.normalise(his, a, b)
    assert np.allclose(got[..., 1], hers[..., 1], atol=1e-4)
    assert np.allclose(got[:, :, 0] - 64, 0.8 * (hers[..., 0] - 64), atol=1e-4)


def test_a_jump_is_not_far_away():
    points = np.zeros((50, 17, 2))
    points[:, D.ANKLES, 1] = np.linspace(100, 110, 50)[:, None]
    points[20, D.ANKLES, 1] = 60
    assert D.stance(points, 128).far > 100


def test_one_take_is_learnt_by_heart(clip, poses):
    torch.manual_seed(0)
    net, critics = D.Generator(8, fold=2), D.Critics(c=8)
    streams = train.Streams([clip.frames[:4]], [D.draw_sticks(poses[:4], 64)])
    net, losses = D.fit_dance(net, critics, streams, 60, inertia=0.9)
    assert np.mean(losses[-10:]) < 0.6 * np.mean(losses[:5])
    film = D.dance(net, poses[:4], 64, clip.frames[0])
    assert np.abs(film.astype(int) - clip.frames[:4]).mean() < 20


def test_the_film_is_the_same_network_frame_by_frame(clip, poses):
    torch.manual_seed(0)
    net = D.Generator(8, fold=2).eval()
    film = D.dance(net, poses[:3], 64)
    sticks = D.as_tensor(D.draw_sticks(poses[:2], 64, 1))
    with torch.inference_mode():
        first = net(sticks[:1], torch.zeros(1, 3, 64, 64))
        second = net(sticks[1:], first)
    assert np.abs(film[1] - D.as_frames(second[0]).astype(int)).max() <= 1


def test_features_see_a_shift_more_than_a_shade(clip):
    eyes = D.PoseFeatures()
    frame = D.as_tensor(clip.frames[:1])
    assert eyes(frame, frame) == 0
    soft = D.as_tensor(cv2.GaussianBlur(clip.frames[0], (0, 0), 2)[None])
    assert eyes(soft, frame) > eyes(0.97 * frame, frame) > 0


def test_an_enhancer_begins_with_nothing_and_then_adds():
    torch.manual_seed(0)
    net = D.Generator(8, fold=4, fine=8).eval()
    x = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        before = net(x, x)
        torch.nn.init.normal_(net.enhancer.last.weight, std=0.1)
        after = net(x, x)
        net.enhancer = None
        assert torch.equal(net(x, x), before) and not torch.equal(after, before)
