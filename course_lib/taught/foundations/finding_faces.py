# GENERATED from 03_finding_faces.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['FILL', 'MIRROR', 'CELL', 'SMALL', 'LARGE', 'MIDDLE', 'umeyama', 'carry', 'mean_face', 'cut', 'soft_argmax', 'conv',
           'Residual', 'LandmarkNet', 'Detector', 'peaks', 'suppress', 'Networks', 'Searching', 'Looking', 'FaceFinder',
           'boxes_of', 'one_euro', 'follow']

# %%
import json

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# %%
def umeyama(p, q):
    """The similarity (…, 2, 3) that carries points p (…, N, 2) onto q with the least squared error (Umeyama 1991, eq. 39-43)."""
    p, q = np.asarray(p, np.float64), np.asarray(q, np.float64)
    p_mean, q_mean = p.mean(-2, keepdims=True), q.mean(-2, keepdims=True)
    A = np.swapaxes(q - q_mean, -1, -2) @ (p - p_mean) / p.shape[-2]                   # (…, 2, 2)
    U, sigma, Vt = np.linalg.svd(A)
    S = np.ones(sigma.shape)
    S[..., -1] = np.sign(np.linalg.det(U @ Vt))                                        # never a mirror
    R = (U * S[..., None, :]) @ Vt
    scale = (sigma * S).sum(-1) / np.square(p - p_mean).sum(-1).mean(-1)
    sR = scale[..., None, None] * R
    t = q_mean[..., 0, :] - np.einsum("...ij,...j->...i", sR, p_mean[..., 0, :])
    return np.concatenate([sR, t[..., None]], -1)


def carry(M, points):
    """Apply affine maps M (…, 2, 3) to points (…, N, 2)."""
    return points @ np.swapaxes(M[..., :2], -1, -2) + M[..., None, :, 2]

# %%
FILL = 0.62                                                     # share of the crop that the landmarks' box takes
MIRROR = np.array([*range(16, -1, -1), *range(26, 16, -1), 27, 28, 29, 30, 35, 34, 33, 32, 31, 45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,
                   54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65])  # fmt: skip


def mean_face(landmarks):
    """Landmarks (N, 68, 2) -> their mean shape (68, 2) in the unit square, symmetric (generalised Procrustes)."""
    mean = landmarks[0]
    for _ in range(3):
        m = carry(umeyama(landmarks, np.broadcast_to(mean, landmarks.shape)), landmarks).mean(0)
        m = (m + np.stack([m[:, 0].min() + m[:, 0].max() - m[MIRROR, 0], m[MIRROR, 1]], 1)) / 2
        low, high = m.min(0), m.max(0)
        mean = 0.5 + (m - (low + high) / 2) / (high - low).max() * FILL
    return mean.astype(np.float32)

# %%
def cut(picture, frame, size):
    """Cut the frame (2, 3: unit square to pixels) out of a picture (H, W, 3) uint8 -> (size, size, 3)."""
    M = np.vstack([frame, [0, 0, 1]]) @ np.array([[1 / size, 0, 0.5 / size], [0, 1 / size, 0.5 / size], [0, 0, 1]])
    step = np.sqrt(abs(np.linalg.det(M[:2, :2])))               # pixels of the picture per pixel of the crop
    if step > 2:
        x0, y0 = np.floor(carry(frame, np.array([[0, 0], [1, 0], [0, 1], [1, 1.0]])).min(0)).astype(int) - 2
        x1, y1 = np.ceil(carry(frame, np.array([[0, 0], [1, 0], [0, 1], [1, 1.0]])).max(0)).astype(int) + 3
        x0, y0 = np.clip((x0, y0), 0, (picture.shape[1] - 1, picture.shape[0] - 1))
        part = picture[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
        small = cv2.resize(part, None, fx=min(1, 2 / step), fy=min(1, 2 / step), interpolation=cv2.INTER_AREA)
        fx, fy = small.shape[1] / part.shape[1], small.shape[0] / part.shape[0]
        M = np.array([[fx, 0, (0.5 - x0) * fx - 0.5], [0, fy, (0.5 - y0) * fy - 0.5], [0, 0, 1]]) @ M
        picture = small
    return cv2.warpAffine(picture, M[:2], (size, size), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)

# %%
def soft_argmax(logits):
    """Logits (B, K, H, W) -> mean positions (B, K, 2) as (x, y) in the unit square (Nibali et al. 2018, DSNT)."""
    B, K, H, W = logits.shape
    p = logits.flatten(2).softmax(-1).view(B, K, H, W)
    x = (torch.arange(W, device=p.device) + 0.5) / W
    y = (torch.arange(H, device=p.device) + 0.5) / H
    return torch.stack([(p.sum(2) * x).sum(-1), (p.sum(3) * y).sum(-1)], -1)

# %%
def conv(a, b, stride=1, kernel=3):
    return nn.Sequential(nn.Conv2d(a, b, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(b), nn.ReLU(True))


class Residual(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.f = nn.Sequential(conv(c, c), nn.Conv2d(c, c, 3, 1, 1, bias=False), nn.BatchNorm2d(c))

    def forward(self, x):
        return F.relu(x + self.f(x))


class LandmarkNet(nn.Module):
    """Upright crops (B, 3, 96, 96) in 0..1 -> landmarks (B, 68, 2) in the unit square, heat map logits, face logits (B,)."""

    def __init__(self, c=32):
        super().__init__()
        self.fine = nn.Sequential(conv(3, c // 2, 2), conv(c // 2, c, 2), Residual(c))              # (B, 32, 24, 24)
        self.middle = nn.Sequential(conv(c, 2 * c, 2), Residual(2 * c), Residual(2 * c))            # (B, 64, 12, 12)
        self.coarse = nn.Sequential(conv(2 * c, 3 * c, 2), Residual(3 * c), Residual(3 * c))        # (B, 96, 6, 6)
        self.up1, self.mix1 = conv(3 * c, 2 * c, kernel=1), conv(2 * c, 2 * c)
        self.up2, self.side, self.mix2 = conv(2 * c, 3 * c // 2, kernel=1), conv(c, 3 * c // 2, kernel=1), conv(3 * c // 2, 3 * c // 2)
        self.heat = nn.Conv2d(3 * c // 2, 68, 1)
        self.face = nn.Linear(3 * c, 1)

    def forward(self, x):
        x = x - x.mean((1, 2, 3), keepdim=True)
        x = x / (x.square().mean((1, 2, 3), keepdim=True) + 1e-3).sqrt()
        a = self.fine(x)
        b = self.middle(a)
        d = self.coarse(b)
        b = self.mix1(b + F.interpolate(self.up1(d), scale_factor=2))
        a = self.mix2(self.side(a) + F.interpolate(self.up2(b), scale_factor=2))
        logits = self.heat(a)                                                                       # (B, 68, 24, 24)
        return soft_argmax(logits), logits, self.face(d.mean((2, 3)))[:, 0]

# %%
CELL, SMALL, LARGE, MIDDLE = 8, 20.0, 40.0, 28.0                 # pixels


class Detector(nn.Module):
    """Pictures (B, 3, H, W) in 0..1 -> (B, 6, H / 8, W / 8): logit, dx, dy (cells), log(box / 28 px), cos, sin of the roll."""

    def __init__(self, c=48):
        super().__init__()
        self.body = nn.Sequential(conv(3, c // 4, 2), conv(c // 4, c // 2, 2), conv(c // 2, c, 2), Residual(c), Residual(c), Residual(c))
        self.out = nn.Conv2d(c, 6, 1)
        nn.init.constant_(self.out.bias[:1], -4.0)               # most cells hold no face

    def forward(self, x):
        return self.out(self.body(x - 0.5))



# %%
def peaks(out, threshold):
    """Detector output (6, h, w) -> frames (N, 2, 3: unit square to pixels of this level) and scores (N,)."""
    score = out[0].sigmoid()
    top = (score >= threshold) & (score == F.max_pool2d(score[None, None], 3, 1, 1)[0, 0])
    y, x = top.nonzero().T
    dx, dy, size, c, s = out[1:, y, x]
    side = MIDDLE * size.clamp(-0.7, 0.7).exp() / FILL
    norm = (c * c + s * s).sqrt().clamp(min=1e-3)
    A = torch.stack([torch.stack([c, -s], -1), torch.stack([s, c], -1)], -2) * (side / norm)[:, None, None]
    centre = torch.stack([(x + 0.5 + dx) * CELL, (y + 0.5 + dy) * CELL], -1) - 0.5                 # pixel centres are whole numbers
    frames = torch.cat([A, (centre - A.sum(-1) / 2)[..., None]], -1)
    return frames.cpu().numpy(), score[y, x].cpu().numpy()


def suppress(boxes, scores, limit=0.35):
    """Indices of the boxes (N, 4: x0, y0, x1, y1) that no better box overlaps by more than `limit` of the smaller one."""
    kept = []
    for i in np.argsort(-scores):
        low, high = np.maximum(boxes[kept, :2], boxes[i, :2]), np.minimum(boxes[kept, 2:], boxes[i, 2:])
        area = lambda b: np.prod(b[..., 2:] - b[..., :2], -1)
        common = np.prod((high - low).clip(0), -1)
        if not (common > limit * np.minimum(area(boxes[kept]), area(boxes[i]))).any():
            kept.append(i)
    return np.array(kept, int)

# %%
class Networks:
    """Detector, landmark network and mean face, and their one file."""

    def __init__(self, detector, landmarks, mean):
        self.detector = detector.eval()
        self.landmarks = landmarks.eval()
        self.mean = np.asarray(mean, np.float64)

    def to(self, device):
        """Both networks on a device; pictures and landmarks stay numpy arrays."""
        self.detector.to(device)
        self.landmarks.to(device)
        return self

    @property
    def device(self):
        return next(self.landmarks.parameters()).device

    @classmethod
    def load(cls, path, device="cpu"):
        """Read a safetensors file written by `save`."""
        from safetensors.torch import load_file

        w = {k: v.float() for k, v in load_file(path).items()}
        part = lambda name: {k[len(name) + 1 :]: v for k, v in w.items() if k.startswith(name + ".")}
        detector, landmarks = Detector(), LandmarkNet()
        detector.load_state_dict(part("detector"), strict=False)
        landmarks.load_state_dict(part("landmarks"), strict=False)
        return cls(detector, landmarks, w["mean_face"].numpy()).to(device)

    def save(self, path, **recipe):
        """Write all weights in half precision, with the recipe as text."""
        from safetensors.torch import save_file

        w = {f"{n}.{k}": v for n in ("detector", "landmarks") for k, v in getattr(self, n).state_dict().items() if "num_batches" not in k}
        w["mean_face"] = torch.tensor(self.mean)
        w = {k: v.half().cpu().contiguous() for k, v in w.items()}
        save_file(w, path, metadata={"recipe": json.dumps(recipe, sort_keys=True)})

# %%
class Searching(Networks):
    @torch.inference_mode()
    def detect(self, picture, smallest=None, threshold=0.3):
        """Frames (N, 2, 3) and scores (N,) of the faces whose box is at least `smallest` pixels (1/40 of the longer side, 12 at least)."""
        H, W = picture.shape[:2]
        scale = SMALL / (smallest or max(12.0, max(H, W) / 40))
        frames, scores = [np.zeros((0, 2, 3))], [np.zeros(0)]
        while scale * max(H, W) >= SMALL:
            h, w = (max(16, round(n * scale / CELL) * CELL) for n in (H, W))
            level = cv2.resize(picture, (w, h), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
            x = torch.from_numpy(level).to(self.device).permute(2, 0, 1)[None].float() / 255
            out = self.detector(x)[0]
            f, sc = peaks(out, threshold)
            up = np.array([W / w, H / h])
            shift = (f[..., 2] + 0.5) * up - 0.5
            frames.append(np.concatenate([f[..., :2] * up[:, None], shift[..., None]], -1))
            scores.append(sc)
            scale /= 2
        frames, scores = np.concatenate(frames), np.concatenate(scores)
        kept = suppress(boxes_of(carry(frames, self.mean[None])), scores, 0.75)[:40] if len(frames) else np.zeros(0, int)
        return frames[kept], scores[kept]                       # near doubles stay: the landmarks will decide

# %%
class Looking(Searching):
    def look(self, pictures, frames, mirror):
        crops = np.stack([cut(p, f, 96) for p, f in zip(pictures, frames, strict=True)])
        x = torch.from_numpy(crops).to(self.device).permute(0, 3, 1, 2).float() / 255
        points, _, face = self.landmarks(x)
        points = points.cpu().numpy()
        face = face.cpu().numpy()
        if not mirror:
            return carry(frames, points), 1 / (1 + np.exp(-face))
        other, _, face_2 = self.landmarks(x.flip(3))
        other = other.cpu().numpy()[:, MIRROR] * [-1, 1] + [1, 0]
        eyes = np.linalg.norm(self.mean[36:42].mean(0) - self.mean[42:48].mean(0))
        apart = np.linalg.norm(points - other, axis=-1).mean(1) / eyes
        face = np.minimum(face, face_2.cpu().numpy())
        score = np.exp(-((apart / 0.08) ** 2)) / (1 + np.exp(5 - face))
        return carry(frames, (points + other) / 2), score

    @torch.inference_mode()
    def mark(self, pictures, frames, passes=2, mirror=True):
        """Landmarks (N, 68, 2) in pixels and scores (N,) for frames (N, 2, 3) of one picture, or of a list of N pictures."""
        if len(frames) == 0:
            return np.zeros((0, 68, 2)), np.zeros(0)
        each = pictures if isinstance(pictures, list) else [pictures] * len(frames)
        for k in range(passes):
            marks, score = self.look(each, frames, mirror and k == passes - 1)
            frames = umeyama(self.mean, marks)
        return marks, score

# %%
class FaceFinder(Looking):
    """Detector and landmark network together. `FaceFinder.load(path)` reads a checkpoint; call it with a picture (H, W, 3) uint8."""

    def track(self, clip, every=16):
        """Landmarks (T, 68, 2) of the largest face of frames (T, H, W, 3): detected in every 16th frame, in between only marked."""
        out, frame = [], None
        for t in range(0, len(clip), 4):
            if t % every == 0:
                _, marks, _ = self(clip[t])
                if len(marks):
                    frame = umeyama(self.mean, marks[np.ptp(marks, axis=1).max(1).argmax()])
            if frame is None:
                raise ValueError(f"no face was found in frame {t}.")
            chunk = list(clip[t : t + 4])
            out.append(self.mark(chunk, np.repeat(frame[None], len(chunk), 0), passes=1, mirror=False)[0])
            frame = umeyama(self.mean, out[-1][-1])
        return np.concatenate(out)

    def __call__(self, picture, smallest=None, threshold=0.5):
        """All faces of a picture, the best score first -> boxes (N, 4: x0, y0, x1, y1), landmarks (N, 68, 2), scores (N,)."""
        marks, face = self.mark(picture, self.detect(picture, smallest)[0], passes=1, mirror=False)
        marks, score = self.mark(picture, umeyama(self.mean, marks[face > 0.05]), passes=1)
        good = np.flatnonzero(score >= threshold)
        good = good[suppress(boxes_of(marks[good]), score[good])]
        return boxes_of(marks[good]), marks[good], score[good]


def boxes_of(marks):
    """The tight boxes (N, 4: x0, y0, x1, y1) around landmarks (N, 68, 2)."""
    return np.concatenate([marks.min(1), marks.max(1)], -1)

# %%
def one_euro(tracks, fps, f_min=1.5, beta=6.0, f_speed=2.0, unit=None):
    """Smooth tracks (T, ..., 2) by the 1€ filter (Casiez et al. 2012). f_min, f_speed in Hz; beta in Hz per unit of speed;
    unit: the length that speeds are measured in, by default the mean size of the points' box."""
    x = np.asarray(tracks, np.float64)
    unit = unit or max(1e-6, float(np.mean(np.ptp(x.reshape(len(x), -1, 2), axis=1)))) or 1.0
    alpha = lambda f: 1 / (1 + fps / (2 * np.pi * f))
    out, speed = x.copy(), np.zeros(x.shape[1:-1] + (1,))
    for t in range(1, len(x)):
        now = np.linalg.norm(x[t] - out[t - 1], axis=-1, keepdims=True) * fps / unit
        speed = speed + alpha(f_speed) * (now - speed)
        a = alpha(f_min + beta * speed)
        out[t] = a * x[t] + (1 - a) * out[t - 1]
    return out


def follow(found, fps, smooth=True):
    """Follow one person through the faces found in each frame: the largest at first, then the nearest.

    found: a list of T objects with landmarks (N, 68, 2). Returns landmarks (T, 68, 2), gaps filled linearly, and seen (T,) bool.
    """
    T = len(found)
    marks, seen, last = np.zeros((T, 68, 2)), np.zeros(T, bool), None
    for t, faces in enumerate(found):
        if not len(faces.landmarks):
            continue
        centre, size = faces.landmarks.mean(1), np.ptp(faces.landmarks, axis=1).max(1)
        near = None if last is None else np.linalg.norm(centre - last[0], axis=1) + np.abs(size - last[1])
        i = int(size.argmax()) if near is None else int(near.argmin())
        if near is not None and near[i] > 1.5 * last[1] and not (~seen[max(0, t - 12) : t]).all():
            continue                                               # somebody else; after half a second anyone will do
        marks[t], seen[t], last = faces.landmarks[i], True, (centre[i], size[i])
    if not seen.any():
        raise ValueError("no face was found in any frame.")
    at = np.flatnonzero(seen)
    flat = marks.reshape(T, -1)
    marks = np.stack([np.interp(np.arange(T), at, flat[at, k]) for k in range(flat.shape[1])], 1).reshape(T, 68, 2)
    return (one_euro(marks, fps) if smooth else marks), seen
