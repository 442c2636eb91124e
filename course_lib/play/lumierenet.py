"""Lesson 28: the space of a lecturer's codes, what is drawn from a place in it, and a lecture of
any sound."""

from __future__ import annotations

import time

import cv2
import ipywidgets as W
import numpy as np
import torch

from .. import show
from ..media import Clip
from ..taught.body.everybody_dance import as_frames
from .base import Playground, slider
from .taken_apart import main_directions
from .voices import Speaking

SIDE = 256  # pixels of a panel
REACH = 3.2  # half the width of the map, in standard deviations
PAPER, DOT, HERE = (252, 252, 250), (120, 150, 190), (200, 60, 40)
PLANES = {"directions 1 and 2": (0, 1), "directions 3 and 4": (2, 3), "directions 5 and 6": (4, 5)}


class LecturePlayground(Playground):
    """Walk among codes: a moment of a lecture, and how far away from it along two of the directions
    in which codes vary most, or towards another moment.

    Left all codes of the lecture in that plane, in the middle the figure, right the frame.
    model: lesson 28's Lecturer. figures: (T, 64, 64, 3) uint8 of a lecture.
    """

    def __init__(self, model, figures):
        self.model = model
        self.codes = model.encoded(figures).clone()
        self.mean = self.codes.mean(0)
        directions = main_directions([self.codes.cpu().numpy()], 6)
        self.directions = torch.from_numpy(directions).to(self.codes)  # a standard deviation long
        last = len(figures) - 1
        super().__init__(
            {
                "moment": W.IntSlider(value=last // 3, max=last, description="moment"),
                "plane": W.Dropdown(options=list(PLANES), description="plane"),
                "x": slider("across", -2.5, 2.5, 0.0),
                "y": slider("up", -2.5, 2.5, 0.0),
                "other": W.IntSlider(value=2 * last // 3, max=last, description="other"),
                "way": slider("towards it", 0, 1, 0.0),
            },
            width=3 * SIDE,
        )

    def here(self):
        """The code of the place that is chosen, (32,)."""
        start = torch.lerp(
            self.codes[self.value("moment")], self.codes[self.value("other")], self.value("way")
        )
        a, b = PLANES[self.value("plane")]
        return start + self.value("x") * self.directions[a] + self.value("y") * self.directions[b]

    def seen(self, codes):
        """Codes (N, 32) -> where they lie on the map, (N, 2) pixels."""
        plane = self.directions[list(PLANES[self.value("plane")])]
        xy = (codes - self.mean) @ plane.T / plane.square().sum(1)
        xy = xy.cpu().numpy() / REACH * [1, -1]
        return (SIDE / 2 * (1 + xy)).clip(4, SIDE - 5)

    def map(self, here):
        """All codes of the lecture, the two moments, and the place."""
        out = np.full((SIDE, SIDE, 3), PAPER, np.uint8)
        for xy in self.seen(self.codes):
            cv2.circle(out, tuple(int(v) for v in xy), 1, DOT, -1, cv2.LINE_AA)
        ends = self.codes[[self.value("moment"), self.value("other")]]
        for name, xy in zip(("moment", "other"), self.seen(ends)):
            at = tuple(int(v) for v in xy)
            cv2.drawMarker(out, at, (60, 60, 60), cv2.MARKER_TILTED_CROSS, 9, 1, cv2.LINE_AA)
            beside = min(at[0] + 7, SIDE - 50), max(at[1] - 5, 10)
            cv2.putText(out, name, beside, cv2.FONT_HERSHEY_SIMPLEX, 0.36, (60, 60, 60), 1, 16)
        at = tuple(int(v) for v in self.seen(here[None])[0])
        cv2.circle(out, at, 6, HERE, 2, cv2.LINE_AA)
        return out

    @torch.inference_mode()
    def draw_picture(self):
        here = self.here()
        far = ((self.codes - here).norm(dim=1)).min().item()
        figure = self.model.figures(here[None])
        frame = self.model.film(figure)[0]
        self.status.value = f"the nearest of his own codes is {far:.1f} away"
        panels = [self.map(here), as_frames(figure)[0], frame]
        panels = [show.enlarged(p, SIDE) for p in panels]
        return show.grid(panels, 3, labels=["codes of the lecture", "figure", "frame"])


class LecturerPlayground(Speaking):
    """Type or speak, and the professor lectures with it; `life` draws his codes towards their mean
    or away from it. Below, at the chosen frame: the figure that the voice says, the sketch, and the
    frame. model: lesson 28's Lecturer."""

    def __init__(self, model):
        self.model = model
        super().__init__("Good morning. This one is wrong.", "rob", life=slider("life", 0, 1.5, 1))

    def make(self, sound):
        start = time.perf_counter()
        codes = self.model.codes(sound, max(1, round(25 * len(sound) / 16000)))
        mean = codes.mean(0)
        self.figures = self.model.figures(mean + self.value("life") * (codes - mean))
        self.film = self.model.film(self.figures)
        self.whole = Clip(self.film, 25, np.asarray(sound, np.float32))
        spent = time.perf_counter() - start
        self.status.value = f"{len(self.film)} frames, made in {spent:.1f} s"

    @torch.inference_mode()
    def draw_picture(self):
        t = self.chosen(len(self.film))
        figure = self.figures[t : t + 1]
        sketch = self.model.sketches(figure).clamp(0, 1)
        tiles = [as_frames(figure)[0], as_frames(sketch)[0], self.film[t]]
        tiles = [show.enlarged(tile, 192) for tile in tiles]
        return show.grid(tiles, 3, labels=["figure", "sketch", "frame"])
