"""Lesson 13: a tracked face by its numbers, in three pictures, as a network draws it, and as the
studio films it."""

from __future__ import annotations

import ipywidgets as W
import numpy as np
import torch
from kornia.geometry.conversions import rotation_matrix_to_axis_angle

from .. import show, studio
from ..taught.foundations.faces_in_3d import axis_angle_to_matrix
from ..taught.video.portrait_controls import Controls, conditioning, with_openness
from .base import Playground, heat_map, slider

# label, what it moves, its column, lowest and highest value
HANDLES = (
    ("head down", "turn", 0, -0.5, 0.5),
    ("head to its left", "turn", 1, -0.8, 0.8),
    ("head tilted", "turn", 2, -0.4, 0.4),
    ("mouth open", "delta", "jawOpen", 0, 1),
    ("smile", "delta", "mouthSmile", 0, 1),
    ("gaze to its left", "gaze", 0, -0.6, 0.6),
    ("gaze up", "gaze", 1, -0.4, 0.4),
    ("lids open", "lids", None, 0, 1),
)
LABELS = ("colour", "correspondence", "eyes")
SIDE = 256  # pixels of a panel, at most
FULL_ERROR = 64  # grey levels of error that the last panel shows at its brightest


def columns(name):
    """The expressions called so, on either side: their numbers."""
    sides = (name, f"{name}Left", f"{name}Right")
    return [k for k, unit in enumerate(studio.EXPRESSIONS) if unit in sides]


def bar(known, low, high):
    """A strip from low to high that is dark where `known`, a pair, has its ends."""
    start, end = ((value - low) / (high - low) * 100 for value in known)
    stops = f"#ddd {start:.0f}%, #456 {start:.0f}%, #456 {end:.0f}%, #ddd {end:.0f}%"
    return W.HTML(
        f'<div title="dark: what the footage holds" style="height:5px;margin:-6px 64px 0 100px;'
        f'background:linear-gradient(90deg, {stops})"></div>'
    )


class ControlsPlayground(Playground):
    """Sliders for head, mouth, smile, gaze and lids, each with the range of the footage shaded; the
    face as its three conditioning images, and drawn by a network, if one is given.

    model: lesson 13a's PortraitModel. known: the Controls of a film, from which the sliders begin
    at `frame`. light: (9, 3), by default even and white. draw: conditioning (1, S, S, 9) uint8 ->
    frames (1, S, S, 3) uint8. acted: what was performed when the film was made; shoot: a
    Performance of one frame -> frames (1, S, S, 3) uint8. With these two, which need `draw`, there
    are two panels more: the truth, filmed at each move, and the error of what was drawn.
    """

    def __init__(self, model, known, frame=0, light=None, draw=None, acted=None, shoot=None):
        self.model = model
        self.shoot = shoot
        self.acted = None if acted is None else acted[frame : frame + 1]
        self.start = known.part([frame])
        self.light = light
        self.draw = draw
        if light is None:
            self.light = model.person.neutral.new_zeros(9, 3)
            self.light[0] = 2.8
            self.light[2] = 0.8
        self.middle = rotation_matrix_to_axis_angle(known.R).mean(0)
        handles, bars, self.ranges = {}, [], {}
        for label, what, column, low, high in HANDLES:
            values = self.seen(known, what, column)
            now = float(np.clip(self.seen(self.start, what, column)[0], low, high))
            handles[label] = slider(label, low, high, now)
            self.ranges[label] = np.quantile(values, (0.02, 0.98)).clip(low, high)
            bars.append(bar(self.ranges[label], low, high))
        more = self.more()
        panels = 3 if shoot else 3 + (draw is not None)
        super().__init__(handles | more, width=panels * min(model.size, SIDE))
        rows = [part for pair in zip(handles.values(), bars, strict=True) for part in pair]
        self.children[0].children = [*rows, *more.values(), self.status]

    def more(self):
        """Controls beside the sliders, by name: none here."""
        return {}

    def seen(self, controls, what, column):
        """The values (T,) of one handle in Controls."""
        if what == "turn":
            return (rotation_matrix_to_axis_angle(controls.R) - self.middle)[:, column].numpy()
        values = getattr(controls, what)
        if what == "delta":
            return values[:, columns(column)].mean(1).numpy()
        return (values if column is None else values[:, column]).numpy()

    def controls_now(self):
        """The Controls of one frame that the sliders ask for."""
        asked = {label: self.value(label) for label, *_ in HANDLES}
        turn = self.middle + torch.tensor([asked[label] for label, *_ in HANDLES[:3]])
        gaze = torch.tensor([[asked["gaze to its left"], asked["gaze up"]]])
        delta = self.start.delta.clone()
        for label, what, column, *_ in HANDLES:
            if what == "delta":
                delta[:, columns(column)] = asked[label]
        lids = torch.tensor([asked["lids open"]])
        R = axis_angle_to_matrix(turn[None]).to(self.start.R)
        return Controls(with_openness(delta, lids), R, self.start.t, gaze, lids)

    def performance_now(self):
        """The Performance, one frame, in which the studio's actor moves from where he was as the
        sliders have moved from where they were."""
        now = self.controls_now()
        turn = now.R @ self.start.R.mT @ axis_angle_to_matrix(self.acted.rotation).to(now.R)
        expression = self.acted.expression + now.delta - self.start.delta
        blinks = columns("eyeBlink")
        expression[:, blinks] = self.acted.expression[:, blinks] + self.start.lids - now.lids
        return studio.Performance(
            expression.clamp(0, 1),
            rotation_matrix_to_axis_angle(turn.contiguous()),
            self.acted.translation,
            self.acted.gaze + now.gaze - self.start.gaze,
        )

    def draw_picture(self):
        told = conditioning(self.model, self.controls_now(), self.light)
        panels = list(np.split(told[0], 3, 2))
        labels = list(LABELS)
        if self.draw is not None:
            panels.append(self.draw(told)[0])
            labels.append("drawn")
        if self.shoot is not None:
            truth = self.shoot(self.performance_now())[0]
            error = np.abs(truth - panels[-1].astype(float)).mean(-1)
            panels += [truth, heat_map(error, FULL_ERROR)]
            labels += ["the studio films it", "error"]
        outside = ", ".join(self.outside())
        self.status.value = f"outside the footage: {outside}" if outside else ""
        return show.grid(panels, 3 if self.shoot else len(panels), labels=labels)

    def outside(self):
        """The sliders that stand where the middle 96 % of the footage have never been."""
        ends = self.ranges.items()
        return [k for k, (low, high) in ends if not low - 0.02 <= self.value(k) <= high + 0.02]
