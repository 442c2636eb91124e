"""What a whole body stands on: a floor, the soft shadow it throws, and a camera that holds it."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F

from .brush import noise, smooth
from .stage import Camera

BALL, HEEL = (0.0, -0.06, 0.11), (0.0, -0.06, -0.05)  # metres from the ankle of a standing foot
# what shades the floor: how dark (0..1), how wide on the floor and how fast both go with height
# over `lift` (metres)
TOUCH = dict(dark=0.5, wide=0.075, fade=0.09, spread=0.5, lift=0.03)
OVER = dict(dark=0.22, wide=0.16, fade=0.9, spread=0.28, lift=0.0)
ABOVE = ("root", "lowerleg01.L", "lowerleg01.R", "wrist.L", "wrist.R", "spine01", "head")
REACH = 0.45  # metres around a foot beyond which its blot darkens by less than 0.3 %
LEAN = 0.15  # metres that a shadow moves away from the lamp for each metre of height
WALL = (-1.1, -2.4)  # metres behind the performer between which a floor turns into the wall
SKIRTING = -2.3  # metres: where a floor of boards, grass or asphalt ends
# room around a joint in metres, to all sides: a hand, a foot with its toes, any other
ROOM = dict(wrist=0.17, foot=0.23, other=0.11)


class Floor(NamedTuple):
    """Where a camera sees the floor: the R rows of pixels that do, and their places x, z
    (R, S, 2) in metres; y: the floor's height in the performer's frame."""

    rows: slice
    place: torch.Tensor
    y: float


def span(flags):
    """The slice from the first to the last that is True of flags (N,); empty where none is."""
    at = flags.nonzero()[:, 0]
    return slice(int(at[0]), int(at[-1]) + 1) if len(at) else slice(0, 0)


def seen_from(rotation, translation, focal, size, y):
    """The Floor at height y that a camera sees: rotation (3, 3) and translation (3,) to view space,
    focal in half pictures, size in pixels. The camera stands upright: whole rows see the floor."""
    device = rotation.device
    along = (torch.arange(size, device=device) + 0.5) / size * 2 - 1
    right, down = torch.meshgrid(along, along, indexing="xy")
    ray = torch.stack([right / focal, -down / focal, -torch.ones_like(right)], -1)
    ray = ray @ rotation  # to the performer's frame
    eye = -translation @ rotation
    far = (y - eye[1]) / ray[..., 1].clamp(max=-1e-6)
    place = eye + far[..., None] * ray
    rows = span(((ray[..., 1] < -1e-6) & (far > 0)).all(1))
    return Floor(rows, place[rows][..., [0, 2]], y)


def boards(x, z):
    """Wooden boards some 14 cm wide, running away from the camera -> (P, 3)."""
    board = torch.floor(x / 0.14)
    own = torch.sin(board * 12.9898) * 0.5
    grain = noise(torch.stack([x * 6, z * 0.6, board], 1), 6, 5, 2)
    gap = smooth((x / 0.14 - board - 0.5).abs(), 0.44, 0.5)
    tone = (1 + 0.12 * own + 0.10 * grain) * (1 - 0.35 * gap)
    return torch.tensor([0.30, 0.19, 0.11]) * tone[:, None]


def lawn(x, z):
    """Mown grass -> (P, 3)."""
    wave = noise(torch.stack([x, 0 * x, z], 1), 3, 6, 3)
    return torch.tensor([0.10, 0.19, 0.05]) * (1 + 0.3 * wave)[:, None]


def asphalt(x, z):
    """Dark asphalt on which the lights behind it lie as a soft sheen -> (P, 3)."""
    wave = noise(torch.stack([x, 0 * x, z], 1), 9, 7, 3)
    grey = torch.tensor([0.055, 0.056, 0.065]) * (1 + 0.25 * wave)[:, None]
    sheen = torch.exp(-(z + 1.5).square() - 0.3 * x.square())
    return grey + torch.tensor([0.060, 0.046, 0.036]) * sheen[:, None]


GROUNDS = dict(office=boards, park=lawn, evening=asphalt)


def lay(floor, backdrop, name):
    """Paint a floor into a backdrop (S, S, 3) of the named background -> the same with it.

    Plain backgrounds get a roll of paper that turns up into the wall; scenes get boards, grass or
    asphalt, whose texture fades with the distance.
    """
    out = backdrop.clone()
    x, z = floor.place.unbind(-1)
    wall = backdrop[floor.rows]
    if name not in GROUNDS:
        near = smooth(z, *reversed(WALL))
        shade = 1 + (0.16 - 0.05 * x.square().clamp(max=3)) * near
        out[floor.rows] = wall * shade[..., None]
        return out
    ground = GROUNDS[name](x.flatten().cpu(), z.flatten().cpu()).to(wall)
    plain = ground.mean(0)
    ground = torch.lerp(plain, ground.view_as(wall), smooth(z, -2.3, 0.6)[..., None])
    edge = smooth(z, SKIRTING - 0.12, SKIRTING + 0.12)
    dim = 1 - 0.45 * smooth(z, SKIRTING + 0.7, SKIRTING)
    out[floor.rows] = torch.lerp(wall, ground * dim[..., None], edge[..., None])
    return out


def shadow(floor, G, P, at, key):
    """How much light reaches the floor's pixels (B, R, S), 1 where no body shades it.

    G (B, J, 3, 3), P (B, J, 3): rotations and positions of the joints in the performer's frame; at:
    the number of each bone; key (3,): direction to the main lamp. Feet touch the floor: their blot
    is dark and small and goes as they rise; what is higher up only dims it, and so softly that
    every fourth column is enough.
    """
    B, size = len(P), floor.place.shape[1]
    over = lean(P[:, [at[bone] for bone in ABOVE]], floor.y, key)
    few = resize(floor.place.transpose(1, 2), size // 4 + 1).transpose(1, 2)
    light = resize(passed(few, floor.y, over, **OVER).view(B, len(few), -1), size)
    feet = [at["foot.L"], at["foot.R"]]
    offsets = torch.tensor([BALL, HEEL], device=P.device)
    touch = (P[:, feet, None] + offsets @ G[:, feet].transpose(2, 3)).flatten(1, 2)
    rows, columns = around(floor.place, touch)
    place = floor.place[rows, columns]
    if place.numel():
        light[:, rows, columns] *= passed(place, floor.y, touch, **TOUCH).view(B, *place.shape[:2])
    return light


def resize(rows, n):
    """Resample rows (A, R, S) linearly to n columns, first and last stay -> (A, R, n)."""
    return F.interpolate(rows, size=n, mode="linear", align_corners=True)


def lean(points, y, key):
    """Points (B, K, 3) over a floor at height y, moved sideways to where their shadows fall."""
    height = (points[..., 1:2] - y).clamp(min=0)
    away = torch.stack([-key[0], torch.zeros_like(key[1]), -key[2]])
    return points + LEAN * height * away


def around(place, points):
    """The slices of rows and columns of places (R, S, 2) within REACH of points (B, K, 3)."""
    flat = points[..., [0, 2]]
    low, high = flat.amin((0, 1)) - REACH, flat.amax((0, 1)) + REACH
    near = ((place > low) & (place < high)).all(-1)
    return span(near.any(1)), span(near.any(0))


def passed(place, y, points, dark, wide, fade, spread, lift):
    """The light (B, N), 0..1, that points (B, K, 3) let through to N places (..., 2) on a floor at
    height y: soft round blots, wider and fainter with their height over `lift` metres.

    The exponent of a blot is a square function of x and z: all of them are one matrix product.
    """
    height = (points[..., 1] - y - lift).clamp(min=0)
    steep = 0.5 / (wide + spread * height).square()
    x, z = points[..., 0], points[..., 2]
    level = torch.log(torch.tensor(dark)) - height / fade - steep * (x * x + z * z)
    factor = torch.stack([-steep, 2 * steep * x, 2 * steep * z, level], -1)  # (B, K, 4)
    u, v = place.flatten(0, -2).unbind(1)
    each = (factor @ torch.stack([u * u + v * v, u, v, torch.ones_like(u)])).exp_()
    return each.neg_().add_(1).prod(1)


def framed(model, performance, margin=0.06, yaw=0.0, pitch=0.0, focal=3.6):
    """The Camera that holds a whole performance of a BodyModel, as large as it gets.

    margin: share of the picture left free on each side. yaw, pitch: radians, focal: half pictures,
    as for Camera. The square picture is filled from the feet to the highest hand, or from hand to
    hand.
    """
    if not 0 <= margin < 0.4:
        raise ValueError(f"margin is the share left free on each side, 0 to 0.4, not {margin}.")
    if not focal > 0:
        raise ValueError(f"focal is a positive number of half pictures, not {focal}.")
    if len(performance) == 0:
        raise ValueError("framed needs a performance of one frame or more; this one has none.")
    device = model.joints.device
    _, P = model.skeleton(performance.joints.to(device), performance.root.to(device))
    P = (P + performance.translation.to(device)[:, None]).cpu()
    R, _ = Camera(yaw=yaw, pitch=pitch).view()
    q = (P[:, :, None] + boxes(model)) @ R.T
    low, high = q.amin((0, 1, 2)), q.amax((0, 1, 2))
    middle = (low + high) / 2
    r = q - middle
    distance = (focal * r[..., :2].abs() / (1 - 2 * margin) + r[..., 2:]).max()
    look_at = tuple(float(v) for v in middle @ R)
    return Camera(focal=focal, distance=float(distance), yaw=yaw, pitch=pitch, look_at=look_at)


def boxes(model):
    """The corners (J, 8, 3) in metres of a box around each joint that holds what moves with it."""
    at, J = model.at, model.joints.cpu()
    low = torch.full((len(at), 3), -ROOM["other"])
    for side in (".L", ".R"):
        low[at["wrist" + side]] = -ROOM["wrist"]
        low[at["foot" + side]] = -ROOM["foot"]
    high = -low
    for side in (".L", ".R"):
        low[at["foot" + side], 1] = model.sole - J[at["foot" + side], 1]
        high[at["foot" + side], 1] = ROOM["other"]
    high[at["head"], 1] = model.mesh.rest[:, 1].amax().cpu() - J[at["head"], 1]
    corner = torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * 3)
    return torch.lerp(low[:, None], high[:, None], corner)
