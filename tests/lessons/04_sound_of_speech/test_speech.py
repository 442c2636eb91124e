"""Lesson 04: spectra against librosa, vowels and their formants, mouths, the phoneme network."""

import csv
import json

import librosa
import numpy as np
import pytest
import torch
from safetensors import safe_open

from course_lib import media, show, studio, weights
from course_lib.media.hearing import own_listener
from course_lib.taught.foundations import coarticulation as C
from course_lib.taught.foundations import sound_of_speech as S
from course_lib.taught.training import listening as L


@pytest.fixture(scope="module")
def voice():
    return studio.say("The old pilot found a purple umbrella.", "emil", rate=150)


def test_spectra_are_librosas(voice):
    x = torch.from_numpy(voice.sound).double()
    rule = dict(n_fft=512, hop_length=160, win_length=400, pad_mode="reflect")
    assert np.abs(S.stft(x).numpy() - librosa.stft(x.numpy(), **rule)).max() < 1e-4
    for bands in (26, 40, 80):
        assert (
            np.abs(
                S.mel_filters(bands).numpy()
                - librosa.filters.mel(sr=16000, n_fft=512, n_mels=bands, htk=True, norm=None)
            ).max()
            < 1e-6
        )
    power = librosa.feature.melspectrogram(
        y=x.numpy(), sr=16000, n_mels=40, htk=True, norm=None, dtype=np.float64, **rule
    )
    theirs = librosa.feature.mfcc(S=np.log(power + S.FLOOR), n_mfcc=13, norm="ortho")
    assert np.abs(S.mfcc(x).T.numpy() - theirs).max() < 1e-4
    assert (
        np.abs(S.mfcc(x.float()).T.numpy() - theirs).max() < 2e-2
    )  # single precision, in which lessons run


def test_features_of_the_obama_paper(voice):
    f = S.features(voice.sound)
    assert f.shape == (1 + len(voice.sound) // 160, 28)
    assert torch.allclose(f[:-1, 14:], f[1:, :14] - f[:-1, :14], atol=1e-5)
    quiet, loud = (S.features(voice.sound * k) for k in (0.25, 1.0))
    assert (loud[:, 13] - quiet[:, 13])[20:-20].mean() == pytest.approx(2 * np.log(4), abs=0.3)
    with pytest.raises(ValueError, match="mono"):
        S.stft(np.zeros((2, 1000), np.float32))


def test_griffin_lim_comes_near(voice):
    x = torch.from_numpy(voice.sound).double()
    assert (S.istft(S.stft(x), len(x)) - x).abs().max() < 1e-6
    m = S.stft(x).abs()
    errors = [
        float((S.stft(S.griffin_lim(m, len(x), n)).abs() - m).norm() / m.norm())
        for n in (0, 20, 60)
    ]
    assert errors[0] > 0.4 and errors[2] < errors[1] < 0.2


@pytest.mark.parametrize("name", list(S.FORMANTS))
def test_vowels_have_their_formants(name):
    f1, f2, f3 = S.FORMANTS[name]
    response = np.abs(np.fft.rfft(S.tract(np.eye(1, 16384)[0], [f1, f2, f3, 3500])))
    for f in (f1, f2, f3):
        near = slice(int((f - 80) * 16384 / 16000), int((f + 80) * 16384 / 16000))
        peak = (near.start + response[near].argmax()) * 16000 / 16384
        assert abs(peak - f) < 60
    x = S.vowel((f1, f2, f3), f0=125, seconds=0.4)
    assert len(x) == 6400 and x.dtype == np.float32 and 0.4 < np.abs(x).max() <= 0.5
    tail = x[2000:5000] - x[2000:5000].mean()
    lag = 60 + np.correlate(tail, tail, "full")[len(tail) - 1 :][60:240].argmax()
    assert abs(16000 / lag - 125) < 5


def test_impossible_formants_are_refused():
    with pytest.raises(ValueError, match="formants lie between"):
        S.vowel((20, 900, 2000))


def test_closures_and_key_frames():
    closed, plain = [], []
    for text in studio.script(20, 8):
        speech = studio.say(text)
        times = np.arange(0.02, speech.seconds, 0.04)
        for curve, out in (
            (C.articulators(speech.phonemes, times), closed),
            (C.key_frames(speech.phonemes, times), plain),
        ):
            out += [
                curve[int(a * 25) : max(int(a * 25) + 1, int(np.ceil(b * 25))), 1].max() >= 0.9
                for p, a, b in speech.phonemes
                if p in "pbm"
            ]
    assert np.mean(closed) > 0.95 and np.mean(plain) < 0.7
    raw, fixed = (
        studio.say("Maybe Bob and Pam keep a happy puppy.", repair=r).phonemes
        for r in (False, True)
    )
    assert (
        len(raw) == len(fixed)
        and raw[-1][2] == fixed[-1][2]
        and any(a[1] - b[1] > 0.02 for a, b in zip(raw, fixed))
    )
    assert all(a[2] == b[1] and a[1] < a[2] for a, b in zip(fixed, fixed[1:]))


def test_blend_is_a_weighted_mean():
    start, end, times = np.array([0.0, 1.0]), np.array([1.0, 2.0]), np.linspace(0, 2, 50)
    target, law = np.array([[0.2], [0.8]]), np.ones((2, 1, 3)) * (1, 0, 0)
    assert np.allclose(C.blend(target, law, start, end, times), 0.5)
    law[1, 0, 0] = 1e12
    assert np.allclose(C.blend(target, law, start, end, times), 0.8)


def test_alignment_finds_exact_times():
    net, errors = own_listener(), []
    for k, text in enumerate(studio.script(8, 21)):
        said = studio.say(text, L.HELD_OUT[k % 2])
        found = S.align(S.log_probabilities(net, said.sound), [p for p, _, _ in said.phonemes])
        assert len(found) == len(said.phonemes) and all(
            a[2] == b[1] for a, b in zip(found, found[1:])
        )
        errors += [abs(f[1] - t[1]) for f, t in zip(found, said.phonemes)]
    assert np.median(errors) < 0.02
    with pytest.raises(ValueError, match="do not fit"):
        S.align(torch.zeros(5, 41), ["p", "a"] * 10)
    one = torch.full((6, 41), -9.0)
    one[:, 1] = 0
    assert S.align(one, ["p"]) == [("p", 0.0, pytest.approx(0.12))]
    with pytest.raises(ValueError, match="do not fit"):
        S.align(torch.zeros(2, 41), ["p", "_", "_", "b"])
    assert S.align(one, ["_", "p", "_"])[1] == ("p", 0.0, pytest.approx(0.12))


def test_unheard_voices_are_heard():
    exams = L.readings(20, 31, L.HELD_OUT, disturbed=False)
    net = own_listener()
    right = torch.cat([S.frame_scores(net, m).argmax(1) == y for m, y in exams]).float().mean()
    assert right > 0.65
    assert S.smooth_path(torch.tensor([[2.0, 0], [0, 1], [2, 0]])) == [0, 0, 0] and S.smooth_path(
        torch.eye(2) * 9
    ) == [0, 1]


def test_real_speech_is_labelled_and_two_alignments_agree(shared):
    """LJ Speech, read by a person: far above chance.

    The alignment agrees with the eSpeak reading laid over by DTW.
    """
    folder, net = shared / "speech", own_listener()
    with open(folder / "lj_transcripts.csv") as f:
        texts = {row[0]: row[2] for row in csv.reader(f, delimiter="|", quoting=csv.QUOTE_NONE)}
    for name, text in texts.items():
        x = media.read(folder / f"{name}.wav").resample(16000).samples
        found = L.label(net, x, text, voice="fiona")
        frames = {k: S.frame_labels(v, len(x) // 320) for k, v in found.items()}
        agree = (frames["heard"] == frames["aligned"]).float().mean()
        chance = (frames["heard"] == frames["aligned"].roll(150)).float().mean()
        assert agree > 0.25 and agree > 3 * chance
        apart = [abs(a[1] - b[1]) for a, b in zip(found["aligned"], found["read"])]
        assert np.median(apart) < 0.08


def test_kennedy_is_aligned(shared):
    folder = shared / "speech"
    x = media.read(folder / "jfk.flac").resample(16000).samples
    found = L.label(own_listener(), x, (folder / "jfk.txt").read_text())
    frames = {k: S.frame_labels(v, len(x) // 320) for k, v in found.items()}
    assert (frames["heard"] == frames["aligned"]).float().mean() > 0.25


def test_hearing_refuses_what_is_no_sound():
    with pytest.raises(media.MediaError, match="takes a Sound"):
        media.hear(np.zeros(16000))
    with pytest.raises(media.MediaError, match="no phoneme"):
        media.hear(media.Sound(np.zeros(100, np.float32), 16000))


def test_checkpoint_says_how_it_was_made_and_the_recipe_runs(tmp_path):
    import checkpoints

    path, row = weights.path("phonemes"), weights.manifest()["phonemes"]
    assert path.stat().st_size == row["bytes"] < 500_000
    with safe_open(path, "pt") as f:
        assert json.loads(f.metadata()["recipe"]) == row["recipe"]
    tiny = dict(row["recipe"], sentences=3, steps=2, batch=2, hidden=8)
    checkpoints.phonemes(tmp_path, tiny, tmp_path / "a.safetensors")
    assert S.PhonemeNet.load(tmp_path / "a.safetensors")(torch.zeros(1, 40, 40)).shape == (
        1,
        20,
        41,
    )


def test_script_is_seeded_and_checks_its_input():
    assert studio.script(5, 1) == studio.script(5, 1) != studio.script(5, 2)
    assert all(s[0].isupper() and "{" not in s for s in studio.script(300, 3))
    with pytest.raises(ValueError, match="whole number"):
        studio.script(0)


def test_pictures_of_speech(voice):
    clip = show.speech_clip(
        voice.sound, voice.sample_rate, voice.phonemes, curves=dict(a=np.arange(10.0))
    )
    assert (
        clip.sound is not None
        and clip.size[0] == 480
        and len(clip) == int(np.ceil(voice.seconds * 25))
    )
    green = lambda f: np.flatnonzero((f[4] == (60, 200, 120)).all(-1)).mean()
    assert green(clip.frames[5]) < green(clip.frames[-5])
    with pytest.raises(media.MediaError, match="16000 Hz"):
        show.speech_clip(voice.sound, 22050)
    with pytest.raises(media.MediaError, match="pixels wide"):
        show.speech_clip(voice.sound, 16000, film=media.Clip(np.zeros((3, 8, 640, 3), np.uint8)))


def test_an_empty_recording_is_refused():
    from course_lib.play import Microphone

    m = Microphone()
    m.samples = np.zeros(16000, np.float32).tobytes()
    with pytest.raises(ValueError, match="silent"):
        m.sound()
