"""Bodies in pictures: the stick figure of a pose, and a heat map over a frame."""

from __future__ import annotations

import cv2
import numpy as np

from ..taught.foundations.finding_poses import JOINTS, LIMBS

LEFT, RIGHT, MIDDLE = (255, 170, 30), (60, 150, 255), (235, 235, 235)
FINE = 4  # bits of a pixel's fraction that OpenCV draws with


def colour_of(limb):
    """Orange for the person's left, blue for the right, white for what joins them."""
    sides = {JOINTS[j].split("_")[0] for j in limb if JOINTS[j] != "nose"}
    return LEFT if sides == {"left"} else RIGHT if sides == {"right"} else MIDDLE


def stick_figures(frames, points, width=2):
    """Frames (T, H, W, 3) uint8 with a pose (T, 17, 2) in pixels drawn over each; NaN joints and
    their limbs are left out. width: of a limb in pixels."""
    out = []
    for frame, pose in zip(frames, np.asarray(points, float), strict=True):
        drawn = np.ascontiguousarray(frame)
        drawn = drawn.copy() if drawn is frame else drawn
        seen = np.isfinite(pose).all(-1)
        at = np.nan_to_num(pose * 2**FINE).round().astype(int)
        for a, b in LIMBS:
            if seen[a] and seen[b]:
                ends = tuple(map(int, at[a])), tuple(map(int, at[b]))
                cv2.line(drawn, *ends, colour_of((a, b)), width, cv2.LINE_AA, FINE)
        for j in np.flatnonzero(seen):
            dot = tuple(map(int, at[j]))
            cv2.circle(drawn, dot, width << FINE, colour_of((j,)), -1, cv2.LINE_AA, FINE)
        out.append(drawn)
    return np.stack(out)


def two_views(points, side=150, span=2.2):
    """Poses (N, 17, 3) in metres, x to the right, y up, from the front and from the right
    -> pictures (N, side, 2 side, 3). span: metres that a view shows."""
    points = np.asarray(points, float)
    centred = points - (points.max(1, keepdims=True) + points.min(1, keepdims=True)) / 2
    views = centred[..., [0, 1]] * [1, -1], centred[..., [2, 1]] * [-1, -1]
    dark = np.full((len(points), side, side, 3), 18, np.uint8)
    return np.concatenate([stick_figures(dark, (v / span + 0.5) * side) for v in views], 2)


def in_space(points, angles, side=256):
    """A moving skeleton (T, 17, 3) in metres, the floor at y = 0, seen by somebody who walks around
    it: angles (T,) in radians, 0 for the front -> frames (T, side, side, 3)."""
    tiles = np.linspace(-1.2, 1.2, 7)
    ends = np.array([[[a, 0, tiles[0]], [a, 0, tiles[-1]]] for a in tiles])
    floor = np.concatenate([ends, ends[..., ::-1]]).reshape(-1, 3)
    frames, poses = [], []
    for pose, angle in zip(np.asarray(points, float), angles, strict=True):
        frame = np.full((side, side, 3), 18, np.uint8)
        ground = (from_around(floor, angle, side) * 2**FINE).round().astype(int)
        for a, b in ground.reshape(-1, 2, 2).tolist():
            cv2.line(frame, a, b, (70, 70, 78), 1, cv2.LINE_AA, FINE)
        frames.append(frame)
        poses.append(from_around(pose, angle, side))
    return stick_figures(frames, poses, 3)


def from_around(points, angle, side, distance=5.5, height=1.0, down=0.12, focal=3.8):
    """Points (N, 3) in metres as pixels (N, 2) of a camera that walked `angle` around them, looks
    `down` in radians and at `height` metres."""
    x, y, z = (np.asarray(points) - [0, height, 0]).T
    right, ahead = x * np.cos(angle) - z * np.sin(angle), x * np.sin(angle) + z * np.cos(angle)
    up, near = y * np.cos(down) - ahead * np.sin(down), y * np.sin(down) + ahead * np.cos(down)
    scale = focal * side / 2 / (distance - near)
    return np.stack([right * scale, -up * scale], 1) + side / 2


def heat(frame, share):
    """A frame (H, W, 3) uint8 with a map (h, w) laid over it, yellow where it is largest."""
    height, width = frame.shape[:2]
    large = cv2.resize(
        np.asarray(share, np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    level = (large / max(float(large.max()), 1e-6)).clip(0, 1)
    glow = cv2.applyColorMap((level * 255).astype(np.uint8), cv2.COLORMAP_INFERNO)[..., ::-1]
    weight = 0.25 + 0.75 * np.sqrt(level)[..., None]
    return (frame * (1 - weight) + glow * weight).round().astype(np.uint8)
