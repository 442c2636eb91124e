"""Pictures and points at another size."""

from __future__ import annotations

import cv2
import numpy as np


def reduced(pictures, side):
    """Square pictures (T, S, S, 3) uint8, or a list of such of several sizes -> (T, side, side, 3):
    each pixel the mean of those it covers."""
    size = (side, side)
    return np.stack([cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in pictures])


def rescaled(points, a, b):
    """Points (..., 2) in pixels of a picture `a` wide -> of the same picture `b` wide: the middle
    of the first pixel is (0, 0)."""
    return (points + 0.5) * b / a - 0.5
