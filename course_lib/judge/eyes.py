"""Eyes judged: where they look, and when they blink."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import label

CLOSED = 0.4  # openness below which lids count as closed
EYES = (36, 42)  # the first landmarks of the six of either eye


def ray_error(found, truth):
    """Angles between directions (T, 3) and the true ones (T, 3), of any length -> (T,) degrees."""
    found, truth = (np.asarray(x, np.float64) for x in (found, truth))
    if found.shape != truth.shape or found.ndim != 2 or found.shape[1] != 3:
        raise ValueError(f"directions have one shape (T, 3), not {found.shape}, {truth.shape}.")
    across = np.linalg.norm(np.cross(found, truth), axis=1)
    return np.degrees(np.arctan2(across, (found * truth).sum(1)))


def blinks(lids, closed=CLOSED):
    """The middles, in frames, of the spells in which an openness (T,) lies below `closed`."""
    spells, count = label(np.asarray(lids) < closed)
    return [float(np.flatnonzero(spells == k + 1).mean()) for k in range(count)]


def blink_f1(lids, truth, slack=2.0, closed=CLOSED):
    """F1 of the blinks found in an openness (T,) against those of the true one: each true blink may
    be matched by one found at most `slack` frames away. Without a blink in either it is 1."""
    if np.shape(lids) != np.shape(truth):
        raise ValueError(f"openness has one shape (T,), not {np.shape(lids)}, {np.shape(truth)}.")
    found, real = blinks(lids, closed), blinks(truth, closed)
    if not found and not real:
        return 1.0
    free, hits = list(found), 0
    for middle in real:
        near = [other for other in free if abs(other - middle) <= slack]
        if near:
            hits += 1
            free.remove(min(near, key=lambda other: abs(other - middle)))
    return 2 * hits / (len(found) + len(real))


def stretched(lids):
    """Openness (T,) with its own 2nd and 98th percentile at 0 and 1."""
    low, high = np.quantile(lids, (0.02, 0.98))
    return ((np.asarray(lids) - low) / max(high - low, 1e-6)).clip(0, 1)


def eye_scores(rays, lids, true_rays, true_lids):
    """Rays of gaze (T, 3) and openness of the lids (T,) against the true ones -> a dict:
    gaze_error, degrees, the mean over frames whose eyes are more than half open; lid_error, the
    mean difference, and blink_f1, both after each openness has been `stretched`."""
    awake = np.asarray(true_lids) > 0.5
    mine, real = stretched(lids), stretched(true_lids)
    return dict(
        gaze_error=float(ray_error(rays, true_rays)[awake].mean()),
        lid_error=float(np.abs(mine - real).mean()),
        blink_f1=blink_f1(mine, real),
    )


def eye_aspect_ratio(marks):
    """Height by width of the eyes in landmarks (T, 68, 2), the mean of both -> (T,) (Soukupova and
    Cech 2016)."""
    marks = np.asarray(marks, np.float64)
    if marks.ndim != 3 or marks.shape[1:] != (68, 2):
        raise ValueError(f"landmarks have the shape (T, 68, 2), not {marks.shape}.")
    ratios = []
    for first in EYES:
        outer, above, above_in, inner, below_in, below = marks[:, first : first + 6].swapaxes(0, 1)
        height = np.linalg.norm(above - below, axis=1) + np.linalg.norm(above_in - below_in, axis=1)
        ratios.append(height / (2 * np.linalg.norm(outer - inner, axis=1)))
    return np.mean(ratios, 0)
