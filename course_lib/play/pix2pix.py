"""Lesson 06: paint a label map or draw lines, and a network draws the portrait."""

from __future__ import annotations

import time
from functools import partial

import anywidget
import ipywidgets as W
import numpy as np
import traitlets
from ipywidgets.widgets.trait_types import CByteMemoryView

from .. import show
from ..studio import LABELS
from ..taught.images import pix2pix
from ..taught.images.lines import as_lines, hour_of_lines, sketches
from .base import Playground
from .capture import HERE

SIDE = 320  # pixels of the page
ACTORS = (3, 4, 11)  # no network has seen them


class PaintPad(anywidget.AnyWidget):
    """A map to paint on in the browser: `start` is what it begins with, `labels` what was painted,
    one byte a pixel. Set `done` to `sent` to ask for the next ones."""

    _esm = HERE.with_name("paint.js")
    size = traitlets.Int(64).tag(sync=True)
    side = traitlets.Int(SIDE).tag(sync=True)
    colours = traitlets.List().tag(sync=True)
    names = traitlets.List().tag(sync=True)
    label = traitlets.Int(0).tag(sync=True)
    brush = traitlets.Int(3).tag(sync=True)
    start = traitlets.Bytes(b"").tag(sync=True)
    labels = CByteMemoryView(b"").tag(sync=True)
    sent = traitlets.Int(0).tag(sync=True)
    done = traitlets.Int(0).tag(sync=True)


class PaintPlayground(Playground):
    """Paint on a label map; the portrait follows.

    networks: by name, each a function from maps (1, S, S) uint8 to pictures (1, S, S, 3) uint8;
    without any, the hour's that ships with the course. maps: by name, maps (S, S) uint8 to begin
    with, or functions that make one when it is chosen; without any, three actors'. Raises
    ValueError where the maps are no maps of one size.
    """

    names, colours = LABELS, pix2pix.PALETTE.tolist()
    begin = LABELS.index("hair")  # what the brush paints at first
    thick = 1 / 32  # of the map's side: the brush at first

    def __init__(self, networks=None, maps=None):
        self.networks = networks or {"hour": self.hour()}
        self.maps = maps or self.starts()
        self.begun = next(iter(self.maps))
        self.checked({name: m for name, m in self.maps.items() if not callable(m)})
        self.map = self.map_of(self.begun)
        told = dict(names=list(self.names), colours=self.colours, label=self.begin)
        self.pad = PaintPad(size=len(self.map), start=self.map.tobytes(), **told)
        most, thick = len(self.map) // 5, round(self.thick * len(self.map))
        brush = W.IntSlider(value=max(1, thick), min=1, max=most, description="brush")
        menus = {"begin with": list(self.maps), "network": list(self.networks)}
        controls = {
            name: W.Dropdown(options=options, description=name) for name, options in menus.items()
        }
        if len(self.networks) == 1:
            controls["network"].layout.display = "none"
        super().__init__(controls | {"brush": brush}, width=SIDE)
        W.jslink((brush, "value"), (self.pad, "brush"))
        self.children = [self.children[0], self.pad, self.image]
        self.pad.observe(lambda change: self.painted(), names="sent")

    def hour(self):
        """The network that ships."""
        return partial(pix2pix.draw, pix2pix.hour_network())

    def starts(self):
        """What one may begin with: maps, or functions that make one, by name."""
        return {f"actor {k}": partial(self.actor, k) for k in ACTORS}

    def actor(self, number):
        """The map of one actor."""
        return pix2pix.portraits((number,), 1, 256)[1][0]

    def checked(self, maps):
        shapes = {np.shape(m) for m in maps.values()}
        if any(len(shape) != 2 or shape[0] != shape[1] for shape in shapes) or len(shapes) > 1:
            raise ValueError(f"maps are square and of one size; these are {sorted(shapes)}.")
        most = len(self.names) - 1
        if max((int(np.max(m)) for m in maps.values()), default=0) > most:
            raise ValueError(f"maps hold the numbers 0 to {most} of {', '.join(self.names)}.")

    def map_of(self, name):
        made = self.maps[name]
        return np.array(made() if callable(made) else made, np.uint8)

    def painted(self):
        """The reader has painted: draw it, and ask for more."""
        self.map = np.frombuffer(bytes(self.pad.labels), np.uint8).reshape(self.map.shape)
        try:
            self.refresh()
        finally:
            self.pad.done = self.pad.sent

    def draw_picture(self):
        name = self.value("begin with")
        if name != self.begun:
            self.begun, self.map = name, self.map_of(name)
            self.pad.start = self.map.tobytes()
        start = time.monotonic()
        drawn = self.networks[self.value("network")](self.map[None])[0]
        self.status.value = f"drawn in {1000 * (time.monotonic() - start):.0f} ms"
        return show.enlarged(drawn, SIDE)


class LinePlayground(PaintPlayground):
    """Draw lines with a pen; the portrait follows. Maps hold 0 for paper and 1 for a line."""

    names, colours = ("rub out", "draw"), [[255, 255, 255], [30, 30, 30]]
    begin, thick = 1, 0  # a pen of one pixel

    def starts(self):
        return super().starts() | {"an empty sheet": np.zeros((256, 256), np.uint8)}

    def hour(self):
        net = hour_of_lines()
        return lambda lines: pix2pix.draw(net, 255 * lines, as_lines)

    def actor(self, number):
        return sketches(pix2pix.portraits((number,), 1, 256)[0])[0] // 255
