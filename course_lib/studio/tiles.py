"""The square tiles of an actor's atlas that are not skin: eyes, hair, teeth and cloth."""

from __future__ import annotations

import torch

from .brush import cover, noise, smooth

LIMBUS = 0.505  # radians from an eye's axis to the rim of its iris


def grid(n):
    """Texel centres of a square tile: (n, n) x and y in 0..1."""
    t = (torch.arange(n) + 0.5) / n
    return t.expand(n, n), t[:, None].expand(n, n)


def grain(x, y, z, frequency, seed, octaves=1):
    """Noise over a tile: the texels (n, n) lie at x, y, z. -> (n, n)."""
    p = torch.stack([x.flatten(), y.flatten(), z.flatten()], 1)
    return noise(p, frequency, seed, octaves).view(x.shape)


def paint_eye(look, n):
    """An eye seen along its axis, radius 1 = 100 degrees off the axis. -> (n, n, 3) linear."""
    x, y = grid(n)
    dx, dy = x * 2 - 1, y * 2 - 1
    r = (dx * dx + dy * dy).sqrt() * 1.745  # angle from the axis in radians
    phi = torch.atan2(dy, dx)
    fibre = grain(phi.cos() * 0.02, phi.sin() * 0.02, r * 0.002, 1500, look["seed"] + 20, 2)
    white = torch.tensor([0.66, 0.62, 0.59]).expand(n, n, 3)
    white = white * (1 - 0.16 * smooth(r, 0.55, 1.3))[..., None]
    veins = smooth(r, 0.7, 1.2)
    white = white * cover(torch.ones(3), torch.tensor([1.0, 0.84, 0.80]), veins)
    ring = torch.tensor(look["iris"]) * (1 + 0.4 * fibre)[..., None]
    ring = ring * (0.65 + 0.7 * smooth(r, 0.46, 0.2))[..., None]
    ring = ring * (1 - 0.75 * smooth(r, 0.40, 0.50))[..., None]
    out = cover(white, ring, smooth(r, LIMBUS + 0.03, LIMBUS - 0.03))
    pupil = smooth(r, look["pupil"] + 0.03, look["pupil"] - 0.03)
    return cover(out, torch.tensor(0.008), pupil)


def paint_hair(look, n):
    """Strands running down the tile. -> (n, n, 3) linear."""
    x, y = grid(n)
    strands = (x, y * 0.05, torch.zeros(n, n))
    coarse = grain(*strands, 45, look["seed"] + 30, 2)
    fine = grain(*strands, 190, look["seed"] + 31, 2)
    shade = (1 + 0.45 * coarse + 0.45 * fine).clamp(0.25, 2.0)
    sunlit = torch.tensor([1.25, 1.12, 0.95])
    streak = cover(torch.ones(3), sunlit, smooth(coarse, 0.2, 0.9))
    return torch.tensor(look["hair_colour"]) * shade[..., None] * streak


def paint_cloth(look, n):
    """The upper garment by angle around the body (x; 0.5 is the front) and height (y; 0 is the
    collar). (n, n, 3) linear."""
    x, y = grid(n)
    front = (x - 0.5) * 2
    second = torch.tensor(look["second_colour"])
    weave = grain(x, y, torch.zeros(n, n), 260, look["seed"] + 40)
    out = torch.tensor(look["cloth_colour"]) * (1 + 0.06 * weave)[..., None]
    if look["cloth"] == "stripes":
        out = cover(out, second, smooth(torch.sin(y * 55), 0.1, 0.35))
    elif look["cloth"] == "shirt":
        out = button_up(out, front, y, second)
    elif look["cloth"] == "jacket":
        tie = torch.tensor(look["tie_colour"]) if look["tie"] else None
        out = open_jacket(out, front, y, second * (1 + 0.04 * weave)[..., None], tie)
    return out.clamp(0.005, 0.95)


def button_up(cloth, front, y, buttons):
    """A shirt's placket and its row of buttons on cloth (n, n, 3). front: -1..1 around the body."""
    out = cover(cloth, cloth * 0.82, smooth(front.abs(), 0.022, 0.014))
    button = (front / 0.008) ** 2 + (((y * 9) % 1 - 0.5) / 0.09) ** 2
    return cover(out, buttons, smooth(button, 1.2, 0.6))


def open_jacket(cloth, front, y, shirt, tie):
    """Lapels, the shirt (n, n, 3) that shows between them, and a tie of a colour (3,) or None."""
    opening = 0.015 + 0.36 * (0.52 - y).clamp(0, 0.5)
    inner = smooth(front.abs(), opening + 0.006, opening - 0.006)
    lapel = smooth(front.abs(), opening + 0.085, opening + 0.075) * smooth(y, 0.62, 0.56)
    out = cover(cloth, cloth * 0.72, lapel * (1 - inner))
    out = cover(out, shirt, inner)
    if tie is None:
        return out
    return cover(out, tie, smooth(front.abs(), 0.028, 0.020) * smooth(y, 0.02, 0.05) * inner)


def paint_teeth(look, n):
    """One crown: x across it, y from gum (0) to edge (1). (n, n, 3) linear."""
    x, y = grid(n)
    enamel = torch.tensor([0.74, 0.70, 0.62]) * look["teeth"]
    neck = torch.tensor([0.66, 0.55, 0.40]) * look["teeth"]
    edge = torch.tensor([0.62, 0.62, 0.60]) * look["teeth"]
    out = cover(enamel, neck, 0.8 * smooth(y, 0.45, 0.0))
    out = cover(out, edge, 0.7 * smooth(y, 0.85, 1.0))
    side = smooth((x * 2 - 1).abs(), 0.6, 1.0)
    return out * (1 - 0.22 * side)[..., None]
