"""The small dark spots of a skin: pores, freckles and moles, all of them round."""

from __future__ import annotations

import numpy as np
import torch

from ..human import load
from .brush import dots, smooth


def freckles(site, melanin):
    """Melanin (N,) with pores everywhere, freckles most on cheeks and nose, and a few moles.

    site: the skin.Site to be painted.
    """
    m = melanin * (1 + 0.05 * site.noise(700, 2))
    if site.look["freckles"] > 0:
        seed = site.look["seed"] + 3
        dense = smooth(site.noise(60, 4), -0.6, 0.3)
        fine = torch.maximum(dots(site.p, 0.0031, seed), dots(site.p, 0.0043, seed + 1000))
        cheeks = site.spot((0.03, site.mouth + 0.045, 0.1), (0.04, 0.03, 0.06))
        m = m + site.look["freckles"] * 0.30 * fine * dense * (cheeks + 0.15)
    if site.look["moles"] > 0:
        m = m + 0.45 * site.look["moles"] * moles(site)
    return m


def moles(site):
    """Two to five round moles on the face, off nostrils, eyes and lips: (N,) in 0..1."""
    h = load()
    v = h.head_mean[torch.unique(h.head_faces["skin"])]
    feature = torch.from_numpy(site.marks[31:])
    front = v[(v[:, 2] > 0.02) & (torch.cdist(v, feature).amin(1) > 0.010)]
    rng = np.random.default_rng([site.look["seed"], 5])
    out = torch.zeros_like(site.x)
    for _ in range(rng.integers(2, 6)):
        aim = torch.tensor([rng.uniform(-0.06, 0.06), rng.uniform(-0.045, 0.11) + site.mouth])
        at = front[(front[:, :2] - aim).norm(dim=1).argmin()]
        radius = float(rng.uniform(0.0010, 0.0017))
        out = torch.maximum(out, smooth((site.p - at).norm(dim=1), radius, 0.5 * radius))
    return out
