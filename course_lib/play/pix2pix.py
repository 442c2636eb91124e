"""Lesson 06: paint a label map, and a network draws the portrait."""

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
from ..taught.images.pix2pix import PALETTE, draw, hour_network, portraits
from .base import Playground
from .capture import HERE

SIDE = 320  # pixels of the page
ACTORS = (3, 4, 11)  # no network has seen them


class PaintPad(anywidget.AnyWidget):
    """A label map in the browser: `start` is what it begins with, `labels` what was painted, one
    byte a pixel. Set `done` to `sent` to ask for the next ones."""

    _esm = HERE.with_name("paint.js")
    size = traitlets.Int(64).tag(sync=True)
    side = traitlets.Int(SIDE).tag(sync=True)
    colours = traitlets.List(PALETTE.tolist()).tag(sync=True)
    names = traitlets.List(list(LABELS)).tag(sync=True)
    label = traitlets.Int(LABELS.index("hair")).tag(sync=True)
    brush = traitlets.Int(3).tag(sync=True)
    start = traitlets.Bytes(b"").tag(sync=True)
    labels = CByteMemoryView(b"").tag(sync=True)
    sent = traitlets.Int(0).tag(sync=True)
    done = traitlets.Int(0).tag(sync=True)


class PaintPlayground(Playground):
    """Paint on a label map; the portrait follows.

    networks: by name, each a function from label maps (1, S, S) uint8 to pictures (1, S, S, 3)
    uint8; without any, the hour's that ships with the course. maps: by name, label maps (S, S)
    uint8 to begin with; without any, three actors'. Raises ValueError where the maps are not label
    maps of one size.
    """

    def __init__(self, networks=None, maps=None):
        if not networks:
            networks = {"hour": partial(draw, hour_network())}
        if not maps:
            _, taken = portraits(ACTORS, 1, 256)
            maps = {f"actor {k}": labels for k, labels in zip(ACTORS, taken)}
        shapes = {np.shape(m) for m in maps.values()}
        if len(shapes) > 1 or len(next(iter(shapes))) != 2 or len(set(next(iter(shapes)))) > 1:
            raise ValueError(f"label maps are square and of one size; these are {sorted(shapes)}.")
        if max(int(np.max(m)) for m in maps.values()) >= len(LABELS):
            raise ValueError(f"label maps hold numbers of studio.LABELS, 0 to {len(LABELS) - 1}.")
        self.networks, self.maps = networks, maps
        self.begun = next(iter(maps))
        self.map = np.array(maps[self.begun], np.uint8)
        self.pad = PaintPad(size=len(self.map), start=self.map.tobytes())
        brush = W.IntSlider(
            value=max(1, len(self.map) // 32), min=1, max=len(self.map) // 5, description="brush"
        )
        menus = {"begin with": list(maps), "network": list(networks)}
        controls = {
            name: W.Dropdown(options=options, description=name) for name, options in menus.items()
        }
        if len(networks) == 1:
            controls["network"].layout.display = "none"
        super().__init__(controls | {"brush": brush}, width=SIDE)
        W.jslink((brush, "value"), (self.pad, "brush"))
        self.children = [self.children[0], self.pad, self.image]
        self.pad.observe(lambda change: self.painted(), names="sent")

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
            self.begun = name
            self.map = np.array(self.maps[name], np.uint8)
            self.pad.start = self.map.tobytes()
        start = time.monotonic()
        drawn = self.networks[self.value("network")](self.map[None])[0]
        self.status.value = f"drawn in {1000 * (time.monotonic() - start):.0f} ms"
        return show.enlarged(drawn, SIDE)
