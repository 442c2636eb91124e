"""Lesson 03: the finder at work on a posed actor."""

from __future__ import annotations

import cv2
import ipywidgets as W
import numpy as np
import torch

from .. import media
from ..judge import landmark_error
from ..studio import BACKGROUNDS, LIGHTS, Camera, cast, expression_weights
from ..taught.foundations.faces_in_3d import project, to_pixels
from .base import Playground, slider, take


class FinderPlayground(Playground):
    """Lesson 03's network on one actor: found landmarks in green, the truth in red."""

    def __init__(self, actor=None, size=256):
        self.actor = actor or cast(16)
        self.size = size
        super().__init__(
            {
                "turn": slider("turn", -1.5, 1.5, 0.2),
                "roll": slider("roll", -1.6, 1.6, 0.0),
                "jaw": slider("jaw", 0, 1, 0.2),
                "light": W.Dropdown(options=list(LIGHTS), value="soft", description="light"),
                "place": W.Dropdown(
                    options=list(BACKGROUNDS), value="office", description="background"
                ),
                "dim": slider("dim", 0, 0.95, 0.0),
                "blur": slider("blur", 0, 8, 0.0, 0.1),
                "noise": slider("noise", 0, 80, 0.0, 1),
                "cover": slider("cover", 0, 1, 0.0),
            }
        )

    def posed(self):
        """The actor in the frame -> picture (S, S, 3) uint8, true landmarks (68, 2) in pixels."""
        size = self.size
        picture, v, _ = take(
            self.actor,
            expression_weights(jawOpen=0.7 * self.value("jaw")),
            (0, self.value("turn"), 0),
            (0, 0),
            self.value("light"),
            self.value("place"),
            size,
        )
        marks = v[:, self.actor.mesh.landmarks]
        truth = to_pixels(project(marks, Camera().focal), size)[0].numpy()
        turn = cv2.getRotationMatrix2D((size / 2, size / 2), np.degrees(self.value("roll")), 1.0)
        picture = cv2.warpAffine(picture, turn, (size, size), borderMode=cv2.BORDER_REPLICATE)
        return picture, truth @ turn[:, :2].T + turn[:, 2]

    def spoilt(self, picture):
        """The picture covered, dimmed, blurred and noisy, as the sliders ask."""
        picture[:, : int(self.value("cover") * self.size)] = (120, 96, 84)
        x = picture.astype(np.float32) * (1 - self.value("dim"))
        if self.value("blur") > 0.05:
            x = cv2.GaussianBlur(x, (0, 0), self.value("blur"))
        noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(0)).numpy()
        return (x + noise * self.value("noise")).clip(0, 255).astype(np.uint8)

    def draw_picture(self):
        picture, truth = self.posed()
        picture = self.spoilt(picture)
        found = media.find_faces(picture, backend="course")
        out = dots(picture.copy(), truth, (255, 70, 60))
        for marks in found.landmarks:
            dots(out, marks, (80, 255, 120))
        self.status.value = "no face found"
        if len(found):
            error = landmark_error(found.landmarks[0], truth)
            self.status.value = (
                f"score {found.scores[0]:.2f}, error {error:.3f} of the eye distance"
            )
        return out


def dots(picture, points, colour):
    """Draw points (N, 2) into the picture -> the picture."""
    for x, y in np.rint(points).astype(int).tolist():
        cv2.circle(picture, (x, y), 1, colour, -1)
    return picture
