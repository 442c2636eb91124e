"""The baked human: one mesh for every actor, read from human.npz (made by data_scripts/bake_human.py)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

PATH = Path(__file__).with_name("human.npz")
HEAD_PARTS = ("skin", "cavity", "socket", "teeth", "tongue", "chest", "suit")
BODY_PARTS = ("skin", "cavity", "socket", "hands", "feet", "suit")
HEAD_UV = (0.635, 0.14, 1.0, 0.86)  # the head's island in MakeHuman's texture: u0, v0, u1, v1


@lru_cache(maxsize=1)
def load():
    """All baked arrays as tensors (float16 becomes float32), with a few derived index tables."""
    if not PATH.exists():
        raise FileNotFoundError(
            f"{PATH} is missing: run `python data_scripts/bake_human.py` to make it, or reinstall the course."
        )
    h = SimpleNamespace()
    with np.load(PATH) as z:
        for k in z.files:
            a = z[k]
            if a.dtype.kind == "U":
                setattr(h, k, [str(x) for x in a])
            else:
                t = torch.from_numpy(a)
                setattr(
                    h,
                    k,
                    t.float() if a.dtype == np.float16 else t.long() if a.dtype.kind == "i" else t,
                )
    h.ao = h.ao.float() / 255
    h.skin_weights = torch.nn.functional.normalize(h.skin_weights.float(), p=1, dim=1)
    n = len(h.uv)
    h.to_head = torch.full((n,), -1)
    h.to_head[h.head_ids] = torch.arange(len(h.head_ids))
    parts = {}
    for k in ("skin", "cavity", "socket", "chest", "suit", "teeth", "tongue", "lashes", "eyes"):
        f = h.to_head[getattr(h, f"faces_{k}")]
        parts[k] = f[(f >= 0).all(1)]
    h.head_faces = parts
    h.landmarks_head = h.to_head[h.landmarks]
    # how far each head vertex follows the head: 1 on the skull, falling to 0 at the chest
    share = dict.fromkeys(h.bones, 0.0) | dict(head=1.0, neck03=0.8, neck02=0.55, neck01=0.25)
    h.follow = (h.skin_weights @ torch.tensor([share[b] for b in h.bones]))[h.head_ids]
    h.expression_at = {name: i for i, name in enumerate(h.names)}
    return h


def features(phenotypes):
    """Phenotypes (9,) -> the 55 regression features used by the bake: one, themselves and their products."""
    p = torch.as_tensor(phenotypes, dtype=torch.float32)
    i, j = np.triu_indices(len(p))
    return torch.cat([torch.ones(1), p, p[i] * p[j]])


def expression_weights(**names):
    """ARKit names to a vector (52,), for example expression_weights(jawOpen=0.5)."""
    h = load()
    out = torch.zeros(len(h.names))
    for k, v in names.items():
        if k not in h.expression_at:
            import difflib

            near = difflib.get_close_matches(k, h.names, 3) or h.names[:3]
            raise ValueError(
                f"{k!r} is not an expression; did you mean {', '.join(near)}? The 52 names are in studio.EXPRESSIONS."
            )
        out[h.expression_at[k]] = float(v)
    return out
