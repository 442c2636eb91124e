"""Teeth: two arches of separate crowns with their gums, of the size that teeth have in people."""

from __future__ import annotations

from typing import NamedTuple

import torch

from . import paint
from .mesh import join, piece, plain_uv, shading

# widths of the crowns from the middle outwards and the height of the first, in millimetres: means
# of adults after Wheeler's Dental Anatomy, the upper ones narrowed to the arch that is seen here
UPPER = (8.5, 6.6, 7.5, 7.0, 6.8)
LOWER = (5.2, 5.8, 6.8, 7.0, 7.0)
UPPER_HEIGHT, LOWER_HEIGHT = 10.0, 8.8
# how much shorter than the first each crown stands, in millimetres at its edge
UPPER_STEP = (0.0, 0.5, 0.0, 0.5, 0.9)
LOWER_STEP = (0.0, 0.1, 0.0, 0.6, 1.0)
BEND = 0.0262  # the arch falls back by so many millimetres for each squared millimetre sideways
ACROSS = torch.tensor([-1.0, -0.72, 0.0, 0.72, 1.0])
ALONG = torch.tensor([0.0, 0.4, 0.8, 0.97, 1.0])  # from the gum to the edge, and over it
WAIST = torch.tensor([0.80, 0.95, 1.0, 0.99, 0.95])  # the crown's width at each of these
BELLY = torch.tensor([-0.4, 0.35, 0.15, -0.35, -1.9])  # how far it stands out there, millimetres
LEAN = 0.2  # how far the lower row's roots stand back for each millimetre downwards
MM = 1e-3


class Row(NamedTuple):
    """One arch. edge: height of the first crown's cutting edge; front: its depth, both in metres;
    up: whether it hangs from the skull; scale: of all widths."""

    edge: float
    front: float
    up: bool
    scale: float


def along_arch(x):
    """Sideways millimetres (...) -> how far the arch has fallen back, and its direction there."""
    slope = 2 * BEND * x
    length = (1 + slope.square()).sqrt()
    return BEND * x.square(), torch.stack([1 / length, -slope / length], -1)


def places(widths):
    """Where crowns of these widths stand side by side -> x of their middles, millimetres."""
    at, x = [], 0.0
    for w in widths:
        middle = torch.tensor(x + w / 2)
        for _ in range(3):
            middle = x + w / 2 * along_arch(middle)[1][0]
        at.append(float(middle))
        x = float(2 * middle - x)
    return at


def grid_faces(k):
    """Triangles (F, 3) of a grid of vertices k (rows, columns), seen from where rows go down and
    columns rightwards."""
    a, b, c, d = (q.flatten() for q in (k[:-1, :-1], k[1:, :-1], k[:-1, 1:], k[1:, 1:]))
    return torch.cat([torch.stack([a, b, c], 1), torch.stack([c, b, d], 1)])


def light_inside(x, share):
    """Ambient light (...) on what lies x metres beside the middle, less of it at share 0."""
    return (0.14 + 0.86 * paint.smooth(x.abs(), 0.026, 0.005)) * share


def crown(row, x, width, height, step, tile="teeth"):
    """One tooth as a Piece, its middle x millimetres to the side of the arch's; tile: its paint."""
    fall, direction = along_arch(torch.tensor(x))
    over = ACROSS[None] * WAIST[:, None] * (width * 0.485)  # (rows, columns)
    out = BELLY[:, None] - 0.85 * ACROSS.square() - fall
    lifted = 0.4 * ACROSS.abs() ** 3 * (ALONG[:, None] > 0.9)  # round corners
    high = (1 - ALONG[:, None]) * height + step + lifted
    out = out - LEAN * high * (not row.up)
    sideways = x + over * direction[0] - BELLY[:, None] * direction[1]
    rest = torch.stack(
        [
            sideways * row.scale * MM,
            row.edge + (high if row.up else -high) * MM,
            row.front + (out + over * direction[1]) * MM,
        ],
        -1,
    )
    share = torch.tensor([0.42, 0.72, 0.95, 1.0, 0.6])[:, None]
    share = share * torch.tensor([0.66, 0.95, 1.0, 0.95, 0.66])
    ambient = light_inside(rest[..., 0], (0.88 if row.up else 0.70) * share)
    uv = torch.stack([ACROSS.expand_as(high) / 2 + 0.5, ALONG[:, None].expand_as(high)], -1)
    faces = grid_faces(torch.arange(high.numel()).view(high.shape))
    return piece(
        "teeth",
        rest.reshape(-1, 3),
        faces if row.up else faces.flip(1),
        paint.tile_uv(tile, uv.reshape(-1, 2)),
        shading(ambient.flatten(), broad=0.05, sharp=0.22),
    )


def gum(row, widths, height):
    """The band that a row of crowns stands in: from a little under its end to its root."""
    x = torch.linspace(-1, 1, 13) * sum(widths) * 0.93
    x = x * along_arch(x.abs() / 2)[1][..., 0]
    fall = along_arch(x)[0]
    high = torch.tensor([height - 1.6, height + 0.8, height + 4.0])[:, None].expand(3, 13)
    out = torch.tensor([-0.9, -0.1, -3.5])[:, None] - fall
    out = out - LEAN * high * (not row.up)
    rest = torch.stack(
        [
            x.expand(3, 13) * row.scale * MM,
            row.edge + (high if row.up else -high) * MM,
            row.front + out * MM,
        ],
        -1,
    ).reshape(-1, 3)
    faces = grid_faces(torch.arange(3 * 13).view(3, 13))
    ambient = light_inside(rest[:, 0], torch.tensor([0.5, 0.6, 0.25]).repeat_interleave(13))
    uv = plain_uv("gum", len(rest))
    faces = faces.flip(1) if row.up else faces
    return piece("cavity", rest, faces, uv, shading(ambient, broad=0.06, sharp=0.1))


def dentition(row, gold=0):
    """All the crowns of an arch and its gum as one Piece; the middle one's vertices come first.

    gold: so many, from the middle outwards, are made of gold.
    """
    widths, steps = (UPPER, UPPER_STEP) if row.up else (LOWER, LOWER_STEP)
    height = UPPER_HEIGHT if row.up else LOWER_HEIGHT
    crowns = []
    for x, width, step in zip(places(widths), widths, steps, strict=True):
        for side in (1, -1):
            tile = "gold" if len(crowns) < gold else "teeth"
            crowns.append(crown(row, side * x, width, height, step, tile))
    return join([*crowns, gum(row, widths, height)])
