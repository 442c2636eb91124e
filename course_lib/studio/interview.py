"""Training footage of one actor: a long interview in which the face goes through all it can do,
a talk of any length, and glances at random moments.
"""

from __future__ import annotations

import numpy as np
import torch

from ..human import load
from ..media import Clip
from .casting import cast
from .film import film
from .motion import Performance, perform, with_lids
from .script import script
from .stage import LIGHTS, Camera

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


def talk(actor, frames, seed=0, head=2.0):
    """What an actor says and does, in so many frames, in one go: they speak, move their head
    (1 is usual), smile now and then, look about and close their eyes -> a Performance."""
    sentences, performance = 6, ()
    while len(performance) < frames:
        words = " ".join(script(sentences, seed))
        performance = perform(words, seed=seed, voice_of=actor, head=head)
        sentences += 4
    return acted(performance[:frames])


def glances(number, shots, seed=0, size=256):
    """The actor `number` at random moments of a speech, in one of the studio's lights, with random
    gaze, lids, pose and distance -> a Clip of `shots` frames; gaze (shots, 2), yaw and pitch in
    radians; and openness of the lids (shots,), 1 open and 0 closed.

    Gaze is uniform within 0.5 and 0.35, twice what people do in a talk. Lids are closed to some
    degree in a third of the frames, and do not follow the gaze: it shows in the eyeballs alone.
    """
    rng = np.random.default_rng([seed, number])
    actor = cast(number)
    speech = perform(" ".join(script(2, number)), seed=number, voice_of=actor)
    at = rng.choice(len(speech), shots, replace=len(speech) < shots)
    gaze = rng.uniform((-0.5, -0.35), (0.5, 0.35), (shots, 2)).astype(np.float32)
    closed = np.where(rng.random(shots) < 0.35, rng.random(shots), 0).astype(np.float32)
    expression = speech.expression[at].clone()
    for side in ("Left", "Right"):
        expression[:, load().expression_at["eyeBlink" + side]] = torch.from_numpy(closed)
    turn = rng.normal(0, (0.15, 0.3, 0.1), (shots, 3)).astype(np.float32)
    acting = Performance(
        expression, torch.from_numpy(turn), speech.translation[at], torch.from_numpy(gaze)
    )
    camera = Camera(distance=rng.uniform(1.0, 1.6), look_at=(0.0, 0.03, 0.0))
    light = list(LIGHTS)[rng.integers(len(LIGHTS))]
    return film(actor, acting, size, camera, light), gaze, 1 - closed
