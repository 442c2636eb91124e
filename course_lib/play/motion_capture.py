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
from ..media.bodies import FEW, SEEN, own_finder
from ..studio import BODY_CAMERA, cast, dance, film
from ..taught.body.motion_capture import (
    Capture,
    Rig,
    axis_angle_to_matrix,
    facing,
    ik_energy,
    ik_step,
    lift_rays,
    matrix_to_vector,
    middle,
    performed,
    rays_of,
    retarget,
    sized,
)
from ..taught.foundations.finding_poses import JOINTS, LIMBS
from .base import Playground, slider
from .capture import HERE, LivePlayground
from .puppet import Puppet

HANDLES = {JOINTS[j].replace("_", " "): j for j in (9, 10, 15, 16, 7, 8, 13, 14, 0)}
FEET = [15, 16]
REACH = 1.25  # metres from the middle of the pad to its border
PULL, STAND, STAY = 4.0, 20.0, 0.05  # how much the pulled joint, the feet and all others count


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
        self.held, self.settling = "left wrist", False
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

    def put(self, **values):
        """Move several controls and draw once."""
        self.settling = True
        for name, value in values.items():
            self.controls[name].value = value
        self.held = self.value("joint")
        self.settling = False
        self.refresh()

    def place(self, name):
        """Where a joint is, as values of the sliders."""
        place = self.rig.points(*self.parts)[0, HANDLES[name]]
        return dict(zip("xyz", place.tolist(), strict=True))

    def pulled(self):
        """The reader drags a handle: move the sliders there."""
        name = next(k for k, j in HANDLES.items() if j == self.pad.joint)
        values = self.place(name) if name != self.held else {}
        x, y = (float(np.clip(v * REACH, -1.2, 1.2)) for v in self.pad.pull)
        self.put(joint=name, **(values | {"x": x, "y": y}))

    def refresh(self):
        if self.settling:
            return
        name = self.value("joint")
        if name == self.held:
            super().refresh()
        else:  # another joint was chosen: it stays where it is
            self.put(**self.place(name))

    def follow(self, steps=25):
        """Some steps of inverse kinematics towards the pulled joint's place -> points (17, 3)."""
        joint = HANDLES[self.value("joint")]
        target = torch.tensor([self.value(k) for k in "xyz"])
        goal = self.rig.points(*self.parts)
        weight = torch.full((1, 17, 1), STAY)
        weight[0, FEET] = STAND
        weight[0, joint] = PULL
        goal[0, joint] = target

        def energy(turns, root, move):
            turns = turns * self.rig.free
            off = (weight * (self.rig.points(turns, root, move) - goal).square()).sum()
            return off + (self.rig.price * turns.square()).sum()

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
        picture = np.ascontiguousarray(self.puppet.frame(performance))
        return cv2.circle(picture, spot(points[joint], len(picture)), 7, (255, 255, 255), 2)


def spot(point, size):
    """The pixel at which BODY_CAMERA sees a point (3,) in a picture `size` wide."""
    R, t = BODY_CAMERA.view()
    x, y, z = (R @ point + t).tolist()
    x, y = BODY_CAMERA.focal * x / -z, BODY_CAMERA.focal * y / -z
    return round((x + 1) / 2 * size), round((1 - y) / 2 * size)


def colour(a, b):
    """A limb's colour for a style sheet."""
    return "#{:02x}{:02x}{:02x}".format(*show.bodies.colour_of((a, b)))


class PuppetPlayground(LivePlayground):
    """An actor who does what a filmed dancer or the reader before the camera does.

    lifter: a trained Lifter. Left the source with its stick figure, right the actor, who stays
    where she is; `turn` walks around her.
    """

    STEPS = 3  # of inverse kinematics for each new frame
    OLD = 0.3  # share of the last pose in what is aimed at: it shakes less, and comes later
    DANCES = {"a dance": (23, 22), "another dance": (22, 9)}  # dancer, seed

    def __init__(self, lifter, actor=5):
        self.lifter = lifter.eval()
        self.actor = cast(actor)
        self.rig = Rig(self.actor)
        self.parts = None
        self.square = None
        self.rate = 0.0
        super().__init__(
            {
                "drive": W.Dropdown(options=[*self.DANCES, "camera"], description="driver"),
                "frame": W.IntSlider(value=12, min=0, max=49, description="frame"),
                "turn": slider("turn", -3.1, 3.1, 0.0),
            },
            width=512,
        )
        self.controls["drive"].observe(lambda change: self.forget(), names="value")

    @cached_property
    def clips(self):
        return {}

    def clip(self, name):
        """One of the DANCES, filmed when it is first asked for."""
        if name not in self.clips:
            dancer, seed = self.DANCES[name]
            moves = dance(2.0, seed=seed, actor=cast(dancer))
            self.clips[name] = film(cast(dancer), moves, size=192, background="office")
        return self.clips[name]

    @cached_property
    def puppet(self):
        return Puppet(self.actor, size=192, camera=BODY_CAMERA)

    def forget(self):
        """Somebody else may come: the next frame is searched anew."""
        self.square = None
        self.parts = None

    def source(self):
        """The frame that drives, (H, W, 3) uint8."""
        if self.value("drive") == "camera":
            return np.zeros((192, 192, 3), np.uint8) if self.seen is None else self.seen
        return self.clip(self.value("drive")).frames[self.value("frame")]

    def drive(self, points, size):
        """Points (17, 2) in pixels of a picture whose longer side is `size` -> a performance."""
        lifted = lift_rays(self.lifter, rays_of(points[None], size, 3.0))
        targets = lifted - middle(lifted)
        if self.parts is None:
            self.fitting = sized(self.rig, targets)
            start = matrix_to_vector(facing(targets))
            self.parts = [torch.zeros(1, 36, 3), start, torch.zeros(1, 3)]
            steps = 60
        else:
            old = self.fitting.points(*self.parts)
            targets = torch.lerp(targets, old - middle(old), self.OLD)
            steps = self.STEPS
        energy = ik_energy(self.fitting, targets)
        speeds = [torch.zeros_like(p) for p in self.parts]
        for _ in range(steps):
            self.parts, speeds, _ = ik_step(self.parts, speeds, energy, 0.02)
        turns, root, _ = self.parts
        around = axis_angle_to_matrix(torch.tensor([[0.0, self.value("turn"), 0.0]]))
        root = matrix_to_vector(around @ axis_angle_to_matrix(root))
        capture = Capture(self.fitting, turns * self.rig.free, root, torch.zeros(1, 3))
        return performed(retarget(capture, self.rig))

    def draw_picture(self):
        frame = self.source()
        start = time.monotonic()
        points, scores, self.square = own_finder().follow(frame, self.square)
        if (scores > SEEN).sum() < FEW:
            self.forget()
            self.status.value = "nobody to be seen: step back until your feet are in the picture"
            return show.grid([fit(frame), np.zeros((256, 256, 3), np.uint8)], 2)
        performance = self.drive(points, max(frame.shape[:2]))
        picture = self.puppet.frame(performance)
        took = time.monotonic() - start
        self.rate = 0.8 * self.rate + 0.2 / took if self.rate else 1 / took
        self.status.value = f"{(scores > SEEN).sum()} joints seen, {self.rate:.0f} frames a second"
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
