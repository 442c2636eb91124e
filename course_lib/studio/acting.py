"""What an actor does while speaking, besides the words: the head, the eyes, the lids, the brows."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ..human import load
from . import lips
from .casting import is_woman
from .speech import SAMPLE_RATE, VOICES, Speech, say


def choose_voice(actor, seed):
    """A voice for a seed, of the actor's sex if there is an actor."""
    women = [v for v in VOICES if VOICES[v][0].startswith("f")]
    if actor is None:
        pool = list(VOICES)
    elif is_woman(actor.phenotypes):
        pool = women
    else:
        pool = [v for v in VOICES if v not in women]
    return pool[seed % len(pool)]


def silence(seconds):
    """Speech without a word. Raises ValueError without a length."""
    if not seconds or seconds <= 0:
        raise ValueError("a silent performance needs its length: perform(None, seconds=3).")
    sound = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    return Speech(sound, SAMPLE_RATE, [("_", 0.0, float(seconds))], "")


def spoken(speech, voice, language, rate=165, what="perform"):
    """A text or a Speech -> the Speech. Raises TypeError, in the name of `what`, for anything
    else."""
    if isinstance(speech, str):
        return say(speech, voice, language, rate)
    if not isinstance(speech, Speech):
        raise TypeError(
            f"{what} needs a text or what studio.say returned, not {type(speech).__name__}."
        )
    return speech


def drift(rng, T, fps, seconds, columns=1):
    """Slow random motion of unit size (T, columns): noise smoothed over so many seconds."""
    pad = int(4 * seconds * fps) + 1
    x = gaussian_filter1d(rng.standard_normal((T + 2 * pad, columns)), seconds * fps, axis=0)
    return (x / (x.std(0) + 1e-9))[pad:-pad]


def loudness(speech, T, fps):
    """Loudness of the sound in each frame (T,): 1 is the 95th percentile of the whole."""
    n = int(speech.sample_rate / fps)
    starts = (int(i * speech.sample_rate / fps) for i in range(T))
    pieces = [speech.sound[start : start + n] for start in starts]
    loud = np.array([np.sqrt(np.mean(x**2) + 1e-12) if len(x) else 0 for x in pieces])
    return gaussian_filter1d(loud / (np.percentile(loud, 95) + 1e-6), 0.08 * fps)


def stresses(speech, T, fps):
    """Where a syllable is louder than what is around it, (T,) in 0..1."""
    loud = loudness(speech, T, fps)
    return np.clip(gaussian_filter1d(loud, 0.10 * fps) - gaussian_filter1d(loud, 0.6 * fps), 0, 1)


def move_head(rng, stress, fps):
    """Slow wander, nods on stressed syllables: rotation (T, 3) radians, translation (T, 3) m."""
    T = len(stress)
    slow = drift(rng, T, fps, 0.9, 3) * (0.045, 0.075, 0.030)
    rotation = slow + drift(rng, T, fps, 0.35, 3) * (0.012, 0.018, 0.010)
    rotation[:, 0] += 0.14 * gaussian_filter1d(stress, 0.06 * fps)
    return rotation, drift(rng, T, fps, 1.2, 3) * (0.006, 0.003, 0.006)


def look_around(rng, rotation, fps):
    """Gaze (T, 2): fixations of about a second near the camera, quick shifts between them, and the
    eyes lead the head, rotation (T, 3), back."""
    gaze = np.zeros((len(rotation), 2))
    k = 0
    while k < len(gaze):
        hold = int(rng.gamma(3.0, 0.4) * fps) + 3
        gaze[k : k + hold] = rng.normal(0, (0.10, 0.05)) * (rng.random() < 0.6)
        k += hold
    return gaussian_filter1d(gaze, 0.022 * fps, axis=0) - 0.6 * rotation[:, [1, 0]] * (1, -1)


def blink_times(rng, t, gaze, fps):
    """The seconds at which the lids meet: about every four seconds and on large shifts of gaze."""
    shift = np.abs(np.diff(gaze[:, 0], prepend=gaze[0, 0])) > 0.05
    when, last = [], -2.0
    for now, shifted in zip(t, shift, strict=True):
        if now - last > 0.9 and (
            rng.random() < 1 / (3.5 * fps) or (shifted and rng.random() < 0.35)
        ):
            when.append(now)
            last = now
    return when


def blinks(rng, t, gaze, fps):
    """How far the lids are closed at times t (T,): they close in 90 ms and open in 160 ms."""
    blink = np.zeros(len(t))
    for when in blink_times(rng, t, gaze, fps):
        x = t - when
        closing = np.clip(1 + x / 0.09, 0, 1)
        opening = np.clip(1 - (x - 0.04) / 0.16, 0, 1)
        blink = np.maximum(blink, np.where(x < 0, closing, opening))
    return blink


def play_face(rng, mouth, blink, stress, smile, fps):
    """The 52 ARKit weights (T, 52): the mouth's articulators (T, 9), lids that blink (T,), a smile
    that makes way for a pucker, brows that rise with the stress (T,)."""
    T, at = len(mouth), load().expression_at
    e = lips.to_arkit(mouth).numpy()
    pucker = mouth[:, lips.ARTICULATORS.index("pucker")]
    raised = gaussian_filter1d(stress, 0.08 * fps)
    for side in ("Left", "Right"):
        e[:, at["eyeBlink" + side]] = np.clip(0.06 + 0.94 * blink, 0, 1)
        corner = e[:, at["mouthSmile" + side]] + smile * (1 - pucker)
        e[:, at["mouthSmile" + side]] = np.clip(corner, 0, 1)
        e[:, at["cheekSquint" + side]] = 0.35 * smile
        squint = 0.10 + 0.25 * smile + 0.05 * drift(rng, T, fps, 1.0)[:, 0]
        e[:, at["eyeSquint" + side]] = np.clip(squint, 0, 1)
        outer = 0.5 * raised + 0.06 * drift(rng, T, fps, 0.8)[:, 0]
        e[:, at["browOuterUp" + side]] = np.clip(outer, 0, 1)
    brow = drift(rng, T, fps, 0.8)[:, 0]
    e[:, at["browInnerUp"]] = np.clip(0.9 * raised + 0.10 * brow, 0, 1)
    for side in ("Left", "Right"):
        e[:, at["browDown" + side]] = np.clip(-0.12 * brow, 0, 1)
    return e
