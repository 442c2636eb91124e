"""COCO's points of the head, nose, eyes and ears, as weighted means of eight vertices each."""

from __future__ import annotations

import numpy as np


def keypoints(weights, surface, mean):
    """weights (K, N) of the full mesh, a Surface, mean (N, 3) -> ids and weights (K, 8)."""
    all_ids = []
    all_weights = []
    for row in weights:
        kept = [i for i in np.argsort(-row) if row[i] > 0 and surface.number[i] >= 0][:8]
        if kept:
            ids = np.pad(surface.number[kept], (0, 8 - len(kept)))
            share = np.pad(row[kept] / row[kept].sum(), (0, 8 - len(kept)))
        else:  # a point inside the hidden skin: the nearest vertices of the suit
            far = np.linalg.norm(mean[surface.source] - row @ mean, axis=1)
            ids = np.argsort(far)[:8]
            share = np.full(8, 1 / 8)
        all_ids.append(ids)
        all_weights.append(share)
    return np.array(all_ids, np.int32), np.array(all_weights, np.float32)
