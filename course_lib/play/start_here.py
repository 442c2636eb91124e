"""Lesson 00: a mixer of actors."""

from __future__ import annotations

import ipywidgets as W
import torch

from ..studio import LIGHTS, cast, expression_weights
from ..studio.actor import Actor
from .base import Playground, slider, take


class ActorMixer(Playground):
    """Two actors and everything between them: identity and skin are blended, face, head and light are yours to move."""

    def __init__(self, a=7, b=18, size=256):
        self.size, self.people = size, {}
        super().__init__(
            {
                "a": W.BoundedIntText(a, 0, 9999, description="actor A"),
                "b": W.BoundedIntText(b, 0, 9999, description="actor B"),
                "mix": slider("A to B", 0, 1, 0.0),
                "turn": slider("turn", -0.8, 0.8, 0.15),
                "nod": slider("nod", -0.4, 0.4, 0.0),
                "jaw": slider("jaw", 0, 1, 0.0),
                "smile": slider("smile", 0, 1, 0.3),
                "brows": slider("brows", 0, 1, 0.0),
                "blink": slider("blink", 0, 1, 0.0),
                "gaze": slider("gaze", -0.5, 0.5, 0.0),
                "light": W.Dropdown(options=list(LIGHTS), value="soft", description="light"),
            }
        )

    def person(self, seed):
        if seed not in self.people:
            self.people[seed] = cast(seed)
        return self.people[seed]

    def draw_picture(self):
        a, b, m = self.person(self.value("a")), self.person(self.value("b")), self.value("mix")
        mixed, atlas = (
            (a, a.atlas)
            if m == 0
            else (b, b.atlas)
            if m == 1
            else (self.blend(a, b, m), torch.lerp(a.atlas, b.atlas, m))
        )
        self.status.value = (a if m < 0.5 else b).description
        s, k = self.value("smile"), self.value("blink")
        e = expression_weights(
            jawOpen=0.7 * self.value("jaw"),
            mouthSmileLeft=s,
            mouthSmileRight=s,
            browInnerUp=self.value("brows"),
            eyeBlinkLeft=k,
            eyeBlinkRight=k,
        )
        return take(
            mixed,
            e,
            (-self.value("nod"), self.value("turn"), 0),
            (self.value("gaze"), 0),
            self.value("light"),
            "blue",
            self.size,
            atlas,
        )[0]

    @staticmethod
    def blend(a, b, m):
        near = a if m < 0.5 else b
        return Actor(
            near.seed,
            near.phenotypes,
            torch.lerp(a.identity, b.identity, m),
            torch.lerp(a.body, b.body, m),
            near.look,
        )
