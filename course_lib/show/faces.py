"""Faces looked at closely: enlarged, and their eyes and mouths at three times their size."""

from __future__ import annotations

import cv2
import numpy as np

# rows and columns of eyes and mouth in an aligned face, in shares of its side
EYES = (slice(0.18, 0.44), slice(0.10, 0.90))
MOUTH = (slice(0.56, 0.92), slice(0.10, 0.90))


def enlarged(face, side=192):
    """An aligned face (S, S, 3 or more), floats in 0..1 or uint8 -> (side, side, 3) in 0..1."""
    colours = np.asarray(face)[..., :3]
    colours = colours / 255 if colours.dtype == np.uint8 else colours
    size = (side, side)
    return cv2.resize(colours.astype(np.float32), size, interpolation=cv2.INTER_CUBIC).clip(0, 1)


def closeup(face, side=384):
    """Eyes and mouth of an aligned face (S, S, 3 or more) in 0..1, one above the other; at 384
    pixels that is three times the size of a 128-pixel face."""
    big = enlarged(face, side)

    def cut(part):
        return big[tuple(slice(round(s.start * side), round(s.stop * side)) for s in part)]

    return np.concatenate([cut(EYES), cut(MOUTH)])
