"""Metrics, the scoreboard, exercise checks, pictures and players."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch

from course_lib import judge, media, show
from course_lib.judge.scores import print_table


def two(size):
    """A clip of two black frames."""
    return media.Clip(np.zeros((2, size, size, 3), np.uint8))


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
        (lambda: show.side_by_side(two(8), two(16)), "one height"),
        (lambda: show.side_by_side(two(8), two(8), labels=["a"]), "2 labels, not 1"),
        (lambda: show.spectrogram(np.zeros(100)), "at least 25 ms"),
        (lambda: show.speech_clip(np.zeros(16000), 8000), "at 16000 Hz"),
        (lambda: show.speech_clip(np.zeros(16000), film=two(640)), "640 pixels wide"),
        (lambda: judge.scoreboard("x", dict(a=1), floors=dict(a=(">", 0))), "floor"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_rows_of_scores_and_of_pictures_have_their_names(capsys):
    judge.print_rows({"minute": dict(psnr=26.417, mouth=0.5), "a": dict(mouth=1.0, psnr=3.0)})
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["psnr", "mouth"], ["minute", "26.42", "0.50"], ["a", "3.00", "1.00"]]
    pictures = np.zeros((3, 8, 8, 3), np.uint8)
    shown = show.rows({"filmed": pictures, "drawn": pictures + 255}, 40, "three moments")
    assert shown.width == 120 and shown.alt == "three moments"


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


def test_a_lesson_s_seconds_count_from_its_imports():
    code = (
        "import time; from course_lib import judge; time.sleep(1.5);"
        "print(judge.scoreboard('99', dict(a=1)).record['seconds'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) >= 1.5


def test_the_hour_is_a_column_of_its_own(tmp_path, capsys):
    board = judge.scoreboard("99", dict(psnr=30.0, seconds=60.0), hour=dict(psnr=33.0))
    record = board._repr_mimebundle_()["application/json"]
    assert record["metrics"]["psnr"] == 30 and record["hour"] == dict(psnr=33.0)
    assert "<th>minute</th><th>hour</th>" in board._repr_mimebundle_()["text/html"]
    (tmp_path / "99").mkdir()
    output = dict(output_type="display_data", data={"application/json": record})
    book = json.dumps(dict(cells=[dict(outputs=[output])]))
    (tmp_path / "99" / "99.ipynb").write_text(book, encoding="utf-8")
    print_table(tmp_path)
    assert "30         33" in capsys.readouterr().out
    with pytest.raises(AssertionError, match="the hour: psnr is 33 but must be >= 34"):
        judge.scoreboard("99", dict(psnr=1), hour=dict(psnr=33), hour_floors=dict(psnr=(">=", 34)))
    with pytest.raises(ValueError, match="the hour has 'l1'"):
        judge.scoreboard("99", dict(psnr=30.0), hour=dict(l1=0.1))


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
    assert show.as_picture(torch.rand(3, 8, 9)).shape == (8, 9, 3)
    assert show.as_picture(np.zeros((5, 6))).shape == (5, 6, 3)
    clip = media.Clip(np.zeros((6, 16, 16, 3), np.uint8), 25, np.zeros(3840, np.float32))
    both = show.side_by_side(clip, clip, labels=["a", "b"])
    assert both.frames.shape == (6, 34, 32, 3) and both.sound is not None
    assert show.contact_sheet(clip, 4).shape == (16, 64, 3)
    assert "image/jpeg" in show.picture_html(clip.frames[0])


def test_a_grid_holds_each_picture_in_its_place():
    grey = [np.full((8, 12, 3), 10 * k, np.uint8) for k in range(5)]
    sheet = show.grid(grey, 3)
    assert sheet.shape == (16, 36, 3) and sheet.dtype == np.uint8
    for k, tile in enumerate(grey):
        y, x = 8 * (k // 3), 12 * (k % 3)
        assert (sheet[y : y + 8, x : x + 12] == tile).all()
    assert (sheet[8:, 24:] == 255).all()
    labelled = show.grid(grey, 3, list("abcd"))
    assert labelled.shape == (2 * 26, 36, 3)
    assert (labelled[18:26, 12:24] == 10).all() and (labelled[:18, :12] < 100).any()
    assert (labelled[26:44, 12:24] == 255).all(), "the fifth has no caption"


def test_pictures_carry_a_sentence_for_those_who_cannot_see_them():
    grey = np.zeros((8, 12, 3), np.uint8)
    by_labels = show.grid([grey] * 3, labels=["source", "result", "result"])
    assert show.picture(by_labels).alt == "source, result"
    assert show.picture(show.grid([grey] * 3, alt="three mouths")).alt == "three mouths"
    assert show.picture(by_labels, alt="a face, before and after").alt == "a face, before and after"
    assert show.picture(by_labels[:9]).alt == "a picture of 36 x 9 pixels", "a part is no whole"
    assert repr(show.picture(grey)) == show.picture(grey).alt
    assert show.picture(by_labels)._repr_jpeg_()[1]["alt"] == "source, result"
    assert 'alt="&lt;b&gt;"' in show.picture_html(grey, alt="<b>")
    assert 'alt="source, result"' in show.picture_html(by_labels)
    clip = media.Clip(np.zeros((2, 16, 16, 3), np.uint8))
    assert "side by side: A, B" in show.side_by_side(clip, clip, labels=["A", "B"])._repr_html_()


@pytest.mark.parametrize("size", [(480, 96), (276, 57), (641, 33)])
def test_speech_panels_have_the_size_asked_for(size):
    width, height = size
    sound = np.sin(np.arange(8000) * 0.3).astype(np.float32)
    curves = dict(jaw=np.linspace(0, 1, 20), lips=np.linspace(1, 0, 20))
    panels = [
        show.spectrogram(sound, *size),
        show.phoneme_bar([("AA", 0, 0.2), ("_", 0.2, 0.3), ("S", 0.3, 0.5)], 0.5, *size),
        show.speech.curve_panel(curves, *size),
    ]
    assert all(p.shape == (height, width, 3) and p.dtype == np.uint8 for p in panels)


def test_a_phoneme_lies_over_its_time_and_silence_is_empty():
    bar = show.phoneme_bar([("AA", 0, 1), ("_", 1, 2), ("S", 2, 4), ("AY", 4, 4.01)], 4, 400)
    assert (bar[:, 101:199] == 255).all()
    assert (bar[2, 5:95] == bar[2, 5]).all() and (bar[2, 205:395] == bar[2, 205]).all()
    assert (bar[2, 5] != 255).any()
    dark = (bar.max(2) < 120).any(0)
    assert 40 <= np.flatnonzero(dark[:100]).mean() <= 60, "the label stands in the middle"


def test_curves_share_one_scale():
    panel = show.speech.curve_panel(dict(low=np.zeros(50), high=np.full(50, 2.0)), 480, 64)
    blue = (panel[..., 2].astype(int) - panel[..., 0] > 60)[:, 240:].any(1)
    orange = (panel[..., 0].astype(int) - panel[..., 2] > 60)[:, 240:].any(1)
    assert np.flatnonzero(blue).min() > 55 and np.flatnonzero(orange).max() < 8


def test_a_tone_lies_at_its_height_in_the_spectrogram():
    t = np.arange(16000) / 16000
    low, high = (
        show.spectrogram(np.sin(2 * np.pi * f * t).astype(np.float32)).sum((1, 2)).argmax()
        for f in (300, 5000)
    )
    assert low > 60 and high < 30
