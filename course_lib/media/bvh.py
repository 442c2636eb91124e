"""Motion files that animation programs read: BVH (Biovision hierarchy)."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from .files import as_path
from .writing import check_place

CM = 100.0  # BVH files count in centimetres
ORDER = "ZXY"  # each rotation is R_z R_x R_y: three turns about axes that turn along
CHANNELS = "Zrotation Xrotation Yrotation"
TIP = "OFFSET 0.0 5.0 0.0"  # centimetres: how far a last bone is drawn


def offset(vector):
    return "OFFSET " + " ".join(f"{v:.6f}" for v in CM * vector)


def children(parents, joint):
    return [k for k, up in enumerate(parents) if up == joint]


def depth_first(parents, joint=0):
    """Joint numbers in the order in which a BVH file lists them."""
    return [joint, *(x for k in children(parents, joint) for x in depth_first(parents, k))]


def hierarchy(names, parents, rest, joint=0, depth=0):
    """The lines that describe a joint and all below it."""
    pad = "\t" * depth
    up = parents[joint]
    channels = f"CHANNELS {6 if up < 0 else 3} "
    channels += "Xposition Yposition Zposition " * (up < 0) + CHANNELS
    away = rest[joint] - rest[up] if up >= 0 else np.zeros(3)
    lines = [f"{pad}{'ROOT' if up < 0 else 'JOINT'} {names[joint]}", pad + "{"]
    lines += [f"{pad}\t{offset(away)}", f"{pad}\t{channels}"]
    below = children(parents, joint)
    for k in below:
        lines += hierarchy(names, parents, rest, k, depth + 1)
    if not below:
        lines += [f"{pad}\tEnd Site", f"{pad}\t" + "{", f"{pad}\t\t{TIP}", f"{pad}\t" + "}"]
    return [*lines, pad + "}"]


def write_bvh(path, names, parents, rest, places, rotations, fps, overwrite=False):
    """Write a skeleton's motion -> the path.

    names: of J joints, the root first, without spaces; parents: J numbers, -1 for the root; rest
    (J, 3): where the joints rest, metres. places (T, 3): of the root, metres; rotations
    (T, J, 3, 3): of each joint against the one above it. Raises MediaError where a file is not to
    be overwritten, and ValueError for a motion without frames or with another number of joints.
    """
    path = as_path(path)
    check_place(path, overwrite)
    rest, places, rotations = (np.asarray(x, np.float64) for x in (rest, places, rotations))
    T, J = len(places), len(parents)
    if T < 1 or len(names) != J or rest.shape != (J, 3) or rotations.shape != (T, J, 3, 3):
        raise ValueError(
            f"{J} parents and {T} places go with {J} names, a rest of shape ({J}, 3) and rotations "
            f"({T or 'at least 1'}, {J}, 3, 3), not with {len(names)} names, {rest.shape} and "
            f"{rotations.shape}."
        )
    turned = rotations[:, depth_first(parents)].reshape(-1, 3, 3)
    angles = Rotation.from_matrix(turned).as_euler(ORDER, degrees=True)
    rows = np.concatenate([CM * places, angles.reshape(T, -1)], 1)
    lines = ["HIERARCHY", *hierarchy(names, parents, rest), "MOTION", f"Frames: {T}"]
    lines += [f"Frame Time: {1 / fps:.6f}", *(" ".join(f"{v:.6f}" for v in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path
