# GENERATED from 18_synthesizing_obama.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['LIPS', 'JAW', 'Front', 'head_landmarks', 'level', 'read_aloud', 'tracked', 'ShapeSpace', 'at_times', 'to_film',
           'Corpus', 'DelayedLSTM', 'listening_step', 'fit', 'gap', 'closures', 'judge_lips', 'film_camera',
           'homographies', 'flatten', 'share_of_best', 'weigh', 'weighted_median', 'Mouths', 'inside', 'teeth',
           'teeth_proxy', 'sharpen_teeth', 'costs', 'retime', 'speech_on', 'movement', 'Jaw', 'bend', 'through',
           'face_mask', 'put_in', 'half_way', 'Listening', 'Double', 'studio_double', 'learn']

# %%
from types import SimpleNamespace

import cv2
import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d
from torch import nn

from course_lib import studio, train
from course_lib.media import Clip, Sound
from course_lib.taught.swap.conversion import pyramid_blend
from course_lib.taught.foundations.faces_in_3d import axis_angle_to_matrix, project, to_pixels
from course_lib.taught.foundations.sound_of_speech import features
from course_lib.taught.video.face_tracker import Tracker, Window

# %%
LIPS = [*range(48, 60), 61, 62, 63, 65, 66, 67]  # of the 68 landmarks; in this list 12, 13, 14 are the upper inner lip, 15, 16, 17 the lower
JAW = [*range(4, 13)]


class Front:
    """A person's lower face seen from the front: rest (68, 3) are the landmarks in the head's frame (metres, y up), at rest.

    Units: one is the width of the resting mouth, from its middle, x right, y down. The patch is a picture (h, w) of a flat piece of
    the face, the plane that fits nose base, lips and chin; `per_unit` pixels make one unit.
    """

    def __init__(self, rest, per_unit=32):
        rest = np.asarray(rest, np.float64)
        lips = rest[LIPS]
        self.centre, self.width, self.per_unit = lips[:, :2].mean(0), float(np.linalg.norm(lips[6] - lips[0])), per_unit
        low = rest[[*range(31, 36), *LIPS, *range(6, 11)]]
        self.plane = np.linalg.lstsq(np.c_[np.ones(len(low)), low[:, :2]], low[:, 2], rcond=None)[0]    # z = a + b x + c y
        units = self.units(rest[None])[0]
        self.nose = units[33]
        self.box = np.array([-1.25, self.nose[1], 1.25, units[8, 1] + 0.25])             # left, top, right, bottom
        self.size = tuple(int(round(v * per_unit / 2)) * 2 for v in (self.box[3] - self.box[1], self.box[2] - self.box[0]))

    def units(self, points):
        """Landmarks in the head's frame (T, 68, 3) -> (T, 68, 2)."""
        return (np.asarray(points, np.float64)[..., :2] - self.centre) / self.width * (1, -1)

    def to_patch(self, units):
        """Units (..., 2) -> pixels of the patch."""
        return (units - self.box[:2]) * self.per_unit - 0.5

    def homography(self, R, t, pixels):
        """Patch pixels -> frame pixels (3, 3): the plane's corners, turned by R (3, 3), moved by t (3,), seen through `pixels`."""
        h, w = self.size
        corners = np.array([[0, 0], [w - 1, 0], [w - 1, h - 1], [0, h - 1]], np.float64)
        xy = ((corners + 0.5) / self.per_unit + self.box[:2]) * self.width * (1, -1) + self.centre
        xyz = np.c_[xy, np.c_[np.ones(4), xy] @ self.plane]
        seen = pixels(torch.from_numpy(xyz @ np.asarray(R, np.float64).T + np.asarray(t, np.float64)))
        return cv2.getPerspectiveTransform(corners.astype(np.float32), np.asarray(seen, np.float32))

# %%
def head_landmarks(actor, expression):
    """Expressions (T, 52) of a studio actor -> landmarks in the head's frame (T, 68, 3)."""
    m = actor.mesh
    return (m.rest.view(-1, 3)[m.landmarks] + torch.einsum("tk,kvc->tvc", expression, m.expression[:, m.landmarks])).numpy()

# %%
def level(x, rms=0.06):
    """Loudness normalised: sound (N,) with that root mean square."""
    return np.asarray(x, np.float32) * (rms / max(float(np.sqrt(np.mean(np.square(x)))), 1e-6))


def read_aloud(actor, front, texts, voice, seed):
    """Texts -> for each: speech, performance, features x (frames, 28) at 100 Hz, and truth, units of the landmarks (T, 68, 2) at 25 fps."""
    out = []
    for k, text in enumerate(texts):
        speech = studio.say(text, voice)
        p = studio.perform(speech, seed=1000 * seed + k, head=0.6)
        out.append(SimpleNamespace(speech=speech, performance=p, x=features(level(speech.sound)), truth=front.units(head_landmarks(actor, p.expression))))
    return out


def tracked(truth, rng, error=0.01):
    """Units with the error of a tracker."""
    noise = gaussian_filter1d(rng.standard_normal(truth.shape), 2, axis=0)
    return truth + error * noise / noise.std()

# %%
class ShapeSpace:
    """PCA of lip shapes: shapes (N, 18, 2) -> mean (36,), basis (K, 36), and one scale for all coefficients."""

    def __init__(self, shapes, keep=20):
        flat = np.asarray(shapes).reshape(len(shapes), -1)
        self.mean = flat.mean(0)
        _, value, vector = np.linalg.svd(flat - self.mean, full_matrices=False)
        self.basis, self.scale = vector[:keep], value[0] / np.sqrt(len(flat))
        self.kept = np.cumsum(value**2) / np.square(value).sum()

    def encode(self, shapes):
        """(T, 18, 2) -> (T, K)."""
        return (np.asarray(shapes).reshape(len(shapes), -1) - self.mean) @ self.basis.T / self.scale

    def decode(self, c):
        """(T, K) -> (T, 18, 2)."""
        return (np.asarray(c) @ self.basis * self.scale + self.mean).reshape(-1, 18, 2)

# %%
def at_times(values, fps, times):
    """Rows (T, K), row t at the time (t + 1/2) / fps, straight lines between -> (len(times), K)."""
    at = (np.arange(len(values)) + 0.5) / fps
    return np.stack([np.interp(times, at, v) for v in np.asarray(values).T], 1)


def to_film(c, frames, fps=25):
    """The network's rows (N, K), row k at k / 100 s, at the middles of a film's frames -> (frames, K)."""
    return at_times(c, 100, (np.arange(frames) + 0.5) / fps + 0.005)


class Corpus:
    """Pairs of features (N, 28) and coefficients (N, K) at 100 Hz, end to end, with the features' mean and deviation."""

    def __init__(self, xs, shapes, space, fps=25):
        self.x = torch.cat(list(xs)).float()
        ys = [at_times(space.encode(y), fps, np.arange(len(x)) / 100) for x, y in zip(xs, shapes)]
        self.y = torch.from_numpy(np.concatenate(ys)).float()
        self.mean, self.std = self.x.mean(0), self.x.std(0).clamp(min=1e-3)
        self.x = (self.x - self.mean) / self.std

# %%
class DelayedLSTM(nn.Module):
    """Standardised features (B, T, 28) -> shape coefficients (B, T, K); the answer at step t is for step t - delay."""

    def __init__(self, outputs=20, delay=20, cells=60, inputs=28):
        super().__init__()
        self.delay = delay
        self.lstm = nn.LSTM(inputs, cells, batch_first=True)
        self.out = nn.Linear(cells, outputs)
        self.register_buffer("mean", torch.zeros(inputs))
        self.register_buffer("std", torch.ones(inputs))

    def forward(self, x):
        h, _ = self.lstm(x)                                                       # (B, T, cells)
        return self.out(h)                                                        # (B, T, K)

    @torch.inference_mode()
    def predict(self, x):
        """Features (N, 28) of a whole recording -> coefficients (N, K); after the end the last features are repeated."""
        x = (x.float().to(self.mean.device) - self.mean) / self.std
        late = torch.cat([x, x[-1:].expand(self.delay, -1)])
        return self(late[None])[0, self.delay :].cpu()

# %%
def listening_step(net, x, y):
    """The loss of one step: pieces of features x (B, T + d, 28) against their coefficients y (B, T, K), d steps late.

    The first d answers have no target: they are given before their own sound is heard.
    """
    late = x.shape[1] - y.shape[1]
    return (net(x)[:, late:] - y).square().mean()

# %%
def fit(net, corpus, steps, size=32, length=100, rate=1e-2, minutes=None, seed=0, title=None, **keep):
    """Train on random pieces from an empty memory with a one-cycle schedule -> losses. minutes: use only the first ones.

    Every piece has `length` answers to judge, whatever the delay. The net is left on the device it was trained on.
    """
    n = len(corpus.x) if minutes is None else min(len(corpus.x), int(minutes * 6000))
    late = net.delay
    if n < length + late + 1:
        raise ValueError(f"{n / 100:.1f} s of speech are too few: one piece is {(length + late) / 100:.1f} s long.")
    net.mean.copy_(corpus.mean)
    net.std.copy_(corpus.std)
    optimizer = torch.optim.Adam(net.parameters(), rate)
    ear, optimizer, run = train.setup(net, optimizer)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    losses = []
    rounds = range(steps)
    if title:
        rounds = train.steps(steps, title, note=lambda: f"loss {losses[-1]:.4f}", **keep)
    x, y = corpus.x.to(run.device), corpus.y.to(run.device)
    g = run.generator(seed)
    heard, asked = (torch.arange(k, device=run.device) for k in (length + late, length))
    with train.threads(1):
        for _ in rounds:
            t = torch.randint(n - length - late, (size, 1), generator=g, device=run.device)
            loss = listening_step(ear, x[t + heard], y[t + asked])
            optimizer.zero_grad()
            run.backward(loss)
            nn.utils.clip_grad_norm_(net.parameters(), 10)
            optimizer.step()
            schedule.step()
            losses.append(float(run.reduce(loss)))
    return losses

# %%
def gap(shapes):
    """Distance of the inner lips (T,) in mouth widths."""
    return np.linalg.norm(shapes[:, 16] - shapes[:, 13], axis=1) * np.sign(shapes[:, 16, 1] - shapes[:, 13, 1])


def closures(predicted, true, phonemes, fps=25, bound=0.05):
    """True lip closures in p, b, m -> a list of True (made within a frame) and False."""
    out, a, b = [], gap(predicted), gap(true)
    for label, start, end in phonemes:
        i, j = int(start * fps), int(np.ceil(end * fps))
        if label in ("p", "b", "m") and (b[i:j] < bound).any():
            out.append(bool((a[max(0, i - 1) : j + 1] < bound).any()))
    return out


def judge_lips(pairs, fps=25, most=5):
    """pairs of (predicted (T, 18, 2), true, phonemes) -> dict of mouth_lmd, closure_rate, sync_corr, sync_offset (frames, positive: late)."""
    a, b = (np.concatenate([gap(p[k]) for p in pairs]) for k in (0, 1))
    shift = {k: np.corrcoef(a[most + k : len(a) - most + k], b[most : len(b) - most])[0, 1] for k in range(-most, most + 1)}
    return dict(mouth_lmd=float(np.mean(np.concatenate([np.linalg.norm(p - t, axis=2).mean(1) for p, t, _ in pairs]))),
                closure_rate=float(np.mean(np.concatenate([closures(*p, fps) for p in pairs]))),
                sync_corr=float(shift[0]), sync_offset=float(max(shift, key=shift.get)))

# %%
def film_camera(focal, size):
    """View-space points -> pixels of a studio film; its poses are rotation vector and translation in view space (T, 6)."""
    return lambda x: to_pixels(project(x, focal), size)


def homographies(front, pose, pixels):
    """Poses (T, 6) -> patch-to-frame homographies (T, 3, 3)."""
    pose = torch.as_tensor(pose, dtype=torch.float32)
    turns = axis_angle_to_matrix(pose[:, :3])
    return np.stack([front.homography(R, t, pixels) for R, t in zip(turns, pose[:, 3:])])


def flatten(frames, H, size):
    """Frames (T, h, w, 3) and homographies -> patches (T, *size, 3)."""
    return np.stack([cv2.warpPerspective(f, h, size[::-1], flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE) for f, h in zip(frames, H)])

# %%
def share_of_best(d2, sigma, n):
    """Share of the weight exp(-d2 / 2 sigma^2) that the n nearest hold; d2 (N,) sorted."""
    w = np.exp(-(d2 - d2[0]) / (2 * sigma**2))
    return w[:n].sum() / w.sum()


def weigh(distance, n=40, alpha=0.9):
    """Distances (N,) -> the n nearest and their weights (n,), which sum to 1; sigma gives them the share alpha of all weight."""
    n = min(n, len(distance))
    order = np.argsort(distance)
    d2 = distance[order].astype(np.float64) ** 2
    low, high = 1e-4, 1e2
    for _ in range(40):
        sigma = np.sqrt(low * high)
        low, high = (sigma, high) if share_of_best(d2, sigma, n) > alpha else (low, sigma)
    w = np.exp(-(d2[:n] - d2[0]) / (2 * sigma**2))
    return order[:n], w / w.sum()

# %%
def weighted_median(values, weights):
    """values (n, ...) and weights (n,) -> (...): per element the value that minimises sum_i w_i |c - c_i|."""
    flat = values.reshape(len(values), -1).T.contiguous()                        # one row a pixel
    sorted_values, order = flat.sort(1)
    below = torch.as_tensor(weights, dtype=torch.float32, device=values.device)[order].cumsum(1)
    first = (below < 0.5 * below[:, -1:]).sum(1, keepdim=True)
    return sorted_values.gather(1, first).view(values.shape[1:])

# %%
class Mouths:
    """Patches (N, h, w, 3) uint8 with their shape coefficients (N, K): the footage that lends its pixels."""

    def __init__(self, patches, coefficients, device="cpu"):
        self.patches = torch.from_numpy(patches).to(device)
        self.c = np.asarray(coefficients, np.float32)

    def nearest(self, c, n=40):
        """Coefficients (K,) -> frames (n,) and weights (n,)."""
        return weigh(np.sqrt(np.square(self.c - np.asarray(c, np.float32)).sum(1)), n)

    def paint(self, c, n=40, how="median"):
        """A patch (h, w, 3) uint8 for coefficients (K,); how: median, mean or nearest."""
        frames, weights = self.nearest(c, n)
        if how == "nearest":
            return self.patches[frames[0]].cpu().numpy()
        device = self.patches.device
        stack = self.patches[torch.from_numpy(frames).to(device)]                 # (n, h, w, 3)
        if how == "mean":
            weights = torch.from_numpy(weights).float().to(device)
            return torch.einsum("n,nhwc->hwc", weights, stack.float()).round().byte().cpu().numpy()
        return weighted_median(stack, weights).cpu().numpy()

# %%
def inside(lips, front):
    """Lips (18, 2) in units -> mask (h, w) of the opening between them, 0..1."""
    ring = lips[[0, 12, 13, 14, 6, 15, 16, 17]]
    mask = np.zeros(front.size, np.uint8)
    cv2.fillPoly(mask, [np.round(front.to_patch(ring) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / 255


def teeth(patch, lips, front):
    """Soft mask (h, w) of teeth in a patch: bright and pale, between the lips."""
    hsv = cv2.cvtColor(patch, cv2.COLOR_RGB2HSV).astype(np.float32)
    pale = np.clip((120 - hsv[..., 1]) / 50, 0, 1) * np.clip((hsv[..., 2] - 90) / 50, 0, 1)
    return cv2.GaussianBlur(pale * inside(lips, front), (0, 0), 0.6)


def teeth_proxy(patches, shapes, front):
    """The frame that shows most teeth -> its number, and the proxy: its lips, its fine detail (h, w, 3) around 0, its mask of teeth."""
    area = [teeth(p, lips, front).sum() for p, lips in zip(patches, shapes)]
    best = int(np.argmax(area))
    picture = patches[best].astype(np.float32) / 255
    return best, (shapes[best], picture - cv2.GaussianBlur(picture, (0, 0), 1.5), teeth(patches[best], shapes[best], front))


def sharpen_teeth(patch, lips, front, proxy, strength=1.0):
    """Put the detail of a proxy (lips, detail, mask) onto the teeth of a patch (h, w, 3) uint8."""
    proxy_lips, detail, there = proxy
    mask, best = teeth(patch, lips, front), None
    for shift in (np.zeros(2), (lips[16] - proxy_lips[16]) * front.per_unit):
        M = np.float32([[1, 0, shift[0]], [0, 1, shift[1]]])
        moved = [cv2.warpAffine(v, M, front.size[::-1]) for v in (detail, there)]
        both = mask * moved[1]
        if best is None or both.sum() > best[0].sum():
            best = both, moved[0]
    I, f = patch.astype(np.float32) / 255, 0.5 + strength * 0.5 * best[1]
    overlay = np.where(f < 0.5, 2 * f * I, 1 - 2 * (1 - I) * (1 - f))
    return ((I + best[0][..., None] * (overlay - I)) * 255).round().clip(0, 255).astype(np.uint8)

# %%
def costs(A, V, alpha_U=2.0):
    """G (N, M) for speech A (N,) of 0 and 1 and movement V (M,)."""
    A = np.asarray(A).astype(int)
    onset = np.zeros(len(A), bool)
    onset[3:] = (A[1:-2] == 1) & (A[:-3] == 0)
    return np.outer((A == 0) - alpha_U * onset, V)


def retime(A, V, alpha_S=2.0, alpha_U=2.0):
    """Speech A (N,) and the target's movement V (M,) -> the target's frame for each frame of sound (N,); no frame more than twice.

    The first frame is free. Raises ValueError if the target is shorter than half of the sound.
    """
    N, M = len(A), len(V)
    if 2 * M < N:
        raise ValueError(f"the target has {M} frames; for {N} frames of sound it needs {-(-N // 2)} at least, as each may be shown twice.")
    G, V = costs(A, V, alpha_U), np.asarray(V, np.float64)
    F = np.stack([G[0], np.full(M, np.inf)])                                     # state 0: shown once; 1: shown again
    back = np.zeros((N, 2, M), int)
    for i in range(1, N):
        came = F.argmin(0)
        once = np.r_[np.inf, F.min(0)[:-1]] + G[i]
        back[i, 0, 1:] = came[:-1]
        F = np.stack([once, F[0] + alpha_S * V + G[i]])
    state, j = np.unravel_index(F.argmin(), F.shape)
    path = [int(j)]
    for i in range(N - 1, 0, -1):
        state, j = (back[i, 0, j], j - 1) if state == 0 else (0, j)
        path.append(int(j))
    return np.array(path[::-1])

# %%
def speech_on(x, frames, fps=25, level=-35.0):
    """Sound (N,) at 16 kHz -> (frames,) of 0 and 1: power within `level` dB of its 95th percentile, gaps under 0.2 s filled."""
    power = np.convolve(np.square(x), np.ones(640) / 640, "same")
    at = np.minimum(((np.arange(frames) + 0.5) / fps * 16000).astype(int), len(x) - 1)
    on = (power[at] > np.percentile(power, 95) * 10 ** (level / 10)).astype(np.uint8)
    return cv2.morphologyEx(on[None], cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))[0]


def movement(marks, fps=25, alpha_B=1.0):
    """Landmarks (M, 68, 2) of a silent film -> V (M,): the nose's speed in eye distances a tenth of a second, and closing or closed eyes."""
    eyes = np.linalg.norm(marks[:, 36:42].mean(1) - marks[:, 42:48].mean(1), axis=1).mean()
    speed = np.linalg.norm(np.gradient(marks[:, 27:36].mean(1), axis=0), axis=1) / eyes * fps / 10
    height = (marks[:, [40, 41, 46, 47], 1] - marks[:, [38, 37, 44, 43], 1]).mean(1) / eyes
    return speed + alpha_B * np.clip(1 - height / np.median(height) - 0.25, 0, 1)

# %%
class Jaw:
    """Linear map from shape coefficients (T, K) to the jaw line (T, 9, 2) in units."""

    def __init__(self, c, jaws):
        self.map = np.linalg.lstsq(np.c_[np.ones(len(c)), c], np.asarray(jaws).reshape(len(c), -1), rcond=None)[0]

    def __call__(self, c):
        return (np.c_[np.ones(len(c)), c] @ self.map).reshape(-1, 9, 2)


def bend(frame, old, new, reach):
    """Warp a frame (H, W, 3) so that points old (P, 2) come to new (P, 2), in pixels; the shift fades over `reach` pixels."""
    ys, xs = np.mgrid[: frame.shape[0], : frame.shape[1]].astype(np.float32)
    d2 = (xs[..., None] - new[:, 0]) ** 2 + (ys[..., None] - new[:, 1]) ** 2        # (H, W, P)
    w = np.exp(-d2 / (2 * reach**2)).astype(np.float32)
    near = w.max(-1)                                                               # 1 on the jaw line, 0 far away
    shift = (w @ (new - old).astype(np.float32)) / (w.sum(-1, keepdims=True) + 1e-6) * near[..., None]
    return cv2.remap(frame, xs - shift[..., 0], ys - shift[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def through(H, points):
    """Points (P, 2) through a homography."""
    return cv2.perspectiveTransform(np.float64(points)[None], H)[0]

# %%
def face_mask(front, jaw):
    """Mask (h, w), 0..1, of the patch between nose and jaw line (9, 2) in units; soft at its edge."""
    inset = jaw[1:-1] * (0.75, 1) - (0, 0.06)                                      # the cheeks' sides leave the plane: stay away from them
    top = front.nose[1] + 0.1
    ring = np.concatenate([[[inset[0, 0], top]], inset, [[inset[-1, 0], top]]])
    mask = np.zeros(front.size, np.uint8)
    cv2.fillPoly(mask, [np.round(front.to_patch(ring)).astype(np.int32)], 255)
    return cv2.GaussianBlur(mask, (0, 0), front.per_unit / 14).astype(np.float32) / 255


def put_in(frame, patch, mask, H):
    """Blend a patch (h, w, 3) into a frame (H, W, 3) uint8 by Laplacian pyramids."""
    size = frame.shape[1::-1]
    there = cv2.warpPerspective(mask, H, size)
    face = cv2.warpPerspective(patch, H, size, dst=frame.copy(), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_TRANSPARENT)
    return pyramid_blend(face.astype(np.float32), frame.astype(np.float32), there).round().clip(0, 255).astype(np.uint8)


def half_way(a, b):
    """The picture between two frames, along their optical flow (Farneback)."""
    flow = cv2.calcOpticalFlowFarneback(*(cv2.cvtColor(v, cv2.COLOR_RGB2GRAY) for v in (a, b)), None, 0.5, 3, 15, 3, 5, 1.2, 0)
    ys, xs = np.mgrid[: a.shape[0], : a.shape[1]].astype(np.float32)
    one, two = (cv2.remap(v, xs + k * flow[..., 0], ys + k * flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for v, k in ((a, -0.5), (b, 0.5)))
    return cv2.addWeighted(one, 0.5, two, 0.5, 0)

# %%
class Listening:
    """The ears of a Double.

    front: Front. space: ShapeSpace. net: DelayedLSTM. mouths: Mouths. proxy: from teeth_proxy. jaw: Jaw. target: a silent Clip,
    with target_H (M, 3, 3), target_jaw (M, 9, 2) in units, target_marks (M, 68, 2) in pixels.
    """

    def __init__(self, front, space, net, mouths, proxy, jaw, target, target_H, target_jaw, target_marks):
        self.front, self.space, self.net, self.mouths, self.proxy, self.jaw = front, space, net, mouths, proxy, jaw
        self.target, self.H, self.jaws, self.V = target, target_H, target_jaw, movement(target_marks, target.fps)

    def listen(self, x):
        """Sound (N,) at 16 kHz -> shape coefficients (T, K) and speech on or off (T,) at the target's rate."""
        T = max(1, int(np.ceil(len(x) / 16000 * self.target.fps)))
        return to_film(self.net.predict(features(level(x))), T, self.target.fps), speech_on(x, T, self.target.fps)

# %%
class Double(Listening):
    """A person who can be made to say anything: sound in, film out; see Listening for what it is made of."""

    def frame(self, c, j, again=False, n=40, how="median", teeth=True, bend_jaw=True):
        """One frame: coefficients (K,), the target's frame j, shown for the second time or not -> (H, W, 3) uint8."""
        nxt = min(j + 1, len(self.target) - 1)
        H, jaw_now, below = self.H[j], self.jaws[j], self.target.frames[j]
        if again:
            H, jaw_now, below = (H + self.H[nxt]) / 2, (jaw_now + self.jaws[nxt]) / 2, half_way(below, self.target.frames[nxt])
        jaw_new = self.jaw(c[None])[0]
        patch = self.mouths.paint(c, n, how)
        if teeth:
            patch = sharpen_teeth(patch, self.space.decode(c[None])[0], self.front, self.proxy)
        if bend_jaw:
            old, new = (through(H, self.front.to_patch(p)) for p in (jaw_now, jaw_new))
            below = bend(below, old, new, 0.25 * np.linalg.norm(new[-1] - new[0]) / 2)
        return put_in(below, patch, face_mask(self.front, jaw_new), H)

    def say(self, x, path=None, c=None, **options):
        """Sound (N,) at 16 kHz -> a Clip, and a dict of the path, the coefficients and the speech; options as `frame`."""
        own, A = self.listen(x)
        c = own if c is None else c
        path = retime(A, self.V) if path is None else path
        again = np.r_[False, np.diff(path) == 0]
        frames = np.stack([self.frame(q, j, k, **options) for q, j, k in zip(c, path, again)])
        clip = Clip(frames, self.target.fps, np.asarray(x, np.float32), 16000, info=dict(source="lesson 18", synthetic=True))
        return clip, dict(path=path, again=again, c=c, speech=A)

# %%
def studio_double(actor, voice, sentences=60, filmed=8, steps=150, size=128, delay=8, seconds=6, camera=None, seed=1):
    """A quick Double of a studio actor, by the stages of this lesson: he reads, is filmed in part, and the network learns."""
    camera, rng = camera or studio.Camera(focal=9.5), np.random.default_rng(seed)
    front, pixels = Front(head_landmarks(actor, torch.zeros(1, 52))[0], size // 4), film_camera(camera.focal, size)
    lessons = read_aloud(actor, front, studio.script(sentences, seed), voice, seed)
    shapes = [tracked(one.truth, rng) for one in lessons]
    clips = [studio.film(actor, one.performance, size=size, camera=camera, background="office", fps=12.5) for one in lessons[:filmed]]
    silence = studio.perform(None, seed=seed + 6, seconds=seconds, head=0.8)
    target = studio.film(actor, silence, size=size, camera=camera, background="office")
    space = ShapeSpace(np.concatenate([v[:, LIPS] for v in shapes]))
    net = DelayedLSTM(20, delay)
    fit(net, Corpus([one.x for one in lessons], [v[:, LIPS] for v in shapes], space), steps, length=50)
    seen = np.concatenate([v[::2][: len(c)] for v, c in zip(shapes, clips)])
    patches = np.concatenate([flatten(c.frames, homographies(front, c.truth["pose"], pixels), front.size) for c in clips])
    c, proxy = space.encode(seen[:, LIPS]), teeth_proxy(patches, seen[:, LIPS], front)[1]
    jaws = front.units(head_landmarks(actor, silence.expression))[:, JAW]
    H = homographies(front, target.truth["pose"], pixels)
    device = net.mean.device
    return Double(front, space, net.eval(), Mouths(patches, c, device), proxy, Jaw(c, seen[:, JAW]), target, H, jaws, target.truth["landmarks"])

# %%
def learn(clip, space_of_faces, finder, steps=None, delay=8, hold_out=0.125, progress=None):
    """A real talking Clip (one person, with sound) -> Double, report. The last `hold_out` of it is only used for the report.

    space_of_faces: lesson 11's FaceSpace; finder: lesson 03's FaceFinder. steps: None takes a few for each second of the clip, since a
    short one is soon learnt by heart. Raises ValueError if the clip is silent, shorter than 10 s, or shows no face.
    """

    if clip.sound is None or not np.abs(clip.sound).max(initial=0) > 1e-4:
        raise ValueError("the clip is silent: the voice is what is learnt from.")
    if clip.seconds < 10:
        raise ValueError(f"the clip lasts {clip.seconds:.1f} s; ten are the least to learn a voice from, minutes are better.")
    tracker = Tracker(space_of_faces, finder)
    tracker.meet(clip.frames)
    track = tracker.follow(clip.frames, progress)
    states, person, at = track.filled(), tracker.person, space_of_faces.landmarks
    front = Front(person.neutral[at], np.clip(np.nanmedian(np.linalg.norm(track.marks[:, 54] - track.marks[:, 48], axis=1)), 24, 64))
    units = front.units(torch.stack([person.shape(s.c)[at] for s in states]))
    side = max(clip.frames.shape[1:3])
    pixels = Window(0, 0, side, side).camera(person.focal, clip.frames.shape[1:3]).pixels
    H = np.stack([front.homography(s.R, s.t, pixels) for s in states])
    n = int(len(clip) * (1 - hold_out))
    space, x = ShapeSpace(units[:n, LIPS]), features(level(Sound(clip.sound, clip.sample_rate).resample(16000).samples))
    cut, net = int(n / clip.fps * 100), DelayedLSTM(20, delay)
    steps = int(np.clip(1.7 * clip.seconds, 60, 2000)) if steps is None else steps
    fit(net, Corpus([x[:cut]], [units[:n, LIPS]], space, clip.fps), steps, title="learning the voice")
    net.eval()
    patches, c = flatten(clip.frames[:n], H[:n], front.size), space.encode(units[:, LIPS])
    proxy = teeth_proxy(patches, units[:n, LIPS], front)[1]
    marks = np.stack([through(h, front.to_patch(u)) for h, u in zip(H, units)])
    marks[track.seen] = track.marks[track.seen]
    mouths = Mouths(patches, c[:n], net.mean.device)
    double = Double(front, space, net, mouths, proxy, Jaw(c[:n], units[:n, JAW]), Clip(clip.frames, clip.fps), H, units[:, JAW], marks)
    report = dict(track=track.report(), cut=n)
    if n < len(clip):
        heard = space.decode(to_film(net.predict(x[cut:]), len(clip) - n, clip.fps))
        lmd = lambda p: float(np.linalg.norm(p - units[n:, LIPS], axis=2).mean())
        report |= dict(mouth_lmd=lmd(heard), mean_lmd=lmd(space.decode(np.zeros((1, 20)))), sync_corr=float(np.corrcoef(gap(heard), gap(units[n:, LIPS]))[0, 1]))
    return double, report
