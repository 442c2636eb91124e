from __future__ import annotations

import base64

import ipywidgets as W
import torch
import torch.nn.functional as F

from .. import show
from ..studio import LIGHTS, Camera, cast, expression_weights, light_coefficients
from ..studio.actor import Actor
from ..studio.film import draw, encode, pose_head, shrink
from ..studio.motion import with_lids
from ..studio.stage import background
from ..taught.faces_in_3d import face_buffer, project, vertex_normals


class Playground(W.HBox):
    """Controls on the left, a picture on the right; `draw_picture()` is called after every change.

    Pages that cannot run widgets (a file on the web, a printout) show the last picture as a plain JPEG.
    """

    def __init__(self, controls, width=320):
        self.image = W.Image(format="jpeg", width=width)
        self.controls = controls
        for c in controls.values():
            c.observe(lambda change: self.refresh(), names="value")
        self.status = W.Label("")
        super().__init__([W.VBox([*controls.values(), self.status]), self.image])
        self.add_class(f"course-{type(self).__name__}")  # for style sheets and for the browser tests
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
    return W.FloatSlider(value=value, min=low, max=high, step=step, description=label, continuous_update=True, readout_format=".2f")


def take(actor, expression, rotation, gaze, light, backdrop, size, atlas=None, layers=()):
    """One frame of an actor -> 8-bit picture, the mesh, its clip-space vertices and extra layers."""
    camera, mesh = Camera(), actor.mesh
    gaze = torch.tensor([gaze], dtype=torch.float32)
    v, uv = pose_head(mesh, with_lids(expression[None], gaze), torch.tensor([rotation], dtype=torch.float32), gaze)
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
        mixed, atlas = (a, a.atlas) if m == 0 else (b, b.atlas) if m == 1 else (self.blend(a, b, m), torch.lerp(a.atlas, b.atlas, m))
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
            mixed, e, (-self.value("nod"), self.value("turn"), 0), (self.value("gaze"), 0), self.value("light"), "blue", self.size, atlas
        )[0]

    @staticmethod
    def blend(a, b, m):
        near = a if m < 0.5 else b
        return Actor(near.seed, near.phenotypes, torch.lerp(a.identity, b.identity, m), torch.lerp(a.body, b.body, m), near.look)


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
        person = self.actor.but(identity=identity) if not torch.equal(identity, self.actor.identity) else self.actor
        s = self.value("smile")
        e, view = expression_weights(jawOpen=0.7 * self.value("jaw"), mouthSmileLeft=s, mouthSmileRight=s), self.value("view")
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
