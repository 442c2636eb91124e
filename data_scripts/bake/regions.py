"""Which faces of MakeHuman's mesh are kept, to what part they belong, and how they are numbered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .people import triangles

FACE_PARTS = ("skin", "cavity", "socket", "teeth", "tongue", "lashes", "eyes")


@dataclass
class Surface:
    """The kept part of the mesh, in its own numbers (V vertices)."""

    faces: dict  # by part, (F, 3) int32
    source: np.ndarray  # (V,) the vertex of the full mesh behind each
    uv: np.ndarray  # (V, 2)
    number: np.ndarray  # of each vertex of the full mesh, -1 where it is left out
    rims: np.ndarray  # vertices between the head's skin and its cavities
    mouth_rim: np.ndarray


def skin_masks(centre, centre_uv, limb, bones, chin_y):
    """Which faces of the skin belong to which part.

    centre (F, 3) metres and centre_uv (F, 2) of the faces, limb (F, J) their summed skin weights,
    chin_y: height of the head joint -> a dict of masks (F,).
    """
    u, v = centre_uv.T
    up_here = centre[:, 1] > chin_y - 0.2
    socket = (u < 0.16) & (v > 0.53) & (v < 0.65)
    near_neck = (centre[:, 1] > chin_y - 0.33) & (np.abs(centre[:, 0]) < 0.16)

    def mostly(bone):
        sides = [bones.index(bone + side) for side in (".L", ".R")]
        return np.asarray(limb[:, sides].sum(1) > 1.2)

    return {
        "skin": up_here & (u > 0.635) & (v > 0.14) & (v < 0.86),
        "cavity": up_here & (u > 0.72) & (v < 0.14),
        "socket": socket,
        "chest": near_neck & (u < 0.635) & ~socket & (v > 0.5),
        "hands": mostly("wrist"),
        "feet": mostly("foot"),
    }


def helper_faces(groups):
    """The parts that are meshes of their own: suit, teeth, tongue, lashes, eyes (F, 3)."""

    def gather(*names):
        found = [triangles(groups[f"helper-{n}"]["face_vertex_indices"]).numpy() for n in names]
        return np.concatenate(found)

    return {
        "suit": gather("tights"),
        "teeth": gather("upper-teeth", "lower-teeth"),
        "tongue": gather("tongue"),
        "lashes": gather(*(f"{s}-eyelashes-{k}" for s in "lr" for k in (1, 2))),
        "eyes": gather("l-eye", "r-eye"),
    }


def rim(faces, inside):
    """Vertices shared by faces that are `inside` and faces that are not."""
    return np.intersect1d(np.unique(faces[inside]), np.unique(faces[~inside]))


def open_seam(surface, corner_uv):
    """The texture's seam runs down the back of the head: there a vertex needs a second copy with
    its other uv. corner_uv (F, 3, 2): of the skin's faces."""
    skin = surface.faces["skin"]
    seam = np.abs(surface.uv[skin] - corner_uv).max(-1) > 1e-6
    wanted = np.concatenate([skin[seam][:, None], corner_uv[seam]], 1)
    pairs, copy = np.unique(wanted, axis=0, return_inverse=True)
    skin[seam] = len(surface.source) + copy
    surface.source = np.concatenate([surface.source, surface.source[pairs[:, 0].astype(int)]])
    surface.uv = np.concatenate([surface.uv, pairs[:, 1:].astype(np.float32)])


def part_company(surface, part):
    """Give a part with a colour of its own copies of the vertices it shares with the skin."""
    shared = np.intersect1d(np.unique(surface.faces["skin"]), np.unique(surface.faces[part]))
    twin = np.arange(len(surface.source) + len(shared))
    twin[shared] = len(surface.source) + np.arange(len(shared))
    surface.faces[part] = twin[surface.faces[part]].astype(np.int32)
    surface.source = np.concatenate([surface.source, surface.source[shared]])
    surface.uv = np.concatenate([surface.uv, surface.uv[shared]])


def split_mesh(groups, uv, mean, weights, bones, chin_y):
    """MakeHuman's mesh -> Surface. uv (T, 2), mean (N, 3) adult in metres, weights (N, J)."""
    faces = triangles(groups["body"]["face_vertex_indices"]).numpy()
    uv_faces = triangles(groups["body"]["face_texture_coordinate_indices"]).numpy()
    limb = weights[faces].sum(1)
    masks = skin_masks(mean[faces].mean(1), uv[uv_faces].mean(1), limb, bones, chin_y)
    parts = {k: faces[mask] for k, mask in masks.items()} | helper_faces(groups)
    used = np.unique(np.concatenate([f.ravel() for f in parts.values()]))
    number = np.full(len(mean), -1)
    number[used] = np.arange(len(used))
    uv_of = np.zeros((len(used), 2), np.float32)
    body = masks["chest"] | masks["hands"] | masks["feet"]
    # the head comes last: where parts meet its uv stays
    for mask in (body, masks["socket"], masks["cavity"], masks["skin"]):
        uv_of[number[faces[mask]]] = uv[uv_faces[mask]]
    parts = {k: number[f].astype(np.int32) for k, f in parts.items()}
    around = np.concatenate([parts[k] for k in ("skin", "cavity", "socket")])
    surface = Surface(
        faces=parts,
        source=np.arange(len(used)),
        uv=uv_of,
        number=number,
        rims=rim(around, np.arange(len(around)) >= len(parts["skin"])),
        mouth_rim=np.intersect1d(np.unique(parts["skin"]), np.unique(parts["cavity"])),
    )
    open_seam(surface, uv[uv_faces[masks["skin"]]])
    for part in ("cavity", "socket", "chest"):
        part_company(surface, part)
    surface.source = used[surface.source]
    return surface


def head_vertices(faces, mean):
    """Vertices of head and shoulders, and how much each counts in the identity basis (V,).

    faces: a Surface's. mean (V, 3): the mean adult, origin at the head joint.
    """
    face = np.unique(np.concatenate([faces[k] for k in FACE_PARTS]))
    near = [face]
    for k in ("suit", "chest"):
        centre = mean[faces[k]].mean(1)
        close = (centre[:, 1] > -0.36) & (np.abs(centre[:, 0]) < 0.27)
        near.append(np.unique(faces[k][close]))
    weight = np.zeros(len(mean), np.float32)
    weight[face] = 0.5
    weight[face[(mean[face, 2] > 0.02) & (mean[face, 1] > -0.06)]] = 1.0
    return np.unique(np.concatenate(near)), weight
