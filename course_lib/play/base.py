"""What every widget is: controls, a picture, and one frame of an actor."""

from __future__ import annotations

import base64

import cv2
import ipywidgets as W
import numpy as np
import torch

from .. import show
from ..studio import Camera, light_coefficients
from ..studio.film import draw, encode, pose_head, shrink
from ..studio.motion import with_lids
from ..studio.stage import background
from ..taught.foundations.faces_in_3d import vertex_normals


class Playground(W.HBox):
    """Controls on the left, a picture on the right; `draw_picture()` is called after every change.

    Pages that cannot run widgets (a file on the web, a printout) show the last picture as a JPEG.
    """

    def __init__(self, controls, width=320):
        self.image = W.Image(format="jpeg", width=width)
        self.controls = controls
        for c in controls.values():
            c.observe(lambda change: self.refresh(), names="value")
        self.status = W.Label("")
        super().__init__([W.VBox([*controls.values(), self.status]), self.image])
        # for style sheets and for the browser tests
        self.add_class(f"course-{type(self).__name__}")
        self.refresh()

    def refresh(self):
        self.image.value = show.jpeg(self.draw_picture())

    def value(self, name):
        return self.controls[name].value

    def draw_picture(self):
        raise NotImplementedError

    def _repr_mimebundle_(self, **options):
        bundle = super()._repr_mimebundle_(**options)
        data, meta = bundle if isinstance(bundle, tuple) else (bundle, {})
        data["image/jpeg"] = base64.b64encode(bytes(self.image.value)).decode()
        data["text/plain"] = type(self).__name__
        return data, meta


def slider(label, low, high, value, step=0.01):
    return W.FloatSlider(
        value=value,
        min=low,
        max=high,
        step=step,
        description=label,
        continuous_update=True,
        readout_format=".2f",
    )


def heat_map(values, full):
    """Errors (H, W) as a picture (H, W, 3) uint8, black at 0, pale yellow at `full` and above."""
    grey = (values / full * 255).clip(0, 255).astype(np.uint8)
    return cv2.cvtColor(cv2.applyColorMap(grey, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)


def take(actor, expression, rotation, gaze, light, backdrop, size, atlas=None, layers=()):
    """One frame of an actor -> picture (size, size, 3) uint8, camera-space vertices, layers.

    rotation: pitch, yaw, roll; gaze: right, up; both in radians. layers: names `draw` knows.
    """
    camera = Camera()
    mesh = actor.mesh
    gaze = torch.tensor([gaze], dtype=torch.float32)
    rotation = torch.tensor([rotation], dtype=torch.float32)
    v, uv = pose_head(mesh, with_lids(expression[None], gaze), rotation, gaze)
    R, t = camera.view()
    v = v @ R.T + t
    coefficients, key = light_coefficients(light)
    picture, _, extra = draw(
        v,
        vertex_normals(v, mesh.faces),
        uv,
        mesh,
        shrink(actor.atlas if atlas is None else atlas, size, 0.55),
        coefficients[None],
        key,
        background(backdrop, size),
        camera.focal,
        size,
        layers,
    )
    return encode(picture)[0].numpy(), v, extra
