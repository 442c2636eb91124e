"""Seeded dances."""

from __future__ import annotations

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d

from ..taught.foundations.faces_in_3d import axis_angle_to_matrix
from .body import BodyModel, solve
from .casting import cast
from .motion import BodyPerformance, perform, with_lids


# Dance moves. A move is a function of the phase of an 8-beat bar, x in 0..1 (T,), and a side (+1,
# -1): it returns offsets of pelvis (x, y, z), turn and spine (yaw, pitch, roll), hand targets and
# foot steps. Every bar starts and ends in the home stance.
def _bar(x, **kw):
    z = np.zeros_like(x)
    out = dict(
        pelvis=np.stack([z, z, z], 1),
        turn=z,
        spine=np.stack([z, z, z], 1),
        head=np.stack([z, z, z], 1),
        left=np.tile((0.22, -0.86, 0.22), (len(x), 1)),
        right=np.tile((-0.22, -0.86, 0.22), (len(x), 1)),
        step=np.zeros((len(x), 2, 3)),
    )
    return out | kw


def _vec(x, y, z):
    return np.stack(np.broadcast_arrays(x, y, z), -1).astype(float)


def _ease(x):
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def _swing(x, a, b, there):
    """A step: from 0 at phase a to `there` at b, with the foot lifted on the way -> (T, 3)."""
    u = _ease((x - a) / (b - a))
    return u[:, None] * np.asarray(there, float) + _vec(
        0, 0.07 * np.sin(np.pi * np.clip((x - a) / (b - a), 0, 1)), 0
    )


def _bounce(x, beats=8):
    return -0.035 * (0.5 - 0.5 * np.cos(2 * np.pi * beats * x))


def step_touch(x, s):
    out, back = (0.30 * s, 0, 0), (-0.30 * s, 0, 0)
    lead, trail = (0, 1) if s > 0 else (1, 0)
    step = np.zeros((len(x), 2, 3))
    step[:, lead] = _swing(x, 0.02, 0.22, out) + _swing(x, 0.77, 0.97, back)
    step[:, trail] = _swing(x, 0.27, 0.47, out) + _swing(x, 0.52, 0.72, back)
    sway = 0.30 * s * (_ease((x - 0.05) / 0.35) - _ease((x - 0.6) / 0.35))
    clap = np.exp(-(((x - 0.5) / 0.06) ** 2)) + np.exp(-(((x - 0.985) / 0.04) ** 2))
    arm = lambda k: _vec(k * (0.30 - 0.38 * clap), -0.45 + 0.1 * clap, 0.50 + 0.12 * clap)
    return _bar(
        x,
        pelvis=_vec(sway, _bounce(x), 0),
        spine=_vec(0, 0.15 * s * np.sin(2 * np.pi * x), 0),
        left=arm(1),
        right=arm(-1),
        step=step,
    )


def sway(x, s):
    w = np.sin(4 * np.pi * x) * s
    arm = lambda k: _vec(
        k * 0.35 + 0.10 * w, -0.62 + 0.12 * k * w, 0.30 + 0.1 * np.cos(4 * np.pi * x)
    )
    return _bar(
        x,
        pelvis=_vec(0.06 * w, _bounce(x), 0),
        spine=_vec(0, 0.2 * w, -0.12 * w),
        head=_vec(0, 0, 0.1 * w),
        left=arm(1),
        right=arm(-1),
    )


def twist(x, s):
    w = np.sin(8 * np.pi * x) * s * np.sin(np.pi * x) ** 0.5
    arm = lambda k: _vec(k * 0.30, -0.35, 0.45 + 0.18 * k * w)
    return _bar(
        x,
        pelvis=_vec(0, -0.05 * np.sin(np.pi * x) + 0.4 * _bounce(x), 0),
        turn=0.35 * w,
        spine=_vec(0, -0.6 * w, 0),
        left=arm(1),
        right=arm(-1),
    )


def arms_up(x, s):
    up = np.sin(np.pi * x) ** 0.7
    w = np.sin(6 * np.pi * x) * s
    arm = lambda k: _vec(k * 0.25 + 0.28 * w * up, -0.86 + 1.62 * up, 0.22)
    return _bar(
        x,
        pelvis=_vec(0.05 * w, _bounce(x), 0),
        spine=_vec(-0.06 * up, 0, -0.16 * w * up),
        head=_vec(-0.15 * up, 0, 0),
        left=arm(1),
        right=arm(-1),
    )


def point(x, s):
    up = 0.5 - 0.5 * np.cos(4 * np.pi * x)
    high = _vec(s * 0.62 * up + s * 0.2 * (1 - up), -0.75 + 1.42 * up, 0.25)
    low = _vec(-s * 0.32 + 0 * x, -0.72, 0.15)
    return _bar(
        x,
        pelvis=_vec(0.05 * s * up, _bounce(x), 0),
        spine=_vec(0, -0.25 * s * up, -0.12 * s * up),
        head=_vec(-0.12 * up, 0.2 * s * up, 0),
        left=high if s > 0 else low,
        right=low if s > 0 else high,
    )


def march(x, s):
    step = np.zeros((len(x), 2, 3))
    lift = lambda a: 0.20 * np.where((x > a) & (x < a + 0.2), np.sin(np.pi * (x - a) / 0.2) ** 2, 0)
    first, second = (0, 1) if s > 0 else (1, 0)
    step[:, first, 1], step[:, second, 1] = lift(0.02) + lift(0.52), lift(0.27) + lift(0.77)
    w = np.sin(4 * np.pi * x) * s
    arm = lambda k: _vec(k * 0.16, -0.72 + 0.1 * np.abs(w), 0.25 - 0.45 * k * w)
    return _bar(
        x,
        pelvis=_vec(0.045 * -w, 0.3 * _bounce(x, 4), 0),
        spine=_vec(0, 0.15 * w, 0),
        left=arm(1),
        right=arm(-1),
        step=step,
    )


def roll(x, s):
    p = 8 * np.pi * x * s
    near = np.sin(np.pi * x) ** 0.4
    arm = lambda k, o: _vec(
        k * (0.22 - 0.16 * near),
        -0.86 + near * (0.55 + 0.14 * np.sin(p + o)),
        0.22 + near * (0.28 + 0.14 * np.cos(p + o)),
    )
    return _bar(
        x,
        pelvis=_vec(0.05 * np.sin(4 * np.pi * x), _bounce(x), 0),
        spine=_vec(0.1 * near, 0, 0),
        left=arm(1, 0),
        right=arm(-1, np.pi),
    )


def lunge(x, s):
    k = 0 if s > 0 else 1
    step = np.zeros((len(x), 2, 3))
    there, back = (0.26 * s, 0, 0.20), (-0.26 * s, 0, -0.20)
    step[:, k] = _swing(x, 0.03, 0.25, there) + _swing(x, 0.72, 0.96, back)
    u = _ease((x - 0.1) / 0.2) - _ease((x - 0.68) / 0.25)
    arm = lambda j: _vec(j * (0.22 + 0.55 * u), -0.86 + 0.85 * u, 0.22 + 0.1 * u)
    return _bar(
        x,
        pelvis=_vec(0.13 * s * u, -0.09 * u + 0.5 * _bounce(x), 0.08 * u),
        spine=_vec(0.05 * u, 0.2 * s * u, 0),
        left=arm(1),
        right=arm(-1),
        step=step,
    )


def groove(x, s):
    w = np.sin(4 * np.pi * x)
    arm = lambda k: _vec(k * 0.38, -0.35 - 0.15 * np.cos(8 * np.pi * x), 0.40 + 0.10 * k * w * s)
    return _bar(
        x,
        pelvis=_vec(0.03 * w * s, 1.3 * _bounce(x), 0),
        spine=_vec(0.12 * np.cos(8 * np.pi * x), 0.1 * w * s, 0),
        head=_vec(0.14 * np.cos(8 * np.pi * x), 0, 0),
        left=arm(1),
        right=arm(-1),
    )


MOVES = dict(
    step_touch=step_touch,
    sway=sway,
    twist=twist,
    arms_up=arms_up,
    point=point,
    march=march,
    roll=roll,
    lunge=lunge,
    groove=groove,
)


def home(model):
    """Standing: height of the pelvis over the floor and the ankles' places (2, 3), the
    floor at y = 0."""
    J, at = model.joints.cpu(), model.at
    sole = float(model.rest[:, 1].amin())
    ankle = float(J[at["foot.L"], 1]) - sole
    hip = float(J[at["upperleg01.L"], 0])
    feet = torch.tensor([[hip + 0.055, ankle, 0.0], [-hip - 0.055, ankle, 0.0]])
    feet[:, 2] = J[at["foot.L"], 2]
    return -sole - 0.035, feet


def dance(seconds=8.0, seed=0, fps=25, bpm=112, moves=None, actor=None):
    """A seeded dance of the named moves, or of a random choice of all of them, one 8-beat bar each.

    actor: whose legs the steps are fitted to; None takes actor 0. Feet never slide: they stand or
    they are in the air. Returns a BodyPerformance.
    """
    if seconds <= 0 or not 40 <= bpm <= 240:
        raise ValueError(
            "a dance lasts more than 0 seconds at 40 to 240 beats a minute, "
            f"not {seconds} s at {bpm}."
        )
    unknown = [m for m in moves or () if m not in MOVES]
    if unknown:
        raise ValueError(f"there is no move {unknown[0]!r}; choose from {', '.join(MOVES)}.")
    model = BodyModel(actor or cast(0))
    rng = np.random.default_rng([19, int(seed)])
    T, bar = max(1, round(seconds * fps)), 8 * 60 / bpm
    t = np.arange(T) / fps
    order, names = [], list(MOVES)
    for k in range(int(np.ceil(seconds / bar)) + 1):
        fresh = [m for m in names if not order or m != order[-1][0]]
        order.append(
            (
                moves[k % len(moves)] if moves else str(rng.choice(fresh)),
                int(rng.choice([-1, 1])),
                float(rng.uniform(0.85, 1.12)),
            )
        )
    phase = t / bar
    index = np.floor(phase).astype(int)
    rows = {}
    for k in np.unique(index):
        name, side, size = order[k]
        at = index == k
        m = MOVES[name](phase[at] - k, side)
        m["spine"], m["turn"] = m["spine"] * size, m["turn"] * size
        for key, v in m.items():
            rows.setdefault(key, []).append(v)
    m = {k: np.concatenate(v) for k, v in rows.items()}
    soft = 0.09 * fps  # joins the bars; feet are left exact
    for k in ("left", "right", "spine", "head", "pelvis", "turn"):
        m[k] = gaussian_filter1d(
            m[k], soft if k != "pelvis" else 0.04 * fps, axis=0, mode="nearest"
        )
    height, feet = home(model)
    f = lambda x: torch.as_tensor(np.ascontiguousarray(x), dtype=torch.float32)
    pelvis = f(m["pelvis"]) + torch.tensor([0.0, height, 0.0])
    root = f(_vec(0, m["turn"], 0))
    ankles = feet + f(m["step"])
    joints = solve(
        model,
        root,
        pelvis,
        f(m["spine"]),
        f(np.stack([m["left"], m["right"]], 1)),
        ankles,
        torch.zeros(T, 2) + torch.tensor([0.25, -0.25]),
        f(m["head"]),
    )
    acting = perform(None, seconds=seconds + 0.1, seed=seed, fps=fps, smile=0.55)
    return BodyPerformance(
        acting.expression[:T],
        acting.gaze[:T],
        joints,
        root,
        pelvis - torch.tensor([0.0, height + 0.035, 0.0]),
        fps,
    )


def body_still(rotation=(0, 0, 0), fps=25, actor=None):
    """One frame of standing with the arms down, the pelvis turned by a rotation vector
    in radians."""
    model = BodyModel(actor or cast(0))
    height, feet = home(model)
    root = torch.tensor([rotation], dtype=torch.float32)
    R = axis_angle_to_matrix(root)[0]
    pelvis = torch.tensor([[0.0, height, 0.0]])
    hands = torch.tensor([[[0.22, -0.90, 0.12], [-0.22, -0.90, 0.12]]])
    yaw = torch.full((1, 2), float(rotation[1]))
    joints = solve(
        model, root, pelvis, torch.zeros(1, 3), hands, (feet @ R.T)[None], yaw, torch.zeros(1, 3)
    )
    gaze = torch.zeros(1, 2)
    return BodyPerformance(
        with_lids(torch.zeros(1, 52), gaze),
        gaze,
        joints,
        root,
        torch.tensor([[0.0, -0.035, 0.0]]),
        fps,
    )
