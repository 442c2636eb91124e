"""Cloth that swings: the hem of a skirt or a coat as a ring of damped springs."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F

STIFFNESS = 8.0  # radians a second: how fast a hem goes back to where it hangs
DAMPING = 0.16  # of the critical: it swings over some three times
COUPLING = 14.0  # radians a second: how a point of the hem follows its neighbours
STEPS = 4  # of the simulation for each frame
SETTLING = 2.0  # seconds of rest before the first frame


class Hanging(NamedTuple):
    """What a garment hangs from in T frames, in metres. n points around the waist."""

    waist: torch.Tensor  # (T, n, 3) where it is sewn on
    rest: torch.Tensor  # (T, n, 3) where its hem would hang if the wearer stood still
    starts: torch.Tensor  # (T, K, 3) and
    ends: torch.Tensor  # (T, K, 3): what it must not enter, as capsules
    radii: torch.Tensor  # (K,)


def push_out(points, starts, ends, radii):
    """Points (..., n, 3) moved out of K capsules, starts and ends (..., K, 3), radii (K,).

    A point leaves the capsule it is deepest in, away from the middle of all points and a little
    from the capsule's axis: cloth lies over a raised knee and never ends between two legs.
    """
    a = starts[..., None, :, :]
    axis = ends[..., None, :, :] - a
    p = points[..., None, :] - a
    t = (p * axis).sum(-1, keepdim=True) / axis.square().sum(-1, keepdim=True)
    away = p - t.clamp(0, 1) * axis
    depth = radii - away.norm(dim=-1)  # (..., n, K)
    deep, k = depth.max(-1, keepdim=True)
    away = away.gather(-2, k[..., None].expand(*k.shape, 3))[..., 0, :]
    out = F.normalize(points - points.mean(-2, keepdim=True), dim=-1)
    direction = F.normalize(0.4 * F.normalize(away, dim=-1) + out, dim=-1)
    return points + deep.clamp(min=0) * direction


def blend(hanging, a, b, share):
    """A Hanging at one moment: a share of the way from frame a to frame b."""
    between = [(1 - share) * row[a] + share * row[b] for row in hanging[:4]]
    return Hanging(*between, hanging.radii)


def step(now, x, velocity, length, dt, closed):
    """One step of semi-implicit Euler: hem x and velocity (n, 3) -> the same a moment later.

    Each point is a mass on a damped spring to where it would hang, tied to its neighbours, on a
    thread of fixed length (n, 1) from the waist, and outside the legs.
    """
    offset = x - now.rest
    tie = offset.roll(1, 0) + offset.roll(-1, 0) - 2 * offset
    if not closed:
        tie[0] = offset[1] - offset[0]
        tie[-1] = offset[-2] - offset[-1]
    pull = -(STIFFNESS**2) * offset - 2 * DAMPING * STIFFNESS * velocity + COUPLING**2 * tie
    thread = x + dt * (velocity + dt * pull) - now.waist
    moved = now.waist + length * F.normalize(thread, dim=1)
    moved = push_out(moved, now.starts, now.ends, now.radii)
    return moved, (moved - x) / dt


def simulate(hanging, fps, closed=True):
    """The hem's way: a Hanging of T frames at `fps` -> positions (T, n, 3) in metres.

    closed: the ring goes all around; a coat is open in front. The first frame is held until the
    cloth hangs still. Deterministic.
    """
    frames = len(hanging.rest)
    length = (hanging.rest[0] - hanging.waist[0]).norm(dim=1, keepdim=True)
    dt = 1 / (fps * STEPS)
    x = hanging.rest[0]
    velocity = torch.zeros_like(x)
    for _ in range(round(SETTLING / dt)):
        x, velocity = step(blend(hanging, 0, 0, 0), x, velocity, length, dt, closed)
    way = []
    for t in range(frames):
        way.append(x)
        for k in range(STEPS if t < frames - 1 else 0):
            now = blend(hanging, t, t + 1, (k + 1) / STEPS)
            x, velocity = step(now, x, velocity, length, dt, closed)
    return torch.stack(way)
