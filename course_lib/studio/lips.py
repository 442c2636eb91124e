"""From the articulators of lesson 04 (dominance functions after Cohen and Massaro 1993) to the
ARKit shapes of the mouth."""

from __future__ import annotations

import numpy as np
import torch

from ..human import load
from ..taught.foundations.coarticulation import (
    ARTICULATORS,
    VISEMES,
    articulators,
    segments,
    viseme,
)

__all__ = ["ARTICULATORS", "VISEMES", "articulators", "segments", "spoken", "viseme", "to_arkit"]


def spoken(phonemes, times, style=1.0, at_once=64):
    """`articulators` at times (T,) -> (T, 9), some of them at once: all of a long speech would hold
    each segment's pull at each moment, half a gigabyte in a minute."""
    parts = np.split(times, range(at_once, len(times), at_once))
    return np.concatenate([articulators(phonemes, part, style) for part in parts])


def to_arkit(a):
    """Articulators (T, 9) -> the 52 ARKit weights (T, 52). `seal` closes the lips at any height of
    the jaw."""
    jaw, seal, tuck, pucker, funnel, spread, lower, upper, tongue = np.asarray(a).T
    sealed = np.clip((seal - 0.35) / 0.5, 0, 1)  # lips meet before the seal is complete
    open_ = 1 - sealed
    w = dict(
        jawOpen=jaw,
        mouthClose=sealed * jaw,
        mouthPressLeft=0.25 * np.clip((seal - 0.8) / 0.2, 0, 1) * (seal > 0.8),
        mouthRollLower=0.65 * tuck + 0.12 * sealed,
        mouthRollUpper=0.10 * sealed,
        mouthFunnel=funnel * open_,
        mouthPucker=pucker,
        mouthStretchLeft=0.45 * spread * (1 - 0.7 * pucker),
        mouthSmileLeft=0.6 * spread * (1 - 0.8 * pucker),
        mouthLowerDownLeft=lower * open_ * (1 - tuck),
        mouthUpperUpLeft=upper * open_,
        tongueOut=0.55 * tongue * open_,
        mouthShrugLower=0.35 * tuck,
    )
    h, T = load(), len(jaw)
    out = np.zeros((T, len(h.names)), np.float32)
    for k, v in w.items():
        out[:, h.expression_at[k]] = v
        if k.endswith("Left"):
            out[:, h.expression_at[k[:-4] + "Right"]] = v
    return torch.from_numpy(out.clip(0, 1))
