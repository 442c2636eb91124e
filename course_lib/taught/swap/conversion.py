# GENERATED from 09c_conversion.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['COLOURS', 'BORDER', 'LOW', 'BLENDS', 'ROOM', 'Settings', 'soft_mask', 'alpha_blend', 'reinhard', 'moments', 'power',
           'colour_map', 'low', 'to_lab', 'match_colour', 'neighbours', 'right_side', 'conjugate_gradients', 'poisson',
           'blended_band', 'pyramid_blend', 'placed', 'box_of', 'paste', 'convert', 'prepare', 'started', 'swap_clips']

# %%
import time
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from course_lib import weights
from course_lib.media import frame_faults
from course_lib.taught.foundations.finding_faces import follow, one_euro
from course_lib.taught.swap.deepfakes import DF, apply, crops_of, extract, fit
from course_lib.taught.swap.deepfakes import inside, outline, pixels, squares_of

# %%
COLOURS = ("none", "mean", "reinhard", "linear", "mkl", "low")
BORDER = 0.04  # the mask rises from zero over this share of the crop's side


@dataclass
class Settings:
    """How a drawn face is put into the frame; lengths in shares of the crop's side."""

    coverage: float = 0.66  # of the square, see squares_of
    predicted: bool = True  # use the mask that the network draws
    erode: float = 0.03
    blur: float = 0.03
    colour: str = "low"  # one of COLOURS
    blend: str = "alpha"  # or poisson, pyramid


def soft_mask(points, drawn, size, settings):
    """How much of the new face each pixel takes, (size, size) in 0..1, zero at the border.

    points: landmarks (68, 2) in the crop's unit square. drawn: the network's mask, or None.
    """
    mask = outline(points, size).astype(np.float32) / 255
    if settings.predicted and drawn is not None:
        mask = np.minimum(mask, drawn)
    radius = round(settings.erode * size)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    mask = cv2.erode(mask, disc, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    if settings.blur:
        mask = cv2.GaussianBlur(mask, (0, 0), settings.blur * size)
    ramp = np.minimum(np.arange(size), np.arange(size)[::-1]) / (BORDER * size)
    return mask * np.minimum(ramp, ramp[:, None]).clip(0, 1).astype(np.float32)

# %%
def alpha_blend(face, frame, mask):
    """The weighted mean of two pictures (H, W, 3); mask (H, W) is the face's weight."""
    m = mask[..., None]
    return m * face + (1 - m) * frame

# %%
def reinhard(face, frame, mask):
    """The face with the frame's mean and spread in every channel (Reinhard et al. 2001).

    face, frame (S, S, 3) in Lab; mask (S, S): the weights under which both are taken.
    """
    w = mask[..., None] / mask.sum()
    means = [(w * x).sum((0, 1)) for x in (face, frame)]
    off = [x - m for x, m in zip((face, frame), means, strict=True)]
    spreads = [np.sqrt((w * x**2).sum((0, 1))) for x in off]
    return off[0] * (spreads[1] / spreads[0].clip(1e-3)) + means[1]

# %%
def moments(colours, mask):
    """Weighted mean (3,) and covariance (3, 3) of colours (S, S, 3), weights (S, S)."""
    flat = colours.reshape(-1, 3)
    mean = np.average(flat, 0, mask.ravel())
    return mean, np.cov(flat.T, aweights=mask.ravel(), ddof=0)


def power(matrix, exponent):
    """A power of a symmetric positive matrix: that of its eigenvalues."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * values.clip(1e-6) ** exponent) @ vectors.T


def colour_map(cov_a, cov_b, mode):
    """The matrix (3, 3) from one covariance to another; mode: mean, linear or mkl."""
    if mode == "mean":
        return np.eye(len(cov_a))
    root, back = power(cov_a, 0.5), power(cov_a, -0.5)
    if mode == "linear":
        return power(cov_b, 0.5) @ back
    return back @ power(root @ cov_b @ root, 0.5) @ back

# %%
LOW = 0.10  # how far "low" blurs, in widths of the crop; tuned on another performance


def low(picture, mask):
    """The low frequencies of a picture (S, S, 3), of what lies under the mask (S, S) alone."""
    sigma = LOW * len(picture)
    total = cv2.GaussianBlur(picture * mask[..., None], (0, 0), sigma)
    return total / cv2.GaussianBlur(mask, (0, 0), sigma)[..., None].clip(1e-4)

# %%
def to_lab(picture):
    """RGB in 0..1 -> Lab, float32; L in 0..100."""
    return cv2.cvtColor(np.ascontiguousarray(picture, np.float32), cv2.COLOR_RGB2LAB)


def match_colour(face, frame, mask, mode="low"):
    """The face (S, S, 3) in 0..1 with the colours of the frame, both under the mask (S, S)."""
    if mode not in COLOURS:
        raise ValueError(f"there is no colour mode {mode!r}: choose {', '.join(COLOURS)}.")
    if mode == "none" or mask.sum() < 10:  # fewer than ten pixels have no statistics
        return face
    a, b = to_lab(face), to_lab(frame)
    if mode == "reinhard":
        new = reinhard(a, b, mask)
    elif mode == "low":
        new = a + low(b, mask) - low(a, mask)
    else:
        (mean_a, cov_a), (mean_b, cov_b) = moments(a, mask), moments(b, mask)
        new = (a - mean_a) @ colour_map(cov_a, cov_b, mode).T + mean_b
    return cv2.cvtColor(new.astype(np.float32), cv2.COLOR_LAB2RGB).clip(0, 1)

# %%
def neighbours(x):
    """The sum of the four neighbours of every pixel, zero outside the picture, (H, W, C)."""
    total = np.zeros_like(x)
    total[1:] += x[:-1]
    total[:-1] += x[1:]
    total[:, 1:] += x[:, :-1]
    total[:, :-1] += x[:, 1:]
    return total

# %%
def right_side(face, frame, omega):
    """The right side of Poisson's equation (Pérez et al. 2003, eq. 7), zero outside omega.

    face, frame (H, W, C); omega (H, W) bool, false at the picture's border -> (H, W, C).
    """
    solved = omega[..., None]
    known = np.where(solved, 0, frame)
    return np.where(solved, 4 * face - neighbours(face) + neighbours(known), 0)

# %%
def conjugate_gradients(apply_matrix, b, f, steps=400, tolerance=1e-3):
    """Solve K f = b for pictures (H, W, C), each channel its own system.

    apply_matrix: f -> K f. f: where to start. Stops after `steps`, or at this residual.
    """
    residual = b - apply_matrix(f)
    direction = residual
    length = (residual**2).sum((0, 1))
    for _ in range(steps):
        if np.abs(residual).max() < tolerance:
            break
        image = apply_matrix(direction)
        far = length / (direction * image).sum((0, 1)).clip(1e-30)
        f = f + far * direction
        residual = residual - far * image
        new = (residual**2).sum((0, 1))
        direction = residual + new / length.clip(1e-30) * direction
        length = new
    return f


def poisson(face, frame, mask, **limits):
    """Seamless cloning of face (H, W, 3) into frame where mask (H, W) > 0.5 -> float32."""
    omega = mask > 0.5
    omega[[0, -1]] = omega[:, [0, -1]] = False
    solved = omega[..., None]
    face, frame = np.asarray(face, np.float64), np.asarray(frame, np.float64)

    def apply_matrix(f):
        return np.where(solved, 4 * f - neighbours(f), 0)  # f is zero outside

    b = right_side(face, frame, omega)
    f = conjugate_gradients(apply_matrix, b, np.where(solved, frame, 0), **limits)
    return np.where(solved, f, frame).astype(np.float32)

# %%
def blended_band(face, frame, mask):
    """One level of a Laplacian pyramid (Burt and Adelson 1983): the mixed detail (H, W, 3).

    face, frame (H, W, 3) and mask (H, W) of this level, float32.
    """
    size = face.shape[1::-1]
    details = [x - cv2.pyrUp(cv2.pyrDown(x), dstsize=size) for x in (face, frame)]
    return alpha_blend(*details, mask)

# %%
def pyramid_blend(face, frame, mask, levels=4):
    """Blend by Laplacian pyramids: face, frame (H, W, 3), mask (H, W) -> float32, not clipped."""
    levels = max(1, min(levels, int(np.log2(min(face.shape[:2]))) - 2))
    layers = [np.asarray(x, np.float32) for x in (face, frame, mask)]
    bands = []
    for _ in range(levels):
        bands.append(blended_band(*layers))
        layers = [cv2.pyrDown(x) for x in layers]
    out = alpha_blend(*layers)
    for band in reversed(bands):
        out = cv2.pyrUp(out, dstsize=band.shape[1::-1]) + band
    return out

# %%
BLENDS = dict(alpha=alpha_blend, poisson=poisson, pyramid=pyramid_blend)
ROOM = 16  # pixels around the mask that a blend may use


def placed(picture, square, size):
    """A crop's picture (S, S) or (S, S, 3) where it lies in a frame of size (width, height)."""
    beyond = cv2.BORDER_CONSTANT if picture.ndim == 2 else cv2.BORDER_REPLICATE
    look = dict(flags=cv2.INTER_CUBIC, borderMode=beyond)
    where = pixels(square[None], len(picture))[0]
    return cv2.warpAffine(np.float32(picture), where, size, **look).clip(0, 1)


def box_of(mask):
    """The slices of a frame around all that a mask (H, W) covers."""
    x, y, width, height = cv2.boundingRect((mask > 1 / 255).astype(np.uint8))
    return np.s_[max(0, y - ROOM) : y + height + ROOM, max(0, x - ROOM) : x + width + ROOM]

# %%
def paste(frame, face, points, square, settings):
    """Put one drawn face into a frame (H, W, 3) uint8 -> the new frame, uint8.

    face (S, S, 3), or (S, S, 4) with its mask, in 0..1; points (68, 2) in pixels; square (2, 3).
    """
    if settings.blend not in BLENDS:
        raise ValueError(f"there is no blend {settings.blend!r}: choose alpha, poisson or pyramid.")
    here = extract(frame[None], square[None], len(face))[0].astype(np.float32) / 255
    drawn = face[..., 3] if face.shape[-1] == 4 else None
    mask = soft_mask(inside(square[None], points[None])[0], drawn, len(face), settings)
    colours = match_colour(face[..., :3], here, mask, settings.colour)
    colours, mask = (placed(x, square, frame.shape[1::-1]) for x in (colours, mask))
    box = box_of(mask)
    new = BLENDS[settings.blend](colours[box], frame[box].astype(np.float32) / 255, mask[box])
    out = frame.copy()
    out[box] = (new.clip(0, 1) * 255).round()
    return out


def convert(frames, landmarks, mean, swap, size, settings=None):
    """Swap the face in all frames (T, H, W, 3) uint8; swap: crops uint8 -> faces in 0..1."""
    settings = settings or Settings()
    squares = squares_of(landmarks, mean, settings.coverage)
    faces = swap(extract(frames, squares, size))
    rows = zip(frames, faces, landmarks, squares, strict=True)
    return np.stack([paste(*row, settings) for row in rows])

# %%
def prepare(clip, find, mean, size=64, quality=0.6, sharpness=0.15):
    """One person's clip -> crops (T, S, S, 4) uint8 with MARGIN, faults (T,), landmarks.

    find: frames -> Faces of each frame (media.find_faces). Faults: see media.frame_faults.
    """
    found = find(clip.frames)
    marks, seen = follow(found, clip.fps, smooth=False)
    crops = crops_of(clip.frames, marks, mean, size)
    return crops, frame_faults(found, seen, crops[..., :3], quality, sharpness), marks

# %%
def started(size, c, z):
    """A DF to begin with: at the shipped size its parts are those that drew many other actors."""
    model = DF(size, c, z)
    if (size, c, z) == (128, 8, 64):
        base = weights.read("swap_base")
        base |= {k.replace("decoders.A", "decoders.B"): v for k, v in base.items()}
        model.load_state_dict(base)
    return model


def swap_clips(
    clip, faces, find, mean, minutes=2.0, size=128, c=8, z=64, batch=8, rate=1.5e-3, settings=None
):
    """Real footage, the whole way: prepare, fine-tune for so many minutes, convert.

    faces: a Clip, or crops (N, S, S, 4) of data_scripts/prepare_clip.py. -> frames, model.
    """
    options = dict(batch=batch, rate=rate, size=size)
    crops, faults, marks = prepare(clip, find, mean, size)
    if not isinstance(faces, np.ndarray):
        faces, why, _ = prepare(faces, find, mean, size)
        faces = faces[why == ""]
    data = {"A": crops[faults == ""], "B": faces}
    print(f"training on {len(data['A'])} frames of A and {len(faces)} of B")
    start = time.perf_counter()
    fit(DF(size, c, z), data, mean, 20, **options, title="timing")
    steps = max(100, int(minutes * 60 / (time.perf_counter() - start) * 20))
    model = started(size, c, z)
    fit(model, data, mean, steps, **options)
    calm, swap = one_euro(marks, clip.fps), partial(apply, model)
    return convert(clip.frames, calm, mean, swap, size, settings), model
