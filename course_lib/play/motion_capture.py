"""Lesson 24b: a stick figure to pull at, and a puppet that does what the camera sees."""

from __future__ import annotations

import time
from functools import cached_property

import anywidget
import cv2
import ipywidgets as W
import numpy as np
import torch
import traitlets

from .. import show
from ..media.bodies import own_finder
from ..studio import BODY_CAMERA, cast, dance, film
from ..taught.body.motion_capture import (
    Capture,
    Rig,
    facing,
    ik_energy,
    ik_step,
    lift_rays,
    matrix_to_vector,
    middle,
    performed,
    rays_of,
    retarget,
)
from ..taught.foundations.finding_poses import JOINTS, LIMBS
from .base import Playground, slider
from .capture import HERE, CameraCapture
from .puppet import Puppet

HANDLES = {JOINTS[j].replace("_", " "): j for j in (9, 10, 15, 16, 7, 8, 13, 14, 0)}
REACH = 1.25  # metres from the middle of the pad to its border
PULL = 40.0  # how much more a pulled joint counts than the others, which want to stay


class StickPad(anywidget.AnyWidget):
    """A stick figure: `points` (17, 2) in -1..1, and where the reader pulls which `joint`."""

    _esm = HERE.with_name("stick.js")
    points = traitlets.List().tag(sync=True)
    limbs = traitlets.List().tag(sync=True)
    handles = traitlets.List(list(HANDLES.values())).tag(sync=True)
    joint = traitlets.Int(9).tag(sync=True)
    pull = traitlets.List([0.5, 0.4]).tag(sync=True)


class BodyPlayground(Playground):
    """Pull a joint of a stick figure; inverse kinematics bends the body after it.

    The sliders say the same in numbers: which joint, and where to, in metres from the hips; z is
    towards the camera, which the picture does not show.
    """

    def __init__(self, actor=5):
        self.actor = cast(actor)
        self.rig = Rig(self.actor)
        self.parts = [torch.zeros(1, 36, 3), torch.zeros(1, 3), torch.zeros(1, 3)]
        self.pad = StickPad(limbs=[[a, b, colour(a, b)] for a, b in LIMBS])
        super().__init__(
            {
                "joint": W.Dropdown(options=list(HANDLES), value="left wrist", description="joint"),
                "x": slider("x", -1.2, 1.2, 0.55),
                "y": slider("y", -1.2, 1.2, 0.55),
                "z": slider("z", -0.8, 0.8, 0.3),
            },
            width=280,
        )
        self.children = [self.children[0], self.pad, self.image]
        self.pad.observe(lambda change: self.pulled(), names="pull")

    @cached_property
    def puppet(self):
        return Puppet(self.actor, size=160, camera=BODY_CAMERA)

    def pulled(self):
        """The reader has dragged a handle: move the sliders there, and draw once."""
        name = next(k for k, j in HANDLES.items() if j == self.pad.joint)
        x, y = (float(np.clip(v * REACH, -1.2, 1.2)) for v in self.pad.pull)
        self.settling = True
        self.controls["joint"].value = name
        self.controls["x"].value = x
        self.controls["y"].value = y
        self.settling = False
        self.refresh()

    def refresh(self):
        if not getattr(self, "settling", False):
            super().refresh()

    def follow(self, steps=30):
        """Some steps of inverse kinematics towards the pulled joint's place -> points (17, 3)."""
        joint = HANDLES[self.value("joint")]
        target = torch.tensor([self.value(k) for k in "xyz"])
        stay = self.rig.points(*self.parts)
        weight = torch.ones(1, 17, 1)
        weight[0, joint] = PULL
        goal = stay.clone()
        goal[0, joint] = target
        base = self.rig.points

        def energy(turns, root, move):
            off = (weight * (base(turns, root, move) - goal).square()).sum()
            return off + 0.01 * turns.square().sum()

        speeds = [torch.zeros_like(p) for p in self.parts]
        for _ in range(steps):
            self.parts, speeds, _ = ik_step(self.parts, speeds, energy, 0.01)
        self.parts[0] = (self.parts[0] * self.rig.free).clamp(-2.4, 2.4)
        return self.rig.points(*self.parts)[0]

    def draw_picture(self):
        points = self.follow()
        joint = HANDLES[self.value("joint")]
        gap = (points[joint] - torch.tensor([self.value(k) for k in "xyz"])).norm()
        self.pad.joint = joint
        self.pad.points = (points[:, :2] / REACH).tolist()
        self.status.value = f"the {self.value('joint')} is {100 * float(gap):.0f} cm from the pull"
        turns, root, move = self.parts
        performance = performed(Capture(self.rig, turns, root, move))
        performance.translation = move
        return self.puppet.frame(performance)


def colour(a, b):
    """A limb's colour for a style sheet."""
    return "#{:02x}{:02x}{:02x}".format(*show.bodies.colour_of((a, b)))


class PuppetPlayground(Playground):
    """An actor who does what a filmed dancer or the reader before the camera does.

    lifter: a trained Lifter. Left the source with its stick figure, right the actor.
    """

    STEPS = 4  # of inverse kinematics for each new frame

    def __init__(self, lifter, actor=5):
        self.lifter = lifter.eval()
        self.actor = cast(actor)
        self.rig = Rig(self.actor)
        self.parts = None
        self.square = None
        self.seen = None
        self.rate = 0.0
        self.camera = CameraCapture()
        super().__init__(
            {
                "drive": W.Dropdown(options=["film", "camera"], value="film", description="driver"),
                "frame": W.IntSlider(value=30, min=0, max=74, description="frame"),
                "smooth": slider("smooth", 0, 0.9, 0.3),
            },
            width=512,
        )
        self.children[0].children = (*self.children[0].children, self.camera)
        self.camera.observe(lambda change: self.forget(), names="newcomer")
        self.camera.observe(lambda change: self.on_frame(), names="sent")

    @cached_property
    def clip(self):
        dancer = cast(22)
        return film(dancer, dance(3.0, seed=9, actor=dancer), size=192, background="office")

    @cached_property
    def puppet(self):
        return Puppet(self.actor, size=192, camera=BODY_CAMERA)

    def forget(self):
        """Somebody else may come: the next frame is searched anew."""
        self.square = None
        self.parts = None

    def on_frame(self):
        """A frame from the camera, or from the file that the reader chose."""
        try:
            picture = cv2.imdecode(np.frombuffer(self.camera.frame, np.uint8), cv2.IMREAD_COLOR)
            if picture is None:
                raise ValueError("the camera sent something that is no picture.")
            self.seen = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            if self.value("drive") == "camera":
                self.refresh()
            else:
                self.controls["drive"].value = "camera"
        except ValueError as e:
            self.status.value = str(e)
            self.forget()
        finally:
            self.camera.done = self.camera.sent

    def source(self):
        """The frame that drives, (H, W, 3) uint8."""
        if self.value("drive") == "camera":
            return np.zeros((192, 192, 3), np.uint8) if self.seen is None else self.seen
        return self.clip.frames[self.value("frame")]

    def drive(self, points, size):
        """Points (17, 2) in pixels of a picture whose longer side is `size` -> a performance."""
        lifted = lift_rays(self.lifter, rays_of(points[None], size, 3.0))
        targets = lifted - middle(lifted)
        if self.parts is None:
            start = matrix_to_vector(facing(targets))
            self.parts = [torch.zeros(1, 36, 3), start, torch.zeros(1, 3)]
            steps = 60
        else:
            old = self.rig.points(*self.parts)
            targets = torch.lerp(targets, old - middle(old), self.value("smooth"))
            steps = self.STEPS
        energy = ik_energy(self.rig, targets)
        speeds = [torch.zeros_like(p) for p in self.parts]
        for _ in range(steps):
            self.parts, speeds, _ = ik_step(self.parts, speeds, energy, 0.05)
        turns, root, _ = self.parts
        capture = Capture(self.rig, turns * self.rig.free, root, torch.zeros(1, 3))
        return performed(retarget(capture, self.rig))

    def draw_picture(self):
        frame = self.source()
        start = time.monotonic()
        points, scores, self.square = own_finder().follow(frame, self.square)
        if (scores > 0.4).sum() < 6:
            self.forget()
            self.status.value = "nobody to be seen: step back until your feet are in the picture"
            return show.grid([fit(frame), np.zeros((256, 256, 3), np.uint8)], 2)
        performance = self.drive(points, max(frame.shape[:2]))
        picture = self.puppet.frame(performance)
        took = time.monotonic() - start
        self.rate = 0.8 * self.rate + 0.2 / took if self.rate else 1 / took
        self.status.value = f"{(scores > 0.4).sum()} joints seen, {self.rate:.0f} frames a second"
        figure = show.stick_figures([frame], [points], 2)[0]
        return show.grid([fit(figure), fit(picture)], 2, labels=["source", "puppet"])


def fit(picture, side=256):
    """A picture in a square of that side, the rest dark."""
    h, w = picture.shape[:2]
    scale = side / max(h, w)
    small = cv2.resize(picture, (max(1, round(w * scale)), max(1, round(h * scale))))
    out = np.full((side, side, 3), 18, np.uint8)
    top, left = (side - small.shape[0]) // 2, (side - small.shape[1]) // 2
    out[top : top + small.shape[0], left : left + small.shape[1]] = small
    return out
