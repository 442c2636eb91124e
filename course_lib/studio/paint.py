"""The atlas: skin, eyes, teeth and cloth of one actor in one picture, painted from numbers; none
of it is a photograph."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import torch

from ..human import HEAD_UV, load
from ..taught.foundations.rasteriser import face_buffer, fragments, interpolate
from .brush import noise, smooth
from .skin import hairline, paint_face, skin_tone
from .tiles import paint_cloth, paint_eye, paint_hair, paint_teeth

__all__ = [
    "SIZE",
    "TILES",
    "hairline",
    "head_uv",
    "noise",
    "paint_atlas",
    "paint_face",
    "smooth",
    "tile_uv",
]

SIZE = 1024  # the atlas: the head's island on the left half, tiles on the right
GROWTH = 4  # rounds in which the island of skin grows over its border, two texels each
HEAD_WIDTH = SIZE * (HEAD_UV[2] - HEAD_UV[0]) / (HEAD_UV[3] - HEAD_UV[1]) / SIZE
TILES = {
    "eyes": (0.53, 0.00, 0.25),
    "hair": (0.53, 0.26, 0.36),
    "teeth": (0.90, 0.00, 0.10),
    "tongue": (0.79, 0.00, 0.09),
    "mouth": (0.79, 0.10, 0.04),
    "gum": (0.84, 0.10, 0.04),
    "gold": (0.79, 0.10, 0.04),
    "plain": (0.90, 0.12, 0.08),
    "cloth": (0.53, 0.64, 0.36),
    "second": (0.79, 0.20, 0.05),
    "shoes": (0.85, 0.20, 0.05),
    "skin": (0.91, 0.21, 0.04),
}  # x, y, side in the atlas, 0..1
PAINTED = {"eyes": paint_eye, "hair": paint_hair, "cloth": paint_cloth, "teeth": paint_teeth}


def head_uv(uv):
    """MakeHuman's uv of the head -> atlas coordinates in 0..1, y down."""
    u0, v0, u1, v1 = HEAD_UV
    return torch.stack(
        [(uv[..., 0] - u0) / (u1 - u0) * HEAD_WIDTH, 1 - (uv[..., 1] - v0) / (v1 - v0)], -1
    )


def tile_uv(name, xy):
    """Coordinates in 0..1 inside a named tile -> atlas coordinates, kept a hair inside its
    border."""
    x, y, s = TILES[name]
    return torch.tensor([x, y]) + (0.02 + 0.96 * xy.clamp(0, 1)) * s


@lru_cache(maxsize=1)
def skin_map():
    """Where each texel of the head's island lies on the mean head: rows, columns (N,) and positions
    (N, 3)."""
    h = load()
    faces = h.faces_skin
    uv = head_uv(h.uv)
    clip = torch.cat(
        [uv[:, :1] * 2 - 1, 1 - uv[:, 1:] * 2, torch.zeros(len(uv), 1), torch.ones(len(uv), 1)], 1
    )[None]
    ids, _ = face_buffer(clip, faces, SIZE, cull=False)
    frag = fragments(clip, faces, ids)
    mean = torch.zeros(len(h.uv), 3)
    mean[h.head_ids] = h.head_mean
    return (
        torch.div(frag.pixel, SIZE, rounding_mode="floor"),
        frag.pixel % SIZE,
        interpolate(mean[None], faces, frag),
    )


def box_sum(x):
    """Each texel's 5 x 5 neighbourhood summed: x (n, m) or (n, m, 3), zero outside."""
    return cv2.boxFilter(x, -1, (5, 5), normalize=False, borderType=cv2.BORDER_CONSTANT)


def grown(atlas, row, column):
    """Let the island of painted texels grow over its border, so that filtering never reads the
    bare ground. atlas (3, n, n); row, column (N,) of the island."""
    right = int(column.max()) + 1 + 2 * GROWTH  # beyond it nothing grows
    colour = atlas[:, :, :right].permute(1, 2, 0).contiguous().numpy()
    known = np.zeros(colour.shape[:2], np.float32)
    known[row, column] = 1
    colour *= known[..., None]
    for _ in range(GROWTH):
        weight = box_sum(known)
        fresh = (known == 0) & (weight > 0)
        colour[fresh] = box_sum(colour)[fresh] / weight[fresh, None]
        known[fresh] = 1
    out = atlas.clone()
    island = torch.from_numpy(known > 0)
    out[:, :, :right][:, island] = torch.from_numpy(colour)[island].T
    return out


def plain_colours(look):
    """The linear RGB of each tile that has one colour only."""
    return {
        "tongue": (0.50, 0.17, 0.16),
        "mouth": (0.28, 0.07, 0.06),
        "gum": (0.50, 0.18, 0.17),
        "gold": (0.55, 0.30, 0.02),
        "plain": look["cloth_colour"],
        "second": look["trouser_colour"],
        "shoes": look["shoe_colour"],
        "skin": skin_tone(look),
    }


def paint_atlas(look):
    """Everything one actor wears on the skin and over it -> (3, 1024, 1024) linear RGB."""
    atlas = skin_tone(look)[:, None, None].repeat(1, SIZE, SIZE)
    row, column, p = skin_map()
    atlas[:, row, column] = paint_face(p, look).T
    atlas = grown(atlas, row, column)
    plain = plain_colours(look)
    for name, tile in TILES.items():
        x, y, s = (round(v * SIZE) for v in tile)
        if name in PAINTED:
            fill = PAINTED[name](look, s).permute(2, 0, 1)
        else:
            fill = torch.as_tensor(plain[name])[:, None, None]
        atlas[:, y : y + s, x : x + s] = fill
    return atlas
