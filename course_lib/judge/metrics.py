"""Metrics of pictures and tracks.

Pictures are uint8 or floats in 0..1, of shape (H, W, 3) or (T, H, W, 3).
"""

from __future__ import annotations

import numpy as np
import torch


def _pictures(x):
    t = torch.as_tensor(x)
    t = t.float() / 255 if t.dtype == torch.uint8 else t.float()
    if t.ndim == 3:
        t = t[None]
    if t.ndim != 4 or t.shape[-1] != 3:
        raise ValueError(f"pictures have shape (H, W, 3) or (T, H, W, 3), not {tuple(t.shape)}.")
    return t


def _pair(a, b):
    a, b = _pictures(a), _pictures(b)
    if a.shape != b.shape:
        raise ValueError(
            f"the two have different shapes, {tuple(a.shape)} and {tuple(b.shape)}; "
            "cut or resize one first."
        )
    return a, b


def psnr(a, b):
    """Peak signal-to-noise ratio in dB; equal pictures give infinity."""
    from torchmetrics.functional.image import peak_signal_noise_ratio

    a, b = _pair(a, b)
    return float(peak_signal_noise_ratio(a, b, data_range=1.0))


def ssim(a, b):
    """Structural similarity, 1 for equal pictures (Wang et al. 2004)."""
    from torchmetrics.functional.image import structural_similarity_index_measure

    a, b = (x.permute(0, 3, 1, 2) for x in _pair(a, b))
    total = sum(
        float(structural_similarity_index_measure(x, y, data_range=1.0)) * len(x)
        for x, y in zip(a.split(8), b.split(8))
    )
    return total / len(a)


def as_floats(pictures):
    """Pictures (..., H, W, 3 or more), uint8 or in 0..1 -> (..., H, W, 3) float32 in 0..1."""
    x = np.asarray(pictures)[..., :3]
    return x.astype(np.float32) / 255 if x.dtype == np.uint8 else x.astype(np.float32)


def decibels(error):
    """The PSNR in dB of errors in 0..1, an array of any shape; 100 where there is none."""
    return float(-10 * np.log10(np.square(error).mean().clip(1e-10)))


def masked_l1(a, b, mask):
    """Mean absolute difference (0..1 scale) where mask (T, H, W) or (H, W) is true."""
    a, b = _pair(a, b)
    m = torch.as_tensor(np.asarray(mask)).bool().expand(a.shape[:3])
    if not m.any():
        raise ValueError("the mask is empty: no pixel is left to compare.")
    return float((a - b).abs().mean(-1)[m].mean())


def landmark_error(a, b, normalise="eyes"):
    """Mean distance of landmarks (..., 68, 2).

    normalise: 'eyes' divides by the distance between the eyes of b, None leaves pixels.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.shape != b.shape or a.shape[-1] != 2:
        raise ValueError(f"landmarks have one shape (..., 68, 2), not {a.shape} and {b.shape}.")
    d = np.linalg.norm(a - b, axis=-1)
    if normalise == "eyes":
        right_eye = b[..., 36:42, :].mean(-2)
        left_eye = b[..., 42:48, :].mean(-2)
        d = d / np.linalg.norm(right_eye - left_eye, axis=-1)[..., None]
    return float(d.mean())


def temporal_difference(a, b):
    """How far the motion of a is from that of b: mean |(a_t+1 - a_t) - (b_t+1 - b_t)|, 0..1."""
    a, b = _pair(a, b)
    if len(a) < 2:
        raise ValueError("temporal difference needs at least two frames.")
    return float(((a[1:] - a[:-1]) - (b[1:] - b[:-1])).abs().mean())
