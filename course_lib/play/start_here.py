"""Lesson 00: a mixer of actors."""

from __future__ import annotations

import ipywidgets as W
import torch

from ..studio import LIGHTS, cast, expression_weights
from ..studio.actor import Actor
from .base import Playground, slider, take


class ActorMixer(Playground):
    """Two actors and everything between them: identity and skin are blended, the rest is moved."""

    def __init__(self, a=7, b=18, size=256):
        self.size = size
        self.people = {}
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
                "gaze": slider("gaze", -0.5, 0.5, 0.0),
                "blink": slider("blink", 0, 1, 0.0),
                "light": W.Dropdown(options=list(LIGHTS), value="soft", description="light"),
            }
        )

    def person(self, seed):
        if seed not in self.people:
            self.people[seed] = cast(seed)
        return self.people[seed]

    def draw_picture(self):
        actor, atlas = self.mixed()
        self.status.value = actor.description
        picture, _, _ = take(
            actor,
            self.expression(),
            (-self.value("nod"), self.value("turn"), 0),
            (self.value("gaze"), 0),
            self.value("light"),
            "blue",
            self.size,
            atlas,
        )
        return picture

    def expression(self):
        """The face the sliders ask for (52,)."""
        smile = self.value("smile")
        blink = self.value("blink")
        return expression_weights(
            jawOpen=0.7 * self.value("jaw"),
            mouthSmileLeft=smile,
            mouthSmileRight=smile,
            browInnerUp=self.value("brows"),
            eyeBlinkLeft=blink,
            eyeBlinkRight=blink,
        )

    def mixed(self):
        """The actor between A and B, and the texture atlas between theirs."""
        a = self.person(self.value("a"))
        b = self.person(self.value("b"))
        share = self.value("mix")
        if share in (0, 1):
            return (b, b.atlas) if share else (a, a.atlas)
        near = b if share >= 0.5 else a
        identity = torch.lerp(a.identity, b.identity, share)
        body = torch.lerp(a.body, b.body, share)
        between = Actor(near.seed, near.phenotypes, identity, body, near.look)
        return between, torch.lerp(a.atlas, b.atlas, share)
