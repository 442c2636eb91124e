# GENERATED from 24b_in_space.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['HIPS', 'SHOULDERS', 'FREE', 'SHAKE', 'BENT', 'FAST', 'FEET', 'CM', 'ORDER', 'CHANNELS', 'middle', 'pose_points',
           'forward_kinematics', 'Rig', 'project', 'rays_of', 'spread_of', 'normalise', 'LiftBlock', 'Lifter',
           'lift_step', 'fit_lifter', 'lift_rays', 'way_of', 'ik_step', 'Capture', 'facing', 'ik_energy',
           'fit_skeleton', 'retarget', 'performed', 'hierarchy', 'depth_first', 'write_bvh']

# %%
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from scipy.spatial.transform import Rotation
from torch import nn

from course_lib import studio, train
from course_lib.studio.body import BodyModel, matrix_to_vector
from course_lib.taught.foundations.faces_in_3d import axis_angle_to_matrix
from course_lib.taught.foundations.finding_faces import one_euro

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
        pitch = torch.tensor(rng.normal(0.05, 0.12, shots)).float()
        still = torch.zeros(shots)
        turn = axis_angle_to_matrix(torch.stack([pitch, still, still], 1))
        seen = (points - middle(points)) @ turn.mT
        distance = np.exp(rng.uniform(np.log(2.5), np.log(6.0), shots))
        aside = rng.normal(0, 0.25, (2, shots))
        place = torch.tensor(np.stack([aside[0], 0.3 * aside[1], -distance], 1)).float()
        out.append(seen + place[:, None])
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
# the joints that a capture may turn; all others stay as they rest
FREE = ("spine05", "spine04", "spine03", "spine02", "spine01", "neck01", "neck02", "neck03", "head")
FREE += tuple(
    bone + side
    for side in (".L", ".R")
    for bone in ("clavicle", "upperarm01", "lowerarm01", "upperleg01", "lowerleg01")
)


class Rig:
    """An actor's skeleton: parents, rest (36, 3) metres, and where COCO's points are on it."""

    def __init__(self, actor, device="cpu"):
        model = BodyModel(actor, device)
        self.parents = model.parents
        self.rest = model.joints
        self.at = model.at
        self.names = list(model.at)
        self.limbs = model.limb_joints
        face = (model.rest[model.keypoint_ids] * model.keypoint_weights[..., None]).sum(1)
        self.face = face - self.rest[self.at["head"]]  # (5, 3)
        self.free = torch.zeros(len(self.rest), 1, device=device)
        self.free[[self.at[name] for name in FREE]] = 1
        leg = self.rest[self.at["upperleg01.L"]] - self.rest[self.at["foot.L"]]
        self.leg = float(leg.norm())
        self.ankle = float(self.rest[self.at["foot.L"], 1]) - model.sole

    def joints(self, turns, root):
        """Rotation vectors (T, 36, 3) and (T, 3) of the whole -> G and P of all joints."""
        R = axis_angle_to_matrix(turns * self.free)
        first = axis_angle_to_matrix(root) @ R[:, 0]
        R = torch.cat([first[:, None], R[:, 1:]], 1)
        return forward_kinematics(R, self.parents, self.rest)

    def points(self, turns, root, move):
        """The same, moved by `move` (T, 3) metres -> COCO's points (T, 17, 3)."""
        G, P = self.joints(turns, root)
        head = self.at["head"]
        face = P[:, head, None] + self.face @ G[:, head].mT
        return torch.cat([face, P[:, self.limbs]], 1) + move[:, None]

# %%
def project(points):
    """View space (..., 3) -> directions (X/Z, Y/Z) as (..., 2); multiply by a focal length for a
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
    """Directions (T, 17, 2) -> points (T, 17, 3) on the CPU."""
    device = next(net.parameters()).device
    return net(rays.to(device)).cpu()

# %%
def way_of(rays, lifted):
    """Where the hips' middle is in view space (T, 3): the distance at which lifted points (T, 17, 3)
    have the spread that the picture shows."""
    size = (lifted - middle(lifted))[..., :2].square().sum(-1).mean(-1).sqrt()
    far = size / spread_of(rays)[:, 0, 0]
    return torch.cat([middle(rays)[:, 0] * far[:, None], -far[:, None]], 1)

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
    return [p.detach() + v for p, v in zip(parts, speeds)], speeds, float(value)

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

    def __len__(self):
        return len(self.way)


def facing(points):
    """How a trunk is turned: points (T, 17, 3) -> rotation matrices (T, 3, 3)."""
    across = F.normalize(points[:, 11] - points[:, 12], dim=-1)
    up = (middle(points, SHOULDERS) - middle(points))[:, 0]
    ahead = F.normalize(torch.linalg.cross(across, up), dim=-1)
    return torch.stack([across, torch.linalg.cross(ahead, across), ahead], -1)


BENT = 0.01  # square metres a square radian: the price of a bent joint
FAST = 0.3  # and of turning from frame to frame


def ik_energy(rig, targets):
    """The energy of `ik_step` for targets (T, 17, 3): a function of turns, root and move."""

    def energy(turns, root, move):
        off = (rig.points(turns, root, move) - targets).square().sum()
        bent = BENT * (turns * rig.free).square().sum()
        fast = FAST * (
            (turns * rig.free).diff(dim=0).square().sum() + root.diff(dim=0).square().sum()
        )
        return off + bent + fast

    return energy


def fit_skeleton(rig, lifted, way, fps=25, steps=200, rate=0.05):
    """Rotations of a rig whose points follow lifted ones (T, 17, 3) -> Capture, energies a frame."""
    T = len(lifted)
    energy = ik_energy(rig, lifted)
    parts = [lifted.new_zeros(T, 36, 3), matrix_to_vector(facing(lifted)), lifted.new_zeros(T, 3)]
    speeds = [torch.zeros_like(p) for p in parts]
    energies = []
    for _ in range(steps):
        parts, speeds, value = ik_step(parts, speeds, energy, rate)
        energies.append(value / T)
    return Capture(rig, parts[0] * rig.free, parts[1], way, fps), energies

# %%
def retarget(capture, other):
    """The same motion on another Rig -> Capture: turns and root are kept, the way through the room
    is scaled by the legs' ratio and starts at x = z = 0, the lower foot stands on the floor y = 0."""
    _, P = other.joints(capture.turns, capture.root)
    feet = [other.at["foot.L"], other.at["foot.R"]]
    way = (capture.way - capture.way[:1]) * (other.leg / capture.rig.leg)
    way[:, 1] = other.ankle - P[:, feet, 1].amin(1)
    return Capture(other, capture.turns, capture.root, way, capture.fps)

# %%
FEET = (("foot.L", "lowerleg01.L"), ("foot.R", "lowerleg01.R"))


def performed(capture):
    """A Capture as a studio performance of its rig's owner, with soles kept level."""
    rig = capture.rig
    turns = capture.turns.clone()
    G, _ = rig.joints(capture.turns, capture.root)
    ahead = G[:, 0, :, 2]
    yaw = torch.atan2(ahead[:, 0], ahead[:, 2])
    still = torch.zeros_like(yaw)
    level = axis_angle_to_matrix(torch.stack([still, yaw, still], 1))
    for foot, shin in FEET:
        turns[:, rig.at[foot]] = matrix_to_vector(G[:, rig.at[shin]].mT @ level)
    floor = torch.tensor([0.0, rig.ankle - float(rig.rest[rig.at["foot.L"], 1]), 0.0])
    quiet = torch.zeros(len(capture), 52), torch.zeros(len(capture), 2)
    return studio.BodyPerformance(*quiet, turns, capture.root, capture.way - floor, capture.fps)

# %%
CM = 100.0  # BVH files count in centimetres
ORDER = "ZXY"
CHANNELS = "Zrotation Xrotation Yrotation"


def hierarchy(rig, joint=0, depth=0):
    """The lines of a BVH file that describe a joint of a Rig and all below it."""
    pad = "\t" * depth
    up = rig.parents[joint]
    offset = rig.rest[joint] - (rig.rest[up] if up >= 0 else torch.zeros(3))
    where = "OFFSET " + " ".join(f"{v:.6f}" for v in (CM * offset).tolist())
    places = "6 Xposition Yposition Zposition" if up < 0 else "3"
    lines = [f"{pad}{'ROOT' if up < 0 else 'JOINT'} {rig.names[joint]}", pad + "{"]
    lines += [f"{pad}\t{where}", f"{pad}\tCHANNELS {places} {CHANNELS}"]
    below = [k for k, parent in enumerate(rig.parents) if parent == joint]
    for k in below:
        lines += hierarchy(rig, k, depth + 1)
    if not below:
        lines += [f"{pad}\tEnd Site", f"{pad}\t" + "{", f"{pad}\t\tOFFSET 0 5 0", f"{pad}\t" + "}"]
    return [*lines, pad + "}"]


def depth_first(parents, joint=0):
    """Joint numbers in the order in which a BVH file lists them."""
    below = [k for k, parent in enumerate(parents) if parent == joint]
    return [joint, *(x for k in below for x in depth_first(parents, k))]


def write_bvh(path, capture):
    """Write a Capture as a BVH file -> its path. Angles in degrees, order ZXY, centimetres."""
    rig = capture.rig
    R = axis_angle_to_matrix(capture.turns * rig.free)
    first = axis_angle_to_matrix(capture.root) @ R[:, 0]
    R = torch.cat([first[:, None], R[:, 1:]], 1).double().numpy()
    T, order = len(R), depth_first(rig.parents)
    turns = Rotation.from_matrix(R[:, order].reshape(-1, 3, 3)).as_euler(ORDER, degrees=True)
    place = CM * (capture.way + rig.rest[0]).numpy()
    rows = np.concatenate([place, turns.reshape(T, -1)], 1)
    lines = ["HIERARCHY", *hierarchy(rig), "MOTION", f"Frames: {T}"]
    lines += [f"Frame Time: {1 / capture.fps:.6f}"]
    lines += [" ".join(f"{v:.6f}" for v in row) for row in rows]
    with open(path, "x", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
    return path
