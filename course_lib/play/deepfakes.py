"""Lesson 09: convert one frame, step by step, and look back at the training."""

from __future__ import annotations

from functools import cached_property

import cv2
import ipywidgets as W
import numpy as np

from .. import show
from ..media.faces import own_finder
from ..studio import cast, film, still
from ..taught.swap.deepfakes import Settings, apply, extract, frames_of, paste, true_frames
from .base import Playground, heat_map, slider

COLOURS = ("none", "mean", "reinhard", "linear", "mkl")
BLENDS = ("alpha", "poisson", "pyramid")


class ConversionPlayground(Playground):
    """The half of a face swap that is no network: a true face, in another light, put into a frame.

    Left to right: the frame, the result, the truth, and the error (pale is 0.25 or more). Lengths
    are shares of the crop's side.
    """

    def __init__(self, a=16, b=27, size=192):
        self.pair = (a, b)
        self.size = size
        super().__init__(
            {
                "erode": slider("erode", 0, 0.15, 0.02, 0.005),
                "blur": slider("blur", 0, 0.15, 0.0, 0.005),
                "colour": W.Dropdown(options=COLOURS, value="none", description="colour"),
                "blend": W.Dropdown(options=BLENDS, value="alpha", description="blend"),
                "noise": slider("landmark noise", 0, 4, 0.0, 0.1),
                "coverage": slider("coverage", 0.5, 1.1, 0.66),
            },
            width=720,
        )

    @cached_property
    def scene(self):
        """Frame of A, B in another light, the truth, landmarks of both: filmed once."""
        pose = still(
            rotation=(0.0, 0.25, 0.0), jawOpen=0.15, mouthSmileLeft=0.4, mouthSmileRight=0.4
        )
        a, b = (cast(seed) for seed in self.pair)
        frame, other, same = (
            film(actor, pose, size=self.size, light=light, background="office")
            for actor, light in ((a, "warm"), (b, "soft"), (b, "warm"))
        )
        p, q = (clip.truth["landmarks"].astype(np.float64) for clip in (frame, same))
        truth, _ = true_frames(frame.frames, same.frames, p, q, own_finder().mean)
        return frame.frames[0], other.frames, truth[0], p, q

    def draw_picture(self):
        frame, other, truth, p, q = self.scene
        mean = own_finder().mean
        asked = ("coverage", "erode", "blur", "colour", "blend")
        settings = Settings(**{name: self.value(name) for name in asked})
        noisy = p + np.random.default_rng(0).normal(0, 1, p.shape) * self.value("noise")
        face = extract(other, frames_of(q, mean, settings.coverage), 128)[0] / 255
        result = paste(
            frame, face, noisy[0], frames_of(noisy, mean, settings.coverage)[0], settings
        )
        error = np.abs(result.astype(np.float32) - truth).mean(-1) / 255
        self.status.value = f"mean error {error.mean():.4f}"
        panels = [frame, result, truth, heat_map(error, 0.25)]
        return show.grid(panels, 4, labels=["A", "result", "truth", "error"])


class SnapshotPlayground(Playground):
    """Training time on one slider, frames on the other: A, A rebuilt, A swapped, truth.

    model: any model of lesson 09; snapshots: step -> state dict; faces and truth: crops
    (T, S, S, 3) uint8. Raises ValueError if there is no snapshot.
    """

    def __init__(self, model, snapshots, faces, truth):
        if not snapshots:
            raise ValueError("there are no snapshots: pass keep= and every= to fit.")
        self.model = model
        self.snapshots = snapshots
        self.steps = sorted(snapshots)
        self.faces = faces
        self.truth = truth
        self.last = {k: v.clone() for k, v in model.state_dict().items()}
        super().__init__(
            {
                "time": W.IntSlider(
                    len(snapshots) - 1, 0, len(snapshots) - 1, description="training"
                ),
                "frame": W.IntSlider(len(faces) // 3, 0, len(faces) - 1, description="frame"),
            },
            width=720,
        )

    def draw_picture(self):
        step = self.steps[self.value("time")]
        t = self.value("frame")
        self.status.value = f"after {step} steps"
        x = self.faces[t : t + 1]
        self.model.load_state_dict(self.snapshots[step])
        panels = [
            x[0] / 255,
            apply(self.model, x, "A")[0],
            apply(self.model, x)[0],
            self.truth[t] / 255,
        ]
        self.model.load_state_dict(self.last)
        panels = [
            cv2.resize(np.float32(p), (180, 180), interpolation=cv2.INTER_CUBIC).clip(0, 1)
            for p in panels
        ]
        return show.grid(panels, 4, labels=["A", "A rebuilt", "swap", "truth"])
