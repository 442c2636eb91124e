"""The whole body: skinning and inverse kinematics."""

from __future__ import annotations

from dataclasses import replace

import torch
import torch.nn.functional as F
from kornia.geometry.conversions import rotation_matrix_to_axis_angle

from ..human import load
from ..taught.foundations.faces_in_3d import axis_angle_to_matrix
from ..taught.foundations.rasteriser import edge_table
from . import hair, swing, wardrobe
from .dressing import Bare, cover, leg_radii
from .garments import Garment
from .mesh import (
    Mesh,
    eye_pieces,
    eye_ranges,
    eyeball,
    join,
    turn_eyes,
)
from .renderer import shrink

SIDES = ((".L", 1), (".R", -1))
# the bones at whose joints COCO's points from the shoulders to the ankles lie, the left one first
COCO_BONES = ("upperarm01", "lowerarm01", "wrist", "upperleg01", "lowerleg01", "foot")
CHAINS = {"arm": ("upperarm01", "lowerarm01", "wrist"), "leg": ("upperleg01", "lowerleg01", "foot")}


def riding(actor, sphere):
    """What rides on the head bone: both eyes and the hair, as one Piece in the head's frame."""
    d, _ = sphere
    pieces = eye_pieces(actor.head, sphere, torch.tensor([0.8, 0.0, 0.5]).expand(len(d), 3))
    grown = hair.grow(actor)
    return join(pieces if grown is None else [*pieces, grown])


class BodyModel:
    """An actor's body: `pose(performance)` gives its vertices (linear blend skinning).

    mesh: the Mesh at rest. rest (N, 3): the baked vertices. joints (36, 3) metres. at: the number
    of each bone by name.
    """

    def __init__(self, actor, device="cpu"):
        h = load()
        self.at = {b: i for i, b in enumerate(h.bones)}
        self.parents = [int(p) for p in h.parents]
        rest = h.body_mean + torch.einsum("k,kvc->vc", actor.body, h.body_basis)
        joints = h.joint_mean + torch.einsum("k,kjc->jc", actor.body, h.joint_basis)
        neck = joints[self.at["head"]]
        near = (1.6 * h.follow).clamp(max=1)[:, None]  # the head proper is the actor's own
        rest[h.head_ids] = torch.lerp(rest[h.head_ids], neck + actor.head, near)
        rest[h.hand_ids] += h.hand_relaxed
        bare = Bare(rest, joints, self.at)
        rest, covers = cover(bare, actor.look)
        sources, pieces = zip(*covers)
        source = torch.cat(sources)
        sphere = eyeball(5, 12)
        extra = riding(actor, sphere)
        self.garment = tailor(actor.look, bare)
        hung = [] if self.garment is None else [self.garment.pieces()]
        whole = join([*pieces, replace(extra, rest=extra.rest + neck), *hung])
        self.mesh = body_mesh(whole, source, sphere[0]).to(device)
        self.rest = rest.to(device)
        self.joints = joints.to(device)
        self.sole = float(rest[:, 1].amin())  # metres: the floor it stands on
        self.source = source.to(device)
        self.extra = extra.rest.to(device)
        self.weights = h.skin_weights.to(device)
        self.expression = h.expression.to(device)
        self.head_ids = h.head_ids.to(device)
        self.keypoint_ids = h.keypoint_ids.to(device)
        self.keypoint_weights = h.keypoint_weights.to(device)
        self.limb_joints = [self.at[b + side] for b in COCO_BONES for side in (".L", ".R")]

    def texture(self, actor, size, camera):
        """The body's atlas, as coarse as this picture can show."""
        chest = wardrobe.SPANS["top"][1] * camera.focal / (2 * camera.distance)
        return shrink(actor.body_atlas, size, chest)

    def turn(self, performance):
        """The rotation of the whole, as vectors (B, 3) radians: the pose that the truth states."""
        return performance.root

    def skeleton(self, joints, root):
        """Rotation vectors (B, 36, 3) and (B, 3) -> rotations (B, 36, 3, 3) and positions
        (B, 36, 3) of the joints in the pelvis's frame."""
        local = axis_angle_to_matrix(joints)
        G = []
        P = []
        for j, up in enumerate(self.parents):
            if up < 0:
                G.append(axis_angle_to_matrix(root) @ local[:, j])
                P.append(self.joints[j].expand(len(root), 3))
            else:
                G.append(G[up] @ local[:, j])
                P.append(P[up] + (G[up] @ (self.joints[j] - self.joints[up])))
        return torch.stack(G, 1), torch.stack(P, 1)

    def skin(self, v, weights, G, P):
        """Linear blend skinning: vertices v (B, V, 3) at rest, weights (V, 36), rotations G and
        positions P of the joints -> vertices (B, V, 3)."""
        shift = P - (G @ self.joints[..., None])[..., 0]
        M = weights @ torch.cat([G.flatten(2), shift], 2)  # (B, V, 12)
        return (M[..., :9].unflatten(-1, (3, 3)) @ v[..., None])[..., 0] + M[..., 9:]

    def keypoints(self, p):
        """COCO's points (B, 17, 3) in metres of a BodyPerformance, pelvis at the origin, without
        posing all the rest and without expressions."""
        G, P = self.skeleton(p.joints, p.root)
        ids = self.keypoint_ids.flatten()
        v = self.rest[ids].expand(len(p), -1, -1)
        return self.points(self.skin(v, self.weights[ids], G, P).unflatten(1, (5, -1)), P)

    def points(self, face, P):
        """COCO's 17 points (B, 17, 3): nose, eyes and ears as weighted means of the vertices `face`
        (B, 5, 8, 3), shoulders to ankles at the joints P (B, 36, 3)."""
        head = (face * self.keypoint_weights[..., None]).sum(2)
        return torch.cat([head, P[:, self.limb_joints]], 1)

    def rehearse(self, performance):
        """A BodyPerformance -> the same with the way of the hem of what hangs from the waist."""
        if self.garment is None or performance.hem is not None:
            return performance
        device = self.joints.device
        G, P = self.skeleton(performance.joints.to(device), performance.root.to(device))
        P = P + performance.translation.to(device)[:, None]
        hem = swing.simulate(self.garment.hang(G, P), performance.fps, self.garment.closed)
        hem = hem - performance.translation.to(device)[:, None]
        return replace(performance, hem=hem.to(performance.joints))

    def pose(self, p):
        """A BodyPerformance of B frames -> vertices (B, V, 3), uv (B, V, 2) and COCO keypoints
        (B, 17, 3), the pelvis at the origin."""
        G, P = self.skeleton(p.joints, p.root)
        v = self.rest.expand(len(p), -1, -1)
        active = (p.expression != 0).any(0).nonzero()[:, 0]
        if len(active):
            delta = p.expression[:, active] @ self.expression[active].flatten(1)
            v = v.index_add(1, self.head_ids, delta.view(len(p), -1, 3))
        skinned = self.skin(v, self.weights, G, P)
        head = self.at["head"]
        ride = self.extra @ G[:, head].transpose(1, 2) + P[:, head, None]
        keypoints = self.points(skinned[:, self.keypoint_ids], P)
        shown = [skinned[:, self.source], ride]
        if self.garment is not None:
            rings = self.garment.rings(self.rehearse(p).hem, G, P)
            shown += [rings, self.garment.lining(rings)]
        uv = turn_eyes(self.mesh, p.gaze) / wardrobe.ATLAS
        return torch.cat(shown, 1), uv, keypoints


def tailor(look, bare):
    """What hangs from a body's waist: a Garment or None."""
    if look["garment"] == "none":
        return None
    hip, _, ankle = bare.limb("legs", ".L")
    length = look["garment_length"] * float((hip - ankle).norm())
    return Garment(look["garment"], bare.rest, bare.joints, bare.at, length, leg_radii(bare))


def body_mesh(whole, source, directions):
    """The Mesh of a body from all its Pieces joined: its covers, whose vertices are the baked ones
    in `source`, then eyes (directions: of their vertices), hair and what hangs from the waist."""
    h = load()
    place = {int(s): i for i, s in reversed(list(enumerate(source.tolist())))}
    return Mesh(
        rest=whole.rest,
        faces=whole.faces,
        edges=edge_table(whole.faces),
        part=whole.part,
        uv=whole.uv,
        shade=whole.shade,
        follow=whole.follow,
        expression=torch.zeros(len(h.names), 0, 3),
        landmarks=torch.tensor([place[int(i)] for i in h.landmarks]),
        eyes=eye_ranges(len(source), directions),
    )


def frame_of(direction, pole):
    """An orthonormal frame (..., 3, 3): first column the direction, second towards the pole."""
    x = F.normalize(direction, dim=-1)
    y = F.normalize(pole - (pole * x).sum(-1, keepdim=True) * x, dim=-1)
    return torch.stack([x, y, torch.linalg.cross(x, y)], -1)


def two_bones(start, target, a, b, pole):
    """The middle joint of a two-bone limb: start, target, pole (T, 3), lengths a, b -> (T, 3)."""
    d = target - start
    length = d.norm(dim=-1, keepdim=True).clamp(min=abs(a - b) + 1e-3)
    reach = length.clamp(max=(a + b) * 0.9995)
    cos = ((a * a + reach * reach - b * b) / (2 * a * reach)).clamp(-1, 1)
    frame = frame_of(d / length, pole)
    return start + a * (cos * frame[..., 0] + (1 - cos * cos).sqrt() * frame[..., 1])


def matrix_to_vector(R):
    """Rotation matrices (..., 3, 3) -> rotation vectors (..., 3) in radians."""
    return rotation_matrix_to_axis_angle(R.reshape(-1, 3, 3)).view(*R.shape[:-2], 3)


class Limb:
    """One arm or leg of a BodyModel at rest. limb: a key of CHAINS. k: 0 for the left, 1 for the
    right."""

    # where elbow and knee point at rest, on the left
    POLES = dict(arm=(0.3, -0.3, -1.0), leg=(0.12, 0.0, 1.0))

    def __init__(self, model, limb, k):
        side, sign = SIDES[k]
        self.top, self.mid, self.end = (model.at[b + side] for b in CHAINS[limb])
        self.parent = model.parents[self.top]
        J = model.joints.cpu()
        self.root = J[self.top] - J[self.parent]
        self.upper = J[self.mid] - J[self.top]
        self.lower = J[self.end] - J[self.mid]
        self.lengths = float(self.upper.norm()), float(self.lower.norm())
        x, y, z = self.POLES[limb]
        self.pole = torch.tensor([x * sign, y, z])

    def start(self, G, P):
        """Where shoulder or hip is, given the trunk's rotations and positions -> (T, 3)."""
        return P[:, self.parent] + (G[:, self.parent] @ self.root)

    def bend(self, joints, G, start, target, pole):
        """Write the two rotation vectors that lead from start to target (T, 3), the joint between
        them towards pole, into joints (T, 36, 3). Returns the lower bone's global rotation."""
        middle = two_bones(start, target, *self.lengths, pole)
        upper = frame_of(middle - start, pole) @ frame_of(self.upper, self.pole).T
        lower = frame_of(target - middle, pole) @ frame_of(self.lower, self.pole).T
        joints[:, self.top] = matrix_to_vector(G[:, self.parent].transpose(1, 2) @ upper)
        joints[:, self.mid] = matrix_to_vector(upper.transpose(1, 2) @ lower)
        return lower


def bend_trunk(model, spine, head):
    """Share rotation vectors of spine and head (T, 3) among their bones -> joints (T, 36, 3)."""
    joints = torch.zeros(len(spine), len(model.at), 3)
    spines = ("spine05", "spine04", "spine03", "spine02", "spine01")
    for b in spines:
        joints[:, model.at[b]] = spine / len(spines)
    for b, w in (("neck01", 0.2), ("neck02", 0.2), ("neck03", 0.2), ("head", 0.4)):
        joints[:, model.at[b]] = head * w
    return joints


def solve(model, root, pelvis, spine, hands, feet, foot_yaw, head):
    """Place pelvis, spine, hands and feet -> joint rotations (T, 36, 3).

    root (T, 3) rotation and pelvis (T, 3) position of the pelvis, spine (T, 3) rotation shared by
    the spine, hands (T, 2, 3) relative to the shoulders in arm lengths and turning with the chest,
    feet (T, 2, 3) ankle positions in the room, foot_yaw (T, 2), head (T, 3). Left comes first.
    """
    device = model.joints.device
    joints = bend_trunk(model, spine, head)
    G, P = (x.cpu() for x in model.skeleton(joints.to(device), root.to(device)))
    chest = G[:, model.at["spine01"]]
    zero = torch.zeros(len(root))
    for k, (_, sign) in enumerate(SIDES):
        arm = Limb(model, "arm", k)
        start = arm.start(G, P)
        reach = hands[:, k] * sum(arm.lengths)
        target = start + (chest @ reach[..., None])[..., 0]
        arm.bend(joints, G, start, target, chest @ torch.tensor([0.45 * sign, -0.55, -0.75]))
        leg = Limb(model, "leg", k)
        yaw = foot_yaw[:, k]
        knee = torch.stack([yaw.sin() + 0.12 * sign, zero, yaw.cos()], 1)
        shin = leg.bend(joints, G, leg.start(G, P), feet[:, k] - pelvis, knee)
        flat = axis_angle_to_matrix(torch.stack([zero, yaw, zero], 1))
        joints[:, leg.end] = matrix_to_vector(shin.transpose(1, 2) @ flat)
    return joints
