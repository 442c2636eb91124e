"""Skin, eyes, teeth and cloth, painted from numbers: every texture of an actor is made here, none
is a photograph."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
import torch.nn.functional as F

from ..human import HEAD_UV, load
from ..taught.foundations.faces_in_3d import face_buffer, fragments, interpolate

SIZE = 1024  # the atlas: the head's island on the left half, tiles on the right
HEAD_WIDTH = SIZE * (HEAD_UV[2] - HEAD_UV[0]) / (HEAD_UV[3] - HEAD_UV[1]) / SIZE
TILES = {
    "eyes": (0.53, 0.00, 0.25),
    "hair": (0.53, 0.26, 0.36),
    "teeth": (0.90, 0.00, 0.10),
    "tongue": (0.79, 0.00, 0.09),
    "mouth": (0.79, 0.10, 0.09),
    "plain": (0.90, 0.12, 0.08),
    "cloth": (0.53, 0.64, 0.36),
    "second": (0.79, 0.20, 0.05),
    "shoes": (0.85, 0.20, 0.05),
    "skin": (0.91, 0.21, 0.04),
}  # x, y, side in the atlas, 0..1


def head_uv(uv):
    """MakeHuman's uv of the head -> atlas coordinates in 0..1, y down."""
    u0, v0, u1, v1 = HEAD_UV
    return torch.stack(
        [(uv[..., 0] - u0) / (u1 - u0) * HEAD_WIDTH, 1 - (uv[..., 1] - v0) / (v1 - v0)], -1
    )


def tile_uv(name, xy):
    """Coordinates in 0..1 inside a named tile -> atlas coordinates, kept a hair inside its
    border."""
    x, y, s = TILES[name]
    return torch.tensor([x, y]) + (0.02 + 0.96 * xy.clamp(0, 1)) * s


def noise(p, frequency, seed, octaves=1):
    """Smooth value noise in -1..1 at points p (N, 3) in metres; frequency in bumps per metre."""
    g = torch.Generator().manual_seed(seed)
    out, amplitude, total = 0, 1.0, 0.0
    for _ in range(octaves):
        lattice = torch.rand(1, 1, 32, 32, 32, generator=g) * 2 - 1
        lattice = F.pad(lattice, (0, 1, 0, 1, 0, 1), mode="circular")  # it repeats without a seam
        q = (p * frequency / 16 + torch.rand(3, generator=g)) % 2 - 1
        out = (
            out
            + amplitude
            * F.grid_sample(
                lattice, q.view(1, 1, 1, -1, 3), align_corners=True, padding_mode="border"
            ).flatten()
        )
        total, amplitude, frequency = total + amplitude, amplitude * 0.55, frequency * 2.03
    return out / total * 1.6


def smooth(x, lo, hi):
    """0 below lo, 1 above hi, a smooth ramp between (also with lo > hi)."""
    t = ((x - lo) / (hi - lo)).clamp(0, 1)
    return t * t * (3 - 2 * t)


@lru_cache(maxsize=1)
def skin_map():
    """Where each texel of the head's island lies on the mean head: rows, columns (N,) and positions
    (N, 3)."""
    h = load()
    faces = h.faces_skin
    uv = head_uv(h.uv)
    clip = torch.cat(
        [uv[:, :1] * 2 - 1, 1 - uv[:, 1:] * 2, torch.zeros(len(uv), 1), torch.ones(len(uv), 1)], 1
    )[None]
    ids, _ = face_buffer(clip, faces, SIZE, cull=False)
    frag = fragments(clip, faces, ids)
    mean = torch.zeros(len(h.uv), 3)
    mean[h.head_ids] = h.head_mean
    return (
        torch.div(frag.pixel, SIZE, rounding_mode="floor"),
        frag.pixel % SIZE,
        interpolate(mean[None], faces, frag),
    )


@lru_cache(maxsize=1)
def curves():
    """Frontal outlines on the mean head in metres: brow lines, lips, eye rims."""
    h = load()
    mean = torch.zeros(len(h.uv), 3)
    mean[h.head_ids] = h.head_mean
    return mean[h.landmarks].numpy(), mean[h.eye_rim_left].numpy(), mean[h.eye_rim_right].numpy()


def polygon_distance(p, corners):
    """Signed distance of points (N, 2) to a closed polygon (K, 2): negative inside. Metres."""
    a = torch.as_tensor(corners, dtype=torch.float32)
    b = a.roll(-1, 0)
    d = b - a
    w = p[:, None] - a
    t = ((w * d).sum(-1) / d.square().sum(-1).clamp(min=1e-12)).clamp(0, 1)
    dist = (w - t[..., None] * d).norm(dim=-1).amin(1)
    up = (a[:, 1] <= p[:, None, 1]) != (b[:, 1] <= p[:, None, 1])
    cross = (
        a[:, 0]
        + (p[:, None, 1] - a[:, 1]) / torch.where(d[:, 1].abs() < 1e-9, 1e-9, d[:, 1]) * d[:, 0]
    )
    return torch.where((up & (p[:, None, 0] < cross)).sum(1) % 2 == 1, -dist, dist)


def hairline(p):
    """How far inside the hair a point of the mean head lies, in metres: positive under hair.
    p (N, 3)."""
    z = np.array(
        [
            -0.12,
            -0.075,
            -0.04,
            -0.026,
            -0.018,
            0.022,
            0.030,
            0.036,
            0.050,
            0.070,
            0.088,
            0.100,
            0.13,
        ]
    )
    y = np.array(
        [
            -0.05,
            -0.042,
            -0.03,
            -0.005,
            0.066,
            0.066,
            0.040,
            0.040,
            0.074,
            0.096,
            0.112,
            0.117,
            0.125,
        ]
    )
    line = torch.as_tensor(np.interp(p[:, 2].numpy(), z, y), dtype=torch.float32)
    side = smooth(p[:, 0].abs(), 0.03, 0.06) * smooth(p[:, 2], 0.05, 0.08) * 0.004
    ear = (
        (p[:, 0].abs() > 0.071) & (p[:, 2] > -0.03) & (p[:, 2] < 0.022) & (p[:, 1] < 0.078)
    ).float()
    return p[:, 1] - line - side - ear


def skin_colour(melanin, blood):
    """Linear RGB of skin from melanin and haemoglobin in 0..1: absorption grows exponentially
    (Beer-Lambert). (N,) -> (N, 3)."""
    sigma_m, sigma_b, base = (
        torch.tensor([2.0, 2.65, 3.15]),
        torch.tensor([0.10, 0.72, 0.62]),
        torch.tensor([0.83, 0.66, 0.55]),
    )
    return base * torch.exp(-melanin[:, None] * sigma_m - blood[:, None] * sigma_b)


def paint_face(p, look, detail=True):
    """Linear albedo (N, 3) at points p (N, 3) of the mean head for a look.

    With detail=False only what a coarse morphable model could know: tone, lips, brows, no pores,
    strokes or freckles.
    """
    marks, rim_l, rim_r = curves()
    x, y, z = p.unbind(1)
    ax = x.abs()
    s = look["seed"]
    spot = lambda c, r: torch.exp(
        -((torch.stack([ax, y, z], 1) - torch.tensor(c)) / torch.tensor(r)).square().sum(1)
    )
    m = torch.full_like(x, look["melanin"])
    b = torch.full_like(x, look["blood"])
    front = smooth(z, 0.0, 0.06)
    mouth_y, eye_y, nose_y = (
        float(marks[62, 1]),
        float(marks[36:48, 1].mean()),
        float(marks[33, 1]) - 0.006,
    )
    m = m * (1 + 0.05 * noise(p, 25, s) * (1 if detail else 0))
    b = b + 0.05 * noise(p, 40, s + 1, 2) * (1 if detail else 0)
    b = b + look["flush"] * (
        0.22 * spot((0.045, mouth_y + 0.037, 0.085), (0.022, 0.02, 0.04))
        + 0.22 * spot((0.0, nose_y + 0.01, 0.125), (0.018, 0.014, 0.03))
        + 0.25 * smooth(ax, 0.07, 0.082)
        + 0.10 * spot((0.0, mouth_y - 0.035, 0.11), (0.02, 0.014, 0.03))
    )
    bag = spot((0.031, eye_y - 0.013, 0.09), (0.016, 0.008, 0.03))
    socket = spot((0.030, eye_y + 0.006, 0.09), (0.02, 0.011, 0.03))
    b = b + (0.12 + 0.22 * look["age"]) * bag + 0.10 * socket
    m = m + (0.03 + 0.04 * look["age"]) * (bag + socket) + 0.05 * smooth(mouth_y - y, 0.045, 0.07)
    fold = (
        torch.exp(-((ax - 0.030 - 0.35 * (nose_y - y).clamp(min=0)) / 0.0022).square())
        * smooth(nose_y + 0.004 - y, 0, 0.006)
        * smooth(y - mouth_y + 0.008, 0, 0.008)
        * front
    )
    lines = (
        sum(
            torch.exp(-((y - eye_y - h - 0.004 * torch.cos(ax * 40)) / 0.0011).square())
            for h in (0.034, 0.045, 0.056)
        )
        * smooth(0.05 - ax, 0, 0.015)
        * front
    )
    m = m + look["age"] ** 1.5 * (0.10 * fold + 0.07 * lines) + 0.03 * fold
    if detail:
        m = m * (1 + 0.05 * noise(p, 700, s + 2))
        dots = smooth(noise(p, 420, s + 3), 0.62, 0.85) * smooth(noise(p, 60, s + 4), -0.4, 0.4)
        m = m + look["freckles"] * 0.35 * dots * (
            spot((0.03, mouth_y + 0.045, 0.1), (0.04, 0.03, 0.06)) + 0.15
        )
        moles = smooth(noise(p, 150, s + 5), 1.22, 1.30)
        m = m + 0.5 * moles * look["moles"]
    # lips: less melanin, more blood
    near = (ax < 0.04) & ((y - mouth_y).abs() < 0.03) & (z > 0.06)
    lip = torch.zeros_like(x)
    lip[near] = smooth(polygon_distance(p[near][:, :2], marks[48:60, :2]), 0.0009, -0.0013)
    crease = 1 + (0.10 * noise(p * torch.tensor([1.0, 0.12, 0.3]), 900, s + 6) if detail else 0)
    m = m * (1 - 0.28 * lip)
    b = b + (look["lips"] * (1 - 0.25 * look["melanin"]) * crease) * lip
    colour = skin_colour(m.clamp(0, 1.2), b.clamp(0, 2))
    hair, tip = torch.tensor(look["hair_colour"]), torch.tensor(look["brow_colour"])
    # brows: short strokes along a line under the landmarks, which mark the upper edge
    for side in (-1, 1):
        pts = marks[17:22] if side < 0 else marks[22:27]
        order = np.argsort(pts[:, 0])
        xb, yb = pts[order, 0], pts[order, 1]
        yc = (
            torch.as_tensor(np.interp(x.numpy(), xb, yb), dtype=torch.float32)
            - 0.005
            + look["brow_height"]
        )
        along = ((x * side) - 0.012) / 0.042
        yc = yc + look["brow_arch"] * 0.004 * torch.sin(along.clamp(0, 1) * 3.14159) - 0.0008
        thick = (
            look["brow_thickness"]
            * 0.0052
            * smooth(along, -0.04, 0.16)
            * (1 - 0.68 * smooth(along, 0.45, 1.05))
        )
        d = (y - yc).abs() / thick.clamp(min=4e-4)
        cover = (
            smooth(d, 1.25, 0.45)
            * smooth(along, -0.06, 0.06)
            * smooth(along, 1.10, 0.94)
            * (z > 0.03).float()
        )
        if detail:
            strokes = noise(
                torch.stack([(x * side - 0.75 * (y - yc) * 0.8), (y - yc) * 0.25, z * 0.1], 1),
                1500,
                s + 7,
            )
            cover = cover * (0.72 + 0.42 * strokes).clamp(0, 1)
        colour = torch.lerp(colour, tip.expand_as(colour), (cover * look["brow_strength"])[:, None])
    # beard: from stubble to full, around mouth, chin and jaw
    if look["beard"] > 0:
        jaw_side = smooth(y, eye_y + 0.0, eye_y - 0.03) * smooth(ax, 0.055, 0.066)
        area = smooth(
            y,
            nose_y + 0.004 - 0.25 * (ax - 0.02).clamp(min=0),
            nose_y - 0.010 - 0.25 * (ax - 0.02).clamp(min=0),
        ) * smooth(ax, 0.004, 0.012).clamp(min=0.75)
        cheek = smooth(
            y,
            mouth_y + 0.018 - 0.3 * (0.065 - ax).clamp(min=0),
            mouth_y - 0.004 - 0.3 * (0.065 - ax).clamp(min=0),
        )
        zone = torch.maximum(
            torch.where(ax < 0.032, area, cheek),
            jaw_side * smooth(z, 0.012, 0.03) * smooth(z, 0.06, 0.045),
        )
        zone = (
            zone
            * smooth(z, 0.0, 0.022)
            * smooth(y, mouth_y - 0.078, mouth_y - 0.05)
            * (1 - lip)
            * (1 - 0.8 * spot((0.0, mouth_y - 0.014, 0.11), (0.012, 0.004, 0.03)))
        )
        grain = (0.75 + 0.5 * noise(p, 900, s + 8)).clamp(0, 1.3) if detail else 0.8
        colour = torch.lerp(
            colour,
            (hair * 0.75).expand_as(colour),
            (zone * look["beard"] * grain).clamp(0, 0.93)[:, None],
        )
    # scalp: hair roots fade in behind the hairline
    if look["roots"] > 0:
        inside = hairline(p)
        edge = inside + (
            0.006 * noise(p * torch.tensor([1.0, 0.35, 0.35]), 420, s + 9) if detail else 0
        )
        cover = smooth(edge, -0.002, 0.010) * look["roots"]
        colour = torch.lerp(colour, (hair * 0.8).expand_as(colour), cover[:, None])
    # the dark line of the lashes, and the pale wet rim
    for rim in (rim_l, rim_r):
        c = rim.mean(0)
        near = ((p - torch.as_tensor(c)).norm(dim=1) < 0.032).nonzero()[:, 0]
        q = p[near]
        d = torch.cdist(q, torch.as_tensor(rim)).amin(1)
        above = smooth(q[:, 1] - float(c[1]), -0.003, 0.003)
        line = smooth(d, 0.0032, 0.0008) * (0.25 + 0.62 * above) * look["lash"]
        colour[near] = torch.lerp(
            colour[near], torch.tensor([0.03, 0.02, 0.018]).expand_as(q), line[:, None]
        )
        if look["shadow"] > 0:
            lid = smooth(d, 0.010, 0.003) * above * look["shadow"]
            colour[near] = torch.lerp(
                colour[near], colour[near] * torch.tensor(look["shadow_colour"]), lid[:, None]
            )
    return colour.clamp(0.004, 0.95)


def grid(n):
    """Texel centres of a square tile: (n, n) x and y in 0..1."""
    t = (torch.arange(n) + 0.5) / n
    return t.expand(n, n), t[:, None].expand(n, n)


def paint_eye(look, n):
    """An eye seen along its axis, radius 1 = 100 degrees off the axis. -> (n, n, 3) linear."""
    x, y = grid(n)
    dx, dy = x * 2 - 1, y * 2 - 1
    r = (dx * dx + dy * dy).sqrt() * 1.745  # angle from the axis in radians
    phi = torch.atan2(dy, dx)
    iris = torch.tensor(look["iris"])
    fibre = noise(
        torch.stack(
            [phi.flatten().cos() * 0.02, phi.flatten().sin() * 0.02, r.flatten() * 0.002], 1
        ),
        1500,
        look["seed"] + 20,
        2,
    ).view(n, n)
    white = (
        torch.tensor([0.66, 0.62, 0.59]).expand(n, n, 3)
        * (1 - 0.16 * smooth(r, 0.55, 1.3))[..., None]
    )
    white = white * torch.lerp(
        torch.ones(3), torch.tensor([1.0, 0.84, 0.80]), smooth(r, 0.7, 1.2)[..., None]
    )
    ring = iris * (1 + 0.4 * fibre)[..., None] * (0.65 + 0.7 * smooth(r, 0.46, 0.2))[..., None]
    ring = ring * (1 - 0.75 * smooth(r, 0.40, 0.50))[..., None]
    out = torch.lerp(white, ring, smooth(r, 0.535, 0.475)[..., None])
    pupil = look["pupil"]
    return torch.lerp(
        out, torch.full((n, n, 3), 0.008), smooth(r, pupil + 0.03, pupil - 0.03)[..., None]
    )


def paint_hair(look, n):
    """Strands running down the tile. -> (n, n, 3) linear."""
    x, y = grid(n)
    p = torch.stack([x.flatten(), y.flatten() * 0.05, torch.zeros(n * n)], 1)
    coarse, fine = (
        noise(p, 45, look["seed"] + 30, 2).view(n, n),
        noise(p, 190, look["seed"] + 31, 2).view(n, n),
    )
    shade = (1 + 0.45 * coarse + 0.45 * fine).clamp(0.25, 2.0)
    colour = torch.tensor(look["hair_colour"])
    streak = torch.lerp(
        torch.ones(3), torch.tensor([1.25, 1.12, 0.95]), smooth(coarse, 0.2, 0.9)[..., None]
    )
    return colour * shade[..., None] * streak


def paint_cloth(look, n):
    """The upper garment by angle around the body (x; 0.5 is the front) and height (y; 0 is the
    collar). (n, n, 3) linear."""
    x, y = grid(n)
    front = (x - 0.5) * 2
    main, second = torch.tensor(look["cloth_colour"]), torch.tensor(look["second_colour"])
    weave = noise(
        torch.stack([x.flatten(), y.flatten(), 0 * x.flatten()], 1), 260, look["seed"] + 40
    ).view(n, n)
    out = main * (1 + 0.06 * weave)[..., None]
    kind = look["cloth"]
    if kind == "stripes":
        out = torch.lerp(
            out, second.expand_as(out), smooth(torch.sin(y * 55), 0.1, 0.35)[..., None]
        )
    elif kind == "shirt":
        band = smooth(front.abs(), 0.022, 0.014)
        out = torch.lerp(out, out * 0.82, band[..., None])
        button = smooth(((front / 0.008) ** 2 + (((y * 9) % 1 - 0.5) / 0.09) ** 2), 1.2, 0.6)
        out = torch.lerp(out, second.expand_as(out), button[..., None])
    elif kind == "jacket":
        opening = 0.015 + 0.36 * (0.52 - y).clamp(0, 0.5)
        inner = smooth(front.abs(), opening + 0.006, opening - 0.006)
        lapel = (
            smooth(front.abs(), opening + 0.085, opening + 0.075)
            * smooth(y, 0.62, 0.56)
            * (1 - inner)
        )
        out = torch.lerp(out, out * 0.72, lapel[..., None])
        out = torch.lerp(out, second * (1 + 0.04 * weave)[..., None], inner[..., None])
        if look["tie"]:
            tie = smooth(front.abs(), 0.028, 0.020) * smooth(y, 0.02, 0.05)
            out = torch.lerp(
                out, torch.tensor(look["tie_colour"]).expand_as(out), (tie * inner)[..., None]
            )
    return out.clamp(0.005, 0.95)


def paint_atlas(look):
    """Everything one actor wears on the skin and over it -> (3, 1024, 1024) linear RGB."""
    atlas = (
        skin_colour(torch.tensor([look["melanin"]]), torch.tensor([look["blood"]]))[0]
        .expand(SIZE, SIZE, 3)
        .clone()
    )
    row, column, p = skin_map()
    atlas[row, column] = paint_face(p, look)
    # grow the island over its border, so that filtering never reads the bare ground
    known = torch.zeros(1, 1, SIZE, SIZE)
    known[0, 0, row, column] = 1
    colour = atlas.permute(2, 0, 1)[None] * known
    for _ in range(4):
        weight = F.avg_pool2d(known, 5, 1, 2)
        spread = F.avg_pool2d(colour, 5, 1, 2) / weight.clamp(min=1e-6)
        fresh = (known == 0) & (weight > 0)
        colour = torch.where(fresh, spread, colour)
        known = torch.where(fresh, 1.0, known)
    atlas = torch.where(known > 0, colour, atlas.permute(2, 0, 1))[0]
    plain = lambda c: lambda n: torch.tensor(c).expand(n, n, 3)
    makers = {
        "eyes": lambda n: paint_eye(look, n),
        "hair": lambda n: paint_hair(look, n),
        "cloth": lambda n: paint_cloth(look, n),
        "teeth": lambda n: paint_teeth(look, n),
        "tongue": plain((0.50, 0.17, 0.16)),
        "mouth": plain((0.28, 0.07, 0.06)),
        "plain": plain(look["cloth_colour"]),
        "second": plain(look["trouser_colour"]),
        "shoes": plain(look["shoe_colour"]),
        "skin": lambda n: skin_colour(
            torch.tensor([look["melanin"]]), torch.tensor([look["blood"]])
        )[0].expand(n, n, 3),
    }
    for name, make in makers.items():
        x, y, s = (round(v * SIZE) for v in TILES[name])
        atlas[:, y : y + s, x : x + s] = make(s).permute(2, 0, 1)
    return atlas


def paint_teeth(look, n):
    """A row of teeth: x along the arch, y from gum (0) to edge (1). (n, n, 3) linear."""
    x, y = grid(n)
    gap = smooth(torch.sin(x * 3.14159 * 12).abs(), 0.0, 0.22)
    tooth = torch.tensor([0.74, 0.69, 0.60]) * look["teeth"]
    return tooth * (0.62 + 0.38 * gap)[..., None] * (0.9 + 0.1 * y)[..., None]
