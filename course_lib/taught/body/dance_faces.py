# GENERATED from 25b_faces_and_fakes.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['FACE', 'SEEN', 'MATCHED', 'SEEN_AT_LEAST', 'face_corners', 'crop', 'face_composite', 'FaceNet', 'Plain',
           'plain_critics', 'face_loss', 'turn', 'fit_face', 'with_faces', 'Trial', 'Forgetful', 'pixels', 'eyes_of',
           'shown', 'trial_loss', 'body_light', 'light_scores', 'drop_joints', 'fit_trial', 'placed', 'squared',
           'fit_detector', 'neighbours', 'caught', 'forged', 'caught_by_person']

# %%
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from course_lib import media, studio, train
from course_lib.taught.body.everybody_dance import (
    PLACES,
    RATES,
    Block,
    Critics,
    Generator,
    PoseFeatures,
    as_frames,
    as_tensor,
    conv,
    critics_loss,
    dance,
    draw_sticks,
    feature_matching,
    fit_dance,
    found_poses,
    normalise,
    stance,
    take,
)
from course_lib.taught.images.pix2pix import rivals

# %%
FACE = 48  # pixels: side of the box round the nose, at 256 pixels a frame


def face_corners(points, n=FACE):
    """Upper left pixels (x, y) of boxes of n pixels round the noses of poses (T, 17, 2) -> (T, 2)
    float32, NaN where no nose was found."""
    return (points[:, 0] - (n - 1) / 2).round().astype(np.float32)


def crop(frames, corners, n=FACE):
    """The boxes of frames (T, S, S, 3) at corners (T, 2) -> (T, n, n, 3). Outside the picture, and
    where the corner is NaN, they are black."""
    out = np.zeros((len(frames), n, n, 3), frames.dtype)
    for box, frame, corner in zip(out, frames, corners):
        if np.isfinite(corner).all():
            x, y = corner.clip(-n, len(frame)).astype(int)
            wide = np.pad(frame, ((n, n), (n, n), (0, 0)))
            box[:] = wide[y + n : y + 2 * n, x + n : x + 2 * n]
    return out

# %%
def face_composite(frames, residuals, corners):
    """Add residuals (T, n, n, 3), in -1..1, to the boxes of frames (T, S, S, 3) uint8 at corners
    (T, 2) -> new frames uint8. Nothing else changes; boxes are clipped; NaN: no box."""
    out = frames.copy()
    for frame, residual, corner in zip(out, residuals, corners):
        if np.isnan(corner).any():
            continue
        size, n = len(frame), len(residual)
        x, y = corner.astype(int)
        left, right = np.clip([x, x + n], 0, size)
        top, bottom = np.clip([y, y + n], 0, size)
        part = residual[top - y : bottom - y, left - x : right - x]
        box = frame[top:bottom, left:right]
        box[:] = (box + 255 * part).round().clip(0, 255)
    return out

# %%
class FaceNet(nn.Module):
    """Sticks and drawing, boxes (B, 3, n, n) in 0..1 -> what to add to the drawing, (B, 3, n, n).
    It begins with nothing: its last layer is zero."""

    def __init__(self, c=20):
        super().__init__()
        self.stem = conv(6, c)
        self.down = nn.ModuleList([conv(c, 2 * c, 2), conv(2 * c, 2 * c, 2)])
        self.middle = Block(2 * c)
        self.up = nn.ModuleList([conv(4 * c, 2 * c), conv(3 * c, c)])
        self.last = nn.Conv2d(c, 3, 3, 1, 1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, sticks, drawn):
        x = self.stem(2 * torch.cat([sticks, drawn], 1) - 1)  # (B, c, n, n)
        near = self.down[0](x)  # (B, 2c, n/2, n/2)
        far = self.middle(self.down[1](near))  # (B, 2c, n/4, n/4)
        far = self.up[0](torch.cat([F.interpolate(far, scale_factor=2.0), near], 1))
        return self.last(self.up[1](torch.cat([F.interpolate(far, scale_factor=2.0), x], 1)))

# %%
SEEN, MATCHED = 5.0, 10.0  # weights of PoseFeatures, feature matching; the critics' is 1 here


class Plain(nn.Module):
    """A PatchGAN on whole pictures (B, a, S, S) -> scores (B, 1, S/8, S/8), and features."""

    def __init__(self, a, c):
        super().__init__()
        w = [a, c, 2 * c, 4 * c]
        norms = [nn.Identity(), nn.GroupNorm(4, w[2]), nn.GroupNorm(4, w[3])]
        convs = [nn.Conv2d(w[k], w[k + 1], 4, 2, 1) for k in range(3)]
        steps = [nn.Sequential(*two, nn.LeakyReLU(0.2)) for two in zip(convs, norms)]
        self.layers = nn.ModuleList(steps)
        self.last = nn.Conv2d(w[3], 1, 3, 1, 1)

    def forward(self, x):
        features = []
        for layer in self.layers:
            x = layer(x)  # S/2, S/4, S/8
            features.append(x)
        return self.last(x), features


def plain_critics(a, c, scales=2):
    """25a's Critics made of Plain ones."""
    critics = Critics(a, c, 0)
    critics.each = nn.ModuleList([Plain(a, c) for _ in range(scales)])
    return critics

# %%
def face_loss(net, critic, eyes, sticks, drawn, real):
    """Boxes (B, 3, n, n) -> the face network's loss, a scalar, and the faces, drawn + residual
    (paper, section 3.3, least squares). critic: Critics of (sticks, face); weight of eyes: SEEN.
    """
    drawn = drawn.detach()
    faces = drawn + net(sticks, drawn)
    said = critic(torch.cat([sticks, faces], 1))
    fooled = sum((scores - 1).square().mean() for scores, _ in said)
    return fooled + SEEN * eyes(faces, real), faces

# %%
def turn(run, optimizer, schedule, loss):
    """One step down a loss."""
    optimizer.zero_grad()
    run.backward(loss)
    optimizer.step()
    schedule.step()


def fit_face(net, critic, boxes, steps, batch=8, seed=0):
    """Train a FaceNet against its critic on boxes: sticks, drawn, real, each (N, n, n, 3) uint8."""
    (net, critic), (draws, judges), run, (slow, slower) = rivals((net, critic), steps, RATES)
    eyes = PoseFeatures().to(run.device)
    rng = np.random.default_rng(seed)
    for _ in train.steps(steps, "face"):
        chosen = rng.choice(len(boxes[0]), batch, replace=False)
        sticks, drawn, real = (as_tensor(x[chosen], run.device) for x in boxes)
        critic.requires_grad_(False)
        loss, faces = face_loss(net, critic, eyes, sticks, drawn, real)
        turn(run, draws, slow, loss)
        critic.requires_grad_(True)
        turn(run, judges, slower, critics_loss(critic, (sticks,), (real,), (faces,)))
    return net.eval()

# %%
@torch.inference_mode()
def with_faces(net, frames, points, n=FACE):
    """Frames (T, S, S, 3) uint8 as drawn, their poses (T, 17, 2) -> the same with better faces."""
    corners = face_corners(points, n)
    lines = draw_sticks(points, frames.shape[1], frames.shape[1] // 64)
    device = next(net.parameters()).device
    boxes = [as_tensor(crop(x, corners, n), device) for x in (lines, frames)]
    residuals = torch.cat([net(a, b) for a, b in zip(*(x.split(32) for x in boxes))])
    return face_composite(frames, residuals.permute(0, 2, 3, 1).cpu().numpy(), corners)

# %%
@dataclass(frozen=True)
class Trial:
    """What a small dancer is trained with; the defaults are the whole method."""

    memory: bool = True  # it sees the frame before, and the critics see pairs
    start: bool = True  # half of the streams begin with a filmed frame; else all pairs with zeros
    critics: bool = True
    matched: bool = True  # feature matching in the critics
    eyes: str = "pose"  # or "random", "pixels", "none"


class Forgetful(Generator):
    """A generator that never sees the frame before."""

    def forward(self, sticks, before):
        return super().forward(sticks, torch.zeros_like(before))


def pixels(drawn, real):
    """The first term of PoseFeatures alone: L1 in units of the picture's spread, twice."""
    return 2 * (drawn - real).abs().mean() / (real.std() + 1e-3)


def eyes_of(kind):
    """What compares a drawing with its frame: "pose", "random" features, "pixels", or "none"."""
    if kind == "none":
        return None
    if kind == "pixels":
        return pixels
    eyes = PoseFeatures()
    if kind == "random":
        for part in eyes.modules():
            if hasattr(part, "reset_parameters"):
                part.reset_parameters()
    return eyes

# %%
def shown(trial, pictures):
    """Pictures (before, now), each (B, 3, S, S), as the critics get them: the pair, or each by
    itself."""
    return pictures if trial.memory else (torch.cat(tuple(pictures)),)


def trial_loss(trial, net, critics, eyes, sticks, frames, start):
    """The sum of the terms that the trial has -> loss, drawn (before, now)."""
    before = net(sticks[0], start)
    drawn = (before, net(sticks[1], before))
    said = critics(torch.cat([*shown(trial, sticks), *shown(trial, drawn)], 1))
    loss = 0.0
    if eyes:
        loss = loss + SEEN * sum(eyes(a, b) for a, b in zip(drawn, frames)) / 2
    if trial.critics:
        loss = loss + sum((scores - 1).square().mean() for scores, _ in said)
    if trial.matched:
        with torch.no_grad():
            real = critics(torch.cat([*shown(trial, sticks), *shown(trial, frames)], 1))
        loss = loss + MATCHED * feature_matching(said, real)
    return loss, drawn

# %%
def body_light(frames, masks):
    """How bright the body is in each of frames (T, S, S, 3) uint8, whose body is where masks
    (T, S, S) are True -> (T,), means of all channels in 0..1."""
    inside = masks[..., None]
    count = 3 * inside.sum((1, 2, 3)).clip(1)
    return (frames * inside).sum((1, 2, 3)) / count / 255

# %%
def light_scores(drawn, truth, body):
    """How well the body's brightness follows the truth's: their correlation, and the mean
    difference in grey levels."""
    a, b = (255 * body_light(film, body) for film in (drawn, truth))
    follows = float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) > 0 else 0.0
    return dict(light=follows, light_off=float(np.abs(a - b).mean()))


def drop_joints(points, share, seed=0):
    """Poses (T, 17, 2) with a share of their joints missing (NaN), chosen at random."""
    gone = np.random.default_rng(seed).random(points.shape[:2]) < share
    return np.where(gone[..., None], np.nan, points).astype(np.float32)

# %%
def fit_trial(trial, takes, poses, steps, seed=0, c=16, batch=2):
    """Train a small dancer as `trial` says: takes, lists of frames (T, 64, 64, 3) uint8, and poses
    of (T, 17, 2) -> the network."""
    torch.manual_seed(seed)
    net = (Generator if trial.memory else Forgetful)(c, fold=1)
    critics = plain_critics(12 if trial.memory else 6, c)
    (net, critics), (draws, judges), run, (slow, slower) = rivals((net, critics), steps, RATES)
    net.to(memory_format=torch.channels_last)
    eyes = eyes_of(trial.eyes)
    if isinstance(eyes, nn.Module):
        eyes.to(run.device)
    lines = [draw_sticks(points, 64, 1) for points in poses]
    streams = train.Streams(takes, lines, seed, life=16 if trial.start else 1)
    for _ in train.steps(steps, "trial"):
        chosen, *pairs, before = streams.batch(batch)
        sticks, frames = ([as_tensor(x, run.device) for x in pair] for pair in pairs)
        start = as_tensor(before, run.device) * trial.start
        critics.requires_grad_(False)
        loss, drawn = trial_loss(trial, net, critics, eyes, sticks, frames, start)
        turn(run, draws, slow, loss)
        critics.requires_grad_(True)
        if trial.critics or trial.matched:
            told = [shown(trial, x) for x in (sticks, frames, drawn)]
            turn(run, judges, slower, critics_loss(critics, *told))
        streams.go_on(chosen, as_frames(drawn[1]))
    return net.eval()

# %%
SEEN_AT_LEAST = [0, 1, 2, 3, 4, 15, 16]  # head and ankles: a Stance is made of them


def placed(points, width, target, size=256):
    """Poses (T, 17, 2) in a film `width` pixels wide, NaN where not seen -> the poses on the
    target's stage (its Stance), without the frames whose ankles are missing; and which frames
    were used, (T,). Raises ValueError where fewer than five frames show head and feet."""
    points = media.rescaled(np.asarray(points, np.float32), width, size)
    whole = points[np.isfinite(points[:, SEEN_AT_LEAST]).all((1, 2))]
    if len(whole) < 5:
        raise ValueError(
            f"{len(whole)} of {len(points)} frames show head and feet; at least 5 are needed: "
            "film the person from head to foot."
        )
    use = np.isfinite(points[:, 15:]).all((1, 2))
    return normalise(points[use], stance(whole, size), target), use

# %%
def squared(frames, points, size=128):
    """Frames (T, H, W, 3) and the poses in them (T, 17, 2), NaN where not seen -> a square round
    the person, as high as the frames, reduced to (T, size, size, 3), and the poses in it. What
    lies outside the frames repeats their edge."""
    side, width = frames.shape[1:3]
    left = int(np.nanmedian(points[..., 0]) - side / 2)
    columns = (left + np.arange(side)).clip(0, width - 1)
    inside = media.rescaled(points - [left, 0], side, size)
    return media.reduced(frames[:, :, columns], size), inside

# %%
def fit_detector(filmed, drawn, pairs, steps, seed=0, c=16, batch=16):
    """Train a small network to tell drawn films from filmed ones: lists of (T, S, S, 3) uint8 ->
    the network; its mean score of a picture, or of a pair of neighbours, is above 0 for drawn."""
    torch.manual_seed(seed)
    net = Plain(6 if pairs else 3, c)
    net, optimizer, run = train.setup(net, torch.optim.Adam(net.parameters(), 1e-3))
    rows = [np.concatenate([neighbours(f, pairs) for f in films]) for films in (filmed, drawn)]
    rng = np.random.default_rng(seed)
    for _ in train.steps(steps, "detector"):
        half = batch // 2
        x = np.concatenate([r[rng.choice(len(r), half)] for r in rows])
        scores = net(2 * as_tensor(x, run.device) - 1)[0].mean((1, 2, 3))
        goal = torch.arange(2, device=run.device).repeat_interleave(half).float()
        loss = F.binary_cross_entropy_with_logits(scores, goal)
        optimizer.zero_grad()
        run.backward(loss)
        optimizer.step()
    return net.eval()


def neighbours(frames, pairs):
    """Frames (T, S, S, 3) as they are, or pairs of neighbours (T - 1, S, S, 6)."""
    return np.concatenate([frames[:-1], frames[1:]], -1) if pairs else frames


@torch.inference_mode()
def caught(net, film, pairs):
    """The share of a film's frames or pairs that a detector calls drawn."""
    device = next(net.parameters()).device
    x = 2 * as_tensor(neighbours(film, pairs), device) - 1
    scores = torch.cat([net(part)[0].mean((1, 2, 3)) for part in x.split(32)])
    return float((scores > 0).float().mean())

# %%
def forged(number, seconds=4.0, steps=400, seed=0):
    """Six short films of an actor, the last two kept from the small dancer that is trained on the
    others -> the films and its drawings of them, two lists of (T, 64, 64, 3) uint8."""
    films = [
        take(studio.cast(number), seconds, 100 + i, PLACES[i], 128, phase=i / 6) for i in range(6)
    ]
    points = [media.rescaled(p, 128, 64) for p in found_poses(films)]
    filmed = [media.reduced(clip.frames, 64) for clip in films]
    net = fit_trial(Trial(), filmed[:4], points[:4], steps, seed)
    return filmed, [dance(net, p, 64) for p in points]


def caught_by_person(forgeries, pairs, steps=150, seed=0):
    """Forgeries, each as `forged` returns them -> for each person the share of right answers, the
    mean of filmed and drawn, of a detector trained on all others, about their last two films."""
    shares = []
    for k, (filmed, drawn) in enumerate(forgeries):
        others = forgeries[:k] + forgeries[k + 1 :]
        known = [sum((films[kind] for films in others), []) for kind in (0, 1)]
        detector = fit_detector(*known, pairs, steps, seed)
        right = [1 - caught(detector, film, pairs) for film in filmed[4:]]
        right += [caught(detector, film, pairs) for film in drawn[4:]]
        shares.append(float(np.mean(right)))
    return shares
