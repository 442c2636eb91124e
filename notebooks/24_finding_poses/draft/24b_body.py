# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: nbgrader,tags,jupyter,-all
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 24b · Poses in space
#
# Seventeen points in a picture become a skeleton in space, the skeleton's rotations move somebody else's body, and one ordinary camera has become a motion capture studio.

# %% jupyter={"source_hidden": true}
#| default_exp body.motion_capture

# %% jupyter={"source_hidden": true}
import os
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from course_lib import judge, media, play, show, studio, train
from course_lib.judge import check

show.plot_style()
media.read("capture.mp4")

# %% [markdown]
# *Left: a dancer whom no network here was trained on. Middle: the joints found by 24a's network. Right: another actor, with other limbs and other clothes, moved by what was captured.*

# %% jupyter={"source_hidden": true}
#| export
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

# %% [markdown]
# | | |
# |---|---|
# | **Papers** | Martinez, Hossain, Romero, Little, *A simple yet effective baseline for 3d human pose estimation*, ICCV 2017 · Bogo et al., *Keep it SMPL* (SMPLify), ECCV 2016 · Pavllo et al., *VideoPose3D*, CVPR 2019 |
# | **You will be able to** | run a skeleton forwards and backwards; lift points from the picture into space; move one body with another's dance; write a BVH file that Blender reads |
# | **You need** | 24a; rotation matrices; gradients by autograd |
# | **Time and memory** | CPU: 1.0 minutes, 1.2 GB · GPU: not measured |
# | **Where the name comes from** | RADiCAL, a service since 2017, sells this from one video; it has published no method, and this is the open literature's |
#
# ## Play
#
# Take a hand, a foot or the head of the stick figure and drag it. The body follows: at each move a few steps of gradient descent look for rotations of its joints that bring the joint there. The slider `z` moves the joint towards you, which the picture does not show and the body does. Pull a hand further than the arm is long.

# %%
play.BodyPlayground()

# %% [markdown]
# ## The idea
#
# ![A bone of known length seen by one camera can point towards it or away from it](depth.svg)
#
# A camera measures directions, not depths. Of a bone whose length is known, the picture leaves two possibilities: it points towards the camera or away from it. Seventeen joints would leave a hundred thousand figures, nearly all of which no body can strike. A network that has seen many poses knows which one is meant, most of the time.
#
# Then there are two descriptions of the same pose. **Points** say where the joints are. **Rotations** say how each bone is turned against the one above it; they are what an animator needs, since they fit a body of other proportions. *Forward kinematics* goes from rotations to points and is a loop of matrix products. The way back has no formula, so we walk it by gradient descent.
#
# $$G_j=G_{p(j)}R_j,\qquad P_j=P_{p(j)}+G_{p(j)}(o_j-o_{p(j)}),\qquad E(R)=\sum_j\|P_j(R)-q_j\|^2+\text{prior}$$
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $R_j$ | rotation of joint $j$ against the bone above | (T, J, 3, 3) | `rotations` |
# | $G_j$, $P_j$ | rotation and place of joint $j$ in space | (T, J, 3, 3), (T, J, 3) | `G`, `P` |
# | $p(j)$ | the joint above $j$; -1 for the root | J numbers | `parents` |
# | $o_j$ | where joint $j$ lies in the resting body, metres | (J, 3) | `rest` |
# | $u_j$ | direction to a joint: (X/Z, Y/Z), x to the right, y up | (T, 17, 2) | `rays` |
# | $q_j$ | lifted points, metres, the hips' middle at the origin | (T, 17, 3) | `lifted` |
# | $E$ | energy: what gradient descent makes small | one number | `energy` |
#
# ## The footage
#
# To learn what depth belongs to a picture we need poses and their pictures' *points*, not their pixels. The studio poses its skeletons without filming anything: thousands in a second. Each is looked at by a pinhole camera at some distance.

# %%
#| export
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
s = train.scale(people=(60, 400), shots=(400, 800), width=(256, 1024), steps=(2000, 40000))
started = time.monotonic()
poses = pose_points(range(1000, 1000 + s.people), s.shots)
tests = pose_points(range(24), 40, "unseen people")
print(f"{len(poses):,} poses in {time.monotonic() - started:.0f} s; {len(tests)} of unseen people")


# %%
def two_views(points, side=150):
    """Poses (N, 17, 3) from the front and from the side as pictures (N, side, 2 side, 3)."""
    centred = points - points.mean(1, keepdim=True)
    dark = np.full((len(points), side, side, 3), 18, np.uint8)
    views = [centred[..., [0, 1]], centred[..., [2, 1]] * torch.tensor([-1.0, 1.0])]
    at = [(v * torch.tensor([1.0, -1.0]) / 2.2 + 0.5) * side for v in views]
    return np.concatenate([show.stick_figures(dark, v.numpy(), 2) for v in at], 2)


show.picture(show.grid(list(two_views(tests[3::200])), 3), width=768)

# %% [markdown]
# Each pair is one pose, from the front as the camera sees it and from the side as it does not. Cover the right half of a pair with your hand and guess it: mostly you can.
#
# ## Build it
#
# ### 1. Forward kinematics
#
# *Why:* everything below runs through it, forwards to see a body and backwards to move it. Start with an arm in a plane: a shoulder, an elbow, a wrist, each bone one metre long and pointing to the right. Turn the shoulder by 90 degrees and the elbow by another 90:

# %%
def planar(degrees):
    """A turn in the x-y plane -> (3, 3)."""
    return axis_angle_to_matrix(torch.tensor([0.0, 0.0, np.radians(degrees)]).float())


elbow = planar(90) @ torch.tensor([1.0, 0.0, 0.0])
wrist = elbow + planar(90) @ planar(90) @ torch.tensor([1.0, 0.0, 0.0])
print("elbow", elbow.round(decimals=2).tolist(), "wrist", wrist.round(decimals=2).tolist())

# %% [markdown]
# The shoulder's turn carries the elbow up to (0, 1). The wrist feels both turns: its bone, turned twice by 90 degrees, points back to the left and ends at (-1, 1). That is the whole of it: each joint multiplies its rotation onto that of the joint above.
#
# **Your turn: forward kinematics** (medium · 15 minutes · 3 points). Go through the joints; a joint's parent comes before it. The root's rotation is its own, and it stays where it rests.
#
# <details><summary>Hint 1</summary>Keep two lists, <code>G</code> and <code>P</code>, one entry a joint. For the root: <code>G = rotations[:, j]</code>, <code>P = rest[j]</code>, expanded to all frames.</details>
# <details><summary>Hint 2</summary>Otherwise <code>G[up] @ rotations[:, j]</code>, and the bone <code>rest[j] - rest[up]</code> is turned by <code>G[up]</code>, not by the joint's own rotation.</details>

# %% nbgrader={"grade": false, "grade_id": "forward_kinematics", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
#| export
def forward_kinematics(rotations, parents, rest):
    """Rotations (T, J, 3, 3) of the joints, each against the one above it -> G (T, J, 3, 3) and
    P (T, J, 3), rotation and place in space. parents: J numbers, -1 for the root; rest (J, 3)."""
    ### BEGIN SOLUTION
    G, P = [], []
    for j, up in enumerate(parents):
        if up < 0:
            G.append(rotations[:, j])
            P.append(rest[j].expand(len(rotations), 3))
        else:
            G.append(G[up] @ rotations[:, j])
            P.append(P[up] + G[up] @ (rest[j] - rest[up]))
    return torch.stack(G, 1), torch.stack(P, 1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_forward_kinematics", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
arm_1 = torch.tensor([[0.0, 2.0, 0.0], [1.0, 2.0, 0.0], [2.0, 2.0, 0.0], [0.0, 3.0, 0.0]])
up_1 = [-1, 0, 1, 0]
turns_1 = torch.eye(3).repeat(2, 4, 1, 1)
turns_1[1, 0], turns_1[1, 1] = planar(90), planar(90)
G_1, P_1 = check.pair(forward_kinematics(turns_1, up_1, arm_1), "rotations and places")
check.shape(G_1, (2, 4, 3, 3), "the rotations in space")
check.shape(P_1, (2, 4, 3), "the places")
check.close(P_1[0], arm_1, 1e-5, "with nothing turned, each place", "the body at rest.")
check.close(P_1[1, 1], [0.0, 3.0, 0.0], 1e-5, "the elbow", "the shoulder's turn carries it.")
check.close(P_1[1, 2], [-1.0, 3.0, 0.0], 1e-5, "the wrist", "turned by both, or only by one?")
check.close(P_1[1, 3], [-1.0, 2.0, 0.0], 1e-5, "the head", "its parent is the root.")
check.close(G_1[1, 2], planar(180), 1e-5, "the wrist's rotation", "parents on the left.")
free_1 = axis_angle_to_matrix(torch.randn(3, 4, 3, generator=torch.Generator().manual_seed(1)))
G_1, P_1 = forward_kinematics(free_1, up_1, arm_1)
check.close(G_1[:, 2], free_1[:, 0] @ free_1[:, 1] @ free_1[:, 2], 1e-5, "a chain of three")
check.passed(forward_kinematics)

# %%
forward_kinematics = check.settle("forward_kinematics", globals(), course="body.motion_capture")

# %% [markdown]
# ### 2. A rig
#
# *Why:* an actor's skeleton has 36 joints, COCO has 17 points. A **rig** knows both: it runs its joints forwards and reads the points off. Nose, eyes and ears ride on the head.

# %%
#| export
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
rig = Rig(studio.cast(0))
turns = torch.zeros(2, 36, 3)
turns[1, rig.at["lowerarm01.L"]] = torch.tensor([0.0, -1.2, 0.0])
turns[1, rig.at["upperleg01.R"]] = torch.tensor([-1.0, 0.0, 0.0])
points = rig.points(turns, torch.zeros(2, 3), torch.zeros(2, 3))
show.picture(show.grid(list(two_views(points)), 2), width=640)

# %% [markdown]
# The resting body, and the same with one elbow and one hip turned, each from the front and from the side. Two numbers have moved a forearm with its hand and a whole leg.
#
# ### 3. Two depths
#
# *Why:* it is worth seeing once in numbers what the camera does not say. An upper arm of 30 centimetres whose ends lie 18 centimetres apart in the picture's plane:

# %%
length, across = 0.30, 0.18
depth = np.sqrt(length**2 - across**2)
print(f"the elbow lies {100 * depth:.0f} cm before the shoulder, or {100 * depth:.0f} cm behind it")

# %% [markdown]
# Twenty-four centimetres to the front or to the back. Nothing in these two points decides; the rest of the body does.
#
# ### 4. What the lifter sees
#
# *Why:* the same pose a metre further away, or further left, must look the same to the network. So the points are counted from the hips' middle and divided by their own spread.

# %%
#| export
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
near, far = tests[:1].clone(), tests[:1].clone()
far[..., 2] -= 100.0
far[..., 0] += 20.0
gap = (normalise(project(near)) - normalise(project(far))).abs().max()
print("spread near", round(float(spread_of(project(near))), 3), "far", round(float(spread_of(project(far))), 3))
print(f"normalised, the two differ by at most {gap:.2f}")

# %% [markdown]
# A hundred metres further away the figure is forty times smaller, and normalised it is nearly the same. What is left is perspective: near the camera a stretched arm looks longer.
#
# ### 5. The lifter
#
# *Why:* Martinez and colleagues found in 2017 that a plain network of a few matrices, fed with good points, beats networks that look at the picture. Its brick is a residual block: two layers, each a matrix, batch normalisation, ReLU and dropout, and around both a way past them.
#
# **Your turn: the residual block** (easy · 10 minutes · 2 points). Make both layers in `__init__`, with modules of your choice; `forward` returns what came in plus what both layers make of it.
#
# <details><summary>Hint 1</summary><code>nn.Sequential(nn.Linear(width, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(drop), ...)</code>, the four of them twice.</details>
# <details><summary>Hint 2</summary><code>return x + self.layers(x)</code></details>

# %% nbgrader={"grade": false, "grade_id": "LiftBlock", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
#| export
class LiftBlock(nn.Module):
    """Two layers and a way past them: (B, width) -> (B, width) (Martinez et al. 2017, fig. 1)."""

    def __init__(self, width, drop=0.1):
        super().__init__()
        ### BEGIN SOLUTION
        layers = []
        for _ in range(2):
            layers += [nn.Linear(width, width), nn.BatchNorm1d(width)]
            layers += [nn.ReLU(), nn.Dropout(drop)]
        self.layers = nn.Sequential(*layers)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        return x + self.layers(x)
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_LiftBlock", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
torch.manual_seed(2)
x_2 = torch.randn(64, 24)
for width_2, drop_2 in ((24, 0.0), (40, 0.5)):
    block_2 = LiftBlock(width_2, drop_2)
    kinds_2 = [type(m) for m in block_2.modules()]
    for kind_2 in (nn.Linear, nn.BatchNorm1d, nn.Dropout):
        check.true(kinds_2.count(kind_2) == 2, f"two layers of {kind_2.__name__} are needed.")
    rates_2 = {m.p for m in block_2.modules() if isinstance(m, nn.Dropout)}
    check.true(rates_2 == {drop_2}, "drop must reach both dropouts.")
block_2 = LiftBlock(24, 0.0)
out_2 = block_2(x_2)
check.shape(out_2, (64, 24), "what comes out")
check.true(bool((out_2 - x_2 >= -1e-6).all()), "x plus a ReLU of something is never below x.")
check.true(float((out_2 - x_2).abs().mean()) > 0.01, "the layers must add something.")
for layer_2 in block_2.modules():
    if isinstance(layer_2, nn.BatchNorm1d):
        nn.init.zeros_(layer_2.weight), nn.init.zeros_(layer_2.bias)
check.close(block_2(x_2), x_2, 1e-6, "with layers that say nothing, what comes out", "the way past.")
check.passed(LiftBlock)

# %%
LiftBlock = check.settle("LiftBlock", globals(), course="body.motion_capture")


# %%
#| export
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
lifter = Lifter(s.width)
print(tuple(lifter(project(tests[:5])).shape), f"{sum(p.numel() for p in lifter.parameters()):,} weights")

# %% [markdown]
# Three hundred thousand weights, one third of 24a's network, and three hundred times less work: there is no picture in it.
#
# ## Train it
#
# The loss is the mean distance of the joints in metres. Points found in a picture are never exact, so the directions are shaken at training: each pose by its own amount, up to four hundredths of its spread, about two pixels of 128.

# %%
#| export
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
torch.manual_seed(s.seed)
lifter, losses = fit_lifter(Lifter(s.width), poses, s.steps, seed=s.seed)
print(f"loss {losses[0]:.2f} -> {np.mean(losses[-50:]):.3f} metres")


# %%
#| export
@torch.inference_mode()
def lift_rays(net, rays):
    """Directions (T, 17, 2) -> points (T, 17, 3) on the CPU."""
    device = next(net.parameters()).device
    return net(rays.to(device)).cpu()


# %%
lifted = lift_rays(lifter, project(tests))
pairs = np.concatenate([two_views(tests[3::200]), two_views(lifted[3::200])], 1)
show.picture(show.grid(list(pairs), 5), width=768)

# %% [markdown]
# Above the truth from front and side, below what was lifted. The fronts agree, as they should: the lifter was told. The sides are its own work.
#
# ## Watch and measure
#
# Two numbers are usual. **MPJPE** is the mean distance of the joints in millimetres, with the hips laid on each other. **PA-MPJPE** first scales, turns and moves each figure onto the truth as well as it goes, and so judges the pose alone. Both alone can fool: the second forgives a body that is half as large and faces the wall.
#
# Two rivals. **Mean depth** puts each joint at the depth, relative to the hips, that it has on average, and gets the true distance for free. **Nearest pose** takes, from all the poses of the training, the one whose points look most alike.

# %%
def mean_depth(rays, poses, distance):
    """Directions (T, 17, 2) at the mean depth of each joint: distance (T, 1, 1) to the hips."""
    z = (poses - middle(poses))[..., 2].mean(0)[:, None]
    far = distance - z
    return torch.cat([rays * far, -far], -1)


def nearest_pose(rays, poses):
    """For each of (T, 17, 2) the pose (T, 17, 3) whose normalised points are nearest."""
    mine, others = (normalise(x).flatten(1) for x in (rays, project(poses)))
    return poses[torch.cdist(mine, others).argmin(1)]


table = {}
rays = project(tests)
answers = {
    "lifter": lifted,
    "mean depth": mean_depth(rays, poses, -middle(tests)[..., 2:]),
    "nearest pose": nearest_pose(rays, poses),
}
for name, answer in answers.items():
    own = dict(mpjpe_mm=judge.mpjpe(answer, tests), pa_mpjpe_mm=judge.pa_mpjpe(answer, tests))
    table[name] = {k: 1000 * v for k, v in own.items()}
    print(f"{name:13} mpjpe {table[name]['mpjpe_mm']:4.0f} mm, pa {table[name]['pa_mpjpe_mm']:4.0f} mm")

# %% [markdown]
# @RIVALS@
#
# Those were exact points. How much do errors in the picture cost?

# %%
g = torch.Generator().manual_seed(5)
noise = torch.randn(tests.shape[:2] + (2,), generator=g)
box = (rays.amax(1) - rays.amin(1)).amax(1)[:, None, None] / 110  # a pixel, if the figure fills 110
for pixels in (0, 1, 2, 4):
    answer = lift_rays(lifter, rays + pixels * box * noise)
    print(f"{pixels} pixels of noise: mpjpe {1000 * judge.mpjpe(answer, tests):.0f} mm")
away = tests[:, 5, 0] < tests[:, 6, 0]
for name, which in (("facing the camera", ~away), ("turned away", away)):
    print(f"{name}: mpjpe {1000 * judge.mpjpe(lifted[which], tests[which]):.0f} mm")

# %% [markdown]
# @NOISE@
#
# ### A dancer
#
# Now a film: somebody unseen dances, 24a's network finds the points, and the lifter does the rest. The camera's focal length is known; outside a studio it has to be guessed.

# %%
dancer = studio.cast(22)
dance = studio.dance(4.0, seed=9, actor=dancer)
clip = studio.film(dancer, dance, size=256, background="office")
focal = float(clip.truth["camera"][0])
true = torch.from_numpy(clip.truth["keypoints_3d"])
found = media.find_poses(clip.frames, threshold=0)
sources = {
    "points as found": found.points,
    "points smoothed": one_euro(found.points, clip.fps, f_min=2.0, beta=8.0),
    "true points": clip.truth["keypoints"][..., :2],
}
for name, pixels in sources.items():
    answer = lift_rays(lifter, rays_of(pixels, 256, focal))
    jitter = judge.mpjve(answer - middle(answer), true - middle(true))
    print(f"{name:16} mpjpe {1000 * judge.mpjpe(answer, true):3.0f} mm, "
          f"steps off by {1000 * jitter:4.1f} mm a frame")
lifted = lift_rays(lifter, rays_of(sources["points smoothed"], 256, focal))
lifted = lifted - middle(lifted)

# %% [markdown]
# @DANCER@

# %%
#| export
def way_of(rays, lifted):
    """Where the hips' middle is in view space (T, 3): the distance at which lifted points (T, 17, 3)
    have the spread that the picture shows."""
    size = (lifted - middle(lifted))[..., :2].square().sum(-1).mean(-1).sqrt()
    far = size / spread_of(rays)[:, 0, 0]
    return torch.cat([middle(rays)[:, 0] * far[:, None], -far[:, None]], 1)


# %%
way = way_of(rays_of(sources["points smoothed"], 256, focal), lifted)
off = (way - middle(true)[:, 0]).abs().mean(0) * 1000
print(f"hips off by {off[0]:.0f} mm to the side, {off[1]:.0f} mm up, {off[2]:.0f} mm in depth")

# %% [markdown]
# @WAY@
#
# ### 6. From points to rotations
#
# *Why:* lifted points are no body. Each frame stands for itself, and bones grow and shrink:

# %%
bones = {"upper arm": (5, 7), "forearm": (7, 9), "thigh": (11, 13), "shin": (13, 15)}
for name, (a, b) in bones.items():
    length = (lifted[:, a] - lifted[:, b]).norm(dim=1) * 1000
    print(f"{name:10} {length.mean():4.0f} mm, varies by {length.std():4.1f} mm")

# %% [markdown]
# A rig has bones of fixed length by construction; only its rotations are free. So look for the rotations whose points come nearest to the lifted ones. Try it on the planar arm first: two angles, a target for the wrist, and the gradient of the squared distance.

# %%
def wrist_of(angles):
    """Two angles in radians of an arm with bones of one metre -> its wrist (2,)."""
    total = angles.cumsum(0)
    return torch.stack([total.cos().sum(), total.sin().sum()])


angles = torch.tensor([0.3, 0.4], requires_grad=True)
target = torch.tensor([0.0, 1.5])
distance = (wrist_of(angles) - target).square().sum()
print("wrist", wrist_of(angles).detach().round(decimals=2).tolist(), "energy", round(float(distance), 2))
print("gradient", torch.autograd.grad(distance, angles)[0].round(decimals=2).tolist())

# %% [markdown]
# Both entries are negative: turning either joint further lowers the energy. A step goes against the gradient. To get through long, flat valleys it keeps some of its speed (**momentum**): the velocity $v$ becomes $0.9\,v-\eta\,\nabla E$, and the angles move by $v$.
#
# **Your turn: one step of inverse kinematics** (medium · 10 minutes · 3 points). `parts` are the tensors that may change, `energy(*parts)` gives a scalar. Return the new parts, the new speeds and the energy *before* the step as a number. The tensors you return must not drag the old graph along.
#
# <details><summary>Hint 1</summary>Make copies that want gradients, <code>[p.detach().requires_grad_() for p in parts]</code>, and ask <code>torch.autograd.grad(value, copies)</code>.</details>
# <details><summary>Hint 2</summary><code>speed = keep * speed - rate * gradient</code>, one for each part; the new part is <code>part + speed</code>, all under <code>detach</code>.</details>

# %% nbgrader={"grade": false, "grade_id": "ik_step", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
#| export
def ik_step(parts, speeds, energy, rate, keep=0.9):
    """One step of gradient descent with momentum.

    parts, speeds: lists of tensors of equal shapes; energy(*parts) -> scalar -> new parts, new
    speeds, and the energy before the step, a float.
    """
    ### BEGIN SOLUTION
    copies = [p.detach().requires_grad_() for p in parts]
    value = energy(*copies)
    slopes = torch.autograd.grad(value, copies)
    speeds = [keep * v - rate * slope for v, slope in zip(speeds, slopes)]
    return [p.detach() + v for p, v in zip(parts, speeds)], speeds, float(value)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_ik_step", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
def bowl_3(a, b):
    return (a**2).sum() + 3 * (b - 1).square().sum()


start_3 = [torch.tensor([2.0, -1.0]), torch.tensor([[0.0]])]
speed_3 = [torch.tensor([0.5, 0.0]), torch.tensor([[1.0]])]
new_3, fast_3, value_3 = ik_step(start_3, speed_3, bowl_3, 0.1, keep=0.5)
check.close(value_3, 8.0, 1e-5, "the energy before the step")
check.close(fast_3[0], [0.25 - 0.4, 0.2], 1e-5, "the first speed", "keep * speed - rate * slope.")
check.close(new_3[0], [2.0 - 0.15, -0.8], 1e-5, "the first part", "it moves by its new speed.")
check.close(new_3[1], [[0.5 + 0.6]], 1e-5, "the second part", "every part has its own speed.")
check.close(start_3[0], [2.0, -1.0], 0, "the part that was given", "leave it as it is.")
check.true(not new_3[0].requires_grad, "the new parts must not want gradients.")
check.true(isinstance(value_3, float), "the energy is a float.")
calm_3 = [torch.zeros(2), torch.zeros(1, 1)]
other_3, _, _ = ik_step(start_3, calm_3, bowl_3, 0.2)
check.close(other_3[0], [1.2, -0.6], 1e-5, "from rest, with rate 0.2, the first part")
later_3, _, _ = ik_step(new_3, fast_3, lambda a, b: (a * b).sum(), 0.1, keep=0.0)
check.close(later_3[0], new_3[0] - 0.1 * new_3[1][0], 1e-5, "with keep 0 and another energy")
check.passed(ik_step)

# %%
ik_step = check.settle("ik_step", globals(), course="body.motion_capture")


# %%
def reach(angles):
    """Squared distance of the wrist from its target."""
    return (wrist_of(angles) - target).square().sum()


arm, speed, energies = [angles.detach()], [torch.zeros(2)], []
for _ in range(40):
    arm, speed, value = ik_step(arm, speed, reach, 0.05)
    energies.append(value)
print("energies", [round(e, 3) for e in energies[::8]])
print("wrist", wrist_of(arm[0]).round(decimals=2).tolist(), "target", target.tolist())

# %% [markdown]
# @ARM@
#
# And the body. The energy has three terms: how far the rig's points are from the lifted ones, how far it is bent at all (a bent back that nobody asked for costs a little), and how fast it turns from frame to frame. All frames are fitted at once.

# %%
#| export
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
        fast = FAST * ((turns * rig.free).diff(dim=0).square().sum() + root.diff(dim=0).square().sum())
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
capture, energies = fit_skeleton(rig, lifted, way, clip.fps)
plt.semilogy(energies)
plt.xlabel("step")
plt.ylabel("energy a frame, square metres")
plt.show()

# %%
fitted = rig.points(capture.turns, capture.root, torch.zeros(len(capture), 3))
for name, answer in (("lifted", lifted), ("fitted", fitted)):
    spread = np.mean([float((answer[:, a] - answer[:, b]).norm(dim=1).std()) for a, b in bones.values()])
    jitter = judge.mpjve(answer - middle(answer), true - middle(true))
    print(f"{name}: bones vary by {1000 * spread:.1f} mm, steps off by {1000 * jitter:.1f} mm a frame, "
          f"pa-mpjpe {1000 * judge.pa_mpjpe(answer, true):.0f} mm")

# %% [markdown]
# @FITTED@
#
# ### 7. Another body
#
# *Why:* here is what rotations are good for. Bend another actor's joints by the same angles, and she does the same, with her own arms and legs. Only the way through the room must change: with shorter legs the same steps lead less far. And somebody with other legs would float or sink if his hips went where hers went.
#
# **Your turn: retargeting** (medium · 10 minutes · 3 points). Return a `Capture` on `other` with the same turns and root. Scale the way by the ratio of the rigs' leg lengths (`rig.leg`), counted from where it starts, so that x and z begin at 0. Then choose the height: in each frame the lower one of the two ankles (bones `foot.L` and `foot.R` of `other.joints(...)`) is at some height under the hips; set the way's y so that this ankle is `other.ankle` metres over the floor at y = 0. (A body that jumps stays on the floor then; Find out 2 asks for better.)
#
# <details><summary>Hint 1</summary><code>_, P = other.joints(capture.turns, capture.root)</code> with the hips at rest; <code>P[:, feet, 1].amin(1)</code> is the lower ankle's height.</details>
# <details><summary>Hint 2</summary>y is <code>other.ankle - lowest</code>; x and z are <code>(way - way[:1]) * other.leg / capture.rig.leg</code>.</details>

# %% nbgrader={"grade": false, "grade_id": "retarget", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
#| export
def retarget(capture, other):
    """The same motion on another Rig -> Capture: turns and root are kept, the way through the room
    is scaled by the legs' ratio and starts at x = z = 0, the lower foot stands on the floor y = 0."""
    ### BEGIN SOLUTION
    _, P = other.joints(capture.turns, capture.root)
    feet = [other.at["foot.L"], other.at["foot.R"]]
    way = (capture.way - capture.way[:1]) * (other.leg / capture.rig.leg)
    way[:, 1] = other.ankle - P[:, feet, 1].amin(1)
    return Capture(other, capture.turns, capture.root, way, capture.fps)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_retarget", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
some_4 = torch.Generator().manual_seed(4)
bends_4 = 0.3 * torch.randn(6, 36, 3, generator=some_4)
spins_4, path_4 = 0.2 * torch.randn(6, 3, generator=some_4), torch.randn(6, 3, generator=some_4)
for seed_4 in (5, 8):
    other_4 = Rig(studio.cast(seed_4))
    before_4 = path_4.clone()
    moved_4 = retarget(Capture(rig, bends_4, spins_4, path_4, 30), other_4)
    check.true(isinstance(moved_4, Capture) and moved_4.rig is other_4, "a Capture on the other rig.")
    check.true(moved_4.fps == 30, "fps stays.")
    check.close(moved_4.turns, bends_4, 0, "the turns")
    check.close(moved_4.root, spins_4, 0, "the root's turns")
    ratio_4 = other_4.leg / rig.leg
    side_4 = (path_4 - path_4[:1])[:, [0, 2]] * ratio_4
    check.close(moved_4.way[:, [0, 2]], side_4, 1e-5, "x and z of the way", "scaled, from the start.")
    _, joints_4 = other_4.joints(bends_4, spins_4)
    feet_4 = joints_4[:, [other_4.at["foot.L"], other_4.at["foot.R"]], 1] + moved_4.way[:, 1:2]
    low_4 = torch.full((6,), other_4.ankle)
    check.close(feet_4.amin(1), low_4, 1e-4, "the lower ankle's height", "over the floor y = 0.")
    check.close(path_4, before_4, 0, "the capture that was given", "leave it as it is.")
check.passed(retarget)

# %%
retarget = check.settle("retarget", globals(), course="body.motion_capture")


# %%
#| export
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
performer = studio.cast(5)
moved = retarget(capture, Rig(performer))
copy = studio.film(performer, performed(moved), size=256, background="grey", fps=int(clip.fps))
dark = np.full_like(clip.frames, 18)
figures = show.stick_figures(dark, sources["points smoothed"], 3)
panels = np.concatenate([clip.frames, figures, copy.frames], 2)
if os.environ.get("COURSE_KEEP"):  # the clip at the top is made here
    media.write("capture.mp4", media.Clip(panels[:75], clip.fps), overwrite=True)
show.picture(show.grid(list(panels[10::30]), 1), width=768, alt="dancer, stick figure, another body")

# %% [markdown]
# @COPY@
#
# Do her feet slide? A foot that stands should not move over the floor. We call a foot standing where its owner's, in the studio's truth, moves less than 5 millimetres a frame.

# %%
model = studio.body.BodyModel(dancer)
_, joints = model.skeleton(dance.joints, dance.root)
feet = [model.at["foot.L"], model.at["foot.R"]]
own = joints[:, feet] + dance.translation[:, None]
_, joints = moved.rig.joints(moved.turns, moved.root)
theirs = joints[:, feet] + moved.way[:, None]
standing = own.diff(dim=0).norm(dim=-1) < 0.005
slide = theirs.diff(dim=0)[..., [0, 2]].norm(dim=-1)[standing] * 1000
print(f"a standing foot slides by {slide.mean():.0f} mm a frame, at worst by {slide.max():.0f} mm")

# %% [markdown]
# @SLIDE@
#
# ### 8. A file for Blender
#
# *Why:* a motion is worth more where others can use it. BVH is a text format of 1999 that every animation program reads: a tree of joints with their offsets, then one line of angles a frame. Three turns about fixed axes (Euler angles, here in the order z, x, y) make up each rotation.

# %%
#| export
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


# %%
with tempfile.TemporaryDirectory() as folder:
    file = write_bvh(Path(folder) / "dance.bvh", moved)
    lines = file.read_text().splitlines()
print("\n".join(lines[:6]))
print(f"... {len(lines)} lines, the last with {len(lines[-1].split())} numbers")

# %% [markdown]
# In Blender: *File, Import, Motion Capture (.bvh)*, scale 0.01. The course's tests read such a file with a parser of somebody else's, run its angles forwards, and find every joint where it was, to a tenth of a millimetre. An existing file is never overwritten.

# %%
judge.scoreboard(
    "24b_in_space",
    table["lifter"],
    baselines={name: table[name] for name in ("mean depth", "nearest pose")},
    floors={
        "mpjpe_mm": ("<=", 0.7 * table["mean depth"]["mpjpe_mm"]),
        "pa_mpjpe_mm": ("<=", 0.8 * table["nearest pose"]["pa_mpjpe_mm"]),
    },
)

# %% [markdown]
# The scoreboard has no second column: a lifter needs no hour. @LONGER@
#
# ## Break it
#
# Three mistakes that fill the issue lists of every lifting network. Feed the joints in another order; swap left and right; believe a wrong focal length.

# %%
pixels = sources["points smoothed"]
twin = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]
wrongs = {
    "as it should be": rays_of(pixels, 256, focal),
    "joints shifted by one": rays_of(np.roll(pixels, 1, axis=1), 256, focal),
    "left and right swapped": rays_of(pixels[:, twin], 256, focal),
    "focal length halved": rays_of(pixels, 256, focal / 2),
}
for name, wrong in wrongs.items():
    answer = lift_rays(lifter, wrong)
    far = -way_of(wrong, answer)[:, 2].mean()
    print(f"{name:23} mpjpe {1000 * judge.mpjpe(answer, true):4.0f} mm, "
          f"pa {1000 * judge.pa_mpjpe(answer, true):4.0f} mm, {far:.1f} m away")

# %% [markdown]
# @WRONGS@
#
# ## Your own footage
#
# Live, from your camera or from a film you choose: 24a's finder, the lifter you trained, three steps of inverse kinematics from the last frame's pose, and an actor who does what you do. Step back until your feet are in the picture.

# %%
play.PuppetPlayground(lifter)

# %% [markdown]
# And a clip of yourself, or of somebody who said yes, as a file for Blender: put its path into `MINE`.

# %%
MINE = ""  # a clip of one person, for example "me_dancing.mp4"
if MINE and media.consented(MINE):
    own = media.read(MINE)
    side = max(own.frames.shape[1:3])
    mine = media.find_poses(own.frames, threshold=0)
    rays = rays_of(one_euro(mine.points, own.fps), side, 2.0)  # a telephone's focal length
    points = lift_rays(lifter, rays)
    points = points - middle(points)
    captured, _ = fit_skeleton(rig, points, way_of(rays, points), own.fps)
    print("\n".join(mine.faults()), write_bvh(Path(MINE).with_suffix(".bvh"), captured))
else:
    print("no clip of yours yet: put its path into MINE")

# %% [markdown]
# ## Find out
#
# **1. Does a lifter that has only seen fronts understand backs?** `pose_points` draws with `facing=0.55`: about half of the poses look anywhere. Film with `facing=1.0` and train again. Predict the error on those who are turned away.
#
# <details><summary>What we found</summary>@FRONTS@</details>
#
# **2. A jump.** `retarget` puts the lower foot on the floor in every frame. Change it so that the way's y follows the captured way and only the *lowest* moment of the clip touches the floor. What gets better, and what worse?
#
# <details><summary>What we found</summary>Jumps leave the floor, as they should. Everything else bobs by some centimetres, since the height of the hips now comes from the picture and with it all its trembling; in some frames both feet hang in the air. Programs that do this for a living find the moments of contact first and hold the foot there.</details>
#
# ## Fidelity
#
# | | papers | here |
# |---|---|---|
# | lifter | 1 024 wide, dropout 0.5, 200 epochs on Human3.6M | 256 wide, dropout 0.1, 2 000 steps on 24 000 poses of 60 actors |
# | input | points of a stacked hourglass, in pixels | directions, centred on the hips and of spread one |
# | fitting | SMPLify fits a body model to points in the picture, with a learnt prior of poses and of self-intersection | a skeleton to lifted points, with a price for bending and for haste |
# | time | VideoPose3D looks at up to 243 frames | one frame; smoothing before and after |
# | given free | nothing | the focal length, a level camera, and poses at training that come from the same studio as the test |
#
# ## What came next
#
# * Kanazawa et al., *End-to-end Recovery of Human Shape and Pose* (HMR), CVPR 2018: from pixels to rotations and shape in one network.
# * Kocabas et al., *VIBE*, CVPR 2020: over time, with a critic that has seen real motion.
# * Shin et al., *WHAM*, CVPR 2024: with the way through the world, and feet that stand.
#
# Lesson 25 uses the poses of a dancer to draw somebody else, without any skeleton in between.
