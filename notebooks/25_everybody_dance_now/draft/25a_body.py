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
# # 25a · Do as I do
#
# One person dances, another one is filmed doing it who never did. Between them stands nothing but a stick figure.

# %% jupyter={"source_hidden": true}
#| default_exp body.everybody_dance

# %% jupyter={"source_hidden": true}
import os
import time

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from course_lib import judge, media, play, show, studio, train, weights
from course_lib.judge import check
from course_lib.taught.foundations.finding_poses import PoseFinder

show.plot_style()
media.read("dance.mp4")

# %% [markdown]
# *Left: a dancer. Middle: his pose as lesson 24's network found it, moved to the target's place on the floor. Right: the target, drawn from the stick figure alone by the network that you build below, after an hour of training instead of a minute. She was never filmed in this dance.*

# %% jupyter={"source_hidden": true}
#| export
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

from course_lib import studio, train, weights
from course_lib.taught.foundations.finding_poses import LIMBS, PoseFinder, PoseNet

# %% [markdown]
# | | |
# |---|---|
# | **Paper** | Chan, Ginosar, Zhou, Efros, *Everybody Dance Now*, ICCV 2019 |
# | **You will be able to** | turn found poses into pictures a network can read; bring a dancer to another person's place, size and floor; train a generator on pairs of frames against two critics |
# | **You need** | lesson 24a (poses); what a GAN is: a generator that draws and a critic that tells drawn from real |
# | **Time and memory** | CPU: 2.4 minutes, 1.6 GB · GPU: not measured |
# | **The other sitting** | 25b draws the face, takes the method apart, and turns to real people |
#
# ## Play
#
# On the left somebody dances on a floor of his own. On the right is the floor of the target, with the two places between which she was filmed. Move him back and forth, move his camera, and switch the normalisation off: the grey figure is what the generator would be asked to draw then.

# %%
play.DancePlayground()

# %% [markdown]
# ## The idea
#
# ![Training: a frame, its pose, and back to the frame. Use: another person's pose, normalised, and the same way back](meeting.svg)
#
# Nobody has two films of two people in the same poses. The way out is that **one** film is enough if poses can be found: each frame of the target gives a stick figure, and the network learns the way back, from the figure to the frame. The film is its own teacher. When it has learnt that, it is given somebody else's stick figures.
#
# Three things stand in the way, and each gets a piece of this lesson. The dancer has other proportions and stands elsewhere: his figure must be *normalised*. Single frames flicker: the network draws them in *pairs*, each seeing the one before. And averages are soft: *critics* demand pictures that look like film.
#
# $$\rho=\frac{a-s_{\min}}{s_{\max}-s_{\min}}\qquad b=t_{\min}+\rho\,(t_{\max}-t_{\min})-a\qquad \kappa=\frac{h^t_{\min}}{h^s_{\min}}+\rho\Big(\frac{h^t_{\max}}{h^s_{\max}}-\frac{h^t_{\min}}{h^s_{\min}}\Big)$$
#
# $$\tilde y_{t-1}=G(x_{t-1},\cdot),\quad \tilde y_t=G(x_t,\tilde y_{t-1}),\qquad \ell_{\rm pair}=\sum_k\big(D_k(x_{t-1},x_t,\tilde y_{t-1},\tilde y_t)-1\big)^2$$
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $x_t$, $y_t$, $\tilde y_t$ | sticks, frame of the film, frame as drawn, in 0..1 | (B, 3, S, S) | `sticks`, `frames`, `drawn` |
# | $a$ | height of the ankles in the picture, their mean; y grows downwards | (T,) | `ankle` |
# | $s_{\min}, s_{\max}$; $t_{\min}, t_{\max}$ | farthest and nearest ankle height of source and target, pixels | one number each | `far`, `near` of a `Stance` |
# | $h$ | height of the figure, head to ankles, at these places, pixels | one number each | `tall_far`, `tall_near` |
# | $\rho$ | how near the source stands, 0 far, 1 near | (T,) | `rho` |
# | $b$, $\kappa$ | shift in pixels, and scale | (T,) | `shift`, `scale` |
# | $G$, $D_k$ | generator; critic at the $k$-th scale | | `net`, `critics` |
#
# ## The footage
#
# The target wears a striped top and a checked skirt, and stands at six places of her stage while the light drifts, one minute in all. The skirt and the light are there on purpose: **the pose does not determine them**. A skirt still swings when the hips have stopped, and no stick figure says how bright it is.

# %%
#| export
PLACES = ((0.0, 0.0), (-0.15, -0.45), (0.15, 0.4), (0.1, -0.2), (-0.1, 0.2), (0.0, 0.0))  # metres
STAGE = studio.Camera(focal=3.6, distance=3.75, look_at=(0.0, 0.0, 0.0))
FIELD = studio.Camera(focal=3.6, distance=6.4, look_at=(0.0, 0.1, 0.0))


def take(actor, seconds, seed, place, size, camera=STAGE, phase=0.0, background="office"):
    """An actor's dance, filmed at a place (x, z) in metres; phase: of the drifting light."""
    dance = studio.dance(seconds, seed=seed, actor=actor)
    move = torch.tensor([place[0], 0.0, place[1]])
    dance = replace(dance, translation=dance.translation + move)
    light = studio.drifting(len(dance), phase)
    return studio.film(actor, dance, size, camera, light, background)


# %%
s = train.scale(seconds=(10, 40), size=(128, 256), c=(28, 64), batch=(2, 8), steps=(450, 20000))
TARGET, SOURCE = studio.cast(26), studio.cast(7)
phases = np.random.default_rng(0).random(len(PLACES))
takes = []
for i in train.steps(len(PLACES), "filming"):
    takes.append(take(TARGET, s.seconds, 100 + i, PLACES[i], s.size, phase=phases[i]))
print(sum(len(clip) for clip in takes), "frames of the target")

# %%
some = [clip.frames[t] for clip in takes for t in (20, 120)]
show.picture(show.grid(some, 6), width=768, alt="the target at six places in drifting light")

# %% [markdown]
# The source is a man in trousers on a lawn, filmed from almost twice as far away. He dances two short dances, one far and one near.
#
# And the truth, which only a studio has: the *target*, filmed in the same two dances on her own stage. Nothing below is trained on it; it is what the result will be compared with.

# %%
SPOTS = ((-0.9, -0.42), (0.9, 0.36))  # metres towards the camera: source, target
sources, truths = [], []
for k, (his, hers) in enumerate(SPOTS):
    phase = 0.3 + 0.3 * k
    sources.append(take(SOURCE, 4.0, 300 + k, (0.0, his), 256, FIELD, phase, "park"))
    truths.append(take(TARGET, 4.0, 300 + k, (0.0, hers), 256, phase=phase))
pairs = [np.concatenate([a.frames[60], b.frames[60]], 1) for a, b in zip(sources, truths)]
show.picture(np.concatenate(pairs, 1), width=1024, alt="source and truth, far and near")

# %% [markdown]
# Far on the left, near on the right. Source and truth do the same, and hardly a pixel of the two lies in the same place.
#
# ## Build it
#
# ### 1. Sticks
#
# *Why:* seventeen pairs of numbers say where the joints are, but a convolution reads pictures. So the pose is drawn, each limb in a colour of its own, so that left and right, arm and leg cannot be taken for one another. And it is drawn **from what the network of lesson 24 finds**, not from the truth: its errors will be there when the method is used, and have to be there when it is trained.

# %%
#| export
def found_poses(clips, window=5):
    """Poses of films as lesson 24's network finds them -> a list of (T, 17, 2) pixels: each joint
    the median over `window` frames, which removes single errors."""
    finder = PoseFinder.load(weights.path("poses"))
    out = []
    for i in train.steps(len(clips), "finding poses"):
        points, _ = finder(clips[i].frames)
        long = np.pad(points, ((window // 2, window // 2), (0, 0), (0, 0)), mode="edge")
        near = [long[k : k + len(points)] for k in range(window)]
        out.append(np.median(near, 0).astype(np.float32))
    return out


# %%
poses = found_poses(takes)
true = [clip.truth["keypoints"][..., :2] for clip in takes]
off = np.linalg.norm(np.concatenate(poses) - np.concatenate(true), axis=-1)
print(f"joints are {off.mean():.1f} pixels off, ankles {off[:, 15:].mean():.1f}")

# %% [markdown]
# @FOUND@
#
# A limb is a line between two joints. OpenCV draws lines with soft edges and takes fractions of a pixel as whole numbers: `shift=4` means sixteenths.

# %%
#| export
NECK = 17  # a joint of our own, midway between the shoulders
STICKS = (*LIMBS, (0, NECK))


HUE = np.arange(len(STICKS))[:, None] / len(STICKS) - np.arange(3) / 3
WHEEL = 0.5 + 0.5 * np.cos(2 * np.pi * HUE)  # (sticks, 3)
COLOURS = (255 * WHEEL / WHEEL.max(1, keepdims=True)).astype(np.uint8)


# %%
toy = np.zeros((8, 8, 3), np.uint8)
cv2.line(toy, (16, 16), (80, 64), (255, 0, 0), 1, cv2.LINE_AA, 4)
print(toy[..., 0])

# %% [markdown]
# From (1, 1) to (5, 4), given in sixteenths. The line is soft: pixels beside it get a share. A line one sixteenth further would be another picture, so nothing is lost by rounding to pixels.
#
# **Your turn: draw the sticks** (easy · 10 minutes · 3 points). For each pose draw all `STICKS` on black, in their order, in `COLOURS`, `width` pixels thick. The neck is the mean of joints 5 and 6. A stick with a missing (NaN) end is left out.
#
# <details><summary>Hint 1</summary>Append the neck to the pose: <code>np.concatenate([pose, pose[5:7].mean(0, keepdims=True)])</code>. <code>np.isfinite(...).all()</code> of the two ends says whether to draw.</details>
# <details><summary>Hint 2</summary><code>cv2.line</code> wants tuples of Python ints: <code>tuple(int(v) for v in (16 * end).round())</code>, and the colour likewise.</details>

# %% nbgrader={"grade": false, "grade_id": "draw_sticks", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
#| export
def draw_sticks(points, size, width=2):
    """Poses (T, 17, 2) in pixels -> pictures (T, size, size, 3) uint8 of their sticks on black."""
    ### BEGIN SOLUTION
    out = np.zeros((len(points), size, size, 3), np.uint8)
    for picture, pose in zip(out, points):
        pose = np.concatenate([pose, pose[5:7].mean(0, keepdims=True)])
        for (a, b), colour in zip(STICKS, COLOURS):
            if np.isfinite(pose[[a, b]]).all():
                ends = [tuple(int(v) for v in (16 * pose[j]).round()) for j in (a, b)]
                cv2.line(picture, *ends, tuple(int(c) for c in colour), width, cv2.LINE_AA, 4)
    return out
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_draw_sticks", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
pose_1 = np.random.default_rng(1).uniform(8, 56, (2, 17, 2)).astype(np.float32)
drawn_1 = draw_sticks(pose_1, 64)
check.shape(drawn_1, (2, 64, 64, 3), "two poses at 64 pixels")
by_hand_1 = np.zeros((64, 64, 3), np.uint8)
joints_1 = np.concatenate([pose_1[1], pose_1[1, 5:7].mean(0, keepdims=True)])
for stick_1, colour_1 in zip(STICKS, COLOURS):
    ends_1 = [tuple(map(int, (16 * joints_1[j]).round())) for j in stick_1]
    cv2.line(by_hand_1, *ends_1, tuple(map(int, colour_1)), 2, cv2.LINE_AA, 4)
far_1 = np.abs(drawn_1[1].astype(int) - by_hand_1).mean()
check.true(far_1 < 1, f"the second pose is {far_1:.1f} grey levels off: colours, order or shift?")
one_1 = np.full((1, 17, 2), np.nan)
one_1[0, [5, 7]] = [[10, 20], [50, 40]]
thin_1, wide_1 = ((draw_sticks(one_1, 64, w) > 0).sum() for w in (1, 5))
check.true(wide_1 > 1.5 * thin_1, "width must reach the lines.")
gone_1 = pose_1.copy()
gone_1[0, 9] = np.nan
gone_1[1] = np.nan
less_1 = draw_sticks(gone_1, 80)
check.shape(less_1, (2, 80, 80, 3), "two poses at 80 pixels")
check.true(not less_1[1].any(), "a pose of which nothing was found is a black picture.")
check.true(less_1[0].any(), "one missing wrist takes one stick, not the figure.")
check.passed(draw_sticks)

# %%
draw_sticks = check.settle("draw_sticks", globals(), course="body.everybody_dance")

# %%
tiles = [clip.frames[60] for clip in takes[:3]]
tiles += [draw_sticks(pose[60:61], s.size)[0] for pose in poses[:3]]
show.picture(show.grid(tiles, 3), width=600, alt="three frames and their sticks")

# %% [markdown]
# All that the generator will know: no skirt, no face, no light. Everything else it has to remember of the person.
#
# ### 2. Another body, another floor
#
# *Why:* the source is small in his picture and stands high in it. Drawn as he is, his figure would be a dwarf in mid-air, of a kind the generator has never seen. The paper asks two questions of each film: how do the **ankles** lie in the picture where the person stands far away and where near, and how **tall** is the figure there?

# %%
#| export
HEAD, ANKLES = [0, 1, 2, 3, 4], [15, 16]


class Stance(NamedTuple):
    """Where in the picture somebody stands: ankle heights far and near (pixels, y downwards) and
    the figure's height there in pixels; middle: x of the picture's middle."""

    far: float
    near: float
    tall_far: float
    tall_near: float
    middle: float


def stance(points, size, share=0.7):
    """Poses (T, 17, 2) in pixels of a picture `size` wide -> their Stance (paper, section 4).

    Far is the smallest ankle height that lies less below the median than `share` of what the
    nearest lies above it: somebody who jumps is not far away.
    """
    ankle = points[:, ANKLES, 1].mean(1)
    tall = ankle - points[:, HEAD, 1].min(1)
    near, median = ankle.max(), np.median(ankle)
    standing = ankle[median - ankle < share * (near - median)]
    far = standing.min() if len(standing) else near
    room = 0.05 * (near - far) + 1e-6  # what counts as "at" a place
    at_far, at_near = (tall[np.abs(ankle - a) <= room].max() for a in (far, near))
    return Stance(*(float(v) for v in (far, near, at_far, at_near, (size - 1) / 2)))


# %%
to_256 = s.size / 256  # the test films are larger
found = [(p + 0.5) * to_256 - 0.5 for p in found_poses(sources)]
hers, his = stance(np.concatenate(poses), s.size), stance(np.concatenate(found), s.size)
for who, it in (("target", hers), ("source", his)):
    print(who, {name: round(value) for name, value in it._asdict().items()})

# %% [markdown]
# @STANCE@
#
# By hand: the source's ankles go from 90 (far) to 100 (near), the target's from 100 to 120. A source at 95 stands midway, so $\rho=0.5$ and he belongs at 110: $b=15$ pixels down. If he is 40 tall far and 50 near, and she 80 and 110, the scale is midway between 80/40 and 110/50:

# %%
rho = (95 - 90) / (100 - 90)
print("shift", 100 + rho * (120 - 100) - 95, " scale", 80 / 40 + rho * (110 / 50 - 80 / 40))

# %% [markdown]
# **Your turn: normalise** (medium · 20 minutes · 4 points). For each frame: the ankles' mean height, $\rho$, shift and scale by the formulas above; then scale the figure about the point (middle of the picture, its own ankle height) and move it down by the shift, so that the ankles land exactly on $a+b$.
#
# One case of its own: a source who moves *less* far than the target, in pixels, must not be stretched over her whole stage. Then let $\rho$ run over a range as long as the **target's**, laid with its middle on the middle of the source's. $\rho$ may leave 0..1: a jump has a negative one.
#
# <details><summary>Hint 1</summary><code>low = min</code> of the range for rho and <code>length</code>: usually <code>source.far</code> and <code>source.near - source.far</code>; in the special case <code>length = target.near - target.far</code> and <code>low = (source.near + source.far - length) / 2</code>.</details>
# <details><summary>Hint 2</summary>With <code>origin</code> (T, 1, 2) made of the middle and the ankles: <code>scale * (points - origin) + origin</code>, then add the shift to y only. If both stand still the length is 0: take rho = 0.5.</details>

# %% nbgrader={"grade": false, "grade_id": "normalise", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
#| export
def normalise(points, source, target):
    """The source's poses (T, 17, 2) in pixels, brought to the target's place, size and floor.

    source, target: their Stance. Global pose normalisation (paper, section 4).
    """
    ### BEGIN SOLUTION
    ankle = points[:, ANKLES, 1].mean(1)
    low, length = source.far, source.near - source.far
    if length < target.near - target.far:
        length = target.near - target.far
        low = (source.near + source.far - length) / 2
    rho = (ankle - low) / length if length > 0 else np.full_like(ankle, 0.5)
    shift = target.far + rho * (target.near - target.far) - ankle
    at_far = target.tall_far / source.tall_far
    at_near = target.tall_near / source.tall_near
    scale = (at_far + rho * (at_near - at_far))[:, None, None]
    origin = np.stack([np.full_like(ankle, source.middle), ankle], 1)[:, None]
    down = np.stack([np.zeros_like(shift), shift], 1)[:, None]
    return scale * (points - origin) + origin + down
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_normalise", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
his_2, hers_2 = Stance(90, 110, 40, 50, 63.5), Stance(100, 120, 80, 110, 63.5)
pose_2 = np.random.default_rng(2).uniform(50, 80, (5, 17, 2))
pose_2[:, ANKLES, 1] = np.array([90.0, 95.0, 100.0, 110.0, 80.0])[:, None] + [[-1, 1]]
back_2 = normalise(normalise(pose_2, hers_2, his_2), his_2, hers_2)[:, ANKLES, 1].mean(1)
check.close(back_2, [90, 95, 100, 110, 80], 1e-4, "there and back again, the ankles")
got_2 = normalise(pose_2, his_2, hers_2)
check.shape(got_2, (5, 17, 2), "the normalised poses")
down_2 = got_2[:, ANKLES, 1].mean(1)
check.close(down_2, [100, 105, 110, 120, 90], 1e-4, "the ankles", "a + b; a jump leaves the range.")
size_2 = np.ptp(got_2[..., 1], axis=1) / np.ptp(pose_2[..., 1], axis=1)
check.close(size_2, [2, 2.05, 2.1, 2.2, 1.9], 1e-4, "the scale", "midway between far and near.")
aside_2 = (got_2[..., 0] - 63.5) / (pose_2[..., 0] - 63.5)
check.close(aside_2, size_2[:, None].repeat(17, 1), 1e-4, "sideways", "scale about the middle.")
less_2 = normalise(pose_2, Stance(95, 105, 40, 50, 63.5), hers_2)[:, ANKLES, 1].mean(1)
check.close(less_2, [100, 105, 110, 120, 90], 1e-4, "for a source of a shorter range, the ankles")
still_2 = normalise(pose_2[:1], Stance(90, 90, 40, 40, 63.5), Stance(110, 110, 80, 80, 63.5))
check.close(still_2[0, ANKLES, 1].mean(), 110, 1e-4, "if nobody moves, the ankles", "no NaN.")
check.passed(normalise)

# %%
normalise = check.settle("normalise", globals(), course="body.everybody_dance")

# %%
moved = [normalise(p, his, hers) for p in found]
aims = [(c.truth["keypoints"][..., :2] + 0.5) * to_256 - 0.5 for c in truths]
for name, answer in (("as he stands", found), ("normalised", moved)):
    far, near = (np.linalg.norm(a - b, axis=-1).mean() for a, b in zip(answer, aims))
    print(f"{name:13} {far:.1f} (far) and {near:.1f} (near) pixels from where she would be")
both = [draw_sticks(p[60:61], s.size)[0] for p in (found[0], moved[0], aims[0])]
both += [cv2.resize(truths[0].frames[60], (s.size, s.size), interpolation=cv2.INTER_AREA)]
show.picture(show.grid(both, 4, ["found", "normalised", "hers, exactly", "the truth"]), width=768)

# %% [markdown]
# @NORMAL@
#
# ### 3. A generator with a memory
#
# *Why:* it gets six channels, the sticks and the frame before as it was drawn. It does most of its work on small pictures: `pixel_unshuffle` lays each block of 2 x 2 pixels into four channels, and at the end `pixel_shuffle` lays them out again. Nothing is lost by that, and the layers between see a picture four or sixteen times smaller.

# %%
#| export
def conv(a, b, stride=1):
    """3 x 3 convolution, group normalisation, leaky ReLU: (B, a, h, w) -> (B, b, h/stride, ...)."""
    layer = nn.Conv2d(a, b, 3, stride, 1)
    return nn.Sequential(layer, nn.GroupNorm(4, b), nn.LeakyReLU(0.2, inplace=True))


class Block(nn.Module):
    """x plus two convolutions of x, (B, c, h, w)."""

    def __init__(self, c):
        super().__init__()
        self.layers = nn.Sequential(conv(c, c), nn.Conv2d(c, c, 3, 1, 1))

    def forward(self, x):
        return x + self.layers(x)


class Generator(nn.Module):
    """Sticks (B, 3, S, S) and the frame before (B, 3, S, S) -> the frame, all in 0..1.

    fold: pixels a side of the blocks laid into channels; S / fold is a multiple of 8.
    """

    def __init__(self, c=28, fold=2):
        super().__init__()
        w = [c, 2 * c, 3 * c, 4 * c]
        self.fold = fold
        self.stem = conv(6 * fold**2, c)
        self.down = nn.ModuleList([conv(w[k], w[k + 1], 2) for k in range(3)])
        self.middle = nn.Sequential(Block(w[3]), Block(w[3]))
        self.up = nn.ModuleList([conv(w[k + 1] + w[k], w[k]) for k in (2, 1, 0)])
        self.last = nn.Conv2d(c, 3 * fold**2, 3, 1, 1)

    def forward(self, sticks, before):
        x = 2 * torch.cat([sticks, before], 1) - 1
        x = self.stem(F.pixel_unshuffle(x, self.fold))  # (B, c, n, n), n = S / fold
        kept = []
        for down in self.down:
            kept.append(x)
            x = down(x)  # n/2, n/4, n/8
        x = self.middle(x)
        for up, old in zip(self.up, reversed(kept)):
            x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = up(torch.cat([x, old], 1))  # n/4, n/2, n
        return torch.sigmoid(F.pixel_shuffle(self.last(x), self.fold))


# %%
net = Generator(s.c, fold=s.size // 64)
sticks = torch.zeros(1, 3, s.size, s.size)
print(tuple(net(sticks, sticks).shape), f"{sum(p.numel() for p in net.parameters()):,} weights")

# %% [markdown]
# Under a million weights. The paper's generator has two hundred times as many, and draws pictures with sixteen times as many pixels as ours.
#
# ### 4. Critics, and what they see
#
# *Why:* a loss on pixels alone is satisfied best by the average of all skirts. A critic looks at small patches and tells film from drawing; the generator tries to please it. Ours look at four pictures at once, sticks and frames of two neighbouring moments, so that a skirt that jumps between them gives the drawing away. There are two critics, the second of which sees everything at half the size, and therefore twice as much of it.

# %%
#| export
def around(x, figure):
    """The places of x (B, c, n, n) on or near the figure, (B, 1, S, S) above 0.1 -> (K, c)."""
    near = F.max_pool2d(F.adaptive_max_pool2d(figure, figure.shape[-1] // 8), 3, 1, 1)
    near = F.interpolate(near, size=x.shape[-2:], mode="nearest")[:, 0] > 0.1
    return x.movedim(1, -1)[near]


class PatchGAN(nn.Module):
    """Sticks and frames (B, a, S, S), half of the channels each -> scores of the patches near the
    figure (K, 1), and their features in each layer, a list of (K, c).

    The frames' contrast is raised: critics that see 0..1 as it is learn nothing for long.
    """

    def __init__(self, a=12, c=24):
        super().__init__()
        w = [a, c, 2 * c, 4 * c]
        convs = [nn.Conv2d(w[k], w[k + 1], 4, 2, 1) for k in range(3)]
        steps = [nn.Sequential(layer, nn.LeakyReLU(0.2)) for layer in convs]
        self.layers = nn.ModuleList(steps)
        self.last = nn.Conv2d(w[3], 1, 3, 1, 1)
        for layer in (*convs, self.last):
            nn.init.kaiming_normal_(layer.weight, a=0.2)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        sticks, frames = x.chunk(2, 1)
        figure = sticks.amax(1, keepdim=True)
        x = torch.cat([sticks, 4 * frames - 2], 1)
        features = []
        for layer in self.layers:
            x = layer(x)  # S/2, S/4, S/8
            features.append(around(x, figure))
        return around(self.last(x), figure), features


class Critics(nn.Module):
    """PatchGANs at `scales` sizes, each half the one before -> a list of what each says."""

    def __init__(self, a=12, c=24, scales=2):
        super().__init__()
        self.each = nn.ModuleList([PatchGAN(a, c) for _ in range(scales)])

    def forward(self, x):
        out = []
        for critic in self.each:
            out.append(critic(x))
            x = F.avg_pool2d(x, 2)
        return out


# %%
critics = Critics()
view = torch.zeros(1, 12, s.size, s.size)
figure = draw_sticks(poses[0][60:61], s.size)[0] / 255
view[0, :6] = torch.from_numpy(figure).movedim(-1, 0).tile(2, 1, 1)
for scores, features in critics(view):
    print("scores", tuple(scores.shape), "features", [tuple(f.shape) for f in features])

# %% [markdown]
# A score for each patch of 22 pixels, and at the second scale of 44, but only where the figure is: nine tenths of the picture are wall and floor, which anybody draws right, and averaged over all of them our first critics told film from drawing no better than chance. A least-squares GAN wants scores of 1 for film and 0 for drawings; the generator wants 1 for its drawings.
#
# **Your turn: the pair loss** (medium · 15 minutes · 4 points). Draw both frames, the second with the first *as drawn* for a memory. Lay the four pictures into one of twelve channels (sticks before, sticks now, drawn before, drawn now) and ask the critics. The loss is the mean squared distance of the scores from 1, summed over the critics. The second frame's fate must reach back into the first: detach nothing.
#
# <details><summary>Hint 1</summary><code>before = net(sticks[0], start)</code>, then <code>now = net(sticks[1], before)</code>.</details>
# <details><summary>Hint 2</summary><code>said = critics(torch.cat([*sticks, before, now], 1))</code> is a list of (scores, features).</details>

# %% nbgrader={"grade": false, "grade_id": "pair_loss", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
#| export
def pair_loss(net, critics, sticks, start):
    """Draw two neighbouring frames and ask the critics (paper, section 3.2, with least squares).

    sticks: (before, now), each (B, 3, S, S); start: the frame before both, or zeros. Returns the
    loss, a scalar; what was drawn (before, now); and what the critics said.
    """
    ### BEGIN SOLUTION
    before = net(sticks[0], start)
    now = net(sticks[1], before)
    said = critics(torch.cat([*sticks, before, now], 1))
    loss = sum((scores - 1).square().mean() for scores, _ in said)
    return loss, (before, now), said
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_pair_loss", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
class Tint_3(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.share = torch.nn.Parameter(torch.tensor(0.5))

    def forward(self, sticks, before):
        return self.share * sticks + 0.25 * before


def first_3(x):
    return [(x[:, :3], [])]


def critics_3(x):
    check.shape(x, (2, 12, 8, 8), "what the critics see")
    return [(x, [x]), (2 * x[:, 9:], [x])]


net_3, start_3 = Tint_3(), torch.linspace(0.3, 0.5, 8).expand(2, 3, 8, 8)
sticks_3 = (torch.full((2, 3, 8, 8), 0.2), torch.full((2, 3, 8, 8), 0.6))
bare_3, _, _ = pair_loss(Tint_3(), first_3, (start_3, start_3), 0 * start_3)
check.close(bare_3.item(), (start_3 - 1).square().mean(), 1e-5, "the loss of one critic")
loss_3, drawn_3, said_3 = pair_loss(net_3, critics_3, sticks_3, start_3)
check.close(drawn_3[0], 0.1 + start_3 / 4, 1e-5, "the first frame", "its memory is `start`.")
check.close(drawn_3[1].mean(), 0.35, 1e-5, "the second frame", "its memory is the first, drawn.")
seen_3 = [said_3[0][0][:, k].mean().item() for k in (0, 3, 6, 9)]
check.close(seen_3, [0.2, 0.6, 0.2, 0.35], 1e-5, "the order of the four pictures")
wanted_3 = sum((scores - 1).square().mean() for scores, _ in said_3)
check.close(loss_3.item(), wanted_3, 1e-5, "the loss", "mean squares from 1, summed over critics.")
slope_3 = torch.autograd.grad(drawn_3[1].mean(), net_3.share, retain_graph=True)[0]
told_3 = "0.6, and 0.05 through the frame before: is it detached?"
check.close(slope_3.item(), 0.65, 1e-5, "the slope of the second frame", told_3)
check.passed(pair_loss)

# %%
pair_loss = check.settle("pair_loss", globals(), course="body.everybody_dance")

# %%
two = view[:, :3], view[:, 3:6]
loss, drawn, said = pair_loss(net, critics, two, torch.zeros_like(two[0]))
print(f"loss {loss.item():.2f} before anything is learnt")

# %% [markdown]
# Two critics who say 0 to everything would make a loss of 2; these were never taught anything and say this and that.
#
# ### 5. What else a drawing must match
#
# *Why:* critics are fickle teachers: they say *that* something is wrong, not what. But here each drawing has a frame that it ought to be. **Feature matching** compares the two inside the critics: layer by layer, the features of the drawing should be those of the frame.
#
# **Your turn: feature matching** (easy · 10 minutes · 3 points). `drawn` and `real` are what the critics said of a drawing and of the film. Sum, over critics, the mean over their layers of the mean absolute difference of features; then divide by the number of critics. The film is the goal and gets no gradient.
#
# <details><summary>Hint 1</summary>Walk through both lists at once: <code>for (_, mine), (_, goal) in zip(drawn, real)</code>; <code>mine</code> and <code>goal</code> are lists of layers.</details>
# <details><summary>Hint 2</summary><code>(a - b.detach()).abs().mean()</code> for one layer.</details>

# %% nbgrader={"grade": false, "grade_id": "feature_matching", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
#| export
def feature_matching(drawn, real):
    """How far critics' features of a drawing are from the film's, a scalar: L1, the mean over
    layers and critics (Wang et al. 2018, pix2pixHD). drawn, real: lists of (scores, features)."""
    ### BEGIN SOLUTION
    total = 0.0
    for (_, mine), (_, goal) in zip(drawn, real):
        apart = [(a - b.detach()).abs().mean() for a, b in zip(mine, goal)]
        total = total + sum(apart) / len(apart)
    return total / len(drawn)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_feature_matching", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
mine_4 = [torch.full((1, 2, k, k), float(k), requires_grad=True) for k in (4, 2, 6)]
goal_4 = [torch.full((1, 2, k, k), 1.0, requires_grad=True) for k in (4, 2, 6)]
score_4 = torch.full((1, 1, 2, 2), 50.0)
drawn_4 = [(score_4, mine_4[:2]), (score_4, mine_4[2:])]
real_4 = [(0 * score_4, goal_4[:2]), (0 * score_4, goal_4[2:])]
check.close(feature_matching(drawn_4, drawn_4), 0, 1e-6, "a drawing and itself, the loss")
value_4 = feature_matching(drawn_4, real_4)
check.close(value_4.item(), 3.5, 1e-5, "the loss", "(3 + 1) / 2 for one critic, 5 for the other.")
value_4.backward()
check.true(all(g.grad is None for g in goal_4), "the film's features get no gradient: detach them.")
check.true(all(m.grad is not None for m in mine_4), "the drawing's features must get a gradient.")
check.passed(feature_matching)

# %%
feature_matching = check.settle("feature_matching", globals(), course="body.everybody_dance")

# %% [markdown]
# A second goal of the same kind comes from outside the game. The paper compares features of VGG, a network for objects in photographs. We have a network that knows people: **lesson 24's pose network**. Its first layers react to limbs, hands and clothes, and it never sees what it is used for here. To them we add the picture itself.

# %%
#| export
class PoseFeatures(nn.Module):
    """How far two pictures (B, 3, S, S) are in what lesson 24's network sees, a scalar: L1 of the
    picture (twice) and of three layers, each in units of its own spread. The paper has VGG-19."""

    def __init__(self):
        super().__init__()
        self.net = PoseNet(16)
        known = load_file(weights.path("poses"))
        self.net.load_state_dict({k: v.float() for k, v in known.items()}, strict=False)
        self.net.eval().requires_grad_(False)

    def features(self, x):
        x = 2 * x - 1
        out = [x, self.net.stem(x)]  # S, S/2
        for down in self.net.down[:2]:
            out.append(down(out[-1]))  # S/4, S/8
        return out

    def forward(self, drawn, real):
        with torch.no_grad():
            goals = self.features(real)
        total = 0.0
        for k, (a, b) in enumerate(zip(self.features(drawn), goals)):
            total = total + (2.0 if k == 0 else 1.0) * (a - b).abs().mean() / (b.std() + 1e-3)
        return total


# %%
eyes = PoseFeatures()
frame = torch.from_numpy(takes[0].frames[60:61]).permute(0, 3, 1, 2).float() / 255
others = {"itself": frame, "a pixel aside": frame.roll(1, 3), "darker": 0.8 * frame}
for name, other in others.items():
    print(f"the frame and {name:14} {eyes(other, frame).item():.2f}")

# %% [markdown]
# One pixel aside costs about as much as a fifth less light: on the body a pixel matters. Nothing here was tuned to skirts.
#
# ### 6. One step
#
# The generator gets three terms, the critics theirs.

# %%
#| export
TERMS = (0.2, 6.0, 5.0)  # weights of the critics, feature matching and PoseFeatures
START = 0.5  # share of streams that begin with a frame of the film, and not with zeros


def generator_loss(net, critics, eyes, sticks, frames, start, terms=TERMS):
    """sticks, frames: (before, now), each (B, 3, S, S); start (B, 3, S, S) -> the loss, a scalar,
    and what was drawn."""
    loss, drawn, said = pair_loss(net, critics, sticks, start)
    with torch.no_grad():
        real = critics(torch.cat([*sticks, *frames], 1))
    seen = sum(eyes(a, b) for a, b in zip(drawn, frames)) / 2
    parts = loss, feature_matching(said, real), seen
    return sum(weight * part for weight, part in zip(terms, parts)), drawn


def critics_loss(critics, sticks, frames, drawn):
    """Least squares: scores of the film to 1, of the drawing to 0; a scalar."""
    loss = 0.0
    for pictures, goal in ((frames, 1.0), (drawn, 0.0)):
        view = torch.cat([*sticks, *pictures], 1).detach()
        loss = loss + sum((scores - goal).square().mean() / 2 for scores, _ in critics(view))
    return loss


# %%
loss, drawn = generator_loss(net, critics, eyes, two, two, torch.zeros_like(two[0]))
print(f"generator {loss.item():.1f}, critics {critics_loss(critics, two, two, drawn).item():.2f}")

# %% [markdown]
# ## Train it
#
# One thing the paper does differently. There each pair starts from nothing: the frame before the first is black. Our first attempt did so for half of the pairs and gave the others the true frame. It drew a single next frame well, and fell apart within a second when left alone with its own drawings, which it had never had for a memory. So we train as it will be used: 64 **streams** run through the film at the same time, each going on from what the network itself drew two frames ago, and starting anew now and then. A step takes two of them.

# %%
#| export
def as_tensor(frames, device):
    """Pictures (..., S, S, 3) uint8 -> (..., 3, S, S) floats in 0..1."""
    return torch.from_numpy(np.ascontiguousarray(frames)).to(device).movedim(-1, -3).float() / 255


def as_frames(drawn):
    """Pictures (..., 3, S, S) in 0..1 -> (..., S, S, 3) uint8 on the CPU."""
    return (255 * drawn.detach().movedim(-3, -1)).round().byte().cpu().numpy()


class Streams:
    """Takes of one person, run through by many streams at once: each goes on two frames at a time
    from what was drawn before, and starts anew somewhere else after some sixteen pairs.

    takes: lists of frames (T, S, S, 3) uint8; poses: of (T, 17, 2).
    """

    def __init__(self, takes, poses, seed=0, count=64, life=16):
        self.takes = takes
        self.sticks = [draw_sticks(p, f.shape[1], f.shape[1] // 64) for p, f in zip(poses, takes)]
        self.rng = np.random.default_rng(seed)
        self.at = [self.anew() for _ in range(count)]
        self.life = life

    def anew(self):
        """A stream: take, frame, and the frame before it: the film's, or nothing (zeros)."""
        k = self.rng.integers(len(self.takes))
        t = self.rng.integers(1, len(self.takes[k]) - 1)
        before = self.takes[k][t - 1] * (self.rng.random() < START)
        return k, t, before

    def batch(self, n, device):
        """n streams -> their numbers, sticks and frames (before, now), and what came before."""
        chosen = self.rng.choice(len(self.at), n, replace=False)
        for j in chosen:
            k, t, _ = self.at[j]
            if t + 2 > len(self.takes[k]) or self.rng.random() < 1 / self.life:
                self.at[j] = self.anew()
        rows = [self.at[j] for j in chosen]
        sticks, frames = (
            [as_tensor(np.stack([x[k][t + d] for k, t, _ in rows]), device) for d in (0, 1)]
            for x in (self.sticks, self.takes)
        )
        return chosen, sticks, frames, as_tensor(np.stack([row[2] for row in rows]), device)

    def go_on(self, chosen, drawn):
        """Move the chosen streams two frames on, with what was drawn (B, 3, S, S)."""
        for j, frame in zip(chosen, as_frames(drawn)):
            k, t, _ = self.at[j]
            self.at[j] = k, t + 2, frame


def falling(optimizer, steps):
    """A schedule that holds the rate for half of the steps and lets it fall to zero."""
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: min(1.0, 2 - 2 * t / steps))


def fit_dance(net, critics, streams, steps, batch=2, rates=(1e-3, 4e-4), terms=TERMS, **kept):
    """Train a generator against its critics on Streams -> it, and its losses.

    rates: of generator and critics. kept: what train.steps takes.
    """
    parts = net, critics
    makers = [torch.optim.Adam(m.parameters(), r, (0.5, 0.999)) for m, r in zip(parts, rates)]
    (net, critics), makers, run = train.setup(parts, tuple(makers))
    net.to(memory_format=torch.channels_last)  # a fifth faster on a CPU
    eyes = PoseFeatures().to(run.device)
    schedules = [falling(maker, steps) for maker in makers]
    losses = []
    for _ in train.steps(steps, kept.pop("title", "dancer"), **kept):
        chosen, sticks, frames, start = streams.batch(batch, run.device)
        loss, drawn = generator_loss(net, critics, eyes, sticks, frames, start, terms)
        makers[0].zero_grad()
        run.backward(loss)
        makers[0].step()
        makers[1].zero_grad()
        run.backward(critics_loss(critics, sticks, frames, drawn))
        makers[1].step()
        for schedule in schedules:
            schedule.step()
        streams.go_on(chosen, drawn[1])
        losses.append(loss.item())
    return net.eval(), losses


# %%
#| export
@torch.inference_mode()
def dance(net, points, size, start=None, width=2):
    """Draw a film frame by frame, each with the one before for a memory: poses (T, 17, 2) in
    pixels -> (T, size, size, 3) uint8. start (size, size, 3) uint8: the frame before, or None."""
    device = next(net.parameters()).device
    before = torch.zeros(1, 3, size, size, device=device)
    if start is not None:
        before = as_tensor(start[None], device)
    out = []
    for sticks in draw_sticks(points, size, width * size // 128):
        before = net(as_tensor(sticks[None], device), before)
        out.append(as_frames(before[0]))
    return np.stack(out)


# %%
torch.manual_seed(s.seed)
streams = Streams([clip.frames for clip in takes], poses, s.seed)
net = Generator(s.c, fold=s.size // 64).to(s.device)
critics = Critics().to(s.device)
net, losses = fit_dance(net, critics, streams, s.steps, s.batch, title="a minute")
print(f"loss {np.mean(losses[:20]):.1f} -> {np.mean(losses[-20:]):.1f}")

# %% [markdown]
# @LOSS@
#
# ## Watch and measure
#
# Now the source dances. The film starts from the last frame of the target's own footage that was lit like this, so that the network knows what light it is in; the truth starts there as well. The hour's network is the same class at 256 pixels with blocks of four, so that its layers work at the same size; it was trained by the same function.

# %%
hour = Generator(28, fold=4)
hour.load_state_dict(weights.read("dancer"))
hour = hour.to(s.device).eval()


def small(frames):
    """Pictures (T, S, S, 3) reduced to 128 pixels by areas."""
    return np.stack([cv2.resize(f, (128, 128), interpolation=cv2.INTER_AREA) for f in frames])


def resized(points, a, b):
    """Points in pixels of a picture a wide -> of one b wide."""
    return (points + 0.5) * b / a - 0.5


true = [small(c.frames) for c in truths]
films = {"minute": [], "hour": []}
for k, points in enumerate(moved):
    start = truths[k].frames[0]
    at = cv2.resize(start, (s.size, s.size), interpolation=cv2.INTER_AREA)
    films["minute"].append(small(dance(net, points, s.size, at)))
    films["hour"].append(dance(hour, resized(points, s.size, 256), 256, start))

# %%
rows = [small(c.frames) for c in sources], *films.values(), true
tiles = [small(row[k][t : t + 1])[0] for row in rows for k in (0, 1) for t in (20, 50, 80)]
show.picture(show.grid(tiles, 6), width=768, alt="source, minute, hour and truth, six moments")

# %% [markdown]
# @ROWS@
#
# Four numbers say how good that is. Inside the body: **PSNR** and **SSIM** against the truth. Over time: **flicker**, by how much the change from frame to frame differs from the truth's. And lesson 24's network looks at the drawn film: how far are the joints it finds, and the feet, from where the truth has them?
#
# Two rivals. **Nearest frame** draws nothing; it shows the training frame whose pose is nearest. **As he stands** is our own network without normalisation.

# %%
every = np.concatenate([small(c.frames) for c in takes])
own = resized(np.concatenate(poses), s.size, 128)
asked = [resized(p, s.size, 128) for p in moved]
films["nearest frame"] = [every[judge.nearest_pose_frames(p, own)] for p in asked]
films["as he stands"] = [small(dance(net, p, s.size)) for p in found]
masks = [np.stack([m[::2, ::2] for m in c.truth["parts"] > 0]) for c in truths]
joints = [resized(c.truth["keypoints"][..., :2], 256, 128) for c in truths]
finder = PoseFinder.load(weights.path("poses"), s.device)


def judged(pair):
    """Scores of a pair of films (far, near) at 128 pixels or more, the mean of the two."""
    rows = []
    for film, truth, mask, joint in zip(pair, true, masks, joints):
        shown = small(film)
        rows.append(judge.dance_scores(shown, truth, mask, finder(shown)[0], joint))
    return {key: round(float(np.mean([row[key] for row in rows])), 3) for key in rows[0]}


table = {name: judged(pair) for name, pair in films.items()}
for name, row in table.items():
    print(f"{name:14}", row)

# %% [markdown]
# @TABLE@

# %%
clock = time.perf_counter()
dance(hour, resized(moved[0][:40], s.size, 256), 256)
print(f"{40 / (time.perf_counter() - clock):.0f} frames a second at 256 pixels")

# %%
judge.scoreboard(
    "25a_do_as_i_do",
    table["minute"],
    baselines={name: table[name] for name in ("nearest frame", "as he stands")},
    floors=dict(psnr=(">=", 14.0), pose_px=("<=", 8.0)),
    hour=table["hour"],
    hour_floors=dict(psnr=(">=", 14.0), pose_px=("<=", 8.0)),
)

# %% [markdown]
# @RATE@

# %%
near = sources[1].frames, draw_sticks(resized(moved[1], s.size, 256), 256, 4), films["hour"][1]
clip = np.concatenate(near, 2)
if os.environ.get("COURSE_KEEP"):  # the clip at the top is made here
    media.write("dance.mp4", media.Clip(clip[:75], 25), overwrite=True)
show.picture(clip[40], width=768, alt="source, sticks and target of one moment")

# %% [markdown]
# @CLIP@
#
# ## Break it
#
# The stick figure is the only thing that goes in, and the network has seen figures of one kind. What if one in ten joints is not found? What if somebody else draws the sticks a little thicker than they were at training? (Followers of the authors' code got poor results for weeks, until they used the same table of colours.)

# %%
lost = moved[1].copy()
lost[np.random.default_rng(5).random(lost.shape[:2]) < 0.1] = np.nan
start = cv2.resize(truths[1].frames[0], (s.size, s.size), interpolation=cv2.INTER_AREA)
broken = {"as it was": films["minute"][1]}
broken["a tenth lost"] = small(dance(net, lost, s.size, start))
broken["thicker sticks"] = small(dance(net, moved[1], s.size, start, width=4))
for name, film in broken.items():
    row = judge.dance_scores(film, true[1], masks[1], finder(film)[0], joints[1])
    print(f"{name:14} psnr {row['psnr']:.1f}, flicker {row['flicker']:.3f}")
tiles = [film[t] for film in broken.values() for t in (30, 31, 32, 33)]
show.picture(show.grid(tiles, 4), width=768, alt="four frames each, as it was and broken")

# %% [markdown]
# @BROKEN@
#
# ## Find out
#
# **1. What do the critics do?** Give `fit_dance` the argument `terms=(0, 0, 5)` and train the minute again. Predict: do PSNR and SSIM rise or fall? And what do you see?
#
# <details><summary>What we found</summary>@CRITICS@</details>
#
# **2. What is the memory worth?** In `Generator.forward`, replace `before` by `0 * before` and train the minute again: a network that draws every frame for itself. Predict the flicker, and whether her brightness follows the drifting light.
#
# <details><summary>What we found</summary>@MEMORY@</details>
#
# [25b](25b_faces_and_fakes.ipynb) goes on with the hour's network: her face, fair trials of each part, real people.
