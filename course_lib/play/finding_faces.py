"""Lesson 03: the finder at work on a posed actor."""

from __future__ import annotations

import cv2
import ipywidgets as W
import numpy as np
import torch

from .. import media
from ..studio import BACKGROUNDS, LIGHTS, Camera, cast, expression_weights
from ..taught.foundations.faces_in_3d import project, to_pixels
from .base import Playground, slider, take


class FinderPlayground(Playground):
    """Lesson 03's network on one actor: found landmarks in green, the truth in red, the score below."""

    def __init__(self, actor=None, size=256):
        self.actor, self.size = actor or cast(16), size
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
                "blur": slider("blur", 0, 8, 0.0),
                "noise": slider("noise", 0, 80, 0.0, 1),
                "cover": slider("cover", 0, 1, 0.0),
            }
        )

    def draw_picture(self):
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
        truth = to_pixels(project(v[:, self.actor.mesh.landmarks], Camera().focal), size)[0].numpy()
        turn = cv2.getRotationMatrix2D((size / 2, size / 2), np.degrees(self.value("roll")), 1.0)
        picture = cv2.warpAffine(picture, turn, (size, size), borderMode=cv2.BORDER_REPLICATE)
        truth = truth @ turn[:, :2].T + turn[:, 2]
        hidden = int(self.value("cover") * size)
        picture[:, :hidden] = (120, 96, 84)
        x = picture.astype(np.float32) * (1 - self.value("dim"))
        if self.value("blur") > 0.05:
            x = cv2.GaussianBlur(x, (0, 0), self.value("blur"))
        x = x + torch.randn(
            x.shape, generator=torch.Generator().manual_seed(0)
        ).numpy() * self.value("noise")
        picture = x.clip(0, 255).astype(np.uint8)
        found = media.find_faces(picture, backend="course")
        out = picture.copy()
        for p in truth:
            cv2.circle(out, tuple(int(round(float(q))) for q in p), 1, (255, 70, 60), -1)
        for marks in found.landmarks:
            for p in marks:
                cv2.circle(out, tuple(int(round(float(q))) for q in p), 1, (80, 255, 120), -1)
        eyes = np.linalg.norm(truth[36:42].mean(0) - truth[42:48].mean(0))
        self.status.value = (
            f"score {found.scores[0]:.2f}, error {np.linalg.norm(found.landmarks[0] - truth, axis=1).mean() / eyes:.3f} of the eye distance"
            if len(found)
            else "no face found"
        )
        return out
