"""Everybody speaks with their own mouth: what the same sound makes of different faces."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from ..human import load
from .motion import perform

SIDES = ("mouthStretch", "mouthSmile", "mouthLowerDown", "mouthUpperUp")  # may lean to one side
ROUND = ("mouthPucker", "mouthFunnel")


def manner(number):
    """How a person's mouth differs from the usual one, a matrix (52, 52): expressions (T, 52) times
    it are theirs. Seeded by `number`; upper face as it is.

    Jaw, rounding, and each pair of lip units have a strength of their own; the mouth may lean to a
    side; the jaw may take lips along, and pursing a funnel. What closes the lips over an open jaw
    (mouthClose) has the jaw's strength and takes them back, so that a closed mouth stays closed.
    """
    at = load().expression_at
    draw = np.random.default_rng([int(number), 22]).uniform
    out = np.eye(len(at), dtype=np.float32)
    jaw = draw(0.7, 1.25)
    for name in ("jawOpen", "mouthClose"):
        out[at[name], at[name]] = jaw
    lean = draw(-0.3, 0.3)
    for name in SIDES:
        strength = draw(0.6, 1.3)
        for side, share in (("Left", 1 + lean), ("Right", 1 - lean)):
            out[at[name + side], at[name + side]] = strength * share
    for name in ROUND:
        out[at[name], at[name]] = draw(0.6, 1.3)
    out[at["mouthPucker"], at["mouthFunnel"]] = draw(0, 0.4)
    out[at["mouthFunnel"], at["mouthPucker"]] = draw(0, 0.3)
    for name, along in (("mouthLowerDown", draw(0, 0.3)), ("mouthUpperUp", draw(0, 0.25))):
        for side in ("Left", "Right"):
            out[at["jawOpen"], at[name + side]] = along
            out[at["mouthClose"], at[name + side]] = -along
    return torch.from_numpy(out)


def mannered(performance, number):
    """The Performance as the person `number` would give it."""
    expression = (performance.expression @ manner(number)).clamp(0, 1)
    return replace(performance, expression=expression)


def saying(performance, speech, number):
    """The Performance with the mouth of the person `number` who says a Speech, head, eyes and brows
    as they are; as long as the shorter of the two."""
    said = mannered(perform(speech, seed=1), number).expression
    T = min(len(performance), len(said))
    mouth = [k for n, k in load().expression_at.items() if n.startswith(("jaw", "mouth", "tongue"))]
    expression = performance.expression[:T].clone()
    expression[:, mouth] = said[:T, mouth]
    return replace(performance[:T], expression=expression, sound=None, phonemes=None)
