"""Ambient occlusion: how much of the sky each vertex sees."""

from __future__ import annotations

import torch

from course_lib.taught.foundations.faces_in_3d import vertex_normals
from course_lib.taught.foundations.rasteriser import face_buffer


def ambient_occlusion(v, faces, size=320, directions=160):
    """Share of the sky each vertex sees (cosine-weighted) -> (V,)."""
    v, f = torch.as_tensor(v), torch.as_tensor(faces)
    n = vertex_normals(v[None], f)[0]
    k = torch.arange(directions) + 0.5
    phi, y = k * 2.399963, 1 - 2 * k / directions
    d = torch.stack([(1 - y * y).sqrt() * phi.cos(), y, (1 - y * y).sqrt() * phi.sin()], 1)
    d = d[d[:, 1] > -0.8]  # little light comes from the floor
    seen, total = torch.zeros(len(v)), torch.zeros(len(v))
    c, r = (v.max(0).values + v.min(0).values) / 2, (v.max(0).values - v.min(0).values).norm() / 2
    for w in d:
        up = torch.tensor([0.0, 0.0, 1.0]) if abs(w[1]) > 0.9 else torch.tensor([0.0, 1.0, 0.0])
        x = torch.nn.functional.normalize(torch.linalg.cross(up, w), dim=0)
        basis = torch.stack([x, torch.linalg.cross(w, x), w])
        p = (v - c) @ basis.T / r
        clip = torch.cat([p[:, :2], -p[:, 2:], torch.ones(len(p), 1)], 1)[None]
        ids = face_buffer(clip, f, size, cull=False)[0][0]
        depth = torch.full((size, size), -2.0)
        hit = ids >= 0
        depth[hit] = p[f[ids[hit]], 2].amax(1)
        pix = (
            ((p[:, :2] * torch.tensor([1.0, -1.0]) + 1) * size / 2 - 0.5)
            .round()
            .long()
            .clamp(0, size - 1)
        )
        cos = (n @ w).clamp(0) * (0.7 + 0.3 * w[1])
        seen += cos * (p[:, 2] > depth[pix[:, 1], pix[:, 0]] - 0.03)
        total += cos
    return (seen / total.clamp(min=1e-6)).numpy()
