"""Metrics, the scoreboard, exercise checks, pictures and players."""

import numpy as np
import pytest
import torch

from course_lib import judge, media, show


def test_metrics_have_their_closed_forms():
    a = np.zeros((2, 32, 32, 3), np.uint8)
    b = a.copy()
    b[:] = 51  # 0.2
    assert judge.psnr(a, b) == pytest.approx(-20 * np.log10(0.2), abs=1e-3)
    assert judge.ssim(b, b) == pytest.approx(1.0) and judge.ssim(a, b) < 0.1
    mask = np.zeros((2, 32, 32), bool)
    mask[:, :4] = True
    c = a.copy()
    c[:, :4] = 255
    assert judge.masked_l1(a, c, mask) == 1.0 and judge.masked_l1(a, c, ~mask) == 0.0
    points = np.zeros((68, 2))
    points[36:42, 0], points[42:48, 0] = -10, 10
    assert judge.landmark_error(points + [2, 0], points) == pytest.approx(0.1)
    assert judge.temporal_difference(a, b) == 0 and judge.temporal_difference(
        a, np.stack([a[0], b[0]])
    ) == pytest.approx(0.2)
    many = np.random.default_rng(0).integers(0, 255, (11, 32, 32, 3), np.uint8)
    one = np.mean([judge.ssim(x, y) for x, y in zip(many, many[::-1])])
    assert judge.ssim(many, many[::-1].copy()) == pytest.approx(one, abs=1e-5)


@pytest.mark.parametrize(
    "call,words",
    [
        (lambda: judge.psnr(np.zeros((4, 4)), np.zeros((4, 4))), "shape"),
        (lambda: judge.psnr(np.zeros((4, 4, 3)), np.zeros((5, 4, 3))), "different shapes"),
        (
            lambda: judge.masked_l1(np.zeros((4, 4, 3)), np.zeros((4, 4, 3)), np.zeros((4, 4))),
            "empty",
        ),
        (lambda: judge.landmark_error(np.zeros((68, 2)), np.zeros((5, 2))), "landmarks"),
        (
            lambda: judge.temporal_difference(np.zeros((1, 4, 4, 3)), np.zeros((1, 4, 4, 3))),
            "two frames",
        ),
        (lambda: show.grid([]), "no pictures"),
        (lambda: show.grid([np.zeros((4, 4, 3)), np.zeros((5, 4, 3))]), "one size"),
        (lambda: show.picture(np.zeros(7)), "shape"),
        (lambda: show.side_by_side(np.zeros((4, 4, 3))), "takes clips"),
        (lambda: judge.scoreboard("x", dict(a=1), floors=dict(a=(">", 0))), "floor"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_scoreboard_leaves_a_record_and_enforces_floors():
    board = judge.scoreboard(
        "99_test",
        dict(psnr=30.0, l1=0.02),
        dict(copy=dict(psnr=20.0)),
        floors=dict(psnr=(">=", 25), l1=("<=", 0.03)),
    )
    bundle = board._repr_mimebundle_()
    assert (
        bundle["application/json"]["lesson"] == "99_test"
        and bundle["application/json"]["peak_memory_mb"] > 10
        and "<table" in bundle["text/html"]
    )
    with pytest.raises(AssertionError, match="psnr is 20 but must be >= 25"):
        judge.scoreboard("x", dict(psnr=20.0), floors=dict(psnr=(">=", 25)))
    with pytest.raises(AssertionError, match="finite"):
        judge.scoreboard("x", dict(psnr=float("nan")))


def test_checks_say_what_is_wrong():
    with pytest.raises(AssertionError, match=r"shape \(2,\); expected \(3,\)"):
        judge.check.close([1, 2], [1, 2, 3])
    with pytest.raises(AssertionError, match=r"off by 1 at index \(1,\): 3 instead of 2"):
        judge.check.close(torch.tensor([1.0, 3.0]), [1, 2])
    with pytest.raises(AssertionError, match="None"):
        judge.check.close(None, [1])
    with pytest.raises(AssertionError, match="NaN"):
        judge.check.close([float("nan")], [1.0])


def test_pictures_and_players():
    assert show.as_picture(torch.rand(3, 8, 9)).shape == (8, 9, 3) and show.as_picture(
        np.zeros((5, 6))
    ).shape == (5, 6, 3)
    assert show.grid([np.zeros((8, 8, 3), np.uint8)] * 5, 3, list("abcde")).shape == (2 * 26, 24, 3)
    clip = media.Clip(np.zeros((6, 16, 16, 3), np.uint8), 25, np.zeros(3840, np.float32))
    both = show.side_by_side(clip, clip, labels=["a", "b"])
    assert both.frames.shape == (6, 34, 32, 3) and both.sound is not None
    assert show.contact_sheet(clip, 4).shape == (16, 64, 3)
    assert "image/jpeg" in show.picture_html(clip.frames[0])
