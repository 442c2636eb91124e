"""Lesson 02: the renderer with its inner pictures, and a fit by hand and by gradient."""

from __future__ import annotations

import ipywidgets as W
import numpy as np
import torch
import torch.nn.functional as F

from .. import show
from ..studio import (
    LIGHTS,
    PARTS,
    Camera,
    cast,
    expression_weights,
    film,
    light_coefficients,
    still,
)
from ..taught.foundations.face_fit import photo_term, place
from ..taught.foundations.faces_in_3d import MorphableModel, project, to_linear
from ..taught.foundations.rasteriser import (
    antialias,
    cross2,
    edge_table,
    face_buffer,
    shade,
)
from .base import Playground, heat_map, slider, take

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


STEPS = 80  # of gradient descent at most
DETAIL = 20  # directions of identity that the gradient may use
RATES = dict(rotation=0.02, shift=0.004, alpha=0.05, light=0.05)  # as in lesson 02c
FULL = 0.5  # of the range: a difference drawn in the brightest colour


class FitPlayground(Playground):
    """Lay a head over a face by hand, then let gradient descent go on: frame, head, difference."""

    def __init__(self, actor=None, size=128):
        self.size = size
        self.model = MorphableModel()
        self.edges = edge_table(self.model.faces)
        pose = still(rotation=(0.05, 0.3, 0.0))
        filmed = film(actor or cast(31), pose, size)
        self.frame = filmed.frames[0]
        self.skin = torch.from_numpy(filmed.truth["parts"][0] == PARTS.index("skin"))
        self.photo = to_linear(self.frame)
        controls = {
            "turn": slider("yaw", -0.8, 0.8, 0.0),
            "nod": slider("pitch", -0.4, 0.4, 0.0),
            "first": slider("identity 1", -2.5, 2.5, 0.0),
            "second": slider("identity 2", -2.5, 2.5, 0.0),
            "steps": W.IntSlider(0, 0, STEPS, 10, description="steps"),
        }
        super().__init__(controls, width=720)

    def numbers(self):
        """What the sliders say, as parameters of a fit."""
        alpha = torch.zeros(DETAIL)
        alpha[:2] = torch.tensor([self.value("first"), self.value("second")])
        p = dict(
            rotation=torch.tensor([-self.value("nod"), self.value("turn"), 0.0]),
            shift=torch.tensor([0.0, -0.028, -1.25]),
            alpha=alpha,
            delta=torch.zeros(52),
            light=light_coefficients("soft")[0],
        )
        return {name: x.requires_grad_() for name, x in p.items()}

    def draw(self, p):
        """-> picture (S, S, 3) in linear light, and where the head is (S, S)."""
        v = place(self.model, p)
        clip = project(v, Camera().focal)
        ids, depth = face_buffer(clip, self.model.faces, self.size)
        skin = self.model.albedo_mean[None]
        image = shade(clip, v, skin, p["light"], self.model.faces, ids)
        return antialias(image, clip, self.model.faces, self.edges, depth)[0], ids[0] >= 0

    def descend(self, p, steps):
        optimizer = torch.optim.Adam([dict(params=[p[k]], lr=rate) for k, rate in RATES.items()])
        for _ in range(steps):
            image, hit = self.draw(p)
            loss = (
                12 * photo_term(image, self.photo, hit & self.skin)
                + 2e-3 * p["alpha"].square().sum()
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    def draw_picture(self):
        p = self.numbers()
        self.descend(p, self.value("steps"))
        with torch.no_grad():
            image, hit = self.draw(p)
        drawn = torch.where(hit[..., None], image.clamp(0, 1), self.photo) ** (1 / 2.2)
        off = (drawn - torch.from_numpy(self.frame) / 255.0).abs().mean(-1) * self.skin
        self.status.value = f"mean difference on skin: {off[self.skin].mean():.3f}"
        panels = [self.frame, drawn, heat_map(off.numpy(), FULL)]
        return show.grid([show.enlarged(np.asarray(x), 240) for x in panels], 3)


CORNERS = ((3.0, 4.0), (20.0, 9.0))  # pixels: two corners of the triangle, the third is moved
GRID = 24  # pixels of a side
SHOWN = ("antialiased", "covered", "side of an edge")


class TrianglePlayground(Playground):
    """One triangle on a grid of pixels: which are covered, blended, on which side of an edge."""

    def __init__(self):
        super().__init__(
            {
                "x": slider("corner x", 0, GRID - 1, 8.0, 0.1),
                "y": slider("corner y", 10, GRID - 1, 20.0, 0.1),
                "view": W.Dropdown(options=SHOWN, value=SHOWN[0], description="show"),
            }
        )

    def draw_picture(self):
        corners = [*CORNERS, (self.value("x"), self.value("y"))]
        xy = torch.tensor(corners)
        pixel = torch.arange(GRID, dtype=torch.float32)
        if self.value("view") == "side of an edge":
            side = cross2(corners[1], corners[2], (pixel[None, :], pixel[:, None]))
            values = (side / side.abs().max() + 1) / 2
        else:
            place = (xy + 0.5) / (GRID / 2) - 1  # pixels to -1..1, y down
            clip = torch.stack([place[:, 0], -place[:, 1], torch.zeros(3), torch.ones(3)], 1)[None]
            face = torch.tensor([[0, 2, 1]])
            ids, depth = face_buffer(clip, face, GRID)
            values = (ids[0] >= 0).float()
            if self.value("view") == "antialiased":
                picture = values[None, ..., None]
                values = antialias(picture, clip, face, edge_table(face), depth)[0, ..., 0]
        self.status.value = f"sum of the pixels: {values.sum():.2f}"
        return np.kron(values.numpy()[..., None], np.ones((13, 13, 3), np.float32))
