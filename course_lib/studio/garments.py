"""Clothes as shapes: how far cloth stands off the body, shoes, and what hangs from the waist."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from scipy.spatial import ConvexHull

from ..human import load
from . import swing, wardrobe
from .mesh import join, piece, shading

SPOKES = 32  # of a skirt, around the waist
RINGS = 6  # from waist to hem
GAP = 0.16  # radians to either side of the middle that an open coat leaves bare
FLARE = dict(skirt=0.30, coat=0.14)  # how far a hem hangs outwards, in lengths of the garment
PLEAT = dict(skirt=0.16, coat=0.05)  # how deep a hem's pleats are, in distances to the middle
CLEAR = 0.022  # metres between the hips and what hangs over them
WIDE = dict(thigh=0.008, knee=0.014, ankle=0.030)  # metres that trousers stand off the leg
LINING = 0.006  # metres from the outside of a garment to its inside
# the bones at whose joints the capsules of thighs and shins start and end
LIMBS = ("upperleg01", "lowerleg01"), ("lowerleg01", "foot")


def stand_off(rest, faces, distance):
    """Move the vertices of faces (F, 3) outwards by a distance (N,) in metres; rest (N, 3)."""
    a, b, c = (rest[faces[:, k]] for k in range(3))
    normal = torch.zeros_like(rest)
    across = torch.linalg.cross(b - a, c - a)
    for k in range(3):
        normal.index_add_(0, faces[:, k], across)
    normal = torch.nn.functional.normalize(normal, dim=1)
    used = torch.zeros(len(rest), dtype=torch.bool)
    used[faces.flatten()] = True
    return rest + normal * (distance * used)[:, None]


def shoes(rest, ids):
    """Faces (F, 3) of the hulls of both feet's vertices `ids` (N,), facing outwards."""
    faces = []
    for side in (1, -1):
        mine = ids[rest[ids, 0] * side > 0]
        points = rest[mine].double().numpy()
        hull = ConvexHull(points)
        corners = points[hull.simplices]
        normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        turned = (normal * hull.equations[:, :3]).sum(1) < 0
        simplices = hull.simplices.copy()
        simplices[turned] = simplices[turned][:, ::-1]
        faces.append(mine[torch.from_numpy(simplices).long()])
    return torch.cat(faces)


class Garment:
    """A skirt, or the part of a coat below the waist, on a body at rest.

    kind: "skirt" or "coat". waist, hem (n, 3): where it is sewn on and where it hangs, in the
    pelvis's frame in metres. length: metres from waist to hem. leg_radii: metres, of thigh and
    shin.
    """

    def __init__(self, kind, rest, joints, at, length, leg_radii):
        self.kind = kind
        self.closed = kind == "skirt"
        if self.closed:
            angle = torch.arange(SPOKES) * (2 * np.pi / SPOKES)
        else:
            angle = torch.linspace(GAP, 2 * np.pi - GAP, SPOKES)
        self.angle = angle
        self.out = torch.stack([angle.sin(), torch.zeros(SPOKES), angle.cos()], 1)
        hip = joints[at["upperleg01.L"], 1]
        top = hip + 0.10
        centre = torch.stack([torch.zeros(()), top, joints[at["root"], 2]])
        self.centre = centre
        self.waist = centre + (self.reach(rest, top, 0.02) - 0.012)[:, None] * self.out
        hips = self.reach(rest, hip - 0.02, 0.05)
        spread = torch.maximum(hips, self.reach(rest, top, 0.02)) + FLARE[kind] * length
        self.hem = centre + spread[:, None] * self.out - torch.tensor([0.0, length, 0.0])
        self.at = at
        self.radii = torch.tensor(leg_radii * 2) + CLEAR
        # no ring above the middle of the thigh is narrower than the hips
        share = torch.linspace(0, 1, RINGS)[:, None]
        passed = (share * length / float(top - hip)).clamp(max=1)
        least = torch.lerp(
            self.reach(rest, top, 0.02).expand(RINGS, -1), hips.expand(RINGS, -1), passed
        )
        self.least = (least * (share * length < 0.25))[..., None]

    def reach(self, rest, height, band):
        """How far the trunk and thighs reach outwards along the spokes (n,), metres."""
        h = load()
        ids = torch.unique(h.faces_suit)
        near = ids[(rest[ids, 1] - height).abs() < band]
        near = near[rest[near, 0].abs() < 0.26]
        p = rest[near] - self.centre * torch.tensor([0.0, 0.0, 1.0])
        along = p @ self.out.T  # support function of the cross-section
        return along.amax(0).clamp(min=0.08) + CLEAR

    def hang(self, G, P):
        """Rotations (T, J, 3, 3) and positions (T, J, 3) of the joints -> a swing.Hanging."""
        return swing.Hanging(
            self.follow(self.waist, G, P),
            self.follow(self.hem, G, P),
            *(
                P[:, [self.at[bone + side] for side in (".L", ".R") for bone in bones]]
                for bones in LIMBS
            ),
            self.radii.to(P),
        )

    def follow(self, points, G, P):
        """Points (n, 3) of the resting pelvis -> where they are (T, n, 3) as it moves."""
        root = self.at["root"]
        return points.to(P) @ G[:, root].transpose(1, 2) + P[:, root, None]

    def rings(self, hem, G, P):
        """The garment's vertices (B, RINGS * n, 3) for hems (B, n, 3): rings from waist to hem."""
        hanging = self.hang(G, P)
        middle = self.follow(self.centre[None], G, P)
        down = F.normalize(hem.mean(1, keepdim=True) - middle, dim=-1)
        pleat = torch.cos(self.angle * (SPOKES / 4)).to(hem)[:, None] * PLEAT[self.kind]
        share = torch.linspace(0, 1, RINGS, device=hem.device)
        ring = hanging.waist[:, None] + share[:, None, None] * (hem - hanging.waist)[:, None]
        away = ring - middle[:, None]
        away = away - (away * down[:, None]).sum(-1, keepdim=True) * down[:, None]
        far = away.norm(dim=-1, keepdim=True)
        wide = torch.maximum(far, self.least.to(hem)) * (1 + share[:, None, None] * pleat)
        ring = ring + away / far * (wide - far)
        legs = [x[:, None] for x in (hanging.starts, hanging.ends)]
        for _ in range(4):
            pushed = swing.push_out(ring, *legs, hanging.radii) - ring
            around = 0.4 * (pushed.roll(1, 2) + pushed.roll(-1, 2))  # cloth takes cloth along
            along = F.pad(pushed, (0, 0, 0, 0, 0, 1))[:, 1:] * 0.5
            ring = ring + torch.where(pushed.norm(dim=-1, keepdim=True) > 0, pushed, around + along)
        return ring.flatten(1, 2)

    def lining(self, rings):
        """The inside of a garment: its vertices (..., RINGS * n, 3) a bit nearer to its middle."""
        ring = rings.unflatten(-2, (RINGS, SPOKES))
        inwards = F.normalize(ring - ring.mean(-2, keepdim=True), dim=-1)
        return (ring - LINING * inwards).flatten(-3, -2)

    def pieces(self):
        """The outside and the lining as one Piece at rest: 2 x RINGS x n vertices."""
        n = SPOKES
        spokes = torch.arange(n if self.closed else n - 1)
        nxt = (spokes + 1) % n
        faces = []
        for k in range(RINGS - 1):
            a, b = k * n, (k + 1) * n
            faces += [
                torch.stack([a + spokes, b + spokes, b + nxt], 1),
                torch.stack([a + spokes, b + nxt, a + nxt], 1),
            ]
        faces = torch.cat(faces)
        around = 1 - (self.angle - np.pi).abs() / np.pi
        down = torch.arange(RINGS) / (RINGS - 1)
        uv = wardrobe.tile_place(
            "outer",
            torch.stack([around.expand(RINGS, n), down[:, None].expand(RINGS, n)], -1).view(-1, 2),
        )
        flat = torch.lerp(self.waist, self.hem, down[:, None, None]).view(-1, 3)
        light = torch.full((RINGS * n,), 0.95)
        outer = piece("suit", flat, faces, uv, shading(light, broad=0.015))
        inside = piece("suit", flat, faces.flip(1), uv, shading(light * 0.45))
        return join([outer, inside])
