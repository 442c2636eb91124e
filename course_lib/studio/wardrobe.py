"""What a whole body wears, painted: tops, trousers, skirts and coats with prints, and the atlas
that a film of a body reads them from."""

from __future__ import annotations

from math import pi

import torch
import torch.nn.functional as F

from .brush import cover, smooth
from .tiles import button_up, grain, grid, open_jacket

PRINTS = ("plain", "stripes", "hoops", "checks", "dots", "blocks", "badge")
GARMENTS = ("none", "skirt", "coat")
# A body's atlas holds the head's at a quarter of its size, and three large tiles beside it. Places
# are in sides of the head's atlas: x, y, side.
ATLAS = 4.0
TILES = dict(top=(2.0, 0.0, 2.0), legs=(0.0, 2.0, 2.0), outer=(2.0, 2.0, 2.0))
SLEEVES = 0.80  # the top's tile: body above, sleeves below this share of its height
HEM = 0.82  # of the body's part of that tile: where a top ends and what is worn below begins
# shares of the body's part that a neckline leaves bare: all around, and how much more in front
NECKS = dict(crew=(0.085, 0.01), stripes=(0.085, 0.01), vneck=(0.085, 0.13), shirt=(0.06, 0.05))
CUFF = dict(long=0.97, short=0.42)  # shares of an arm that sleeves cover
# sizes in metres of what half a tile spans: half way around a chest, a thigh and a skirt, and down
SPANS = dict(top=(0.42, 0.68), legs=(0.25, 0.86), outer=(0.60, 0.55))


def tile_place(name, xy):
    """Coordinates in 0..1 inside a tile of the body's atlas (..., 2) -> in sides of the head's."""
    x, y, side = TILES[name]
    return torch.tensor([x, y]) + (0.01 + 0.98 * xy.clamp(0, 1)) * side


def sleeve_place(along, around):
    """Along an arm (0: shoulder, 1: wrist) and around it (0..1), each (N,) -> (N, 2)."""
    return tile_place("top", torch.stack([along, SLEEVES + 0.02 + (0.96 - SLEEVES) * around], 1))


def printed(cloth, kind, colour, u, v):
    """A print of a colour (3,) on cloth (n, n, 3). u, v (n, n): metres from the middle of the front
    and down from the top."""
    if kind == "plain":
        return cloth
    wave_u = torch.cos(u * 2 * pi / 0.085)
    wave_v = torch.cos(v * 2 * pi / 0.085)
    if kind == "stripes":
        share = smooth(wave_u, 0.1, 0.35)
    elif kind == "hoops":
        share = smooth(wave_v, 0.1, 0.35)
    elif kind == "checks":
        share = 0.5 * (smooth(wave_u, -0.1, 0.1) + smooth(wave_v, -0.1, 0.1))
    elif kind == "dots":
        row = torch.floor(v / 0.075)
        du = (u / 0.085 + 0.5 * (row % 2)) % 1 - 0.5
        dv = v / 0.075 - row - 0.5
        share = smooth(((du * 0.085) ** 2 + (dv * 0.075) ** 2).sqrt(), 0.027, 0.021)
    elif kind == "blocks":
        share = smooth(v, 0.21, 0.22)
    else:
        ring = (u * u + (v - 0.17) ** 2).sqrt()
        share = smooth(ring, 0.095, 0.088) * (1 - smooth(ring, 0.052, 0.045))
    return cover(cloth, torch.as_tensor(colour), share)


def woven(colour, x, y, seed):
    """Plain cloth of a colour (3,) with its weave -> (n, n, 3)."""
    weave = grain(x, y, torch.zeros_like(x), 260, seed)
    return torch.tensor(colour) * (1 + 0.07 * weave)[..., None]


def below_waist(look, skin, u, v, seed):
    """Trousers, or what shows under a skirt; u, v in metres -> (n, n, 3)."""
    if look["bare_legs"]:
        return skin.expand(*u.shape, 3)
    if look["garment"] == "skirt":
        return woven(look["tights_colour"], u, v, seed)
    cloth = woven(look["trouser_colour"], u, v, seed)
    if look["legs_print"] == "seam":
        return cover(cloth, torch.tensor(look["print_colour"]), smooth(u, 0.022, 0.016))
    return printed(cloth, look["legs_print"], look["print_colour"], u, v)


def paint_top(look, skin, n):
    """From the collar to the hips, and the sleeves under it -> (n, n, 3) linear RGB.

    x: from the middle of the front (0) to the middle of the back (1). skin (3,): what shows where
    sleeves end.
    """
    x, y = grid(n)
    width, height = SPANS["top"]
    down = y / SLEEVES
    u = x * width
    v = down * height
    seed = look["seed"] + 43
    base = woven(look["cloth_colour"], x, y, seed)
    out = printed(base, look["print"], look["print_colour"], u, v)
    second = torch.tensor(look["second_colour"])
    coat = woven(look["skirt_colour"], x, y, seed + 2)
    if look["garment"] == "coat":
        out = open_jacket(coat, x, down * 0.4, out, None)
    elif look["cloth"] == "shirt":
        out = button_up(out, x, down, second)
    elif look["cloth"] == "jacket":
        tie = torch.tensor(look["tie_colour"]) if look["tie"] else None
        out = open_jacket(out, x, down, second.expand(n, n, 3), tie)
    if look["cloth"] in NECKS and look["garment"] != "coat":
        depth, point = NECKS[look["cloth"]]
        edge = depth + point * (1 - x / 0.16).clamp(min=0)
        out = cover(out, skin, smooth(down, edge + 0.006, edge - 0.006))
    lower = below_waist(look, skin, (u - width / 2).abs(), v, seed + 1)  # from the seam at the side
    out = cover(out, lower, smooth(down, HEM - 0.006, HEM + 0.006))
    fold = smooth((down - HEM - 0.02).abs(), 0.03, 0.0)  # the shadow that a hem throws
    out = out * (1 - 0.45 * fold)[..., None]
    sleeve = base
    if look["print"] in ("stripes", "hoops", "checks", "dots"):
        sleeve = printed(base, look["print"], look["print_colour"], (y - SLEEVES) * 2.0, x * 0.55)
    if look["garment"] == "coat":
        sleeve = coat
    elif look["cloth"] == "jacket":
        sleeve = base
    ends = CUFF[look["sleeves"]]
    sleeve = cover(sleeve, skin, smooth(x, ends - 0.006, ends + 0.006))
    sleeve = sleeve * (1 - 0.35 * smooth((x - ends).abs(), 0.02, 0.0))[..., None]
    return torch.where((y < SLEEVES)[..., None], out, sleeve).clamp(0.005, 0.95)


def paint_legs(look, skin, n):
    """Both legs. x: from the outer seam (0) to the inner one (1), y: hip to ankle."""
    x, y = grid(n)
    width, height = SPANS["legs"]
    out = below_waist(look, skin, x * width, y * height, look["seed"] + 44)
    return out.clamp(0.005, 0.95)


def paint_outer(look, n):
    """A skirt or the lower part of a coat. x: from the front (0) to the back (1), y: down."""
    x, y = grid(n)
    width, height = SPANS["outer"]
    out = woven(look["skirt_colour"], x, y, look["seed"] + 45)
    if look["garment"] == "coat":
        return out.clamp(0.005, 0.95)
    colour = look["print_colour"]
    if look["skirt_print"] == "plain":
        return cover(out, torch.tensor(colour), smooth(y, 0.93, 0.94)).clamp(0.005, 0.95)
    return printed(out, look["skirt_print"], colour, x * width, y * height).clamp(0.005, 0.95)


def paint_body_atlas(head_atlas, look, skin):
    """All that a film of the whole body reads -> (3, 1024, 1024) linear RGB.

    head_atlas (3, 1024, 1024): of the same actor; skin (3,): the colour of bare arms.
    """
    size = head_atlas.shape[1]
    n = size // 2
    atlas = torch.zeros_like(head_atlas)
    atlas[:, : size // 4, : size // 4] = F.avg_pool2d(head_atlas[None], 4)[0]
    atlas[:, :n, n:] = paint_top(look, skin, n).permute(2, 0, 1)
    atlas[:, n:, :n] = paint_legs(look, skin, n).permute(2, 0, 1)
    atlas[:, n:, n:] = paint_outer(look, n).permute(2, 0, 1)
    return atlas
