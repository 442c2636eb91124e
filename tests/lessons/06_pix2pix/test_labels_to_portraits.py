"""Sitting 06a: the footage, the networks, and a few steps of training."""

import numpy as np
import pytest
import torch

from course_lib import judge, weights
from course_lib.taught.images import pix2pix as P


@pytest.fixture(scope="module")
def footage():
    return P.portraits((0, 3), 2, 64)


def test_portraits_and_their_maps_belong_together(footage):
    pictures, maps = footage
    assert pictures.shape == (4, 64, 64, 3) and maps.shape == (4, 64, 64)
    grey = pictures[maps == 0].astype(float)
    skin = pictures[maps == 1].astype(float)
    assert np.ptp(grey.mean(0)) < 25 < np.ptp(skin.mean(0))  # walls are grey, skin is not


def test_sheets_have_one_label_a_pixel(footage):
    sheets = P.as_sheets(footage[1])
    assert sheets.shape == (4, 12, 64, 64) and (sheets.sum(1) == 1).all()
    assert (sheets.argmax(1).numpy() == footage[1]).all()


@pytest.mark.parametrize("widths,size", [(P.WIDTHS, 64), ((24, 48, 64, 96, 96, 96), 128)])
def test_unet_keeps_the_size_and_sees_a_pixel(widths, size):
    net = P.UNet(widths=widths).eval()
    x = torch.rand(1, 12, size, size, requires_grad=True)
    y = net(x)
    assert y.shape == (1, 3, size, size)
    y[0, 0, 20, 20].backward()
    assert x.grad[0, :, 20, 20].abs().sum() > 0


@pytest.mark.parametrize("strided,side", [(1, 16), (2, 34), (3, 70), (5, 286)])
def test_patches_have_the_papers_sides(strided, side):
    assert P.receptive_field(P.PatchGAN(strided=strided)) == side


def test_a_batch_is_learnt_by_heart(footage):
    pictures, maps = footage
    torch.manual_seed(0)
    net, losses = P.fit(P.UNet(dropout=0.0), None, maps, pictures, 60, batch=4, mean=0.9)
    assert losses[-1] < 0.4 * losses[0]
    assert judge.psnr(P.draw(net, maps), pictures) > 18


def test_a_critic_does_not_stop_it(footage):
    pictures, maps = footage
    torch.manual_seed(0)
    net, losses = P.fit(P.UNet(dropout=0.0), P.PatchGAN(), maps, pictures, 40, batch=4)
    assert losses[-1] < 0.6 * losses[0] and np.isfinite(losses).all()


def test_labels_are_found_in_the_film(footage):
    pictures, maps = footage
    accuracy, iou = judge.label_scores(P.find_labels(P.shipped_labeller(), pictures), maps)
    assert accuracy > 0.94 and iou > 0.45


def test_the_hour_draws_what_was_asked():
    pictures, maps = P.portraits((5,), 1, 256)
    drawn = P.draw(P.hour_network(), maps)
    assert drawn.shape == (1, 256, 256, 3)
    assert judge.psnr(drawn, pictures) > 14 and weights.path("portraits").stat().st_size < 2.0e6
