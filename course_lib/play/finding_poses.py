"""Lesson 24a: a film strip, its stick figures, and what makes them hard to find."""

from __future__ import annotations

from functools import cached_property

import cv2
import ipywidgets as W
import numpy as np

from .. import show
from ..media.bodies import own_finder
from ..studio import cast, dance, film
from ..taught.foundations.finding_poses import JOINTS, both_ways, shares
from .base import Playground, slider

SIDE = 256  # pixels of the film and of each panel


class PosePlayground(Playground):
    """A dancer's film with the stick figure that the shipped network finds, and one joint's map.

    Cover, blur and darken the film and see what is still found. Raises OSError where the weights
    are missing.
    """

    def __init__(self, actor=7, seed=4):
        self.actor = cast(actor)
        self.seed = seed
        names = [name.replace("_", " ") for name in JOINTS]
        super().__init__(
            {
                "frame": W.IntSlider(value=30, min=0, max=74, description="frame"),
                "joint": W.Dropdown(options=names, value="left wrist", description="joint"),
                "cover": slider("cover", 0, 0.5, 0.0),
                "blur": slider("blur, pixels", 0, 12, 0.0, 0.5),
                "dark": slider("darkness", 0, 0.95, 0.0),
            },
            width=2 * SIDE,
        )

    @cached_property
    def clip(self):
        performance = dance(3.0, seed=self.seed, actor=self.actor)
        return film(self.actor, performance, size=SIDE, background="park")

    def spoilt(self, frame):
        """The frame (SIDE, SIDE, 3) as the sliders leave it."""
        out = frame.copy()
        half = round(self.value("cover") * SIDE / 2)
        middle = SIDE // 2
        out[middle - half : middle + half, middle - half : middle + half] = 128
        if self.value("blur") > 0:
            out = cv2.GaussianBlur(out, (0, 0), self.value("blur"))
        return (out * (1 - self.value("dark"))).astype(np.uint8)

    def draw_picture(self):
        frame = self.spoilt(self.clip.frames[self.value("frame")])
        finder = own_finder()
        points, scores = (v[0] for v in finder(frame[None]))
        joint = [name.replace("_", " ") for name in JOINTS].index(self.value("joint"))
        share, _ = shares(
            *both_ways(finder.net, frame, (SIDE / 2, SIDE / 2, float(SIDE)), finder.size)
        )
        glow = show.heat(frame, share[0, joint].cpu().numpy())
        seen = np.where(scores[:, None] > 0.4, points, np.nan)
        self.status.value = (
            f"{self.value('joint')}: score {scores[joint]:.2f}; {(scores > 0.4).sum()} of 17 seen"
        )
        figure = show.stick_figures([frame], [seen], 3)[0]
        return show.grid([figure, glow], 2, labels=["found", f"map of the {self.value('joint')}"])
