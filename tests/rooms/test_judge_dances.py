"""Judging a drawn dancer: closed forms, and a sentence for what does not go together."""

import numpy as np
import pytest

from course_lib import judge

MASK = np.zeros((3, 32, 32), bool)
MASK[:, 8:24, 8:24] = True
TRUTH = np.random.default_rng(0).integers(0, 200, (3, 32, 32, 3), np.uint8)
POINTS = np.random.default_rng(1).uniform(4, 28, (3, 17, 2))


def scores(drawn=TRUTH, truth=TRUTH, mask=MASK, points=POINTS, truth_points=POINTS):
    return judge.dance_scores(drawn, truth, mask, points, truth_points)


def test_the_truth_itself_is_perfect():
    found = scores()
    assert found["psnr"] == pytest.approx(100) and found["ssim"] == pytest.approx(1, abs=1e-5)
    assert found["flicker"] == found["pose_px"] == found["feet_px"] == 0


def test_a_constant_offset_costs_psnr_and_does_not_flicker():
    found = scores(TRUTH + np.uint8(51))  # 0.2
    assert found["psnr"] == pytest.approx(-20 * np.log10(0.2), abs=1e-3)
    assert found["flicker"] == pytest.approx(0, abs=1e-4) and found["ssim"] < 0.99


def test_one_brighter_frame_flickers():
    drawn = TRUTH.copy()
    drawn[1] += 51
    assert scores(drawn)["flicker"] == pytest.approx(51, abs=1e-4)


def test_flicker_counts_where_the_body_is_in_either_frame():
    moving = np.zeros_like(MASK)
    moving[0, :16], moving[1:, 16:] = True, True
    drawn = TRUTH.copy()
    drawn[0, :16] += 51  # the first step: half of the union; the second: none
    expected = 51 * (16 * 32) / (32 * 32 + 16 * 32)
    assert scores(drawn, mask=moving)["flicker"] == pytest.approx(expected, abs=1e-4)


def test_what_is_far_from_the_body_does_not_count():
    drawn = TRUTH.copy()
    drawn[:, 30:] = 255
    found = scores(drawn, mask=np.pad(MASK[:, 8:16, 8:24], ((0, 0), (4, 20), (8, 8))))
    assert found["psnr"] == pytest.approx(100) and found["flicker"] == 0
    assert found["ssim"] == pytest.approx(1, abs=1e-5)


def test_points_are_measured_in_pixels():
    found = scores(points=POINTS + [3, 4])
    assert found["pose_px"] == pytest.approx(5) and found["feet_px"] == pytest.approx(4)
    apart = POINTS.copy()
    apart[:, 15, 1] += 3  # one ankle lower, one higher: their mean stays
    apart[:, 16, 1] -= 3
    assert scores(points=apart)["feet_px"] == pytest.approx(0)


def test_nearest_pose_is_found_where_it_stands():
    own = np.concatenate([POINTS + [9, 0], POINTS[::-1] + 0.1])
    assert judge.nearest_pose_frames(POINTS, own).tolist() == [5, 4, 3]


NOT_FOUND = np.where(np.arange(17)[:, None] == 3, np.nan, POINTS)


@pytest.mark.parametrize(
    "given,words",
    [
        (dict(drawn=TRUTH[:2]), "one shape"),
        (dict(drawn=TRUTH[:1], truth=TRUTH[:1]), "two frames"),
        (dict(drawn=TRUTH[:, :8], truth=TRUTH[:, :8]), "11 pixels"),
        (dict(mask=MASK[0]), "one value a pixel"),
        (dict(mask=~MASK & MASK), "empty"),
        (dict(points=POINTS[:, :5]), "shape"),
        (dict(points=NOT_FOUND), "not found"),
        (dict(points=POINTS[:2]), "as many poses"),
    ],
)
def test_bad_input_gets_a_sentence(given, words):
    with pytest.raises(ValueError, match=words):
        scores(**given)


def test_no_footage_gets_a_sentence():
    with pytest.raises(ValueError, match="own_points"):
        judge.nearest_pose_frames(POINTS, POINTS[:0])


def test_a_drawing_ten_levels_too_bright():
    part = MASK & (np.arange(32) < 16)
    found = judge.drawing_scores(TRUTH + np.uint8(10), TRUTH, MASK, part)
    assert found["psnr"] == pytest.approx(20 * np.log10(25.5), abs=1e-3)
    assert found["part_psnr"] == pytest.approx(found["psnr"])
    assert found["flicker"] == pytest.approx(0, abs=1e-4)
    assert found["detail"] == pytest.approx(1, abs=1e-5)
    still = judge.drawing_scores(TRUTH[:1].repeat(3, 0), TRUTH, MASK, part)
    moves = np.abs(np.diff(TRUTH.astype(float), axis=0)).mean(-1)
    assert still["flicker"] == pytest.approx(moves[MASK[1:] | MASK[:-1]].mean(), rel=1e-4)


def test_means_over_several_dances():
    one = scores(TRUTH + np.uint8(51))
    args = [TRUTH + np.uint8(51), TRUTH], [TRUTH] * 2, [MASK] * 2, [POINTS] * 2
    found = judge.mean_dance_scores(*args, find=lambda film: POINTS + [3, 4])
    assert found["psnr"] == pytest.approx((one["psnr"] + 100) / 2, abs=1e-3)
    assert found["pose_px"] == pytest.approx(5)
    assert "pose_px" not in judge.mean_dance_scores(*args)


def test_joints_may_be_sought_in_every_second_frame():
    args = [TRUTH, TRUTH], [TRUTH] * 2, [MASK] * 2, [POINTS] * 2
    asked = []

    def find(film):
        asked.append(len(film))
        return POINTS[::2] + [3, 4]

    assert judge.mean_dance_scores(*args, find=find, every=2)["pose_px"] == pytest.approx(5)
    assert asked == [2, 2]
