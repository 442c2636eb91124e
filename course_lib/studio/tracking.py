"""What a real tracker would have measured: the truth with errors that drift."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

NEEDED = ("pose", "landmarks", "expression", "identity")


def drift(rng, shape, smooth):
    """Noise (T, ...) of unit size, smoothed over so many frames."""
    e = rng.standard_normal(shape)
    if smooth > 0 and shape[0] > 1:
        e = gaussian_filter1d(e, smooth, axis=0, mode="reflect")
        e = e / (np.sqrt(np.mean(e**2)) + 1e-9)
    return e


def imperfect_tracking(
    truth, pose=1.0, landmarks=0.01, expression=0.06, identity=0.5, smooth=2, seed=0
):
    """What a real tracker would have measured instead of the truth.

    pose: degrees of rotation error (and 3 mm a degree of shift). landmarks: error as a share of the
    distance between the eyes. expression: error of each unit's weight. identity: share of the
    identity scores that is lost (the fine ones first). smooth: frames over which the error drifts.
    Returns a new dict with the same keys; parts and light are kept.
    """
    missing = [k for k in NEEDED if k not in truth]
    if missing:
        raise ValueError(
            f"the truth lacks {missing[0]!r}: pass the truth of a clip made by studio.film."
        )
    if not 0 <= identity <= 1 or min(pose, landmarks, expression) < 0:
        raise ValueError("errors cannot be negative, and identity is a share from 0 to 1.")
    rng = np.random.default_rng([13, seed])
    T = len(truth["pose"])
    out = dict(truth)
    per_axis = np.repeat([np.radians(pose), 0.003 * pose], 3) / np.sqrt(3)
    out["pose"] = truth["pose"] + (drift(rng, (T, 6), smooth) * per_axis).astype(np.float32)
    points = truth["landmarks"]
    eyes = np.linalg.norm(points[:, 36:42].mean(1) - points[:, 42:48].mean(1), axis=-1)
    off = drift(rng, (T, 68, 2), smooth) * (landmarks / np.sqrt(2) * eyes)[:, None, None]
    out["landmarks"] = points + off.astype(np.float32)
    units = truth["expression"]
    active = np.abs(units).max(0) > 0
    off = drift(rng, (T, units.shape[1]), smooth) * expression * active
    out["expression"] = np.clip(units + off, 0, 1).astype(np.float32)
    scores = truth["identity"]
    kept = np.arange(len(scores)) < (1 - identity) * len(scores)
    out["identity"] = (scores * kept).astype(np.float32)
    return out
