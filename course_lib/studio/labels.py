"""Label maps: what each pixel of a filmed head belongs to, as somebody would paint it."""

from __future__ import annotations

import cv2
import numpy as np

from .mesh import PARTS
from .paint import TILES
from .tiles import LIMBUS

LABELS = (
    "background",
    "skin",
    "neck",
    "clothes",
    "hair",
    "brows",
    "eyes",
    "iris",
    "nose",
    "lips",
    "mouth",
    "teeth",
)
AT = {name: number for number, name in enumerate(LABELS)}
PART_TO_LABEL = np.array(
    [
        AT[dict(tongue="mouth", lashes="brows").get(part, part.replace("body skin", "neck"))]
        for part in PARTS
    ],
    np.uint8,
)
SUBPIXEL = 4  # bits of a pixel in which OpenCV is told a corner


def from_axis(uv):
    """Texture coordinates (..., 2) of an eyeball -> angle from its axis in radians (...,)."""
    x, y, side = TILES["eyes"]
    off = (uv.astype(np.float32) - (x + side / 2, y + side / 2)) / (0.96 * side / 2)
    return np.radians(100) * np.hypot(off[..., 0], off[..., 1])


def painted(points, size):
    """Landmarks (68, 2) in pixels -> where nose, brows and lips lie: (label, (size, size) bool)."""
    corners = (points * 2**SUBPIXEL).round().astype(np.int32)
    thick = max(1, round(size / 40))

    def region(draw, *args):
        mask = np.zeros((size, size), np.uint8)
        draw(mask, *args, cv2.LINE_8, SUBPIXEL)
        return mask > 0

    nose = region(cv2.fillPoly, [corners[[27, *range(31, 36)]]], 1)
    brows = region(cv2.polylines, [corners[17:22], corners[22:27]], False, 1, thick)
    lips = region(cv2.fillPoly, [corners[48:60]], 1) & ~region(cv2.fillPoly, [corners[60:68]], 1)
    return ("nose", nose), ("brows", brows), ("lips", lips)


def label_maps(clip):
    """The label maps (T, S, S) uint8 of a clip of a head that was filmed with layers=("uv",).

    The numbers are places in LABELS. Nose, brows and lips, which are painted on the skin, are drawn
    from the landmarks, where the skin is in sight. Raises ValueError for a clip without "parts",
    "landmarks" and "uv" in its truth.
    """
    if missing := [k for k in ("parts", "landmarks", "uv") if k not in clip.truth]:
        raise ValueError(
            f"the clip's truth lacks {missing[0]!r}: film it with "
            'studio.film(..., layers=("uv",)), and cut labels from it before it is changed.'
        )
    parts = clip.truth["parts"]
    out = PART_TO_LABEL[parts]
    is_eye = parts == PARTS.index("eyes")
    out[is_eye & (from_axis(clip.truth["uv"]) < LIMBUS)] = AT["iris"]
    for labels, part, points in zip(out, parts, clip.truth["landmarks"], strict=True):
        for name, where in painted(points, parts.shape[-1]):
            labels[where & (part == PARTS.index("skin"))] = AT[name]
    return out
