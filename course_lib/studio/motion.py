"""Performances: what an actor does in front of the camera, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import torch

from ..human import expression_weights, load
from . import acting, lips


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
    metres; hem (T, n, 3) metres in the performer's frame, how a skirt or a coat swings, if it is
    known; the rest as Performance."""

    expression: torch.Tensor
    gaze: torch.Tensor
    joints: torch.Tensor
    root: torch.Tensor
    translation: torch.Tensor
    fps: float = 25
    sound: np.ndarray | None = None
    sample_rate: int = 16000
    phonemes: list | None = None
    hem: torch.Tensor | None = None


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
    if isinstance(speech, str) and voice is None:
        voice = acting.choose_voice(voice_of, seed)
    if speech is None:
        speech = acting.silence(seconds)
    speech = acting.spoken(speech, voice, language, rate)
    rng = np.random.default_rng([17, int(seed)])
    T = max(1, int(np.ceil(speech.seconds * fps)))
    t = (np.arange(T) + 0.5) / fps
    mouth = lips.spoken(speech.phonemes, t, style)
    stress = acting.stresses(speech, T, fps)
    rotation, translation = (head * x for x in acting.move_head(rng, stress, fps))
    gaze = acting.look_around(rng, rotation, fps)
    blink = acting.blinks(rng, t, gaze, fps)
    expression = acting.play_face(rng, mouth, blink, stress, smile, fps)
    gaze = as_float(gaze.clip(-0.5, 0.5))
    return Performance(
        with_lids(as_float(expression), gaze),
        as_float(rotation),
        as_float(translation),
        gaze,
        fps,
        speech.sound,
        speech.sample_rate,
        speech.phonemes,
    )


def as_float(x):
    """An array of any layout -> a float32 tensor."""
    return torch.as_tensor(np.ascontiguousarray(x), dtype=torch.float32)
