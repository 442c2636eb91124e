"""Relaxed hands: the fingers of the modelled, spread hands curled and brought together."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.taught.foundations.faces_in_3d import axis_angle_to_matrix

# degrees of flexion at knuckle, middle and last joint of a hand that hangs; index finger first
CURL = {2: (14, 22, 12), 3: (18, 26, 14), 4: (22, 30, 16), 5: (26, 34, 18)}
TOGETHER = 0.7  # the share of a finger's angle to the middle finger that is taken away
THUMB = (24, 10, 12)  # degrees: towards the index finger, then flexion at its two joints
MOVES = 1e-4  # metres: what moves less is left out


def turn(axis, degrees):
    """Rotation (3, 3) about an axis (3,)."""
    return axis_angle_to_matrix(axis / axis.norm() * float(np.radians(degrees)))


def between(a, b, normal):
    """Signed degrees from a to b (3,) in the plane with this normal (3,)."""
    a, b = (v - (v @ normal) * normal for v in (a, b))
    return float(torch.rad2deg(torch.atan2(torch.linalg.cross(a, b) @ normal, a @ b)))


def curl(vertices, heads, weights, steps):
    """Turn the bones of one finger: vertices (N, 3), heads (3, 3) of its bones, weights (N, 3) of
    vertices on them, steps: one rotation (3, 3) a bone -> displacements (N, 3)."""
    moved = torch.zeros_like(vertices)
    R = torch.eye(3)
    t = torch.zeros(3)
    for k, step in enumerate(steps):
        R_new = R @ step
        t = R @ (heads[k] - step @ heads[k]) + t
        R = R_new
        moved += weights[:, k, None] * (vertices @ R.T + t - vertices)
    return moved


def relaxed(vertices, joints, labels, weights):
    """How far each vertex moves when both hands relax.

    vertices (N, 3) and joints (104, 3) of the mean adult in metres, labels: the bones' names,
    weights (N, 104) -> displacements (N, 3).
    """
    at = {name: k for k, name in enumerate(labels)}
    moved = torch.zeros_like(vertices)
    for side, sign in ((".L", 1.0), (".R", -1.0)):
        wrist = joints[at["wrist" + side]]
        bones = {f: [at[f"finger{f}-{k}{side}"] for k in (1, 2, 3)] for f in range(1, 6)}
        index, little = (joints[bones[f][0]] - wrist for f in (2, 5))
        palm = -sign * torch.linalg.cross(index, little)
        palm = palm / palm.norm()
        middle = joints[bones[3][1]] - joints[bones[3][0]]
        for finger, ids in bones.items():
            heads = joints[ids]
            along = heads[1] - heads[0]
            bend = torch.linalg.cross(along, palm)
            if finger == 1:
                pointing = joints[bones[2][1]] - joints[bones[2][0]]
                steps = [turn(torch.linalg.cross(along, pointing), THUMB[0])]
                steps += [turn(bend, a) for a in THUMB[1:]]
            else:
                close = turn(palm, TOGETHER * between(along, middle, palm))
                first, *others = (turn(bend, a) for a in CURL[finger])
                steps = [close @ first, *others]
            moved += curl(vertices, heads, weights[:, ids], steps)
    return moved


def bake_hands(vertices, joints, labels, weights, source):
    """The arrays hand_ids (K,) and hand_relaxed (K, 3) for the baked vertices `source`."""
    moved = relaxed(vertices, joints, labels, weights)[torch.as_tensor(source).long()]
    ids = (moved.norm(dim=1) > MOVES).nonzero()[:, 0]
    return {
        "hand_ids": ids.numpy().astype(np.int32),
        "hand_relaxed": moved[ids].numpy().astype(np.float16),
    }
