"""Speaking with the hands: gestures of all kinds by chance, and a lecturer's by a law."""

from __future__ import annotations

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from .acting import drift, loudness, spoken, stresses
from .body import BodyModel, solve
from .casting import cast
from .dance import home
from .motion import BodyPerformance, as_float, perform

# where the hands are at the top of a gesture, in arm lengths from the shoulder: left hand; the
# right hand mirrors it or rests
GESTURES = {
    "beat_right": (None, (-0.15, -0.30, 0.50)),
    "beat_left": ((0.15, -0.30, 0.50), None),
    "beat_both": ((0.12, -0.32, 0.50), (-0.12, -0.32, 0.50)),
    "open_palms": ((0.45, -0.42, 0.42), (-0.45, -0.42, 0.42)),
    "to_chest": (None, (0.30, -0.30, 0.30)),
    "point_right": (None, (-0.50, -0.08, 0.62)),
    "big": ((0.62, -0.15, 0.35), (-0.62, -0.15, 0.35)),
    "together": ((-0.16, -0.40, 0.42), (0.16, -0.40, 0.42)),
    "raise_left": ((0.30, 0.10, 0.45), None),
}
REST = np.array([[0.10, -0.66, 0.38], [-0.10, -0.66, 0.38]])
# a lecturer's hands, near enough to the body for a picture of its upper half
FOLDED = np.array([[-0.14, -0.60, 0.42], [0.14, -0.60, 0.42]])
LECTURES = {
    "beat_both": ((0.06, -0.34, 0.52), (-0.06, -0.34, 0.52)),
    "beat_right": (None, (-0.06, -0.26, 0.52)),
    "raise_left": ((0.16, -0.16, 0.52), None),
    "point_right": (None, (-0.26, -0.16, 0.54)),
}
SPREAD = np.array([[0.30, 0.14, 0.02], [-0.30, 0.14, 0.02]])  # how far a loud voice opens the hands
FREE = 0.2  # share of a lecturer's strokes that chance decides
CALM = 0.6  # how much a lecturer's head moves, of what it does in a talk
APART = 0.5  # seconds between two of them, at least


def hands_at(kinds, name, rest):
    """Where both hands are at the top of a gesture -> (2, 3), in arm lengths from the shoulders."""
    return np.array([rest[k] if g is None else g for k, g in enumerate(kinds[name])], float)


def by_chance(speech, T, rng, fps):
    """Gestures of all nine kinds, each where the voice is loud -> hands (T, 2, 3)."""
    n = int(speech.sample_rate / fps)
    pieces = [speech.sound[i * n : (i + 1) * n] for i in range(T)]
    loud = np.array([np.sqrt(np.mean(x**2 + 1e-12)) if len(x) else 0 for x in pieces])
    loud = gaussian_filter1d(loud, 0.12 * fps)
    keys, i = [(0, REST)], int(0.2 * fps)
    while i < T:
        window = loud[i : i + int(1.1 * fps)]
        peak = i + int(window.argmax())
        name = str(rng.choice(list(GESTURES)))
        pose = hands_at(GESTURES, name, REST) + rng.normal(0, 0.035, (2, 3))
        if loud[peak] > 0.35 * loud.max():
            keys += [
                (max(peak - int(0.12 * fps), keys[-1][0] + 1), pose + (0, 0.10, -0.02)),
                (max(peak, keys[-1][0] + 2), pose),
            ]
        else:
            keys.append((max(peak, keys[-1][0] + 2), REST + rng.normal(0, 0.02, (2, 3))))
        i = max(peak, i) + int(rng.uniform(0.7, 1.3) * fps)
    return between(keys, T, 0.085 * fps)


def between(keys, T, soft):
    """Hands (2, 3) at some frames, a list of pairs -> hands (T, 2, 3) of all, `soft` frames long
    rounded off."""
    when = np.array([k for k, _ in keys])
    value = np.stack([p for _, p in keys]).reshape(len(keys), 6)
    hands = np.stack([np.interp(np.arange(T), when, value[:, c]) for c in range(6)], 1)
    return gaussian_filter1d(hands, soft, axis=0, mode="nearest").reshape(T, 2, 3)


def by_law(speech, T, rng, fps, free):
    """A lecturer's hands (T, 2, 3): see `lecture`."""
    stress = stresses(speech, T, fps)
    level = gaussian_filter1d(loudness(speech, T, fps), 0.3 * fps).clip(0, 1)
    hands = FOLDED + level[:, None, None] * SPREAD
    peaks, _ = find_peaks(stress, distance=max(1, round(APART * fps)), height=0.04)
    for peak in peaks:
        name = str(rng.choice(list(LECTURES))) if rng.random() < free else "beat_both"
        away = (np.arange(T) - peak) / fps / 0.32  # a stroke lasts 0.64 s
        stroke = (0.5 + 0.5 * np.cos(np.pi * away.clip(-1, 1)))[:, None, None]
        strength = 0.3 + 0.7 * min(1.0, stress[peak] / 0.3)
        hands = hands + strength * stroke * (hands_at(LECTURES, name, FOLDED) - FOLDED)
    return gaussian_filter1d(hands, 0.05 * fps, axis=0, mode="nearest")


def standing(model, acting, hands, shift, speech, fps):
    """Somebody who stands and speaks: hands (T, 2, 3), the pelvis' sway `shift` (T, 3) metres."""
    T = len(acting)
    height, feet = home(model)
    pelvis = as_float(shift) + torch.tensor([0.0, height + 0.028, 0.0])
    spine = as_float(np.stack([0.02 + 0 * shift[:, 0], shift[:, 0] * 2, -shift[:, 0]], 1))
    joints = solve(
        model,
        torch.zeros(T, 3),
        pelvis,
        spine,
        as_float(hands),
        feet.expand(T, 2, 3),
        torch.zeros(T, 2) + torch.tensor([0.25, -0.25]),
        acting.rotation,
    )
    return BodyPerformance(
        acting.expression,
        acting.gaze,
        joints,
        torch.zeros(T, 3),
        pelvis - torch.tensor([0.0, height + 0.035, 0.0]),
        fps,
        speech.sound,
        speech.sample_rate,
        speech.phonemes,
    )


def gesture(speech, voice=None, language="en-us", seed=0, fps=25, actor=None):
    """Speak with the hands: arm gestures from a set of nine, timed to the stressed parts of the
    speech. Returns a BodyPerformance."""
    speech = spoken(speech, voice or "grace", language, what="gesture")
    model = BodyModel(actor or cast(0))
    acting = perform(speech, seed=seed, fps=fps)
    T, rng = len(acting), np.random.default_rng([23, int(seed)])
    hands = by_chance(speech, T, rng, fps)
    shift = gaussian_filter1d(rng.standard_normal((T, 3)), 1.2 * fps, axis=0, mode="nearest")
    shift = shift / (np.abs(shift).max(0) + 1e-6) * (0.03, 0.004, 0.01)
    return standing(model, acting, hands, shift, speech, fps)


def lecture(speech, voice=None, language="en-us", seed=0, fps=25, actor=None, free=FREE):
    """Lecture: the hands follow the voice by a law that is known, and by chance.

    While the voice is loud the hands are apart, in a pause they fold; at every accent, a stressed
    syllable louder than what is around it, both strike, the higher the stronger it is. free: the
    share of strokes, 0..1, that chance decides: one of the four kinds in LECTURES. Lips and nods
    follow the voice as in `perform`; blinks, gaze and sway are chance. Returns a BodyPerformance.
    """
    if not 0 <= free <= 1:
        raise ValueError(f"free is a share, 0 to 1, not {free}.")
    speech = spoken(speech, voice or "grace", language, what="lecture")
    acting = perform(speech, seed=seed, fps=fps, head=CALM)
    T, rng = len(acting), np.random.default_rng([29, int(seed)])
    hands = by_law(speech, T, rng, fps, free)
    shift = drift(rng, T, fps, 1.2, 3) * (0.004, 0.001, 0.002)
    return standing(BodyModel(actor or cast(0)), acting, hands, shift, speech, fps)
