"""What a whole body stands on: a floor, the soft shadow it throws, and a camera that holds it."""

from __future__ import annotations

from typing import NamedTuple

import torch

from .brush import noise, smooth
from .stage import Camera

FOOT = 0.09  # metres from an ankle down to the ball of the foot
BALL, HEEL = (0.0, -0.06, 0.11), (0.0, -0.06, -0.05)  # metres from the ankle of a standing foot
# what shades the floor: bones, how dark (0..1), how wide on the floor and how fast both go with
# height (metres)
TOUCH = dict(dark=0.5, wide=0.075, fade=0.09, spread=0.5)
OVER = dict(dark=0.22, wide=0.16, fade=0.9, spread=0.28)
ABOVE = ("root", "lowerleg01.L", "lowerleg01.R", "wrist.L", "wrist.R", "spine01", "head")
WALL = (-1.1, -2.4)  # metres behind the performer between which a floor turns into the wall
SKIRTING = -2.3  # metres: where a floor of boards, grass or asphalt ends
# room around the joints in metres: over the head, beside the hands, under the ankles
ROOM = dict(head=0.19, hands=0.16, feet=0.12)


class Floor(NamedTuple):
    """Where a camera sees the floor: pixel numbers (P,) and places x, z (P, 2) in metres; y: the
    floor's height in the performer's frame."""

    pixel: torch.Tensor
    place: torch.Tensor
    y: float


def seen_from(rotation, translation, focal, size, y):
    """The Floor at height y that a camera sees: rotation (3, 3) and translation (3,) to view space,
    focal in half pictures, size in pixels."""
    device = rotation.device
    along = (torch.arange(size, device=device) + 0.5) / size * 2 - 1
    right, down = torch.meshgrid(along, along, indexing="xy")
    ray = torch.stack([right / focal, -down / focal, -torch.ones_like(right)], -1).view(-1, 3)
    ray = ray @ rotation  # to the performer's frame
    eye = -translation @ rotation
    far = (y - eye[1]) / ray[:, 1].clamp(max=-1e-6)
    place = eye + far[:, None] * ray
    hit = (ray[:, 1] < -1e-6) & (far > 0)
    pixel = hit.nonzero()[:, 0]
    return Floor(pixel, place[pixel][:, [0, 2]], y)


def boards(x, z):
    """Wooden boards some 14 cm wide, running away from the camera -> (P, 3)."""
    board = torch.floor(x / 0.14)
    own = torch.sin(board * 12.9898) * 0.5
    grain = noise(torch.stack([x * 6, z * 0.6, board], 1), 6, 5, 2)
    gap = smooth((x / 0.14 - board - 0.5).abs(), 0.44, 0.5)
    tone = (1 + 0.12 * own + 0.10 * grain) * (1 - 0.35 * gap)
    return torch.tensor([0.30, 0.19, 0.11]) * tone[:, None]


def lawn(x, z):
    wave = noise(torch.stack([x, 0 * x, z], 1), 3, 6, 3)
    return torch.tensor([0.10, 0.19, 0.05]) * (1 + 0.3 * wave)[:, None]


def asphalt(x, z):
    wave = noise(torch.stack([x, 0 * x, z], 1), 9, 7, 3)
    return torch.tensor([0.055, 0.056, 0.065]) * (1 + 0.25 * wave)[:, None]


GROUNDS = dict(office=boards, park=lawn, evening=asphalt)


def lay(floor, backdrop, name):
    """Paint a floor into a backdrop (S, S, 3) of the named background -> the same with it.

    Plain backgrounds get a roll of paper that turns up into the wall; scenes get boards, grass or
    asphalt, whose texture fades with the distance.
    """
    out = backdrop.reshape(-1, 3).clone()
    x, z = floor.place.unbind(1)
    wall = out[floor.pixel]
    if name not in GROUNDS:
        near = smooth(z, *reversed(WALL))
        shade = 1 + (0.16 - 0.05 * x.square().clamp(max=3)) * near
        out[floor.pixel] = wall * shade[:, None]
        return out.view_as(backdrop)
    ground = GROUNDS[name](x.cpu(), z.cpu()).to(wall)
    plain = ground.mean(0, keepdim=True)
    ground = torch.lerp(plain.expand_as(ground), ground, smooth(z, -2.3, 0.6)[:, None])
    edge = smooth(z, SKIRTING - 0.12, SKIRTING + 0.12)
    dim = 1 - 0.45 * smooth(z, SKIRTING + 0.7, SKIRTING)
    out[floor.pixel] = torch.lerp(wall, ground * dim[:, None], edge[:, None])
    return out.view_as(backdrop)


def shadow(floor, G, P, at):
    """How much light reaches the floor's pixels (B, P), 1 where no body shades it.

    G (B, J, 3, 3), P (B, J, 3): rotations and positions of the joints in the performer's frame; at:
    the number of each bone. Feet touch the floor: their blot is dark and small and goes as they
    rise; what is higher up only dims it.
    """
    feet = [at["foot.L"], at["foot.R"]]
    touch = [
        P[:, feet] + G[:, feet] @ torch.tensor(offset, device=P.device) for offset in (BALL, HEEL)
    ]
    light = 1 - blots(floor, torch.cat(touch, 1), lift=0.03, **TOUCH)
    over = P[:, [at[bone] for bone in ABOVE]]
    return light * (1 - blots(floor, over, lift=0.0, **OVER))


def blots(floor, points, dark, wide, fade, spread, lift):
    """How dark points (B, K, 3) make the floor (B, P), 0..1: soft round blots under them, wider and
    fainter with their height over `lift` metres."""
    height = (points[..., 1] - floor.y - lift).clamp(min=0)
    strength = dark * torch.exp(-height / fade)
    width = wide + spread * height
    away = (floor.place - points[..., None, [0, 2]]).square().sum(-1)  # (B, K, P)
    each = strength[..., None] * torch.exp(-away / (2 * width[..., None].square()))
    return 1 - (1 - each).prod(1)


def framed(model, performance, margin=0.05, yaw=0.0, pitch=0.0, focal=3.6):
    """The Camera that holds a whole performance of a BodyModel, as large as it gets.

    margin: share of the picture left free on each side. yaw, pitch: radians, focal: half pictures,
    as for Camera. The square picture is filled from the feet to the highest hand, or from hand to
    hand.
    """
    if not 0 <= margin < 0.4:
        raise ValueError(f"margin is the share left free on each side, 0 to 0.4, not {margin}.")
    device = model.joints.device
    part = performance[:]
    _, P = model.skeleton(part.joints.to(device), part.root.to(device))
    P = (P + part.translation.to(device)[:, None]).cpu()
    room = torch.zeros(P.shape[1], 2, 3)  # down and left, up and right
    room[:, 0], room[:, 1] = -0.12, 0.12
    room[model.at["head"], 1, 1] = ROOM["head"]
    for side in (".L", ".R"):
        room[model.at["wrist" + side]] = torch.tensor([[-1.0], [1.0]]) * ROOM["hands"]
        room[model.at["foot" + side], 0, 1] = -ROOM["feet"]
    R, _ = Camera(yaw=yaw, pitch=pitch).view()
    q = (P @ R.T)[:, :, None] + room
    low, high = q.amin((0, 1, 2)), q.amax((0, 1, 2))
    middle = (low + high) / 2
    r = q - middle
    distance = (focal * r[..., :2].abs() / (1 - 2 * margin) + r[..., 2:]).max()
    look_at = tuple(float(v) for v in middle @ R)
    return Camera(focal=focal, distance=float(distance), yaw=yaw, pitch=pitch, look_at=look_at)
