"""Metrics of poses: in the picture (pixels) and in space (metres).

Points have shape (T, J, 2) or (T, J, 3), in COCO's order where joints are named.
"""

from __future__ import annotations

import cv2
import numpy as np

SHOULDERS, HIPS = [5, 6], [11, 12]


def _pair(points, truth, width):
    a, b = np.asarray(points, np.float64), np.asarray(truth, np.float64)
    if a.shape != b.shape or a.ndim != 3 or a.shape[-1] != width:
        raise ValueError(f"points have one shape (T, J, {width}), not {a.shape} and {b.shape}.")
    return a, b


def torso(points):
    """From the middle of the shoulders to the middle of the hips: (T, 17, 2) -> (T,)."""
    points = np.asarray(points)
    between = points[:, SHOULDERS, :2].mean(1) - points[:, HIPS, :2].mean(1)
    return np.linalg.norm(between, axis=1)


def correct_keypoints(points, truth, alpha=0.2, size=None):
    """Which of the points (T, 17, 2) lie within alpha torso lengths of the truth -> (T, 17) bool.

    size (T,): lengths to use in place of the truth's own torso, which is short in a side view. A
    point that was not found (NaN) is wrong.
    """
    a, b = _pair(points, truth, 2)
    size = torso(b) if size is None else np.broadcast_to(size, len(b))
    with np.errstate(invalid="ignore"):
        return np.linalg.norm(a - b, axis=-1) <= alpha * size[:, None]


def pck(points, truth, alpha=0.2, seen=None, size=None):
    """Percentage of correct keypoints as a share in 0..1 (Yang and Ramanan 2013).

    points, truth (T, 17, 2) pixels; seen (T, 17) bool: which to count, by default all.
    """
    right = correct_keypoints(points, truth, alpha, size)
    if seen is None:
        return float(right.mean())
    seen = np.asarray(seen, bool)
    if not seen.any():
        raise ValueError("no keypoint is seen: nothing is left to count.")
    return float(right[seen].mean())


def _rooted(points):
    return points - points[:, HIPS].mean(1, keepdims=True)


def mpjpe(points, truth):
    """Mean distance of joints (T, 17, 3) in the unit they are given in, both with the middle of the
    hips at the origin."""
    a, b = _pair(points, truth, 3)
    return float(np.linalg.norm(_rooted(a) - _rooted(b), axis=-1).mean())


def procrustes(points, truth):
    """Each frame's points (T, J, 3) scaled, turned and moved as near to the truth's as they get,
    never mirrored (Umeyama 1991)."""
    a, b = _pair(points, truth, 3)
    middle_a, middle_b = a.mean(1, keepdims=True), b.mean(1, keepdims=True)
    x, y = a - middle_a, b - middle_b
    u, s, vt = np.linalg.svd(y.transpose(0, 2, 1) @ x)
    sign = np.ones_like(s)
    sign[:, -1] = np.sign(np.linalg.det(u @ vt))
    turn = (u * sign[:, None]) @ vt
    scale = (s * sign).sum(1) / np.maximum((x * x).sum((1, 2)), 1e-12)
    return scale[:, None, None] * (x @ turn.transpose(0, 2, 1)) + middle_b


def pa_mpjpe(points, truth):
    """Mean distance of joints (T, J, 3) after `procrustes`: the error of the pose alone."""
    _, b = _pair(points, truth, 3)
    return float(np.linalg.norm(procrustes(points, truth) - b, axis=-1).mean())


def mpjve(points, truth):
    """Mean distance of the joints' steps from frame to frame (T, J, 3): what jitter costs."""
    a, b = _pair(points, truth, 3)
    if len(a) < 2:
        raise ValueError("a velocity needs at least two frames.")
    return float(np.linalg.norm(np.diff(a, axis=0) - np.diff(b, axis=0), axis=-1).mean())


def pose_errors(points, truth):
    """Points and truth (T, 17, 3) in metres -> a row of the scoreboard, to tenths of a mm."""
    errors = dict(mpjpe_mm=mpjpe(points, truth), pa_mpjpe_mm=pa_mpjpe(points, truth))
    return {name: round(1000 * error, 1) for name, error in errors.items()}


def lag(points, truth, most=6):
    """By how many frames points (T, J, 3) come later than the truth: the shift, between frames too,
    at which the two lie nearest to each other once their means are taken off."""
    a, b = _pair(points, truth, 3)
    if len(a) < 4 * most:
        raise ValueError(f"a lag of up to {most} frames needs {4 * most} frames, not {len(a)}.")
    shifts = np.arange(-most, most + 1)
    late, early = most, len(a) - most
    b = b[late:early]
    off = []
    for d in shifts:
        moved = a[late + d : early + d]
        between = (moved - moved.mean(0)) - (b - b.mean(0))
        off.append(np.square(between).sum(-1).mean())
    k = int(np.clip(np.argmin(off), 1, len(off) - 2))
    left, here, right = off[k - 1 : k + 2]
    bend = left - 2 * here + right  # of the parabola through the smallest and its neighbours
    return float(shifts[k] + (0.5 * (left - right) / bend if bend > 0 else 0.0))


def foot_slide(feet, standing):
    """How far feet (T, 2, 3) in metres, y up, move over the floor in a frame in which they stand
    (standing: (T - 1, 2) bool) -> the mean and the largest of these steps in millimetres."""
    feet, standing = np.asarray(feet, np.float64), np.asarray(standing, bool)
    if standing.shape != (len(feet) - 1, feet.shape[1]) or not standing.any():
        raise ValueError("standing says of each step of each foot whether it stands; some must.")
    steps = 1000 * np.linalg.norm(np.diff(feet, axis=0)[..., [0, 2]], axis=-1)[standing]
    return float(steps.mean()), float(steps.max())


def boxed_rivals(frames, truth, pictures, points, side=24, **_):
    """Poses of persons whose true box is given, without a network: dict of name -> (N, 17, 2).

    frames (N, S, S, 3) and truth (N, 17, 2) to judge; pictures and points: what film_people gives,
    whatever else it gives is left aside. "mean pose" puts the mean of the training's poses into the
    box, "nearest picture" the pose of the training picture that looks most alike.
    """
    to, by = _boxed(truth)
    middle, size = _boxed(points)
    poses = (points - middle) / size
    alike = _thumbnails(frames, to, by, side) @ _thumbnails(pictures, middle, size, side).T
    mean = np.broadcast_to(poses.mean(0), truth.shape) * by + to
    return {"mean pose": mean, "nearest picture": poses[alike.argmax(1)] * by + to}


def _boxed(points):
    """Middle (N, 1, 2) and height or width, the larger (N, 1, 1), of poses (N, 17, 2)."""
    low, high = points.min(1, keepdims=True), points.max(1, keepdims=True)
    return (low + high) / 2, (high - low).max(-1, keepdims=True)


def _thumbnails(frames, middle, size, side):
    """The boxes as grey pictures of mean 0 and deviation 1: (N, side * side)."""
    rows = []
    for frame, m, h in zip(frames, middle[:, 0], size[:, 0, 0]):
        wide = max(8, round(1.2 * float(h)))
        patch = cv2.getRectSubPix(frame, (wide, wide), tuple(float(v) for v in m))
        rows.append(cv2.resize(patch, (side, side), interpolation=cv2.INTER_AREA))
    grey = np.stack(rows).mean(-1).reshape(len(rows), -1)
    return (grey - grey.mean(1, keepdims=True)) / grey.std(1, keepdims=True)
