"""The whole body: skinning, inverse kinematics, seeded dances and gestures."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from scipy.ndimage import gaussian_filter1d

from ..taught.faces_in_3d import axis_angle_to_matrix, edge_table
from . import hair, paint
from .actor import Mesh, PART_OF, eye_geometry, eye_uv, eyeball
from .human import load
from .motion import BodyPerformance, perform, with_lids
from .speech import Speech, say

SIDES = ((".L", 1), (".R", -1))
CHAINS = {"arm": ("upperarm01", "lowerarm01", "wrist"), "leg": ("upperleg01", "lowerleg01", "foot")}


class BodyModel:
    """An actor's body: `pose(performance)` gives its vertices (linear blend skinning)."""

    def __init__(self, actor, device="cpu"):
        h = load()
        self.at = {b: i for i, b in enumerate(h.bones)}
        rest = h.body_mean + torch.einsum("k,kvc->vc", actor.body, h.body_basis)
        joints = h.joint_mean + torch.einsum("k,kjc->jc", actor.body, h.joint_basis)
        near = (1.6 * h.follow).clamp(max=1)[:, None]                              # the head proper is the actor's own
        rest[h.head_ids] = torch.lerp(rest[h.head_ids], joints[self.at["head"]] + actor.head, near)
        self.joints, self.parents = joints.to(device), [int(p) for p in h.parents]
        n = len(rest)
        weights, pieces = h.skin_weights, []

        def add(part, faces, uv, gloss=0.02):
            source, f = torch.unique(faces, return_inverse=True)
            pieces.append((source, f, uv(source), torch.stack([0.25 + 0.75 * h.ao[source], torch.full((len(source),), gloss), torch.zeros(len(source))], 1), PART_OF[part]))

        middle = lambda name: lambda s: paint.tile_uv(name, torch.full((len(s), 2), 0.5))  # noqa: E731
        add("skin", h.faces_skin, lambda s: paint.head_uv(h.uv[s]), 0.05)
        add("cavity", h.faces_cavity, middle("mouth"))
        for k in ("socket", "chest"):
            add("chest", getattr(h, "faces_" + k), middle("skin"))
        add("chest", h.faces_hands, middle("skin"))
        add("suit", h.faces_feet, middle("shoes"))
        group = torch.zeros(len(h.bones), dtype=torch.long)                        # torso, sleeves, forearms, legs, feet
        for b, i in self.at.items():
            group[i] = 1 if b.startswith(("upperarm", "shoulder")) else 2 if b.startswith(("lowerarm", "wrist")) else 3 if b.startswith(("upperleg", "lowerleg")) else 4 if b.startswith("foot") else 0
        share = torch.stack([weights[:, group == k].sum(1) for k in range(5)], 1)
        region = share[h.faces_suit].sum(1).argmax(1)
        hips = rest[h.faces_suit].mean(1)[:, 1] < joints[self.at["spine05"], 1] + 0.07
        region = torch.where((region == 0) & hips, 3, region)
        chest = joints[self.at["head"]]
        cylinder = lambda s: paint.tile_uv("cloth", torch.stack([0.5 + torch.atan2(rest[s, 0], rest[s, 2] - chest[2]) / (2 * np.pi),  # noqa: E731
                                                                 (chest[1] - 0.08 - rest[s, 1]) / 0.6], 1))
        short = actor.look["cloth"] in ("crew", "vneck", "stripes")
        for k, uv in ((0, cylinder), (1, middle("plain")), (2, middle("skin" if short else "plain")), (3, middle("second")), (4, middle("shoes"))):
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
        self.rest, self.weights, self.source = rest.to(device), weights.to(device), self.source.to(device)
        self.extra = torch.cat(extra).to(device)                                   # rides on the head bone
        self.expression, self.head_ids = h.expression.to(device), h.head_ids.to(device)
        self.keypoint_ids, self.keypoint_weights = h.keypoint_ids.to(device), h.keypoint_weights.to(device)
        where = {int(s): i for i, s in reversed(list(enumerate(self.source.tolist())))}
        marks = torch.tensor([where[int(i)] for i in h.landmarks])
        self.mesh = Mesh(torch.cat([rest[self.source.cpu()], joints[self.at["head"]] + self.extra.cpu()]), faces, edge_table(faces), torch.cat(parts),
                         torch.cat(uv), torch.cat(shade), torch.zeros(n), torch.zeros(52, 0, 3), marks, eyes).to(device)

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
        A = torch.cat([G.flatten(2), shift], 2)                                    # (B, 36, 12)
        M = self.weights @ A                                                       # (B, V, 12)
        skinned = (M[..., :9].unflatten(-1, (3, 3)) @ v[..., None])[..., 0] + M[..., 9:]
        head = self.at["head"]
        ride = self.extra @ G[:, head].transpose(1, 2) + P[:, head, None]
        uv = self.mesh.uv.expand(B, -1, -1).clone()
        yaw, pitch = p.gaze.unbind(1)
        zero = torch.zeros_like(yaw)
        R = axis_angle_to_matrix(torch.stack([zero, yaw, zero], 1)) @ axis_angle_to_matrix(torch.stack([-pitch, zero, zero], 1))
        for a, b, d in self.mesh.eyes:
            uv[:, a:b] = eye_uv(d @ R)
        keypoints = (skinned[:, self.keypoint_ids] * self.keypoint_weights[..., None]).sum(2)
        return torch.cat([skinned[:, self.source], ride], 1), uv, keypoints


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
    from .film import rotation_vector
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
                pole = (chest @ torch.tensor([0.45 * sign, -0.55, -0.75]))
            else:
                target = feet[:, k] - pelvis
                yaw = foot_yaw[:, k]
                pole = torch.stack([yaw.sin() + 0.12 * sign, torch.zeros(T), yaw.cos()], 1)
            elbow = two_bones(start, target, a, b, pole)
            rest_pole = torch.tensor([0.12 * sign, 0.0, 1.0] if limb == "leg" else [0.3 * sign, -0.3, -1.0])
            upper = frame_of(elbow - start, pole) @ frame_of(J[mid] - J[top], rest_pole).T
            lower = frame_of(target - elbow, pole) @ frame_of(J[end] - J[mid], rest_pole).T
            joints[:, top] = matrix_to_vector(G[:, parent].transpose(1, 2) @ upper)
            joints[:, mid] = matrix_to_vector(upper.transpose(1, 2) @ lower)
            if limb == "leg":
                flat = axis_angle_to_matrix(torch.stack([torch.zeros(T), foot_yaw[:, k], torch.zeros(T)], 1))
                joints[:, end] = matrix_to_vector(lower.transpose(1, 2) @ flat)
    return joints


# Dance moves. A move is a function of the phase of an 8-beat bar, x in 0..1 (T,), and a side (+1, -1): it returns offsets of
# pelvis (x, y, z), turn and spine (yaw, pitch, roll), hand targets and foot steps. Every bar starts and ends in the home stance.
def _bar(x, **kw):
    z = np.zeros_like(x)
    out = dict(pelvis=np.stack([z, z, z], 1), turn=z, spine=np.stack([z, z, z], 1), head=np.stack([z, z, z], 1),
               left=np.tile((0.22, -0.86, 0.22), (len(x), 1)), right=np.tile((-0.22, -0.86, 0.22), (len(x), 1)), step=np.zeros((len(x), 2, 3)))
    return out | kw


def _vec(x, y, z):
    return np.stack(np.broadcast_arrays(x, y, z), -1).astype(float)


def _ease(x):
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def _swing(x, a, b, there):
    """A step: from 0 at phase a to `there` at b, with the foot lifted on the way -> (T, 3)."""
    u = _ease((x - a) / (b - a))
    return u[:, None] * np.asarray(there, float) + _vec(0, 0.07 * np.sin(np.pi * np.clip((x - a) / (b - a), 0, 1)), 0)


def _bounce(x, beats=8):
    return -0.035 * (0.5 - 0.5 * np.cos(2 * np.pi * beats * x))


def step_touch(x, s):
    out, back = (0.30 * s, 0, 0), (-0.30 * s, 0, 0)
    lead, trail = (0, 1) if s > 0 else (1, 0)
    step = np.zeros((len(x), 2, 3))
    step[:, lead] = _swing(x, 0.02, 0.22, out) + _swing(x, 0.77, 0.97, back)
    step[:, trail] = _swing(x, 0.27, 0.47, out) + _swing(x, 0.52, 0.72, back)
    sway = 0.30 * s * (_ease((x - 0.05) / 0.35) - _ease((x - 0.6) / 0.35))
    clap = np.exp(-((x - 0.5) / 0.06) ** 2) + np.exp(-((x - 0.985) / 0.04) ** 2)
    arm = lambda k: _vec(k * (0.30 - 0.38 * clap), -0.45 + 0.1 * clap, 0.50 + 0.12 * clap)  # noqa: E731
    return _bar(x, pelvis=_vec(sway, _bounce(x), 0), spine=_vec(0, 0.15 * s * np.sin(2 * np.pi * x), 0), left=arm(1), right=arm(-1), step=step)


def sway(x, s):
    w = np.sin(4 * np.pi * x) * s
    arm = lambda k: _vec(k * 0.35 + 0.10 * w, -0.62 + 0.12 * k * w, 0.30 + 0.1 * np.cos(4 * np.pi * x))  # noqa: E731
    return _bar(x, pelvis=_vec(0.06 * w, _bounce(x), 0), spine=_vec(0, 0.2 * w, -0.12 * w), head=_vec(0, 0, 0.1 * w), left=arm(1), right=arm(-1))


def twist(x, s):
    w = np.sin(8 * np.pi * x) * s * np.sin(np.pi * x) ** 0.5
    arm = lambda k: _vec(k * 0.30, -0.35, 0.45 + 0.18 * k * w)  # noqa: E731
    return _bar(x, pelvis=_vec(0, -0.05 * np.sin(np.pi * x) + 0.4 * _bounce(x), 0), turn=0.35 * w, spine=_vec(0, -0.6 * w, 0), left=arm(1), right=arm(-1))


def arms_up(x, s):
    up = np.sin(np.pi * x) ** 0.7
    w = np.sin(6 * np.pi * x) * s
    arm = lambda k: _vec(k * 0.25 + 0.28 * w * up, -0.86 + 1.62 * up, 0.22)  # noqa: E731
    return _bar(x, pelvis=_vec(0.05 * w, _bounce(x), 0), spine=_vec(-0.06 * up, 0, -0.16 * w * up), head=_vec(-0.15 * up, 0, 0), left=arm(1), right=arm(-1))


def point(x, s):
    up = 0.5 - 0.5 * np.cos(4 * np.pi * x)
    high = _vec(s * 0.62 * up + s * 0.2 * (1 - up), -0.75 + 1.42 * up, 0.25)
    low = _vec(-s * 0.32 + 0 * x, -0.72, 0.15)
    return _bar(x, pelvis=_vec(0.05 * s * up, _bounce(x), 0), spine=_vec(0, -0.25 * s * up, -0.12 * s * up), head=_vec(-0.12 * up, 0.2 * s * up, 0),
                left=high if s > 0 else low, right=low if s > 0 else high)


def march(x, s):
    step = np.zeros((len(x), 2, 3))
    lift = lambda a: 0.20 * np.where((x > a) & (x < a + 0.2), np.sin(np.pi * (x - a) / 0.2) ** 2, 0)  # noqa: E731
    first, second = (0, 1) if s > 0 else (1, 0)
    step[:, first, 1], step[:, second, 1] = lift(0.02) + lift(0.52), lift(0.27) + lift(0.77)
    w = np.sin(4 * np.pi * x) * s
    arm = lambda k: _vec(k * 0.16, -0.72 + 0.1 * np.abs(w), 0.25 - 0.45 * k * w)  # noqa: E731
    return _bar(x, pelvis=_vec(0.045 * -w, 0.3 * _bounce(x, 4), 0), spine=_vec(0, 0.15 * w, 0), left=arm(1), right=arm(-1), step=step)


def roll(x, s):
    p = 8 * np.pi * x * s
    near = np.sin(np.pi * x) ** 0.4
    arm = lambda k, o: _vec(k * (0.22 - 0.16 * near), -0.86 + near * (0.55 + 0.14 * np.sin(p + o)), 0.22 + near * (0.28 + 0.14 * np.cos(p + o)))  # noqa: E731
    return _bar(x, pelvis=_vec(0.05 * np.sin(4 * np.pi * x), _bounce(x), 0), spine=_vec(0.1 * near, 0, 0), left=arm(1, 0), right=arm(-1, np.pi))


def lunge(x, s):
    k = 0 if s > 0 else 1
    step = np.zeros((len(x), 2, 3))
    there, back = (0.26 * s, 0, 0.20), (-0.26 * s, 0, -0.20)
    step[:, k] = _swing(x, 0.03, 0.25, there) + _swing(x, 0.72, 0.96, back)
    u = _ease((x - 0.1) / 0.2) - _ease((x - 0.68) / 0.25)
    arm = lambda j: _vec(j * (0.22 + 0.55 * u), -0.86 + 0.85 * u, 0.22 + 0.1 * u)  # noqa: E731
    return _bar(x, pelvis=_vec(0.13 * s * u, -0.09 * u + 0.5 * _bounce(x), 0.08 * u), spine=_vec(0.05 * u, 0.2 * s * u, 0), left=arm(1), right=arm(-1), step=step)


def groove(x, s):
    w = np.sin(4 * np.pi * x)
    arm = lambda k: _vec(k * 0.38, -0.35 - 0.15 * np.cos(8 * np.pi * x), 0.40 + 0.10 * k * w * s)  # noqa: E731
    return _bar(x, pelvis=_vec(0.03 * w * s, 1.3 * _bounce(x), 0), spine=_vec(0.12 * np.cos(8 * np.pi * x), 0.1 * w * s, 0), head=_vec(0.14 * np.cos(8 * np.pi * x), 0, 0),
                left=arm(1), right=arm(-1))


MOVES = dict(step_touch=step_touch, sway=sway, twist=twist, arms_up=arms_up, point=point, march=march, roll=roll, lunge=lunge, groove=groove)


def home(model):
    """Standing: height of the pelvis over the floor and the ankles' places (2, 3), floor at y = 0."""
    J, at = model.joints.cpu(), model.at
    sole = float(model.rest[:, 1].amin())
    ankle = float(J[at["foot.L"], 1]) - sole
    hip = float(J[at["upperleg01.L"], 0])
    feet = torch.tensor([[hip + 0.055, ankle, 0.0], [-hip - 0.055, ankle, 0.0]])
    feet[:, 2] = J[at["foot.L"], 2]
    return -sole - 0.035, feet


def dance(seconds=8.0, seed=0, fps=25, bpm=112, moves=None, actor=None):
    """A seeded dance of the named moves, or of a random choice of all of them, one 8-beat bar each.

    actor: whose legs the steps are fitted to; None takes actor 0. Feet never slide: they stand or they are in the air.
    Returns a BodyPerformance.
    """
    from .actor import cast
    if seconds <= 0 or not 40 <= bpm <= 240:
        raise ValueError(f"a dance lasts more than 0 seconds at 40 to 240 beats a minute, not {seconds} s at {bpm}.")
    unknown = [m for m in moves or () if m not in MOVES]
    if unknown:
        raise ValueError(f"there is no move {unknown[0]!r}; choose from {', '.join(MOVES)}.")
    model = BodyModel(actor or cast(0))
    rng = np.random.default_rng([19, int(seed)])
    T, bar = max(1, round(seconds * fps)), 8 * 60 / bpm
    t = np.arange(T) / fps
    order, names = [], list(MOVES)
    for k in range(int(np.ceil(seconds / bar)) + 1):
        fresh = [m for m in names if not order or m != order[-1][0]]
        order.append((moves[k % len(moves)] if moves else str(rng.choice(fresh)), int(rng.choice([-1, 1])), float(rng.uniform(0.85, 1.12))))
    phase = t / bar
    index = np.floor(phase).astype(int)
    rows = {}
    for k in np.unique(index):
        name, side, size = order[k]
        at = index == k
        m = MOVES[name](phase[at] - k, side)
        m["spine"], m["turn"] = m["spine"] * size, m["turn"] * size
        for key, v in m.items():
            rows.setdefault(key, []).append(v)
    m = {k: np.concatenate(v) for k, v in rows.items()}
    soft = 0.09 * fps                                                              # joins the bars; feet are left exact
    for k in ("left", "right", "spine", "head", "pelvis", "turn"):
        m[k] = gaussian_filter1d(m[k], soft if k != "pelvis" else 0.04 * fps, axis=0, mode="nearest")
    height, feet = home(model)
    f = lambda x: torch.as_tensor(np.ascontiguousarray(x), dtype=torch.float32)  # noqa: E731
    pelvis = f(m["pelvis"]) + torch.tensor([0.0, height, 0.0])
    root = f(_vec(0, m["turn"], 0))
    ankles = feet + f(m["step"])
    joints = solve(model, root, pelvis, f(m["spine"]), f(np.stack([m["left"], m["right"]], 1)), ankles, torch.zeros(T, 2) + torch.tensor([0.25, -0.25]), f(m["head"]))
    acting = perform(None, seconds=seconds + 0.1, seed=seed, fps=fps, smile=0.55)
    return BodyPerformance(acting.expression[:T], acting.gaze[:T], joints, root, pelvis - torch.tensor([0.0, height + 0.035, 0.0]), fps)


# where the hands are at the top of a gesture, in arm lengths from the shoulder: left hand; the right hand mirrors it or rests
GESTURES = {"beat_right": (None, (-0.15, -0.30, 0.50)), "beat_left": ((0.15, -0.30, 0.50), None), "beat_both": ((0.12, -0.32, 0.50), (-0.12, -0.32, 0.50)),
            "open_palms": ((0.45, -0.42, 0.42), (-0.45, -0.42, 0.42)), "to_chest": (None, (0.30, -0.30, 0.30)), "point_right": (None, (-0.50, -0.08, 0.62)),
            "big": ((0.62, -0.15, 0.35), (-0.62, -0.15, 0.35)), "together": ((-0.16, -0.40, 0.42), (0.16, -0.40, 0.42)), "raise_left": ((0.30, 0.10, 0.45), None)}


def gesture(speech, voice=None, language="en-us", seed=0, fps=25, actor=None):
    """Speak with the hands: arm gestures from a set of nine, timed to the stressed parts of the speech. Returns a BodyPerformance."""
    from .actor import cast
    if isinstance(speech, str):
        speech = say(speech, voice or "grace", language)
    if not isinstance(speech, Speech):
        raise TypeError(f"gesture needs a text or what studio.say returned, not {type(speech).__name__}.")
    model = BodyModel(actor or cast(0))
    acting = perform(speech, seed=seed, fps=fps)
    T, rng = len(acting), np.random.default_rng([23, int(seed)])
    n = int(speech.sample_rate / fps)
    loud = np.array([np.sqrt(np.mean(speech.sound[i * n:(i + 1) * n] ** 2 + 1e-12)) if i * n < len(speech.sound) else 0 for i in range(T)])
    loud = gaussian_filter1d(loud, 0.12 * fps)
    rest = np.array([[0.10, -0.66, 0.38], [-0.10, -0.66, 0.38]])
    keys, i = [(0, rest)], int(0.2 * fps)
    while i < T:
        window = loud[i:i + int(1.1 * fps)]
        peak = i + int(window.argmax())
        name = str(rng.choice(list(GESTURES)))
        pose = np.array([rest[k] if g is None else g for k, g in enumerate(GESTURES[name])], float) + rng.normal(0, 0.035, (2, 3))
        if loud[peak] > 0.35 * loud.max():
            keys += [(max(peak - int(0.12 * fps), keys[-1][0] + 1), pose + (0, 0.10, -0.02)), (max(peak, keys[-1][0] + 2), pose)]
        else:
            keys.append((max(peak, keys[-1][0] + 2), rest + rng.normal(0, 0.02, (2, 3))))
        i = max(peak, i) + int(rng.uniform(0.7, 1.3) * fps)
    when = np.array([k for k, _ in keys])
    value = np.stack([p for _, p in keys]).reshape(len(keys), 6)
    hands = np.stack([np.interp(np.arange(T), when, value[:, c]) for c in range(6)], 1)
    hands = gaussian_filter1d(hands, 0.085 * fps, axis=0, mode="nearest").reshape(T, 2, 3)
    height, feet = home(model)
    f = lambda x: torch.as_tensor(np.ascontiguousarray(x), dtype=torch.float32)  # noqa: E731
    shift = gaussian_filter1d(rng.standard_normal((T, 3)), 1.2 * fps, axis=0, mode="nearest")
    shift = shift / (np.abs(shift).max(0) + 1e-6) * (0.03, 0.004, 0.01)
    pelvis = f(shift) + torch.tensor([0.0, height + 0.028, 0.0])
    spine = f(np.stack([0.02 + 0 * shift[:, 0], shift[:, 0] * 2, -shift[:, 0]], 1))
    joints = solve(model, torch.zeros(T, 3), pelvis, spine, f(hands), feet.expand(T, 2, 3), torch.zeros(T, 2) + torch.tensor([0.25, -0.25]), acting.rotation)
    return BodyPerformance(acting.expression, acting.gaze, joints, torch.zeros(T, 3), pelvis - torch.tensor([0.0, height + 0.035, 0.0]), fps,
                           speech.sound, speech.sample_rate, speech.phonemes)


def body_still(rotation=(0, 0, 0), fps=25, actor=None):
    """One frame of standing with the arms down, the pelvis turned by a rotation vector in radians."""
    model = BodyModel(actor) if actor is not None else None
    if model is None:
        from .actor import cast
        model = BodyModel(cast(0))
    height, feet = home(model)
    root = torch.tensor([rotation], dtype=torch.float32)
    R = axis_angle_to_matrix(root)[0]
    pelvis = torch.tensor([[0.0, height, 0.0]])
    hands = torch.tensor([[[0.22, -0.90, 0.12], [-0.22, -0.90, 0.12]]])
    yaw = torch.full((1, 2), float(rotation[1]))
    joints = solve(model, root, pelvis, torch.zeros(1, 3), hands, (feet @ R.T)[None], yaw, torch.zeros(1, 3))
    gaze = torch.zeros(1, 2)
    return BodyPerformance(with_lids(torch.zeros(1, 52), gaze), gaze, joints, root, torch.tensor([[0.0, -0.035, 0.0]]), fps)
