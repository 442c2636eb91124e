"""Lesson 02: the renderer with its inner pictures."""

from __future__ import annotations

import ipywidgets as W
import torch
import torch.nn.functional as F

from ..studio import LIGHTS, Camera, cast, expression_weights
from ..taught.foundations.faces_in_3d import face_buffer, project
from .base import Playground, slider, take

VIEWS = ("picture", "normals", "faces", "parts", "texture coordinates", "depth")
LAYERS = {"normals": "normal", "texture coordinates": "uv", "depth": "depth"}
NEAREST = 1.05  # metres from the camera to the tip of the nose
DEPTH = 0.35  # metres from there to where the picture of the depth is black


class RendererPlayground(Playground):
    """The renderer of lesson 02: identity, expression, pose and light in; any stage out."""

    def __init__(self, actor=None, size=256):
        self.actor = actor or cast(28)
        self.size = size
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

    def person(self):
        """The actor with the identity that the sliders ask for."""
        identity = self.actor.identity.clone()
        identity[:2] = torch.tensor([self.value("first"), self.value("second")])
        if torch.equal(identity, self.actor.identity):
            return self.actor
        return self.actor.but(identity=identity)

    @torch.inference_mode()
    def draw_picture(self):
        person = self.person()
        smile = self.value("smile")
        view = self.value("view")
        layer = LAYERS.get(view)
        picture, v, extra = take(
            person,
            expression_weights(
                jawOpen=0.7 * self.value("jaw"), mouthSmileLeft=smile, mouthSmileRight=smile
            ),
            (-self.value("nod"), self.value("turn"), 0),
            (0, 0),
            self.value("light"),
            "grey",
            self.size,
            self.actor.atlas,
            (layer,) if layer else (),
        )
        if layer:
            return as_colours(layer, extra[layer][0].float())
        if view == "picture":
            return picture
        ids = face_buffer(project(v, Camera().focal), person.mesh.faces, self.size)[0][0]
        which = ids if view == "faces" else person.mesh.part[ids.clamp(min=0)].long() * 5
        return numbered(which) * (ids >= 0)[..., None]


def as_colours(layer, values):
    """A layer of the renderer (H, W, C) as a picture (H, W, 3) in 0..1."""
    if layer == "normal":
        return values * 0.5 + 0.5
    if layer == "uv":
        return F.pad(values, (0, 1))
    depth = values[..., 0]
    return torch.where(depth > 0, 1 - (depth - NEAREST) / DEPTH, 0)


def numbered(ids):
    """Whole numbers (H, W) as colours (H, W, 3) that tell neighbours apart."""
    return torch.stack([(ids * k % 97) / 97 for k in (29, 53, 71)], -1) * 0.8 + 0.2
