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


TALL = 0.435  # brows to chin, as a share of a portrait's side: the mean of the studio's actors
FACE_AT = (0.5, 0.58)  # where the middle of a face lies in a portrait


def close_up(points):
    """Landmarks (68, 2) in any unit -> where a camera close to the face sees them, in 0..1."""
    low, high = points.min(0), points.max(0)
    side = (high - low)[1] / TALL
    return ((points - (low + high) / 2) / side + FACE_AT).astype(np.float32)


def face_labels(points, size=256):
    """Landmarks (68, 2) of any picture, in any unit -> the label map (size, size) uint8 of a
    portrait: the face as they say, with hair, neck and clothes painted around it as a child would.
    """
    out, p, tall = np.zeros((size, size), np.uint8), size * close_up(points), TALL * size
    arc = 0.28 + 0.16 * np.sin(np.linspace(0, np.pi, 10))
    forehead = p[17:27] - np.stack([0 * arc, arc * tall], 1)
    head = cv2.convexHull(np.concatenate([p[:17], forehead]).astype(np.float32))[:, 0]
    hair = head.mean(0) + 1.22 * (head - head.mean(0)) - [0, 0.1 * tall]
    neck = np.concatenate([p[4:13], [[p[12, 0], 0.9 * size], [p[4, 0], 0.9 * size]]])
    left = np.array([[0, 1.2], [0, 0.93], [0.3, 0.85]])
    shoulders = size * np.concatenate([left, [1, 0] + left[::-1] * [-1, 1]])
    areas = [("hair", hair), ("neck", neck), ("clothes", shoulders), ("skin", head)]
    areas += [("eyes", p[36:42]), ("eyes", p[42:48]), ("mouth", p[60:68])]
    for name, corners in areas:
        cv2.fillPoly(out, [corners.round().astype(np.int32)], AT[name])
    for eye in (p[36:42], p[42:48]):
        disc = np.zeros_like(out)
        radius = round(0.21 * np.ptp(eye[:, 0]))
        cv2.circle(disc, eye.mean(0).round().astype(int).tolist(), radius, 1, -1)
        out[(disc > 0) & (out == AT["eyes"])] = AT["iris"]
    for name, where in painted(p, size):
        out[where] = AT[name]
    return out


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
