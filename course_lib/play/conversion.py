"""Lesson 09c: put a face into a frame, step by step."""

from __future__ import annotations

from functools import cached_property

import ipywidgets as W
import numpy as np

from .. import show
from ..media.faces import own_finder
from ..studio import cast, film, still, wearing
from ..taught.swap.conversion import COLOURS, Settings, paste
from ..taught.swap.deepfakes import extract, inside, outline, squares_of
from .base import Playground, heat_map, slider

BLENDS = ("pyramid", "alpha", "poisson")
SIDE = 128  # of the face that is put in, pixels
PALE = 0.25  # an error of so much and more is white


class ConversionPlayground(Playground):
    """The half of a face swap that is no network: a true face, in another light, put into a frame.

    Left to right: the frame, the result, the truth, and the error (pale is 0.25 or more). Lengths
    are shares of the crop's side; noise is in pixels of the frame.
    """

    def __init__(self, a=16, b=27, size=192):
        self.pair = (a, b)
        self.size = size
        super().__init__(
            {
                "erode": slider("erode", 0, 0.15, 0.03, 0.005),
                "blur": slider("blur", 0, 0.15, 0.03, 0.005),
                "predicted": W.Checkbox(True, description="mask"),
                "colour": W.Dropdown(options=COLOURS, value="low", description="colour"),
                "blend": W.Dropdown(options=BLENDS, value="pyramid", description="blend"),
                "noise": slider("landmark noise", 0, 4, 0.0, 0.1),
                "coverage": slider("coverage", 0.5, 1.1, 0.66),
            },
            width=720,
        )

    @cached_property
    def scene(self):
        """Frame of A, truth, B in another light, and the landmarks of A and of B: filmed once."""
        pose = still(
            rotation=(0.0, 0.25, 0.0), jawOpen=0.15, mouthSmileLeft=0.4, mouthSmileRight=0.4
        )
        a, b = (cast(seed) for seed in self.pair)
        wanted = ((a, "warm", "office"), (wearing(a, b), "warm", "office"), (b, "soft", "blue"))
        clips = [
            film(actor, pose, size=self.size, light=light, background=wall)
            for actor, light, wall in wanted
        ]
        marks = [clip.truth["landmarks"].astype(np.float64) for clip in clips]
        return clips[0].frames[0], clips[1].frames[0], clips[2].frames, marks[0], marks[2]

    def face(self, coverage):
        """B's face at this coverage, with its outline as a fourth channel: (SIDE, SIDE, 4)."""
        *_, other, _, marks = self.scene
        squares = squares_of(marks, own_finder().mean, coverage)
        colours = extract(other, squares, SIDE)[0]
        mask = outline(inside(squares, marks)[0], SIDE)
        return np.dstack([colours, mask]).astype(np.float32) / 255

    def draw_picture(self):
        frame, truth, _, marks, _ = self.scene
        asked = ("coverage", "predicted", "erode", "blur", "colour", "blend")
        settings = Settings(**{name: self.value(name) for name in asked})
        noise = np.random.default_rng(0).normal(0, 1, marks.shape) * self.value("noise")
        points = marks + noise
        square = squares_of(points, own_finder().mean, settings.coverage)[0]
        result = paste(frame, self.face(settings.coverage), points[0], square, settings)
        error = np.abs(result.astype(np.float32) - truth).mean(-1) / 255
        self.status.value = f"mean error {error.mean():.4f}"
        panels = [frame, result, truth, heat_map(error, PALE)]
        return show.grid(panels, 4, labels=["A", "result", "truth", "error"])
