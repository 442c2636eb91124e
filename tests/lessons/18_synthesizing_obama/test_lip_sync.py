"""Lesson 18: weights, medians and paths against brute force; a double that speaks."""

from itertools import product

import cv2
import numpy as np
import pytest
import torch

from course_lib import media, studio
from course_lib.media.faces import own_finder
from course_lib.taught.audio import lip_sync as L
from course_lib.taught.video.face_tracker import FaceSpace


@pytest.fixture(scope="module")
def double():
    torch.manual_seed(0)
    return L.studio_double(studio.cast(35), "carl", sentences=80, filmed=6, steps=250)


@pytest.fixture(scope="module")
def front(double):
    return double.front


def test_the_weighted_median_minimises_the_weighted_distance():
    rng = np.random.default_rng(0)
    values, weights = rng.random((9, 5)), rng.random(9)
    got = L.weighted_median(torch.from_numpy(values), weights).numpy()
    cost = lambda c: (weights[:, None] * np.abs(values - c)).sum(0)
    assert np.all(cost(got) <= np.min([cost(v) for v in values], 0) + 1e-9)
    odd = torch.rand(7, 3, 4)
    assert torch.equal(L.weighted_median(odd, np.ones(7)), odd.median(0).values)
    bytes_ = torch.randint(0, 255, (5, 6, 6, 3), dtype=torch.uint8)
    assert torch.equal(L.weighted_median(bytes_, np.ones(5)), bytes_.median(0).values)


@pytest.mark.parametrize("n,alpha", [(10, 0.9), (40, 0.9), (40, 0.6)])
def test_sigma_gives_the_best_their_share(n, alpha):
    distance = np.random.default_rng(1).random(500) + 0.2
    frames, weights = L.weigh(distance, n, alpha)
    assert (
        np.array_equal(frames, np.argsort(distance)[:n])
        and weights.sum() == pytest.approx(1)
        and np.all(np.diff(weights) <= 0)
    )
    d2 = np.sort(distance) ** 2
    sigma = np.sqrt((d2[n - 1] - d2[0]) / (2 * np.log(weights[0] / weights[-1])))
    assert L.share_of_best(d2, sigma, n) == pytest.approx(alpha, abs=1e-6)
    assert len(L.weigh(distance[:5], 40)[0]) == 5


def test_retiming_is_as_cheap_as_the_best_of_all_paths():
    rng = np.random.default_rng(2)
    for _ in range(20):
        N, M = int(rng.integers(4, 8)), int(rng.integers(6, 10))
        A, V = rng.integers(0, 2, N), rng.random(M)
        G = L.costs(A, V)

        def cost(path):
            steps = np.diff(path)
            if path[-1] >= M or ((steps[1:] == 0) & (steps[:-1] == 0)).any():
                return np.inf
            return G[np.arange(N), path].sum() + 2 * V[path[1:][steps == 0]].sum()

        every = [
            np.cumsum([j, *steps]) for j in range(M) for steps in product((0, 1), repeat=N - 1)
        ]
        path = L.retime(A, V)
        assert cost(path) == pytest.approx(min(cost(p) for p in every if p[-1] < M))
        assert (
            set(np.diff(path)) <= {0, 1}
            and not ((np.diff(path)[1:] == 0) & (np.diff(path)[:-1] == 0)).any()
        )
    with pytest.raises(ValueError, match="needs 10 at least"):
        L.retime(np.ones(20), np.ones(9))


def test_a_head_rests_when_the_voice_rests():
    V = np.tile(np.r_[np.full(20, 1.0), np.full(20, 0.01)], 6)
    A = np.tile(np.r_[np.ones(30), np.zeros(15)], 3)
    path = L.retime(A, V)
    assert V[path][A == 0].mean() < 0.5 * V[: len(A)][A == 0].mean()


def test_the_patch_is_the_same_face_in_every_frame(front):
    """A turned head, flattened, looks like a straight one."""
    actor, camera = studio.cast(35), studio.Camera(focal=9.5)
    pixels, seen, mouths = L.film_camera(9.5, 128), [], []
    for turn in (0.0, 0.15):
        clip = studio.film(
            actor, studio.still(rotation=(0.05, turn, 0.02)), size=128, camera=camera
        )
        H = L.homographies(front, clip.truth["pose"], pixels)
        seen.append(L.flatten(clip.frames, H, front.size)[0])
        mouths.append(clip.truth["landmarks"][0, L.LIPS].mean(0))
        lips = L.through(
            H[0],
            front.to_patch(front.units(L.head_landmarks(actor, torch.zeros(1, 52)))[0, L.LIPS]),
        )
        assert np.linalg.norm(lips - clip.truth["landmarks"][0, L.LIPS], axis=1).mean() < 1.0
    moved = np.linalg.norm(mouths[1] - mouths[0])
    grey = [cv2.cvtColor(p[4:44, 16:64], cv2.COLOR_RGB2GRAY).astype(np.float32) for p in seen]
    assert (
        np.linalg.norm(cv2.phaseCorrelate(*grey)[0]) < 0.25 * moved
    )  # lips stand out of the plane


def test_shapes_survive_their_twenty_numbers(front):
    p = studio.perform("Maybe Bob and Pam keep a happy puppy.", seed=3)
    shapes = front.units(L.head_landmarks(studio.cast(35), p.expression))[:, L.LIPS]
    space = L.ShapeSpace(shapes)
    assert np.abs(space.decode(space.encode(shapes)) - shapes).max() < 2e-3 and np.all(
        np.diff(space.kept) >= -1e-12
    )
    closed = L.closures(shapes, shapes, p.phonemes)
    assert len(closed) >= 4 and all(closed)
    same = L.judge_lips([(shapes, shapes, p.phonemes)])
    assert (
        same["mouth_lmd"] == 0
        and same["sync_corr"] == pytest.approx(1)
        and same["sync_offset"] == 0
    )
    late = L.judge_lips([(np.roll(shapes, 2, 0), shapes, p.phonemes)])
    assert late["sync_offset"] == 2


def test_a_delay_lets_the_network_see_ahead():
    """The target is the input three steps later: without delay it cannot be known."""
    x = torch.randn(3000, 28, generator=torch.Generator().manual_seed(0))
    corpus = L.Corpus(
        [x], [np.zeros((750, 18, 2))], L.ShapeSpace(np.random.default_rng(0).random((40, 18, 2)))
    )
    corpus.y = corpus.x.roll(-3, 0)[:, :20]
    end = {}
    for delay in (0, 3):
        torch.manual_seed(0)
        end[delay] = np.mean(L.fit(L.DelayedLSTM(20, delay), corpus, 150, length=40)[-10:])
    assert end[3] < 0.85 * end[0]
    with pytest.raises(ValueError, match="too few"):
        L.fit(L.DelayedLSTM(20, 8), corpus, 5, minutes=0.01)


def test_answers_before_their_sound_are_not_judged():
    """A net that answers right from step d on has no loss, whatever it says before."""
    x = torch.randn(2, 30, 4, generator=torch.Generator().manual_seed(1))

    def perfect(pieces):
        answers = pieces.roll(5, 1).clone()
        answers[:, :5] = 100.0
        return answers

    assert L.listening_step(perfect, x, x[:, :25]) == 0
    assert L.listening_step(perfect, x, x) > 1000


def test_the_jaw_goes_where_it_is_sent():
    frame = np.zeros((128, 128, 3), np.uint8)
    old = np.stack([np.linspace(40, 88, 9), 80 + 6 * np.sin(np.linspace(0, np.pi, 9))], 1)
    for x, y in old.astype(int):
        cv2.circle(frame, (int(x), int(y)), 2, (255, 255, 255), -1)
    bent = L.bend(frame, old, old + (0, 5), 10.0)
    rows = lambda f: np.average(np.arange(128), weights=f[..., 0].sum(1))
    assert rows(bent) - rows(frame) == pytest.approx(5, abs=0.8)
    assert np.array_equal(L.bend(frame, old, old, 10.0), frame)


def test_the_double_speaks(double):
    """Sound to film: the mouth follows new words, and nothing above the nose is touched."""
    said = L.read_aloud(
        studio.cast(35), double.front, ["Curiouser and curiouser, cried Alice."], "carl", 2
    )[0]
    clip, steps = double.say(said.speech.sound)
    predicted = double.space.decode(steps["c"])
    true = said.truth[: len(predicted), L.LIPS]
    assert np.corrcoef(L.gap(predicted[: len(true)]), L.gap(true))[0, 1] > 0.75
    assert len(clip) == len(steps["path"]) and clip.sound is not None
    below = double.target.frames[steps["path"]]
    once = ~steps["again"]
    assert np.abs(clip.frames[once, :48].astype(int) - below[once, :48]).mean() < 1.0
    assert np.abs(clip.frames[:, 70:105, 45:85].astype(int) - below[:, 70:105, 45:85]).mean() > 2.0
    longest = np.zeros(int(16000 * len(double.target) / 25 * 2.5), np.float32) + 0.01
    with pytest.raises(ValueError, match="shown twice"):
        double.say(longest)


def test_the_real_address_is_tracked_learnt_and_spoken_over(shared):
    """Twelve seconds of one man are tracked and learnt, and another man's recording drives them."""
    torch.manual_seed(0)
    clip = media.read(shared / "talking" / "obama_address_46s.mov")[:300]
    double, report = L.learn(clip, FaceSpace(), own_finder())
    assert (
        "300 of 300" in report["track"]
        and np.isfinite([report[k] for k in ("mouth_lmd", "mean_lmd", "sync_corr")]).all()
    )
    sound = media.read(shared / "speech" / "jfk.flac").resample(16000).samples[: 16000 * 4]
    spoken, steps = double.say(sound)
    assert len(spoken) == 100
    below = double.target.frames[steps["path"]]
    assert (
        np.abs(spoken.frames[:, :90].astype(int) - below[:, :90]).mean() < 1.5
    )  # forehead and eyes stay


def test_unfit_clips_are_refused():
    frames = np.zeros((300, 64, 64, 3), np.uint8)
    with pytest.raises(ValueError, match="silent"):
        L.learn(media.Clip(frames), None, None)
    with pytest.raises(ValueError, match="ten are the least"):
        L.learn(media.Clip(frames[:50], 25, np.ones(32000, np.float32)), None, None)
