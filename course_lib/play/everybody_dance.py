"""Lesson 25: a dancer's stick figure moved from her floor onto another person's."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import cv2
import ipywidgets as W
import numpy as np
import torch

from .. import show
from ..studio import cast, dance
from ..studio.body import BodyModel
from ..taught.body.everybody_dance import ANKLES, normalise, stance
from .base import Playground, slider

SIDE = 256  # pixels of each panel
FOCAL = 1.5 * SIDE  # pixels: a picture's width shows 0.67 m at one metre
EYE = 1.5  # metres of a camera above the floor
HORIZON = 0.32 * SIDE  # the row of the picture at the camera's height
ROOM = 1.8  # metres from the near to the far place on both floors
TARGET_AWAY = 4.6  # metres from the target's camera to the near place
HEEL = 0.08  # metres of an ankle above the floor
WALL, FLOOR, LINE = (70, 74, 82), (112, 104, 96), (136, 128, 120)
PLACE = (235, 220, 150)
GREY = (188, 188, 188)


class Floor(NamedTuple):
    """A floor seen by a camera EYE metres above it, `away` metres before the near place."""

    away: float

    def pixels(self, points):
        """Points (..., 3) in metres, y up from the floor, z towards the camera, 0 at the near
        place -> pixels (..., 2)."""
        depth = self.away - points[..., 2]
        x = SIDE / 2 + FOCAL * points[..., 0] / depth
        return np.stack([x, HORIZON + FOCAL * (EYE - points[..., 1]) / depth], -1)

    def line(self, picture, start, end, colour):
        """A line on the floor between two (x, z) in metres."""
        ends = self.pixels(np.array([[x, 0, z] for x, z in (start, end)], float))
        (x, y), (u, v) = ends.round().astype(int).tolist()
        cv2.line(picture, (x, y), (u, v), colour, 1, cv2.LINE_AA)

    def picture(self):
        """The empty room, tiles of half a metre, the near and the far place drawn across."""
        room = np.full((SIDE, SIDE, 3), WALL, np.uint8)
        back = -ROOM - 1.2
        front = self.away - 0.9
        room[round(self.pixels(np.array([0, 0, back]))[1]) :] = FLOOR
        for x in np.arange(-6, 6.1, 0.5):
            self.line(room, (x, back), (x, front), LINE)
        for z in np.arange(back, front, 0.5):
            self.line(room, (-6, z), (6, z), LINE)
        for z, name in ((0.0, "near"), (-ROOM, "far")):
            self.line(room, (-6, z), (6, z), PLACE)
            at = 4, round(self.pixels(np.array([0, 0, z]))[1]) - 4
            cv2.putText(room, name, at, cv2.FONT_HERSHEY_SIMPLEX, 0.4, PLACE, 1, cv2.LINE_AA)
        return room


def posed(actor, seed):
    """Two seconds of an actor's dance -> points (T, 17, 3) in metres, y up from the floor."""
    performance = dance(2.0, seed=seed, actor=actor)
    with torch.inference_mode():
        points = BodyModel(actor).keypoints(performance) + performance.translation[:, None]
    points = points.numpy().astype(float)
    points[..., 1] -= points[:, ANKLES, 1].min() - HEEL
    points[..., ::2] -= points[:, ANKLES].mean((0, 1))[::2]
    return points


def faint(frame, pose, share, colour=None):
    """A frame with a stick figure (17, 2) over it that lets the rest shine through: in its own
    colours or all in one."""
    drawn = show.stick_figures([frame], [pose], 2)[0]
    if colour is not None:
        shape = show.stick_figures(np.zeros_like(frame[None]), [pose], 2)[0].max(-1, keepdims=True)
        cover = (shape / 150).clip(0, 1)
        drawn = frame * (1 - cover) + np.array(colour) * cover
    return (frame * (1 - share) + drawn * share).round().astype(np.uint8)


class DancePlayground(Playground):
    """A source dances on her floor; on the target's floor stands what the equations make of her.

    Left the source. Right the target's floor: the target's own figure, faint, at its far and its
    near place, the source's figure as it is in grey, and normalised in colours.
    """

    def __init__(self, source=23, target=5, seed=4):
        self.source, self.target, self.seed = cast(source), cast(target), seed
        frame = W.IntSlider(value=12, min=0, max=49, description="frame")
        super().__init__(
            {
                "frame": frame,
                "stands": slider("far .. near", 0, 1, 0.5),
                "away": slider("camera, m", 3, 9, 3.6, 0.1),
                "on": W.Checkbox(True, description="normalise"),
            },
            width=2 * SIDE,
        )
        player = W.Play(value=12, min=0, max=49, interval=120)
        W.jslink((player, "value"), (frame, "value"))
        self.children[0].children = (player, *self.children[0].children)

    @cached_property
    def dances(self):
        return posed(self.source, self.seed), posed(self.target, self.seed + 1)

    def seen(self, floor, points, share):
        """A dance (T, 17, 3) at a share of the way from far to near, in pixels."""
        return floor.pixels(points + [0, 0, (share - 1) * ROOM])

    def range_of(self, floor, points):
        """The Stance of somebody who dances at both places, and between them."""
        walk = [self.seen(floor, points, share) for share in (0, 0.25, 0.5, 0.75, 1)]
        return stance(np.concatenate(walk), SIDE)

    def told(self, a, source, target, rho):
        """rho, scale and shift in words."""
        at_far, at_near = target.tall_far / source.tall_far, target.tall_near / source.tall_near
        scale = at_far + rho * (at_near - at_far)
        shift = target.far + rho * (target.near - target.far) - a
        text = f"rho {rho:.2f}, scale {scale:.2f}, shift {shift:+.0f} px"
        if source.near - source.far < target.near - target.far:
            return text + "; her range is the shorter one: centred"
        if rho < 0:
            return text + "; a foot in the air: beyond the far place"
        return text

    def draw_picture(self):
        mine, theirs = Floor(self.value("away")), Floor(TARGET_AWAY)
        points, own = self.dances
        source, target = self.range_of(mine, points), self.range_of(theirs, own)
        pose = self.seen(mine, points, self.value("stands"))[[self.value("frame")]]
        moved = normalise(pose, source, target)
        a, b = (float(p[0, ANKLES, 1].mean()) for p in (pose, moved))
        rho = (b - target.far) / (target.near - target.far)
        self.status.value = self.told(a, source, target, rho)
        left = show.stick_figures([mine.picture()], pose, 2)[0]
        right = theirs.picture()
        for share in (0, 1):
            right = faint(right, self.seen(theirs, own, share)[0], 0.4)
        right = faint(right, pose[0], 0.7, GREY)
        if self.value("on"):
            right = show.stick_figures([right], moved, 2)[0]
        return show.grid([left, right], 2, labels=["source", "target's floor"])
