from typing import NamedTuple

import torch
import torch.nn.functional as F


def axis_angle_to_matrix(r):
    """Rodrigues' formula. r (..., 3) in radians -> R (..., 3, 3)."""
    angle = r.square().sum(-1, keepdim=True).add(1e-20).sqrt()[..., None]  # (..., 1, 1)
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


def vertex_normals(vertices, faces):
    """Area-weighted vertex normals. vertices (B, V, 3), faces (F, 3) -> (B, V, 3), length 1."""
    a, b, c = (vertices[:, faces[:, k]] for k in range(3))
    n = torch.linalg.cross(b - a, c - a)
    out = torch.zeros_like(vertices)
    for k in range(3):
        out.index_add_(1, faces[:, k], n)
    return F.normalize(out, dim=-1)


def sh_basis(n):
    """The nine real spherical harmonics of unit vectors n (..., 3) -> (..., 9)."""
    x, y, z = n.unbind(-1)
    return torch.stack([torch.full_like(x, 0.2821), 0.4886 * y, 0.4886 * z, 0.4886 * x, 1.0925 * x * y, 1.0925 * y * z,
                        0.3154 * (3 * z * z - 1), 1.0925 * x * z, 0.5463 * (x * x - y * y)], -1)


@torch.no_grad()
def face_buffer(clip, faces, size, cull=True):
    """Which face does each pixel see?  clip (B, V, 4), faces (F, 3) -> ids (B, size, size), -1 where
    nothing is, and depth (B, size, size) in [-1, 1], 1 where nothing is."""
    B, n_faces, dev = clip.shape[0], faces.shape[0], clip.device
    xy = to_pixels(clip, size)
    depth = clip[..., 2] / clip[..., 3]
    tri = torch.cat([xy, depth[..., None]], -1)[:, faces].flatten(0, 1)          # (B*F, 3, 3)
    ok = (clip[..., 3] > 1e-4)[:, faces].all(-1).flatten()
    lo = tri[..., :2].amin(1).ceil().clamp_(min=0)
    hi = tri[..., :2].amax(1).floor().clamp_(max=size - 1)
    wh = (hi - lo + 1).clamp_(min=0)
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = (tri[:, k].unbind(-1) for k in range(3))
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)                          # < 0: counter-clockwise, y down
    keep = ok & ((area < -1e-9) if cull else (area.abs() > 1e-9)) & (wh[:, 0] * wh[:, 1] > 0)
    f = keep.nonzero()[:, 0]
    if len(f) == 0:
        return torch.full((B, size, size), -1, device=dev), torch.ones((B, size, size), device=dev)
    tri, area, lo, w, h = tri[f], area[f], lo[f], wh[f, 0].long(), wh[f, 1].long()
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = (tri[:, k].unbind(-1) for k in range(3))
    # u, v and depth are planes a*(x-x0) + b*(y-y0) + c over the face's box
    x0, y0 = lo.unbind(-1)
    ua, ub = (by - cy) / area, (cx - bx) / area
    va, vb = (cy - ay) / area, (ax - cx) / area
    uc, vc = ua * (x0 - cx) + ub * (y0 - cy), va * (x0 - cx) + vb * (y0 - cy)
    da, db, dc = ua * (az - cz) + va * (bz - cz), ub * (az - cz) + vb * (bz - cz), uc * (az - cz) + vc * (bz - cz) + cz
    planes = torch.stack([ua, ub, uc, va, vb, vc, da, db, dc], 0)
    n = w * h
    owner = torch.repeat_interleave(torch.arange(len(f), device=dev), n)
    local = torch.arange(len(owner), device=dev) - (n.cumsum(0) - n)[owner]
    wo = w[owner]
    j = torch.div(local, wo, rounding_mode="floor")
    i = local - j * wo
    x, y = i.to(clip.dtype), j.to(clip.dtype)
    p = planes[:, owner]
    u, v = p[0] * x + p[1] * y + p[2], p[3] * x + p[4] * y + p[5]
    inside = ((u >= 0) & (v >= 0) & (u + v <= 1)).nonzero()[:, 0]
    owner = owner[inside]
    d = p[6, inside] * x[inside] + p[7, inside] * y[inside] + p[8, inside]
    face = f[owner]
    image = torch.div(face, n_faces, rounding_mode="floor")
    pixel = image * size * size + (j[inside] + y0[owner].long()) * size + i[inside] + x0[owner].long()
    key = ((d.clamp(-1, 1) + 1) * (2**30 - 1)).long() << 32 | (face - image * n_faces)
    best = torch.full((B * size * size,), 2**63 - 1, dtype=torch.long, device=dev)
    best.scatter_reduce_(0, pixel, key, "amin")
    ids = torch.where(best == 2**63 - 1, -1, best & 0xFFFFFFFF)
    depth = (best >> 32).to(clip.dtype) / (2**30 - 1) - 1
    return ids.view(B, size, size), depth.view(B, size, size)


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
    corner = clip.flatten(0, 1)[:, [0, 1, 3]]
    q = []
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


def edge_table(faces):
    """Every edge of a mesh once: its two vertices and its two faces, -1 for none. faces (F, 3) -> (E, 4)."""
    e = torch.cat([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    face = torch.arange(len(faces), device=faces.device).repeat(3)
    lo, hi = e.min(1).values, e.max(1).values
    key = lo * (int(faces.max()) + 1) + hi
    key, order = key.sort(stable=True)
    first = torch.cat([key.new_ones(1, dtype=torch.bool), key[1:] != key[:-1]])
    start = first.nonzero()[:, 0]
    count = torch.diff(torch.cat([start, start.new_tensor([len(key)])]))
    second = torch.where(count > 1, face[order[(start + 1).clamp(max=len(key) - 1)]], -1)
    return torch.stack([lo[order[start]], hi[order[start]], face[order[start]], second], 1)


def antialias(image, clip, faces, edges, depth, tolerance=2e-4):
    """Blend the pixels along silhouettes by the area each side covers, differentiable in clip and image.

    image (B, S, S, C), clip (B, V, 4), edges from `edge_table`, depth from `face_buffer` -> (B, S, S, C).
    """
    B, S, _, C = image.shape
    xy = to_pixels(clip, S)
    with torch.no_grad():
        a, b, c = (xy[:, faces[:, k]] for k in range(3))
        front = ((b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])) < 0
        f0, f1 = edges[:, 2], edges[:, 3]
        silhouette = front[:, f0] != (front[:, f1.clamp(min=0)] & (f1 >= 0))
        im, e = silhouette.nonzero(as_tuple=True)
        mine = torch.where(front[im, f0[e]], f0[e], f1[e])                        # the face on the near side of the edge
        v0, v1 = edges[e, 0], edges[e, 1]
        third = faces[mine].sum(1) - v0 - v1
        p0, p1 = xy[im, v0], xy[im, v1]
        steep = (p1 - p0).abs().argmax(1)                                         # walk along x (0) or along y (1)
        s0, s1 = (p.gather(1, steep[:, None])[:, 0] for p in (p0, p1))
        lo, hi = torch.minimum(s0, s1).ceil().clamp(min=0), torch.maximum(s0, s1).floor().clamp(max=S - 1)
        n = (hi - lo + 1).clamp(min=0).long()
        owner = torch.repeat_interleave(torch.arange(len(n), device=n.device), n)
        m = lo[owner] + (torch.arange(len(owner), device=n.device) - (n.cumsum(0) - n)[owner])
        im, v0, v1, third, steep = im[owner], v0[owner], v1[owner], third[owner], steep[owner, None]
    flat = xy.flatten(0, 1)
    q0, q1, q2 = (flat.index_select(0, im * clip.shape[1] + v) for v in (v0, v1, third))
    (s0, u0), (s1, u1), (s2, u2) = ((q.gather(1, steep)[:, 0], q.gather(1, 1 - steep)[:, 0]) for q in (q0, q1, q2))
    slope = (u1 - u0) / (s1 - s0)
    u = u0 + (m - s0) * slope                                                     # where the edge crosses this row or column
    with torch.no_grad():
        k = u.floor()
        below = u2 < u0 + (s2 - s0) * slope                                       # the face lies on the side of smaller u
        zw = (clip[..., 2] / clip[..., 3]).flatten()
        z0, z1 = zw[im * clip.shape[1] + v0], zw[im * clip.shape[1] + v1]
        z = z0 + (z1 - z0) * (m - s0) / (s1 - s0)
        inner, outer = torch.where(below, k, k + 1), torch.where(below, k + 1, k)
        ok = (k >= 0) & (k + 1 < S)
        row = lambda w: torch.where(steep[:, 0] == 0, w * S + m, m * S + w).long() + im * S * S   # noqa: E731
        pin, pout = row(inner).clamp(0, B * S * S - 1), row(outer).clamp(0, B * S * S - 1)
        d = depth.flatten()
        keep = (ok & (z < d[pout] + tolerance) & (z < d[pin] + 30 * tolerance)).nonzero()[:, 0]
    pin, pout = pin[keep], pout[keep]
    t = (u - inner).abs()[keep, None]
    colour = image.reshape(-1, C)
    diff = colour[pout] - colour[pin]
    target, share = torch.where(t[:, 0] < 0.5, pin, pout), 0.5 - t
    with torch.no_grad():                                                         # several edges in one pixel: no more than half in all
        total = torch.zeros(len(colour), 1, device=share.device).index_add_(0, target, share.detach().abs())
        limit = 0.5 / total[target].clamp(min=0.5)
    return colour.index_add(0, target, limit * share * diff).view(B, S, S, C)
