"""Bodies in poses that have nothing to do with one another: what a pose network learns from."""

from __future__ import annotations

import numpy as np
import torch

from ..taught.foundations.faces_in_3d import axis_angle_to_matrix
from . import swing
from .body import BodyModel, solve
from .casting import cast
from .dance import home
from .motion import BodyPerformance, with_lids


def draw_hands(rng, n):
    """Where both hands are, (n, 2, 3) in arm lengths from the shoulders: hanging, on the hips, or
    anywhere an arm reaches."""
    sign = np.array([1.0, -1.0])[:, None]
    direction = rng.normal((0.45, -0.1, 0.45), (0.6, 0.75, 0.5), (n, 2, 3))
    direction[..., 2] = np.maximum(direction[..., 2], -0.35)
    direction /= np.linalg.norm(direction, axis=-1, keepdims=True)
    hands = direction * rng.uniform(0.45, 1.0, (n, 2, 1))
    hanging = rng.normal((0.22, -0.90, 0.10), (0.07, 0.05, 0.10), (n, 2, 3))
    on_hips = rng.normal((0.12, -0.62, 0.10), (0.06, 0.05, 0.06), (n, 2, 3))
    kind = rng.random((n, 2, 1))
    hands = np.where(kind < 0.25, hanging, np.where(kind < 0.33, on_hips, hands))
    together = rng.random((n, 1, 1)) < 0.25  # both do the same
    hands = np.where(together, hands[:, :1], hands)
    hands[..., :1] *= sign
    return hands


def draw_feet(rng, n, feet, leg):
    """Where both ankles are, (n, 2, 3) metres, from the standing ones (2, 3): apart, one before the
    other, one in the air. leg: its length in metres."""
    apart = np.abs(rng.normal(0, 0.13, (n, 2))) * leg * np.array([1.0, -1.0])
    depth = rng.normal(0, 0.10, (n, 2)) * leg
    out = np.tile(feet.numpy(), (n, 1, 1))
    out[..., 0] += apart
    out[..., 2] += depth
    raised = rng.random(n) < 0.3
    which = rng.integers(0, 2, n)
    rise = np.stack([rng.normal(0, 0.15, n), rng.uniform(0.05, 0.5, n), rng.normal(0.1, 0.2, n)], 1)
    rise[:, 0] += np.where(which == 0, 0.08, -0.08)
    out[np.arange(n), which] += np.where(raised[:, None], rise * leg, 0)
    return out


def strike(n=64, seed=0, actor=None, facing=0.5):
    """n unrelated poses of one body -> a BodyPerformance of n frames.

    facing: the share of poses that look roughly at the camera; the others are turned anywhere. The
    poses are drawn from `seed`; cloth hangs as if each pose were held.
    """
    if n < 1:
        raise ValueError(f"strike needs at least one pose, not {n}.")
    model = BodyModel(actor or cast(0))
    rng = np.random.default_rng([29, int(seed)])
    height, feet = home(model)
    leg = float(height)
    yaw = np.where(rng.random(n) < facing, rng.normal(0, 0.45, n), rng.uniform(-np.pi, np.pi, n))
    lean = rng.normal(0, 0.10, (n, 2))
    root = torch.tensor(np.stack([lean[:, 0], yaw, lean[:, 1]], 1), dtype=torch.float32)
    turn = axis_angle_to_matrix(torch.tensor(np.stack([0 * yaw, yaw, 0 * yaw], 1)).float())
    low = np.where(rng.random(n) < 0.25, rng.uniform(0.1, 0.4, n), rng.uniform(0, 0.1, n))
    sway = rng.normal(0, 0.06, (n, 2))
    pelvis = torch.tensor(np.stack([sway[:, 0], height - low * leg, sway[:, 1]], 1)).float()
    ankles = torch.tensor(draw_feet(rng, n, feet, leg)).float() @ turn.transpose(1, 2)
    spine = torch.tensor(rng.normal((0.08, 0, 0), (0.22, 0.3, 0.15), (n, 3))).float()
    head = torch.tensor(rng.normal(0, (0.22, 0.35, 0.12), (n, 3))).float()
    hands = torch.tensor(draw_hands(rng, n)).float()
    toes = torch.tensor(yaw[:, None] + rng.normal((0.25, -0.25), 0.2, (n, 2))).float()
    joints = solve(model, root, pelvis, spine, hands, ankles, toes, head)
    gaze = torch.tensor(rng.normal(0, 0.12, (n, 2))).float()
    expression = torch.tensor(0.35 * rng.random((n, 52)) ** 3).float()
    translation = pelvis - torch.tensor([0.0, height + 0.035, 0.0])
    p = BodyPerformance(with_lids(expression, gaze).clamp(0, 1), gaze, joints, root, translation)
    if model.garment is not None:
        hanging = model.garment.hang(*model.skeleton(joints, root))
        p.hem = swing.push_out(hanging.rest, hanging.starts, hanging.ends, hanging.radii)
    return p
