"""What every texture is painted with: smooth noise, soft edges, distances to an outline."""

from __future__ import annotations

import torch
import torch.nn.functional as F


def noise(p, frequency, seed, octaves=1):
    """Smooth value noise in -1..1 at points p (N, 3) in metres; frequency in bumps per metre."""
    g = torch.Generator().manual_seed(seed)
    out, amplitude, total = 0, 1.0, 0.0
    for _ in range(octaves):
        lattice = torch.rand(1, 1, 32, 32, 32, generator=g) * 2 - 1
        lattice = F.pad(lattice, (0, 1, 0, 1, 0, 1), mode="circular")  # it repeats without a seam
        q = (p * frequency / 16 + torch.rand(3, generator=g)) % 2 - 1
        q = q.view(1, 1, 1, -1, 3)
        wave = F.grid_sample(lattice, q, align_corners=True, padding_mode="border").flatten()
        out = out + amplitude * wave
        total, amplitude, frequency = total + amplitude, amplitude * 0.55, frequency * 2.03
    return out / total * 1.6


def dots(p, spacing, seed):
    """Round spots at points p (N, 3): 1 in the middle of one, 0 between them. Each cell of a
    lattice, `spacing` metres wide, holds one ball whose radius is a quarter of that or less."""
    g = torch.Generator().manual_seed(seed)
    balls = torch.rand(32, 32, 32, 4, generator=g)  # it repeats, as noise does
    q = p / spacing
    cell = q.floor()
    ball = balls[tuple((cell.long() % 32).unbind(1))]
    away = (q - cell - 0.25 - 0.5 * ball[:, :3]).norm(dim=1)
    radius = 0.25 * ball[:, 3].sqrt()
    return smooth(away, radius, 0.5 * radius)


def smooth(x, lo, hi):
    """0 below lo, 1 above hi, a smooth ramp between (also with lo > hi)."""
    t = ((x - lo) / (hi - lo)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def cover(ground, colour, share):
    """Put a colour (3,) or colours (..., 3) over the ground (..., 3): a share (...) of 0 leaves the
    ground, 1 hides it."""
    return torch.lerp(ground, colour.expand_as(ground), share[..., None])


def polygon_distance(p, corners):
    """Signed distance of points (N, 2) to a closed polygon (K, 2): negative inside. Metres."""
    a = torch.as_tensor(corners, dtype=torch.float32)
    b = a.roll(-1, 0)
    d = b - a
    w = p[:, None] - a
    t = ((w * d).sum(-1) / d.square().sum(-1).clamp(min=1e-12)).clamp(0, 1)
    dist = (w - t[..., None] * d).norm(dim=-1).amin(1)
    up = (a[:, 1] <= p[:, None, 1]) != (b[:, 1] <= p[:, None, 1])
    rise = torch.where(d[:, 1].abs() < 1e-9, 1e-9, d[:, 1])  # of a level edge, never divided by
    cross = a[:, 0] + (p[:, None, 1] - a[:, 1]) / rise * d[:, 0]
    return torch.where((up & (p[:, None, 0] < cross)).sum(1) % 2 == 1, -dist, dist)
