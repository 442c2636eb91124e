# GENERATED from 02_faces_in_3d.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['MorphableModel', 'axis_angle_to_matrix', 'project', 'to_pixels', 'vertex_normals', 'sh_basis', 'cross2',
           'covered_mask', 'planes', 'expand', 'face_buffer', 'Fragments', 'fragments', 'interpolate', 'edge_table',
           'silhouettes', 'antialias']

# %%
from typing import NamedTuple

import torch
import torch.nn.functional as F

from course_lib.human import load

# %%
class MorphableModel:
    """A face as mean plus weighted directions (Blanz and Vetter 1999). V vertices in metres, origin at the head joint.

    basis (80, V, 3) and expression (52, V, 3) displacements, albedo_mean (V, 3) and albedo_basis (40, V, 3) linear RGB,
    faces (F, 3), landmarks (68,) vertex numbers. Weights alpha and beta have standard deviation 1.
    """

    def __init__(self, device="cpu"):
        h = load()
        self.mean, self.basis, self.expression = h.head_mean.to(device), h.head_basis.to(device), h.expression.to(device)
        self.albedo_mean, self.albedo_basis = h.albedo_mean.to(device), h.albedo_basis.to(device)
        self.faces, self.landmarks = h.head_faces["skin"].to(device), h.landmarks_head.to(device)

    def shape(self, alpha, delta=None):
        """alpha (B, K <= 80), delta (B, 52) or None -> vertices (B, V, 3)."""
        v = self.mean + torch.einsum("bk,kvc->bvc", alpha, self.basis[:alpha.shape[1]])
        return v if delta is None else v + torch.einsum("bk,kvc->bvc", delta, self.expression)

    def albedo(self, beta):
        """beta (B, K <= 40) -> linear RGB (B, V, 3)."""
        return self.albedo_mean + torch.einsum("bk,kvc->bvc", beta, self.albedo_basis[:beta.shape[1]])

# %%
def axis_angle_to_matrix(r):
    """Rodrigues' formula. r (..., 3) in radians -> R (..., 3, 3)."""
    angle = r.square().sum(-1, keepdim=True).add(1e-20).sqrt()[..., None]     # (..., 1, 1)
    x, y, z = (r / angle[..., 0]).unbind(-1)
    o = torch.zeros_like(x)
    K = torch.stack([o, -z, y, z, o, -x, -y, x, o], -1).unflatten(-1, (3, 3))
    return torch.eye(3, dtype=r.dtype, device=r.device) + angle.sin() * K + (1 - angle.cos()) * K @ K


def project(points, focal, near=0.05, far=20.0):
    """View space (x right, y up, looking down -z; metres) to clip space.

    points (..., V, 3), focal = focal length in half image widths -> (..., V, 4).
    """
    x, y, z = points.unbind(-1)
    w = -z
    depth = (w * (far + near) - 2 * far * near) / (far - near)
    return torch.stack([focal * x, focal * y, depth, w], -1)


def to_pixels(clip, size):
    """Clip space (..., 4) -> pixel centres (..., 2): x to the right, y down, (0, 0) is the middle of the first pixel."""
    x = (clip[..., 0] / clip[..., 3] + 1) * (size / 2) - 0.5
    y = (1 - clip[..., 1] / clip[..., 3]) * (size / 2) - 0.5
    return torch.stack([x, y], -1)

# %%
def vertex_normals(vertices, faces):
    """Area-weighted vertex normals. vertices (B, V, 3), faces (F, 3) -> (B, V, 3), length 1."""
    a, b, c = (vertices[:, faces[:, k]] for k in range(3))
    n = torch.linalg.cross(b - a, c - a)
    out = torch.zeros_like(vertices)
    for k in range(3):
        out = out.index_add(1, faces[:, k], n)
    return F.normalize(out, dim=-1)


def sh_basis(n):
    """The nine real spherical harmonics of unit vectors n (..., 3) -> (..., 9)."""
    x, y, z = n.unbind(-1)
    return torch.stack([torch.full_like(x, 0.2821), 0.4886 * y, 0.4886 * z, 0.4886 * x, 1.0925 * x * y, 1.0925 * y * z,
                        0.3154 * (3 * z * z - 1), 1.0925 * x * z, 0.5463 * (x * x - y * y)], -1)

# %%
def cross2(a, b, p):
    """The edge function of the edge a to b at p; each a pair (x, y) of numbers or of tensors."""
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])

# %%
def covered_mask(tri, size):
    """Which pixel centres lie in one triangle?  tri (3, 2) in pixels x, y -> bool (size, size), [y, x].

    Either orientation; borders belong to the triangle.
    """
    u = torch.arange(size, dtype=tri.dtype, device=tri.device)
    p = (u[None, :], u[:, None])                             # x (1, size) and y (size, 1)
    a, b, c = tri
    sides = torch.stack([cross2(a, b, p), cross2(b, c, p), cross2(c, a, p)])  # (3, size, size)
    return (sides >= 0).all(0) | (sides <= 0).all(0)

# %%
def planes(tri, x0, y0):
    """tri (F, 3, 3): pixel x, y and depth of the corners -> the planes of u, v and depth over the box at (x0, y0), (9, F)."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = (tri[:, k].unbind(-1) for k in range(3))
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    ua, ub = (by - cy) / area, (cx - bx) / area
    va, vb = (cy - ay) / area, (ax - cx) / area
    uc, vc = ua * (x0 - cx) + ub * (y0 - cy), va * (x0 - cx) + vb * (y0 - cy)
    za, zb, zc = ua * (az - cz) + va * (bz - cz), ub * (az - cz) + vb * (bz - cz), uc * (az - cz) + vc * (bz - cz) + cz
    return torch.stack([ua, ub, uc, va, vb, vc, za, zb, zc])


def expand(n):
    """Counts n (N,) -> for the N rows laid end to end: the owner of each entry and its place within the owner's row."""
    owner = torch.repeat_interleave(torch.arange(len(n), device=n.device), n)
    return owner, torch.arange(len(owner), device=n.device) - (n.cumsum(0) - n)[owner]

# %%
@torch.no_grad()
def face_buffer(clip, faces, size, cull=True):
    """Which face does each pixel see?  clip (B, V, 4), faces (F, 3) -> ids (B, size, size), -1 where
    nothing is, and depth (B, size, size) in [-1, 1], 1 where nothing is."""
    B, n_faces, dev = clip.shape[0], faces.shape[0], clip.device
    depth = clip[..., 2] / clip[..., 3]
    tri = torch.cat([to_pixels(clip, size), depth[..., None]], -1)[:, faces].flatten(0, 1)     # (B*F, 3, 3)
    in_front = (clip[..., 3] > 1e-4)[:, faces].all(-1).flatten()
    lo = tri[..., :2].amin(1).ceil().clamp_(min=0)
    wh = (tri[..., :2].amax(1).floor().clamp_(max=size - 1) - lo + 1).clamp_(min=0)            # (B*F, 2) pixels in the box
    ab, ac = tri[:, 1, :2] - tri[:, 0, :2], tri[:, 2, :2] - tri[:, 0, :2]
    area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]                                           # < 0: seen from the front
    keep = in_front & ((area < -1e-9) if cull else (area.abs() > 1e-9)) & (wh[:, 0] * wh[:, 1] > 0)
    f = keep.nonzero()[:, 0]
    if len(f) == 0:
        return torch.full((B, size, size), -1, device=dev), torch.ones((B, size, size), device=dev)
    x0, y0 = lo[f].unbind(-1)
    w, h = wh[f].long().unbind(-1)
    owner, place = expand(w * h)                                                               # all pixels of all boxes
    j = torch.div(place, w[owner], rounding_mode="floor")
    i = place - j * w[owner]
    x, y, p = i.to(clip.dtype), j.to(clip.dtype), planes(tri[f], x0, y0)[:, owner]
    u, v = p[0] * x + p[1] * y + p[2], p[3] * x + p[4] * y + p[5]
    hit = ((u >= 0) & (v >= 0) & (u + v <= 1)).nonzero()[:, 0]
    owner = owner[hit]
    z = p[6, hit] * x[hit] + p[7, hit] * y[hit] + p[8, hit]
    image = torch.div(f[owner], n_faces, rounding_mode="floor")
    pixel = image * size * size + (j[hit] + y0[owner].long()) * size + i[hit] + x0[owner].long()
    key = ((z.clamp(-1, 1) + 1) * (2**30 - 1)).long() << 32 | (f[owner] - image * n_faces)
    best = torch.full((B * size * size,), 2**63 - 1, device=dev).scatter_reduce_(0, pixel, key, "amin")
    ids = torch.where(best == 2**63 - 1, -1, best & 0xFFFFFFFF)
    return ids.view(B, size, size), ((best >> 32).to(clip.dtype) / (2**30 - 1) - 1).view(B, size, size)

# %%
class Fragments(NamedTuple):
    """The covered pixels of a batch, packed: image, pixel and face numbers (P,), barycentrics (P, 3)."""

    image: torch.Tensor
    pixel: torch.Tensor
    face: torch.Tensor
    bary: torch.Tensor


def fragments(clip, faces, ids):
    """Perspective-correct barycentrics of every covered pixel, differentiable in clip (B, V, 4)."""
    size = ids.shape[-1]
    pixel = (ids.flatten() >= 0).nonzero()[:, 0]
    face = ids.flatten()[pixel]
    image = torch.div(pixel, size * size, rounding_mode="floor")
    inside = pixel - image * size * size
    row = torch.div(inside, size, rounding_mode="floor")
    nx = (2 * (inside - row * size) + 1) / size - 1
    ny = 1 - (2 * row + 1) / size
    corner, q = clip.flatten(0, 1)[:, [0, 1, 3]], []
    for k in range(3):
        x, y, w = corner.index_select(0, image * clip.shape[1] + faces[:, k][face]).unbind(-1)
        q.append((x - nx * w, y - ny * w))
    e = torch.stack([q[1][0] * q[2][1] - q[1][1] * q[2][0], q[2][0] * q[0][1] - q[2][1] * q[0][0],
                     q[0][0] * q[1][1] - q[0][1] * q[1][0]], -1)
    return Fragments(image, pixel, face, e / e.sum(-1, keepdim=True))


def interpolate(attribute, faces, frag):
    """Attributes of the vertices (B, V, C) -> attributes of the fragments (P, C)."""
    flat, V = attribute.flatten(0, 1), attribute.shape[1]
    corners = faces[frag.face] + (frag.image * V)[:, None]
    return sum(flat.index_select(0, corners[:, k]) * frag.bary[:, k, None] for k in range(3))

# %%
def edge_table(faces):
    """Every edge of a mesh once: its two vertices and its two faces, -1 for none. faces (F, 3) -> (E, 4)."""
    e = torch.cat([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    face = torch.arange(len(faces), device=faces.device).repeat(3)
    lo, hi = e.min(1).values, e.max(1).values
    key, order = (lo * (int(faces.max()) + 1) + hi).sort(stable=True)
    first = torch.cat([key.new_ones(1, dtype=torch.bool), key[1:] != key[:-1]])
    start = first.nonzero()[:, 0]
    count = torch.diff(torch.cat([start, start.new_tensor([len(key)])]))
    second = torch.where(count > 1, face[order[(start + 1).clamp(max=len(key) - 1)]], -1)
    return torch.stack([lo[order[start]], hi[order[start]], face[order[start]], second], 1)


@torch.no_grad()
def silhouettes(xy, faces, edges, size):
    """The silhouette edges and the rows or columns of pixels they cross, one entry a crossing (K,).

    xy (B, V, 2) pixels -> image, the edge's vertices v0 and v1, the near face's third vertex, steep (0: the edge is walked
    along x, 1: along y) and m, the column or row.
    """
    a, b, c = (xy[:, faces[:, k]] for k in range(3))
    front = ((b - a)[..., 0] * (c - a)[..., 1] - (b - a)[..., 1] * (c - a)[..., 0]) < 0
    f0, f1 = edges[:, 2], edges[:, 3]
    image, e = (front[:, f0] != (front[:, f1.clamp(min=0)] & (f1 >= 0))).nonzero(as_tuple=True)
    near = torch.where(front[image, f0[e]], f0[e], f1[e])
    v0, v1 = edges[e, 0], edges[e, 1]
    p0, p1 = xy[image, v0], xy[image, v1]
    steep = (p1 - p0).abs().argmax(1)
    s = torch.stack([p0, p1]).gather(2, steep.expand(2, -1)[..., None])[..., 0]
    lo, hi = s.amin(0).ceil().clamp(min=0), s.amax(0).floor().clamp(max=size - 1)
    owner, place = expand((hi - lo + 1).clamp(min=0).long())
    return image[owner], v0[owner], v1[owner], (faces[near].sum(1) - v0 - v1)[owner], steep[owner], lo[owner] + place

# %%
def antialias(image, clip, faces, edges, depth, tolerance=2e-4):
    """Blend the pixels along silhouettes by the area each side covers, differentiable in clip and image.

    image (B, S, S, C), clip (B, V, 4), edges from `edge_table`, depth from `face_buffer` -> (B, S, S, C).
    After Laine et al. 2020, driven by edges instead of pixel pairs, so that tiny triangles do not lose it.
    """
    B, S, _, C = image.shape
    xy = to_pixels(clip, S)
    im, v0, v1, v2, steep, m = silhouettes(xy, faces, edges, S)
    at = lambda v: xy.flatten(0, 1).index_select(0, im * clip.shape[1] + v)
    pick = lambda q, k: q.gather(1, k[:, None])[:, 0]
    q0, q1, q2 = at(v0), at(v1), at(v2)
    s0, u0 = pick(q0, steep), pick(q0, 1 - steep)
    slope = (pick(q1, 1 - steep) - u0) / (pick(q1, steep) - s0)
    u = u0 + (m - s0) * slope                                            # where the edge crosses this column or row
    with torch.no_grad():
        k = u.floor()
        below = pick(q2, 1 - steep) < u0 + (pick(q2, steep) - s0) * slope  # the face lies on the side of smaller u
        z = (clip[..., 2] / clip[..., 3]).flatten()
        z0, z1 = z[im * clip.shape[1] + v0], z[im * clip.shape[1] + v1]
        z = z0 + (z1 - z0) * (m - s0) / (pick(q1, steep) - s0)
        inner, outer = torch.where(below, k, k + 1), torch.where(below, k + 1, k)
        place = lambda w: (torch.where(steep == 0, w * S + m, m * S + w).long() + im * S * S).clamp(0, B * S * S - 1)
        pin, pout, d = place(inner), place(outer), depth.flatten()
        visible = (k >= 0) & (k + 1 < S) & (z < d[pout] + tolerance) & (z < d[pin] + 30 * tolerance)
        keep = visible.nonzero()[:, 0]
    pin, pout, t = pin[keep], pout[keep], (u - inner).abs()[keep]
    colour = image.reshape(-1, C)
    target, share = torch.where(t < 0.5, pin, pout), 0.5 - t
    total = colour.new_zeros(len(colour)).index_add(0, target, share.abs())
    limit = 0.5 / total[target].clamp(min=0.5)                           # several edges in one pixel: no more than half in all
    moved = (limit * share)[:, None] * (colour[pout] - colour[pin])
    return colour.index_add(0, target, moved).view(B, S, S, C)
