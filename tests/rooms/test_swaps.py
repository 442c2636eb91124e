"""What judges a face swap: interviews of the studio, readers of faces, the nearest frame."""

import numpy as np
import pytest

from course_lib import judge, show, studio
from course_lib.judge import check, swaps

SIZE = 64


@pytest.fixture(scope="module")
def clip():
    """A short interview: two takes of 60 frames."""
    return studio.interview(studio.cast(16), seed=3, takes=2, frames=60, size=SIZE)


@pytest.fixture(scope="module")
def jury(clip):
    """The reader fitted on the first take judges the second; the film is its own crop."""
    states = [judge.visible_state(part.truth) for part in (clip[60:], clip[:60])]
    face = np.zeros((60, SIZE, SIZE), bool)
    face[:, 12:52, 16:48] = True
    return judge.SwapJudge(clip.frames[60:], face, states[0], clip.frames[:60], states[1])


def test_an_interview_shows_what_a_face_can_do(clip):
    state = judge.visible_state(clip.truth)
    assert len(clip) == 120 and clip.sound is None
    assert state["lids"].min() < 0.35 * np.median(state["lids"])  # shut
    assert np.ptp(state["gaze"]) > 0.4 and state["opening"].max() > 0.12
    first, second = clip.frames[:60].mean(), clip.frames[60:].mean()
    assert abs(first - second) > 1  # another light
    again = studio.interview(studio.cast(16), seed=3, takes=1, frames=60, size=SIZE)
    assert np.array_equal(again.frames, clip.frames[:60])
    with pytest.raises(ValueError, match="takes and frames"):
        studio.interview(studio.cast(16), takes=0)


def test_blinks_are_slow_enough_to_be_learnt():
    p = studio.acted(studio.perform("One two three four five six.", seed=1))
    lids = p.expression[:, studio.EXPRESSIONS.index("eyeBlinkLeft")]
    shut = (lids > 0.9).int().tolist()
    assert "1111" in "".join(map(str, shut))


def test_visible_state_reads_landmarks(clip):
    truth = {k: v.copy() for k, v in clip.truth.items()}
    before = judge.visible_state(truth)
    truth["landmarks"][:, 66, 1] += 3
    after = judge.visible_state(truth)
    assert (after["opening"] > before["opening"]).all()
    assert np.array_equal(after["width"], before["width"])
    double = judge.visible_state(dict(clip.truth, landmarks=clip.truth["landmarks"] * 2))
    assert np.allclose(double["opening"], before["opening"], rtol=1e-4)


def test_the_truth_is_a_perfect_swap_and_others_are_not(jury, clip):
    best = jury.scores(clip.frames[60:])
    assert best["swap_l1"] == 0 and best["swap_ssim"] > 0.999
    assert min(best[k] for k in best if k.endswith("_corr")) > 0.999
    assert best["expression_bias"] < 1e-4
    frozen = jury.scores(np.repeat(clip.frames[60:61], 60, 0) // 2)
    assert frozen["swap_l1"] > 0.05 and abs(frozen["expression_corr"]) < 0.5
    late = jury.scores(np.roll(clip.frames[60:], 12, 0))
    assert late["mouth_corr"] < 0.7 and late["swap_l1"] > 0


def test_what_lies_outside_the_face_does_not_count(jury, clip):
    painted = clip.frames[60:].copy()
    painted[~jury.face] = 255
    assert jury.errors(painted)["swap_l1"] == 0


def test_gaze_is_judged_where_eyes_are_open(jury):
    assert 0.3 < jury.open.mean() < 1
    assert jury.ceiling().keys() == swaps.WINDOWS.keys()


def test_nearest_frames_ignore_whose_face_it_is():
    rng = np.random.default_rng(0)
    footage = rng.normal(0, 1, (30, 68, 2))
    other = 3 * footage + rng.normal(0, 1, (1, 68, 2))  # another face, the same movements
    found = judge.nearest_frames(other[:10], other, footage)
    assert np.array_equal(found, np.arange(10))


def test_a_linear_rival_draws_what_is_linear():
    rng = np.random.default_rng(1)
    footage = rng.normal(0, 1, (400, 68, 2))
    crops = np.clip(128 + 20 * footage[:, :48].reshape(400, 32, 3)[:, None], 0, 255)
    crops = crops.repeat(32, 1).astype(np.uint8)
    drawn = judge.drawn_linearly(2 * footage[:50] + 5, 2 * footage + 5, footage, crops)
    assert drawn.shape == (50, 32, 32, 3)
    assert np.abs(drawn - crops[:50] / 255).mean() < 0.03


def test_half_a_movement_has_half_the_range(jury, clip):
    mean = jury.truth.mean(0)
    assert 0.4 < jury.acting(mean + (jury.truth - mean) / 2)["expression_range"] < 0.6


def test_closeups_show_eyes_and_mouth():
    face = np.zeros((64, 64, 3), np.uint8)
    face[16:24] = 255  # where the eyes are
    close = show.closeup(face, 192)
    assert close.shape[1] == round(0.8 * 192) and close.max() <= 1
    assert close[: close.shape[0] // 2].max() > 0.9 > close[-20:].max()
    assert show.enlarged(face / 255.0, 100).shape == (100, 100, 3)


def test_a_pair_is_two_things():
    assert check.pair((1, 2)) == (1, 2)
    for wrong in (None, 3, (1,), (1, 2, 3)):
        with pytest.raises(AssertionError, match="must be two"):
            check.pair(wrong, "the swap")
