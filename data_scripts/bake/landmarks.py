"""The 68 iBUG landmarks as vertices of the mean head, found by where they lie on it."""

from __future__ import annotations

import numpy as np


def landmarks68(v, faces, normals, eye_rims, mouth_rim, eyes, jaw_open):
    """The 68 iBUG points as vertex numbers of the mean head. v (V, 3) metres, origin at the head
    joint."""
    skin = np.unique(faces)
    front = skin[(normals[skin, 2] > 0.05) & (v[skin, 2] > 0.0)]

    def pick(x, y, among=front):
        return int(among[np.argmin((v[among, 0] - x) ** 2 + (v[among, 1] - y) ** 2)])

    def loop(ids, angles, scale=(1.0, 1.0)):
        c = (v[ids].max(0) + v[ids].min(0)) / 2
        a = np.arctan2((v[ids, 1] - c[1]) / scale[1], (v[ids, 0] - c[0]) / scale[0])
        return [
            int(ids[np.argmin(np.abs(np.angle(np.exp(1j * (a - np.radians(t))))))]) for t in angles
        ]

    # +x is the person's left; the iBUG order starts at the person's right (the left of the picture)
    centre = {s: eyes[s] for s in (-1, 1)}
    eye_y = (centre[1][1] + centre[-1][1]) / 2
    mouth_c = (v[mouth_rim].max(0) + v[mouth_rim].min(0)) / 2
    mid = skin[(np.abs(v[skin, 0]) < 0.0015) & (normals[skin, 2] > -0.3)]
    profile = mid[np.argsort(-v[mid, 1])]
    nose = profile[(v[profile, 1] < eye_y - 0.01) & (v[profile, 1] > mouth_c[1] + 0.01)]
    tip = int(nose[np.argmax(v[nose, 2])])
    below = nose[v[nose, 1] < v[tip, 1] - 0.004]
    subnasale = int(below[np.argmin(v[below, 2])])
    chin_band = profile[(v[profile, 1] < mouth_c[1] - 0.03) & (v[profile, 1] > mouth_c[1] - 0.09)]
    chin = int(
        chin_band[np.argmin(v[chin_band, 1] - 0.6 * v[chin_band, 2])]
    )  # where chin turns into throat
    # jaw: the outline that a camera in front sees, from just above the eyes down to the chin, in
    # eight even steps a side
    c = np.array([0.0, eye_y + 0.007])
    jaw_from = skin[
        (v[skin, 2] > 0.018)
        & (v[skin, 2] < 0.14)
        & (v[skin, 1] > v[chin, 1] - 0.006)
        & (normals[skin, 1] > -0.45)
    ]
    side = np.abs(v[jaw_from, 0])  # both sides make one outline
    angle, far = (
        np.degrees(np.arctan2(c[1] - v[jaw_from, 1], side)),
        np.hypot(side, v[jaw_from, 1] - c[1]),
    )
    rays = np.linspace(0, 90, 31)
    radius = np.array([far[np.abs(angle - t) < 4].max() for t in rays])
    radius = np.convolve(np.pad(radius, 2, "edge"), np.ones(5) / 5, "valid")
    outline = np.stack(
        [radius * np.cos(np.radians(rays)), c[1] - radius * np.sin(np.radians(rays))], 1
    )
    outline[-1] = 0, v[chin, 1]
    length = np.r_[0, np.cumsum(np.linalg.norm(np.diff(outline, axis=0), axis=1))]
    jaw = []
    for k in range(17):
        x, y = (np.interp(length[-1] * (1 - abs(k - 8) / 8), length, outline[:, i]) for i in (0, 1))
        distance = np.hypot(v[jaw_from, 0] - np.sign(k - 8) * x, v[jaw_from, 1] - y)
        # away from the chin, vertices 45 mm in front of the joint are preferred
        penalty = 0.1 * np.abs(v[jaw_from, 2] - 0.045) if abs(k - 8) > 3 else 0.0
        jaw.append(int(jaw_from[np.argmin(distance + penalty)]))
    jaw[8] = chin
    brow = []
    for s, order in ((-1, (1.0, 0.75, 0.5, 0.25, 0.0)), (1, (0.0, 0.25, 0.5, 0.75, 1.0))):
        for f in order:  # 0 at the nose, 1 at the temple
            brow.append(
                pick(
                    s * (0.016 + 0.041 * f),
                    eye_y + 0.0215 + 0.0070 * np.sin(np.pi * min(1, f * 1.25) * 0.62),
                )
            )
    bridge = [pick(0, y, mid) for y in np.linspace(eye_y + 0.002, v[tip, 1] + 0.002, 4)[:3]] + [tip]
    wing = skin[
        (np.abs(v[skin, 1] - v[subnasale, 1] - 0.003) < 0.006)
        & (v[skin, 2] > v[subnasale, 2] - 0.022)
        & (np.abs(v[skin, 0]) < 0.024)
    ]
    # the lower edge of the nose: under the wings, under the nostrils, under the septum
    width, level = np.abs(v[wing, 0]).max(), v[subnasale, 1]
    nostrils = [
        pick(width * x, level + y)
        for x, y in ((-0.58, 0.0085), (-0.3, 0.0075), (0, 0.0065), (0.3, 0.0075), (0.58, 0.0085))
    ]
    eye = loop(eye_rims[-1], (180, 122, 58, 0, -58, -122)) + loop(
        eye_rims[1], (180, 122, 58, 0, -58, -122)
    )
    corners = [
        int(mouth_rim[np.argmin(v[mouth_rim, 0])]),
        int(mouth_rim[np.argmax(v[mouth_rim, 0])]),
    ]
    half = (v[corners[1], 0] - v[corners[0], 0]) / 2
    up, lo = 0.0108, 0.0118  # thickness of the mean lips, metres
    outer = [corners[0]] + [
        pick(half * x, mouth_c[1] + up * h)
        for x, h in ((-0.62, 0.72), (-0.25, 1.0), (0, 0.86), (0.25, 1.0), (0.62, 0.72))
    ]
    outer += [corners[1]] + [
        pick(half * x, mouth_c[1] - lo * h)
        for x, h in ((0.62, 0.72), (0.3, 1.0), (0, 1.06), (-0.3, 1.0), (-0.62, 0.72))
    ]
    drop = -jaw_open[mouth_rim, 1]  # the lower lip is what an open jaw takes along
    lower, upper = mouth_rim[drop > 0.5 * drop.max()], mouth_rim[drop < 0.25 * drop.max()]
    inner = []
    for ids, xs in ((upper, (-0.8, -0.35, 0, 0.35, 0.8)), (lower, (0.35, 0, -0.35))):
        inner += [int(ids[np.argmin(np.abs(v[ids, 0] - half * x))]) for x in xs]
    return np.array(jaw + brow + bridge + nostrils + eye + outer + inner)
