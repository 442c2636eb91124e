"""Meshes: what `film` poses and draws, and the pieces that heads and bodies are made from."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import torch
import torch.nn.functional as F

from ..human import load
from ..taught.foundations.faces_in_3d import axis_angle_to_matrix
from . import paint

PARTS = (
    "background",
    "skin",
    "mouth",
    "teeth",
    "tongue",
    "eyes",
    "lashes",
    "hair",
    "clothes",
    "body skin",
)
PART_OF = dict(
    skin=1, cavity=2, socket=1, teeth=3, tongue=4, eyes=5, lashes=6, hair=7, suit=8, chest=9
)
EYE_FACES = 140  # of each baked eyeball; the person's left comes first


@dataclass
class Mesh:
    """One actor at rest: what `film` poses and draws. V vertices, F faces, E edges."""

    rest: torch.Tensor  # (V, 3) metres, origin at the head joint
    faces: torch.Tensor  # (F, 3)
    edges: torch.Tensor  # (E, 4) see taught.foundations.rasteriser.edge_table
    part: torch.Tensor  # (F,) index into PARTS
    uv: torch.Tensor  # (V, 2) atlas coordinates
    shade: torch.Tensor  # (V, 3): ambient occlusion, broad and sharp specular strength
    follow: torch.Tensor  # (V,) share of the head's rotation each vertex takes
    expression: torch.Tensor  # (52, M, 3) displacements of the first M vertices
    landmarks: torch.Tensor  # (68,) vertex numbers
    eyes: list  # per eye: (first, last + 1) vertices and unit directions (n, 3)

    def to(self, device):
        moved = {}
        for f in fields(self):
            value = getattr(self, f.name)
            if f.name == "eyes":
                moved[f.name] = [(a, b, d.to(device)) for a, b, d in value]
            else:
                moved[f.name] = value.to(device)
        return Mesh(**moved)


@dataclass
class Piece:
    """Some vertices (V) and faces (F) of one mesh, numbered from 0, with the columns of Mesh."""

    rest: torch.Tensor
    faces: torch.Tensor
    part: torch.Tensor
    uv: torch.Tensor
    shade: torch.Tensor
    follow: torch.Tensor


def piece(part, rest, faces, uv, shade, follow=None):
    """A Piece of a single part, named as in PART_OF; without `follow` it rides on the head."""
    return Piece(
        rest=rest,
        faces=faces,
        part=torch.full((len(faces),), PART_OF[part], dtype=torch.uint8),
        uv=uv,
        shade=shade,
        follow=torch.ones(len(rest)) if follow is None else follow,
    )


def join(pieces):
    """Several pieces as one, vertices and faces in the order given."""
    faces = []
    start = 0
    for p in pieces:
        faces.append(p.faces + start)
        start += len(p.rest)
    columns = ("rest", "part", "uv", "shade", "follow")
    joined = {k: torch.cat([getattr(p, k) for p in pieces]) for k in columns}
    return Piece(faces=torch.cat(faces), **joined)


def shading(ambient, broad=0.0, sharp=0.0):
    """Ambient occlusion (V,) and specular strengths, each (V,) or one number -> (V, 3)."""
    strengths = [torch.as_tensor(s, dtype=torch.float32).expand_as(ambient) for s in (broad, sharp)]
    return torch.stack([ambient, *strengths], 1)


def plain_uv(tile, n):
    """The middle of a tile of one colour, n times -> (n, 2)."""
    return paint.tile_uv(tile, torch.full((n, 2), 0.5))


def eye_geometry(head):
    """Centres (2, 3) and radii (2,) of the actor's eyeballs, the person's left first."""
    f = load().head_faces["eyes"]
    sides = [head[torch.unique(f[:EYE_FACES])], head[torch.unique(f[EYE_FACES:])]]
    centres = torch.stack([(s.amax(0) + s.amin(0)) / 2 for s in sides])
    radii = torch.stack([(s.amax(0) - s.amin(0))[:2].mean() / 2 for s in sides])
    return centres, radii


def eyeball(rings=11, spokes=20, reach=1.75):
    """The front of a unit sphere around +z -> directions (n, 3), faces (m, 3)."""
    theta = torch.linspace(0, reach, rings + 1)[1:, None]
    phi = torch.arange(spokes) * (2 * np.pi / spokes)
    d = torch.stack(
        [theta.sin() * phi.cos(), theta.sin() * phi.sin(), theta.cos().expand(rings, spokes)], -1
    ).reshape(-1, 3)
    d = torch.cat([torch.tensor([[0.0, 0.0, 1.0]]), d])
    i = torch.arange(spokes)
    j = (i + 1) % spokes
    faces = [torch.stack([torch.zeros_like(i), 1 + i, 1 + j], 1)]
    for k in range(rings - 1):
        a = 1 + k * spokes
        b = 1 + (k + 1) * spokes
        faces += [torch.stack([a + i, b + i, b + j], 1), torch.stack([a + i, b + j, a + j], 1)]
    return d, torch.cat(faces)


def eye_uv(directions):
    """Directions on the eyeball (..., 3), +z along the gaze -> atlas coordinates (..., 2)."""
    theta = torch.acos(directions[..., 2:].clamp(-1, 1))
    flat = F.normalize(directions[..., :2], dim=-1) * theta / 1.745
    return paint.tile_uv("eyes", torch.stack([flat[..., 0], -flat[..., 1]], -1) / 2 + 0.5)


def eye_pieces(head, sphere, shade, bulge=1.0):
    """Both eyes of a head (V, 3) from a sphere (directions, faces): two Pieces, the left first."""
    d, faces = sphere
    swollen = d * torch.as_tensor(bulge).expand(len(d))[:, None]
    centres, radii = eye_geometry(head)
    return [
        piece("eyes", c + swollen * r, faces, eye_uv(d), shade)
        for c, r in zip(centres, radii, strict=True)
    ]


def eye_ranges(start, directions):
    """The entries of Mesh.eyes for two eyes whose vertices follow one another from `start`."""
    n = len(directions)
    return [(start + k * n, start + (k + 1) * n, directions) for k in range(2)]


def turn_eyes(mesh, gaze):
    """Texture coordinates (B, V, 2) for gaze (B, 2): eyeballs turn, their outline stays.

    gaze: yaw (positive: to the person's left) and pitch (positive: up) in radians.
    """
    uv = mesh.uv.expand(len(gaze), -1, -1).clone()
    yaw, pitch = gaze.unbind(1)
    zero = torch.zeros_like(yaw)
    sideways = axis_angle_to_matrix(torch.stack([zero, yaw, zero], 1))
    upwards = axis_angle_to_matrix(torch.stack([-pitch, zero, zero], 1))
    R = sideways @ upwards
    for first, last, directions in mesh.eyes:
        uv[:, first:last] = eye_uv(directions @ R)
    return uv


def clip_faces(values, faces, height):
    """Cut a mesh where height (V,) reaches 0 and keep what lies below.

    values (V, C), faces (F, 3) -> new values with the cut's vertices appended, new faces.
    """
    above = height[faces] > 0
    n_above = above.sum(1)

    def cross(a, b):
        t = (height[a] / (height[a] - height[b]))[:, None]
        return values[a] + t * (values[b] - values[a])

    kept = [faces[n_above == 0]]
    new_values = [values]
    count = len(values)
    for n in (1, 2):
        f = faces[n_above == n]
        odd_one = above if n == 1 else ~above
        lone = odd_one[n_above == n].long().argmax(1)
        a, b, c = (f.gather(1, ((lone + k) % 3)[:, None])[:, 0] for k in range(3))
        new_values += [cross(a, b), cross(a, c)]
        ab = torch.arange(len(f)) + count
        ac = ab + len(f)
        count += 2 * len(f)
        if n == 1:
            kept += [torch.stack([ab, b, c], 1), torch.stack([ab, c, ac], 1)]
        else:
            kept.append(torch.stack([a, ab, ac], 1))
    return torch.cat(new_values), torch.cat(kept)
