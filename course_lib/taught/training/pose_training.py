# GENERATED from 24a_in_the_picture.ipynb by `make sync`. Edit the lesson, not this file.
__all__ = ['film_people', 'Films', 'placed', 'pose_batch', 'pose_step', 'fit_poses']

# %%
import math
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F

from course_lib import studio, train
from course_lib.taught.foundations.finding_poses import STRIDE, PoseNet, mirrored, pose_loss
from course_lib.taught.training import face_training as ft

# %%
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
        camera = studio.Camera(
            2 * distance / 2.3, distance, float(yaw), float(pitch), (0, -0.08, 0)
        )
        light = ft.random_light(rng, shots)
        poses = studio.strike(shots, int(seeds[i]), actor, facing=0.55)
        ground = str(rng.choice(studio.BACKGROUNDS))
        where = dict(size=size, camera=camera, background=ground)
        clip = studio.film(actor, poses, light=light, **where)
        out["pictures"].append(clip.frames)
        out["alpha"].append(clip.truth["parts"] > 0)
        out["points"].append(clip.truth["keypoints"][..., :2].astype(np.float32))
    return {k: np.concatenate(v) for k, v in out.items()}

# %%
class Films:
    """What film_people gives, ready for training: rgba (N, 4, S, S) uint8, points (N, 17, 2)."""

    def __init__(self, pictures, alpha, points):
        rgb = torch.from_numpy(pictures).permute(0, 3, 1, 2)
        self.rgba = torch.cat([rgb, torch.from_numpy(alpha)[:, None].byte() * 255], 1)
        self.points = torch.from_numpy(points) + 0.5  # from the picture's corner

    def to(self, device):
        self.rgba, self.points = self.rgba.to(device), self.points.to(device)
        return self


def placed(g, points, size):
    """Where each person goes: points (B, 17, 2) in the film's pixels -> maps (B, 3, 3) from there
    to a picture of `size` pixels. Most fill 0.4 to 1 of it, one in eight is larger than it."""
    B = len(points)
    low, high = points.amin(1), points.amax(1)
    share = torch.exp(ft.uniform(g, B, math.log(0.42), math.log(1.05)))
    close = ft.chance(g, B, 0.12)
    share = torch.where(close, ft.uniform(g, B, 1.05, 2.0), share)
    scale = share * size / (1.15 * (high - low).amax(1))
    angle = ft.normal(g, B, 0.17)
    stretch = torch.exp(ft.normal(g, B, 0.05))
    c, s = angle.cos(), angle.sin()
    rows = torch.stack([c * stretch, -s * stretch, s / stretch, c / stretch], 1)
    turn = rows.view(B, 2, 2) * scale[:, None, None]
    room = (1 - share).clamp(min=0.04)[:, None] * size / 2
    to = size / 2 + room * torch.stack([ft.uniform(g, B, -1, 1), ft.uniform(g, B, -1, 1)], 1)
    off = torch.stack([ft.normal(g, B, 0.1), ft.uniform(g, B, -0.5, 0.7)], 1) * size
    to = to + off * close[:, None]
    move = to - (turn @ ((low + high) / 2)[..., None])[..., 0]
    last = torch.tensor([0.0, 0.0, 1.0], device=points.device).expand(B, 1, 3)
    return torch.cat([torch.cat([turn, move[..., None]], 2), last], 1)

# %%
def pose_batch(g, films, grounds, B, size=128, plain=False):
    """-> pictures (B, 3, size, size), points (B, 17, 2) in cells, there (B, 17).

    plain: people before scenes, without noise, blur and things in front of them.
    """
    i = torch.randint(len(films.rgba), (B,), generator=g, device=g.device)
    a = placed(g, films.points[i], size)
    rgba = films.rgba[i].float() / 255
    kept = ft.chance(g, B, 0.15)[:, None, None]  # before the film's own wall
    rgba[:, 3] = torch.where(kept, torch.ones_like(rgba[:, 3]), rgba[:, 3])
    middle = torch.tensor([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]], device=g.device)
    unit = torch.tensor([1 / size, 1 / size, 1.0], device=g.device).diag()
    x = ft.sample(rgba, unit @ a @ middle, size, "zeros")
    points = films.points[i] @ a[:, :2, :2].mT + a[:, None, :2, 2]
    absent = ft.chance(g, B, 0.07)
    there = ((points > 0) & (points < size)).all(-1) & ~absent[:, None]
    flip = ft.chance(g, B, 0.5)
    twin_points, twin_there = mirrored(points, there, size)
    x = torch.where(flip[:, None, None, None], x.flip(3), x)
    points = torch.where(flip[:, None, None], twin_points, points)
    there = torch.where(flip[:, None], twin_there, there)
    alpha = F.avg_pool2d(x[:, 3:], 3, 1, 1) * ~absent[:, None, None, None]
    x = torch.lerp(ft.texture(g, grounds, B, size), x[:, :3], alpha)
    if not plain:
        x = ft.things(g, x, grounds)
        x = torch.where(ft.chance(g, B, 0.35)[:, None, None, None], x, ft.degrade(g, x))
    return x, points / STRIDE, there

# %%
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
    return ft.fit(net, (films, grounds), made, step, steps, rate, seed, title, **kept)