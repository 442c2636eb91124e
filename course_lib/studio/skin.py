"""The skin of a face, painted on the mean head layer by layer: pigments first, then hair."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch

from ..human import load
from .brush import cover, noise, polygon_distance, smooth
from .freckles import freckles

# the hairline seen from the side of the mean head: its height y at each depth z, in metres
HAIRLINE_Z = [
    -0.12, -0.075, -0.04, -0.026, -0.018, 0.022, 0.03, 0.036, 0.05, 0.07, 0.088, 0.1, 0.13
]  # fmt: skip
HAIRLINE_Y = [
    -0.05, -0.042, -0.03, -0.005, 0.066, 0.066, 0.04, 0.04, 0.074, 0.096, 0.112, 0.117, 0.125
]  # fmt: skip
LASH = [0.03, 0.02, 0.018]


@lru_cache(maxsize=1)
def curves():
    """Frontal outlines on the mean head in metres: brow lines, lips, eye rims."""
    h = load()
    mean = torch.zeros(len(h.uv), 3)
    mean[h.head_ids] = h.head_mean
    return mean[h.landmarks].numpy(), mean[h.eye_rim_left].numpy(), mean[h.eye_rim_right].numpy()


def hairline(p):
    """How far inside the hair a point of the mean head lies, in metres: positive under hair.
    p (N, 3)."""
    x, y, z = p.unbind(1)
    line = torch.as_tensor(np.interp(z.numpy(), HAIRLINE_Z, HAIRLINE_Y), dtype=torch.float32)
    side = smooth(x.abs(), 0.03, 0.06) * smooth(z, 0.05, 0.08) * 0.004
    ear = ((x.abs() > 0.071) & (z > -0.03) & (z < 0.022) & (y < 0.078)).float()
    return y - line - side - ear


def skin_colour(melanin, blood):
    """Linear RGB of skin from melanin and haemoglobin in 0..1: absorption grows exponentially
    (Beer-Lambert). (N,) -> (N, 3)."""
    sigma_m = torch.tensor([2.0, 2.65, 3.15])
    sigma_b = torch.tensor([0.10, 0.72, 0.62])
    base = torch.tensor([0.83, 0.66, 0.55])
    return base * torch.exp(-melanin[:, None] * sigma_m - blood[:, None] * sigma_b)


def skin_tone(look):
    """The one colour (3,) a look's skin has where nothing else is painted."""
    return skin_colour(torch.tensor([look["melanin"]]), torch.tensor([look["blood"]]))[0]


class Site:
    """The points of the mean head to be painted, the look they get, and where the features lie.

    p (N, 3) metres; x, y, z (N,); ax the distance from the middle; mouth, eyes, nose: heights y.
    """

    def __init__(self, p, look, detail):
        self.p, self.look, self.detail = p, look, detail
        self.x, self.y, self.z = p.unbind(1)
        self.ax = self.x.abs()
        self.marks, *self.rims = curves()
        self.mouth = float(self.marks[62, 1])
        self.eyes = float(self.marks[36:48, 1].mean())
        self.nose = float(self.marks[33, 1]) - 0.006

    def spot(self, centre, radius):
        """A soft blob on both halves of the face: 1 at its centre. -> (N,)."""
        folded = torch.stack([self.ax, self.y, self.z], 1)
        away = (folded - torch.tensor(centre)) / torch.tensor(radius)
        return torch.exp(-away.square().sum(1))

    def noise(self, frequency, layer, octaves=1, stretch=(1.0, 1.0, 1.0)):
        """This look's own noise (N,) of one layer, or 0 where no detail is wanted."""
        if not self.detail:
            return 0.0
        p = self.p * torch.tensor(stretch)
        return noise(p, frequency, self.look["seed"] + layer, octaves)


def paint_face(p, look, detail=True):
    """Linear albedo (N, 3) at points p (N, 3) of the mean head for a look.

    With detail=False only what a coarse morphable model could know: tone, lips, brows, no pores,
    strokes or freckles.
    """
    site = Site(p, look, detail)
    lip = lip_zone(site)
    hollows = eye_hollows(site)
    melanin = lines(site, darkness(site, hollows))
    if detail:
        melanin = freckles(site, melanin)
    blood = redness(site, hollows)
    melanin = melanin * (1 - 0.28 * lip)
    blood = blood + lip_blood(site) * lip
    colour = skin_colour(melanin.clamp(0, 1.2), blood.clamp(0, 2))
    for side in (-1, 1):
        colour = brow(site, colour, side)
    colour = beard(site, colour, lip)
    colour = scalp(site, colour)
    for rim in site.rims:
        colour = lashes(site, colour, rim)
    return colour.clamp(0.004, 0.95)


def eye_hollows(site):
    """The bag under each eye and the socket above it: two (N,) in 0..1."""
    bag = site.spot((0.031, site.eyes - 0.013, 0.09), (0.016, 0.008, 0.03))
    socket = site.spot((0.030, site.eyes + 0.006, 0.09), (0.02, 0.011, 0.03))
    return bag, socket


def redness(site, hollows):
    """Blood (N,): uneven, more of it in cheeks, nose, ears and chin, and around tired eyes."""
    b = torch.full_like(site.x, site.look["blood"])
    b = b + 0.05 * site.noise(40, 1, 2)
    b = b + site.look["flush"] * (
        0.22 * site.spot((0.045, site.mouth + 0.037, 0.085), (0.022, 0.02, 0.04))
        + 0.22 * site.spot((0.0, site.nose + 0.01, 0.125), (0.018, 0.014, 0.03))
        + 0.25 * smooth(site.ax, 0.07, 0.082)
        + 0.10 * site.spot((0.0, site.mouth - 0.035, 0.11), (0.02, 0.014, 0.03))
    )
    bag, socket = hollows
    return b + (0.12 + 0.22 * site.look["age"]) * bag + 0.10 * socket


def darkness(site, hollows):
    """Melanin (N,): uneven, more of it around the eyes and on the throat."""
    m = torch.full_like(site.x, site.look["melanin"])
    m = m * (1 + 0.05 * site.noise(25, 0))
    bag, socket = hollows
    throat = smooth(site.mouth - site.y, 0.045, 0.07)
    return m + (0.03 + 0.04 * site.look["age"]) * (bag + socket) + 0.05 * throat


def lines(site, melanin):
    """What age writes: the fold from nose to mouth and three lines on the forehead."""
    ax, y, age = site.ax, site.y, site.look["age"]
    front = smooth(site.z, 0.0, 0.06)
    fold = torch.exp(-((ax - 0.030 - 0.35 * (site.nose - y).clamp(min=0)) / 0.0022).square())
    fold = fold * smooth(site.nose + 0.004 - y, 0, 0.006)
    fold = fold * smooth(y - site.mouth + 0.008, 0, 0.008) * front
    wave = 0.004 * torch.cos(ax * 40)
    forehead = sum(
        torch.exp(-((y - site.eyes - h - wave) / 0.0011).square()) for h in (0.034, 0.045, 0.056)
    )
    forehead = forehead * smooth(0.05 - ax, 0, 0.015) * front
    return melanin + age**1.5 * (0.10 * fold + 0.07 * forehead) + 0.03 * fold


def lip_zone(site):
    """1 on the lips, 0 off them, (N,)."""
    near = (site.ax < 0.04) & ((site.y - site.mouth).abs() < 0.03) & (site.z > 0.06)
    lip = torch.zeros_like(site.x)
    outline = polygon_distance(site.p[near][:, :2], site.marks[48:60, :2])
    lip[near] = smooth(outline, 0.0009, -0.0013)
    return lip


def lip_blood(site):
    """The blood that lips have more than skin, creased across."""
    crease = 1 + 0.10 * site.noise(900, 6, stretch=(1.0, 0.12, 0.3))
    return site.look["lips"] * (1 - 0.25 * site.look["melanin"]) * crease


def brow(site, colour, side):
    """Short strokes along a line under the landmarks, which mark the brow's upper edge. side: -1
    or 1, the sign of x."""
    look, y = site.look, site.y
    points = site.marks[17:22] if side < 0 else site.marks[22:27]
    points = points[np.argsort(points[:, 0])]
    upper = np.interp(site.x.numpy(), points[:, 0], points[:, 1])
    middle = torch.as_tensor(upper, dtype=torch.float32) - 0.005 + look["brow_height"]
    along = ((site.x * side) - 0.012) / 0.042
    arch = look["brow_arch"] * 0.004 * torch.sin(along.clamp(0, 1) * 3.14159)
    middle = middle + arch - 0.0008
    thick = look["brow_thickness"] * 0.0052 * smooth(along, -0.04, 0.16)
    thick = thick * (1 - 0.68 * smooth(along, 0.45, 1.05))
    share = smooth((y - middle).abs() / thick.clamp(min=4e-4), 1.25, 0.45)
    share = share * smooth(along, -0.06, 0.06) * smooth(along, 1.10, 0.94)
    share = share * (site.z > 0.03).float()
    if site.detail:
        slanted = site.x * side - 0.75 * (y - middle) * 0.8
        p = torch.stack([slanted, (y - middle) * 0.25, site.z * 0.1], 1)
        share = share * (0.72 + 0.42 * noise(p, 1500, look["seed"] + 7)).clamp(0, 1)
    return cover(colour, torch.tensor(look["brow_colour"]), share * look["brow_strength"])


def beard_zone(site, lip):
    """Where a beard grows, (N,) in 0..1: around the mouth, on chin and jaw, up to the ear."""
    ax, y, z = site.ax, site.y, site.z
    slope = 0.25 * (ax - 0.02).clamp(min=0)
    moustache = smooth(y, site.nose + 0.004 - slope, site.nose - 0.010 - slope)
    moustache = moustache * smooth(ax, 0.004, 0.012).clamp(min=0.75)
    slope = 0.3 * (0.065 - ax).clamp(min=0)
    cheek = smooth(y, site.mouth + 0.018 - slope, site.mouth - 0.004 - slope)
    jaw = smooth(y, site.eyes, site.eyes - 0.03) * smooth(ax, 0.055, 0.066)
    jaw = jaw * smooth(z, 0.012, 0.03) * smooth(z, 0.06, 0.045)
    zone = torch.maximum(torch.where(ax < 0.032, moustache, cheek), jaw)
    zone = zone * smooth(z, 0.0, 0.022) * smooth(y, site.mouth - 0.078, site.mouth - 0.05)
    under_lip = site.spot((0.0, site.mouth - 0.014, 0.11), (0.012, 0.004, 0.03))
    return zone * (1 - lip) * (1 - 0.8 * under_lip)


def beard(site, colour, lip):
    """From stubble to full."""
    if site.look["beard"] <= 0:
        return colour
    grain = (0.75 + 0.5 * site.noise(900, 8)).clamp(0, 1.3) if site.detail else 0.8
    share = (beard_zone(site, lip) * site.look["beard"] * grain).clamp(0, 0.93)
    return cover(colour, torch.tensor(site.look["hair_colour"]) * 0.75, share)


def scalp(site, colour):
    """Hair roots fade in behind the hairline."""
    if site.look["roots"] <= 0:
        return colour
    edge = hairline(site.p) + 0.006 * site.noise(420, 9, stretch=(1.0, 0.35, 0.35))
    share = smooth(edge, -0.002, 0.010) * site.look["roots"]
    return cover(colour, torch.tensor(site.look["hair_colour"]) * 0.8, share)


def lashes(site, colour, rim):
    """The dark line of the lashes along one eye's rim (K, 3), and the shadow on its lid."""
    centre = torch.as_tensor(rim.mean(0))
    near = ((site.p - centre).norm(dim=1) < 0.032).nonzero()[:, 0]
    q = site.p[near]
    d = torch.cdist(q, torch.as_tensor(rim)).amin(1)
    above = smooth(q[:, 1] - float(centre[1]), -0.003, 0.003)
    share = smooth(d, 0.0032, 0.0008) * (0.25 + 0.62 * above) * site.look["lash"]
    lid = cover(colour[near], torch.tensor(LASH), share)
    if site.look["shadow"] > 0:
        share = smooth(d, 0.010, 0.003) * above * site.look["shadow"]
        lid = cover(lid, lid * torch.tensor(site.look["shadow_colour"]), share)
    colour = colour.clone()
    colour[near] = lid
    return colour
