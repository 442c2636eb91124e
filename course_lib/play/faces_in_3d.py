"""Lesson 02: the renderer with its inner pictures."""

from __future__ import annotations

import ipywidgets as W
import torch
import torch.nn.functional as F

from ..studio import LIGHTS, Camera, cast, expression_weights
from ..taught.foundations.faces_in_3d import face_buffer, project
from .base import Playground, slider, take

VIEWS = ("picture", "normals", "faces", "parts", "texture coordinates", "depth")


class RendererPlayground(Playground):
    """The renderer of lesson 02 with its inner pictures: identity, expression, pose and light in; any stage out."""

    def __init__(self, actor=None, size=256):
        self.actor, self.size = actor or cast(28), size
        super().__init__(
            {
                "view": W.Dropdown(options=VIEWS, value="picture", description="show"),
                "first": slider("identity 1", -2.5, 2.5, float(self.actor.identity[0])),
                "second": slider("identity 2", -2.5, 2.5, float(self.actor.identity[1])),
                "jaw": slider("jawOpen", 0, 1, 0.1),
                "smile": slider("mouthSmile", 0, 1, 0.4),
                "turn": slider("yaw", -1.2, 1.2, 0.3),
                "nod": slider("pitch", -0.5, 0.5, 0.0),
                "light": W.Dropdown(options=list(LIGHTS), value="window", description="light"),
            }
        )

    def draw_picture(self):
        identity = self.actor.identity.clone()
        identity[:2] = torch.tensor([self.value("first"), self.value("second")])
        person = (
            self.actor.but(identity=identity)
            if not torch.equal(identity, self.actor.identity)
            else self.actor
        )
        s = self.value("smile")
        e, view = (
            expression_weights(
                jawOpen=0.7 * self.value("jaw"), mouthSmileLeft=s, mouthSmileRight=s
            ),
            self.value("view"),
        )
        layer = {"normals": "normal", "texture coordinates": "uv", "depth": "depth"}.get(view)
        with torch.inference_mode():
            picture, v, extra = take(
                person,
                e,
                (-self.value("nod"), self.value("turn"), 0),
                (0, 0),
                self.value("light"),
                "grey",
                self.size,
                self.actor.atlas,
                (layer,) if layer else (),
            )
            if layer == "normal":
                return extra["normal"][0].float() * 0.5 + 0.5
            if layer == "depth":
                d = extra["depth"][0, ..., 0].float()
                return torch.where(d > 0, 1 - (d - 1.05) / 0.35, 0)
            if layer == "uv":
                return F.pad(extra["uv"][0].float(), (0, 1))
            if view in ("faces", "parts"):
                ids = face_buffer(project(v, Camera().focal), person.mesh.faces, self.size)[0][0]
                which = ids if view == "faces" else person.mesh.part[ids.clamp(min=0)].long() * 5
                colour = torch.stack([(which * k % 97) / 97 for k in (29, 53, 71)], -1) * 0.8 + 0.2
                return colour * (ids >= 0)[..., None]
        return picture
