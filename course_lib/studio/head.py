"""Head and shoulders of an actor as one mesh: skin, mouth, eyes, lashes, clothes and hair."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from ..human import HEAD_PARTS, load
from ..taught.foundations.faces_in_3d import vertex_normals
from ..taught.foundations.rasteriser import edge_table
from . import hair, mouth, paint
from .mesh import (
    PART_OF,
    Mesh,
    Piece,
    clip_faces,
    eye_pieces,
    eye_ranges,
    eyeball,
    join,
    piece,
    plain_uv,
    shading,
)


class Collar(NamedTuple):
    """Where a garment ends: metres below the neck's top at the sides, further down in front, and
    the power of the cosine between them (1 round, 5 a V)."""

    side: float
    dip: float
    power: int


COLLARS = dict(
    turtleneck=Collar(0.0, 0.0, 1),
    crew=Collar(0.060, 0.032, 2),
    stripes=Collar(0.058, 0.036, 2),
    vneck=Collar(0.056, 0.120, 5),
    shirt=Collar(0.026, 0.036, 4),
    jacket=Collar(0.028, 0.038, 4),
)
CLOTH_KINDS = tuple(COLLARS)


def dress(actor, normal):
    """The upper garment: looser than the skin, cut at the collar. normal (N, 3) of the head."""
    h = load()
    look = actor.look
    ids, f = torch.unique(h.head_faces["suit"], return_inverse=True)
    rest = actor.head[ids]
    z_axis = float(rest[rest[:, 1] > -0.16, 2].mean())
    top = float(rest[:, 1].amax())
    loose = 0.010 if look["cloth"] == "jacket" else 0.006
    rest = rest + normal[ids] * loose * paint.smooth(-rest[:, 1], 0.06, 0.16)[:, None]
    angle = torch.atan2(rest[:, 0], rest[:, 2] - z_axis)
    front = torch.cos(angle / 2) ** 2
    collar = COLLARS[look["cloth"]]
    if collar.side:
        level = rest[:, 1] - (top - collar.side - collar.dip * front**collar.power)
    else:
        level = torch.full_like(front, -1.0)
    down = (top - 0.02 - rest[:, 1]) / 0.32
    uv = paint.tile_uv("cloth", torch.stack([0.5 + angle / (2 * np.pi), down], 1))
    rim = 1 - 0.25 * paint.smooth(-level, 0.010, 0.006) * (collar.side > 0)
    shade = shading((0.25 + 0.75 * h.ao[h.head_ids][ids]) * rim, broad=0.012)
    values, f = clip_faces(torch.cat([rest, uv, shade, h.follow[ids, None]], 1), f, level)
    rest, uv, shade, follow = values.split((3, 2, 3, 1), dim=1)
    return piece("suit", rest, f, uv, shade, follow[:, 0])


def shade_surface(rest):
    """How the baked head's vertices (N, 3) take the light -> (N, 3)."""
    h = load()
    parts = h.head_faces
    shade = shading(0.18 + 0.82 * h.ao[h.head_ids])
    shade[torch.unique(parts["skin"]), 1] = 0.055
    shade[h.landmarks_head[48:], 1] = 0.10  # lips are moist
    mouth.darken(rest, shade)
    shade[torch.unique(parts["socket"]), 1] = 0.03
    shade[torch.unique(parts["lashes"])] = torch.tensor([0.05, 0.0, 0.0])
    return shade


def place_surface(rest):
    """Where the atlas paints the baked head's vertices (N, 3) -> uv (N, 2)."""
    h = load()
    parts = h.head_faces
    uv = paint.head_uv(h.uv[h.head_ids])
    tiles = dict(cavity="mouth", tongue="tongue", socket="skin", chest="skin", lashes="shoes")
    for k, tile in tiles.items():
        v = torch.unique(parts[k])
        uv[v] = plain_uv(tile, len(v))
    return uv


def trim_lashes(rest, length):
    """Pull the lash strips of a head (N, 3) back towards the lid, to a share of their length."""
    h = load()
    v = torch.unique(h.head_faces["lashes"])
    rim = rest[torch.cat([h.to_head[h.eye_rim_left], h.to_head[h.eye_rim_right]])]
    near = rim[torch.cdist(rest[v], rim).argmin(1)]
    rest[v] = near + (rest[v] - near) * length + torch.tensor([0.0, 0.0, 0.0003])


def surface(actor):
    """The baked part of the head: all its vertices, and the faces of all but garment and teeth."""
    h = load()
    rest = actor.head.clone()
    shade = shade_surface(rest)
    uv = place_surface(rest)
    mouth.lower_tongue(rest)
    length = actor.look["lash_length"]
    trim_lashes(rest, length)
    faces = {k: h.head_faces[k] for k in HEAD_PARTS if k not in ("suit", "teeth")}
    faces["cavity"] = mouth.lining()
    if length > 0.3:
        lashes = h.head_faces["lashes"]
        faces["lashes"] = torch.cat([lashes, lashes.flip(1)])
    numbers = [torch.full((len(f),), PART_OF[k], dtype=torch.uint8) for k, f in faces.items()]
    return Piece(
        rest=rest,
        faces=torch.cat(list(faces.values())),
        part=torch.cat(numbers),
        uv=uv,
        shade=shade,
        follow=h.follow,
    )


def eyes(actor, sphere):
    """Two eyeballs: the cornea stands out a little, the upper lid and the corners throw shadow."""
    d, _ = sphere
    lid = paint.smooth(d[:, 1], 0.55, 0.05) * paint.smooth(d[:, 0].abs(), 0.85, 0.45)
    bulge = 1 + 0.025 * paint.smooth(d[:, 2], 0.84, 0.99)
    return eye_pieces(actor.head, sphere, shading(0.34 + 0.66 * lid, sharp=0.75), bulge)


def build_head(actor):
    """The Mesh of an actor's head and shoulders; landmarks and moving vertices come first."""
    h = load()
    around = torch.cat([h.head_faces[k] for k in ("skin", "suit", "chest")])
    base = surface(actor)
    moving, fixed = mouth.furnish(base.rest, base.uv, base.shade, actor.look["gold"])
    sphere = eyeball()
    normal = vertex_normals(actor.head[None], around)[0]
    pieces = [base, moving.piece, *eyes(actor, sphere), fixed, dress(actor, normal)]
    grown = hair.grow(actor)
    if grown is not None:
        pieces.append(grown)
    whole = join(pieces)
    used = torch.zeros(len(whole.rest), dtype=torch.bool)
    used[whole.faces.flatten()] = True
    used[h.landmarks_head] = True
    new = used.cumsum(0) - 1
    faces = new[whole.faces]
    expression = torch.cat([h.expression, moving.expression], 1)
    start = expression.shape[1]
    return Mesh(
        rest=whole.rest[used],
        faces=faces,
        edges=edge_table(faces),
        part=whole.part,
        uv=whole.uv[used],
        shade=whole.shade[used],
        follow=whole.follow[used],
        expression=expression[:, used[:start]].contiguous(),
        landmarks=new[h.landmarks_head],
        eyes=eye_ranges(int(new[start]), sphere[0]),
    )
