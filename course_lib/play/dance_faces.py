"""Lesson 25b: films cut across time, a row of pixels from each frame."""

from __future__ import annotations

import cv2
import ipywidgets as W
import numpy as np

from .. import show
from .base import Playground

SIDE = 220  # pixels of a panel


class SlicePlayground(Playground):
    """A frame of the first film with a line, what that line shows through time in all of them, and
    the difference of each from the last one, amplified four times.

    films: name -> (T, S, S, 3) uint8, alike in shape, two or more; the last one is the truth. row:
    where the line starts. Raises ValueError for films of different shapes, or fewer than two.
    """

    GAIN = 4

    def __init__(self, films, row=None):
        shapes = {np.shape(film) for film in films.values()}
        if len(films) < 2 or len(shapes) != 1:
            raise ValueError(
                f"{len(films)} films of the shapes {sorted(shapes)}: give two or more of one shape."
            )
        self.films = films
        length, size = next(iter(shapes))[:2]
        row = size // 2 if row is None else row
        controls = {
            "frame": W.IntSlider(length // 2, 0, length - 1, description="frame"),
            "row": W.IntSlider(row, 0, size - 1, description="row"),
        }
        self.columns = 4 if len(films) == 2 else 3
        super().__init__(controls, width=SIDE * self.columns)

    def draw_picture(self):
        t, row = self.value("frame"), self.value("row")
        names = list(self.films)
        frame = self.films[names[0]][t].copy()
        frame[row] = 255
        cuts = [film[:, row] for film in self.films.values()]  # (T, S, 3), the first moment on top
        apart = [np.abs(cut.astype(int) - cuts[-1]) * self.GAIN for cut in cuts[:-1]]
        apart = [x.clip(0, 255).astype(np.uint8) for x in apart]
        off = np.abs(cuts[0].astype(int) - cuts[-1]).mean()
        self.status.value = f"{names[0]}: {off:.1f} grey levels off in this row"
        labels = [f"{names[0]}, frame {t}", *names, *(f"{n}: difference" for n in names[:-1])]
        panels = [panel(x) for x in (frame, *cuts, *apart)]
        return show.grid(panels, self.columns, labels=labels)


def panel(picture):
    """A picture (h, w, 3) uint8 enlarged to a square panel, pixels left sharp."""
    return cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)
