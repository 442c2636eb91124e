"""Sitting 13b: the network, its losses, and the films that it is compared with."""

import numpy as np
import pytest
import torch

from course_lib import judge, studio
from course_lib.taught.images.pix2pix import PatchGAN
from course_lib.taught.video import deep_video_portraits as D


def film(T=6, S=64, seed=0):
    rng = np.random.default_rng(seed)
    cond = rng.integers(0, 256, (T, S, S, 9)).astype(np.uint8)
    frames = rng.integers(0, 256, (T, S, S, 3)).astype(np.uint8)
    return cond, frames, np.ones((T, S, S), np.float32)


def test_it_begins_with_the_mean_frame():
    mean = 0.1 + 0.8 * torch.rand(3, 64, 64)
    net = D.Portrait(3, 64, (8, 12, 16), mean=mean)
    drawn = net(torch.rand(2, 27, 64, 64))
    assert torch.allclose(drawn, mean.expand(2, -1, -1, -1), atol=1e-5)


def test_refinement_adds_layers_and_strips_may_be_drawn():
    counts = [
        sum(p.numel() for p in D.Portrait(1, 32, (8, 8), refine=k).parameters()) for k in (0, 2)
    ]
    assert counts[1] > counts[0]
    strip = D.Portrait(3, widths=(8, 12, 16), mean=torch.full((3, 32, 64), 0.5))
    assert strip(torch.rand(1, 27, 32, 64)).shape == (1, 3, 32, 64)


def test_it_learns_one_batch_by_heart():
    data = film(2, 32)
    data = data[0], np.full_like(data[1], 60), data[2]
    torch.manual_seed(0)
    net, losses = D.fit_portrait(D.Portrait(1, 32, (8, 12)), data, [0, 1], 1, 60, batch=2)
    assert losses[-1] < 0.2 * losses[0]
    assert np.abs(D.drawn_film(net, data[0], 1).astype(int) - 60).mean() < 20


def test_against_a_critic_both_learn():
    data = film(4, 32)
    torch.manual_seed(0)
    net, critic = D.Portrait(1, 32, (8, 12)), PatchGAN(12, 8, strided=1)
    before = [p.detach().clone() for n in (net, critic) for p in n.parameters()]
    mean = D.against_critic(net, critic, data, [0, 1, 2, 3], 1, 3, batch=2)
    after = [p for n in (net, critic) for p in n.parameters()]
    moved = [not torch.equal(a, b) for a, b in zip(before, after)]
    assert np.mean(moved) > 0.9
    assert all(torch.isfinite(p).all() for p in mean.parameters())


def test_no_stray_tensor_on_another_device():
    net = D.Portrait(3, 64, (8, 12, 16)).to("meta")
    assert net(torch.zeros(1, 27, 64, 64, device="meta")).device.type == "meta"


def test_attention_counts_eyes_and_mouth_and_survives_a_lost_frame():
    marks = np.full((2, 68, 2), np.nan)
    marks[0] = np.random.default_rng(0).uniform(20, 40, (68, 2))
    weight = D.attention(marks, 64)
    assert (weight[1] == 1).all() and weight[0].max() == 6 and (weight[0] == 6).mean() < 0.8


def test_the_shipped_network_is_ready():
    net = D.hour_portrait()
    told = np.zeros((1, 256, 256, 9), np.uint8)
    assert D.Still(net, 3)(told).shape == (1, 256, 256, 3)
    assert sum(p.numel() for p in net.parameters()) < 1.05e6


def test_a_texture_is_laid_where_it_came_from():
    places = np.zeros((1, 8, 8, 3), np.uint8)
    places[0, 2:6, 2:6] = np.random.default_rng(0).integers(1, 256, (4, 4, 3))
    frames = np.random.default_rng(1).integers(0, 256, (1, 8, 8, 3)).astype(np.uint8)
    texture = D.averaged_texture(places, frames, 256)
    cond = np.concatenate([0 * places, places, 0 * places], -1)
    laid = D.textured(texture, cond, np.zeros((8, 8, 3)))
    assert (laid[0, 2:6, 2:6] == frames[0, 2:6, 2:6]).mean() > 0.8 and not laid[0, :2].any()


def test_films_are_judged_in_parts():
    _, truth, _ = film(3, 32)
    face = np.zeros((3, 32, 32), bool)
    face[:, 8:24, 8:24] = True
    drawn = truth.copy()
    drawn[:, :8] = 255 - drawn[:, :8]
    row = judge.film_scores(drawn, truth, face)
    assert row["face_psnr"] > 90 > row["full_psnr"] > row["outside_psnr"]
    assert (judge.nearest_pictures(truth[::-1], truth, 16) == [2, 1, 0]).all()
    with pytest.raises(ValueError, match="one shape"):
        judge.film_scores(drawn, truth[:2], face)


def test_a_clip_without_a_face_gets_a_sentence():
    with pytest.raises(ValueError, match="no face was found"):
        D.square_film(np.full((4, 64, 64, 3), 128, np.uint8))


def test_a_weighted_error_is_numpys_weighted_mean():
    rng = np.random.default_rng(0)
    a, b = rng.random((2, 2, 3, 5, 5)).astype(np.float32)
    weight = rng.uniform(1, 6, (2, 1, 5, 5)).astype(np.float32)
    want = np.average(np.abs(a - b), weights=np.broadcast_to(weight, a.shape))
    got = D.weighted_error(*map(torch.from_numpy, (a, b, weight)))
    assert got.item() == pytest.approx(want, rel=1e-5)


def test_a_performance_given_to_himself_is_his_own():
    p = studio.talk(studio.cast(24), 12, 3)
    same = D.given_to(p, p, 5, 5)
    for name in ("expression", "rotation", "translation", "gaze"):
        assert torch.allclose(getattr(same, name), getattr(p, name), atol=1e-4), name
    other = D.given_to(p, studio.talk(studio.cast(24), 12, 4), 5, 2)
    assert not torch.allclose(other.rotation, p.rotation, atol=1e-2)
    assert torch.equal(other.expression, p.expression)
