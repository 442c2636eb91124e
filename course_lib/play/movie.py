"""A widget whose result is a short film with sound."""

from __future__ import annotations

import cv2
import ipywidgets as W
import numpy as np

from .base import Playground
from .capture import Microphone


def mouth_of(film, t, around, side):
    """The mouth in frame t of a Clip with landmarks, (side, side, 3). around: pixels cut out to
    each side of its middle."""
    middle = film.truth["landmarks"][t, 48:68].mean(0).astype(int)
    x, y = np.clip(middle, around, film.frames.shape[1] - around)
    mouth = film.frames[t, y - around : y + around, x - around : x + around]
    return cv2.resize(mouth, (side, side), interpolation=cv2.INTER_CUBIC)


class MoviePlayground(Playground):
    """A Playground with a microphone, whose result is a short film with sound above the picture.

    `make_clip` makes the film, `draw_picture` sums it up; the control `voice` has the choice
    "recorded".
    """

    def __init__(self, controls, width=480):
        self.movie = W.HTML()
        self.clip = None
        self.microphone = Microphone()
        super().__init__(controls, width)
        self.children = [self.children[0], W.VBox([self.movie, self.image])]
        self.children[0].children = (*self.children[0].children, self.microphone)
        self.microphone.observe(lambda change: self.on_recording(), names="sent")
        self.layout.align_items = "flex-start"

    def on_recording(self):
        if self.value("voice") == "recorded":
            self.refresh()
        else:
            self.controls["voice"].value = "recorded"

    def refresh(self):
        try:
            clip = self.make_clip()
        except ValueError as e:
            self.status.value = str(e)
            return
        if clip is not self.clip:
            self.clip = clip
            self.movie.value = clip._repr_html_()
        super().refresh()
