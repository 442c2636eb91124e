"""How a whole body is covered: skin where it shows, a top, trousers, shoes, a skirt or a coat."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from ..human import load
from . import garments, paint, wardrobe
from .mesh import piece, plain_uv, shading

REGIONS = ("torso", "arms", "legs", "feet")
# the region of a bone by how its name begins; all others belong to the torso
REGION_OF = dict(
    upperarm="arms",
    lowerarm="arms",
    wrist="arms",
    upperleg="legs",
    lowerleg="legs",
    foot="feet",
)
COLLAR = 0.08  # metres under the head joint at which a top begins
LIMBS = dict(arms=("upperarm01", "lowerarm01", "wrist"), legs=("upperleg01", "lowerleg01", "foot"))
# how far cloth stands off the body, metres: at the upper end, in the middle and at the lower end
STAND_OFF = dict(
    torso=(0.004, 0.008, 0.012), arms=(0.006, 0.008, 0.012), legs=(0.008, 0.014, 0.030)
)
TIGHT = 0.002


class Bare(NamedTuple):
    """A body at rest, in metres: vertices (N, 3), joints (J, 3), and the number of each bone."""

    rest: torch.Tensor
    joints: torch.Tensor
    at: dict

    def limb(self, name, side):
        """The three joints (3, 3) of a limb, from the trunk outwards. side: ".L" or ".R"."""
        return self.joints[[self.at[bone + side] for bone in LIMBS[name]]]


def suit_regions(bare):
    """Which region each face of the suit belongs to -> (F,) index into REGIONS. What lies above the
    hips belongs to the torso, whatever bone it follows."""
    h = load()
    prefix_of = {b: next((k for k in REGION_OF if b.startswith(k)), None) for b in h.bones}
    names = [REGION_OF.get(prefix_of[b], "torso") for b in h.bones]
    group = torch.tensor([REGIONS.index(name) for name in names])
    share = torch.stack([h.skin_weights[:, group == k].sum(1) for k in range(len(REGIONS))], 1)
    region = share[h.faces_suit].sum(1).argmax(1)
    hips = bare.joints[bare.at["upperleg01.L"], 1]
    high = bare.rest[h.faces_suit].mean(1)[:, 1] > hips - 0.02
    return torch.where((region == REGIONS.index("legs")) & high, REGIONS.index("torso"), region)


def along_limb(points, chain):
    """Points (N, 3) beside a chain of three joints (3, 3) -> how far along it they lie (N,), 0..1
    of its length, and the way from it to them (N, 3)."""
    best = None
    length = (chain[1:] - chain[:-1]).norm(dim=1)
    for k in range(2):
        axis = chain[k + 1] - chain[k]
        t = ((points - chain[k]) @ axis / axis.square().sum()).clamp(0, 1)
        away = points - chain[k] - t[:, None] * axis
        share = (length[:k].sum() + t * length[k]) / length.sum()
        if best is None:
            best = share, away
        else:
            nearer = away.norm(dim=1) < best[1].norm(dim=1)
            best = (
                torch.where(nearer, share, best[0]),
                torch.where(nearer[:, None], away, best[1]),
            )
    return best


def by_side(bare, source, name):
    """Vertices `source` (N,) of both limbs of a name -> share of the length (N,) and way out
    (N, 3), the right side's mirrored."""
    p = bare.rest[source]
    left, out_left = along_limb(p, bare.limb(name, ".L"))
    right, out_right = along_limb(p, bare.limb(name, ".R"))
    on_left = p[:, 0] > 0
    out_right = out_right * torch.tensor([-1.0, 1.0, 1.0])
    share = torch.where(on_left, left, right)
    return share, torch.where(on_left[:, None], out_left, out_right)


def leg_radii(bare):
    """How thick a bare body's thighs and shins are in metres: two numbers."""
    region = suit_regions(bare)
    legs = torch.unique(load().faces_suit[region == REGIONS.index("legs")])
    share, away = by_side(bare, legs, "legs")
    thick = away.norm(dim=1)
    thigh = thick[(share > 0.2) & (share < 0.5)].quantile(0.95)
    shin = thick[(share > 0.5) & (share < 0.95)].quantile(0.95)
    return float(thigh), float(shin)


def half_turn(away, start):
    """How far directions (N, 3) are turned from `start` (3,): 0..1 for 0 to 180 degrees."""
    cosine = F.normalize(away, dim=1) @ F.normalize(start, dim=0)
    return torch.acos(cosine.clamp(-1, 1)) / np.pi


def torso_height(bare, source):
    """0 at the collar, 1 at the lowest vertex of the trunk, for vertices `source` (N,)."""
    top = bare.joints[bare.at["head"], 1] - COLLAR
    torso = load().faces_suit[suit_regions(bare) == REGIONS.index("torso")]
    low = bare.rest[torso, 1].amin()
    return (top - bare.rest[source, 1]) / (top - low)


def place_torso(bare, source):
    """By angle around the body, folded at the middle of back and front, and by height."""
    p = bare.rest[source]
    angle = torch.atan2(p[:, 0].abs(), p[:, 2] - bare.joints[bare.at["head"], 2] + 0.03) / np.pi
    height = torso_height(bare, source).clamp(0, 1) * wardrobe.SLEEVES * 0.99
    return wardrobe.tile_place("top", torch.stack([angle, height], 1))


def place_arms(bare, source):
    share, away = by_side(bare, source, "arms")
    return wardrobe.sleeve_place(share, half_turn(away, torch.tensor([0.3, 0.3, 1.0])))


def place_legs(bare, source):
    share, away = by_side(bare, source, "legs")
    inwards = half_turn(away * torch.tensor([1.0, 0.0, 1.0]), torch.tensor([1.0, 0.0, 0.0]))
    return wardrobe.tile_place("legs", torch.stack([inwards, share], 1))


PLACES = dict(torso=place_torso, arms=place_arms, legs=place_legs)


def loosen(bare, look):
    """Cloth stands off the skin: the vertices (N, 3) of a body that is dressed."""
    h = load()
    region = suit_regions(bare)
    rest = bare.rest
    everything = torch.arange(len(rest))
    shares = dict(torso=torso_height(bare, everything).clamp(0, 1))
    shares |= {k: by_side(bare, everything, k)[0] for k in ("arms", "legs")}
    far = torch.zeros(len(rest))
    for name, share in shares.items():
        a, b, c = STAND_OFF[name]
        tight = name == "legs" and look["garment"] == "skirt"
        tight |= name == "arms" and look["sleeves"] == "short"
        wide = torch.where(share < 0.5, a + (b - a) * 2 * share, b + (c - b) * (2 * share - 1))
        if name == "arms":
            wide = wide * ((1 - share) / 0.12).clamp(0, 1)  # a cuff closes around the wrist
        used = torch.unique(h.faces_suit[region == REGIONS.index(name)])
        far[used] = TIGHT if tight else wide[used]
    return garments.stand_off(rest, h.faces_suit, far)


def covering(part, rest, faces, tile, gloss=0.02):
    """One part of the body's surface. faces (F, 3) number the baked vertices; tile: the name of a
    tile of one colour, or a function of vertex numbers -> uv. Returns (vertex numbers, Piece)."""
    source, f = torch.unique(faces, return_inverse=True)
    uv = plain_uv(tile, len(source)) if isinstance(tile, str) else tile(source)
    shade = shading(0.25 + 0.75 * load().ao[source], broad=gloss)
    return source, piece(part, rest[source], f, uv, shade, torch.zeros(len(source)))


def face_place(source):
    return paint.head_uv(load().uv[source])


def cover(bare, look):
    """The skin that shows and the clothes over a bare body.

    Returns the dressed vertices (N, 3) in metres and a list of (vertex numbers, Piece).
    """
    h = load()
    rest = loosen(bare, look)
    region = suit_regions(bare)
    feet = torch.unique(torch.cat([h.faces_feet, h.faces_suit[region == REGIONS.index("feet")]]))
    covers = [
        covering("skin", rest, h.faces_skin, face_place, gloss=0.05),
        covering("cavity", rest, h.faces_cavity, "mouth"),
        covering("chest", rest, h.faces_socket, "skin"),
        covering("chest", rest, h.faces_chest, "skin"),
        covering("chest", rest, h.faces_hands, "skin"),
        covering("suit", rest, garments.shoes(rest, feet), "shoes", gloss=0.06),
    ]
    for name, place in PLACES.items():
        faces = h.faces_suit[region == REGIONS.index(name)]
        parts = [("suit", faces)]
        if name == "arms":
            share = by_side(bare, torch.arange(len(rest)), "arms")[0]
            naked = share[faces].mean(1) > wardrobe.CUFF[look["sleeves"]]
            parts = [("suit", faces[~naked]), ("chest", faces[naked])]
        for part, mine in parts:
            if len(mine):
                covers.append(covering(part, rest, mine, partial(place, bare)))
    return rest, covers
