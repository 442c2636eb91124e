"""Performances: what an actor does in front of the camera, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d

from ..human import expression_weights, load
from . import lips
from .speech import VOICES, Speech, say


class Frames:
    """What head and body performances share: length, slices, resampling. Tensors have one row a
    frame."""

    def __len__(self):
        return len(self.expression)

    def __getitem__(self, part):
        if not isinstance(part, slice):
            raise TypeError("take a slice of a performance, for example performance[10:20].")
        new = {f.name: v[part] for f in fields(self) if torch.is_tensor(v := getattr(self, f.name))}
        start, stop, step = part.indices(len(self))
        if step != 1:
            raise ValueError("a performance can be cut, not thinned: use resample(fps).")
        if self.sound is not None and (start, stop) != (0, len(self)):
            a, b = (round(t / self.fps * self.sample_rate) for t in (start, stop))
            new["sound"] = self.sound[a:b]
        if self.phonemes is not None and (start, stop) != (0, len(self)):
            t0, t1 = start / self.fps, stop / self.fps
            new["phonemes"] = [
                (p, max(a, t0) - t0, min(b, t1) - t0)
                for p, a, b in self.phonemes
                if b > t0 and a < t1
            ]
        return replace(self, **new)

    def to(self, device):
        return replace(
            self,
            **{
                f.name: v.to(device)
                for f in fields(self)
                if torch.is_tensor(v := getattr(self, f.name))
            },
        )

    def resample(self, fps):
        """The same motion at another frame rate."""
        T = max(1, round(len(self) / self.fps * fps))
        at = (torch.arange(T) * (self.fps / fps)).clamp(max=len(self) - 1)
        lo = at.floor().long()
        hi, f = (lo + 1).clamp(max=len(self) - 1), at - lo
        new = {
            k.name: v[lo] + (v[hi] - v[lo]) * f.view(-1, *[1] * (v.ndim - 1))
            for k in fields(self)
            if torch.is_tensor(v := getattr(self, k.name))
        }
        return replace(self, fps=fps, **new)


@dataclass
class Performance(Frames):
    """expression (T, 52) in 0..1, rotation (T, 3) of the head as a rotation vector in radians,
    translation (T, 3) metres, gaze (T, 2) yaw and pitch of the eyes relative to the head, fps;
    sound (N,), sample_rate and phonemes if there is speech."""

    expression: torch.Tensor
    rotation: torch.Tensor
    translation: torch.Tensor
    gaze: torch.Tensor
    fps: float = 25
    sound: np.ndarray | None = None
    sample_rate: int = 16000
    phonemes: list | None = None


@dataclass
class BodyPerformance(Frames):
    """joints (T, 36, 3) rotation vectors, root (T, 3) rotation of the pelvis, translation (T, 3)
    metres; the rest as Performance."""

    expression: torch.Tensor
    gaze: torch.Tensor
    joints: torch.Tensor
    root: torch.Tensor
    translation: torch.Tensor
    fps: float = 25
    sound: np.ndarray | None = None
    sample_rate: int = 16000
    phonemes: list | None = None


def still(seconds=None, fps=25, rotation=(0, 0, 0), gaze=(0, 0), **expression):
    """Hold one pose: one frame, or `seconds` of it. Expressions by ARKit name, for example
    still(jawOpen=0.4)."""
    T = 1 if seconds is None else max(1, round(seconds * fps))
    row = lambda x: torch.as_tensor(x, dtype=torch.float32).expand(T, -1).clone()
    e = expression_weights(**expression)
    return Performance(
        row(with_lids(e[None], torch.tensor([gaze], dtype=torch.float32))[0]),
        row(rotation),
        torch.zeros(T, 3),
        row(gaze),
        fps,
    )


def with_lids(expression, gaze):
    """Lids follow the eyes: add the ARKit eyeLook shapes that belong to a gaze (T, 2)."""
    at, out = load().expression_at, expression.clone()
    yaw, pitch = gaze.unbind(1)
    for name, v in (
        ("eyeLookOutLeft", yaw),
        ("eyeLookInRight", yaw),
        ("eyeLookInLeft", -yaw),
        ("eyeLookOutRight", -yaw),
        ("eyeLookUpLeft", pitch),
        ("eyeLookUpRight", pitch),
        ("eyeLookDownLeft", -pitch),
        ("eyeLookDownRight", -pitch),
    ):
        out[:, at[name]] = (v / 0.6).clamp(0, 1)
    return out


def drift(rng, T, fps, seconds, columns=1):
    """Slow random motion of unit size (T, columns): noise smoothed over so many seconds."""
    pad = int(4 * seconds * fps) + 1
    x = gaussian_filter1d(rng.standard_normal((T + 2 * pad, columns)), seconds * fps, axis=0)
    return (x / (x.std(0) + 1e-9))[pad:-pad]


def perform(
    speech,
    voice=None,
    language="en-us",
    seed=0,
    fps=25,
    style=1.0,
    head=1.0,
    smile=0.12,
    voice_of=None,
    rate=165,
    seconds=None,
):
    """Act a speech: lips, blinks, gaze, brows and head motion that go with the voice, all seeded.

    speech: a text, or Speech from `say`, or None for silent listening of `seconds`. voice,
    language, rate: for a text. style: how far the mouth moves (1 is normal). head: how much the
    head moves. smile: 0 to 1. voice_of: an actor whose sex chooses the voice when none is given.
    Returns a Performance with sound and phonemes.
    """
    if isinstance(speech, str):
        if voice is None:
            names = list(VOICES)
            women = [v for v in names if VOICES[v][0].startswith("f")]
            pool = (
                names
                if voice_of is None
                else women
                if voice_of.phenotypes["gender"] > 0.5
                else [v for v in names if v not in women]
            )
            voice = pool[seed % len(pool)]
        speech = say(speech, voice, language, rate)
    if speech is None:
        if not seconds or seconds <= 0:
            raise ValueError("a silent performance needs its length: perform(None, seconds=3).")
        speech = Speech(
            np.zeros(round(seconds * 16000), np.float32), 16000, [("_", 0.0, float(seconds))], ""
        )
    elif not isinstance(speech, Speech):
        raise TypeError(
            f"perform needs a text or what studio.say returned, not {type(speech).__name__}."
        )
    rng, at = np.random.default_rng([17, int(seed)]), load().expression_at
    T = max(1, int(np.ceil(speech.seconds * fps)))
    t = (np.arange(T) + 0.5) / fps
    a = lips.articulators(speech.phonemes, t, style)
    e = lips.to_arkit(a).numpy()
    n = speech.sample_rate // fps if isinstance(fps, int) else int(speech.sample_rate / fps)
    loud = np.array(
        [
            np.sqrt(np.mean(speech.sound[int(i * speech.sample_rate / fps) :][:n] ** 2) + 1e-12)
            if int(i * speech.sample_rate / fps) < len(speech.sound)
            else 0
            for i in range(T)
        ]
    )
    loud = gaussian_filter1d(loud / (np.percentile(loud, 95) + 1e-6), 0.08 * fps)
    stress = np.clip(gaussian_filter1d(loud, 0.10 * fps) - gaussian_filter1d(loud, 0.6 * fps), 0, 1)
    # head: slow wander, nods on stressed syllables, a tilt of its own
    wander = drift(rng, T, fps, 0.9, 3) * (0.045, 0.075, 0.030) + drift(rng, T, fps, 0.35, 3) * (
        0.012,
        0.018,
        0.010,
    )
    wander[:, 0] += 0.14 * gaussian_filter1d(stress, 0.06 * fps)
    rotation = head * wander
    translation = head * drift(rng, T, fps, 1.2, 3) * (0.006, 0.003, 0.006)
    # gaze: fixations of about a second near the camera, quick shifts between them, the eyes lead
    # the head back
    gaze, k = np.zeros((T, 2)), 0
    while k < T:
        hold = int(rng.gamma(3.0, 0.4) * fps) + 3
        gaze[k : k + hold] = rng.normal(0, (0.10, 0.05)) * (rng.random() < 0.6)
        k += hold
    gaze = gaussian_filter1d(gaze, 0.022 * fps, axis=0) - 0.6 * rotation[:, [1, 0]] * (1, -1)
    # blinks: closing 80 ms, opening 160 ms, about every four seconds and on large shifts of gaze
    shift = np.abs(np.diff(gaze[:, 0], prepend=gaze[0, 0])) > 0.05
    when, last = [], -2.0
    for i in range(T):
        if t[i] - last > 0.9 and (
            rng.random() < 1 / (3.5 * fps) or (shift[i] and rng.random() < 0.35)
        ):
            when.append(t[i])
            last = t[i]
    blink = np.zeros(T)
    for b in when:
        x = t - b
        blink = np.maximum(
            blink,
            np.where(x < 0, np.clip(1 + x / 0.09, 0, 1), np.clip(1 - (x - 0.04) / 0.16, 0, 1)),
        )
    for side in ("Left", "Right"):
        e[:, at["eyeBlink" + side]] = np.clip(0.06 + 0.94 * blink, 0, 1)
        e[:, at["mouthSmile" + side]] = np.clip(
            e[:, at["mouthSmile" + side]] + smile * (1 - a[:, 3]), 0, 1
        )
        e[:, at["cheekSquint" + side]] = 0.35 * smile
        e[:, at["eyeSquint" + side]] = np.clip(
            0.10 + 0.25 * smile + 0.05 * drift(rng, T, fps, 1.0)[:, 0], 0, 1
        )
        e[:, at["browOuterUp" + side]] = np.clip(
            0.5 * gaussian_filter1d(stress, 0.08 * fps) + 0.06 * drift(rng, T, fps, 0.8)[:, 0], 0, 1
        )
    brow = drift(rng, T, fps, 0.8)[:, 0]
    e[:, at["browInnerUp"]] = np.clip(
        0.9 * gaussian_filter1d(stress, 0.08 * fps) + 0.10 * brow, 0, 1
    )
    for side in ("Left", "Right"):
        e[:, at["browDown" + side]] = np.clip(-0.12 * brow, 0, 1)
    f = lambda x: torch.as_tensor(np.ascontiguousarray(x), dtype=torch.float32)
    gaze = f(np.clip(gaze, -0.5, 0.5))
    return Performance(
        with_lids(f(e), gaze),
        f(rotation),
        f(translation),
        gaze,
        fps,
        speech.sound,
        speech.sample_rate,
        speech.phonemes,
    )
