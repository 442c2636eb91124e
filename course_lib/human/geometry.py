"""From names and dials to the numbers that the baked human is driven by."""

from __future__ import annotations

import difflib

import torch

from .data import load


def features(phenotypes):
    """Phenotypes (..., 9) -> the regression features (..., 55): one, themselves, their products."""
    p = torch.as_tensor(phenotypes, dtype=torch.float32)
    i, j = torch.triu_indices(p.shape[-1], p.shape[-1])
    return torch.cat([torch.ones_like(p[..., :1]), p, p[..., i] * p[..., j]], -1)


def expression_weights(**names):
    """ARKit names to a vector (52,), for example expression_weights(jawOpen=0.5)."""
    h = load()
    out = torch.zeros(len(h.names))
    for name, value in names.items():
        if name not in h.expression_at:
            near = difflib.get_close_matches(name, h.names, 3) or h.names[:3]
            raise ValueError(
                f"{name!r} is not an expression; did you mean {', '.join(near)}? "
                "The 52 names are in studio.EXPRESSIONS."
            )
        out[h.expression_at[name]] = float(value)
    return out
