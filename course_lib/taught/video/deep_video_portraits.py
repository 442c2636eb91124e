# GENERATED from 13b_rendering_to_video.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['WIDTHS', 'PARTS', 'PIXELS', 'HOUR', 'window', 'conv', 'Up', 'Portrait', 'as_tensor', 'attention', 'weighted_error',
           'portrait_losses', 'batches', 'fit_portrait', 'against_critic', 'drawn_film', 'Still', 'hour_portrait',
           'closeups', 'averaged_texture', 'textured', 'eyes_of', 'given_to', 'square_film', 'tracked_film',
           'portrait_of']

# %%
import cv2
import numpy as np
import torch
import torch.nn.functional as F
from kornia.geometry.conversions import rotation_matrix_to_axis_angle
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from course_lib import judge, media, studio, train, weights
from course_lib.taught.foundations.faces_in_3d import axis_angle_to_matrix
from course_lib.taught.images.pix2pix import PatchGAN, rivals, verdict
from course_lib.taught.video.face_tracker import Window
from course_lib.taught.video.portrait_controls import (
    PortraitModel,
    conditioning,
    controls_of,
    followed,
    mean_light,
    rays_of,
    re_aimed,
    relative_pose,
    see_eyes,
)

# %%
def window(cond, at, n):
    """Conditioning images (T, S, S, c) -> for the frames numbered `at` (B,) the last n of them,
    newest first: (B, S, S, n * c). Before the first frame it is repeated (paper, section 5)."""
    at = np.asarray(at)
    return np.concatenate([cond[np.maximum(at - j, 0)] for j in range(n)], -1)

# %%
def conv(a, b, size=3, stride=1):
    """A convolution, group normalisation, leaky ReLU: (B, a, h, w) -> (B, b, h/stride, ...)."""
    layer = nn.Conv2d(a, b, size, stride, 1)
    return nn.Sequential(layer, nn.GroupNorm(4, b), nn.LeakyReLU(0.2, inplace=True))


class Up(nn.Module):
    """Double x (B, a, h, w), lay the skip (B, b, 2h, 2w) behind it, `refine` times more a
    convolution -> (B, b, 2h, 2w)."""

    def __init__(self, a, b, refine=1):
        super().__init__()
        self.layers = nn.Sequential(conv(a + b, b), *[conv(b, b) for _ in range(refine)])

    def forward(self, x, skip):
        x = F.interpolate(x, scale_factor=2.0, mode="nearest")
        return self.layers(torch.cat([x, skip], 1))

# %%
WIDTHS = (24, 48, 64, 96, 96, 96)  # channels at 1/2, 1/4, ... of the size


class Portrait(nn.Module):
    """A window of conditioning images (B, 9n, S, S) -> frames (B, 3, S, S), all in 0..1.

    mean: (3, S, S), what it draws at first; S is a multiple of 2 ** len(widths).
    """

    def __init__(self, n=3, size=128, widths=WIDTHS, refine=1, mean=None):
        super().__init__()
        pairs = list(zip(widths, widths[1:]))
        self.stem = conv(9 * n * 4, widths[0])
        self.down = nn.ModuleList([conv(a, b, 4, 2) for a, b in pairs])
        self.up = nn.ModuleList([Up(b, a, refine) for a, b in reversed(pairs)])
        self.last = nn.Conv2d(widths[0], 12, 3, 1, 1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)
        mean = torch.full((3, size, size), 0.5) if mean is None else mean
        self.mean = nn.Parameter(torch.logit(mean.clamp(0.02, 0.98)))

    def forward(self, told):
        x = self.stem(F.pixel_unshuffle(told, 2))  # (B, c, S/2, S/2)
        kept = []
        for down in self.down:
            kept.append(x)
            x = down(x)
        for up in self.up:
            x = up(x, kept.pop())
        return torch.sigmoid(F.pixel_shuffle(self.last(x), 2) + self.mean)


def as_tensor(pictures, device="cpu"):
    """Pictures (B, S, S, c) uint8 -> (B, c, S, S) in 0..1, channels last in memory."""
    x = torch.from_numpy(np.ascontiguousarray(pictures)).to(device).movedim(-1, 1).float() / 255
    return x.contiguous(memory_format=torch.channels_last)

# %%
PARTS = ((slice(36, 42), 0.5), (slice(42, 48), 0.5), (slice(48, 68), 0.2))  # landmarks, margin


def attention(marks, size, often=6.0):
    """Landmarks (T, 68, 2) in pixels of frames `size` wide -> weights (T, size, size): `often` in
    boxes round eyes and mouth, 1 elsewhere. Where landmarks are NaN there are no boxes."""
    out = np.ones((len(marks), size, size), np.float32)
    for weight, points in zip(out, marks):
        for part, margin in PARTS:
            if np.isfinite(points[part]).all():
                low = points[part].min(0)
                high = points[part].max(0)
                room = margin * (high[0] - low[0])
                x0, y0 = np.maximum(low - room, 0).astype(int)
                x1, y1 = np.maximum(high + room + 1, 0).astype(int)
                weight[y0:y1, x0:x1] = often
    return out

# %%
def weighted_error(drawn, y, weight):
    """The mean absolute difference of pictures (B, c, S, S), each pixel as often as its weight
    (B, 1, S, S) says: one number."""
    return (weight * (drawn - y).abs()).mean() / weight.mean()

# %%
PIXELS = 100.0


def portrait_losses(critic, told, drawn, y, weight):
    """The generator's and the critic's loss, two scalars (paper, section 6). told (B, 9, S, S):
    newest pictures; drawn, y (B, 3, S, S); weight (B, 1, S, S)."""
    error = weighted_error(drawn, y, weight)
    fooled = verdict(critic(torch.cat([told, drawn], 1)), 1.0)
    filmed = verdict(critic(torch.cat([told, y], 1)), 1.0)
    caught = verdict(critic(torch.cat([told, drawn.detach()], 1)), 0.0)
    return fooled + PIXELS * error, (filmed + caught) / 2

# %%
def batches(data, at, n, steps, batch, seed, device, title):
    """`steps` random batches of a film -> windows, frames and weights. data: conditioning images
    (T, S, S, 9) uint8, frames (T, S, S, 3) uint8, weights (T, S, S); at: the frames to use."""
    cond, frames, weight = data
    rng = np.random.default_rng(seed)
    for _ in train.steps(steps, title):
        some = rng.choice(at, batch)
        x = as_tensor(window(cond, some, n), device)
        yield x, as_tensor(frames[some], device), torch.from_numpy(weight[some])[:, None].to(device)

# %%
def fit_portrait(net, data, at, n, steps, batch=4, rate=2e-3, seed=0):
    """Train a Portrait by pixels alone on the frames numbered `at` -> the network, its losses."""
    optimizer = torch.optim.Adam(net.parameters(), rate, (0.9, 0.99))
    net, optimizer, run = train.setup(net, optimizer)
    net.to(memory_format=torch.channels_last)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, total_steps=steps, pct_start=0.05
    )
    losses = []
    for x, y, weight in batches(data, at, n, steps, batch, seed, run.device, "portrait"):
        error = weighted_error(net(x), y, weight)
        optimizer.zero_grad()
        run.backward(error)
        optimizer.step()
        schedule.step()
        losses.append(error.item())
    return net.eval(), losses

# %%
def against_critic(net, critic, data, at, n, steps, batch=4, rates=(4e-4, 4e-4), seed=0):
    """Go on with a Portrait against a critic of pictures and frame -> the running mean of its
    weights, a network."""
    (net, critic), makers, run, schedules = rivals((net.train(), critic), steps, rates)
    net.to(memory_format=torch.channels_last)
    average = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(0.995))
    for x, y, weight in batches(data, at, n, steps, batch, seed, run.device, "critic"):
        losses = portrait_losses(critic, x[:, :9], net(x), y, weight)
        for maker, schedule, loss in zip(makers, schedules, losses):
            maker.zero_grad()  # the critic forgets what the generator's loss left in it
            run.backward(loss)
            maker.step()
            schedule.step()
        average.update_parameters(net)
    return average.module.eval()

# %%
@torch.inference_mode()
def drawn_film(net, cond, n, at=None):
    """Conditioning images (T, S, S, 9) uint8 -> frames (T, S, S, 3) uint8, or those numbered
    `at`."""
    device = next(net.parameters()).device
    out = []
    at = np.arange(len(cond)) if at is None else np.asarray(at)
    for part in np.split(at, range(4, len(at), 4)):
        drawn = net(as_tensor(window(cond, part, n), device))
        out.append((255 * drawn).round().byte().movedim(1, -1).cpu().numpy())
    return np.concatenate(out)


class Still:
    """A network that draws single pictures: the window is filled with one frame."""

    def __init__(self, net, n):
        self.net = net
        self.n = n

    def __call__(self, cond):
        return drawn_film(self.net, cond, self.n)


HOUR = (20, 36, 56, 64, 64, 64, 64)  # its widths


def hour_portrait(device="cpu"):
    """The Portrait of actor 24 at 256 pixels that ships with the course; its window is 3."""
    net = Portrait(3, 256, HOUR)
    net.load_state_dict(weights.read("portrait"))
    return net.to(device).to(memory_format=torch.channels_last).eval()

# %%
def closeups(frame, marks):
    """Eyes and mouth of a frame (256, 256, 3) by its landmarks (68, 2), three times enlarged, one
    above the other -> (240, 288, 3)."""
    parts = []
    for points in (marks[36:48], marks[48:]):
        x, y = points.mean(0).round().astype(int)
        part = frame[max(y - 20, 0) : y + 20, max(x - 48, 0) : x + 48]
        parts.append(cv2.resize(part, (288, 120), interpolation=cv2.INTER_CUBIC))
    return np.concatenate(parts)

# %%
def averaged_texture(places, frames, side=128):
    """The mean colour of each point of the face: correspondence images and frames, both
    (T, S, S, 3) uint8 -> (side, side, 3) floats 0..255, NaN where the face was never seen; rows by
    green, columns by red."""
    shown = places.any(-1)
    place = places[shown].astype(int) * side // 256
    cell = place[:, 1] * side + place[:, 0]
    colours = frames[shown].astype(float)
    count = np.bincount(cell, minlength=side * side)
    sums = [np.bincount(cell, colours[:, c], side * side) for c in range(3)]
    with np.errstate(invalid="ignore"):
        mean = np.stack(sums, 1) / count[:, None]
    return mean.reshape(side, side, 3)

# %%
def textured(texture, cond, backdrop):
    """An averaged texture on the poses of conditioning images (T, S, S, 9), over a backdrop
    (S, S, 3) 0..255 -> frames (T, S, S, 3) uint8. Eyes and mouth show the backdrop."""
    places = cond[..., 3:6]
    side = len(texture)
    place = places.astype(int) * side // 256
    colours = texture[place[..., 1], place[..., 0]]
    shown = places.any(-1, keepdims=True) & np.isfinite(colours)
    return np.where(shown, colours, backdrop).round().astype(np.uint8)

# %%
def eyes_of(film, marks, R, eyes, truth):
    """Do the eyes of a film (T, S, S, 3) follow the true ones? -> gaze_error in degrees, over
    frames whose eyes are open, and blink_f1. marks (T, 68, 2) and R (T, 3, 3): landmarks in the
    film and the head's rotation; eyes: 13a's EyeNet; truth: of the film's Clip, same frames."""
    gaze, lids = see_eyes(eyes, film, marks, R)
    true_R = axis_angle_to_matrix(torch.from_numpy(truth["pose"][:, :3]).float())
    true_rays = rays_of(true_R, torch.from_numpy(truth["gaze"]))
    true_lids = 1 - truth["expression"][:, studio.EXPRESSIONS.index("eyeBlinkLeft")]
    error = judge.ray_error(rays_of(R, gaze), true_rays)[true_lids > 0.5]
    return dict(gaze_error=float(error.mean()), blink_f1=judge.blink_f1(lids, true_lids))

# %%
def given_to(theirs, his, theirs_k, his_k):
    """What one actor performs, given to another as the controls are in `transferred`: pose relative
    to their frame theirs_k and his frame his_k, glances aimed anew, expression as it is. theirs,
    his: Performances -> one as long as theirs, by which the studio films the truth."""
    R, own_R = (axis_angle_to_matrix(p.rotation) for p in (theirs, his))
    k, t = theirs_k, theirs.translation
    R_his, t_his = relative_pose(R, t, R[k], t[k], own_R[his_k], his.translation[his_k])
    looks = re_aimed(theirs.gaze, R, R_his)
    turn = rotation_matrix_to_axis_angle(R_his)
    return studio.Performance(theirs.expression, turn, t_his, looks)

# %%
def square_film(frames, most=500):
    """At most `most` frames (T, H, W, 3) of a film with one face -> a fixed square round all places
    where the face was, (T, 256, 256, 3). Raises ValueError where no face is found."""
    frames = frames[:most]
    finder = media.faces.own_finder()
    seen = [finder(frame)[1] for frame in frames[:: max(1, len(frames) // 12)]]
    marks = [found[0] for found in seen if len(found)]
    if not marks:
        raise ValueError("no face was found in the clip: is there one, upright and large?")
    square = Window.around(np.concatenate(marks), frames.shape[1:3], 256, 2.0)
    return np.stack([square.cut(frame) for frame in frames])


def tracked_film(frames, eyes):
    """Square frames (T, S, S, 3) by any camera -> Tracker, Track and Controls."""
    tracker, track = followed(frames, slice(None), None)
    print(track.report())
    return tracker, track, controls_of(frames, tracker, track, eyes)


def portrait_of(frames, tracker, track, controls, steps, size=128, n=3, seed=0):
    """Train a Portrait of the person in square frames -> what draws Controls of theirs: a function
    of Controls, frames (T, size, size, 3) uint8."""
    model = PortraitModel(tracker.person, size)
    light = mean_light(track)
    small = media.reduced(frames, size)
    wide = media.rescaled(track.marks, frames.shape[1], size)
    data = conditioning(model, controls, light), small, attention(wide, size)
    mean = as_tensor(small.mean(0, keepdims=True))[0]
    torch.manual_seed(seed)
    net = Portrait(n, size, mean=mean)
    net, _ = fit_portrait(net, data, np.arange(len(frames)), n, steps, seed=seed)
    return lambda asked: drawn_film(net, conditioning(model, asked, light), n)
