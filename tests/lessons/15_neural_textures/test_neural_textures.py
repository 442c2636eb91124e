"""Lesson 15: the bust, what the camera sees of it, the texture and its renderer."""

import numpy as np
import pytest
import torch

from course_lib.taught.video import neural_textures as N
from course_lib.taught.video import portrait_controls as P
from course_lib.taught.video import unrolled_heads as U
from course_lib.taught.video.face_tracker import FaceSpace, Person


@pytest.fixture(scope="module")
def bust():
    return U.Bust(Person(FaceSpace(), focal=P.STUDIO.focal), 64)


def controls(turn=0.0, gaze=(0.0, 0.0), jaw=0.0):
    delta = torch.zeros(1, 52)
    delta[0, P.studio.EXPRESSIONS.index("jawOpen")] = jaw
    R = U.axis_angle_to_matrix(torch.tensor([[0.0, turn, 0.0]]))
    place = torch.tensor([[0.0, -0.03, -1.25]])
    return P.Controls(delta, R, place, torch.tensor([gaze]), torch.ones(1))


def test_a_head_is_unrolled_with_the_nose_in_the_middle():
    points = torch.tensor([[0.0, 0.0, 0.1], [-0.07, 0.0, 0.0], [0.07, 0.0, 0.0]])
    at = U.unrolled(points)
    assert at[0, 0] == 0.5 and at[1, 0] < 0.5 < at[2, 0]
    assert U.placed(torch.tensor([[2.0, -1.0]]), (0.1, 0.2, 0.5, 0.6)).tolist()[0] == [
        pytest.approx(0.5),
        pytest.approx(0.2),
    ]


def test_charts_do_not_touch():
    charts = (U.HEAD, *U.EYES, U.MOUTH)
    for i, (a0, b0, a1, b1) in enumerate(charts):
        for c0, d0, c1, d1 in charts[i + 1 :]:
            assert a1 < c0 or c1 < a0 or b1 < d0 or d1 < b0


def test_places_follow_head_and_eye_and_mouth(bust):
    still, turned = (U.as_uv(U.uv_film(bust, controls(t)))[0] for t in (0.0, 0.4))
    assert (still[..., 0] >= 0).float().mean() == pytest.approx(0.45, abs=0.15)
    columns = [uv[30][uv[30, :, 0] >= 0][:, 0].mean() for uv in (still, turned)]
    assert columns[1] < columns[0] - 0.03  # turned to his left, the camera sees more of his right
    low = U.EYES[0][1]
    ahead, left = (
        U.as_uv(U.uv_film(bust, controls(gaze=(g, 0.0))))[0].reshape(-1, 2) for g in (0.0, 0.3)
    )
    eyes = [uv[(uv[:, 1] > low) & (uv[:, 0] < U.MOUTH[0])] for uv in (ahead, left)]
    assert len(eyes[0]) == len(eyes[1]) > 5
    assert (eyes[1] - eyes[0])[:, 0].mean() < -0.01
    shut, opened = (U.as_uv(U.uv_film(bust, controls(jaw=j)))[0] for j in (0.0, 0.8))
    wide = [int(((uv[..., 1] > low) & (uv[..., 0] >= U.MOUTH[0])).sum()) for uv in (shut, opened)]
    assert wide[1] > 2 * max(wide[0], 1)


def test_a_camera_may_walk_round(bust):
    turn = U.axis_angle_to_matrix(torch.tensor([[0.0, 0.3, 0.0]]))[0]
    back = torch.tensor([0.0, 0.0, -1.25])
    place = controls().t[0]
    view = turn, place - turn @ place + 0 * back
    walked = U.as_uv(U.uv_film(bust, controls(), view))[0]
    turned = U.as_uv(U.uv_film(bust, controls(0.3)))[0]
    both = (walked[:40, :, 0] >= 0) & (turned[:40, :, 0] >= 0)
    assert (walked - turned)[:40][both].abs().median() < 1e-3  # head alone: the chest turned, too


def test_the_gradient_of_a_pixel_reaches_four_texels_of_each_level():
    texture = N.NeuralTexture((9, 5, 3), 2)
    uv = torch.full((1, 2, 2, 2), -1.0)
    uv[0, 0, 0] = torch.tensor([0.3, 0.7])
    texture(uv)[:, 0].sum().backward()
    assert [int((level.grad[0, 0] != 0).sum()) for level in texture.levels] == [4, 4, 4]
    assert all(not level.grad[0, 1].any() for level in texture.levels)


def test_what_was_collected_can_be_laid_back():
    rng = np.random.default_rng(0)
    cell = np.linspace(0, 1, 16)
    places = np.stack(np.meshgrid(cell, cell), -1)[None]
    stored = (32767 * places).round().astype(np.int16)
    frames = np.repeat(np.repeat(rng.integers(0, 256, (1, 8, 8, 3)), 2, 1), 2, 2).astype(np.uint8)
    texture = U.collected(stored, frames, 16)
    laid = U.laid_on(texture, stored, torch.zeros(8, 8, 3))
    assert np.abs(laid.astype(int) - frames[:, ::2, ::2]).max() <= 1


def test_pixels_that_show_nothing_see_no_texture():
    torch.manual_seed(0)
    model = N.Deferred(N.unet(32, torch.full((3, 32, 32), 0.5), widths=(8, 12)), N.NeuralTexture())
    drawn, colour, shown = model(torch.full((1, 64, 64, 2), -1.0), torch.tensor([[0.0, 0.0, 1.0]]))
    assert (shown == 0).all() and (colour == 0.5).all() and torch.allclose(drawn, drawn[0, 0, 0, 0])


def small_data(T=2, S=32):
    rng = np.random.default_rng(0)
    uv = (32767 * rng.random((T, 2 * S, 2 * S, 2))).astype(np.int16)
    frames = np.full((T, S, S, 3), 60, np.uint8)
    way = torch.tensor([[0.0, 0.0, 1.0]]).expand(T, 3)
    return uv, way, frames, np.ones((T, S, S), np.float32)


def test_it_learns_one_batch_by_heart_and_a_frozen_texture_stays():
    data = small_data()
    torch.manual_seed(0)
    texture = N.NeuralTexture((17, 9))
    model = N.Deferred(N.unet(32, torch.full((3, 32, 32), 0.5), widths=(8, 12)), texture)
    model, losses = N.fit_deferred(model, data, [0, 1], 60, batch=2)
    assert losses[-1] < 0.3 * losses[0]
    assert np.abs(N.deferred_film(model, data[0], data[1]).astype(int) - 60).mean() < 20
    before = [level.detach().clone() for level in texture.levels]
    N.fit_deferred(model, data, [0, 1], 2, rates=(0.0, 1e-3))
    assert all(torch.equal(a, b) for a, b in zip(before, texture.levels))


def test_no_stray_tensor_on_another_device():
    model = N.Deferred(N.unet(64, None, widths=(8, 12, 16)), N.NeuralTexture()).to("meta")
    uv = torch.zeros(1, 128, 128, 2, device="meta")
    drawn, colour, shown = model(uv, torch.zeros(1, 3, device="meta"))
    y = torch.zeros(1, 3, 64, 64, device="meta")
    loss = N.texture_loss(drawn, colour, shown, y, y[:, :1]) + model.texture.cost()
    assert loss.device.type == "meta"


def test_the_shipped_texture_is_ready_and_can_be_marked(bust):
    model = N.hour_deferred()
    marked = N.transplanted(model, (0.5, 0.08), (0.62, 0.41))
    before, after = (N.whole_texture(list(m.texture.levels))[0] for m in (model, marked))
    column, row = round(0.62 * 208), round(0.41 * 208)
    assert torch.allclose(after[:, row, column], before[:, round(0.08 * 208), 104], atol=1e-4)
    assert torch.equal(after[:, :40], before[:, :40])
    wide = U.Bust(Person(FaceSpace(), focal=P.STUDIO.focal), 512)
    drawn = N.deferred_film(model, U.uv_film(wide, controls()), N.ways(controls()))
    assert drawn.shape == (1, 256, 256, 3)
