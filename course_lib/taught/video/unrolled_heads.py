# GENERATED from 15a_a_head_unrolled.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['REACH', 'TOP', 'BOTTOM', 'HEAD', 'EYES', 'MOUTH', 'EYE_SIZE', 'MOUTH_SIZE', 'MOUTH_MIDDLE', 'TEXELS', 'unrolled',
           'placed', 'closed_bust', 'middles', 'Bust', 'iris_place', 'uv_image', 'chequered', 'board', 'uv_film',
           'as_uv', 'texels', 'looked_up', 'collected', 'laid_on', 'egg', 'mask_of']

# %%
import copy

import numpy as np
import torch
import torch.nn.functional as F
from kornia.geometry.conversions import rotation_matrix_to_axis_angle

from course_lib.human import load
from course_lib.taught.foundations.faces_in_3d import axis_angle_to_matrix
from course_lib.taught.foundations.rasteriser import face_buffer, fragments, interpolate
from course_lib.taught.video.face_tracker import Camera
from course_lib.taught.video.portrait_controls import BACK
from course_lib.taught.video.reenactment import plate, rims, scatter

# %%
REACH = 2.0  # radians to either side of the nose that the texture holds
TOP, BOTTOM = 0.17, -0.16  # metres above the head's joint
HEAD = (0.0, 0.0, 1.0, 0.80)  # charts: left, top, right, bottom, in shares of the texture
EYES = ((0.01, 0.83, 0.27, 0.99), (0.29, 0.83, 0.55, 0.99))
MOUTH = (0.57, 0.83, 0.99, 0.99)


def unrolled(v):
    """Vertices (V, 3) of a head -> (V, 2): how far round from right to left, how far down; 0..1."""
    across = torch.atan2(v[:, 0], v[:, 2]) / (2 * REACH) + 0.5
    down = (TOP - v[:, 1]) / (TOP - BOTTOM)
    return torch.stack([across, down], 1)


def placed(at, chart):
    """Places (P, 2) on a chart, 0..1, what is beyond at its edge -> places on the texture."""
    x0, y0, x1, y1 = chart
    return at.clamp(0, 1) * at.new_tensor([x1 - x0, y1 - y0]) + at.new_tensor([x0, y0])

# %%
def closed_bust():
    """Head and shoulders of lesson 02's model, eyes and mouth closed -> faces (F, 3), their kinds
    (F,) 0 skin and cloth, 1 and 2 eyes, 3 mouth, and the three rims, lists of vertices."""
    parts = load().head_faces
    rings = rims(parts["skin"])[:3]
    plates = [plate(ring, load().head_mean) for ring in rings]
    outside = torch.cat([parts[name] for name in ("skin", "chest", "suit")])
    kinds = [torch.full((len(p),), k + 1) for k, p in enumerate(plates)]
    kinds = torch.cat([torch.zeros(len(outside), dtype=torch.long), *kinds])
    return torch.cat([outside, *plates]), kinds, rings


def middles(v, rings):
    """Vertices (V, 3) and the three rims -> the eyeballs' centres (2, 3) and the mouth's (3,)."""
    *eyes, mouth = (v[ring].mean(0) for ring in rings)
    return torch.stack(eyes) - v.new_tensor([0.0, 0.0, BACK]), mouth

# %%
class Bust:
    """The head and shoulders of a tracked Person, seen at `size` pixels.

    neutral (V, 3) metres from the head's joint; uv (V, 2) on the texture; eyeballs (2, 3) and
    mouth (3,), their middles; faces (F, 3) and kinds (F,) as from closed_bust.
    """

    def __init__(self, person, size):
        human = load()
        device = person.neutral.device
        faces, kinds, rings = closed_bust()
        self.faces = faces.to(device)
        self.kinds = kinds.to(device)
        offset = torch.einsum("k,kvc->vc", person.alpha.cpu(), human.head_basis)
        neutral = human.head_mean + offset
        self.neutral = neutral.to(device)
        self.units = human.expression.flatten(1).to(device)
        self.share = human.follow[:, None].to(device)
        self.uv = placed(unrolled(human.head_mean), HEAD).to(device)
        self.rings = rings
        self.eyeballs, self.mouth = middles(self.neutral, rings)
        middle = (size - 1) / 2
        self.size = size
        self.camera = Camera(person.focal * size / 2, middle, middle, size)

    def see(self, delta, R, t, view=None):
        """Expression (52,), rotation (3, 3), place (3,) -> vertices (V, 3) as the head carries
        them, and the Fragments of what is seen. view: R (3, 3) and t (3,) of another camera."""
        v = self.neutral + (delta @ self.units).view(-1, 3)
        turn = axis_angle_to_matrix(self.share * rotation_matrix_to_axis_angle(R[None]))
        x = (turn @ v[..., None])[..., 0] + t
        if view is not None:
            x = x @ view[0].T + view[1]
        clip = self.camera.clip(x)[None]
        ids, _ = face_buffer(clip, self.faces, self.size)
        return v, fragments(clip, self.faces, ids)

# %%
def iris_place(points, middle, gaze):
    """Points (P, 3) between the lids -> (P, 2): how far to the left and up of where the eye looks,
    in radii of the eyeball. middle (3,): its centre; gaze (2,): yaw and pitch in radians."""
    zero = torch.zeros_like(gaze[0])
    sideways = axis_angle_to_matrix(torch.stack([zero, gaze[0], zero]))
    upwards = axis_angle_to_matrix(torch.stack([-gaze[1], zero, zero]))
    return (F.normalize(points - middle, dim=1) @ (sideways @ upwards))[:, :2]

# %%
EYE_SIZE = (1.8, -1.8)  # of an eye's chart, across and down, in radii of the eyeball
MOUTH_SIZE = (0.07, -0.045)  # of the mouth's chart, metres; heights grow upwards, so they are < 0
MOUTH_MIDDLE = (0.5, 0.3)  # where the middle of the lips lies on it: a jaw opens downwards


def uv_image(bust, delta, R, t, gaze, view=None):
    """Which place of the texture each pixel shows -> (size, size, 2), -1 where it shows none.

    delta (52,), R (3, 3), t (3,), gaze (2,): one frame's Controls; view: as for Bust.see.
    """
    v, seen = bust.see(delta, R, t, view)
    both = interpolate(torch.cat([bust.uv, v], 1)[None], bust.faces, seen)
    at, points = both.split([2, 3], 1)
    at = at.clone()
    kinds = bust.kinds[seen.face]
    for k, chart in enumerate(EYES):
        eye = kinds == k + 1
        off = iris_place(points[eye], bust.eyeballs[k], gaze)
        at[eye] = placed(off / off.new_tensor(EYE_SIZE) + 0.5, chart)
    inside = kinds == 3
    off = (points[inside] - bust.mouth)[:, :2] / at.new_tensor(MOUTH_SIZE)
    at[inside] = placed(off + at.new_tensor(MOUTH_MIDDLE), MOUTH)
    return scatter(at, seen.pixel, bust.size, -1.0)

# %%
def chequered(uv, squares=24):
    """A chessboard on the texture, at places (..., 2) -> colours (..., 3) in 0..1, redder to the
    right and greener below; white where nothing is shown. squares: along a side."""
    dark = (uv * squares).floor().sum(-1, keepdim=True) % 2
    colours = 0.35 + 0.45 * dark + 0.2 * torch.cat([uv, 0 * dark], -1)
    return torch.where(uv[..., :1] >= 0, colours, torch.ones_like(colours))


def board(n, squares=24):
    """The same chessboard as a texture, (n, n, 3)."""
    u = torch.linspace(0, 1, n)
    return chequered(torch.stack(torch.meshgrid(u, u, indexing="xy"), -1), squares)

# %%
def uv_film(bust, controls, view=None):
    """Controls of T frames -> (T, size, size, 2) int16: uv times 32767, negative where nothing."""
    told = zip(*(value.to(bust.faces.device) for value in controls[:4]))
    return np.stack(
        [(32767 * uv_image(bust, *row, view)).round().short().cpu().numpy() for row in told]
    )


def as_uv(stored, device="cpu"):
    """What uv_film returns -> floats, 0..1, below 0 where nothing is shown."""
    return torch.from_numpy(np.ascontiguousarray(stored)).to(device).float() / 32767

# %%
def texels(uv, n):
    """Places (P, 2), 0..1 -> the numbers of the four texels around each (P, 4), whole, and their
    weights (P, 4) in bilinear interpolation. The texture is n by n, its corners on 0 and 1."""
    at = uv * (n - 1)
    cell = at.floor().clamp(0, n - 2)
    x, y = (at - cell).unbind(1)
    column, row = cell.long().unbind(1)
    first = row * n + column
    numbers = torch.stack([first, first + 1, first + n, first + n + 1], 1)
    near = torch.stack([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y], 1)
    return numbers, near

# %%
def looked_up(table, uv):
    """A texture (n * n, c), row by row, at places (P, 2) -> (P, c)."""
    numbers, near = texels(uv, round(len(table) ** 0.5))
    return (table[numbers] * near[..., None]).sum(1)

# %%
def collected(uv, frames, n):
    """Stored uv (T, W, W, 2) int16 and frames (T, W, W, 3) uint8 -> the mean colour of each texel
    in 0..1, (n, n, 3), 0 where the film never shows it."""
    total = torch.zeros(n * n, 3)
    weight = torch.zeros(n * n, 1)
    for places, frame in zip(uv, frames):
        at = as_uv(places).flatten(0, 1)
        shown = at[:, 0] >= 0
        colours = torch.from_numpy(frame).flatten(0, 1)[shown].float() / 255
        numbers, near = texels(at[shown], n)
        given = (near[..., None] * colours[:, None]).flatten(0, 1)
        total.index_add_(0, numbers.flatten(), given)
        weight.index_add_(0, numbers.flatten(), near.flatten()[:, None])
    return (total / weight.clamp(min=1e-6)).view(n, n, 3)

# %%
TEXELS = 209  # along a side: a texel of the cheek is about as wide as a pixel of the film

# %%
def laid_on(texture, uv, backdrop):
    """A texture of colours (n, n, 3) in 0..1, on stored uv (T, 2S, 2S, 2), over a backdrop
    (S, S, 3) in 0..1 -> frames (T, S, S, 3) uint8: means of blocks of 2 x 2."""
    picture = texture.movedim(-1, 0)[None]
    out = []
    for places in uv:
        at = as_uv(places)[None]
        colour = F.grid_sample(picture, at * 2 - 1, align_corners=True)
        shown = (at[..., 0] >= 0)[:, None]
        both = F.avg_pool2d(torch.cat([colour * shown, shown.float()], 1), 2)[0].movedim(0, -1)
        out.append(both[..., :3] + (1 - both[..., 3:]) * backdrop)
    return (255 * torch.stack(out)).round().byte().numpy()

# %%
def egg(bust):
    """A Bust whose head is the ellipsoid in the box around it; eyes and mouth where they fall."""
    new = copy.copy(bust)
    skull = torch.zeros(len(bust.neutral), dtype=torch.bool)
    skull[load().head_faces["skin"].unique()] = True
    skull = (skull & (load().follow > 0.9)).to(bust.neutral.device)  # what the neck does not bend
    low, high = bust.neutral[skull].amin(0), bust.neutral[skull].amax(0)
    middle, radii = (low + high) / 2, (high - low) / 2
    smooth = F.normalize((bust.neutral - middle) / radii, dim=1) * radii + middle
    new.neutral = torch.where(skull[:, None], smooth, bust.neutral)
    new.eyeballs, new.mouth = middles(new.neutral, new.rings)
    return new


def mask_of(bust):
    """A Bust whose face never moves."""
    new = copy.copy(bust)
    new.units = torch.zeros_like(bust.units)
    return new
