"""Lesson 09b: walk about in the code of a two-decoder network and see both people follow."""

from __future__ import annotations

import ipywidgets as W
import numpy as np
import torch

from .. import show
from ..taught.swap.taken_apart import codes_of
from .base import Playground, slider

REACH = 2.5  # standard deviations of the footage's codes: beyond, a decoder has seen nothing


def main_directions(codes, n):
    """Codes of several people, one (N, z) each -> the n directions in which faces of one person
    differ most, (n, z), each as long as a standard deviation. Ordered, the largest first.
    """
    centred = np.concatenate([c - c.mean(0) for c in codes])
    _, lengths, directions = np.linalg.svd(centred, full_matrices=False)
    return directions[:n] * lengths[:n, None] / np.sqrt(len(centred))


class CodePlayground(Playground):
    """Left the picture that is encoded, then what both decoders make of its code, which the sliders
    move along the footage's main directions.

    model: one with `code` and `decoders`. footage: {"A": crops (T, S, S, 3) uint8, "B": ...}.
    faces: crops of A to begin from, at frame `first`. Raises ValueError for a model that has not
    one decoder a person.
    """

    def __init__(self, model, footage, faces, first=0, directions=4):
        if not hasattr(model, "decoders"):
            raise ValueError(f"{type(model).__name__} has no decoders: give a DF.")
        self.model = model
        self.faces = faces
        codes = [codes_of(model, crops, who) for who, crops in footage.items()]
        self.directions = main_directions(codes, directions)
        self.start = codes_of(model, faces, "A")
        frame = W.IntSlider(min(first, len(faces) - 1), 0, len(faces) - 1, description="frame")
        walks = {
            f"walk {k + 1}": slider(f"direction {k + 1}", -REACH, REACH, 0, 0.1)
            for k in range(len(self.directions))
        }
        super().__init__({"frame": frame} | walks, width=660)

    def draw_picture(self):
        t = self.value("frame")
        steps = np.array([c.value for name, c in self.controls.items() if name != "frame"])
        code = self.start[t] + steps @ self.directions
        z = torch.from_numpy(code[None]).float().to(next(self.model.parameters()).device)
        with torch.inference_mode():
            drawn = [self.model.decoders[who](z)[0].permute(1, 2, 0).cpu() for who in "AB"]
        far = np.abs(steps).max() > 0
        self.status.value = "a code that no picture gave" if far else "the code of the left picture"
        panels = [show.enlarged(x, 220) for x in (self.faces[t], *(d.numpy() for d in drawn))]
        return show.grid(panels, 3, labels=["A", "drawn by A's decoder", "drawn by B's decoder"])
