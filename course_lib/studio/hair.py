"""Hair: a shell grown out of the scalp, and curtains of strands for the longer cuts."""

from __future__ import annotations

import numpy as np
import torch

from ..human import load
from ..taught.foundations.faces_in_3d import edge_table, vertex_normals
from . import paint

THICKNESS = dict(short=0.010, quiff=0.013, curly=0.034, bob=0.014, long=0.013, bun=0.008)
CROWN = torch.tensor([0.0, 0.085, -0.005])


def subdivide(points, faces):
    """Cut every triangle in four. points: list of (V, C) attributes -> lists with midpoints appended, faces (4F, 3)."""
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


def shell(actor):
    h, look = load(), actor.look
    f = h.head_faces["skin"]
    inside = paint.hairline(h.head_mean)
    f = f[(inside[f] > 0.0005).all(1)]
    ids, f = torch.unique(f, return_inverse=True)
    normal = vertex_normals(actor.head[None], h.head_faces["skin"])[0]
    _, twin = torch.unique(
        (h.head_mean * 1e5).round(), dim=0, return_inverse=True
    )  # the texture seam must not part the hair
    normal = torch.zeros_like(normal).index_add_(0, twin, normal)[twin]
    (rest, mean, normal), f = subdivide([actor.head[ids], h.head_mean[ids], normal[ids]], f)
    normal = torch.nn.functional.normalize(normal, dim=1)
    d = paint.hairline(mean)
    kind, s = look["hair"], look["seed"]
    t = (
        THICKNESS[kind]
        * look["volume"]
        * paint.smooth(d, -0.002, 0.035 if kind != "curly" else 0.022)
    )
    top = paint.smooth(mean[:, 1], 0.09, 0.16)
    front = paint.smooth(mean[:, 2], 0.0, 0.09)
    t = t * (0.65 + 0.35 * top)
    if kind == "quiff":
        t = t + 0.020 * top * front * paint.smooth(d, 0.0, 0.02)
    if kind in ("bob", "long"):
        t = t * (
            1 - 0.25 * torch.exp(-((mean[:, 0] - 0.022 * look["parting"]) / 0.006).square()) * front
        )
    if kind == "curly":
        t = t * (1 + 0.30 * paint.noise(mean, 75, s + 50)) + 0.004 * paint.noise(mean, 170, s + 51)
    else:
        t = t * (1 + 0.12 * paint.noise(mean, 60, s + 50)) + 0.0012 * paint.noise(
            mean * torch.tensor([1.0, 0.3, 0.3]), 260, s + 51
        )
    lift = torch.tensor([0.0, 0.35, 0.0]) * top[:, None] + normal
    rest = rest + lift * t.clamp(min=0.0004)[:, None]
    shade = torch.stack(
        [
            0.55 + 0.45 * paint.smooth(d, 0.0, 0.03),
            torch.full_like(d, 0.05 if kind != "curly" else 0.012),
            torch.zeros_like(d),
        ],
        1,
    )
    uv = strand_uv(mean, look["parting"])
    if kind == "curly":
        uv = paint.tile_uv(
            "hair", torch.stack([(mean[:, 0] * 9 + mean[:, 2] * 4) % 1, (mean[:, 1] * 9) % 1], 1)
        )
    # near the hairline the far side of the head shows the shell from within: give it a dark inside
    border = f[(d[f] < 0.045).any(1)]
    ids, inner = torch.unique(border, return_inverse=True)
    rest, uv = torch.cat([rest, rest[ids]]), torch.cat([uv, uv[ids]])
    shade = torch.cat([shade, shade[ids] * torch.tensor([0.5, 0.0, 0.0])])
    return dict(
        rest=rest,
        uv=uv,
        shade=shade,
        follow=torch.ones(len(rest)),
        faces=torch.cat([f, inner.flip(1) + len(d)]),
    )


def curtain(actor, bottom, rows=12, columns=44):
    """A sheet of hair from above the ears round the back of the head, hanging down to `bottom` (metres below the head joint)."""
    head, look = actor.head, actor.look
    skull = head[(load().head_mean[:, 1] > 0.05)]
    half = float(
        skull[(skull[:, 1] < 0.10) & (skull[:, 1] > 0.06)][:, 0].abs().amax().clamp(max=0.088)
    )
    back = float(skull[:, 2].amin())
    a = torch.linspace(-1, 1, columns)
    angle = a * 2.06  # 0 is the back of the head, past pi/2 is the temple
    s = torch.linspace(0, 1, rows)[:, None]
    y_top = 0.098 + 0.012 * torch.cos(angle) - 0.006 * (a.abs() > 0.93)
    edge = 1 - 0.10 * paint.smooth(a.abs(), 0.72, 1.0)
    y = y_top + (bottom * edge - y_top) * s
    long = bottom < -0.12
    fringe = 0.12 + 0.88 * paint.smooth(1 - a.abs(), 0.0, 0.30)
    bulge = (
        -0.004
        + 0.010 * paint.smooth(s, 0.0, 0.25)
        + (0.004 + 0.032 * torch.sin(s * np.pi * (0.62 if long else 0.80)) * look["volume"])
        * fringe
        - (0.0 if long else 0.012) * s**2
    )
    wave = 0.0035 * paint.noise(
        torch.stack(
            [
                a.expand(rows, columns).flatten(),
                s.expand(rows, columns).flatten() * 0.35,
                0 * a.expand(rows, columns).flatten(),
            ],
            1,
        ),
        16,
        look["seed"] + 60,
    ).view(rows, columns)
    rx, rz = half + bulge + wave, (-back) + bulge * 0.8 + wave
    z_mid = 0.004 + 0.016 * s
    x = rx * torch.sin(angle)
    z = z_mid - rz * torch.cos(angle) * torch.where(torch.cos(angle) < 0, 0.62, 1.0)
    if long:  # lies on shoulders and chest in front
        z = z + 0.045 * paint.smooth(s, 0.45, 0.9) * paint.smooth(a.abs(), 0.65, 0.95)
    rest = torch.stack([x, y.expand(rows, columns), z], -1).reshape(-1, 3)
    i = torch.arange(rows - 1)[:, None] * columns + torch.arange(columns - 1)
    i = i.flatten()
    f = torch.cat(
        [
            torch.stack([i, i + columns, i + 1], 1),
            torch.stack([i + 1, i + columns, i + columns + 1], 1),
        ]
    )
    uv = paint.tile_uv(
        "hair",
        torch.stack(
            [((a + 1) / 2).expand(rows, columns), (0.25 + 0.75 * s).expand(rows, columns)], -1
        ).reshape(-1, 2),
    )
    inner = (
        rest
        - torch.stack([torch.sin(angle), 0 * angle, -torch.cos(angle)], -1)
        .repeat(rows, 1, 1)
        .reshape(-1, 3)
        * 0.004
    )
    n = len(rest)
    light = (0.95 - 0.25 * s).expand(rows, columns).reshape(-1)
    shade = torch.stack(
        [
            light * (0.75 + 0.35 * paint.smooth(rest[:, 2], -0.03, 0.05)),
            torch.full((n,), 0.06),
            torch.zeros(n),
        ],
        1,
    )
    dark = torch.stack([light * 0.45, torch.zeros(n), torch.zeros(n)], 1)
    follow = paint.smooth(rest[:, 1], -0.20, -0.02) * 0.75 + 0.25
    return dict(
        rest=torch.cat([rest, inner]),
        uv=torch.cat([uv, uv]),
        shade=torch.cat([shade, dark]),
        follow=torch.cat([follow, follow]),
        faces=torch.cat([f, f.flip(1) + n]),
    )


def ball(centre, radius, look, rings=10, spokes=18):
    """A bun: a slightly rough ball of wound strands."""
    from .actor import eyeball

    d, f = eyeball(rings, spokes, 3.0)
    rough = 1 + 0.07 * paint.noise(d * 0.05, 60, look["seed"] + 70)
    uv = paint.tile_uv(
        "hair", torch.stack([(torch.atan2(d[:, 1], d[:, 0]).abs() / np.pi), (d[:, 2] + 1) / 2], 1)
    )
    shade = torch.tensor([0.9, 0.04, 0.0]).expand(len(d), 3)
    return dict(
        rest=torch.tensor(centre) + d * radius * rough[:, None],
        uv=uv,
        shade=shade,
        follow=torch.ones(len(d)),
        faces=f,
    )


def grow(actor):
    """All hair of one actor as one piece. None for bald and buzz cuts."""
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
    n = 0
    for p in pieces:
        p["faces"] = p["faces"] + n
        n += len(p["rest"])
    return {k: torch.cat([p[k] for p in pieces]) for k in pieces[0]}
