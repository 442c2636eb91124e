# GENERATED from 09_deepfakes.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['MARGIN', 'frames_of', 'pixels', 'extract', 'noise_nodes', 'similarity', 'middle', 'see', 'warp_pair', 'down', 'up',
           'initialise', 'Encoder', 'Decoder', 'DF', 'LIAE', 'hull', 'mean_points', 'importance', 'jitter',
           'draw_pairs', 'swap_step', 'fit', 'apply', 'Settings', 'soft_mask', 'root', 'match_colour', 'neighbours',
           'poisson', 'pyramid_blend', 'paste', 'convert', 'carried', 'true_frames', 'prepare', 'swap_clips']

# %%
import time
from dataclasses import dataclass

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from course_lib import train
from course_lib.taught.foundations.finding_faces import carry, follow, one_euro, umeyama

# %%
MARGIN = 1.25                                                   # crops are stored this much larger than the network's picture


def frames_of(landmarks, mean, coverage=0.66):
    """The aligned square of each face: similarities (T, 2, 3) from the unit square to pixels of the frame.

    coverage: the square's side in sides of lesson 03's crop; at 0.62 it is as large as the box around the landmarks.
    """
    M = umeyama(np.broadcast_to(mean[17:], landmarks[:, 17:].shape), landmarks[:, 17:])
    zoom = np.array([[coverage, 0, 0.5 - coverage / 2], [0, coverage, 0.5 - coverage / 2]])
    A = M[..., :2] @ zoom[:, :2]
    return np.concatenate([A, (M[..., :2] @ zoom[:, 2] + M[..., 2])[..., None]], -1)


def pixels(M, size):
    """Unit-square similarities as maps from the pixels of a size x size crop (pixel centres at whole numbers), (..., 2, 3)."""
    A = M[..., :2] / size
    return np.concatenate([A, (M[..., 2] + A.sum(-1) / 2)[..., None]], -1)


def extract(frames, M, size, margin=1.0):
    """Cut the squares M (T, 2, 3) out of frames (T, H, W, 3) uint8 -> (T, size, size, 3) uint8; margin 1.25 adds an eighth on each side."""
    grown = np.concatenate([M[..., :2] * margin, (M[..., 2] + M[..., :2].sum(-1) * (1 - margin) / 2)[..., None]], -1)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.stack([cv2.warpAffine(f, P, (size, size), flags=flags, borderMode=cv2.BORDER_REPLICATE) for f, P in zip(frames, pixels(grown, size), strict=True)])

# %%
def noise_nodes(g, n, sigma=3 / 160, device="cpu"):
    """Regular 5 x 5 nodes of the unit square, (25, 2), and the same with noise, (n, 25, 2).

    g: a torch.Generator for that device. sigma: in widths of the crop.
    """
    u = torch.linspace(0, 1, 5, device=device)
    nodes = torch.stack(torch.meshgrid(u, u, indexing="xy"), -1).view(25, 2)
    return nodes, nodes + sigma * torch.randn(n, 25, 2, generator=g, device=device)


def similarity(p, q):
    """Umeyama's similarity in the plane, as a function of tensors: p (N, 2) onto each of q (n, N, 2) -> (n, 2, 3).

    Points as complex numbers: the least-squares answer is one complex factor, a turn and a scale at once.
    """
    p_mean = p.mean(0)
    q_mean = q.mean(1)
    (x, y), (u, v) = (p - p_mean).unbind(-1), (q - q_mean[:, None]).unbind(-1)
    spread = (x * x + y * y).sum()
    real, imaginary = (u * x + v * y).sum(1) / spread, (v * x - u * y).sum(1) / spread
    turn = torch.stack([real, -imaginary, imaginary, real], 1).view(-1, 2, 2)
    return torch.cat([turn, (q_mean - turn @ p_mean)[..., None]], 2)

# %%
def middle(size, margin=MARGIN, device="cpu"):
    """Pixel centres of the middle part of the unit square that the network sees, (size * size, 2)."""
    u = 0.5 + ((torch.arange(size, device=device) + 0.5) / size - 0.5) / margin
    return torch.stack(torch.meshgrid(u, u, indexing="xy"), -1).view(-1, 2)


def see(crops, points, size):
    """Crops (n, 3, S, S) at points (n, size * size, 2) of the unit square -> (n, 3, size, size)."""
    return F.grid_sample(crops, points.view(-1, size, size, 2) * 2 - 1, padding_mode="border", align_corners=False)


def warp_pair(crops, nodes, noisy, size):
    """One training pair: crops (n, 3, S, S), nodes (25, 2), noisy (n, 25, 2) -> warped input and its target, both (n, 3, size, size)."""
    n, where = len(crops), middle(size, device=crops.device)
    field = noisy.view(n, 5, 5, 2).permute(0, 3, 1, 2)
    at = where.view(1, size, size, 2).expand(n, -1, -1, -1) * 2 - 1
    bent = F.grid_sample(field, at, align_corners=True)                         # bilinear between the nodes
    bent = bent.permute(0, 2, 3, 1).reshape(n, -1, 2)
    rigid = similarity(nodes, noisy)
    straight = torch.einsum("nij,pj->npi", rigid[:, :, :2], where) + rigid[:, None, :, 2]
    return see(crops, bent, size), see(crops, straight, size)

# %%
def down(a, b):
    return nn.Sequential(nn.Conv2d(a, b, 5, 2, 2), nn.LeakyReLU(0.1, True))


def up(a, b):
    """Twice the size: four times the channels, then PixelShuffle."""
    return nn.Sequential(nn.Conv2d(a, 4 * b, 3, 1, 1), nn.LeakyReLU(0.1, True), nn.PixelShuffle(2))


def initialise(net):
    """He initialisation: ten layers without normalisation keep the size of their signal (He et al. 2015)."""
    for m in net.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(m.weight, a=0.1 if isinstance(m, nn.Conv2d) else 1.0)
            nn.init.zeros_(m.bias)


class Encoder(nn.Module):
    """Pictures (B, 3, S, S) in 0..1 -> codes (B, z)."""

    def __init__(self, size=64, c=8, z=64):
        super().__init__()
        stages = int(np.log2(size // 8))                                        # until 4 x 4 cells are left
        widths = [12, *[c * 2 ** (k + 1) for k in range(stages)]]
        self.net = nn.Sequential(nn.PixelUnshuffle(2), *[down(a, b) for a, b in zip(widths, widths[1:])], nn.Flatten(), nn.Linear(16 * widths[-1], z))
        initialise(self)

    def forward(self, x):
        return self.net(x * 2 - 1)

# %%
class Decoder(nn.Module):
    """Codes (B, z) -> pictures (B, 3, S, S) in 0..1."""

    def __init__(self, size=64, c=8, z=64):
        super().__init__()
        stages = int(np.log2(size // 8))
        widths = [c * 2 ** (k + 1) for k in reversed(range(stages))]
        self.first = nn.Linear(z, 16 * widths[0])                               # (B, 8c, 4, 4) at 64 pixels
        self.net = nn.Sequential(*[up(a, b) for a, b in zip(widths, [*widths[1:], 2 * c])], nn.Conv2d(2 * c, 12, 3, 1, 1), nn.PixelShuffle(2), nn.Sigmoid())
        initialise(self)

    def forward(self, z):
        return self.net(self.first(z).view(len(z), -1, 4, 4))


class DF(nn.Module):
    """One encoder, two decoders (the original; DeepFaceLab calls it DF). shared=False gives each person an encoder too."""

    def __init__(self, size=64, c=8, z=64, shared=True):
        super().__init__()
        self.encoders = nn.ModuleList([Encoder(size, c, z) for _ in range(1 if shared else 2)])
        self.decoders = nn.ModuleDict({who: Decoder(size, c, z) for who in "AB"})

    def code(self, x, who):
        return self.encoders["AB".index(who) % len(self.encoders)](x)

    def forward(self, x, who):
        return self.decoders[who](self.code(x, who))

    def swap(self, x):
        """Pictures of A -> B's face with A's expression."""
        return self.decoders["B"](self.code(x, "A"))

# %%
class LIAE(nn.Module):
    """Shared encoder and decoder, two inner networks (Perov et al. 2020, fig. 4, with A for `dst` and B for `src`)."""

    def __init__(self, size=64, c=8, z=64):
        super().__init__()
        self.encoder, self.decoder = Encoder(size, c, 2 * z), Decoder(size, c, 2 * z)
        self.inner = nn.ModuleDict({name: nn.Linear(2 * z, z) for name in ("A", "AB")})

    def code(self, x, who):
        h = self.encoder(x)
        both = self.inner["AB"](h)
        return torch.cat([self.inner["A"](h) if who == "A" else both, both], 1)

    def forward(self, x, who):
        return self.decoder(self.code(x, who))

    def swap(self, x):
        return self.decoder(self.code(x, "B"))

# %%
def hull(points, size, grow=0.0):
    """Filled convex hull of points (N, 2) in pixels -> mask (size, size) in 0..1. grow: brows lifted by this share of the face's height."""
    p = np.asarray(points, np.float32).copy()
    if grow and len(p) == 68:
        p[17:27, 1] -= grow * np.ptp(p[:, 1])
    mask = np.zeros((size, size), np.float32)
    cv2.fillConvexPoly(mask, cv2.convexHull(p).round().astype(np.int32), 1.0)
    return mask


def mean_points(mean, size, coverage=0.66):
    """The mean face's landmarks in pixels of an aligned crop."""
    return ((mean - 0.5) / coverage + 0.5) * size - 0.5


def importance(mean, size):
    """How much each pixel of an aligned crop counts in the loss, (size, size), mean 1: corners, face, eyes and mouth."""
    p = mean_points(mean, size)
    blur = lambda points, sigma: torch.from_numpy(cv2.GaussianBlur(hull(points, size), (0, 0), sigma * size))
    weight = 0.25 + 0.75 * blur(p, 0.04) + 3 * (2 * blur(p[48:], 0.03) + blur(p[36:42], 0.03) + blur(p[42:48], 0.03))
    return weight / weight.mean()


def jitter(g, nodes, noisy, angle=0.03, zoom=0.02, shift=0.01):
    """Turn, scale and move the nodes of each pair together: uniform up to 2 degrees, 2 % and 1 %."""
    n = len(noisy)
    r = lambda k: (torch.rand(n, generator=g, device=noisy.device) * 2 - 1) * k
    a, k, t = r(angle), 1 + r(zoom), torch.stack([r(shift), r(shift)], 1)[:, None]
    R = torch.stack([torch.stack([a.cos(), -a.sin()], 1), torch.stack([a.sin(), a.cos()], 1)], 1) * k[:, None, None]
    return 0.5 + (noisy - 0.5) @ R.transpose(1, 2) + t

# %%
def draw_pairs(data, g, batch, size, sigma=3 / 160):
    """Stored crops {"A": (N, 3, S, S) uint8, "B": ...} -> {"A": (input, target), ...}, each (batch, 3, size, size)."""
    pairs = {}
    for who, x in data.items():
        device = x.device
        x = x[torch.randint(len(x), (batch,), generator=g, device=device)].float() / 255
        nodes, noisy = noise_nodes(g, batch, sigma, device)
        warped, target = warp_pair(x, nodes, jitter(g, nodes, noisy), size)
        # so that skin colour says little about who it is
        tint = 1 + 0.12 * torch.randn(batch, 3, 1, 1, generator=g, device=device)
        pairs[who] = (warped * tint).clamp(0, 1), target
    return pairs


def swap_step(model, pairs, weight):
    """The loss of one step: both people rebuilt from their warped pictures; weight (size, size)."""
    loss = 0
    for who, (warped, target) in pairs.items():
        loss = loss + ((model(warped, who) - target).abs() * weight).mean()
    return loss

# %%
def fit(model, crops, mean, steps, batch=8, rate=1.5e-3, sigma=3 / 160, seed=0, size=64, every=None, keep=None, **kept):
    """Train on stored crops {"A": (N, S, S, 3) uint8, "B": ...}; keep(step, model) is called `every` steps -> the losses.

    The model is left on the device it was trained on (train.setup).
    """
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate, betas=(0.5, 0.999), fused=True)
    net, optimizer, run = train.setup(model, optimizer)
    crops = {k: torch.from_numpy(v).permute(0, 3, 1, 2).contiguous() for k, v in crops.items()}
    data = {k: v.to(run.device) for k, v in crops.items()}
    weight = importance(mean, size).to(run.device)
    speed = lambda k: min(1.0, (k + 1) / 100, 2.5 * (1 - k / steps) + 0.02)
    decay = torch.optim.lr_scheduler.LambdaLR(optimizer, speed)
    losses = []
    for step in train.steps(steps, note=lambda: f"loss {np.mean(losses[-50:]):.4f}", **kept):
        pairs = draw_pairs(data, run.generator(seed * 1_000_003 + step), batch, size, sigma)
        loss = swap_step(net, pairs, weight)
        optimizer.zero_grad()
        run.backward(loss)
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)           # one bad batch must not throw the decoder off
        optimizer.step()
        decay.step()
        losses.append(float(run.reduce(loss)) / 2)
        if keep and (step + 1) % every == 0:
            keep(step + 1, model)
    return losses


@torch.inference_mode()
def apply(model, crops, method="swap"):
    """Run a method of the model on crops (T, S, S, 3) uint8 -> pictures (T, S, S, 3) in 0..1, float32."""
    device = next(model.parameters()).device
    x = torch.from_numpy(np.ascontiguousarray(crops)).permute(0, 3, 1, 2)
    run = model.swap if method == "swap" else lambda b: model(b, method)
    faces = [run(b.to(device).float() / 255).cpu() for b in x.split(32)]
    return torch.cat(faces).permute(0, 2, 3, 1).numpy()

# %%
@dataclass
class Settings:
    """How a swapped face is put into the frame; lengths in shares of the crop's side."""

    coverage: float = 0.66
    grow: float = 0.06
    erode: float = 0.02
    blur: float = 0.04
    colour: str = "reinhard"        # none, mean, reinhard, linear, mkl
    blend: str = "alpha"            # alpha, poisson, pyramid


def soft_mask(points, size, settings):
    """Landmarks (68, 2) in pixels of the crop -> mask (size, size) in 0..1, zero at the border."""
    mask = hull(points, size, settings.grow)
    r = round(settings.erode * size)
    if r > 0:
        mask = cv2.erode(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * r + 1, 2 * r + 1)))
    edge = np.minimum(np.arange(size), np.arange(size)[::-1]) / max(1.0, size * 0.04)
    if settings.blur > 0:
        mask = cv2.GaussianBlur(mask, (0, 0), settings.blur * size)
    return mask * np.minimum(edge[:, None], edge).clip(0, 1).astype(np.float32)

# %%
def root(C, power=0.5):
    """A power of a symmetric positive matrix."""
    w, V = np.linalg.eigh(C + 1e-6 * np.eye(len(C)))
    return (V * w.clip(1e-8) ** power) @ V.T


def match_colour(face, frame, mask, mode="reinhard"):
    """Recolour face (S, S, 3) in 0..1 so that its colours under the mask have the statistics of frame's (Reinhard 2001; Pitié 2007)."""
    inside = mask > 0.5
    if mode == "none" or inside.sum() < 10:
        return face
    a, b = (cv2.cvtColor(np.ascontiguousarray(x, np.float32), cv2.COLOR_RGB2LAB) for x in (face, frame))
    p, q = a[inside], b[inside]                                 # only the face: no black, no wall
    if mode == "mean":
        T = np.eye(3)
    elif mode == "reinhard":
        T = np.diag(q.std(0) / p.std(0).clip(1e-3))
    elif mode == "linear":
        T = root(np.cov(q.T)) @ root(np.cov(p.T), -0.5)
    elif mode == "mkl":
        h, i = root(np.cov(p.T)), root(np.cov(p.T), -0.5)
        T = i @ root(h @ np.cov(q.T) @ h) @ i
    else:
        raise ValueError(f"there is no colour mode {mode!r}: choose none, mean, reinhard, linear or mkl.")
    new = (a - p.mean(0)) @ T.T + q.mean(0)
    return cv2.cvtColor(new.astype(np.float32), cv2.COLOR_LAB2RGB).clip(0, 1)

# %%
def neighbours(x):
    """Sum of the four neighbours of every pixel, zero outside, (H, W, C)."""
    s = np.zeros_like(x)
    s[1:] += x[:-1]
    s[:-1] += x[1:]
    s[:, 1:] += x[:, :-1]
    s[:, :-1] += x[:, 1:]
    return s


def poisson(face, frame, mask, steps=400, tolerance=1e-5):
    """Seamless cloning of face (H, W, 3) into frame where mask (H, W) > 0.5 (Pérez et al. 2003, eq. 7), by conjugate gradients."""
    inside = mask > 0.5
    inside[[0, -1]] = inside[:, [0, -1]] = False
    omega = inside[..., None].astype(np.float64)
    F_, B = face.astype(np.float64), frame.astype(np.float64)
    right = (4 * F_ - neighbours(F_) + neighbours(B * (1 - omega))) * omega
    A = lambda f: (4 * f - neighbours(f)) * omega               # f is zero outside
    f = F_ * omega
    r = right - A(f)
    d, rr = r.copy(), (r * r).sum((0, 1))
    for _ in range(steps):
        if rr.max() < tolerance**2:
            break
        Ad = A(d)
        a = rr / (d * Ad).sum((0, 1)).clip(1e-30)
        f, r = f + a * d, r - a * Ad
        new = (r * r).sum((0, 1))
        d, rr = r + new / rr.clip(1e-30) * d, new
    return np.where(inside[..., None], f, B).astype(np.float32)

# %%
def pyramid_blend(face, frame, mask, levels=4):
    """Blend by Laplacian pyramids (Burt and Adelson 1983): face, frame (H, W, 3), mask (H, W), all float32."""
    size = face.shape[1::-1]
    levels = max(1, min(levels, int(np.log2(min(size))) - 2))
    f, b, m, parts = face.astype(np.float32), frame.astype(np.float32), mask.astype(np.float32), []
    for _ in range(levels):
        f2, b2, m2 = cv2.pyrDown(f), cv2.pyrDown(b), cv2.pyrDown(m)
        lf, lb = (x - cv2.pyrUp(y, dstsize=x.shape[1::-1]) for x, y in ((f, f2), (b, b2)))
        parts.append(m[..., None] * lf + (1 - m[..., None]) * lb)
        f, b, m = f2, b2, m2
    out = m[..., None] * f + (1 - m[..., None]) * b
    for part in reversed(parts):
        out = cv2.pyrUp(out, dstsize=part.shape[1::-1]) + part
    return out

# %%
def paste(frame, face, points, M, settings):
    """Put a swapped face (S, S, 3) in 0..1 into a frame (H, W, 3) uint8.

    points: the frame's landmarks (68, 2) in pixels, M: its aligned square (2, 3). -> the new frame, uint8.
    """
    S, (H, W) = len(face), frame.shape[:2]
    P = pixels(M, S)
    inverse = np.linalg.inv(np.vstack([P, [0, 0, 1]]))[:2]
    here = cv2.warpAffine(frame, P, (S, S), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE).astype(np.float32) / 255
    mask = soft_mask(carry(inverse, points), S, settings)
    face = match_colour(face, here, mask, settings.colour)
    large = cv2.warpAffine(face.astype(np.float32), P, (W, H), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE).clip(0, 1)
    m = cv2.warpAffine(mask, P, (W, H), flags=cv2.INTER_LINEAR).clip(0, 1)
    y, x = np.flatnonzero((m > 0.004).any(1)), np.flatnonzero((m > 0.004).any(0))
    if not len(y):
        return frame.copy()
    box = np.s_[max(0, y[0] - 16) : y[-1] + 17, max(0, x[0] - 16) : x[-1] + 17]
    f, b, m = large[box], frame[box].astype(np.float32) / 255, m[box]
    if settings.blend == "alpha":
        new = m[..., None] * f + (1 - m[..., None]) * b
    elif settings.blend == "poisson":
        new = m[..., None] * poisson(f, b, (m > 0.1).astype(np.float32)) + (1 - m[..., None]) * b
    elif settings.blend == "pyramid":
        new = pyramid_blend(f, b, m)
    else:
        raise ValueError(f"there is no blend {settings.blend!r}: choose alpha, poisson or pyramid.")
    out = frame.copy()
    out[box] = (new.clip(0, 1) * 255).round().astype(np.uint8)
    return out


def convert(frames, landmarks, mean, swap, size, settings=None):
    """Swap the face in every frame. swap: crops (T, S, S, 3) uint8 -> faces in 0..1. -> frames (T, H, W, 3) uint8."""
    settings = settings or Settings()
    M = frames_of(landmarks, mean, settings.coverage)
    faces = swap(extract(frames, M, size))
    return np.stack([paste(f, x, p, m, settings) for f, x, p, m in zip(frames, faces, landmarks, M, strict=True)])

# %%
def carried(frames, landmarks, onto, mean):
    """A film (T, H, W, 3) moved so that its face comes to lie where `onto` (T, 68, 2) has one.

    The similarity is that of the two aligned squares; nothing is masked. -> frames, uint8.
    """
    out = []
    goals = frames_of(onto, mean)
    for frame, here, there in zip(frames, frames_of(landmarks, mean), goals, strict=True):
        M = np.vstack([there, [0, 0, 1]]) @ np.linalg.inv(np.vstack([here, [0, 0, 1]]))
        size = frame.shape[1::-1]
        out.append(cv2.warpAffine(frame, M[:2], size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))
    return np.stack(out)


def true_frames(frames_A, frames_B, landmarks_A, landmarks_B, mean, settings=None):
    """B's film carried into A's and softly masked -> frames, and the masks (T, H, W) of the face."""
    settings, out, masks, S = settings or Settings(), [], [], 128
    moved = carried(frames_B, landmarks_B, landmarks_A, mean)
    for a, b, p, m in zip(frames_A, moved, landmarks_A, frames_of(landmarks_A, mean), strict=True):
        P = pixels(m, S)
        inside = carry(np.linalg.inv(np.vstack([P, [0, 0, 1]]))[:2], p)
        mask = cv2.warpAffine(soft_mask(inside, S, settings), P, a.shape[1::-1])
        out.append((mask[..., None] * b + (1 - mask[..., None]) * a).round().clip(0, 255).astype(np.uint8))
        masks.append(mask)
    return np.stack(out), np.stack(masks)

# %%
def prepare(clip, find, mean, size=64, quality=0.6, sharpness=0.15):
    """Aligned crops of one person's clip -> crops (T, S, S, 3) uint8 with MARGIN, reasons (T,) ("" where the frame is good), landmarks (T, 68, 2).

    find: frames -> Faces of each frame (media.find_faces). Reasons: "no face", "score" below `quality`, "blurred": less sharp
    than `sharpness` times the clip's median. Raises ValueError if fewer than 20 frames are good.
    """
    found = find(clip.frames)
    marks, seen = follow(found, clip.fps, smooth=False)
    crops = extract(clip.frames, frames_of(marks, mean), round(size * MARGIN / 2) * 2, MARGIN)
    sharp = np.array([cv2.Laplacian(cv2.cvtColor(c, cv2.COLOR_RGB2GRAY), cv2.CV_32F).var() for c in crops])
    score = np.array([f.scores.max() if len(f.scores) else 0.0 for f in found])
    reasons = np.where(~seen, "no face", np.where(score < quality, "score", np.where(sharp < sharpness * np.median(sharp), "blurred", "")))
    if (reasons == "").sum() < 20:
        raise ValueError(f"only {(reasons == '').sum()} of {len(reasons)} frames show a good face; 20 are the least that can be trained on.")
    return crops, reasons, marks


def swap_clips(clip, faces, find, mean, minutes=2.0, size=64, c=8, z=64, batch=8, rate=1.5e-3, settings=None):
    """The whole pipeline on real footage: prepare, train for about so many minutes, convert.

    clip: the performance, a Clip. faces: a Clip of the other person, or crops (N, S, S, 3) from data_scripts/prepare_clip.py.
    -> swapped frames (T, H, W, 3) uint8 and the model.
    """
    crops, reasons, marks = prepare(clip, find, mean, size)
    if not isinstance(faces, np.ndarray):
        faces, why, _ = prepare(faces, find, mean, size)
        faces = faces[why == ""]
    print(f"training on {(reasons == '').sum()} frames of A and {len(faces)} of B")
    data = {"A": crops[reasons == ""], "B": faces}
    fit(DF(size, c, z), data, mean, 10, batch, rate, size=size, title="warming up")
    start = time.perf_counter()
    fit(DF(size, c, z), data, mean, 20, batch, rate, size=size, title="timing")
    steps = max(100, int(minutes * 60 / (time.perf_counter() - start) * 20))
    model = DF(size, c, z)
    fit(model, data, mean, steps, batch, rate, size=size)
    return convert(clip.frames, one_euro(marks, clip.fps), mean, lambda x: apply(model, x), size, settings), model
