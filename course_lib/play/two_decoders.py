"""Lesson 09a: drive the swap by hand."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from .. import show, weights
from ..media.faces import own_finder
from ..studio import cast, film, still
from ..taught.swap.deepfakes import DF, apply, extract, squares_of
from ..train import pick_device
from .base import Playground, slider

SIDE = 256  # pixels of each panel
HOUR = dict(size=128, c=8, z=64)  # what the shipped weights are for


class SwapPlayground(Playground):
    """A is posed by sliders, the shipped network draws B, and the studio films B in the same pose.

    Left to right: A, the swap, the truth. Raises OSError where the weights are missing.
    """

    def __init__(self, a=16, b=27):
        self.pair = [cast(seed) for seed in (a, b)]
        super().__init__(
            {
                "mouth": slider("mouth", 0, 0.7, 0.35),
                "smile": slider("smile", 0, 1, 0.3),
                "lids": slider("lids shut", 0, 1, 0.0),
                "gaze": slider("gaze", -0.5, 0.5, 0.0),
                "turn": slider("turn", -0.9, 0.9, 0.15),
            },
            width=3 * SIDE,
        )

    @cached_property
    def model(self):
        net = DF(**HOUR).to(pick_device())
        net.load_state_dict(weights.read("swap_hour"), strict=False)
        return net

    def pose(self):
        smile, lids = self.value("smile"), self.value("lids")
        return still(
            rotation=(0.0, self.value("turn"), 0.0),
            gaze=(self.value("gaze"), 0.0),
            jawOpen=self.value("mouth"),
            mouthSmileLeft=smile,
            mouthSmileRight=smile,
            eyeBlinkLeft=lids,
            eyeBlinkRight=lids,
        )

    def draw_picture(self):
        pose, finder = self.pose(), own_finder()
        cut = []
        for actor in self.pair:
            frames = film(actor, pose, size=256, light="soft", background="office").frames
            try:
                marks = finder.track(frames)
            except ValueError:
                self.status.value = "lesson 03's network finds no face here: turn back a little"
                return show.grid([np.ones((SIDE, SIDE, 3))] * 3, 3, labels=["no face found"])
            cut.append(extract(frames, squares_of(marks, finder.mean), HOUR["size"]))
        swap = apply(self.model, cut[0])
        error = np.abs(swap[0, ..., :3] - cut[1][0] / 255).mean()
        self.status.value = f"mean error {error:.3f} over the whole square"
        panels = [show.enlarged(x, SIDE) for x in (cut[0][0] / 255, swap[0], cut[1][0] / 255)]
        return show.grid(panels, 3, labels=["A, the puppeteer", "swap", "the truth: B"])
