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
# # 24a · Finding poses in the picture
#
# A network marks seventeen joints of a person in a frame. It has only ever seen actors who do not exist, and it finds people.

# %% jupyter={"source_hidden": true}
#| default_exp foundations.finding_poses

# %% jupyter={"source_hidden": true}
import os
from functools import partial

import cv2
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from course_lib import judge, media, play, show, studio, train, weights
from course_lib.judge import check
from course_lib.taught.foundations.finding_faces import one_euro
from course_lib.taught.training import face_training

show.plot_style()
media.read("poses.mp4")

# %% [markdown]
# *Left: a dancer on whom the network was not trained. Middle: where it sees joints, all seventeen maps in one. Right: the stick figure that remains. The network is the one you build below, after an hour of training instead of a minute.*

# %% jupyter={"source_hidden": true}
#| export
import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# %% jupyter={"source_hidden": true}
#| export training.pose_training
import copy
import math
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F

from course_lib import studio, train
from course_lib.taught.foundations.finding_poses import STRIDE, PoseNet, mirrored, pose_loss
from course_lib.taught.training.face_training import (
    chance,
    degrade,
    fit,
    normal,
    random_light,
    sample,
    texture,
    things,
    uniform,
)

# %% [markdown]
# | | |
# |---|---|
# | **Papers** | Newell, Yang, Deng, *Stacked Hourglass Networks*, ECCV 2016 · Sun et al., *Integral Human Pose Regression*, ECCV 2018 · Xiao, Wu, Wei, *Simple Baselines for Human Pose Estimation and Tracking*, ECCV 2018 |
# | **You will be able to** | turn a point into a map and a map into a point without losing half a cell; train a pose network; say why a loss that looks right learns nothing; judge poses by PCK |
# | **You need** | convolutions and a training loop; lesson 03 (landmarks as maps) helps |
# | **Time and memory** | CPU: 2.5 minutes, 1.6 GB · GPU: not measured |
# | **The other sitting** | 24b lifts the points into space and moves another body with them |
#
# ## Play
#
# A strip of film, and the hour's network at work on it. Choose a frame and a joint, and see the map of that joint on the right. Then make it hard: cover part of the dancer, blur the picture, turn down the light. Which joints go first, and does the network know that they are gone?

# %%
play.PosePlayground()

# %% [markdown]
# ## The idea
#
# ![From a picture to maps, from maps to points](maps.svg)
#
# A picture goes in; for each of COCO's seventeen joints comes out a point. The direct way is to let the network print 34 numbers. The way that won is a detour: for each joint the network colours a **map**, one cell for every 4 x 4 pixels, and says of each cell how much it looks like that joint. To colour a cell it need only look around, wherever in the picture the cell lies; a printed number would have to know where it is.
#
# The maps are made and read by two small functions which undo each other, and between them stands a loss:
#
# $$t_j(u)\ \propto\ e^{-\|u-\mu_j\|^2/2\sigma^2},\qquad \ell=-\sum_j\sum_u t_j(u)\,\log p_j(u),\qquad \hat\mu_j=\sum_{u\ \text{near the peak}} u\;p_j(u)$$
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $x$ | pictures, colours in 0..1 | (B, 3, S, S) | `pictures` |
# | $\mu_j$ | where joint $j$ is, in cells; the middle of the first cell is (0.5, 0.5) | (B, 17, 2) | `points` |
# | $t_j$ | soft target: what the map of joint $j$ should be; it sums to one | (B, 17, n, n) | `soft_targets` |
# | $p_j$ | the map that the network draws, as shares that sum to one | (B, 17, n, n) | `share` |
# | $u$ | middles of the cells | (n, n, 2) | `u` |
# | $\sigma$ | width of a soft target, in cells | one number | `sigma` |
# | $\hat\mu_j$ | where the map says that the joint is | (B, 17, 2) | `soft_argmax` |
# | $n$ | cells a side, $n=S/4$ | one number | `size` |
#
# ## The footage
#
# The studio films actors in poses that have nothing to do with one another: forty people, some in skirts or coats, in all kinds of light and seen from all sides. Nobody had to click on a joint: the studio knows where they are.

# %%
#| export
JOINTS = (
    "nose",
    *("left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder"),
    *("left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip"),
    *("left_knee", "right_knee", "left_ankle", "right_ankle"),
)
ARMS = ((5, 7), (7, 9), (6, 8), (8, 10))
LEGS = ((11, 13), (13, 15), (12, 14), (14, 16))
LIMBS = ((0, 1), (0, 2), (1, 3), (2, 4), (5, 6), (5, 11), (6, 12), (11, 12), *ARMS, *LEGS)
MIRROR = (0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15)  # each joint's twin
STRIDE = 4  # pixels a side of a cell


# %%
print(", ".join(f"{k} {name}" for k, name in enumerate(JOINTS)))

# %% [markdown]
# Left and right are the *person's*. In front of the camera the left hand is on the right of the picture; with the back to it, on the left. This will trouble the network more than anything else.

# %%
#| export training.pose_training
def film_people(seeds, shots, size=160, title="filming"):
    """Film `shots` unrelated poses of each actor -> pictures (N, S, S, 3) uint8, alpha (N, S, S)
    bool, points (N, 17, 2) pixels, in a dict."""
    out = dict(pictures=[], alpha=[], points=[])
    for i in train.steps(len(seeds), title):
        rng = np.random.default_rng([24, int(seeds[i])])
        actor = studio.cast(int(seeds[i]))
        if rng.random() < 0.35:
            actor = actor.but(hair=str(rng.choice(studio.HAIR_KINDS)))
        distance = float(np.exp(rng.uniform(math.log(2.2), math.log(6.0))))
        yaw, pitch = rng.normal((0, 0.05), (0.2, 0.15))
        camera = studio.Camera(2 * distance / 2.3, distance, float(yaw), float(pitch), (0, -0.08, 0))
        clip = studio.film(
            actor,
            studio.strike(shots, int(seeds[i]), actor, facing=0.55),
            size=size,
            camera=camera,
            light=random_light(rng, shots),
            background=str(rng.choice(studio.BACKGROUNDS)),
        )
        out["pictures"].append(clip.frames)
        out["alpha"].append(clip.truth["parts"] > 0)
        out["points"].append(clip.truth["keypoints"][..., :2].astype(np.float32))
    return {k: np.concatenate(v) for k, v in out.items()}


# %%
s = train.scale(
    people=(40, 400),
    shots=(24, 48),
    film=(80, 320),
    size=(64, 256),
    c=(16, 32),
    batch=(32, 64),
    steps=(400, 60000),
)
TRIAL = s.steps * 3 // 10  # steps of the trials that compare
footage = film_people(range(1000, 1000 + s.people), s.shots, s.film)
some = range(0, len(footage["points"]), len(footage["points"]) // 12)
seen = show.stick_figures(footage["pictures"][some], footage["points"][some], 1)
tiles = [(255 * show.enlarged(x, 128)).astype(np.uint8) for x in seen[:12]]
show.picture(show.grid(tiles, 6), width=768, alt="twelve actors in twelve poses with their joints")

# %% [markdown]
# Orange is the person's left, blue the right. Hidden joints are marked as well: a hip under a skirt, a wrist behind a back. A network that is asked for them has to infer what it cannot see.
#
# And the test: twenty-four *other* people, in other poses. Whoever appears in the training never appears here.

# %%
def film_tests(seeds, shots=8, size=128):
    """Unseen people in unseen poses -> frames (N, S, S, 3) uint8, points (N, 17, 2) pixels."""
    frames, points = [], []
    for seed in seeds:
        actor = studio.cast(seed)
        poses = studio.strike(shots, 500 + seed, actor)
        ground = studio.BACKGROUNDS[seed % len(studio.BACKGROUNDS)]
        clip = studio.film(actor, poses, size=size, background=ground)
        frames.append(clip.frames)
        points.append(clip.truth["keypoints"][..., :2])
    return np.concatenate(frames), np.concatenate(points)


tests, truth = film_tests(range(24))
show.picture(show.grid(list(tests[::16]), 6), width=768, alt="unseen people in unseen poses")

# %% [markdown]
# They stand before their own walls and on their own floors, as in a clip that somebody hands you.
#
# ## Build it
#
# ### 1. From a point to a map
#
# *Why:* a map that is 1 in one cell and 0 everywhere else tells a network that the neighbouring cell is as wrong as the far corner. A soft blot forgives a near miss.
#
# Take a map of five cells in a row, and a joint at 1.5, the middle of the second cell. Weigh each cell by $e^{-d^2/2}$, where $d$ is its distance, and divide by the sum:

# %%
u = torch.arange(5) + 0.5
weight = torch.exp(-((u - 1.5) ** 2) / 2)
print("middles ", u.tolist())
print("weights ", weight.round(decimals=3).tolist())
print("shares  ", (weight / weight.sum()).round(decimals=3).tolist())

# %% [markdown]
# The cell that holds the joint gets 0.4 of the whole, its neighbours a quarter each. In two dimensions a blot is the product of a row and a column.
#
# **Your turn: soft targets** (medium · 10 minutes · 3 points). From points in cells `(..., 2)`, x before y, make maps `(..., size, size)`: Gaussian blots of width `sigma`, each of which sums to one, also for a point near the border or outside. Rows are y, columns are x.
#
# <details><summary>Hint 1</summary>Make two one-dimensional blots, one over x and one over y, each <code>(..., size)</code>, and multiply them: <code>gy[..., :, None] * gx[..., None, :]</code>.</details>
# <details><summary>Hint 2</summary><code>softmax</code> of <code>-d**2 / (2 * sigma**2)</code> is the normalised blot, and never divides by zero.</details>

# %% nbgrader={"grade": false, "grade_id": "soft_targets", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
#| export
def soft_targets(points, size, sigma=1.0):
    """Points (..., 2) in cells, x before y -> maps (..., size, size), each a blot that sums to 1.

    The middle of the first cell is (0.5, 0.5); sigma in cells.
    """
    ### BEGIN SOLUTION
    u = torch.arange(size, device=points.device) + 0.5
    gx = (-((u - points[..., :1]) ** 2) / (2 * sigma**2)).softmax(-1)  # (..., size)
    gy = (-((u - points[..., 1:]) ** 2) / (2 * sigma**2)).softmax(-1)
    return gy[..., :, None] * gx[..., None, :]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_soft_targets", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
spots = torch.tensor([[[2.5, 5.5], [4.0, 4.0]], [[0.0, 7.9], [9.0, 3.5]]])
maps_1 = soft_targets(spots, 8)
check.shape(maps_1, (2, 2, 8, 8), "the maps of 2 x 2 points")
check.close(maps_1.sum((-2, -1)), torch.ones(2, 2), 1e-5, "the sum of each map", "also outside.")
top = maps_1[0, 0].flatten().argmax()
check.close(top, 5 * 8 + 2, 0, "the largest cell of a joint at x 2.5, y 5.5", "x and y swapped?")
near = maps_1[0, 0, 5, 3] / maps_1[0, 0, 5, 2]
check.close(near, np.exp(-0.5), 1e-5, "one cell beside the peak, its share of the peak")
four = maps_1[0, 1, 3:5, 3:5]
check.close(four, four[0, 0].expand(2, 2), 1e-6, "between four cells, those four", "half a cell?")
wide = soft_targets(spots[0, 0], 8, sigma=2.0)
ratio = wide[5, 3] / wide[5, 2]
check.close(ratio, np.exp(-1 / 8), 1e-5, "with sigma 2, one cell beside the peak", "use sigma.")
check.passed(soft_targets)

# %%
soft_targets = check.settle("soft_targets", globals(), course="foundations.finding_poses")

# %%
cells = torch.tensor([[8.5, 8.5], [8.0, 8.0], [3.2, 12.9]])
blots = soft_targets(cells, 16)
pictures = [show.heat(np.zeros((128, 128, 3), np.uint8), b.numpy()) for b in blots]
show.picture(show.grid(pictures, 3, labels=["in a cell", "between cells", "anywhere"]))

# %% [markdown]
# A joint in the middle of a cell makes a round blot with one peak; one between four cells shares itself among them. That sharing is what tells where *inside* a cell a joint lies.
#
# ### 2. From a map to a point
#
# *Why:* the cell with the largest share says where the joint is to half a cell at best. A cell is four pixels: two pixels are lost at every joint, before the network has made any error.

# %%
rng = np.random.default_rng(0)
places = torch.tensor(rng.uniform(3, 13, (500, 2)), dtype=torch.float32)
share = soft_targets(places, 16)
top = share.flatten(1).argmax(1)
middle = torch.stack([top % 16, top // 16], 1) + 0.5
corner = middle - 0.5
for name, guess in (("middle of the largest cell", middle), ("its corner", corner)):
    print(f"{name:27} {(guess - places).norm(dim=1).mean():.2f} cells off")

# %% [markdown]
# The last line is the commonest silent bug of pose estimation: forget that a cell's middle lies at +0.5, and everything shifts by half a cell to the upper left.
#
# **Your turn: soft-argmax** (medium · 15 minutes · 3 points). The mean of all cells' middles, weighted by their shares, would be exact for one blot. A map of a real picture has a second, faint blot somewhere (the other wrist), which would pull the mean into the void between them. So take the mean only over the cells within `window` of the largest one, along both axes, and divide by *their* sum.
#
# <details><summary>Hint 1</summary><code>share.flatten(-2).argmax(-1)</code> numbers the largest cell; <code>% n</code> is its column, <code>// n</code> its row. Compare all columns and rows with them for a mask.</details>
# <details><summary>Hint 2</summary><code>kept = share * mask</code>; the sum of <code>kept</code> over rows, times the middles, summed, over the sum of <code>kept</code>, is x.</details>

# %% nbgrader={"grade": false, "grade_id": "soft_argmax", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
#| export
def soft_argmax(share, window=2):
    """Maps (..., n, n) of shares, 0 or more -> points (..., 2) in cells, x before y.

    The mean of the cells' middles within `window` cells of the largest one, weighted by share.
    """
    ### BEGIN SOLUTION
    n = share.shape[-1]
    u = torch.arange(n, device=share.device)
    top = share.flatten(-2).argmax(-1)[..., None]
    near_x = (u - top % n).abs() <= window  # (..., n)
    near_y = (u - torch.div(top, n, rounding_mode="floor")).abs() <= window
    kept = share * near_y[..., :, None] * near_x[..., None, :]
    total = kept.sum((-2, -1))
    x = (kept.sum(-2) * (u + 0.5)).sum(-1) / total
    y = (kept.sum(-1) * (u + 0.5)).sum(-1) / total
    return torch.stack([x, y], -1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_soft_argmax", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
one = torch.zeros(2, 1, 9, 9)
one[0, 0, 2, 6] = 1.0
one[1, 0, 4, 4] = one[1, 0, 4, 5] = 0.5
found = soft_argmax(one)
check.shape(found, (2, 1, 2), "the points of 2 x 1 maps")
check.close(found[0, 0], [6.5, 2.5], 1e-5, "one cell, column 6, row 2", "x before y; + 0.5?")
check.close(found[1, 0], [5.0, 4.5], 1e-5, "two equal cells side by side", "the mean of both.")
spots = torch.tensor([[4.3, 5.6], [6.0, 3.25], [3.9, 7.1]])
sharp = soft_targets(spots, 12, sigma=0.7)
check.close(soft_argmax(sharp), spots, 0.05, "round blots", "is the mean divided by its own sum?")
check.close(soft_argmax(sharp * 0.3), spots, 0.05, "faint blots", "divide by what was kept.")
ghost = soft_targets(torch.tensor([4.5, 4.5]), 24) + 0.8 * soft_targets(torch.tensor([19.5, 9.5]), 24)
check.close(soft_argmax(ghost), [4.5, 4.5], 0.05, "beside a second blot", "keep to the window.")
narrow = soft_targets(torch.tensor([4.9, 4.5]), 12)
check.close(soft_argmax(narrow, window=0), [4.5, 4.5], 1e-5, "with window 0", "use window.")
check.passed(soft_argmax)

# %%
soft_argmax = check.settle("soft_argmax", globals(), course="foundations.finding_poses")

# %%
error = (soft_argmax(share) - places).norm(dim=1)
print(f"soft-argmax of the same blots: {error.mean():.3f} cells off, at worst {error.max():.3f}")

# %% [markdown]
# From four tenths of a cell to a few hundredths. The rest comes from the window, which cuts the blot a little unevenly.
#
# ### 3. The network
#
# *Why:* a joint is small, but to know a left knee from a right one needs the whole person. So the picture is halved five times, until a cell sees everything, and then brought back up to a quarter of its size. On the way up each size is joined by what was seen at that size on the way down.

# %%
#| export
def conv(a, b, stride=1):
    """3 x 3 convolution, batch normalisation, ReLU: (B, a, h, w) -> (B, b, h/stride, w/stride)."""
    layers = nn.Conv2d(a, b, 3, stride, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU(inplace=True)
    return nn.Sequential(*layers)


class Residual(nn.Module):
    """x + two convolutions of x: (B, c, h, w) -> the same shape (He et al. 2016)."""

    def __init__(self, c):
        super().__init__()
        self.first = conv(c, c)
        last = nn.Conv2d(c, c, 3, 1, 1, bias=False)
        self.second = nn.Sequential(last, nn.BatchNorm2d(c))

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


# %%
x = torch.randn(1, 16, 32, 32)
print("halved: ", tuple(conv(16, 32, stride=2)(x).shape))
print("kept:   ", tuple(Residual(16)(x).shape))

# %% [markdown]
# Two bricks. One more thing has to come out: a joint may lie **outside** the picture, and a map of shares that must sum to one cannot say so. So next to the cells of each map there is one further place, *nowhere*, and its logit is read from the smallest picture, where everything is seen at once.

# %%
#| export
class PoseNet(nn.Module):
    """Pictures (B, 3, S, S) in 0..1 -> logits of maps (B, 17, S/4, S/4) and of nowhere (B, 17).

    S is a multiple of 32; c: channels of the first layer.
    """

    def __init__(self, c=16, joints=17):
        super().__init__()
        w = [c, 2 * c, 4 * c, 6 * c, 6 * c]
        self.stem = conv(3, w[0], 2)
        steps = [nn.Sequential(conv(w[k], w[k + 1], 2), Residual(w[k + 1])) for k in range(4)]
        self.down = nn.ModuleList(steps)
        self.up = nn.ModuleList([conv(w[k + 1] + w[k], w[k]) for k in (3, 2, 1)])
        self.maps = nn.Conv2d(w[1], joints, 1)
        self.nowhere = nn.Linear(w[4], joints)

    def forward(self, pictures):
        x = self.stem(2 * pictures - 1)  # (B, c, S/2, S/2)
        kept = []
        for down in self.down:
            x = down(x)
            kept.append(x)  # S/4, S/8, S/16, S/32
        nowhere = self.nowhere(x.mean((2, 3)))  # (B, 17)
        for k, up in zip((2, 1, 0), self.up):
            x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = up(torch.cat([x, kept[k]], 1))  # S/16, S/8, S/4
        return self.maps(x), nowhere


# %%
net = PoseNet(s.c).to(s.device)
logits, nowhere = net(torch.rand(2, 3, s.size, s.size, device=s.device))
print("maps", tuple(logits.shape), "nowhere", tuple(nowhere.shape))
print(f"{sum(p.numel() for p in net.parameters()):,} weights")

# %% [markdown]
# Seventeen maps for each of two pictures, and seventeen logits for *nowhere*. Shares are made of all of a joint's places at once:

# %%
#| export
def shares(logits, nowhere):
    """Logits (B, J, n, n) and (B, J) -> shares (B, J, n, n) and that of nowhere (B, J); together
    they sum to one for each joint."""
    p = torch.cat([logits.flatten(2), nowhere[..., None]], 2).softmax(-1)
    return p[..., :-1].unflatten(-1, logits.shape[-2:]), p[..., -1]


# %%
p, lost = shares(torch.zeros(1, 1, 2, 2), torch.full((1, 1), 1.5))
print("four cells", p.flatten().round(decimals=3).tolist(), "nowhere", round(float(lost), 3))

# %% [markdown]
# With all cells alike and *nowhere* a little ahead, the joint is thought to be out of the picture with more than half of the shares.
#
# **Your turn: the loss** (medium · 10 minutes · 3 points). One cross-entropy over all places of a joint. For a joint that is there (`there` is true) the target is the soft blot, with nothing on *nowhere*; for one that is not, all of it lies on *nowhere*. Return the mean over pictures and joints.
#
# <details><summary>Hint 1</summary>Put the cells and nowhere side by side, <code>(B, J, n * n + 1)</code>, take <code>log_softmax</code>, and build a target of the same shape.</details>
# <details><summary>Hint 2</summary>The target's cells are <code>soft_targets(...).flatten(2) * there[..., None]</code>, its last column is <code>(~there)[..., None]</code>. The loss is <code>-(target * log).sum(-1).mean()</code>.</details>

# %% nbgrader={"grade": false, "grade_id": "pose_loss", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
#| export
def pose_loss(out, points, there):
    """Cross-entropy of soft maps, a scalar.

    out: logits (B, J, n, n) and nowhere (B, J). points (B, J, 2) in cells; there (B, J) bool.
    """
    ### BEGIN SOLUTION
    logits, nowhere = out
    log = torch.cat([logits.flatten(2), nowhere[..., None]], 2).log_softmax(-1)
    blots = soft_targets(points, logits.shape[-1]).flatten(2) * there[..., None]
    target = torch.cat([blots, (~there)[..., None].float()], 2)  # (B, J, n * n + 1)
    return -(target * log).sum(-1).mean()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_pose_loss", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
g_3 = torch.Generator().manual_seed(3)
logits_3, nowhere_3 = torch.randn(2, 3, 6, 6, generator=g_3), torch.randn(2, 3, generator=g_3)
points_3 = torch.rand(2, 3, 2, generator=g_3) * 6
there_3 = torch.tensor([[True, True, False], [True, False, True]])
level_3 = torch.zeros(2, 3, 6, 6), torch.zeros(2, 3)
got_3 = pose_loss(level_3, points_3, there_3)
check.shape(got_3, (), "the loss")
check.close(got_3, np.log(37), 1e-4, "with all 37 places alike", "6 x 6 cells and nowhere.")
total_3 = logits_3.exp().sum((2, 3)) + nowhere_3.exp()
each_3 = total_3.log() - torch.where(
    there_3, (soft_targets(points_3, 6) * logits_3).sum((2, 3)), nowhere_3
)
told_3 = "is nowhere among the places, and the target all nowhere for a joint that is not there?"
check.close(pose_loss((logits_3, nowhere_3), points_3, there_3), each_3.mean(), 1e-4, "the loss", told_3)
absent_3 = torch.zeros(2, 3, dtype=torch.bool)
sure_3 = pose_loss((logits_3, nowhere_3 + 30), points_3, absent_3)
check.close(sure_3, 0.0, 1e-3, "for joints that are all nowhere, and said to be", "read there.")
check.passed(pose_loss)

# %%
pose_loss = check.settle("pose_loss", globals(), course="foundations.finding_poses")

# %% [markdown]
# ### 4. Flipped pictures
#
# *Why:* a picture seen in a mirror is a new picture for free. But in the mirror a left hand becomes a right one: whoever flips the pixels has to swap the names as well.

# %%
frame, pose = footage["pictures"][2], footage["points"][2]
turned, wrong = frame[:, ::-1], pose.copy()
wrong[:, 0] = s.film - 1 - wrong[:, 0]
pair = show.stick_figures(np.stack([frame, turned]), np.stack([pose, wrong]), 1)
tiles = [(255 * show.enlarged(x, 192)).astype(np.uint8) for x in pair]
show.picture(show.grid(tiles, 2, labels=["as filmed", "flipped, names kept: wrong"]))

# %% [markdown]
# The points sit where they should, but the colours have changed sides: the person in the mirror has her left arm where ours has her right, and the labels still call it by its old name.
#
# **Your turn: mirrored labels** (easy · 5 minutes · 2 points). Points are in pixels measured from the picture's corner, so that the picture spans 0 to `size`. Mirror x, and give each joint the place of its twin (`MIRROR` lists them). `there` follows.
#
# <details><summary>Hint 1</summary>A point at x comes to <code>size - x</code>.</details>
# <details><summary>Hint 2</summary>Index the joints with <code>list(MIRROR)</code>, in the points and in <code>there</code>.</details>

# %% nbgrader={"grade": false, "grade_id": "mirrored", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
#| export
def mirrored(points, there, size):
    """Labels of a flipped picture: points (B, 17, 2) in pixels from the corner of a picture `size`
    wide, there (B, 17) -> the same for its mirror image."""
    ### BEGIN SOLUTION
    twin = list(MIRROR)
    x, y = points[:, twin].unbind(-1)
    return torch.stack([size - x, y], -1), there[:, twin]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_mirrored", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
points_4 = torch.arange(68.0).view(2, 17, 2)
there_4 = torch.arange(34).view(2, 17) % 3 > 0
for size_4 in (40, 64):
    moved_4, seen_4 = check.pair(mirrored(points_4, there_4, size_4), "points and there")
    check.shape(moved_4, (2, 17, 2), "the points")
    check.close(moved_4[0, 0], [size_4 - 0.0, 1.0], 1e-5, "the nose", "x becomes size - x.")
    check.close(moved_4[0, 9], [size_4 - 20.0, 21.0], 1e-5, "the left wrist", "its twin's place.")
    check.close(seen_4, there_4[:, list(MIRROR)], 0, "there", "it belongs to the joint.")
    back_4, _ = check.pair(mirrored(moved_4, seen_4, size_4), "points and there")
    check.close(back_4, points_4, 1e-5, "mirrored twice, each point")
check.passed(mirrored)

# %%
mirrored = check.settle("mirrored", globals(), course="foundations.finding_poses")

# %% [markdown]
# ### 5. A batch
#
# *Why:* forty actors before seven backgrounds are few. Each time a picture is used it is cut out and set before another scene, at another size, place and turn; now and then so large that feet or head are out of the picture, and now and then without any person at all. The hour's network saw noise, blur and things in front of the person as well (lesson 03's `degrade` and `things`).

# %%
#| export training.pose_training
class Films:
    """What film_people gives, ready for training: rgba (N, 4, S, S) uint8, points (N, 17, 2)."""

    def __init__(self, pictures, alpha, points):
        rgb = torch.from_numpy(pictures).permute(0, 3, 1, 2)
        self.rgba = torch.cat([rgb, torch.from_numpy(alpha)[:, None].byte() * 255], 1)
        self.points = torch.from_numpy(points) + 0.5  # from the picture's corner

    def to(self, device):
        out = copy.copy(self)
        out.rgba = self.rgba.to(device)
        out.points = self.points.to(device)
        return out


def placed(g, points, size):
    """Where each person goes: points (B, 17, 2) in the film's pixels -> maps (B, 3, 3) from there
    to a picture of `size` pixels. Most fill 0.4 to 1 of it, one in eight is larger than it."""
    B = len(points)
    low, high = points.amin(1), points.amax(1)
    share = torch.exp(uniform(g, B, math.log(0.42), math.log(1.05)))
    close = chance(g, B, 0.12)
    share = torch.where(close, uniform(g, B, 1.05, 2.0), share)
    scale = share * size / (1.15 * (high - low).amax(1))
    angle = normal(g, B, 0.17)
    stretch = torch.exp(normal(g, B, 0.05))
    c, s = angle.cos(), angle.sin()
    rows = torch.stack([c * stretch, -s * stretch, s / stretch, c / stretch], 1)
    turn = rows.view(B, 2, 2) * scale[:, None, None]
    room = (1 - share).clamp(min=0.04)[:, None] * size / 2
    to = size / 2 + room * torch.stack([uniform(g, B, -1, 1), uniform(g, B, -1, 1)], 1)
    off = torch.stack([normal(g, B, 0.1), uniform(g, B, -0.5, 0.7)], 1) * size
    to = to + off * close[:, None]
    move = to - (turn @ ((low + high) / 2)[..., None])[..., 0]
    last = torch.tensor([0.0, 0.0, 1.0], device=points.device).expand(B, 1, 3)
    return torch.cat([torch.cat([turn, move[..., None]], 2), last], 1)


def pose_batch(g, films, grounds, B, size=128, plain=False):
    """-> pictures (B, 3, size, size), points (B, 17, 2) in cells, there (B, 17).

    plain: people before scenes, without noise, blur and things in front of them.
    """
    i = torch.randint(len(films.rgba), (B,), generator=g, device=g.device)
    a = placed(g, films.points[i], size)
    rgba = films.rgba[i].float() / 255
    kept = chance(g, B, 0.15)[:, None, None]  # before the film's own wall
    rgba[:, 3] = torch.where(kept, torch.ones_like(rgba[:, 3]), rgba[:, 3])
    middle = torch.tensor([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]], device=g.device)
    unit = torch.tensor([1 / size, 1 / size, 1.0], device=g.device).diag()
    x = sample(rgba, unit @ a @ middle, size, "zeros")
    points = films.points[i] @ a[:, :2, :2].mT + a[:, None, :2, 2]
    absent = chance(g, B, 0.07)
    there = ((points > 0) & (points < size)).all(-1) & ~absent[:, None]
    flip = chance(g, B, 0.5)
    twin_points, twin_there = mirrored(points, there, size)
    x = torch.where(flip[:, None, None, None], x.flip(3), x)
    points = torch.where(flip[:, None, None], twin_points, points)
    there = torch.where(flip[:, None], twin_there, there)
    alpha = F.avg_pool2d(x[:, 3:], 3, 1, 1) * ~absent[:, None, None, None]
    x = torch.lerp(texture(g, grounds, B, size), x[:, :3], alpha)
    if not plain:
        x = things(g, x, grounds)
        x = torch.where(chance(g, B, 0.35)[:, None, None, None], x, degrade(g, x))
    return x, points / STRIDE, there


# %%
films = Films(**footage)
grounds = face_training.scenes(300)
x, points, there = pose_batch(torch.Generator().manual_seed(4), films, grounds, 12, 128)
frames = (x.permute(0, 2, 3, 1).numpy() * 255).astype(np.uint8)
pixels = np.where(there[..., None], points * STRIDE - 0.5, np.nan)
show.picture(show.grid(list(show.stick_figures(frames, pixels, 1)), 6), width=768)

# %% [markdown]
# Twelve of the hour's pictures. Joints outside the picture have no dot, and where there is nobody all are *nowhere*. The labels are exact whatever was done to the pixels.
#
# ## Train it
#
# A minute: small pictures of 64 pixels, plain ones, a few hundred steps. The preview shows an unseen person.

# %%
#| export training.pose_training
def pose_step(net, pictures, points, there):
    """Loss of one batch as pose_batch makes it, a scalar."""
    return pose_loss(net(pictures), points, there)


def fit_poses(net, films, grounds, steps, size=64, seed=0, step=pose_step, rate=4e-3, **kept):
    """Train a network on Films before scenes (N, 3, S, S) -> it and its losses.

    kept: plain and batch for pose_batch; title, resume, preview... for train.steps.
    """
    draw = {name: kept.pop(name) for name in ("plain", "batch") if name in kept}
    made = partial(pose_batch, B=draw.get("batch", 32), size=size, plain=draw.get("plain", False))
    title = kept.pop("title", "poses")
    return fit(net, (films, grounds), made, step, steps, rate, seed, title, **kept)


# %%
#| export
def decode(out):
    """What PoseNet says -> points (B, J, 2) in cells, and scores (B, J) in 0..1: the share of all
    places that lies within two cells of the point."""
    share, _ = shares(*out)
    points = soft_argmax(share)
    near = soft_targets(points, share.shape[-1], sigma=1.0)
    near = (near > near.amax((-2, -1), keepdim=True) * 0.13).float()  # e^-2: within two cells
    return points, (share * near).sum((-2, -1))


# %%
p, score = decode((20 * soft_targets(cells, 16)[None], torch.zeros(1, 3)))
print("points", p[0].round(decimals=2).tolist(), "scores", score[0].round(decimals=2).tolist())


# %% [markdown]
# The three blots of step 1 come back, with scores: how much of the map agrees with the point. Faint logits leave much for the rest.

# %%
@torch.inference_mode()
def look(net, frames, size, read=decode):
    """Points (N, 17, 2) in pixels of frames (N, S, S, 3), seen by a network at `size` pixels."""
    small = [cv2.resize(f, (size, size), interpolation=cv2.INTER_AREA) for f in frames]
    x = torch.from_numpy(np.stack(small)).permute(0, 3, 1, 2).float() / 255
    device = next(net.parameters()).device
    cells = torch.cat([read(net(part.to(device)))[0].cpu() for part in x.split(32)])
    return cells.numpy() * STRIDE * frames.shape[1] / size - 0.5


def preview():
    net.eval()
    drawn = show.stick_figures(tests[4::48], look(net, tests[4::48], s.size))
    net.train()
    return show.grid(list(drawn), 4)


torch.manual_seed(s.seed)
net = PoseNet(s.c)
net, losses = fit_poses(
    net,
    films,
    grounds,
    s.steps,
    s.size,
    s.seed,
    plain=True,
    batch=s.batch,
    preview=preview,
    title="a minute",
)

# %%
chance_loss = np.log((s.size // STRIDE) ** 2 + 1)
print(f"loss {losses[0]:.2f} (all places alike: {chance_loss:.2f}) -> {np.mean(losses[-30:]):.2f}")
print(f"pck on unseen people {judge.pck(look(net, tests, s.size), truth):.2f}")

# %% [markdown]
# **PCK**, the percentage of correct keypoints, counts a joint as found if it lies within a fifth of the torso's length of the truth: some seven pixels of 128 here. The loss cannot reach zero: a soft target has an entropy of its own, about 2.8.
#
# ### Three losses, one budget
#
# Is the detour over maps worth it? Three networks with the same body train on the same batches for the same number of steps. One has our loss. One has the loss of the papers before 2020, the squared difference from a Gaussian of height 1. One prints the 34 numbers.

# %%
def squared_step(net, pictures, points, there):
    """Mean squared difference of the raw maps from Gaussians whose peak is 1."""
    maps, _ = net(pictures)
    blots = soft_targets(points, maps.shape[-1])
    blots = blots / blots.amax((-2, -1), keepdim=True)
    return ((maps - blots) ** 2 * there[..., None, None]).mean()


class Printer(PoseNet):
    """The same way down, then 34 numbers: points in shares of the picture (B, 17, 2)."""

    def __init__(self, c=16):
        super().__init__(c)
        self.numbers = nn.Linear(6 * c, 34)

    def forward(self, pictures):
        x = self.stem(2 * pictures - 1)
        for down in self.down:
            x = down(x)
        return self.numbers(x.mean((2, 3))).view(-1, 17, 2) + 0.5


def printed_step(net, pictures, points, there):
    """Mean distance, in pictures, of printed points from the true ones that are there."""
    off = (net(pictures) - points * STRIDE / pictures.shape[-1]).norm(dim=-1)
    return (off * there).sum() / there.sum().clamp(min=1)


# %%
# %%
def read_squared(out):
    """Raw maps (B, 17, n, n) -> points (B, 17, 2) in cells."""
    return soft_argmax(out[0].clamp(min=1e-6)), None


def read_printed(numbers):
    """Shares of the picture (B, 17, 2) -> points in cells."""
    return numbers * (s.size / STRIDE), None


trials = {
    "cross-entropy": (PoseNet, pose_step, decode),
    "squared error": (PoseNet, squared_step, read_squared),
    "34 numbers": (Printer, printed_step, read_printed),
}
table = {}
for name, (make, step, read) in trials.items():
    torch.manual_seed(s.seed)
    rival, _ = fit_poses(
        make(s.c), films, grounds, TRIAL, s.size, s.seed, step, plain=True, title=name
    )
    table[name] = dict(pck=judge.pck(np.nan_to_num(look(rival, tests, s.size, read)), truth))
    print(f"{name:14} after {TRIAL} steps: pck {table[name]['pck']:.2f}")
    if name == "squared error":
        squared = rival

# %% [markdown]
# @LOSSES@

# %%
n = s.size // STRIDE
blot = soft_targets(torch.tensor([n / 2, n / 2]), n)
blot = blot / blot.max()
print(f"cells above a tenth of the peak: {(blot > 0.1).float().mean():.1%}")
print(f"squared error of an empty map: {(blot**2).mean():.4f}")
with torch.inference_mode():
    small = torch.from_numpy(tests[:8]).permute(0, 3, 1, 2).float() / 255
    out, _ = squared(F.interpolate(small, size=s.size, mode="area").to(s.device))
print(f"highest value in its maps after {TRIAL} steps: {out.max():.2f}, the target's is 1")

# %% [markdown]
# @PLATEAU@
#
# ## Watch and measure
#
# The hour's network has the same code and more of everything: 220 people, 128 pixels, 7 500 steps of 32 pictures with noise and things in the way. A finder goes with it: it looks at the whole frame, then at the square around the joints it is sure of, and in a film it begins where the person was last.

# %%
#| export
def square_around(points, scores, sure=0.3, room=1.6):
    """The square (x, y of its middle, side) around points (17, 2) whose score is above `sure`, in
    pixels from the frame's corner; None where there are fewer than five. room: its side in sides of
    their box; less, and a square that misses the feet once never finds them again."""
    good = scores > sure
    if good.sum() < 5:
        return None
    low, high = points[good].min(0) + 0.5, points[good].max(0) + 0.5
    side = max(room * float((high - low).max()), 24.0)
    return *((low + high) / 2).tolist(), side


def cut_square(frame, square, size):
    """The square of a frame (H, W, 3) uint8 as a picture (size, size, 3); borders are repeated."""
    x, y, side = square
    pixels = max(8, round(side))
    patch = cv2.getRectSubPix(frame, (pixels, pixels), (x - 0.5, y - 0.5))
    smooth = cv2.INTER_AREA if pixels > size else cv2.INTER_LINEAR
    return cv2.resize(patch, (size, size), interpolation=smooth)


# %%
spot = cut_square(tests[0], (64.0, 40.0, 50.0), 96)
show.picture(show.grid([show.enlarged(tests[0], 192), show.enlarged(spot, 192)], 2))


# %% [markdown]
# Left a test picture, right a square of 50 pixels cut out of it, around its upper half.

# %%
#| export
class PoseFinder:
    """Finds one person's pose in frames of any size; net: a trained PoseNet, size: its pixels."""

    def __init__(self, net, size=128):
        self.net = net.eval()
        self.size = size

    @classmethod
    def load(cls, path, device="cpu", c=16, size=128):
        """The finder whose weights lie in a safetensors file."""
        from safetensors.torch import load_file

        net = PoseNet(c)
        net.load_state_dict({k: v.float() for k, v in load_file(path).items()}, strict=False)
        return cls(net.to(device), size)

    @torch.inference_mode()
    def maps(self, frame, square):
        """PoseNet's output for a square of a frame (H, W, 3) uint8."""
        x = torch.from_numpy(cut_square(frame, square, self.size)).permute(2, 0, 1)[None]
        return self.net(x.to(next(self.net.parameters()).device).float() / 255)

    def look(self, frame, square):
        """Points (17, 2) in pixels of the frame and scores (17,), seen in one square of it."""
        cells, scores = (v[0].cpu().numpy() for v in decode(self.maps(frame, square)))
        x, y, side = square
        shares = cells * STRIDE / self.size - 0.5
        return shares * max(8, round(side)) + [x - 0.5, y - 0.5], scores

    def follow(self, frame, square=None):
        """One frame of a film -> points (17, 2), scores (17,), and the square for the next one:
        None where the person was lost. square: from the frame before, or None."""
        if square is None:  # two looks ahead, each at the square of the one before
            height, width = frame.shape[:2]
            square = width / 2, height / 2, 1.05 * max(height, width)
            for _ in range(2):
                square = square_around(*self.look(frame, square)) or square
        points, scores = self.look(frame, square)
        return points, scores, square_around(points, scores) if scores.mean() > 0.3 else None

    def __call__(self, frames, progress=None):
        """Frames (T, H, W, 3) uint8 -> points (T, 17, 2) in pixels and scores (T, 17)."""
        square, points, scores = None, [], []
        for t, frame in enumerate(frames):
            pose, sure, square = self.follow(frame, square)
            points.append(pose)
            scores.append(sure)
            if progress:
                progress(t + 1, len(frames))
        return np.float32(points), np.float32(scores)


# %%
hour = PoseFinder.load(weights.path("poses"), s.device)
found, scores = (np.concatenate(v) for v in zip(*(hour(f[None]) for f in tests)))
print(f"hour: pck {judge.pck(found, truth):.3f}, median score {np.median(scores):.2f}")

# %% [markdown]
# @HOUR@
#
# Against what? Two rivals that know no network, and get more than ours: the *true* box of the person. **Mean pose** puts the mean of all training poses into it. **Nearest picture** compares the box, as 24 x 24 pixels, with all training pictures, and copies the pose of the most similar one.

# %%
def boxed(points):
    """Middle (N, 1, 2) and height or width, the larger (N, 1, 1), of poses (N, 17, 2)."""
    low, high = points.min(1, keepdims=True), points.max(1, keepdims=True)
    return (low + high) / 2, (high - low).max(-1, keepdims=True)


def thumbnails(frames, points, side=24):
    """The boxes of the persons as grey pictures of mean 0 (N, side * side)."""
    middle, size = boxed(points)
    rows = [
        cut_square(f, (m[0, 0] + 0.5, m[0, 1] + 0.5, 1.2 * float(h[0, 0])), side)
        for f, m, h in zip(frames, middle, size)
    ]
    grey = np.stack(rows).mean(-1).reshape(len(rows), -1)
    return (grey - grey.mean(1, keepdims=True)) / grey.std(1, keepdims=True)


middle, size = boxed(footage["points"])
poses = (footage["points"] - middle) / size
to, by = boxed(truth)
rivals = {"mean pose": np.broadcast_to(poses.mean(0), truth.shape) * by + to}
similar = thumbnails(tests, truth) @ thumbnails(footage["pictures"], footage["points"]).T
rivals["nearest picture"] = poses[similar.argmax(1)] * by + to
answers = {"minute": look(net, tests, s.size), "hour": found} | rivals
for name, points in answers.items():
    table.setdefault(name, {})["pck"] = judge.pck(points, truth)
    print(f"{name:16} pck {table[name]['pck']:.2f}")

# %%
rows = [show.stick_figures(tests[6::32], points[6::32]) for points in [*answers.values(), truth]]
labels = [name if k == 0 else "" for name in [*answers, "truth"] for k in range(len(rows[0]))]
show.picture(show.grid([f for row in rows for f in row], len(rows[0]), labels), width=768)

# %% [markdown]
# @ROWS@
#
# Which joints are hard, and how near is near?

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3))
parts = {"head": range(5), "shoulder": (5, 6), "elbow": (7, 8), "wrist": (9, 10)}
parts |= {"hip": (11, 12), "knee": (13, 14), "ankle": (15, 16)}
for k, name in enumerate(("minute", "hour")):
    right_ones = judge.correct_keypoints(answers[name], truth)
    each = [right_ones[:, list(j)].mean() for j in parts.values()]
    left.bar(np.arange(len(parts)) + 0.4 * k, each, 0.4, label=name)
left.set_xticks(np.arange(len(parts)) + 0.2, parts, rotation=45)
left.set_ylabel("pck at 0.2")
alphas = np.linspace(0.02, 0.5, 25)
for name, points in answers.items():
    right.plot(alphas, [judge.pck(points, truth, a) for a in alphas], label=name)
right.set_xlabel("how near, in torsos")
right.set_ylabel("share of joints")
right.legend(fontsize=7)
plt.show()

# %% [markdown]
# @JOINTS@

# %%
twin = list(MIRROR)
off = np.linalg.norm(found - truth, axis=-1)
off_twin = np.linalg.norm(found - truth[:, twin], axis=-1)
swapped = (off > 0.2 * judge.torso(truth)[:, None]) & (off_twin < 0.2 * judge.torso(truth)[:, None])
away = truth[:, 5, 0] < truth[:, 6, 0]  # the left shoulder on the picture's left: a back
for name, which in (("faces the camera", ~away), ("turned away", away)):
    print(f"{name:17} pck {judge.pck(found[which], truth[which]):.2f}, "
          f"at the twin's place {swapped[which].mean():.1%} of joints")

# %% [markdown]
# @BACKS@

# %%
judge.scoreboard(
    "24a_in_the_picture",
    {"pck": table["minute"]["pck"]},
    baselines={name: table[name] for name in rivals},
    ablations={name: table[name] for name in trials},
    floors={"pck": (">=", table["mean pose"]["pck"] + 0.1)},
    hour={"pck": table["hour"]["pck"]},
    hour_floors={"pck": (">=", 0.9)},
)

# %% [markdown]
# ### A film
#
# In a film the network looks at each frame anew, and its small errors differ from frame to frame: the figure trembles. Lesson 03's 1€ filter smooths slow motion strongly and fast motion little. What it takes from the trembling it pays for in delay.

# %%
dancer = studio.cast(22)
clip = studio.film(dancer, studio.dance(4.0, seed=9, actor=dancer), size=256, background="office")
points, _ = hour(clip.frames)
true = clip.truth["keypoints"][..., :2]
tracks = {"as found": points, "smoothed": one_euro(points, clip.fps, f_min=2.0, beta=8.0)}
for name, track in tracks.items():
    tremble = np.linalg.norm(np.diff(track - true, axis=0), axis=-1).mean()
    off = np.linalg.norm(track - true, axis=-1).mean()
    print(f"{name:9} {off:.2f} pixels off, trembles by {tremble:.2f} a frame")

# %% [markdown]
# @SMOOTH@

# %%
def panels_of(clip, points):
    """Film, all maps in one, and the stick figure, side by side (T, 256, 768, 3) uint8."""
    out, dark = [], np.full_like(clip.frames[0], 18)
    for frame, pose in zip(clip.frames, points):
        square = (128.0, 128.0, 256.0)
        share, _ = shares(*hour.maps(frame, square))
        glow = show.heat(frame, share[0, 5:].amax(0).cpu().numpy())
        out.append(np.concatenate([frame, glow, show.stick_figures([dark], [pose], 3)[0]], 1))
    return np.stack(out)


panels = panels_of(clip, tracks["smoothed"])
if os.environ.get("COURSE_KEEP"):  # the clip at the top is made here
    media.write("poses.mp4", media.Clip(panels[:75], clip.fps), overwrite=True)
show.picture(panels[40], width=768, alt="film, maps and stick figure of one moment")

# %% [markdown]
# One moment of the clip at the top. Under an arm raised before the chest the maps are as bright as anywhere: the network infers what it does not see.
#
# ## Break it
#
# Cover a part of the person with a grey square, larger and larger, and ask two things: how many of the covered joints are still found, and does the score know?

# %%
def covered(frames, points, side, joint=13):
    """Frames with a grey square of `side` pixels over one joint of each person."""
    out = frames.copy()
    for frame, pose in zip(out, points):
        x, y = (pose[joint] - side / 2).round().astype(int).clip(0)
        frame[y : y + side, x : x + side] = 128
    return out


print("side   hidden knee found   others found   score of the knee")
for side in (0, 8, 16, 32, 48):
    hidden = covered(tests, truth, side) if side else tests
    seen, sure = (np.concatenate(v) for v in zip(*(hour(f[None]) for f in hidden)))
    good = judge.correct_keypoints(seen, truth)
    others = np.delete(good, 13, 1).mean()
    print(f"{side:4} {good[:, 13].mean():16.2f} {others:16.2f} {np.median(sure[:, 13]):15.2f}")

# %% [markdown]
# @COVERED@
#
# Then take away what the studio gives for free: other backgrounds. A network that has seen each actor only before grey has learnt grey.

# %%
grey = torch.full_like(grounds[:2], 128)
torch.manual_seed(s.seed)
narrow, _ = fit_poses(
    PoseNet(s.c), films, grey, TRIAL, s.size, s.seed, plain=True, title="grey only"
)
for name, few in (("grey only", narrow),):
    table[name] = dict(pck=judge.pck(look(few, tests, s.size), truth))
    print(f"{name}: pck {table[name]['pck']:.2f}, with scenes {table['cross-entropy']['pck']:.2f}")

# %% [markdown]
# @GREY@
#
# ## Your own footage
#
# `media.find_poses` is this finder with a second opinion: `backend="mediapipe"` uses a published network, if you have fetched it (`python data_scripts/get_weights.py mediapipe-pose`). It expects one person, upright, with most of the body in view. What it does not see becomes NaN, and `faults()` says so in words. Put the path of a clip into `MINE`; use yourself, or somebody who said yes.

# %%
MINE = ""  # a clip of one person, for example "me_dancing.mp4"
if MINE and media.consented(MINE):
    own = media.read(MINE)
    mine = media.find_poses(own.frames)
    print("\n".join(mine.faults()) or "all joints seen in all frames")
    shown = show.stick_figures(own.frames, mine.points, 3)
    show.picture(show.grid(list(shown[:: max(1, len(shown) // 6)][:6]), 6), width=768)
else:
    print("no clip of yours yet: put its path into MINE")

# %% [markdown]
# ## Find out
#
# **1. How wide should a blot be?** `soft_targets` has `sigma=1.0`, a cell. Set 0.5 or 3 in `pose_loss` and run the cross-entropy trial again. Predict: which is worse, and in which way? Look at PCK at 0.2 and at 0.05.
#
# <details><summary>What we found</summary>@SIGMA@</details>
#
# **2. Many people or many poses?** `footage` has 40 people with 24 poses each. Film 10 people with 96 poses (`film_people(range(1000, 1010), 96, s.film)`): as many pictures. Predict the PCK on unseen people.
#
# <details><summary>What we found</summary>@PEOPLE@</details>
#
# ## Fidelity
#
# | | papers | here |
# |---|---|---|
# | network | ResNet or stacked hourglasses, 25 to 70 million weights, 256 pixels | one hourglass, 0.9 million, 64 pixels (minute) or 128 (hour) |
# | loss | squared error on Gaussians, 140 epochs | cross-entropy on soft maps, which needs a tenth of the steps; a place for *nowhere* |
# | decoding | argmax and a quarter cell towards the higher neighbour | soft-argmax in a window (Sun et al. train through it over the whole map; we do not) |
# | data | MPII, COCO: 40 000 to 150 000 annotated photographs | 10 560 filmed poses of 220 actors, with exact labels also for hidden joints |
# | several people | a detector first, or part affinity fields (OpenPose) | one person |
# | given free | nothing | the same studio films training and test; on real people the network is weaker, as `media.find_poses` says |
#
# ## What came next
#
# * Sun et al., *Deep High-Resolution Representation Learning for Human Pose Estimation* (HRNet), CVPR 2019: never go down all the way.
# * Zhang et al., *Distribution-Aware Coordinate Representation* (DARK), CVPR 2020: the decoding of step 2, done with a Taylor expansion.
# * Jiang et al., *RTMPose*, 2023: x and y as two classifications, close to our cross-entropy, and fast enough for a telephone.
#
# [24b](24b_in_space.ipynb) goes on with these points, into space.
