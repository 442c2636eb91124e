"""The whole body: skinning and inverse kinematics."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from kornia.geometry.conversions import rotation_matrix_to_axis_angle

from ..human import load
from ..taught.foundations.faces_in_3d import axis_angle_to_matrix, edge_table
from . import hair, paint
from .mesh import (
    Mesh,
    eye_pieces,
    eye_ranges,
    eyeball,
    join,
    piece,
    plain_uv,
    shading,
    turn_eyes,
)

SIDES = ((".L", 1), (".R", -1))
CHAINS = {"arm": ("upperarm01", "lowerarm01", "wrist"), "leg": ("upperleg01", "lowerleg01", "foot")}
REGIONS = ("torso", "sleeves", "forearms", "legs", "feet")
# the region of a bone by how its name begins; all others belong to the torso
REGION_OF = dict(
    upperarm="sleeves",
    shoulder="sleeves",
    lowerarm="forearms",
    wrist="forearms",
    upperleg="legs",
    lowerleg="legs",
    foot="feet",
)
BARE_ARMS = ("crew", "vneck", "stripes")


def bone_regions(bones):
    """Names of bones (J) -> index into REGIONS (J,)."""
    prefix_of = {b: next((k for k in REGION_OF if b.startswith(k)), None) for b in bones}
    names = [REGION_OF.get(prefix_of[b], "torso") for b in bones]
    return torch.tensor([REGIONS.index(name) for name in names])


def suit_regions(rest, hips):
    """Which region each face of the suit belongs to -> (F,) index into REGIONS. rest (N, 3), hips:
    the height in metres under which the torso wears trousers."""
    h = load()
    group = bone_regions(h.bones)
    share = torch.stack([h.skin_weights[:, group == k].sum(1) for k in range(len(REGIONS))], 1)
    region = share[h.faces_suit].sum(1).argmax(1)
    low = rest[h.faces_suit].mean(1)[:, 1] < hips
    trousers = (region == REGIONS.index("torso")) & low
    return torch.where(trousers, REGIONS.index("legs"), region)


def covering(part, rest, faces, tile, gloss=0.02):
    """One part of the body's surface. faces (F, 3) number the baked vertices; tile: the name of a
    tile of one colour, or a function of vertex numbers -> uv. Returns (vertex numbers, Piece)."""
    source, f = torch.unique(faces, return_inverse=True)
    uv = plain_uv(tile, len(source)) if isinstance(tile, str) else tile(source)
    shade = shading(0.25 + 0.75 * load().ao[source], broad=gloss)
    return source, piece(part, rest[source], f, uv, shade, torch.zeros(len(source)))


def cover(actor, rest, neck, hips):
    """The skin that shows and the clothes over the rest: a list of (vertex numbers, Piece).

    rest (N, 3), neck (3,) the head joint, hips: a height, all in metres.
    """
    h = load()

    def face(source):
        return paint.head_uv(h.uv[source])

    def around(source):
        """By angle around the body and height."""
        p = rest[source]
        angle = 0.5 + torch.atan2(p[:, 0], p[:, 2] - neck[2]) / (2 * np.pi)
        return paint.tile_uv("cloth", torch.stack([angle, (neck[1] - 0.08 - p[:, 1]) / 0.6], 1))

    bare = actor.look["cloth"] in BARE_ARMS
    wear = dict(
        torso=("suit", around),
        sleeves=("suit", "plain"),
        forearms=("chest", "skin") if bare else ("suit", "plain"),
        legs=("suit", "second"),
        feet=("suit", "shoes"),
    )
    region = suit_regions(rest, hips)
    worn = [(*wear[name], h.faces_suit[region == k]) for k, name in enumerate(REGIONS)]
    return [
        covering("skin", rest, h.faces_skin, face, gloss=0.05),
        covering("cavity", rest, h.faces_cavity, "mouth"),
        covering("chest", rest, h.faces_socket, "skin"),
        covering("chest", rest, h.faces_chest, "skin"),
        covering("chest", rest, h.faces_hands, "skin"),
        covering("suit", rest, h.faces_feet, "shoes"),
        *(covering(part, rest, faces, tile) for part, tile, faces in worn),
    ]


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

    span = 0.07  # the share of the picture that the head of a whole body is wide

    def __init__(self, actor, device="cpu"):
        h = load()
        self.at = {b: i for i, b in enumerate(h.bones)}
        self.parents = [int(p) for p in h.parents]
        rest = h.body_mean + torch.einsum("k,kvc->vc", actor.body, h.body_basis)
        joints = h.joint_mean + torch.einsum("k,kjc->jc", actor.body, h.joint_basis)
        neck = joints[self.at["head"]]
        near = (1.6 * h.follow).clamp(max=1)[:, None]  # the head proper is the actor's own
        rest[h.head_ids] = torch.lerp(rest[h.head_ids], neck + actor.head, near)
        sources, covers = zip(*cover(actor, rest, neck, joints[self.at["spine05"], 1] + 0.07))
        source = torch.cat(sources)
        sphere = eyeball(5, 12)
        extra = riding(actor, sphere)
        self.mesh = body_mesh(covers, source, extra, neck, sphere[0]).to(device)
        self.rest = rest.to(device)
        self.joints = joints.to(device)
        self.source = source.to(device)
        self.extra = extra.rest.to(device)
        self.weights = h.skin_weights.to(device)
        self.expression = h.expression.to(device)
        self.head_ids = h.head_ids.to(device)
        self.keypoint_ids = h.keypoint_ids.to(device)
        self.keypoint_weights = h.keypoint_weights.to(device)

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

    def pose(self, p):
        """A BodyPerformance of B frames -> vertices (B, V, 3), uv (B, V, 2) and COCO keypoints
        (B, 17, 3), the pelvis at the origin."""
        B = len(p)
        G, P = self.skeleton(p.joints, p.root)
        v = self.rest.expand(B, -1, -1)
        active = (p.expression != 0).any(0).nonzero()[:, 0]
        if len(active):
            delta = (p.expression[:, active] @ self.expression[active].flatten(1)).view(B, -1, 3)
            v = v.index_add(1, self.head_ids, delta)
        shift = P - (G @ self.joints[..., None])[..., 0]
        A = torch.cat([G.flatten(2), shift], 2)  # (B, 36, 12)
        M = self.weights @ A  # (B, V, 12)
        skinned = (M[..., :9].unflatten(-1, (3, 3)) @ v[..., None])[..., 0] + M[..., 9:]
        head = self.at["head"]
        ride = self.extra @ G[:, head].transpose(1, 2) + P[:, head, None]
        keypoints = (skinned[:, self.keypoint_ids] * self.keypoint_weights[..., None]).sum(2)
        vertices = torch.cat([skinned[:, self.source], ride], 1)
        return vertices, turn_eyes(self.mesh, p.gaze), keypoints


def body_mesh(covers, source, extra, neck, directions):
    """The Mesh of a body: its covers (Pieces of the baked vertices `source`), and the Piece that
    rides on the head, moved to the neck."""
    h = load()
    whole = join([*covers, extra])
    start = len(source)
    whole.rest[start:] += neck
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
        eyes=eye_ranges(start, directions),
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
