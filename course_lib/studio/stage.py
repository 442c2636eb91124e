"""Camera, light and background."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..taught.foundations.faces_in_3d import axis_angle_to_matrix, sh_basis

BAND = (
    torch.tensor([1.0, *[2 / 3] * 3, *[1 / 4] * 5]) * torch.pi
)  # cosine lobe A_l of Ramamoorthi and Hanrahan


@dataclass
class Camera:
    """A pinhole camera in front of the actor.

    focal: focal length in half image widths. distance: metres from the point it looks at. yaw,
    pitch: radians it has moved around that point (positive yaw: to the actor's left, positive
    pitch: up). look_at: metres from the head joint.
    """

    focal: float = 6.9
    distance: float = 1.25
    yaw: float = 0.0
    pitch: float = 0.0
    look_at: tuple = (0.0, 0.028, 0.0)

    def view(self):
        """Rotation (3, 3) and translation (3,) from the head's frame to view space."""
        R = axis_angle_to_matrix(torch.tensor([self.pitch, 0.0, 0.0])) @ axis_angle_to_matrix(
            torch.tensor([0.0, -self.yaw, 0.0])
        )
        return R, torch.tensor([0.0, 0.0, -self.distance]) - R @ torch.tensor(
            self.look_at, dtype=torch.float32
        )


BODY_CAMERA = Camera(focal=3.6, distance=4.0, look_at=(0.0, -0.08, 0.0))

# (direction to the light, colour) of the lamps, then the ambient colour from above and below
LIGHTS = {
    "soft": (
        [((-0.5, 0.5, 0.9), (0.62, 0.60, 0.57)), ((0.8, 0.2, 0.6), (0.20, 0.21, 0.23))],
        (0.42, 0.43, 0.46),
        (0.24, 0.22, 0.21),
    ),
    "window": ([((-1.0, 0.35, 0.55), (0.95, 0.97, 1.0))], (0.26, 0.27, 0.30), (0.17, 0.15, 0.14)),
    "warm": (
        [((0.7, 0.5, 0.7), (0.85, 0.64, 0.45)), ((-0.9, 0.1, 0.3), (0.12, 0.16, 0.26))],
        (0.28, 0.25, 0.24),
        (0.18, 0.15, 0.13),
    ),
    "front": ([((0.0, 0.25, 1.0), (0.72, 0.72, 0.72))], (0.34, 0.34, 0.35), (0.22, 0.22, 0.22)),
    "outdoor": ([((0.35, 0.9, 0.45), (0.80, 0.76, 0.68))], (0.46, 0.52, 0.62), (0.24, 0.23, 0.19)),
    "rim": (
        [((-0.6, 0.4, 0.8), (0.55, 0.53, 0.52)), ((0.95, 0.4, -0.25), (0.75, 0.80, 0.95))],
        (0.22, 0.22, 0.25),
        (0.14, 0.13, 0.13),
    ),
}
BACKGROUNDS = ("grey", "blue", "white", "dark", "office", "park", "evening")


def pick(table, name, what):
    if name not in table:
        raise ValueError(f"{what} {name!r} is not known; choose one of {', '.join(table)}.")
    return name


def light_coefficients(light="soft"):
    """A named light or a (9, 3) tensor -> SH coefficients (9, 3), cosine lobe included, and the key
    direction (3,)."""
    if torch.is_tensor(light) or isinstance(light, np.ndarray):
        light = torch.as_tensor(light, dtype=torch.float32)
        if light.shape[-2:] != (9, 3):
            raise ValueError(
                "light needs nine SH coefficients for three colours, shape (9, 3) or (T, 9, 3), "
                f"not {tuple(light.shape)}."
            )
        first = light.reshape(-1, 9, 3)[0].sum(1)
        key = torch.nn.functional.normalize(
            torch.stack([first[3], first[1], first[2].clamp(min=0.1)]), dim=0
        )
        return light, key
    lamps, above, below = LIGHTS[pick(LIGHTS, light, "light")]
    out = torch.zeros(9, 3)
    for direction, colour in lamps:
        d = torch.nn.functional.normalize(torch.tensor(direction), dim=0)
        out += (sh_basis(d) * BAND)[:, None] * torch.tensor(colour)
    a, b = torch.tensor(above), torch.tensor(below)
    out[0] += (a + b) / 2 / 0.2821
    out[1] += (a - b) / 2 / 0.4886
    return out, torch.nn.functional.normalize(torch.tensor(lamps[0][0]), dim=0)


def drifting(frames, phase=0.0, light="soft", fps=25):
    """A named light that grows and fades by a fifth and turns warmer and colder, as on a day of
    clouds: (frames, 9, 3) SH coefficients; phase: where it begins, 0..1."""
    base, _ = light_coefficients(light)
    t = torch.arange(frames) / fps  # seconds
    level = 1 + 0.22 * torch.sin(2 * torch.pi * (t / 7.3 + phase))
    warm = 0.12 * torch.sin(2 * torch.pi * (t / 11.1 + 1.7 * phase))
    colour = torch.stack([1 + warm, torch.ones(frames), 1 - warm], 1)
    return base * level[:, None, None] * colour[:, None]


def background(name, size, seed=0):
    """A named background as linear RGB (size, size, 3): plain ones with a soft fall-off, scenes far
    out of focus."""
    import cv2

    rng = np.random.default_rng([11, seed])
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / size
    plain = dict(
        grey=(0.30, 0.31, 0.33),
        blue=(0.07, 0.16, 0.34),
        white=(0.72, 0.72, 0.70),
        dark=(0.035, 0.037, 0.045),
    )
    if pick(BACKGROUNDS, name, "background") in plain:
        fall = 1.12 - 0.55 * ((x - 0.5) ** 2 + (y - 0.42) ** 2)
        return torch.as_tensor(np.array(plain[name], np.float32) * fall[..., None])
    n = 256
    img = np.zeros((n, n, 3), np.float32)
    sky, floor = dict(
        office=((0.50, 0.47, 0.43), (0.22, 0.17, 0.13)),
        park=((0.55, 0.68, 0.80), (0.10, 0.20, 0.05)),
        evening=((0.06, 0.07, 0.14), (0.03, 0.025, 0.03)),
    )[name]
    img[:] = np.linspace(0, 1, n)[:, None, None] * (np.array(floor) - sky) + sky
    for _ in range(26):
        w, h0 = rng.uniform(0.06, 0.3), rng.uniform(0.1, 0.5)
        cx, cy = rng.uniform(-0.1, 1.1), rng.uniform(0.15, 1.0)
        tint = dict(
            office=rng.uniform(0.08, 0.7, 3) * (1, 0.92, 0.82),
            park=rng.uniform(0.05, 0.4) * np.array((0.45, 1.0, 0.25)) * rng.uniform(0.6, 1.3, 3),
            evening=rng.uniform(0.01, 0.15, 3) * (1.0, 0.8, 1.3),
        )[name]
        a, b = (int(np.clip(v, 0, n)) for v in ((cx - w / 2) * n, (cx + w / 2) * n))
        c, d = (int(np.clip(v, 0, n)) for v in ((cy - h0 / 2) * n, (cy + h0 / 2) * n))
        img[c:d, a:b] = 0.35 * img[c:d, a:b] + 0.65 * tint
    for _ in range(dict(office=5, park=8, evening=30)[name]):
        c = (int(rng.integers(0, n)), int(rng.integers(0, int(n * 0.7))))
        glow = dict(office=(2.0, 1.9, 1.7), park=(1.1, 1.3, 0.9), evening=(3.0, 1.9, 0.8))[name]
        cv2.circle(
            img,
            c,
            int(rng.integers(4, 10)),
            tuple(float(v) for v in np.array(glow) * rng.uniform(0.3, 1.0)),
            -1,
        )
    img = cv2.GaussianBlur(img, (0, 0), 6.5)
    img = cv2.resize(
        img, (size, size), interpolation=cv2.INTER_AREA if size < n else cv2.INTER_CUBIC
    )
    return torch.as_tensor(np.clip(img, 0.003, 1.0))
