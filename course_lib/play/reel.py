"""A film that is drawn anew only where its performance has changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from ..media import Clip
from ..studio import film

MOVING = ("expression", "rotation", "translation", "gaze")
STILL = 1e-3  # of an expression, radian or metre: less is seen in a pixel of an edge at most


class Reel:
    """The film of one actor, made again and again; settings are those of `studio.film`."""

    def __init__(self, actor, **settings):
        self.actor = actor
        self.settings = settings
        self.performance = None
        self.clip = None

    def film(self, performance):
        """A Performance -> its Clip; drawn are the frames that differ from the last ones."""
        fresh = self.fresh(performance)
        if fresh.all():
            self.clip = film(self.actor, performance, **self.settings)
            self.performance = performance
        elif fresh.any():
            self.insert(performance, fresh)
        return self.clip

    def fresh(self, performance):
        """Which frames have to be drawn, (T,) bool."""
        last = self.performance
        everything = torch.ones(len(performance), dtype=torch.bool)
        if last is None or len(last) != len(performance):
            return everything
        if not np.array_equal(last.sound, performance.sound):
            return everything
        moves = [(getattr(performance, k) - getattr(last, k)).abs().amax(1) for k in MOVING]
        return torch.stack(moves).amax(0) > STILL

    def insert(self, performance, fresh):
        """Draw the fresh frames and put them between the others."""
        rows = {k: getattr(performance, k)[fresh] for k in MOVING}
        drawn = film(
            self.actor, replace(performance, sound=None, phonemes=None, **rows), **self.settings
        )
        old = self.clip
        frames = old.frames.copy()
        frames[fresh.numpy()] = drawn.frames
        truth = dict(old.truth)
        for name in ("expression", "pose", "gaze", "landmarks", "parts"):
            truth[name] = truth[name].copy()
            truth[name][fresh.numpy()] = drawn.truth[name]
        self.clip = Clip(frames, old.fps, old.sound, old.sample_rate, truth, old.info)
        kept = {
            k: torch.where(fresh[:, None], getattr(performance, k), getattr(self.performance, k))
            for k in MOVING
        }
        self.performance = replace(performance, **kept)
