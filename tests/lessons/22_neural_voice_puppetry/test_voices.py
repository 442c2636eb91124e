"""Lesson 22: what is heard, coded, pooled, and turned into mouths."""

import csv
from itertools import groupby

import ear as ear_script
import numpy as np
import pytest
import torch
from torchmetrics.functional.text import word_error_rate

from course_lib import media, studio, weights
from course_lib.taught.audio import neural_voice_puppetry as N
from course_lib.taught.audio.lip_sync import Front, head_landmarks
from course_lib.taught.foundations.sound_of_speech import (
    PhonemeNet,
    frame_labels,
    log_probabilities,
    phoneme_id,
    smooth_path,
)


@pytest.fixture(scope="module")
def said():
    return N.say("Mum bought a puppy.", "m4", 3, 5)


@pytest.fixture(scope="module")
def ear():
    return N.shipped_ear()


def test_a_manner_is_a_persons_own_and_shut_lips_stay_shut():
    p = studio.perform("Mum bought a puppy for papa.", "m4", seed=1)
    at = {name: k for k, name in enumerate(studio.EXPRESSIONS)}
    shut = (p.expression[:, at["mouthClose"]] - p.expression[:, at["jawOpen"]]).abs() < 1e-4
    assert shut.any() and not torch.equal(studio.manner(1), studio.manner(2))
    assert torch.equal(studio.manner(1), studio.manner(1))
    for person in range(8):
        e = studio.mannered(p, person).expression
        assert (e[shut, at["mouthClose"]] - e[shut, at["jawOpen"]]).abs().max() < 1e-4
        assert (e[:, at["eyeBlinkLeft"]] == p.expression[:, at["eyeBlinkLeft"]]).all()


def test_strangers_are_strangers():
    known = {*studio.VOICES, *studio.CROWD}
    assert len(studio.STRANGERS) == 6 and not known & set(studio.STRANGERS)
    with pytest.raises(ValueError, match="no voice"):
        studio.say("No.", "nobody")


def test_windows_lie_around_the_middle_of_a_frame():
    rows = torch.arange(100.0)[:, None]
    got = N.windows(rows, 50)[..., 0]
    assert got.shape == (50, 16)
    assert (got[20] == torch.arange(33.0, 49.0)).all()  # frame 20 lasts from step 40 to 42
    assert got[0, 0] == 0 and got[-1, -1] == 99


def test_the_ear_hears_strangers(ear, said):
    best = log_probabilities(ear, said.speech.sound).argmax(1)
    labels = frame_labels(said.speech.phonemes, len(best))
    assert (best == labels).float().mean() > 0.75
    assert sum(p.numel() for p in ear.parameters()) < 1e6


def errors_a_phoneme(net, readings):
    """Insertions, deletions and mistakes in what is heard, a phoneme of the text."""
    got, want = [], []
    for sound, text in readings:
        path = smooth_path(log_probabilities(net, sound))
        labels = (phoneme_id(label) for label, *_ in studio.say(text).phonemes)
        got.append(" ".join(str(key) for key, _ in groupby(path) if key))
        want.append(" ".join(str(key) for key in labels if key))
    return word_error_rate(got, want).item()


def test_the_new_ears_hear_real_people_better_than_lesson_04s(shared, ear):
    """Four readings of LJ Speech and Kennedy: .74, .67 and, of nine languages, .70."""
    folder = shared / "speech"
    with open(folder / "lj_transcripts.csv") as f:
        rows = csv.reader(f, delimiter="|", quoting=csv.QUOTE_NONE)
        texts = {f"{row[0]}.wav": row[2] for row in rows}
    texts["jfk.flac"] = (folder / "jfk.txt").read_text()
    readings = [(media.read_sound(folder / n, 16000).samples, text) for n, text in texts.items()]
    old = errors_a_phoneme(PhonemeNet.load(weights.path("phonemes")), readings)
    assert errors_a_phoneme(ear, readings) < old - 0.04 < 0.75
    assert errors_a_phoneme(N.shipped_ear(name="polyglot"), readings) < old - 0.02


def test_shaken_sound_keeps_its_shape_and_its_labels():
    lessons = ear_script.spoken(2)
    rng = np.random.default_rng(0)
    for k in range(12):
        m, labels = ear_script.shaken(*lessons[k % 2], rng)
        assert m.shape == (200, 40) and labels.shape == (100,) and torch.isfinite(m).all()
        assert ((labels >= 0) & (labels < 41) | (labels == -100)).all()
    m, labels = lessons[0]
    even, kept = ear_script.other_tempo(m, labels, rng, 60)
    assert 56 <= len(even) <= 60 and len(kept) == len(even) // 2


def test_without_pooling_a_code_is_the_frames_own():
    torch.manual_seed(0)
    net = N.VoiceToFace(2, 5, pooled=False)
    x = torch.randn(1, 12, 16, 5)
    assert torch.allclose(net.codes(x)[0], net.frame(x[0, 4:-3]), atol=1e-6)
    assert net(x, torch.tensor([1])).shape == (1, 5, len(N.MOUTH))


def test_one_person_is_learnt_and_their_matrix_found_again(ear, said):
    heard = N.heard_by(ear, [said, said])
    torch.manual_seed(0)
    net, losses, held = N.fit_voices(N.VoiceToFace(1), [heard], [[said, said]], 150, 4)
    assert losses[-1] < losses[0] / 2 and len(held) == 3
    codes = N.codes_of(net, heard[0])
    found = N.person_map(codes, said.mouth, 1e-3)
    learnt = (codes @ net.maps[0] + net.rest[0]).detach()
    worse = (learnt - said.mouth).square().mean()
    assert (N.mouths_of(codes, found) - said.mouth).square().mean() <= worse


def test_no_tensor_is_left_on_the_cpu():
    net = N.VoiceToFace(3).to("meta")
    who = torch.zeros(2, dtype=torch.long, device="meta")
    assert net(torch.zeros(2, 12, 16, 41, device="meta"), who).shape == (2, 5, 28)
    assert N.Listener(8).to("meta")(torch.zeros(1, 20, 40, device="meta")).shape == (1, 10, 41)


def test_the_truth_scores_best_and_a_still_mouth_one(said):
    actor = studio.cast(3)
    front = Front(head_landmarks(actor, torch.zeros(1, 52))[0])
    still = N.lips_of(said.mouth, actor, front).mean(0)

    def truth(one):
        return N.lips_of(one.mouth, actor, front)

    best = N.voice_scores({"m4": [said]}, truth, truth, still)
    assert best["lmd"] == 0 and best["corr"] == pytest.approx(1) and best["shake"] == 1
    half = N.voice_scores({"m4": [said]}, lambda one: (truth(one) + still) / 2, truth, still)
    assert half["lmd"] == pytest.approx(0.5) and half["shake"] == pytest.approx(0.5)


def test_a_voice_moves_a_face(said):
    clip = N.voiced(said.speech.sound, (16,), 64)
    assert len(clip) == N.frames_of(said.speech.sound) and clip.frames.shape[1:] == (64, 64, 3)
    assert len(N.performance_of(said.mouth)) == len(said.mouth)
