# GENERATED from 11_face2face.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['FEELINGS', 'BUNDLE', 'act', 'Camera', 'Window', 'acted_examples', 'FaceSpace', 'State', 'Person', 'moves',
           'sh_products', 'sh_slope', 'slopes', 'pyramid', 'pose', 'visible', 'Rows', 'colour_rows', 'landmark_rows',
           'update', 'Weights', 'pixel_weights', 'mark_weights', 'equations', 'gauss_newton', 'on_level', 'first_state',
           'light_of', 'shared_equations', 'solve_schur', 'solve_dense', 'key_frames', 'with_detail', 'bundle', 'Track',
           'Looking', 'Meeting', 'Tracker']

# %%
import functools
from typing import NamedTuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from course_lib import studio
from course_lib.taught.foundations.faces_in_3d import (
    MorphableModel,
    axis_angle_to_matrix,
    sh_basis,
    vertex_normals,
)
from course_lib.taught.foundations.rasteriser import face_buffer, fragments, interpolate
from course_lib.taught.foundations.finding_faces import umeyama

# %%
FEELINGS = dict(
    joy=dict(mouthSmile=0.75, cheekSquint=0.6, eyeSquint=0.4, mouthUpperUp=0.2),
    surprise=dict(browInnerUp=0.9, browOuterUp=0.8, eyeWide=0.7, jawOpen=0.2),
    anger=dict(browDown=0.9, noseSneer=0.5, eyeSquint=0.4, mouthPress=0.4),
    sorrow=dict(browInnerUp=0.8, mouthFrown=0.7, mouthShrugLower=0.4),
    disgust=dict(noseSneer=0.8, mouthUpperUp=0.5, browDown=0.4, cheekSquint=0.4),
    doubt=dict(browOuterUpLeft=0.9, browDownRight=0.6, mouthLeft=0.4, mouthDimpleLeft=0.5))


def act(performance, seed):
    """Feelings that rise, stay for half a second and fall, about every 1.7 s, added to a performance (in place) -> the performance."""
    rng, e, names = np.random.default_rng([11, seed]), performance.expression, list(studio.EXPRESSIONS)
    seconds, start, order = np.arange(len(e)) / performance.fps, 0.3, []
    while start < seconds[-1]:
        order = order or list(rng.permutation(list(FEELINGS)))
        x = np.clip(np.minimum(seconds - start, start + 1.25 - seconds) / 0.35, 0, 1)
        rise = torch.tensor(x * x * (3 - 2 * x) * rng.uniform(0.6, 1.0), dtype=torch.float32)
        for unit, most in FEELINGS[order.pop()].items():
            for k in [names.index(n) for n in (unit, unit + "Left", unit + "Right") if n in names]:
                e[:, k] = (e[:, k] + most * rise).clamp(0, 1)
        start += 1.7 * rng.uniform(0.8, 1.2)
    return performance

# %%
class Camera(NamedTuple):
    """A pinhole: focal length, principal point (cx, cy) and side of a square picture, all in its pixels."""

    focal: float
    cx: float
    cy: float
    size: int

    def coarser(self, level):
        k = 2**level
        return Camera(self.focal / k, (self.cx + 0.5) / k - 0.5, (self.cy + 0.5) / k - 0.5, self.size // k)

    def pixels(self, x):
        """Points (..., 3) in view space (x right, y up, looking down -z; metres) -> pixels (..., 2), y down."""
        w = -x[..., 2]
        return torch.stack([self.cx + self.focal * x[..., 0] / w, self.cy - self.focal * x[..., 1] / w], -1)

    def slope(self, x):
        """The derivative of `pixels`: (..., 3) -> (..., 2, 3)."""
        w, o = -x[..., 2], torch.zeros_like(x[..., 0])
        rows = [torch.stack([o + 1, o, x[..., 0] / w], -1), torch.stack([o, o - 1, -x[..., 1] / w], -1)]
        return (self.focal / w)[..., None, None] * torch.stack(rows, -2)

    def clip(self, x, near=0.05, far=20.0):
        """Clip space (..., 4) for lesson 02's rasteriser."""
        w = -x[..., 2]
        u = (2 * (self.pixels(x) + 0.5) / self.size - 1) * w[..., None]
        return torch.stack([u[..., 0], -u[..., 1], (w * (far + near) - 2 * far * near) / (far - near), w], -1)

# %%
class Window(NamedTuple):
    """A square of a frame (H, W): its corner (x0, y0), its side in the frame's pixels, and the side it is resized to."""

    x0: int
    y0: int
    side: int
    size: int

    @classmethod
    def around(cls, marks, shape, size, margin=1.9):
        """The window for points (N, 2) in a frame of that shape (H, W), `margin` times as large as their box.

        Never enlarged, and inside the frame if it fits. size None: as many pixels as the frame has there.
        """
        side = max(size or 64, int(np.ceil(margin * np.ptp(marks, axis=0).max())))
        size = size or side
        corner = [int(np.clip(round(m - side / 2), min(0, n - side), max(0, n - side))) for m, n in zip((marks.min(0) + marks.max(0)) / 2, shape[1::-1])]
        return cls(*corner, side, size)

    def cut(self, frame):
        h, w = frame.shape[:2]
        x0, y0, x1, y1 = max(0, self.x0), max(0, self.y0), min(w, self.x0 + self.side), min(h, self.y0 + self.side)
        part = cv2.copyMakeBorder(frame[y0:y1, x0:x1], y0 - self.y0, self.y0 + self.side - y1, x0 - self.x0, self.x0 + self.side - x1, cv2.BORDER_REPLICATE)
        return part if self.side == self.size else cv2.resize(part, (self.size, self.size), interpolation=cv2.INTER_AREA)

    def to(self, points):
        """Frame pixels (..., 2) -> window pixels."""
        return (points + 0.5 - np.array([self.x0, self.y0])) * (self.size / self.side) - 0.5

    def back(self, points):
        return (points + 0.5) * (self.side / self.size) - 0.5 + np.array([self.x0, self.y0])

    def camera(self, focal, shape):
        """focal: in halves of the frame's longer side; the principal point is the frame's middle."""
        cx, cy = self.to(np.array([(shape[1] - 1) / 2, (shape[0] - 1) / 2]))
        return Camera(focal * max(shape[:2]) / 2 * self.size / self.side, float(cx), float(cy), self.size)

# %%
@functools.lru_cache(maxsize=1)
def acted_examples():
    """Expressions (N, 52) of eight acted performances: what faces do, in the studio's experience."""
    lines = ("The quick brown fox jumps over the lazy dog near the river bank.", "Please bring me five apples, two pears and a very big melon.",
             "She sells sea shells by the sea shore, and the shells she sells are surely sea shells.", "Who would have thought that a voice could move a face so well?")
    return torch.cat([act(studio.perform(text, seed=100 + i, smile=0.05 + 0.1 * i), 100 + i).expression for i, text in enumerate(lines * 2)])


class FaceSpace:
    """The front of lesson 02's model: V vertices, 80 identity, 52 expression and 40 skin directions, and a prior on expression.

    delta = mu + U c, c (K,) of unit variance, learnt from `examples` (N, 52); floor: standard deviation that every unit gets on top.
    """

    def __init__(self, examples=None, keep=40, floor=0.06, device="cpu"):
        m = MorphableModel()
        L, (x, y, z) = m.mean[m.landmarks], m.mean.unbind(1)
        front = (y > L[8, 1] - 0.012) & (y < L[17:27, 1].max() + 0.04) & (z > L[0, 2] - 0.005) & (x.abs() < L[16, 0] + 0.004)
        faces = m.faces[front[m.faces].all(1)]
        used = torch.zeros(len(m.mean), dtype=torch.bool)
        used[faces], used[m.landmarks] = True, True
        new = used.cumsum(0) - 1
        put = lambda a: a.contiguous().to(device)
        self.faces, self.landmarks, self.mean = put(new[faces]), put(new[m.landmarks]), put(m.mean[used])
        self.identity, self.units = put(m.basis[:, used]), put(m.expression[:, used])       # (80, V, 3), (52, V, 3)
        self.albedo_mean, self.albedo_basis = put(m.albedo_mean[used]), put(m.albedo_basis[:, used])
        d = (acted_examples() if examples is None else torch.as_tensor(examples, dtype=torch.float32)).cpu()
        if d.ndim != 2 or d.shape[1] != 52 or len(d) < 2:
            raise ValueError(f"examples are expressions of shape (N, 52), at least two of them, not {tuple(d.shape)}.")
        value, vector = torch.linalg.eigh(torch.cov(d.T) + floor**2 * torch.eye(d.shape[1]))
        best = value.argsort(descending=True)[:keep]
        self.mu, self.U = put(d.mean(0)), put(vector[:, best] * value[best].sqrt())
        self.rest = self.mean + torch.einsum("k,kvc->vc", self.mu, self.units)
        self.basis = torch.einsum("kvc,kj->jvc", self.units, self.U)                        # (K, V, 3)

    def delta(self, c):
        """c (..., K) -> expression weights (..., 52), within 0..1."""
        return (self.mu + c @ self.U.T).clamp(0, 1)

# %%
class State(NamedTuple):
    """One frame: expression c (K,), rotation R (3, 3) and translation t (3,) to view space, light gamma (9, 3)."""

    c: torch.Tensor
    R: torch.Tensor
    t: torch.Tensor
    gamma: torch.Tensor


class Person:
    """Identity alpha (80,), skin beta (40,), colour detail (V, 3) or None, focal length in halves of the frame's longer side; see `bundle`.

    neutral, rest (V, 3): the face without expression and with the prior's mean; albedo (V, 3) linear RGB.
    """

    def __init__(self, space, alpha=None, beta=None, detail=None, focal=6.9):
        zero = space.mean.new_zeros
        self.space, self.detail, self.focal = space, detail, focal
        self.alpha, self.beta = (zero(n) if v is None else v.to(space.mean.device) for v, n in ((alpha, 80), (beta, 40)))
        offset = torch.einsum("k,kvc->vc", self.alpha, space.identity)
        self.neutral, self.rest = space.mean + offset, space.rest + offset
        self.albedo = space.albedo_mean + torch.einsum("k,kvc->vc", self.beta, space.albedo_basis) + (0 if detail is None else detail)
        self.table = moves(self.rest, space.basis, space.faces)

    def shape(self, c):
        """c (K,) -> vertices (V, 3) in the head's frame."""
        return self.rest + (c @ self.space.basis.flatten(1)).view(-1, 3)

    def shape_of(self, delta):
        """Expression weights (52,) -> vertices (V, 3)."""
        return self.neutral + (delta @ self.space.units.flatten(1)).view(-1, 3)

# %%
def moves(rest, basis, faces, step=1e-3):
    """How vertices and unit normals move with each direction of a basis (K, V, 3), around a shape rest (V, 3) -> (V, 6, K).

    Positions are linear, so theirs is exact; for normals it is the central difference at `rest` (2 K shapes, once per person).
    """
    h = step / basis.abs().amax((1, 2)).clamp(min=1e-9)
    plus, minus = (vertex_normals(rest + sign * h[:, None, None] * basis, faces) for sign in (1, -1))
    return torch.cat([basis, (plus - minus) / (2 * h[:, None, None])], 2).permute(1, 2, 0).contiguous()

# %%
@functools.lru_cache
def sh_products(device):
    """Every spherical harmonic of bands 0 to 2 is quadratic in n, so its derivative is linear: (9 harmonics, by 3 axes, times x y z 1)."""
    a, b, c, e = 0.4886, 1.0925, 6 * 0.3154, 2 * 0.5463
    with torch.inference_mode(False):                                            # it is kept, and autograd may want it later
        D = torch.zeros(9, 3, 4)
    for k, i, j, v in ((1, 1, 3, a), (2, 2, 3, a), (3, 0, 3, a), (4, 0, 1, b), (4, 1, 0, b), (5, 1, 2, b), (5, 2, 1, b), (6, 2, 2, c),
                       (7, 0, 2, b), (7, 2, 0, b), (8, 0, 0, e), (8, 1, 1, -e)):
        D[k, i, j] = v
    return D.to(device)


def sh_slope(n, gamma):
    """How shading under light gamma (9, 3) changes with unit normals n (P, 3) -> (P, 3 colours, 3 axes)."""
    by = torch.einsum("kij,kc->cij", sh_products(n.device), gamma).reshape(9, 4)
    return (F.pad(n, (0, 1), value=1.0) @ by.T).view(-1, 3, 3)

# %%
def slopes(image):
    """Central differences of a picture (S, S, 3) -> (S, S, 3, 2): along x and y."""
    g = image.new_zeros(*image.shape, 2)
    g[:, 1:-1, :, 0], g[1:-1, :, :, 1] = (image[:, 2:] - image[:, :-2]) / 2, (image[2:] - image[:-2]) / 2
    return g


def pyramid(frame, levels=3, gamma=2.2, device="cpu"):
    """A frame (S, S, 3) uint8 -> per level the linear picture and its slopes, finest first. Raises ValueError for other frames."""
    if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3:
        raise ValueError(f"frames are (H, W, 3) uint8, not {frame.dtype} of shape {frame.shape}; media.read gives such frames.")
    table = (torch.arange(256, device=device) / 255) ** gamma
    picture, out = table[torch.as_tensor(frame, device=device).long()], []
    for _ in range(levels):
        out.append((picture, slopes(picture)))
        picture = F.avg_pool2d(picture.permute(2, 0, 1)[None], 2)[0].permute(1, 2, 0).contiguous()
    return out


def pose(person, state, vertices=None):
    """Vertices (V, 3) of the head's frame (by default those of state.c) -> the same in view space, and their normals."""
    v = person.shape(state.c) if vertices is None else vertices
    return v @ state.R.T + state.t, vertex_normals(v[None], person.space.faces)[0] @ state.R.T


def visible(person, x, camera):
    """Which point of the face each pixel sees, without the mesh's border -> lesson 02's Fragments."""
    clip = camera.clip(x)[None]
    ids, _ = face_buffer(clip, person.space.faces, camera.size)
    outside = F.max_pool2d((ids < 0).float()[:, None], 3, 1, 1)[:, 0] > 0
    return fragments(clip, person.space.faces, torch.where(outside, -1, ids))

# %%
class Rows(NamedTuple):
    """Colour residuals r (P, 3) and their derivatives: geometry (P, 3, G) by c, omega, t (and alpha, log focal), light (P, 3, 9)
    by the channel's own coefficients, skin (P, 3, 40) by beta or None; pixel (P,) numbers in the picture."""

    r: torch.Tensor
    geometry: torch.Tensor
    light: torch.Tensor
    skin: torch.Tensor | None
    pixel: torch.Tensor

# %%
def colour_rows(person, state, picture, slope, camera, identity=None, most=None, seen=None):
    """The photometric term, linearised (Eq. 4 of the paper). picture (S, S, 3) linear, slope (S, S, 3, 2).

    identity: the table `moves` of the identity basis, when alpha, beta and the focal length are unknown too. most: use every
    second (third ...) pixel, so that no more than so many are left. seen: the Fragments to look at, if they are known already;
    all that follows rasterising is a function of tensors.
    """
    space = person.space
    x, n = pose(person, state)
    seen = visible(person, x, camera) if seen is None else seen
    if most and len(seen.pixel) > most:
        seen = type(seen)(*(part[:: -(-len(seen.pixel) // most)] for part in seen))
    a = interpolate(torch.cat([x, n, person.albedo], 1)[None], space.faces, seen)
    x, length, albedo = a[:, :3], a[:, 3:6].norm(dim=1)[:, None], a[:, 6:]
    n = a[:, 3:6] / length
    H = sh_basis(n)
    shade = H @ state.gamma                                                      # (P, 3)
    g = slope.view(-1, 3, 2)[seen.pixel]
    by_x = -g @ camera.slope(x)                                                  # (P, 3 colours, 3)
    by_n = albedo[..., None] * sh_slope(n, state.gamma)
    raw = (by_n - (by_n @ n[..., None]) * n[:, None]) / length[..., None]        # by the normal before it is made unit
    both = torch.cat([by_x @ state.R, raw @ state.R], 2)                         # (P, 3, 6)
    corners = space.faces[seen.face]
    through = lambda table: both @ F.embedding_bag(corners, table.flatten(1), per_sample_weights=seen.bary, mode="sum").view(len(x), 6, -1)
    omega = torch.linalg.cross((x - state.t)[:, None], by_x) + torch.linalg.cross(n[:, None], by_n)
    geometry, skin = [through(person.table), omega, by_x], None
    if identity is not None:
        middle = camera.pixels(x) - x.new_tensor([camera.cx, camera.cy])
        geometry += [through(identity), -(g * middle[:, None]).sum(-1, keepdim=True)]
        basis = space.albedo_basis.permute(1, 0, 2).flatten(1)
        skin = interpolate(basis[None], space.faces, seen).view(len(x), -1, 3).transpose(1, 2) * shade[..., None]
    return Rows(albedo * shade - picture.view(-1, 3)[seen.pixel], torch.cat(geometry, 2), albedo[..., None] * H[:, None], skin, seen.pixel)

# %%
def landmark_rows(person, state, marks, camera, identity=None):
    """The landmark term: marks (68, 2) window pixels -> residuals (68, 2) in 128ths of the window, derivatives (68, 2, G)."""
    at, space = person.space.landmarks, person.space
    turned = (person.rest[at] + torch.einsum("kvc,k->vc", space.basis[:, at], state.c)) @ state.R.T
    x = turned + state.t
    slope = camera.slope(x)
    r, by_X = camera.pixels(x) - marks, slope @ state.R
    J = [by_X @ person.table[at, :3], torch.linalg.cross(turned[:, None], slope), slope]
    if identity is not None:
        J += [by_X @ identity[at, :3], (camera.pixels(x) - x.new_tensor([camera.cx, camera.cy]))[..., None]]
    return r * (128 / camera.size), torch.cat(J, 2) * (128 / camera.size)

# %%
def update(state, step):
    """step (K + 33,): c, omega, t, gamma (colour by colour) -> the moved State. Rotations turn: R <- exp([omega]) R."""
    K = len(state.c)
    turn = axis_angle_to_matrix(step[K : K + 3])
    return State(state.c + step[:K], turn @ state.R, state.t + step[K + 3 : K + 6], state.gamma + step[K + 6 :].view(3, 9).T)

# %%
class Weights(NamedTuple):
    """colour, landmarks, prior: the weights of the energy's terms (tracking); identity: of alpha and beta in bundling.

    robust: weigh pixels by 1 / |r| (IRLS); otherwise plain least squares, scaled to act alike where |r| is `typical`.
    smallest: |r| below which a pixel's weight stops growing. jaw: confidence of the 17 jaw landmarks, which slide.
    most: pixels looked at per step while tracking; 73 unknowns do not need 3 000 of them.
    """

    colour: float = 1.0
    landmarks: float = 0.01
    prior: float = 1e-4
    identity: float = 3e-3
    robust: bool = True
    typical: float = 0.03
    smallest: float = 0.01
    jaw: float = 0.3
    most: int = 1600


def pixel_weights(r, w):
    """r (P, 3) -> weights (P,): the IRLS weights of sum |r| / P, or the same weight for all."""
    length = r.norm(dim=1)
    return w.colour / len(r) / (length.clamp(min=w.smallest) if w.robust else torch.full_like(length, w.typical))


def mark_weights(w, like):
    """The weights (68, 1, 1) of the landmark term, the jaw's lowered; `like` gives type and device."""
    k = like.new_full((68, 1, 1), w.landmarks / 68)
    k[:17] *= w.jaw
    return k

# %%
def equations(person, state, level, marks, camera, w, seen=None):
    """The normal equations of one frame: level = (picture, slope) -> A (n, n), b (n,) over c, omega, t, gamma, and the errors.

    seen: as in `colour_rows`. The errors are tensors: asking for a number would make a GPU wait at every step.
    """
    K = len(state.c)
    G, n = K + 6, K + 33
    A, b = state.c.new_zeros(n, n), state.c.new_zeros(n)
    rows = colour_rows(person, state, *level, camera, most=w.most, seen=seen)
    weight = pixel_weights(rows.r, w)[:, None, None]
    geometry, light = rows.geometry * weight, rows.light * weight                # (P, 3, G), (P, 3, 9)
    A[:G, :G] = geometry.flatten(0, 1).T @ rows.geometry.flatten(0, 1)
    A[:G, G:] = torch.einsum("pcg,pcl->gcl", geometry, rows.light).flatten(1)
    A[G:, :G] = A[:G, G:].T
    A[G:, G:] = torch.block_diag(*torch.einsum("pcl,pcm->clm", light, rows.light))
    b[:G], b[G:] = torch.einsum("pcg,pc->g", geometry, rows.r), torch.einsum("pcl,pc->cl", light, rows.r).flatten()
    r, J = landmark_rows(person, state, marks, camera)
    weighted = (J * mark_weights(w, r)).flatten(0, 1)
    A[:G, :G] += weighted.T @ J.flatten(0, 1)
    b[:G] += weighted.T @ r.flatten()
    A.diagonal()[:K].add_(w.prior), b[:K].add_(w.prior * state.c)
    A.diagonal()[G:].add_(1e-4)                                                  # light: no long steps where the face shows too few normals
    return A, b, dict(colour=rows.r.norm(dim=1).mean(), landmarks=r.norm(dim=1).mean(), rows=rows)

# %%
def gauss_newton(person, state, level, marks, camera, w, damping=1e-4, seen=None):
    """One step of iteratively reweighted Gauss-Newton -> the new State and the errors before it."""
    A, b, errors = equations(person, state, level, marks, camera, w, seen)
    A.diagonal().mul_(1 + damping)
    return update(state, -torch.linalg.solve(A, b)), errors


def on_level(camera, marks, level):
    return camera.coarser(level), (marks + 0.5) / 2**level - 0.5


def first_state(person, marks, camera):
    """A pose from 68 landmarks alone (OpenCV's solvePnP), no expression, white light."""
    flip = np.diag([1.0, -1.0, -1.0])                                            # OpenCV's camera looks along +z, y down
    X, K = person.rest[person.space.landmarks].cpu().double().numpy() @ flip, np.array([[camera.focal, 0, camera.cx], [0, camera.focal, camera.cy], [0, 0, 1.0]])
    P = np.asarray(marks.cpu(), np.float64)
    if not np.isfinite(P).all():
        raise ValueError("the landmarks are not finite numbers: was there a face?")
    good, turn, shift = cv2.solvePnP(X, P, K, None, flags=cv2.SOLVEPNP_SQPNP)
    if not good:
        raise ValueError("no head pose explains these 68 landmarks: are they a face's, in the usual order?")
    _, turn, shift = cv2.solvePnP(X, P, K, None, turn, shift, True, flags=cv2.SOLVEPNP_ITERATIVE)
    put = lambda a: person.rest.new_tensor(a)
    light = person.rest.new_zeros(9, 3)
    light[0] = 2.8
    return State(person.rest.new_zeros(person.space.U.shape[1]), put(flip @ cv2.Rodrigues(turn)[0] @ flip), put(flip @ shift[:, 0]), light)


def light_of(person, state, level, camera):
    """The light that explains a picture best, all else given: linear least squares -> State."""
    rows, picture = colour_rows(person, state, *level, camera), level[0].view(-1, 3)[:, :, None]
    by_colour = rows.light.transpose(0, 1)                                       # (3, P, 9)
    ridge = 0.01 * torch.eye(9, device=picture.device)
    A = by_colour.mT @ by_colour + ridge
    b = by_colour.mT @ picture[rows.pixel].transpose(0, 1)                       # (3, 9, 1)
    return state._replace(gamma=torch.linalg.solve(A, b)[..., 0].T)

# %%
def shared_equations(person, state, level, marks, camera, w, identity):
    """One key frame -> A (N, N), b (N,) over [c, omega, t, gamma | alpha, log focal, beta], the number of own unknowns, errors."""
    K = len(state.c)
    G, n, shared = K + 6, K + 33, 81
    N = n + shared + 40
    rows = colour_rows(person, state, *level, camera, identity)
    weight = pixel_weights(rows.r, w)[:, None]
    geometry = torch.cat([torch.arange(G), torch.arange(n, n + shared)]).to(weight.device)
    A, b = weight.new_zeros(N, N), weight.new_zeros(N)
    for c in range(3):
        J = weight.new_zeros(len(weight), N)
        J[:, geometry], J[:, G + 9 * c : G + 9 * c + 9], J[:, n + shared :] = rows.geometry[:, c], rows.light[:, c], rows.skin[:, c]
        A += (J * weight).T @ J
        b += (J * weight).T @ rows.r[:, c]
    r, J = landmark_rows(person, state, marks, camera, identity)
    weighted = (J * mark_weights(w, r)).flatten(0, 1)
    A[geometry[:, None], geometry] += weighted.T @ J.flatten(0, 1)
    b[geometry] += weighted.T @ r.flatten()
    A.diagonal()[:K].add_(w.prior), b[:K].add_(w.prior * state.c)
    A.diagonal()[G:n].add_(1e-4)
    return A, b, n, dict(colour=rows.r.norm(dim=1).mean(), landmarks=r.norm(dim=1).mean())

# %%
def solve_schur(systems, C, b_s, damping=1e-4):
    """systems: (A, b, n) per frame, own unknowns first; C, b_s: what the shared unknowns have besides (their prior) -> steps, shared step."""
    S, q, kept = C.clone(), b_s.clone(), []
    for A, b, n in systems:
        A = A + damping * torch.diag(A.diagonal())
        Y = torch.linalg.solve(A[:n, :n], torch.cat([A[:n, n:], b[:n, None]], 1))   # A_k^-1 [B_k, b_k]
        S, q = S + A[n:, n:] - A[n:, :n] @ Y[:, :-1], q + b[n:] - A[n:, :n] @ Y[:, -1]
        kept.append(Y)
    shared = -torch.linalg.solve(S, q)
    return [-Y[:, -1] - Y[:, :-1] @ shared for Y in kept], shared


def solve_dense(systems, C, b_s, damping=1e-4):
    """The same by one big matrix, for comparison."""
    n, k = systems[0][2], len(systems)
    A, b = C.new_zeros(k * n + len(C), k * n + len(C)), C.new_zeros(k * n + len(C))
    A[k * n :, k * n :], b[k * n :] = C, b_s
    for j, (a, q, _) in enumerate(systems):
        a, own = a + damping * torch.diag(a.diagonal()), torch.cat([torch.arange(j * n, j * n + n), torch.arange(k * n, k * n + len(C))]).to(C.device)
        A[own[:, None], own] += a
        b[own] += q
    step = -torch.linalg.solve(A, b)
    return list(step[: k * n].view(k, n)), step[k * n :]

# %%
def key_frames(marks, k=6):
    """k frames that look most different: farthest-point sampling of landmark shapes (T, 68, 2) -> indices."""
    m = np.asarray(marks, np.float64)
    m = m - m.mean(1, keepdims=True)
    m = (m / np.linalg.norm(m, axis=(1, 2), keepdims=True)).reshape(len(m), -1)
    chosen, far = [0], np.full(len(m), np.inf)
    while len(chosen) < min(k, len(m)):
        far = np.minimum(far, np.linalg.norm(m - m[chosen[-1]], axis=1))
        chosen.append(int(far.argmax()))
    return chosen


def with_detail(person, states, pictures, cameras):
    """The person with a colour correction for every vertex, a robust mean of what the key frames show without their light."""
    colours, weights = [], []
    for state, picture, camera in zip(states, pictures, cameras, strict=True):
        x, n = pose(person, state)
        clip = camera.clip(x)
        depth = face_buffer(clip[None], person.space.faces, camera.size)[1]
        at = ((camera.pixels(x) + 0.5) / camera.size * 2 - 1)[None, None]
        look = lambda image, mode="bilinear": F.grid_sample(image, at, mode=mode, align_corners=False)[0, :, 0].T
        hidden = clip[:, 2:3] / clip[:, 3:] > look(depth[None], "nearest") + 4e-4
        colours.append(look(picture.permute(2, 0, 1)[None]) / (sh_basis(n) @ state.gamma).clamp(min=0.05))
        weights.append(torch.where(hidden, 0, (n[:, 2:] - 0.2).clamp(min=0)))
    colours, weights = torch.stack(colours), torch.stack(weights)
    mean = (colours * weights).sum(0) / weights.sum(0).clamp(min=1e-6)
    robust = weights / ((colours - mean).norm(dim=2, keepdim=True) + 0.02)
    mean = (colours * robust).sum(0) / robust.sum(0).clamp(min=1e-6)
    detail = torch.where(weights.sum(0) > 0.3, mean - person.albedo, 0.0)
    return Person(person.space, person.alpha, person.beta, detail, person.focal)

# %%
BUNDLE = Weights(landmarks=0.03, prior=3e-4)


def bundle(space, crops, marks, cameras, focal=None, w=BUNDLE, plan=((2, 8), (1, 4), (0, 2)), solve=solve_schur, detail=True):
    """One identity from k key frames: crops (S, S, 3) uint8, marks (68, 2) and a Camera each (for focal 1 if focal is None).

    focal: known focal length in halves of the frame's longer side, or None to estimate it around 4. plan: (pyramid level, steps), coarse to fine.
    Returns the Person, the k States and the errors of every step.
    """
    dev = space.mean.device
    if len(crops) == 0 or not len(crops) == len(marks) == len(cameras):
        raise ValueError(f"a bundle needs as many crops as landmarks and cameras, at least one: {len(crops)}, {len(marks)}, {len(cameras)}.")
    person, scale = Person(space, focal=focal or 4.0), 1.0 if focal else 4.0
    lens = lambda camera: camera._replace(focal=camera.focal * scale)
    levels = [pyramid(c, device=dev) for c in crops]
    marks = [torch.as_tensor(m, dtype=torch.float32, device=dev) for m in marks]
    states = [light_of(person, first_state(person, m, lens(c)), p[0], lens(c)) for m, c, p in zip(marks, cameras, levels, strict=True)]
    identity, log = moves(space.rest, space.identity, space.faces), []
    x = torch.zeros(121, device=dev)                                             # alpha, log of the change of focal, beta
    weight = torch.full((121,), w.identity, device=dev)
    weight[80] = 0.05 if focal is None else 1e9
    for level, steps in plan:
        for _ in range(steps):
            frames = [(*on_level(lens(c), m, level), s, p[level]) for c, m, s, p in zip(cameras, marks, states, levels, strict=True)]
            systems = [shared_equations(person, s, p, m, c, w, identity) for c, m, s, p in frames]
            own, shared = solve([a[:3] for a in systems], torch.diag(weight), weight * x)
            states, x = [update(s, d) for s, d in zip(states, own, strict=True)], x + shared
            scale = (1.0 if focal else 4.0) * float(x[80].exp())
            person = Person(space, x[:80], x[81:], focal=focal or scale)
            log.append({k: float(torch.stack([a[3][k] for a in systems]).mean()) for k in ("colour", "landmarks")})
    if detail:
        person = with_detail(person, states, [p[0][0] for p in levels], [lens(c) for c in cameras])
    return person, states, log

# %%
class Track(NamedTuple):
    """What `Tracker.follow` returns: a State or None per frame, the landmarks used (T, 68, 2) in frame pixels (nan where lost)."""

    states: list
    marks: np.ndarray

    @property
    def seen(self):
        return np.array([s is not None for s in self.states])

    def filled(self):
        """The states with gaps filled by the nearest one that was seen. Raises ValueError if there is none."""
        at = np.flatnonzero(self.seen)
        if not len(at):
            raise ValueError("no face was found in any frame: is there one, upright and at least 30 pixels high?")
        return [self.states[at[np.abs(at - t).argmin()]] for t in range(len(self.states))]

    def report(self):
        """One sentence: where the face was lost and found again."""
        seen, gaps, t = self.seen, [], 0
        while t < len(seen):
            if not seen[t]:
                end = t + int(np.argmax(np.append(seen[t:], True)))
                gaps.append(f"{t}" if end == t + 1 else f"{t} to {end - 1}")
                t = end
            t += 1
        share = f"{seen.sum()} of {len(seen)} frames tracked"
        return share + "." if not gaps else f"{share}; the face was lost in frames {', '.join(gaps)}" + (" and found again." if seen[-1] else ".")

# %%
class Looking:
    """The part of the tracker that finds, checks and runs through films; see Tracker."""

    def marks_of(self, frame):
        """Landmarks (68, 2) of the face in a frame, from the last ones or by detection; None if there is no face."""
        if self.last is None:
            _, found, _ = self.finder(frame)
            return found[np.ptp(found, axis=1).max(1).argmax()] if len(found) else None
        marks, score = self.finder.mark([frame], umeyama(self.finder.mean, self.last[None]), passes=1, mirror=False)
        return marks[0] if score[0] > self.doubt else None

    def believable(self, state, marks, window, camera):
        """Does the fitted face explain the landmarks (to 7 % of their extent), with a sane expression and in front of us?"""
        if not all(torch.isfinite(v).all() for v in state) or state.t[2] > -0.1 or state.c.square().mean() > 9:
            return False
        at = self.person.space.landmarks
        x = self.person.shape(state.c)[at] @ state.R.T + state.t
        return float(np.linalg.norm(window.back(camera.pixels(x).cpu().numpy()) - marks, axis=1).mean()) < 0.07 * np.ptp(marks, axis=0).max()

    def lose(self):
        self.last, self.state = None, None

    def follow(self, frames, progress=None):
        """A film (T, H, W, 3) uint8 -> Track. progress: called with (done, total)."""
        self.lose()
        states, marks = [], np.full((len(frames), 68, 2), np.nan)
        for i, frame in enumerate(frames):
            states.append(self.see(frame))
            if states[-1] is not None:
                marks[i] = self.last
            if progress:
                progress(i + 1, len(frames))
        return Track(states, marks)

# %%
class Meeting(Looking):
    """The part of the tracker that learns who it sees; see Tracker."""

    def meet(self, frames, k=6, w=BUNDLE):
        """Learn who is in frames (T, H, W, 3) uint8: key frames, bundle -> the Person. Raises ValueError if fewer than 3 frames show a face."""
        some, marks = frames[np.linspace(0, len(frames) - 1, min(len(frames), 60)).round().astype(int)], []
        self.lose()
        for frame in some:
            self.last = self.marks_of(frame)
            marks.append(self.last)
        good = [i for i, m in enumerate(marks) if m is not None]
        if len(good) < 3:
            raise ValueError(f"a face was found in {len(good)} of {len(some)} frames; three are the least that show who it is.")
        best = [good[i] for i in key_frames(np.stack([marks[i] for i in good]), k)]
        views = [Window.around(marks[i], frames.shape[1:3], self.size) for i in best]
        cameras = [v.camera(self.focal or 1.0, frames.shape[1:3]) for v in views]
        crops = [v.cut(some[i]) for v, i in zip(views, best, strict=True)]
        self.person, _, self.log = bundle(self.space, crops, [v.to(marks[i]) for v, i in zip(views, best, strict=True)], cameras, self.focal, w)
        self.lose()
        return self.person

# %%
class Tracker(Meeting):
    """Face2Face's tracker. space: FaceSpace. finder: lesson 03's FaceFinder. focal: in halves of the frame's longer side, None: estimate.

    size: side of the window tracked in. w: Weights. plan: (pyramid level, steps) per frame. person: somebody met before. doubt: the landmark
    network's score below which there is no face. After `meet` (or with a Person), `see` frame by frame.
    """

    def __init__(self, space, finder, focal=None, size=128, w=None, plan=((1, 1), (0, 1)), person=None, doubt=0.4):
        self.space, self.finder, self.focal, self.size, self.plan, self.person, self.doubt = space, finder, focal, size, plan, person, doubt
        self.w = w or Weights()
        self.lose()

    def see(self, frame):
        """One frame (H, W, 3) uint8 -> its State, or None if there is no face to be believed."""
        if self.person is None:
            raise ValueError("the tracker does not know this person yet: call meet(frames) first.")
        new, marks = self.state is None, self.marks_of(frame)
        if marks is None:
            return self.lose()
        window = Window.around(marks, frame.shape, self.size)
        camera, dev = window.camera(self.person.focal, frame.shape), self.space.mean.device
        at = torch.as_tensor(window.to(marks), dtype=torch.float32, device=dev)
        plan = ((2, 5), (1, 3), (0, 2)) if new else self.plan
        levels = pyramid(window.cut(frame), 1 + max(p[0] for p in plan), device=dev)
        with torch.inference_mode():
            state = light_of(self.person, first_state(self.person, at, camera), levels[0], camera) if new else self.state
            for level, steps in plan:
                cam, m = on_level(camera, at, level)
                for _ in range(steps):
                    state, self.errors = gauss_newton(self.person, state, levels[level], m, cam, self.w)
            if not self.believable(state, marks, window, camera):
                return self.lose()
        self.last, self.state = marks, state
        return state
