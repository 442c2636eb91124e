# GENERATED from 25a_do_as_i_do.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['PLACES', 'STAGE', 'FIELD', 'NECK', 'STICKS', 'HUE', 'WHEEL', 'COLOURS', 'HEAD', 'ANKLES', 'TERMS', 'RATES', 'take',
           'found_poses', 'draw_sticks', 'Stance', 'stance', 'normalise', 'as_tensor', 'as_frames', 'conv', 'Block',
           'Enhancer', 'Generator', 'around', 'PatchGAN', 'Critics', 'pair_loss', 'feature_matching', 'PoseFeatures',
           'generator_loss', 'critics_loss', 'fit_dance', 'dance']

# %%
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from scipy.ndimage import median_filter
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from course_lib import studio, train, weights
from course_lib.taught.foundations.finding_poses import LIMBS, PoseFinder, PoseNet
from course_lib.taught.images.pix2pix import rivals

# %%
PLACES = ((0.0, 0.0), (-0.15, -0.45), (0.15, 0.4), (0.1, -0.2), (-0.1, 0.2), (0.0, 0.0))  # metres
STAGE = studio.Camera(focal=3.6, distance=3.75, look_at=(0.0, 0.0, 0.0))
FIELD = studio.Camera(focal=3.6, distance=6.4, look_at=(0.0, 0.1, 0.0))


def take(actor, seconds, seed, place, size, camera=STAGE, phase=0.0, scene="office", moves=None):
    """An actor's dance, filmed at a place (x, z) in metres; phase: of the drifting light."""
    dance = studio.dance(seconds, seed=seed, actor=actor, moves=moves)
    move = torch.tensor([place[0], 0.0, place[1]])
    dance = replace(dance, translation=dance.translation + move)
    light = studio.drifting(len(dance), phase)
    return studio.film(actor, dance, size, camera, light, scene)

# %%
def found_poses(clips, window=5):
    """Poses of films as lesson 24's network finds them -> a list of (T, 17, 2) pixels: each joint
    the median over `window` frames, which removes single errors."""
    finder = PoseFinder.load(weights.path("poses"))
    each = train.steps(len(clips), "finding poses")
    found = [finder(clips[i].frames)[0].astype(np.float32) for i in each]
    return [median_filter(points, (window, 1, 1), mode="nearest") for points in found]

# %%
NECK = 17  # a joint of our own, midway between the shoulders
STICKS = (*LIMBS, (0, NECK))


HUE = np.arange(len(STICKS))[:, None] / len(STICKS) - np.arange(3) / 3
WHEEL = 0.5 + 0.5 * np.cos(2 * np.pi * HUE)  # (sticks, 3)
COLOURS = (255 * WHEEL / WHEEL.max(1, keepdims=True)).astype(np.uint8)

# %%
def draw_sticks(points, size, width=2):
    """Poses (T, 17, 2) in pixels -> pictures (T, size, size, 3) uint8 of their sticks on black."""
    out = np.zeros((len(points), size, size, 3), np.uint8)
    for picture, pose in zip(out, points):
        pose = np.concatenate([pose, pose[5:7].mean(0, keepdims=True)])
        for (a, b), colour in zip(STICKS, COLOURS):
            if np.isfinite(pose[[a, b]]).all():
                ends = [tuple(int(v) for v in (16 * pose[j]).round()) for j in (a, b)]
                cv2.line(picture, *ends, tuple(int(c) for c in colour), width, cv2.LINE_AA, 4)
    return out

# %%
HEAD, ANKLES = [0, 1, 2, 3, 4], [15, 16]


class Stance(NamedTuple):
    """Where in the picture somebody stands: ankle heights far and near (pixels, y downwards) and
    the figure's height there in pixels; middle: x of the picture's middle."""

    far: float
    near: float
    tall_far: float
    tall_near: float
    middle: float


def stance(points, size, share=0.5):
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
def normalise(points, source, target):
    """The source's poses (T, 17, 2) in pixels, brought to the target's place, size and floor.

    source, target: their Stance. Global pose normalisation (paper, section 4).
    """
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

# %%
def as_tensor(frames, device="cpu"):
    """Pictures (..., S, S, 3) uint8 -> (..., 3, S, S) floats in 0..1."""
    return torch.from_numpy(np.ascontiguousarray(frames)).to(device).movedim(-1, -3).float() / 255


def as_frames(drawn):
    """Pictures (..., 3, S, S) in 0..1 -> (..., S, S, 3) uint8 on the CPU."""
    return (255 * drawn.detach().movedim(-3, -1)).round().byte().cpu().numpy()

# %%
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

# %%
class Enhancer(nn.Module):
    """What a look at smaller blocks of pixels adds to a drawing, (B, 3, S, S), zero at first: the
    paper's second stage. seen (B, 6, S, S), features (B, c, n, n); 2 * fold * n = S."""

    def __init__(self, c, fold, width):
        super().__init__()
        self.fold = fold
        self.layers = nn.Sequential(conv(6 * fold**2 + c, width), conv(width, width))
        self.last = nn.Conv2d(width, 3 * fold**2, 3, 1, 1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, seen, features):
        wide = F.interpolate(features, scale_factor=2.0, mode="nearest")
        x = torch.cat([F.pixel_unshuffle(seen, self.fold), wide], 1)  # (B, ..., 2n, 2n)
        return F.pixel_shuffle(self.last(self.layers(x)), self.fold)

# %%
class Generator(nn.Module):
    """Sticks (B, 3, S, S) and the frame before (B, 3, S, S) -> the frame, all in 0..1.

    fold: pixels a side of the blocks laid into channels; S / fold is a multiple of 8.
    fine: channels of an Enhancer that works with blocks half as large, or 0 for none.
    """

    def __init__(self, c=28, fold=2, fine=0):
        super().__init__()
        w = [c, 2 * c, 3 * c, 4 * c]
        self.fold = fold
        self.stem = conv(6 * fold**2, c)
        self.down = nn.ModuleList([conv(w[k], w[k + 1], 2) for k in range(3)])
        self.middle = nn.Sequential(Block(w[3]), Block(w[3]))
        self.up = nn.ModuleList([conv(w[k + 1] + w[k], w[k]) for k in (2, 1, 0)])
        self.last = nn.Conv2d(c, 3 * fold**2, 3, 1, 1)
        self.enhancer = Enhancer(c, fold // 2, fine) if fine else None

    def forward(self, sticks, before):
        seen = 2 * torch.cat([sticks, before], 1) - 1
        x = self.stem(F.pixel_unshuffle(seen, self.fold))  # (B, c, n, n), n = S / fold
        kept = []
        for down in self.down:
            kept.append(x)
            x = down(x)  # n/2, n/4, n/8
        x = self.middle(x)
        for up, old in zip(self.up, reversed(kept)):
            x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = up(torch.cat([x, old], 1))  # n/4, n/2, n
        drawn = F.pixel_shuffle(self.last(x), self.fold)
        if self.enhancer is not None:
            drawn = drawn + self.enhancer(seen, x)
        return torch.sigmoid(drawn)

# %%
def around(x, figure):
    """The places of x (B, c, n, n) on or near the figure, (B, 1, S, S) above 0.1 -> (K, c)."""
    near = F.max_pool2d(F.adaptive_max_pool2d(figure, figure.shape[-1] // 8), 3, 1, 1)
    near = F.interpolate(near, size=x.shape[-2:], mode="nearest")[:, 0] > 0.1
    return x.movedim(1, -1)[near]

# %%
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

# %%
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
def pair_loss(net, critics, sticks, start):
    """Draw two neighbouring frames and ask the critics (paper, section 3.2, with least squares).

    sticks: (before, now), each (B, 3, S, S); start: the frame before both, or zeros. Returns the
    loss, a scalar; what was drawn (before, now); and what the critics said.
    """
    before = net(sticks[0], start)
    now = net(sticks[1], before)
    said = critics(torch.cat([*sticks, before, now], 1))
    loss = sum((scores - 1).square().mean() for scores, _ in said)
    return loss, (before, now), said

# %%
def feature_matching(drawn, real):
    """How far critics' features of a drawing are from the film's, a scalar: L1, the mean over
    layers and critics (Wang et al. 2018, pix2pixHD). drawn, real: lists of (scores, features)."""
    total = 0.0
    for (_, mine), (_, goal) in zip(drawn, real):
        apart = [(a - b.detach()).abs().mean() for a, b in zip(mine, goal)]
        total = total + sum(apart) / len(apart)
    return total / len(drawn)

# %%
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
        both = zip(self.features(drawn), goals)
        apart = [(a - b).abs().mean() / (b.std() + 1e-3) for a, b in both]
        return apart[0] + sum(apart)

# %%
TERMS = (0.2, 6.0, 5.0)  # weights of the critics, feature matching and PoseFeatures
RATES = (1e-3, 4e-4)  # learning rates of generator and critics


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
def fit_dance(net, critics, streams, steps, batch=2, rates=RATES, terms=TERMS, inertia=0.99):
    """Train a generator against its critics on train.Streams of sticks -> the mean of its weights
    over the last 1 / (1 - inertia) steps or so, as a network, and its losses."""
    (net, critics), makers, run, schedules = rivals((net, critics), steps, rates)
    net.to(memory_format=torch.channels_last)  # a fifth faster on a CPU
    eyes = PoseFeatures().to(run.device)
    mean, losses = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(inertia)), []
    for _ in train.steps(steps, "dancer"):
        chosen, *pictures, start = streams.batch(batch)
        sticks, frames = ([as_tensor(x, run.device) for x in pair] for pair in pictures)
        start = as_tensor(start, run.device)
        critics.requires_grad_(False)  # critics do not learn from the generator's loss
        loss, drawn = generator_loss(net, critics, eyes, sticks, frames, start, terms)
        critics.requires_grad_(True)
        said = critics_loss(critics, sticks, frames, drawn)
        for maker, schedule, part in zip(makers, schedules, (loss, said)):
            maker.zero_grad()
            run.backward(part)
            maker.step()
            schedule.step()
        mean.update_parameters(net)
        streams.go_on(chosen, as_frames(drawn[1]))
        losses.append(loss.item())
    return mean.module.eval(), losses

# %%
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
