"""What parted lips show: the lips' inside, two rows of teeth, the tongue and the dark behind them,
fitted to an actor's lips."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import torch

from ..human import load
from . import paint
from .mesh import Piece, join, piece
from .teeth import Row, dentition, grid_faces

# A bite, in metres, as people have it: the upper incisors reach under the resting lip and stand
# behind it; they overlap the lower ones, which stand behind them.
SHOWN = 0.0028
BEHIND = 0.0042
OVERLAP = 0.0019
UNDER = 0.0026
RIM_LIGHT = 0.42  # at least; the baked light is that of a shut mouth
HALF_WIDTH = 0.0262  # of the mean actor's lips, from the middle to a corner
SINK = 0.003  # so far the tongue lies lower than it was baked, off the palate
# what lies inside gets darker inwards: ambient light at the back and in front, where the back is
DEPTHS = dict(cavity=(0.015, 0.34, -0.026), tongue=(0.10, 0.85, -0.030))
INSIDE = (0.0012, 0.0030)  # how far behind the rim the rows of the inner lips lie, metres
LIFT = (0.75, 1.0)  # their share of the lower lip's rise
RISE = 0.0005  # how far the lower lip's last row stands above the rim at least, metres
CORNER = 0.012  # and how far from a corner the lips' insides begin to meet
GLOOM = (0.85, 0.42)  # their share of the rim's light


class Moving(NamedTuple):
    """A Piece of V vertices, and what the 52 expressions do to it (52, V, 3)."""

    piece: Piece
    expression: torch.Tensor


def depth(rest):
    """How far in front of the resting upper lip vertices (N, 3) lie, in metres (N,)."""
    return rest[:, 2] - rest[load().landmarks_head[62], 2]


@lru_cache(maxsize=1)
def rim():
    """The lips' rim as two rows of head vertices from the person's right corner to the left one:
    upper and lower."""
    h = load()
    inside = torch.zeros(len(h.head_ids), dtype=torch.bool)
    inside[h.to_head[h.mouth_rim]] = True
    f = h.head_faces["skin"]
    sides = torch.cat([f[:, [0, 1]], f[:, [1, 2]], f[:, [2, 0]]])
    sides = sides[inside[sides].all(1)].tolist()
    known = {tuple(side) for side in sides}
    after = {a: b for a, b in known if (b, a) not in known}
    right, left, top = (int(h.landmarks_head[k]) for k in (48, 54, 62))
    walks = []
    for start, end in ((right, left), (left, right)):
        walk = [start]
        while walk[-1] != end:
            walk.append(after[walk[-1]])
        walks.append(walk)
    upper, lower = walks if top in walks[0] else walks[::-1]
    rows = [row if row[0] == right else row[::-1] for row in (upper, lower)]
    return tuple(torch.tensor(row) for row in rows)


@lru_cache(maxsize=2)
def lips(reach):
    """Head vertices of the upper and of the lower lip, up to two faces from the rim and `reach`
    metres from the middle: two tensors (N,)."""
    h = load()
    f = h.head_faces["skin"]
    near = torch.zeros(len(h.head_ids), dtype=torch.bool)
    near[torch.cat(rim())] = True
    for _ in range(2):
        near[f[near[f].any(1)].flatten()] = True
    near &= h.head_mean[:, 0].abs() < reach
    on_jaw = h.expression[h.expression_at["jawOpen"]].norm(dim=1) > 0.015
    return (near & ~on_jaw).nonzero()[:, 0], (near & on_jaw).nonzero()[:, 0]


@lru_cache(maxsize=1)
def jaw_motion():
    """What each expression does to a point of the lower jaw: it is rigid, and so linear in the
    point. (52, 4, 3) for points (x, y, z, 1)."""
    h = load()
    v = torch.unique(h.head_faces["teeth"])
    opened = h.expression[h.expression_at["jawOpen"]][v].norm(dim=1)
    v = v[opened > 0.004]
    known = torch.cat([h.head_mean[v], torch.ones(len(v), 1)], 1).double()
    return torch.linalg.pinv(known).float() @ h.expression[:, v]


def on_jaw(rest):
    """The 52 displacements of points (V, 3) that are fixed to the lower jaw -> (52, V, 3)."""
    return torch.cat([rest, torch.ones(len(rest), 1)], 1) @ jaw_motion()


def rows_of(head):
    """Where the upper and the lower row of an actor's teeth stand. head (N, 3) -> two Rows."""
    marks = head[load().landmarks_head]
    lip = torch.stack([marks[62, 0], head[lips(0.007)[0], 1].amin(), marks[62, 2]])
    half = float((marks[54] - marks[48]).norm()) / 2
    scale = min(max((half / HALF_WIDTH) ** 0.5, 0.92), 1.08)
    edge, front = float(lip[1]) - SHOWN, float(lip[2]) - BEHIND
    return Row(edge, front, True, scale), Row(edge + OVERLAP, front - UNDER, False, scale)


def inner_lip(head, uv, shade, row, rise):
    """The moist inside of one lip: it goes on from the rim inwards, and up by `rise`.

    head, uv, shade: of all head vertices. row (n,): the rim. rise (n,): metres. -> positions,
    uv and shade of the rows behind the rim, each with len(INSIDE) * n rows.
    """
    n, m = len(INSIDE), len(row)
    rest = head[row].expand(n, m, 3).clone()
    rest[..., 1] += torch.tensor(LIFT)[:, None] * rise
    rest[..., 2] -= torch.tensor(INSIDE)[:, None]
    light = shade[row].expand(n, m, 3).clone()
    light[..., 0] *= torch.tensor(GLOOM)[:, None]
    return rest.view(-1, 3), uv[row].expand(n, m, 2).reshape(-1, 2), light.view(-1, 3)


def lift_of_lower(head):
    """How far the lower lip's inside stands above its rim (n,), metres: at the corners it reaches
    the upper rim, elsewhere no further than shut lips need."""
    upper, lower = (head[row] for row in rim())
    nearest = torch.cdist(lower[:, :1], upper[:, :1]).argmin(1)
    gap = (upper[nearest, 1] - lower[:, 1]).clamp(min=0) + 0.0006
    inset = torch.minimum(lower[:, 0] - lower[0, 0], lower[-1, 0] - lower[:, 0])
    corner = paint.smooth(inset, CORNER, 0.5 * CORNER)
    upper_edge, lower_edge = (head[lip, 1] for lip in lips(0.001))
    middle = (upper_edge.amin() - lower_edge.amax() + 0.0010).clamp(min=RISE)
    return (middle + (gap - middle) * corner) * paint.smooth(inset, -0.0005, 0.0005)


def inner_lips(head, uv, shade):
    """Both lips' insides: the upper one goes straight in, the lower one rises to meet it. Their
    faces begin at the rim itself, so they number the head's vertices from -len(head) to -1."""
    h = load()
    rows = rim()
    rises = (torch.zeros(len(rows[0])), lift_of_lower(head))
    columns, faces, start = [], [], 0
    for row, rise in zip(rows, rises, strict=True):
        columns.append(inner_lip(head, uv, shade, row, rise))
        own = start + torch.arange(len(INSIDE) * len(row)).view(len(INSIDE), -1)
        sheet = grid_faces(torch.cat([row[None] - len(head), own]))
        faces.append(sheet if row is rows[0] else sheet.flip(1))
        start += own.numel()
    rest, uv, shade = (torch.cat(column) for column in zip(*columns, strict=True))
    faces = torch.cat(faces)
    moved = [h.expression[:, row].repeat(1, len(INSIDE), 1) for row in rows]
    return Moving(piece("skin", rest, faces, uv, shade), torch.cat(moved, 1))


def darken(rest, shade):
    """Let the light on the baked cavity and tongue of a head (N, 3) fall inwards, and some of it
    reach the lips' rim. shade (N, 3) is changed."""
    edge = torch.cat(rim())
    shade[edge, 0] = shade[edge, 0].clamp(min=RIM_LIGHT)
    for part, (back, front, far) in DEPTHS.items():
        v = torch.unique(load().head_faces[part])
        shade[v, 0] = back + (front - back) * paint.smooth(depth(rest)[v], far, -0.002)
        shade[v, 1] = 0.03
        shade[v, 2] = 0.05


def lower_tongue(rest):
    """Take the baked tongue of a head (N, 3) off the palate."""
    rest[torch.unique(load().head_faces["tongue"]), 1] -= SINK


def lining():
    """The cavity's faces and, beside the lips, their backs too: where lips fold over one another
    the inside is seen from behind, and nothing may show through. (F, 3)."""
    h = load()
    f = h.head_faces["cavity"]
    edge = h.head_mean[torch.cat(rim())]
    near = torch.cdist(h.head_mean, edge).amin(1) < 0.010
    return torch.cat([f, f[near[f].all(1)].flip(1)])


def furnish(head, uv, shade, gold=0):
    """All that is put into an actor's mouth: Moving pieces, and one Piece fixed to the skull.

    head (N, 3), uv (N, 2), shade (N, 3): of all head vertices, as `head.surface` has them. gold: so
    many upper teeth are made of it.
    """
    upper, lower = rows_of(head)
    low = dentition(lower)
    moving = [inner_lips(head, uv, shade), Moving(low, on_jaw(low.rest))]
    pieces = join([m.piece for m in moving])
    expression = torch.cat([m.expression for m in moving], 1)
    return Moving(pieces, expression), dentition(upper, gold)
