"""Hair: a shell grown out of the scalp, and curtains of strands for the longer cuts."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from ..human import load
from ..taught.foundations.faces_in_3d import vertex_normals
from ..taught.foundations.rasteriser import edge_table
from . import paint
from .mesh import eyeball, join, piece, shading

THICKNESS = dict(short=0.010, quiff=0.013, curly=0.034, bob=0.014, long=0.013, bun=0.008)
CROWN = torch.tensor([0.0, 0.085, -0.005])


def subdivide(points, faces):
    """Cut every triangle in four. points: list of (V, C) attributes, faces (F, 3) -> the list with
    midpoints appended, faces (4F, 3)."""
    edges = edge_table(faces)
    n = len(points[0])
    key = edges[:, 0] * n + edges[:, 1]
    points = [torch.cat([p, (p[edges[:, 0]] + p[edges[:, 1]]) / 2]) for p in points]

    def mid(a, b):
        return n + torch.searchsorted(key, torch.minimum(a, b) * n + torch.maximum(a, b))

    a, b, c = faces.unbind(1)
    ab, bc, ca = mid(a, b), mid(b, c), mid(c, a)
    return points, torch.cat(
        [torch.stack(t, 1) for t in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))]
    )


def strand_uv(p, side):
    """Strands fall from the parting: x is the direction around it, y the way down."""
    q = p - (CROWN + torch.tensor([0.025 * side, 0.06, -0.01]))
    around = torch.atan2(q[:, 0], q[:, 2]).abs() / np.pi
    return paint.tile_uv("hair", torch.stack([around, (q.norm(dim=1) / 0.34)], 1))


def scalp(actor):
    """The skin under the hair, refined -> its vertices on the actor's and on the mean head, normals
    (N, 3) and faces."""
    h = load()
    f = h.head_faces["skin"]
    inside = paint.hairline(h.head_mean)
    f = f[(inside[f] > 0.0005).all(1)]
    ids, f = torch.unique(f, return_inverse=True)
    normal = vertex_normals(actor.head[None], h.head_faces["skin"])[0]
    # the two copies of a vertex on the texture's seam must not part the hair
    _, twin = torch.unique((h.head_mean * 1e5).round(), dim=0, return_inverse=True)
    normal = torch.zeros_like(normal).index_add_(0, twin, normal)[twin]
    (rest, mean, normal), f = subdivide([actor.head[ids], h.head_mean[ids], normal[ids]], f)
    return rest, mean, F.normalize(normal, dim=1), f


def thickness(look, mean, depth, top):
    """How high the hair stands over the scalp in metres. mean (N, 3), depth behind the hairline and
    topness (N,) -> (N,)."""
    kind = look["hair"]
    ramp = 0.022 if kind == "curly" else 0.035
    t = THICKNESS[kind] * look["volume"] * paint.smooth(depth, -0.002, ramp)
    front = paint.smooth(mean[:, 2], 0.0, 0.09)
    t = t * (0.65 + 0.35 * top)
    if kind == "quiff":
        t = t + 0.020 * top * front * paint.smooth(depth, 0.0, 0.02)
    if kind in ("bob", "long"):
        across = (mean[:, 0] - 0.022 * look["parting"]) / 0.006
        t = t * (1 - 0.25 * torch.exp(-across.square()) * front)
    s = look["seed"]
    if kind == "curly":
        return t * (1 + 0.30 * paint.noise(mean, 75, s + 50)) + 0.004 * paint.noise(
            mean, 170, s + 51
        )
    along = mean * torch.tensor([1.0, 0.3, 0.3])
    locks = 1 + 0.12 * paint.noise(mean, 60, s + 50)
    return t * locks + 0.0012 * paint.noise(along, 260, s + 51)


def shell(actor):
    """Hair as a second skin over the scalp."""
    look = actor.look
    curly = look["hair"] == "curly"
    rest, mean, normal, f = scalp(actor)
    depth = paint.hairline(mean)
    top = paint.smooth(mean[:, 1], 0.09, 0.16)
    height = thickness(look, mean, depth, top).clamp(min=0.0004)
    lift = torch.tensor([0.0, 0.35, 0.0]) * top[:, None] + normal
    rest = rest + lift * height[:, None]
    shade = shading(0.55 + 0.45 * paint.smooth(depth, 0.0, 0.03), broad=0.012 if curly else 0.05)
    uv = strand_uv(mean, look["parting"])
    if curly:
        around = (mean[:, 0] * 9 + mean[:, 2] * 4) % 1
        uv = paint.tile_uv("hair", torch.stack([around, (mean[:, 1] * 9) % 1], 1))
    # near the hairline the far side of the head shows the shell from within: give it a dark inside
    border = f[(depth[f] < 0.045).any(1)]
    ids, inner = torch.unique(border, return_inverse=True)
    dark = shade[ids] * torch.tensor([0.5, 0.0, 0.0])
    return join(
        [
            piece("hair", rest, f, uv, shade),
            piece("hair", rest[ids], inner.flip(1), uv[ids], dark),
        ]
    )


def curtain_points(actor, bottom, a, s):
    """Where a curtain hangs: a (C,) from one temple (-1) to the other (1), s (R, 1) from the top
    (0) to the ends (1) -> (R, C, 3) metres."""
    look = actor.look
    skull = actor.head[load().head_mean[:, 1] > 0.05]
    temples = skull[(skull[:, 1] < 0.10) & (skull[:, 1] > 0.06)]
    half = float(temples[:, 0].abs().amax().clamp(max=0.088))
    back = float(skull[:, 2].amin())
    rows, columns = len(s), len(a)
    angle = a * 2.06  # 0 is the back of the head, past pi/2 is the temple
    y_top = 0.098 + 0.012 * torch.cos(angle) - 0.006 * (a.abs() > 0.93)
    edge = 1 - 0.10 * paint.smooth(a.abs(), 0.72, 1.0)
    y = y_top + (bottom * edge - y_top) * s
    long = bottom < -0.12
    fringe = 0.12 + 0.88 * paint.smooth(1 - a.abs(), 0.0, 0.30)
    belly = 0.004 + 0.032 * torch.sin(s * np.pi * (0.62 if long else 0.80)) * look["volume"]
    tuck = 0.0 if long else 0.012
    bulge = -0.004 + 0.010 * paint.smooth(s, 0.0, 0.25) + belly * fringe - tuck * s**2
    across = a.expand(rows, columns).flatten()
    down = s.expand(rows, columns).flatten() * 0.35
    on_sheet = torch.stack([across, down, 0 * across], 1)
    wave = 0.0035 * paint.noise(on_sheet, 16, look["seed"] + 60).view(rows, columns)
    rx = half + bulge + wave
    rz = -back + bulge * 0.8 + wave
    x = rx * torch.sin(angle)
    flatter = torch.where(torch.cos(angle) < 0, 0.62, 1.0)
    z = 0.004 + 0.016 * s - rz * torch.cos(angle) * flatter
    if long:  # lies on shoulders and chest in front
        z = z + 0.045 * paint.smooth(s, 0.45, 0.9) * paint.smooth(a.abs(), 0.65, 0.95)
    return torch.stack([x, y.expand(rows, columns), z], -1)


def curtain(actor, bottom, rows=12, columns=44):
    """A sheet of hair from above the ears round the back of the head, down to `bottom` (metres from
    the head joint)."""
    a = torch.linspace(-1, 1, columns)
    s = torch.linspace(0, 1, rows)[:, None]
    rest = curtain_points(actor, bottom, a, s).reshape(-1, 3)
    i = torch.arange(rows - 1)[:, None] * columns + torch.arange(columns - 1)
    i = i.flatten()
    f = torch.cat(
        [
            torch.stack([i, i + columns, i + 1], 1),
            torch.stack([i + 1, i + columns, i + columns + 1], 1),
        ]
    )
    across = ((a + 1) / 2).expand(rows, columns)
    down = (0.25 + 0.75 * s).expand(rows, columns)
    uv = paint.tile_uv("hair", torch.stack([across, down], -1).reshape(-1, 2))
    angle = a * 2.06
    outwards = torch.stack([torch.sin(angle), 0 * angle, -torch.cos(angle)], -1)
    inner = rest - outwards.repeat(rows, 1) * 0.004
    light = (0.95 - 0.25 * s).expand(rows, columns).reshape(-1)
    bright = light * (0.75 + 0.35 * paint.smooth(rest[:, 2], -0.03, 0.05))
    follow = paint.smooth(rest[:, 1], -0.20, -0.02) * 0.75 + 0.25
    return join(
        [
            piece("hair", rest, f, uv, shading(bright, broad=0.06), follow),
            piece("hair", inner, f.flip(1), uv, shading(light * 0.45), follow),
        ]
    )


def ball(centre, radius, look, rings=10, spokes=18):
    """A bun: a slightly rough ball of wound strands."""
    d, f = eyeball(rings, spokes, 3.0)
    rough = 1 + 0.07 * paint.noise(d * 0.05, 60, look["seed"] + 70)
    around = torch.atan2(d[:, 1], d[:, 0]).abs() / np.pi
    uv = paint.tile_uv("hair", torch.stack([around, (d[:, 2] + 1) / 2], 1))
    shade = torch.tensor([0.9, 0.04, 0.0]).expand(len(d), 3)
    return piece("hair", torch.tensor(centre) + d * radius * rough[:, None], f, uv, shade)


def grow(actor):
    """All hair of one actor as one Piece. None for bald and buzz cuts."""
    kind = actor.look["hair"]
    if kind not in THICKNESS:
        return None
    pieces = [shell(actor)]
    if kind == "bob":
        pieces.append(curtain(actor, -0.072))
    elif kind == "long":
        pieces.append(curtain(actor, -0.215, rows=18))
    elif kind == "bun":
        pieces.append(ball((0.0, 0.175, -0.06), 0.036 * actor.look["volume"], actor.look))
    return join(pieces)
