"""The whole body: skinning and inverse kinematics."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from ..human import load
from ..taught.foundations.faces_in_3d import axis_angle_to_matrix, edge_table
from . import hair, paint
from .actor import PART_OF, Mesh, eye_geometry, eye_uv, eyeball
from .film import look, rotation_vector

SIDES = ((".L", 1), (".R", -1))
CHAINS = {"arm": ("upperarm01", "lowerarm01", "wrist"), "leg": ("upperleg01", "lowerleg01", "foot")}


class BodyModel:
    """An actor's body: `pose(performance)` gives its vertices (linear blend skinning)."""

    def __init__(self, actor, device="cpu"):
        h = load()
        self.at = {b: i for i, b in enumerate(h.bones)}
        rest = h.body_mean + torch.einsum("k,kvc->vc", actor.body, h.body_basis)
        joints = h.joint_mean + torch.einsum("k,kjc->jc", actor.body, h.joint_basis)
        near = (1.6 * h.follow).clamp(max=1)[:, None]  # the head proper is the actor's own
        rest[h.head_ids] = torch.lerp(rest[h.head_ids], joints[self.at["head"]] + actor.head, near)
        self.joints, self.parents = joints.to(device), [int(p) for p in h.parents]
        n = len(rest)
        weights, pieces = h.skin_weights, []

        def add(part, faces, uv, gloss=0.02):
            source, f = torch.unique(faces, return_inverse=True)
            pieces.append(
                (
                    source,
                    f,
                    uv(source),
                    torch.stack(
                        [
                            0.25 + 0.75 * h.ao[source],
                            torch.full((len(source),), gloss),
                            torch.zeros(len(source)),
                        ],
                        1,
                    ),
                    PART_OF[part],
                )
            )

        middle = lambda name: lambda s: paint.tile_uv(name, torch.full((len(s), 2), 0.5))
        add("skin", h.faces_skin, lambda s: paint.head_uv(h.uv[s]), 0.05)
        add("cavity", h.faces_cavity, middle("mouth"))
        for k in ("socket", "chest"):
            add("chest", getattr(h, "faces_" + k), middle("skin"))
        add("chest", h.faces_hands, middle("skin"))
        add("suit", h.faces_feet, middle("shoes"))
        group = torch.zeros(len(h.bones), dtype=torch.long)  # torso, sleeves, forearms, legs, feet
        for b, i in self.at.items():
            group[i] = (
                1
                if b.startswith(("upperarm", "shoulder"))
                else 2
                if b.startswith(("lowerarm", "wrist"))
                else 3
                if b.startswith(("upperleg", "lowerleg"))
                else 4
                if b.startswith("foot")
                else 0
            )
        share = torch.stack([weights[:, group == k].sum(1) for k in range(5)], 1)
        region = share[h.faces_suit].sum(1).argmax(1)
        hips = rest[h.faces_suit].mean(1)[:, 1] < joints[self.at["spine05"], 1] + 0.07
        region = torch.where((region == 0) & hips, 3, region)
        chest = joints[self.at["head"]]
        cylinder = lambda s: paint.tile_uv(
            "cloth",
            torch.stack(
                [
                    0.5 + torch.atan2(rest[s, 0], rest[s, 2] - chest[2]) / (2 * np.pi),
                    (chest[1] - 0.08 - rest[s, 1]) / 0.6,
                ],
                1,
            ),
        )
        short = actor.look["cloth"] in ("crew", "vneck", "stripes")
        for k, uv in (
            (0, cylinder),
            (1, middle("plain")),
            (2, middle("skin" if short else "plain")),
            (3, middle("second")),
            (4, middle("shoes")),
        ):
            add("chest" if k == 2 and short else "suit", h.faces_suit[region == k], uv)
        self.source = torch.cat([p[0] for p in pieces])
        offset = np.cumsum([0] + [len(p[0]) for p in pieces])
        faces = [p[1] + int(o) for p, o in zip(pieces, offset, strict=False)]
        parts = [torch.full((len(p[1]),), p[4], dtype=torch.uint8) for p in pieces]
        uv, shade = [p[2] for p in pieces], [p[3] for p in pieces]
        extra, start, eyes = [], int(offset[-1]), []
        centres, radii = eye_geometry(actor.head)
        d, f = eyeball(5, 12)
        for c, r in zip(centres, radii, strict=True):
            extra.append(c + d * r)
            uv.append(eye_uv(d))
            shade.append(torch.tensor([0.8, 0.0, 0.5]).expand(len(d), 3))
            faces.append(f + start)
            parts.append(torch.full((len(f),), PART_OF["eyes"], dtype=torch.uint8))
            eyes.append((start, start + len(d), d.to(device)))
            start += len(d)
        grown = hair.grow(actor)
        if grown is not None:
            extra.append(grown["rest"])
            uv.append(grown["uv"])
            shade.append(grown["shade"])
            faces.append(grown["faces"] + start)
            parts.append(torch.full((len(grown["faces"]),), PART_OF["hair"], dtype=torch.uint8))
        faces = torch.cat(faces)
        self.rest, self.weights, self.source = (
            rest.to(device),
            weights.to(device),
            self.source.to(device),
        )
        self.extra = torch.cat(extra).to(device)  # rides on the head bone
        self.expression, self.head_ids = h.expression.to(device), h.head_ids.to(device)
        self.keypoint_ids, self.keypoint_weights = (
            h.keypoint_ids.to(device),
            h.keypoint_weights.to(device),
        )
        where = {int(s): i for i, s in reversed(list(enumerate(self.source.tolist())))}
        marks = torch.tensor([where[int(i)] for i in h.landmarks])
        self.mesh = Mesh(
            torch.cat([rest[self.source.cpu()], joints[self.at["head"]] + self.extra.cpu()]),
            faces,
            edge_table(faces),
            torch.cat(parts),
            torch.cat(uv),
            torch.cat(shade),
            torch.zeros(n),
            torch.zeros(52, 0, 3),
            marks,
            eyes,
        ).to(device)

    def skeleton(self, joints, root):
        """Rotation vectors (B, 36, 3) and (B, 3) -> global rotations (B, 36, 3, 3) and joint positions (B, 36, 3)."""
        local = axis_angle_to_matrix(joints)
        G, P = [], []
        for j, up in enumerate(self.parents):
            if up < 0:
                G.append(axis_angle_to_matrix(root) @ local[:, j])
                P.append(self.joints[j].expand(len(root), 3))
            else:
                G.append(G[up] @ local[:, j])
                P.append(P[up] + (G[up] @ (self.joints[j] - self.joints[up])))
        return torch.stack(G, 1), torch.stack(P, 1)

    def pose(self, p):
        """A BodyPerformance of B frames -> vertices (B, V, 3), uv (B, V, 2), COCO keypoints (B, 17, 3); pelvis at the origin."""
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
        return torch.cat([skinned[:, self.source], ride], 1), look(self.mesh, p.gaze), keypoints


def frame_of(direction, pole):
    """An orthonormal frame (..., 3, 3) whose first column is the direction and whose second lies towards the pole."""
    x = F.normalize(direction, dim=-1)
    y = F.normalize(pole - (pole * x).sum(-1, keepdim=True) * x, dim=-1)
    return torch.stack([x, y, torch.linalg.cross(x, y)], -1)


def two_bones(start, target, a, b, pole):
    """The middle joint of a two-bone limb: start, target, pole (T, 3), lengths a, b -> elbow or knee (T, 3)."""
    d = target - start
    length = d.norm(dim=-1, keepdim=True).clamp(min=abs(a - b) + 1e-3)
    reach = length.clamp(max=(a + b) * 0.9995)
    cos = ((a * a + reach * reach - b * b) / (2 * a * reach)).clamp(-1, 1)
    frame = frame_of(d / length, pole)
    return start + a * (cos * frame[..., 0] + (1 - cos * cos).sqrt() * frame[..., 1])


def matrix_to_vector(R):
    return rotation_vector(R.reshape(-1, 3, 3)).view(*R.shape[:-2], 3)


def solve(model, root, pelvis, spine, hands, feet, foot_yaw, head):
    """Place pelvis, spine, hands and feet -> joint rotations (T, 36, 3).

    root (T, 3) rotation and pelvis (T, 3) position of the pelvis, spine (T, 3) rotation shared by the spine, hands (T, 2, 3)
    relative to the shoulders in arm lengths and turning with the chest, feet (T, 2, 3) ankle positions in the room,
    foot_yaw (T, 2), head (T, 3). Left comes first.
    """
    T, at, J = len(root), model.at, model.joints.cpu()
    joints = torch.zeros(T, len(at), 3)
    spines = ("spine05", "spine04", "spine03", "spine02", "spine01")
    for b in spines:
        joints[:, at[b]] = spine / len(spines)
    for b, w in (("neck01", 0.2), ("neck02", 0.2), ("neck03", 0.2), ("head", 0.4)):
        joints[:, at[b]] = head * w
    G, P = model.skeleton(joints.to(model.joints.device), root.to(model.joints.device))
    G, P = G.cpu(), P.cpu()
    for limb in CHAINS:
        for k, (side, sign) in enumerate(SIDES):
            top, mid, end = (at[b + side] for b in CHAINS[limb])
            parent = model.parents[top]
            a, b = float((J[mid] - J[top]).norm()), float((J[end] - J[mid]).norm())
            start = P[:, parent] + (G[:, parent] @ (J[top] - J[parent]))
            if limb == "arm":
                chest = G[:, at["spine01"]]
                target = start + (chest @ (hands[:, k] * (a + b))[..., None])[..., 0]
                pole = chest @ torch.tensor([0.45 * sign, -0.55, -0.75])
            else:
                target = feet[:, k] - pelvis
                yaw = foot_yaw[:, k]
                pole = torch.stack([yaw.sin() + 0.12 * sign, torch.zeros(T), yaw.cos()], 1)
            elbow = two_bones(start, target, a, b, pole)
            rest_pole = torch.tensor(
                [0.12 * sign, 0.0, 1.0] if limb == "leg" else [0.3 * sign, -0.3, -1.0]
            )
            upper = frame_of(elbow - start, pole) @ frame_of(J[mid] - J[top], rest_pole).T
            lower = frame_of(target - elbow, pole) @ frame_of(J[end] - J[mid], rest_pole).T
            joints[:, top] = matrix_to_vector(G[:, parent].transpose(1, 2) @ upper)
            joints[:, mid] = matrix_to_vector(upper.transpose(1, 2) @ lower)
            if limb == "leg":
                flat = axis_angle_to_matrix(
                    torch.stack([torch.zeros(T), foot_yaw[:, k], torch.zeros(T)], 1)
                )
                joints[:, end] = matrix_to_vector(lower.transpose(1, 2) @ flat)
    return joints
