"""Sitting 06b: lines, critics of pixels and patches, and what the hour draws from lines."""

import numpy as np
import pytest
import torch
from torch import nn

from course_lib import judge, studio, weights
from course_lib.taught.images import lines as L
from course_lib.taught.images import pix2pix as P


@pytest.fixture(scope="module")
def footage():
    return P.portraits((0, 3), 2, 128)[0]


def test_lines_stand_where_brightness_changes():
    picture = np.full((1, 64, 64, 3), 60, np.uint8)
    picture[:, 20:44, 20:44] = 200
    found = L.sketches(picture)[0] > 0
    assert found.sum() > 80
    y, x = np.nonzero(found)
    assert (np.minimum(abs(y - 19.5), abs(y - 43.5)) < 3).sum() + (
        np.minimum(abs(x - 19.5), abs(x - 43.5)) < 3
    ).sum() >= len(y)
    assert not L.sketches(np.full((1, 64, 64, 3), 90, np.uint8)).any()


def test_a_portrait_has_lines_and_they_fit_its_brightness(footage):
    found = L.sketches(footage)
    assert found.shape == (4, 128, 128) and set(np.unique(found)) == {0, 255}
    assert 0.02 < (found > 0).mean() < 0.15
    x = L.as_lines(found)
    assert x.shape == (4, 1, 128, 128) and x.max() == 1


@pytest.mark.parametrize("strided", [1, 2, 3, 4])
def test_patches_of_one_score_lie_where_autograd_finds_them(strided):
    critic = P.PatchGAN(4, strided=strided).eval()
    x = torch.rand(1, 4, 64, 64, requires_grad=True)
    scores = critic(x)[0, 0]
    i, j = len(scores) // 3, len(scores) // 2
    slope = torch.autograd.grad(scores[i, j], x)[0][0].abs().sum(0)
    marks = torch.zeros_like(scores)
    marks[i, j] = 1
    assert (L.patch_map(marks, critic, 64)[slope > 0] > 0).all()
    assert ((L.patch_map(marks, critic, 64) > 0) == (slope > 0)).float().mean() > 0.97


def test_a_critic_of_pixels_knows_no_neighbour(footage):
    critic = nn.Sequential(*L.pixel_layers(4, 8)).eval()
    x = torch.rand(1, 4, 16, 16)
    mixed = x.flatten(2)[..., torch.randperm(256)].view(1, 4, 16, 16)
    a, b = (critic(v).flatten().sort().values for v in (x, mixed))
    assert torch.allclose(a, b, atol=1e-6)


def test_a_batch_is_learnt_from_lines(footage):
    pictures, found = footage[:, ::2, ::2], L.sketches(footage)[:, ::2, ::2]
    torch.manual_seed(0)
    net = P.UNet(1, dropout=0.0)
    told = dict(batch=4, mean=0.9, sheets=L.as_lines)
    net, losses = P.fit(net, P.PatchGAN(4, strided=1), found, pictures, 60, **told)
    assert losses[-1] < 0.5 * losses[0]
    assert judge.psnr(P.draw(net, found, L.as_lines), pictures) > 16


def test_the_hour_draws_the_lines_it_was_given():
    pictures = P.portraits((5,), 1, 256)[0]
    asked = L.sketches(pictures)
    drawn = P.draw(L.hour_of_lines(), asked, L.as_lines)
    assert judge.psnr(drawn, pictures) > 14
    assert L.line_scores(L.sketches(drawn), asked)[2] > 0.7
    assert weights.path("lines").stat().st_size < 3.0e6


def test_a_photo_is_cut_to_its_face():
    clip = studio.film(studio.cast(3), studio.still(), 256)
    points = clip.truth["landmarks"][0]
    wide = np.pad(clip.frames[0], ((200, 100), (60, 240), (0, 0)), mode="edge")
    cut, found = L.lines_of_photo(wide, points + [60, 200])
    same, _ = L.lines_of_photo(clip.frames[0], points)
    assert cut.shape == (256, 256, 3) and found.shape == (256, 256)
    assert np.abs(cut[60:200, 60:200].astype(int) - same[60:200, 60:200]).mean() < 2
    assert not found[:20, :20].any()
