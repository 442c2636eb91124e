"""Training footage of one actor: a long interview in which the face goes through all it can do."""

from __future__ import annotations

import numpy as np
import torch

from ..human import load
from ..media import Clip
from .film import film
from .motion import perform, with_lids
from .script import script

HEADS = (1.0, 1.8, 2.4, 1.4)  # how far the head moves, take after take
SMILES = (0.3, 0.9, 0.6, 0.0)  # the height of a smile that comes and goes
KEPT = ("expression", "gaze", "landmarks", "pose")


def wave(T, fps, seconds):
    """From 0 up to 1 and back, over and over, one turn in so many seconds: (T,)."""
    return 0.5 - 0.5 * torch.cos(torch.arange(T) / fps * 2 * torch.pi / seconds)


def acted(p, smile=0.6, look=0.3):
    """A performance with more in it: a smile that comes and goes (0..1), eyes that wander by `look`
    radians, and lids that close slowly every three seconds: quick blinks last a frame or two, too
    few to learn a closed eye from. -> the Performance, changed in place.
    """
    at = load().expression_at
    T = len(p)
    for side in ("Left", "Right"):
        corner = p.expression[:, at["mouthSmile" + side]]
        p.expression[:, at["mouthSmile" + side]] = torch.maximum(
            corner, smile * wave(T, p.fps, 3.1)
        )
        lid = p.expression[:, at["eyeBlink" + side]]
        closing = ((wave(T, p.fps, 3.3) - 0.75) / 0.2).clamp(0, 1)
        p.expression[:, at["eyeBlink" + side]] = torch.maximum(lid, closing)
    p.gaze[:, 0] += look * (2 * wave(T, p.fps, 4.3) - 1)
    p.gaze[:, 1] += 0.4 * look * (2 * wave(T, p.fps, 2.9) - 1)
    p.expression = with_lids(p.expression, p.gaze)
    return p


def interview(
    actor, seed=0, takes=4, frames=150, size=128, lights=("soft", "window"), background="grey"
):
    """Film an actor in several takes: other sentences, head movements, smiles and looks in each, in
    lights by turns. -> one silent Clip of takes * frames frames, with expression, gaze, landmarks
    and pose as its truth.

    seed: of sentences and movements. frames: of each take, at 25 a second. Raises ValueError for
    fewer than one take or frame, and what `film` raises.
    """
    if takes < 1 or frames < 1:
        raise ValueError(f"an interview has takes and frames, not {takes} and {frames}.")
    frames_of, truth = [], {name: [] for name in KEPT}
    for k in range(takes):
        take = seed * 101 + k
        acting = dict(seed=take, voice_of=actor, head=HEADS[k % 4], rate=150)
        lines = script(max(3, frames // 40), take)
        while len(p := perform(" ".join(lines), **acting)) < frames:
            lines += script(2, take + 50 + len(lines))
        p = acted(p[:frames], SMILES[k % 4])
        light = lights[k % len(lights)]
        shot = film(actor, p, size=size, light=light, background=background)
        frames_of.append(shot.frames)
        for name in KEPT:
            truth[name].append(shot.truth[name])
    truth = {name: np.concatenate(parts) for name, parts in truth.items()}
    return Clip(np.concatenate(frames_of), 25, truth=truth, info=dict(shot.info))
