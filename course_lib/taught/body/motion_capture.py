# GENERATED from 24b_in_space.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['HIPS', 'SHOULDERS', 'LIMB_BONES', 'TRUNK', 'BENT', 'TRUNK_BENT', 'SHAKE', 'FAST', 'HEAVY', 'middle', 'pose_points',
           'forward_kinematics', 'Rig', 'project', 'rays_of', 'spread_of', 'normalise', 'LiftBlock', 'Lifter',
           'lift_step', 'fit_lifter', 'lift_rays', 'mean_of', 'ik_step', 'Capture', 'reach_of', 'sized', 'facing',
           'ik_energy', 'fit_turns', 'way_of', 'fit_skeleton', 'retarget', 'performed', 'write_bvh']

# %%
import copy
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from course_lib import media, studio, train
from course_lib.studio.body import BodyModel, matrix_to_vector
from course_lib.taught.foundations.faces_in_3d import axis_angle_to_matrix
from course_lib.taught.foundations.finding_faces import one_euro
from course_lib.taught.foundations.finding_poses import ARMS, LEGS, MIRROR

# %%
HIPS, SHOULDERS = [11, 12], [5, 6]


def middle(points, joints=HIPS):
    """The middle of two joints: (T, 17, d) -> (T, 1, d)."""
    return points[:, joints].mean(1, keepdim=True)


def pose_points(seeds, shots, title="posing"):
    """`shots` unrelated poses of each actor as a camera sees them -> (N, 17, 3) metres in view
    space: x to the right, y up, the camera at the origin looking down -z."""
    out = []
    for i in train.steps(len(seeds), title):
        rng = np.random.default_rng([124, int(seeds[i])])
        actor = studio.cast(int(seeds[i]))
        performance = studio.strike(shots, int(seeds[i]) + 7, actor, facing=0.55)
        points = BodyModel(actor).keypoints(performance)
        tilt = torch.tensor(rng.normal((0.05, 0, 0), (0.12, 0, 0), (shots, 3))).float()
        seen = (points - middle(points)) @ axis_angle_to_matrix(tilt).mT
        place = rng.normal(0, (0.25, 0.08, 0), (shots, 3))
        place[:, 2] = -np.exp(rng.uniform(np.log(2.5), np.log(6.0), shots))  # metres
        out.append(seen + torch.tensor(place).float()[:, None])
    return torch.cat(out)

# %%
def forward_kinematics(rotations, parents, rest):
    """Rotations (T, J, 3, 3) of the joints, each against the one above it -> G (T, J, 3, 3) and
    P (T, J, 3), rotation and place in space. parents: J numbers, -1 for the root; rest (J, 3)."""
    G, P = [], []
    for j, up in enumerate(parents):
        if up < 0:
            G.append(rotations[:, j])
            P.append(rest[j].expand(len(rotations), 3))
        else:
            G.append(G[up] @ rotations[:, j])
            P.append(P[up] + G[up] @ (rest[j] - rest[up]))
    return torch.stack(G, 1), torch.stack(P, 1)

# %%
LIMB_BONES = ("clavicle", "upperarm01", "lowerarm01", "upperleg01", "lowerleg01")
TRUNK = ("spine", "neck", "head")  # nine joints, which share a bend
BENT, TRUNK_BENT = 0.01, 0.2  # square metres a square radian: what a bent joint costs


class Rig:
    """An actor's skeleton: parents, rest (36, 3) metres, and where COCO's points are on it."""

    def __init__(self, actor, device="cpu"):
        model = BodyModel(actor, device)
        self.parents, self.rest, self.at = model.parents, model.joints, model.at
        self.limbs = model.limb_joints
        face = (model.rest[model.keypoint_ids] * model.keypoint_weights[..., None]).sum(1)
        self.face = face - self.rest[self.at["head"]]  # (5, 3)
        limbs = [BENT * name.startswith(LIMB_BONES) for name in self.at]
        trunk = [TRUNK_BENT * name.startswith(TRUNK) for name in self.at]
        self.price = torch.tensor([limbs, trunk], device=device).sum(0)[:, None]  # (36, 1)
        self.free = (self.price > 0).float()  # 1 where a capture may turn a joint
        self.feet = [self.at["foot.L"], self.at["foot.R"]]
        self.leg = float((self.rest[self.at["upperleg01.L"]] - self.rest[self.feet[0]]).norm())
        self.ankle = float(self.rest[self.feet[0], 1]) - model.sole  # height over the floor, metres

    def joints(self, turns, root):
        """Rotation vectors (T, 36, 3) and (T, 3) of the whole -> G and P of all joints."""
        R = axis_angle_to_matrix(turns)
        first = axis_angle_to_matrix(root) @ R[:, 0]
        return forward_kinematics(torch.cat([first[:, None], R[:, 1:]], 1), self.parents, self.rest)

    def points(self, turns, root, move):
        """The same, moved by `move` (T, 3) metres -> COCO's points (T, 17, 3)."""
        G, P = self.joints(turns, root)
        head = self.at["head"]
        face = P[:, head, None] + self.face @ G[:, head].mT
        return torch.cat([face, P[:, self.limbs]], 1) + move[:, None]

# %%
def project(points):
    """View space (..., 3) -> directions (X/-Z, Y/-Z) as (..., 2); multiply by a focal length for a
    picture."""
    return points[..., :2] / -points[..., 2:]


def rays_of(pixels, size, focal):
    """Pixels (T, 17, 2) of square pictures `size` wide -> directions (T, 17, 2). focal: in half
    pictures, as in studio.Camera."""
    x, y = torch.as_tensor(np.asarray(pixels), dtype=torch.float32).unbind(-1)
    right = (x + 0.5) / size * 2 - 1
    up = 1 - (y + 0.5) / size * 2
    return torch.stack([right, up], -1) / focal


def spread_of(rays):
    """Root mean square distance of the joints from the hips' middle, (T, 1, 1)."""
    off = rays - middle(rays)
    return off.square().sum(-1).mean(-1).sqrt()[:, None, None].clamp(min=1e-6)


def normalise(rays):
    """Directions (T, 17, 2) -> the same from the hips' middle, with a spread of one."""
    return (rays - middle(rays)) / spread_of(rays)

# %%
class LiftBlock(nn.Module):
    """Two layers and a way past them: (B, width) -> (B, width) (Martinez et al. 2017, fig. 1)."""

    def __init__(self, width, drop=0.1):
        super().__init__()
        layers = []
        for _ in range(2):
            layers += [nn.Linear(width, width), nn.BatchNorm1d(width)]
            layers += [nn.ReLU(), nn.Dropout(drop)]
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.layers(x)

# %%
class Lifter(nn.Module):
    """Directions (B, 17, 2) -> points (B, 17, 3) in metres around the hips' middle."""

    def __init__(self, width=256, blocks=2):
        super().__init__()
        self.first = nn.Sequential(nn.Linear(34, width), nn.BatchNorm1d(width), nn.ReLU())
        self.blocks = nn.Sequential(*(LiftBlock(width) for _ in range(blocks)))
        self.last = nn.Linear(width, 51)

    def forward(self, rays):
        x = self.first(normalise(rays).flatten(1))  # (B, width)
        return self.last(self.blocks(x)).view(-1, 17, 3)

# %%
SHAKE = 0.04  # of a figure's spread: the largest noise at training


def lift_step(net, points, shake):
    """Mean distance in metres of lifted points: points (B, 17, 3) in view space, shake (B, 17, 2)
    noise in spreads; a scalar."""
    rays = project(points)
    rays = rays + spread_of(rays) * shake
    return (net(rays) - (points - middle(points))).norm(dim=-1).mean()


def fit_lifter(net, poses, steps, batch=256, rate=3e-3, seed=0, title="lifter", **kept):
    """Train a Lifter on poses (N, 17, 3) in view space -> it, ready for use, and its losses."""
    optimizer = torch.optim.AdamW(net.parameters(), rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    net, optimizer, run = train.setup(net, optimizer)
    poses = poses.to(run.device)
    g = run.generator(seed)
    losses = []
    for _ in train.steps(steps, title, **kept):
        points = poses[torch.randint(len(poses), (batch,), generator=g, device=g.device)]
        how = SHAKE * torch.rand(batch, 1, 1, generator=g, device=g.device)
        noise = torch.randn(batch, 17, 2, generator=g, device=g.device)
        loss = lift_step(net, points, how * noise)
        optimizer.zero_grad()
        run.backward(loss)
        optimizer.step()
        schedule.step()
        losses.append(run.reduce(loss).item())
    return net.eval(), losses

# %%
@torch.inference_mode()
def lift_rays(net, rays):
    """Directions (T, 17, 2) -> points (T, 17, 3) on the CPU, the hips' middle at the origin."""
    points = net(rays.to(next(net.parameters()).device)).cpu()
    return points - middle(points)

# %%
def mean_of(tracks, frames=7):
    """Tracks (T, ...) averaged over an odd number of frames around each; ends are repeated."""
    tracks = torch.as_tensor(tracks)
    first, last = [tracks[:1]] * (frames // 2), [tracks[-1:]] * (frames // 2)
    return torch.cat([*first, tracks, *last]).unfold(0, frames, 1).mean(-1)

# %%
def ik_step(parts, speeds, energy, rate, keep=0.9):
    """One step of gradient descent with momentum.

    parts, speeds: lists of tensors of equal shapes; energy(*parts) -> scalar -> new parts, new
    speeds, and the energy before the step, a float.
    """
    copies = [p.detach().requires_grad_() for p in parts]
    value = energy(*copies)
    slopes = torch.autograd.grad(value, copies)
    speeds = [keep * v - rate * slope for v, slope in zip(speeds, slopes)]
    return [p.detach() + v for p, v in zip(parts, speeds)], speeds, value.item()

# %%
@dataclass
class Capture:
    """A captured motion on a Rig: turns (T, 36, 3) and root (T, 3) as rotation vectors, way (T, 3)
    of the hips in metres: x to the right, y up, -z into the picture."""

    rig: Rig
    turns: torch.Tensor
    root: torch.Tensor
    way: torch.Tensor
    fps: float = 25

    def points(self):
        """COCO's points (T, 17, 3)."""
        return self.rig.points(self.turns, self.root, self.way)

    def feet(self):
        """Both ankles (T, 2, 3)."""
        _, P = self.rig.joints(self.turns, self.root)
        return P[:, self.rig.feet] + self.way[:, None]


def reach_of(points):
    """The lengths of both arms and legs together, mean over frames: points (T, 17, 3) -> metres."""
    return sum((points[:, a] - points[:, b]).norm(dim=1).mean() for a, b in ARMS + LEGS).item()


def sized(rig, lifted):
    """A Rig as large as lifted points (T, 17, 3) -> a new Rig."""
    new, still = copy.copy(rig), torch.zeros(1, 3)
    factor = reach_of(lifted) / reach_of(rig.points(torch.zeros(1, 36, 3), still, still))
    new.rest, new.face = factor * rig.rest, factor * rig.face
    new.leg, new.ankle = factor * rig.leg, factor * rig.ankle
    return new

# %%
def facing(points):
    """How a trunk is turned: points (T, 17, 3) -> rotation matrices (T, 3, 3)."""
    across = F.normalize(points[:, 11] - points[:, 12], dim=-1)
    up = (middle(points, SHOULDERS) - middle(points))[:, 0]
    ahead = F.normalize(torch.linalg.cross(across, up), dim=-1)
    return torch.stack([across, torch.linalg.cross(ahead, across), ahead], -1)


FAST = 1.0  # square metres a square radian: the price of turning from frame to frame


def ik_energy(rig, targets):
    """The energy of `ik_step` for targets (T, 17, 3): a function of turns, root and move."""

    def energy(turns, root, move):
        turns = turns * rig.free
        off = (rig.points(turns, root, move) - targets).square().sum()
        bent = (rig.price * turns.square()).sum()
        fast = turns.diff(dim=0).square().sum() + root.diff(dim=0).square().sum()
        return off + bent + FAST * fast

    return energy


def fit_turns(rig, lifted, steps=200, rate=0.02):
    """Turns (T, 36, 3) and root (T, 3) of a rig whose points follow lifted ones (T, 17, 3), and the
    energies a frame."""
    T = len(lifted)
    energy = ik_energy(rig, lifted)
    parts = [lifted.new_zeros(T, 36, 3), matrix_to_vector(facing(lifted)), lifted.new_zeros(T, 3)]
    speeds = [torch.zeros_like(p) for p in parts]
    energies = []
    for _ in range(steps):
        parts, speeds, value = ik_step(parts, speeds, energy, rate)
        energies.append(value / T)
    return parts[0] * rig.free, parts[1], energies

# %%
def way_of(rays, points):
    """Where the hips' middle is in view space (T, 3): the shift with which points (T, 17, 3), hips
    at the origin, are seen along rays (T, 17, 2), by least squares."""
    T = len(points)
    A = points.new_zeros(T, 17, 2, 3)
    A[..., 0, 0] = A[..., 1, 1] = 1
    A[..., 2] = rays
    b = -points[..., :2] - rays * points[..., 2:]
    return torch.linalg.lstsq(A.flatten(1, 2), b.reshape(T, 34, 1)).solution[..., 0]


HEAVY = 15  # frames: hips are heavy, their way is averaged over so many (tuned on four)


def fit_skeleton(rig, lifted, rays, fps=25):
    """Capture lifted points (T, 17, 3), hips at the origin, that were seen along rays (T, 17, 2)
    -> Capture on a rig of their size."""
    rig = sized(rig, lifted)
    turns, root, _ = fit_turns(rig, lifted)
    points = rig.points(turns, root, lifted.new_zeros(len(lifted), 3))
    way = way_of(rays, points - middle(points))
    return Capture(rig, turns, root, mean_of(way, HEAVY), fps)

# %%
def retarget(capture, other):
    """The same motion on another Rig -> Capture: turns and root are kept, the way through the room
    is scaled by the legs' ratio and starts at x = z = 0, the lower foot stands on the floor, y = 0.
    """
    _, P = other.joints(capture.turns, capture.root)
    way = (capture.way - capture.way[:1]) * (other.leg / capture.rig.leg)
    way[:, 1] = other.ankle - P[:, other.feet, 1].amin(1)
    return Capture(other, capture.turns, capture.root, way, capture.fps)

# %%
def performed(capture):
    """A Capture as a studio performance of its rig's owner, with soles kept level."""
    rig = capture.rig
    turns = capture.turns.clone()
    G, _ = rig.joints(capture.turns, capture.root)
    yaw = torch.atan2(G[:, 0, 0, 2], G[:, 0, 2, 2])
    level = axis_angle_to_matrix(torch.stack([0 * yaw, yaw, 0 * yaw], 1))
    for foot in rig.feet:
        turns[:, foot] = matrix_to_vector(G[:, rig.parents[foot]].mT @ level)
    floor = torch.tensor([0.0, rig.ankle - float(rig.rest[rig.feet[0], 1]), 0.0])
    quiet = yaw.new_zeros(len(yaw), 52), yaw.new_zeros(len(yaw), 2)
    return studio.BodyPerformance(*quiet, turns, capture.root, capture.way - floor, capture.fps)

# %%
def write_bvh(path, capture, overwrite=False):
    """Write a Capture as a BVH file -> its path. Angles in degrees, order ZXY, centimetres."""
    rig = capture.rig
    R = axis_angle_to_matrix(capture.turns)
    R[:, 0] = axis_angle_to_matrix(capture.root) @ R[:, 0]
    skeleton = list(rig.at), rig.parents, rig.rest
    return media.write_bvh(path, *skeleton, capture.way + rig.rest[0], R, capture.fps, overwrite)
