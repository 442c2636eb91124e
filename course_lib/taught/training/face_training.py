# GENERATED from 03_finding_faces.ipynb by `make sync`. Edit the lesson, not this file.
__all__ = ['random_light', 'random_faces', 'film_faces', 'draw_shapes', 'clouds', 'scenes', 'uniform', 'normal', 'chance', 'about_centre', 'square', 'sample', 'texture', 'Faces', 'column', 'soft', 'eye_coordinates', 'superellipse', 'glasses', 'cover', 'things', 'degrade', 'landmark_batch', 'landmark_loss', 'landmark_step', 'place', 'label', 'detector_batch', 'detector_loss', 'detector_step', 'fit', 'fit_landmarks', 'fit_detector']

# %%
import copy
import math
from functools import partial

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from kornia.color import rgb_to_grayscale
from kornia.enhance import adjust_brightness, adjust_gamma
from kornia.geometry import create_meshgrid
from kornia.geometry.conversions import convert_affinematrix_to_homography
from kornia.geometry.linalg import transform_points
from kornia.geometry.transform import get_affine_matrix2d, warp_affine

from course_lib import studio, train
from course_lib.taught.foundations.finding_faces import CELL, FILL, LARGE, MIDDLE, MIRROR, SMALL, Detector, LandmarkNet, mean_face, umeyama

# %%
def random_light(rng, n):
    """Mixtures of the studio's lights with other strengths and tints -> SH coefficients (n, 9, 3)."""
    named = np.stack([studio.light_coefficients(k)[0].numpy() for k in studio.LIGHTS])
    mix = rng.dirichlet(np.full(len(named), 0.4), n)
    light = np.einsum("nk,kij->nij", mix, named) * rng.uniform(0.7, 1.3, (n, 1, 3))
    light[:, 1:] *= rng.uniform(0.6, 1.5, (n, 1, 1))
    return torch.tensor(light, dtype=torch.float32)


def random_faces(rng, n):
    """A performance (n frames) in which no frame goes with the next: sparse random expressions, turns and glances."""
    names = list(studio.EXPRESSIONS)
    e = np.zeros((n, len(names)), np.float32)
    for row, k in enumerate(rng.integers(0, 9, n)):
        at = rng.permutation(len(names))[:k]
        e[row, at] = rng.beta(1, 1.6, len(at))

    def sometimes(group, share, draw):
        at = [names.index(x) for x in group]
        on = rng.random((n, 1)) < share
        e[:, at] = np.maximum(e[:, at], on * draw(size=(n, 1)))

    sometimes(("jawOpen",), 0.5, partial(rng.beta, 1, 2))
    sometimes(("mouthSmileLeft", "mouthSmileRight"), 0.5, rng.random)
    sometimes(("eyeBlinkLeft", "eyeBlinkRight"), 0.25, rng.random)
    close, jaw = names.index("mouthClose"), names.index("jawOpen")
    e[:, close] = np.minimum(e[:, close], e[:, jaw])
    turn = rng.normal(0, 1, (n, 3)) * (0.16, 0.35, 0.12)
    wide = rng.random(n) < 0.2
    turn[wide, 1] = rng.uniform(-1.1, 1.1, wide.sum())
    tensor = lambda x: torch.tensor(x, dtype=torch.float32)
    return studio.Performance(tensor(e), tensor(turn), torch.zeros(n, 3), tensor(rng.normal(0, 0.2, (n, 2))))

# %%
def film_faces(seeds, shots=24, size=160, title="filming"):
    """Film `shots` unrelated frames of each actor -> dict of pictures (N, S, S, 3) uint8, alpha (N, S, S) bool, landmarks (N, 68, 2) px."""
    out = dict(pictures=[], alpha=[], landmarks=[])
    for i in train.steps(len(seeds), title):
        rng = np.random.default_rng([3, seeds[i]])
        p = random_faces(rng, shots)
        d = float(rng.uniform(0.5, 1.6))
        camera = studio.Camera(focal=6.9 * d / 1.25 * float(rng.uniform(0.95, 1.15)), distance=d,
                               yaw=float(rng.normal(0, 0.15)), pitch=float(rng.normal(0, 0.12)))
        actor = studio.cast(int(seeds[i]))
        if rng.random() < 0.3:
            actor = actor.but(hair=str(rng.choice(studio.HAIR_KINDS)))
        clip = studio.film(actor, p, size=size, camera=camera, light=random_light(rng, shots), background=str(rng.choice(studio.BACKGROUNDS)))
        out["pictures"].append(clip.frames)
        out["landmarks"].append(clip.truth["landmarks"].astype(np.float32))
        out["alpha"].append(clip.truth["parts"] > 0)
    return {k: np.concatenate(v) for k, v in out.items()}

# %%
def draw_shapes(rng, picture):
    """Up to 30 random discs, ellipses, bars, lines, polygons and words."""
    n = len(picture)
    for _ in range(rng.integers(0, 30)):
        c = tuple(int(255 * v) for v in (rng.random(3) if rng.random() < 0.7 else np.repeat(rng.random(), 3)))
        p, r, w = rng.integers(-n // 4, n + n // 4, (4, 2)), int(rng.integers(1, n // 2)), int(rng.choice([-1, 1, 2, 4]))
        a, b = p[0].tolist(), p[1].tolist()
        match rng.integers(6):
            case 0:
                cv2.circle(picture, a, r // 2 + 1, c, w, cv2.LINE_AA)
            case 1:
                cv2.ellipse(picture, a, (r, int(r * rng.uniform(0.2, 1)) + 1), float(rng.uniform(0, 180)), 0, 360, c, w, cv2.LINE_AA)
            case 2:
                cv2.rectangle(picture, a, b, c, w)
            case 3:
                cv2.line(picture, a, b, c, abs(w) * 2, cv2.LINE_AA)
            case 4:
                cv2.fillPoly(picture, [p.astype(np.int32)], c, cv2.LINE_AA)
            case 5:
                cv2.putText(picture, "".join(rng.choice(list("abcdefghkoASDMN0893&%"), 6)), a, int(rng.integers(0, 8)), float(rng.uniform(0.3, 2)), c, abs(w))
    return picture


def clouds(rng, n):
    """Noise of all sizes, or a plain slope, now and then in the colours of skin -> (n, n, 3) uint8."""
    if rng.random() < 0.35:
        x = np.zeros((n, n, 3), np.float32)
        for octave in range(2, int(math.log2(n)) + 1):
            a = rng.normal(0, 1, (2**octave, 2**octave, 3)) * 2.0 ** (-octave * rng.uniform(0.3, 1.0))
            x += cv2.resize(a.astype(np.float32), (n, n), interpolation=cv2.INTER_CUBIC)
        x = (x - x.mean()) / (x.std() + 1e-6) * rng.uniform(0.05, 0.25) + rng.uniform(0.1, 0.9, 3)
    else:
        x = np.linspace(0, 1, n)[:, None, None] * (rng.random(3) - rng.random(3)) + rng.random(3) + np.zeros((1, n, 1))
        x = np.rot90(x, rng.integers(4))
    if rng.random() < 0.3:
        x = 0.3 * x + np.array([0.75, 0.52, 0.42]) * rng.uniform(0.4, 1.1)
    return np.ascontiguousarray(x.clip(0, 1) * 255).astype(np.uint8)

# %%
def scenes(n, size=128, seed=0):
    """n pictures without a face, to stand behind and in front of the actors -> (n, 3, size, size) uint8."""
    from sklearn.datasets import load_sample_images

    rng, photos, out = np.random.default_rng([5, seed]), load_sample_images().images, []
    for i in range(n):
        if i % 5 < 2:
            x = draw_shapes(rng, clouds(rng, size))
            x = cv2.GaussianBlur(x, (0, 0), float(rng.uniform(0.3, 4))) if rng.random() < 0.6 else x
        elif i % 5 == 2:
            x = studio.stage.background(str(rng.choice(studio.BACKGROUNDS)), size, int(rng.integers(1 << 30))).numpy() ** (1 / 2.2)
            x = (x * 255).clip(0, 255).astype(np.uint8)
        else:
            photo, side = photos[rng.integers(2)], int(rng.integers(40, 420))
            y, x = rng.integers(0, photo.shape[0] - side), rng.integers(0, photo.shape[1] - side)
            x = np.rot90(cv2.resize(photo[y : y + side, x : x + side], (size, size), interpolation=cv2.INTER_AREA), rng.integers(4))
        out.append(np.ascontiguousarray(x))
    return torch.from_numpy(np.stack(out)).permute(0, 3, 1, 2).contiguous()

# %%
def uniform(g, n, low, high):
    return torch.rand(n, generator=g, device=g.device) * (high - low) + low


def normal(g, n, sigma):
    return torch.randn(n, generator=g, device=g.device) * sigma


def chance(g, n, p):
    return torch.rand(n, generator=g, device=g.device) < p


def about_centre(scale, angle, shift, stretch=1.0, shear=None):
    """Maps of the unit square about its centre, (B, 3, 3): sheared by an angle, made wider and
    lower by stretch, scaled, turned by angle, then moved by shift (B, 2). Angles in radians.
    """
    sides = torch.stack([scale * stretch, scale / stretch], 1)
    half = torch.full_like(shift, 0.5)
    return get_affine_matrix2d(shift, half, sides, angle.rad2deg(), shear)

# %%
def square(size, device="cpu"):
    """Centres of size x size pixels in the unit square, (1, size, size, 2)."""
    return (create_meshgrid(size, size, normalized_coordinates=False, device=device) + 0.5) / size


def sample(pictures, a, size, padding="border"):
    """Pictures (B, C, H, W) through maps a (pixels -> unit square) -> (B, C, size, size)."""
    a = a[:, :2] * size - torch.tensor([0, 0, 0.5], device=a.device)     # to the answer's pixels
    return warp_affine(pictures, a, (size, size), padding_mode=padding, align_corners=False)


def texture(g, grounds, n, size):
    """Random cut-outs of random scenes, (n, 3, size, size) in 0..1."""
    x = grounds[torch.randint(len(grounds), (n,), generator=g, device=g.device)].float() / 255
    o = int(torch.randint(x.shape[-1] - size + 1, (1,), generator=g, device=g.device))
    x = x[..., o : o + size, o : o + size]
    return torch.where(chance(g, n, 0.5)[:, None, None, None], x.flip(3), x)


class Faces:
    """Filmed faces ready for training: rgba (N, 4, S, S) uint8, landmarks (N, 68, 2), the mean
    face (68, 2) and each face's frame (N, 3, 3).
    """

    def __init__(self, pictures, alpha, landmarks, mean=None):
        self.mean = mean_face(landmarks) if mean is None else mean
        self.landmarks = torch.as_tensor(landmarks)
        frame = umeyama(np.broadcast_to(self.mean, landmarks.shape), landmarks)
        self.frame = convert_affinematrix_to_homography(torch.from_numpy(frame).float())
        rgb = torch.from_numpy(pictures).permute(0, 3, 1, 2)
        self.rgba = torch.cat([rgb, torch.from_numpy(alpha)[:, None].byte() * 255], 1)

    def to(self, device):
        """The same faces on a device."""
        out = copy.copy(self)
        out.landmarks = self.landmarks.to(device)
        out.frame = self.frame.to(device)
        out.rgba = self.rgba.to(device)
        return out

# %%
def column(t):
    return t[:, None, None]


def soft(distance, width):
    """1 inside (negative distance), 0 outside, with an edge of the given width."""
    return (0.5 - distance / width).clamp(0, 1)


def eye_coordinates(marks, size):
    """Landmarks (B, 68, 2) -> coordinates a, b (B, size, size) of every pixel and the size of a pixel (B, 1, 1)."""
    left, right = marks[:, 36:42].mean(1), marks[:, 42:48].mean(1)
    d = (right - left).norm(dim=1).clamp(min=0.08)
    e, mid = (right - left) / d[:, None], (left + right) / 2
    x, y = square(size, marks.device).unbind(-1)
    dx, dy = x - column(mid[:, 0]), y - column(mid[:, 1])
    ex, ey = column(e[:, 0]), column(e[:, 1])
    return (dx * ex + dy * ey) / column(d), (-dx * ey + dy * ex) / column(d), column(1 / (size * d))

# %%
def superellipse(x, y, k):
    return (x.abs() ** k + y.abs() ** k) ** (1 / k)


def glasses(g, x, a, b, pixel):
    """Frames of random shape on a quarter of the faces, one in five of them dark."""
    B = len(x)
    w, h, k, line = (column(uniform(g, B, *r)) for r in ((0.3, 0.46), (0.2, 0.38), (2, 5), (0.015, 0.06)))
    b = b - column(uniform(g, B, -0.03, 0.08))
    q = superellipse((a.abs() - 0.5) / w, b / h, k)
    rim = soft((q - 1).abs() * (w + h) / 2 - line, pixel)
    beside = torch.where(a.abs() < 0.5, a.abs() - 0.5 + w, torch.maximum(0.5 + w - a.abs(), a.abs() - 1.25))
    bar = soft(torch.maximum((b + 0.3 * h).abs() - line, beside), pixel)
    on = column(chance(g, B, 0.25).float())
    dark = torch.where(chance(g, B, 0.2), uniform(g, B, 0.4, 1), uniform(g, B, 0, 0.15))
    tint = torch.rand(B, 3, 1, 1, generator=g, device=g.device)
    tint = tint * chance(g, B, 0.5)[:, None, None, None]
    x = torch.lerp(x, tint.expand_as(x), (soft(w * (q - 1), pixel) * on * column(dark))[:, None])
    bright = (uniform(g, B, 0, 1) ** 3)[:, None, None, None]
    colour = bright * (0.6 + 0.4 * torch.rand(B, 3, 1, 1, generator=g, device=g.device))
    return torch.lerp(x, colour.expand_as(x), (torch.maximum(rim, bar) * on)[:, None])

# %%
def cover(g, x, a, b, pixel, grounds):
    """Hats, fringes and scarves: an edge above the brow, another beside the face, one face in five each."""
    B, size = len(x), x.shape[-1]
    t = texture(g, grounds, B, size)
    t = torch.where(chance(g, B, 0.5)[:, None, None, None], t * uniform(g, B, 0.05, 1)[:, None, None, None], t)
    u = lambda low, high: column(uniform(g, B, low, high))
    brow = b + u(0.3, 0.9) - 0.35 * u(-1, 1) * a - u(-0.5, 0.4) * a * a + 0.04 * torch.sin(a * u(5, 40))
    x = torch.lerp(x, t, (soft(brow, pixel * 2) * column(chance(g, B, 0.2).float()))[:, None])
    side = u(0.75, 1.2) - a * column(torch.where(chance(g, B, 0.5), 1.0, -1.0)) + 0.3 * b * u(-1, 1) + 0.04 * torch.sin(b * u(5, 40))
    return torch.lerp(x, t.flip(0), (soft(side, pixel * 2) * column(chance(g, B, 0.2).float()))[:, None])


def things(g, x, grounds):
    """Up to two rounded things anywhere: some in the colour of the face, like a hand."""
    B, size = len(x), x.shape[-1]
    px, py = square(size, x.device).unbind(-1)
    for p in (0.3, 0.15):
        cx, cy, ra, rb, th, k = (column(uniform(g, B, *r)) for r in ((-0.1, 1.1), (-0.1, 1.1), (0.03, 0.22), (0.05, 0.4), (0, 3.2), (2, 6)))
        dx, dy = px - cx, py - cy
        q = superellipse((dx * th.cos() + dy * th.sin()) / ra, (-dx * th.sin() + dy * th.cos()) / rb, k)
        t = texture(g, grounds, B, size)
        skin = x[:, :, size // 3 : size // 2, size // 3 : size // 2].mean((2, 3), keepdim=True) * (0.7 + 0.6 * t.mean(1, keepdim=True))
        t = torch.where(chance(g, B, 0.4)[:, None, None, None], skin, t)
        x = torch.lerp(x, t, (soft((q - 1) * torch.minimum(ra, rb), 2.0 / size) * column(chance(g, B, p).float()))[:, None])
    return x

# %%
def degrade(g, x):
    """Light, colour, blur, noise and JPEG on pictures (B, 3, S, S) in 0..1."""
    B, S = len(x), x.shape[-1]
    v = lambda t: t[:, None, None, None]
    u = torch.linspace(-1, 1, S, device=x.device)
    x = adjust_gamma(x.clamp(1e-3, 1), torch.exp(normal(g, B, 0.35)))
    x = x * (1 + v(normal(g, B, 0.25)) * u + v(normal(g, B, 0.25)) * u[:, None]).clamp(0.15, 2)
    tint = 1 + 0.12 * torch.randn(B, 3, 1, 1, generator=g, device=g.device)
    x = x * tint * v(torch.exp(normal(g, B, 0.2)))
    fade = torch.where(chance(g, B, 0.15), 0.0, uniform(g, B, 0.4, 1.4))
    x = torch.lerp(rgb_to_grayscale(x), x, v(fade))      # kornia's own would clip highlights here
    x = torch.lerp(x.mean((1, 2, 3), keepdim=True), x, v(uniform(g, B, 0.6, 1.3)))
    x = adjust_brightness(x, normal(g, B, 0.05))
    parts = []
    for y in x.split(max(1, B // 8)):
        k, share = torch.rand(2, generator=g, device=g.device).tolist()
        if k < 0.55:
            y = F.interpolate(y, size=int(S * (0.22 + 0.78 * share)), mode="area")
            y = F.interpolate(y, size=S, mode="bilinear" if k < 0.4 else "bicubic", align_corners=False)
        parts.append(y)
    x = torch.cat(parts)
    noise = torch.randn(x.shape, generator=g, device=g.device)
    x = x + noise * v(0.12 * uniform(g, B, 0, 1) ** 3)
    small = (x.clamp(0, 1) * 255).byte().cpu()                       # OpenCV packs on the CPU
    quality = torch.randint(12, 90, (B,), generator=g, device=g.device).tolist()
    for i in chance(g, B, 0.5).nonzero()[:, 0].tolist():
        picture = small[i].permute(1, 2, 0).numpy()
        _, code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality[i]])
        small[i] = torch.from_numpy(cv2.imdecode(code, cv2.IMREAD_COLOR)).permute(2, 0, 1)
    return small.to(x.device).float() / 255

# %%
def landmark_batch(g, faces, grounds, B, size=96, plain=False):
    """-> crops (B, 3, 96, 96), landmarks (B, 68, 2) in the unit square, is a face (B,). plain: no augmentation but the crop's own."""
    i = torch.randint(len(faces.rgba), (B,), generator=g, device=g.device)
    scale, angle = torch.exp(normal(g, B, 0.1)), normal(g, B, 0.2)
    shift = torch.stack([normal(g, B, 0.05), normal(g, B, 0.05)], 1)
    stretch = torch.exp(normal(g, B, 0.07))
    shear = -torch.atan(normal(g, B, 0.05) / stretch)
    jitter = about_centre(scale, angle, shift, stretch, shear)
    n = B // 4
    kind = torch.randint(4, (n,), generator=g, device=g.device)
    far = torch.where(chance(g, n, 0.5), uniform(g, n, 0.25, 0.5), uniform(g, n, 2, 3))
    scale = torch.where(kind == 0, far, torch.exp(normal(g, n, 0.3)))
    angle = torch.where(kind == 1, uniform(g, n, 1.5, 4.8), normal(g, n, 0.3))
    off = torch.where(kind == 2, uniform(g, n, 0.55, 0.9), 0.0)
    to = uniform(g, n, 0, 2 * math.pi)
    jitter[:n] = about_centre(scale, angle, off[:, None] * torch.stack([to.cos(), to.sin()], 1))
    a = torch.linalg.inv(faces.frame[i] @ jitter)
    marks = transform_points(a, faces.landmarks[i])
    flip = chance(g, B, 0.5)
    x = sample(faces.rgba[i].float() / 255, a, size)
    x = torch.where(flip[:, None, None, None], x.flip(3), x)
    marks = torch.where(flip[:, None, None], torch.stack([1 - marks[:, MIRROR, 0], marks[:, MIRROR, 1]], -1), marks)
    alpha = F.avg_pool2d(x[:, 3:], 3, 1, 1)
    cut_out = chance(g, B, 0.6) & (not plain)
    cut_out[:n] = False
    alpha = torch.where(cut_out[:, None, None, None], alpha, torch.ones_like(alpha))
    alpha[:n][kind == 3] = 0
    x = torch.lerp(texture(g, grounds, B, size), x[:, :3], alpha)
    if not plain:
        a, b, pixel = eye_coordinates(marks, size)
        x = degrade(g, things(g, cover(g, glasses(g, x, a, b, pixel), a, b, pixel, grounds), grounds))
    return x, marks, (torch.arange(B, device=x.device) >= n).float()

# %%
def landmark_loss(out, marks, real):
    """Loss of LandmarkNet's output for landmarks (B, 68, 2) and face labels (B,)."""
    points, logits, face = out
    H, t = logits.shape[-1], marks * logits.shape[-1]
    each = real[:, None] / (real.sum().clamp(min=1) * marks.shape[1])    # mean over the faces
    distance = F.smooth_l1_loss(points * H, t, beta=0.5, reduction="none").mean(-1)
    u = torch.arange(H, device=marks.device) + 0.5
    blob = torch.exp(-((u - t[..., 1:]) ** 2) / 2)[..., :, None] * torch.exp(-((u - t[..., :1]) ** 2) / 2)[..., None, :]
    blob = blob / blob.sum((2, 3), keepdim=True).clamp(min=1e-6)
    entropy = -(blob.flatten(2) * logits.flatten(2).log_softmax(-1)).sum(-1)
    inside = ((t > 0) & (t < H)).all(-1)
    error = ((distance + 0.1 * entropy * inside) * each).sum()
    return error + 0.3 * F.binary_cross_entropy_with_logits(face, real)


def landmark_step(net, pictures, marks, real):
    """Loss of one batch as landmark_batch makes it, a scalar."""
    return landmark_loss(net(pictures), marks, real)

# %%
def place(g, B, size):
    """Random places for one face a picture.

    Returns the maps (B, 3, 3) from the face's frame to the canvas, both unit squares, and the
    face's centre (B, 2) and box (B,) in pixels and its roll (B,) in radians.
    """
    box = torch.exp(uniform(g, B, math.log(17.0), math.log(50.0)))
    box = torch.where(chance(g, B, 0.08), torch.exp(uniform(g, B, math.log(50.0), math.log(160.0))), box)
    centre = torch.stack([uniform(g, B, 0, size), uniform(g, B, 0, size)], 1)
    roll = torch.where(chance(g, B, 0.3), uniform(g, B, -1.6, 1.6), normal(g, B, 0.3))
    mirror = torch.where(chance(g, B, 0.5), -1.0, 1.0)
    stretch = torch.exp(normal(g, B, 0.07))
    sides = torch.stack([mirror / stretch, stretch], 1) * (box / (size * FILL))[:, None]
    half = torch.full_like(centre, 0.5)
    canvas = get_affine_matrix2d(centre / size - half, half, sides, roll.rad2deg())
    return canvas, centre, box, roll


def label(target, centre, box, roll, on, covered):
    """Write one face a picture into the target maps: score, care, values and where the values count. Cells are 8 pixels."""
    score, care, value, at = target
    n = score.shape[-1]
    cells = (torch.arange(n, device=score.device) + 0.5) * CELL
    dx, dy = column(centre[:, 0]) - cells, column(centre[:, 1]) - cells[:, None]
    d2 = dx**2 + dy**2
    score, at, care = torch.where(covered, 0.0, score), at & ~covered, torch.where(covered, 1.0, care)
    good = on & (box > SMALL * 0.92) & (box < LARGE * 1.12)
    near = column(good) & (d2 <= (CELL * 0.75) ** 2)
    heat = torch.exp(-d2 / (2 * column(box / 10).clamp(min=2.5) ** 2)) * 0.9
    score = torch.where(column(good), torch.maximum(score, torch.where(near, 1.0, heat * (heat > 0.09))), score)
    vague = column(on & ~good & (box < 60)) & (d2 < column(box * 0.4) ** 2)
    wide = lambda t: column(t).expand(-1, n, n)
    new = torch.stack([dx.expand(-1, n, n) / CELL, dy.expand(-1, n, n) / CELL, wide((box / MIDDLE).log()), wide(roll.cos()), wide(roll.sin())], 1)
    return score, torch.where(vague, 0.0, care), torch.where(near[:, None], new, value), at | near

# %%
def detector_batch(g, faces, grounds, B, size=128):
    """-> pictures (B, 3, 128, 128) and their target maps at stride 8: score, care (B, 16, 16), values (B, 5, 16, 16), at."""
    x, n = texture(g, grounds, B, size), size // CELL
    score = torch.zeros(B, n, n, device=x.device)
    value = torch.zeros(B, 5, n, n, device=x.device)
    target = (score, torch.ones_like(score), value, score.bool())
    mean = torch.from_numpy(faces.mean)[None].to(x.device)
    for p in (0.75, 0.35, 0.15):
        on = chance(g, B, p)
        i = torch.randint(len(faces.rgba), (B,), generator=g, device=g.device)
        canvas, centre, box, roll = place(g, B, size)
        a = canvas @ torch.linalg.inv(faces.frame[i])
        face = sample(faces.rgba[i].float() / 255, a, size, "zeros")
        back = torch.linalg.inv(a)[:, None]      # transform_points on every pixel is slower
        xy = square(size, a.device) @ back[..., :2, :2].mT + back[..., None, :2, 2]
        inside = ((xy > 0) & (xy < faces.rgba.shape[-1] - 1)).all(-1)[:, None].float()
        alpha = torch.where(chance(g, B, 0.7)[:, None, None, None], face[:, 3:] ** 1.5, inside) * on[:, None, None, None]
        front = face[:, :3]
        if p == 0.75:
            marks = transform_points(canvas, mean.expand(B, -1, -1))
            u, v, pixel = eye_coordinates(marks, size)
            front = things(g, cover(g, glasses(g, torch.where(alpha > 0, front, x), u, v, pixel), u, v, pixel, grounds), grounds)
        x = torch.lerp(x, front, alpha)
        target = label(target, centre, box, roll, on, F.avg_pool2d(alpha, CELL)[:, 0] > 0.3)
    return degrade(g, x), *target


def detector_loss(out, score, care, value, at):
    """Focal loss for the score (Zhou et al. 2019, eq. 1, with alpha 2, beta 4) plus smooth L1 for the five values."""
    z, p = out[:, 0], out[:, 0].sigmoid()
    hit = (score >= 1).float()
    focal = -hit * (1 - p) ** 2 * F.logsigmoid(z) - (1 - hit) * (1 - score) ** 4 * p**2 * F.logsigmoid(-z)
    values = (F.smooth_l1_loss(out[:, 1:], value, reduction="none").mean(1) * at).sum() / at.sum().clamp(min=1)
    return (focal * care).sum() / hit.sum().clamp(min=1) + 2 * values


def detector_step(net, pictures, score, care, value, at):
    """Loss of one batch as detector_batch makes it, a scalar."""
    return detector_loss(net(pictures), score, care, value, at)

# %%
def fit(net, data, draw, step_of, steps, rate, seed, title, **kept):
    """Train a network on generated batches -> the network, ready for use, and its losses.

    data: Faces and scenes (N, 3, S, S), moved to the device. draw(generator, *data) -> a batch,
    step_of(net, *batch) -> its loss. kept: resume=path and save_every as in train.steps.
    """
    torch.manual_seed(seed)
    optimizer = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.1)
    net, optimizer, run = train.setup(net, optimizer)
    data = [x.to(run.device) for x in data]
    parts = dict(net=net, optimizer=optimizer, schedule=schedule) if kept.get("resume") else {}
    losses = []
    note = lambda: f"loss {np.mean(losses[-50:]):.3f}"
    net.train()
    for step in train.steps(steps, title, note=note, **kept, **parts):
        loss = step_of(net, *draw(run.generator(seed * 1_000_003 + step), *data))
        optimizer.zero_grad()
        run.backward(loss)
        optimizer.step()
        schedule.step()
        losses.append(run.reduce(loss).item())
    return net.eval(), losses


def fit_landmarks(faces, grounds, steps, batch=64, seed=0, plain=False, title="landmarks", **kept):
    """Train a LandmarkNet on Faces before scenes (N, 3, S, S) -> the network and its losses."""
    draw = partial(landmark_batch, B=batch, plain=plain)
    data = (faces, grounds)
    return fit(LandmarkNet(), data, draw, landmark_step, steps, 3e-3, seed, title, **kept)


def fit_detector(faces, grounds, steps, batch=64, seed=1, title="detector", **kept):
    """Train a Detector on Faces before scenes (N, 3, S, S) -> the network and its losses."""
    draw = partial(detector_batch, B=batch)
    return fit(Detector(), (faces, grounds), draw, detector_step, steps, 3e-3, seed, title, **kept)