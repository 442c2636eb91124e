"""Judging a drawn dancer by the film of the same dancer in the same dance.

Frames are (T, S, S, 3) uint8 or floats in 0..1, points (T, 17, 2) in pixels, in COCO's order.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch

from .metrics import as_floats, decibels

ANKLES = [15, 16]
AROUND = 3  # pixels by which the body's mask grows for ssim: its outline is part of it
BATCH = 8  # frames a step, so that the maps of a long film need little memory


def _poses(points, what):
    p = np.asarray(points, np.float64)
    if p.ndim != 3 or p.shape[1:] != (17, 2) or not len(p):
        raise ValueError(f"{what} have shape (T, 17, 2) with T of at least 1, not {p.shape}.")
    if not np.isfinite(p).all():
        raise ValueError(f"{what} hold joints that were not found (NaN); fill them in first.")
    return p


def _films(drawn, truth, mask):
    a, b = np.asarray(drawn), np.asarray(truth)
    if a.shape != b.shape or a.ndim != 4 or a.shape[-1] != 3:
        raise ValueError(f"films have one shape (T, S, S, 3), not {a.shape} and {b.shape}.")
    if len(a) < 2:
        raise ValueError("flicker needs at least two frames.")
    if min(a.shape[1:3]) < 11:
        raise ValueError(f"ssim looks at 11 pixels a side; these frames have {a.shape[1:3]}.")
    m = np.asarray(mask, bool)
    if m.shape != a.shape[:3]:
        raise ValueError(f"the mask has shape {a.shape[:3]}, one value a pixel, not {m.shape}.")
    if not m.any():
        raise ValueError("the mask is empty: no pixel is left to compare.")
    return as_floats(a), as_floats(b), m


def structure(drawn, truth):
    """The map of structural similarity (T, H, W) of frames in 0..1 (Wang et al. 2004)."""
    from torchmetrics.functional.image import structural_similarity_index_measure

    maps = []
    for k in range(0, len(drawn), BATCH):
        a, b = (torch.as_tensor(x[k : k + BATCH]).permute(0, 3, 1, 2) for x in (drawn, truth))
        _, full = structural_similarity_index_measure(a, b, data_range=1.0, return_full_image=True)
        maps.append(full.mean(1).numpy())
    return np.concatenate(maps)


def grown(mask, width):
    """A mask (T, H, W) bool, larger by `width` pixels on every side."""
    kernel = np.ones((2 * width + 1, 2 * width + 1), np.uint8)
    return np.stack([cv2.dilate(m.astype(np.uint8), kernel) > 0 for m in mask])


def flicker(error, body):
    """How much the steps of two films from frame to frame differ where the body is in either frame,
    the mean in grey levels. error: the films' difference (T, S, S, 3); body (T, S, S) bool."""
    return float(255 * np.abs(np.diff(error, axis=0))[body[1:] | body[:-1]].mean())


def dance_scores(drawn, truth, mask, points, truth_points, every=1):
    """A drawn dance -> a row of the scoreboard.

    drawn, truth: films; mask (T, S, S): the true body. points: joints found again in every
    `every`-th frame of the drawn film; truth_points: the true ones of every frame. psnr (dB)
    inside the body, ssim inside it and a few pixels around it, flicker (grey levels): the mean
    difference of the films' steps from frame to frame where the body is in either frame,
    pose_px: mean distance of the joints, feet_px: of the ankles' mean height, both in pixels.
    Raises ValueError for shapes that do not go together.
    """
    a, b, body = _films(drawn, truth, mask)
    p, q = _poses(points, "points"), _poses(truth_points, "truth_points")
    if len(q) != len(a) or p.shape != q[::every].shape:
        raise ValueError(f"{len(a)} frames have as many poses, not {len(p)} and {len(q)}.")
    q = q[::every]
    error = a - b
    feet = (p - q)[:, ANKLES, 1].mean(1)
    return dict(
        psnr=decibels(error[body]),
        ssim=float(structure(a, b)[grown(body, AROUND)].mean()),
        flicker=flicker(error, body),
        pose_px=float(np.linalg.norm(p - q, axis=-1).mean()),
        feet_px=float(np.abs(feet).mean()),
    )


def drawing_scores(drawn, truth, body, part):
    """A drawn film against the true one, without poses -> psnr (dB) in the true body and in a part
    of it, masks (T, S, S); flicker, the mean difference of the changes from frame to frame in grey
    levels; detail, how steep the picture is from pixel to pixel, as a share of the truth's."""
    a, b, body = _films(drawn, truth, body)
    error = a - b
    slopes = [np.abs(np.diff(x, axis=2)).mean(-1)[body[:, :, 1:]].mean() for x in (a, b)]
    return dict(
        psnr=decibels(error[body]),
        part_psnr=decibels(error[np.asarray(part, bool)]),
        flicker=flicker(error, body),
        detail=float(slopes[0] / slopes[1]),
    )


def mean_dance_scores(films, truths, masks, joints, find=None, every=1):
    """Several drawn dances -> the means of their dance_scores, rounded.

    films, truths: lists of frames; masks, joints: of the true bodies and joints. find: what finds
    the joints of drawn frames (T, 17, 2), or None, and there is no pose_px and no feet_px; it is
    asked about every `every`-th frame.
    """
    rows = []
    for film, truth, mask, true in zip(films, truths, masks, joints, strict=True):
        found = find(film[::every]) if find else true[::every]
        rows.append(dance_scores(film, truth, mask, found, true, every))
    kept = [key for key in rows[0] if find or not key.endswith("_px")]
    return {key: round(float(np.mean([row[key] for row in rows])), 3) for key in kept}


def nearest_pose_frames(points, own_points):
    """The rival without a network: for each pose (T, 17, 2) the frame of the target's own footage,
    poses (N, 17, 2), whose joints lie nearest on average where they are in the picture: a frame is
    shown as it is, so nothing is shifted -> frame numbers (T,)."""
    asked, own = _poses(points, "points"), _poses(own_points, "own_points")
    apart = [np.linalg.norm(own - one, axis=-1).mean(1) for one in asked]
    return np.stack(apart).argmin(1)
