"""One actor who wears another's face: what a perfect face swap would film."""

from __future__ import annotations

from functools import lru_cache

import torch

from ..human import load
from . import paint
from .actor import Actor
from .brush import polygon_distance
from .skin import curves

FADE = 0.015  # metres inside the outline over which one face becomes the other
BROWS = 0.022  # how far the outline runs above the brow landmarks, metres
FRONT = (0.0, 0.03)  # the head's depth at which the face begins, metres in front of its joint
INNER = slice(17, 68)  # of the landmarks: all but the jaw
WITHIN = ("eyes", "cavity", "tongue", "teeth", "socket", "lashes")  # all of it is the wearer's
TILES = ("eyes", "teeth", "tongue", "mouth", "gum", "gold", "shoes")  # lashes are drawn in "shoes"


def share_of_face(p):
    """How much points p (N, 3) of the mean head belong to the face: 1 inside, 0 outside. (N,)."""
    marks = curves()[0][:, :2]
    brows = marks[17:27][::-1] + [0.0, BROWS]
    outline = torch.as_tensor([*marks[:17].tolist(), *brows.tolist()]).numpy()
    inside = paint.smooth(polygon_distance(p[:, :2], outline), 0.0, -FADE)
    return inside * paint.smooth(p[:, 2], *FRONT)


@lru_cache(maxsize=1)
def shares():
    """Shares of the head's vertices (N, 1) and of the atlas' texels (1, 1024, 1024)."""
    h = load()
    vertices = share_of_face(h.head_mean)
    for part in WITHIN:
        vertices[torch.unique(h.head_faces[part])] = 1.0
    row, column, p = paint.skin_map()
    texels = torch.zeros(3, paint.SIZE, paint.SIZE)
    texels[:, row, column] = share_of_face(p)
    return vertices[:, None], paint.grown(texels, row, column)[:1]


def fitted(head, onto):
    """A head (N, 3) scaled and moved, not turned, so that its inner landmarks come to lie on those
    of another (N, 3) as well as can be."""
    marks = load().landmarks_head[INNER]
    middles = [x[marks].mean(0) for x in (head, onto)]
    here, there = (x[marks] - middle for x, middle in zip((head, onto), middles, strict=True))
    scale = (here * there).sum() / here.square().sum()
    return (head - middles[0]) * scale + middles[1]


def wearing(a, b):
    """Actor a with the inner face of actor b: skull, ears, neck, hair and clothes stay a's; brows,
    eyes, nose, lips and teeth are b's; between the two lie 15 mm.

    b's face is scaled as a whole to the size of a's, as a face swap does. `identity` stays a's, so
    a changed copy (`but`) is a alone. Raises TypeError for anything that is no Actor.
    """
    for actor in (a, b):
        if not isinstance(actor, Actor):
            raise TypeError(f"wearing needs two actors from cast, not {actor!r}.")
    own = dict(lash_length=b.look["lash_length"], iris=b.look["iris"], teeth=b.look["teeth"])
    worn = a.but(**own)
    vertices, texels = shares()
    worn.head = torch.lerp(a.head, fitted(b.head, a.head), vertices)
    atlas = torch.lerp(a.atlas, b.atlas, texels)
    for name in TILES:
        x, y, s = (round(v * paint.SIZE) for v in paint.TILES[name])
        atlas[:, y : y + s, x : x + s] = b.atlas[:, y : y + s, x : x + s]
    worn.atlas = atlas
    return worn
