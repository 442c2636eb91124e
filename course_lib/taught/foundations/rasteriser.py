# GENERATED from 02b_a_renderer_with_gradients.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['EMPTY', 'cross2', 'covered_mask', 'planes', 'expand', 'boxes', 'worth_drawing', 'hits', 'face_buffer', 'barycentrics',
           'Fragments', 'fragments', 'interpolate', 'shade', 'edge_blend', 'edge_table', 'Crossings', 'silhouettes',
           'along_and_across', 'pixel_number', 'antialias']

# %%
from typing import NamedTuple

import torch
import torch.nn.functional as F

from course_lib.taught.foundations.faces_in_3d import sh_basis, to_pixels, vertex_normals

# %%
def cross2(a, b, p):
    """The edge function of the edge a to b at p; each a pair (x, y) of numbers or of tensors."""
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])

# %%
def covered_mask(tri, size):
    """Which pixel centres lie in one triangle?  tri (3, 2) in pixels x, y -> bool (size, size).

    Indexed [y, x]. Either orientation; borders belong to the triangle.
    """
    u = torch.arange(size, dtype=tri.dtype, device=tri.device)
    p = (u[None, :], u[:, None])  # x (1, size) and y (size, 1)
    a, b, c = tri
    sides = torch.stack([cross2(a, b, p), cross2(b, c, p), cross2(c, a, p)])
    return (sides >= 0).all(0) | (sides <= 0).all(0)

# %%
def planes(tri, x0, y0):
    """Pixel x, y, depth of the corners (F, 3, 3) -> (9, F): a, b, c of a x + b y + c for the shares
    of the first and second corner and for the depth; x and y count from (x0, y0)."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = (tri[:, k].unbind(-1) for k in range(3))
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    ua, ub = (by - cy) / area, (cx - bx) / area
    va, vb = (cy - ay) / area, (ax - cx) / area
    uc = ua * (x0 - cx) + ub * (y0 - cy)
    vc = va * (x0 - cx) + vb * (y0 - cy)
    za = ua * (az - cz) + va * (bz - cz)
    zb = ub * (az - cz) + vb * (bz - cz)
    zc = uc * (az - cz) + vc * (bz - cz) + cz
    return torch.stack([ua, ub, uc, va, vb, vc, za, zb, zc])

# %%
def expand(n):
    """Counts n (N,) -> for N rows laid end to end: the owner of each entry, and its place in the
    owner's row."""
    owner = torch.repeat_interleave(torch.arange(len(n), device=n.device), n)
    return owner, torch.arange(len(owner), device=n.device) - (n.cumsum(0) - n)[owner]

# %%
EMPTY = 2**63 - 1  # larger than any depth and face


def boxes(tri, size):
    """Triangles (N, 3, 2 or more) in pixels -> the first pixel x, y of their boxes (N, 2), and how
    many pixels wide and high they are inside the picture (N, 2)."""
    lo = tri[..., :2].amin(1).ceil().clamp_(min=0)
    wh = (tri[..., :2].amax(1).floor().clamp_(max=size - 1) - lo + 1).clamp_(min=0)
    return lo, wh


def worth_drawing(tri, wh, in_front, cull):
    """Which triangles (N, 3, 2 or more) can be seen: face us, have pixels, are in front. (N,)"""
    ab, ac = tri[:, 1, :2] - tri[:, 0, :2], tri[:, 2, :2] - tri[:, 0, :2]
    area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]  # below 0: y points down
    facing = (area < -1e-9) if cull else (area.abs() > 1e-9)
    return in_front & facing & (wh[:, 0] * wh[:, 1] > 0)

# %%
def hits(tri, lo, wh):
    """Triangles (N, 3, 3), their boxes -> for every pixel in a triangle: the triangle's number,
    the pixel's column and row, and the depth there, each (K,)."""
    w, h = wh.long().unbind(-1)
    owner, place = expand(w * h)  # all pixels of all boxes
    j = torch.div(place, w[owner], rounding_mode="floor")
    i = place - j * w[owner]
    x, y = i.to(tri.dtype), j.to(tri.dtype)
    p = planes(tri, *lo.unbind(-1))[:, owner]
    b0, b1 = p[0] * x + p[1] * y + p[2], p[3] * x + p[4] * y + p[5]
    hit = ((b0 >= 0) & (b1 >= 0) & (b0 + b1 <= 1)).nonzero()[:, 0]
    owner = owner[hit]
    z = p[6, hit] * x[hit] + p[7, hit] * y[hit] + p[8, hit]
    x0, y0 = lo.long().unbind(-1)
    return owner, i[hit] + x0[owner], j[hit] + y0[owner], z


@torch.no_grad()
def face_buffer(clip, faces, size, cull=True):
    """Which face does each pixel see?  clip (B, V, 4), faces (F, 3) -> ids (B, size, size), -1
    where nothing is, and depth (B, size, size) in -1..1, 1 where nothing is."""
    B, n_faces = len(clip), len(faces)
    depth = clip[..., 2] / clip[..., 3]
    tri = torch.cat([to_pixels(clip, size), depth[..., None]], -1)[:, faces].flatten(0, 1)
    in_front = (clip[..., 3] > 1e-4)[:, faces].all(-1).flatten()
    lo, wh = boxes(tri, size)
    f = worth_drawing(tri, wh, in_front, cull).nonzero()[:, 0]
    owner, column, row, z = hits(tri[f], lo[f], wh[f])
    image = torch.div(f[owner], n_faces, rounding_mode="floor")
    pixel = (image * size + row) * size + column
    key = ((z.clamp(-1, 1) + 1) * (2**30 - 1)).long() << 32 | (f[owner] - image * n_faces)
    best = torch.full((B * size * size,), EMPTY, device=clip.device)
    best = best.scatter_reduce_(0, pixel, key, "amin")
    ids = torch.where(best == EMPTY, -1, best & 0xFFFFFFFF)
    nearest = (best >> 32).to(clip.dtype) / (2**30 - 1) - 1
    return ids.view(B, size, size), nearest.view(B, size, size)

# %%
def barycentrics(corners, u, v):
    """Perspective-correct shares of a triangle's corners (after Olano and Greer 1997).

    corners: three (P, 3), each focal * x, focal * y, w of clip space; u, v (P,): where the pixel
    is, -1..1, right and up -> (P, 3), rows sum to 1.
    """
    q = []
    for corner in corners:
        x, y, w = corner.unbind(-1)
        q.append((x - u * w, y - v * w))
    (x0, y0), (x1, y1), (x2, y2) = q
    e = torch.stack([x1 * y2 - y1 * x2, x2 * y0 - y2 * x0, x0 * y1 - y0 * x1], -1)
    return e / e.sum(-1, keepdim=True)

# %%
class Fragments(NamedTuple):
    """The covered pixels of B pictures, P in all: numbers (P,) of the picture, of the pixel in all
    pictures laid end to end and of the face, and the shares (P, 3) of its corners."""

    image: torch.Tensor
    pixel: torch.Tensor
    face: torch.Tensor
    bary: torch.Tensor


def fragments(clip, faces, ids):
    """clip (B, V, 4), faces (F, 3), ids (B, S, S) -> Fragments, differentiable in clip."""
    size = ids.shape[-1]
    pixel = (ids.flatten() >= 0).nonzero()[:, 0]
    face = ids.flatten()[pixel]
    image = torch.div(pixel, size * size, rounding_mode="floor")
    inside = pixel - image * size * size
    row = torch.div(inside, size, rounding_mode="floor")
    u = (2 * (inside - row * size) + 1) / size - 1
    v = 1 - (2 * row + 1) / size
    vertices = clip.flatten(0, 1)[:, [0, 1, 3]]
    first = image * clip.shape[1]
    corners = [vertices.index_select(0, first + faces[:, k][face]) for k in range(3)]
    return Fragments(image, pixel, face, barycentrics(corners, u, v))


def interpolate(attribute, faces, frag):
    """Attributes of the vertices (B, V, C) -> attributes of the fragments (P, C)."""
    flat, V = attribute.flatten(0, 1), attribute.shape[1]
    corners = faces[frag.face] + (frag.image * V)[:, None]
    return sum(flat.index_select(0, corners[:, k]) * frag.bary[:, k, None] for k in range(3))

# %%
def shade(clip, vertices, albedo, light, faces, ids, background=0.3):
    """A picture in linear light: albedo times the light on each pixel's normal (02a).

    clip (B, V, 4), vertices (B, V, 3) in view space, albedo (B or 1, V, 3), light (9, 3), faces
    (F, 3), ids (B, S, S) of `face_buffer`, background: 0..1 or a picture (S, S, 3)
    -> (B, S, S, 3).
    """
    B, size, _ = ids.shape
    frag = fragments(clip, faces, ids)
    normals = vertex_normals(vertices, faces)
    both = torch.cat([normals, albedo.expand(B, -1, -1)], -1)  # (B, V, 6)
    n, skin = interpolate(both, faces, frag).split(3, dim=1)  # (P, 3) each
    colour = skin * (sh_basis(F.normalize(n, dim=1)) @ light).clamp(min=0)
    behind = torch.as_tensor(background, device=clip.device).expand(B, size, size, 3)
    return behind.reshape(-1, 3).index_copy(0, frag.pixel, colour).view(B, size, size, 3)

# %%
def edge_blend(d):
    """How an edge at a distance d (K,), 0..1 pixel, beyond the inner pixel's middle is drawn.

    -> cuts_inner (K,) bool: whether the inner pixel's square is cut, else the outer one's; and
    share (K,): add share * (outer - inner colour) to the cut one (Laine et al. 2020, 3.4).
    """
    return d < 0.5, 0.5 - d

# %%
def edge_table(faces):
    """Every edge of a mesh once: its two vertices and its two faces, -1 for none.
    faces (F, 3) -> (E, 4)."""
    e = torch.cat([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    face = torch.arange(len(faces), device=faces.device).repeat(3)
    lo, hi = e.min(1).values, e.max(1).values
    key, order = (lo * (int(faces.max()) + 1) + hi).sort(stable=True)
    first = torch.cat([key.new_ones(1, dtype=torch.bool), key[1:] != key[:-1]])
    start = first.nonzero()[:, 0]
    count = torch.diff(torch.cat([start, start.new_tensor([len(key)])]))
    second = torch.where(count > 1, face[order[(start + 1).clamp(max=len(key) - 1)]], -1)
    return torch.stack([lo[order[start]], hi[order[start]], face[order[start]], second], 1)

# %%
class Crossings(NamedTuple):
    """Where outlines cross columns or rows of pixels, K places; each a tensor (K,)."""

    image: torch.Tensor  # number of the picture
    v0: torch.Tensor  # v0, v1: the edge's two vertices
    v1: torch.Tensor
    v2: torch.Tensor  # the third vertex of the face in front
    steep: torch.Tensor  # 0: the edge is walked column by column, 1: row by row
    at: torch.Tensor  # the number of that column or row


@torch.no_grad()
def silhouettes(xy, faces, edges, size):
    """The outlines of B meshes, xy (B, V, 2) in pixels, edges of `edge_table` -> Crossings."""
    a, b, c = (xy[:, faces[:, k]] for k in range(3))
    front = ((b - a)[..., 0] * (c - a)[..., 1] - (b - a)[..., 1] * (c - a)[..., 0]) < 0
    f0, f1 = edges[:, 2], edges[:, 3]
    differ = front[:, f0] != (front[:, f1.clamp(min=0)] & (f1 >= 0))
    image, e = differ.nonzero(as_tuple=True)
    near = torch.where(front[image, f0[e]], f0[e], f1[e])
    v0, v1 = edges[e, 0], edges[e, 1]
    v2 = faces[near].sum(1) - v0 - v1
    ends = torch.stack([xy[image, v0], xy[image, v1]])  # (2, edges, 2)
    steep = (ends[1] - ends[0]).abs().argmax(1)
    along = ends.gather(2, steep.expand(2, -1)[..., None])[..., 0]
    lo, hi = along.amin(0).ceil().clamp(min=0), along.amax(0).floor().clamp(max=size - 1)
    owner, place = expand((hi - lo + 1).clamp(min=0).long())
    walked = [x[owner] for x in (image, v0, v1, v2, steep, lo)]
    return Crossings(*walked[:5], walked[5] + place)

# %%
def along_and_across(xy, c):
    """Pixels (B, V, 2), Crossings -> for both ends and the third vertex of each crossed edge the
    coordinate that is walked along, and the other one; (3, K) each."""
    first = c.image * xy.shape[1]
    points = [xy.flatten(0, 1).index_select(0, first + v) for v in (c.v0, c.v1, c.v2)]
    steep = c.steep.expand(3, -1)[..., None]
    points = torch.stack(points)
    return points.gather(2, steep)[..., 0], points.gather(2, 1 - steep)[..., 0]


def pixel_number(c, across, size):
    """The pixels of crossings at whole numbers `across` (K,), counted through all pictures."""
    place = torch.where(c.steep == 0, across * size + c.at, c.at * size + across)
    return place.long() + c.image * size * size

# %%
def antialias(image, clip, faces, edges, depth, tolerance=2e-4):
    """Blend the pixels along outlines, differentiable in clip and image.

    image (B, S, S, C), clip (B, V, 4), edges of `edge_table`, depth of `face_buffer` ->
    (B, S, S, C). tolerance: slack in depth, 3 mm at the studio's distance; thirty times as much at
    the inner pixel, which only leaves out what lies behind the whole head. After Laine et al. 2020,
    but driven by edges in place of pairs of pixels.
    """
    B, S, _, C = image.shape
    xy = to_pixels(clip, S)
    c = silhouettes(xy, faces, edges, S)
    (s0, s1, s2), (u0, u1, u2) = along_and_across(xy, c)
    slope = (u1 - u0) / (s1 - s0)
    u = u0 + (c.at - s0) * slope  # where the edge crosses this column or row
    with torch.no_grad():
        k = u.floor()
        below = u2 < u0 + (s2 - s0) * slope  # the face lies on the side of smaller u
        z = (clip[..., 2] / clip[..., 3]).flatten()
        z0, z1 = (z[c.image * clip.shape[1] + v] for v in (c.v0, c.v1))
        z = z0 + (z1 - z0) * (c.at - s0) / (s1 - s0)
        inner, outer = torch.where(below, k, k + 1), torch.where(below, k + 1, k)
        last = B * S * S - 1
        pin, pout = (pixel_number(c, x, S).clamp(0, last) for x in (inner, outer))
        hidden = z >= depth.flatten()[pout] + tolerance
        hidden = hidden | (z >= depth.flatten()[pin] + 30 * tolerance)
        keep = ((k >= 0) & (k + 1 < S) & ~hidden).nonzero()[:, 0]
    pin, pout = pin[keep], pout[keep]
    cuts_inner, share = edge_blend((u - inner).abs()[keep])
    colour = image.reshape(-1, C)
    cut = torch.where(cuts_inner, pin, pout)
    total = colour.new_zeros(len(colour)).index_add(0, cut, share.abs())
    limit = 0.5 / total[cut].clamp(min=0.5)  # several edges in one pixel: half of it in all
    moved = (limit * share)[:, None] * (colour[pout] - colour[pin])
    return colour.index_add(0, cut, moved).view(B, S, S, C)
