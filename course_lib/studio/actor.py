"""Actors: `cast(seed)` draws an adult of any sex, age, build and skin, and dresses them for the camera."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import torch
import torch.nn.functional as F

from ..human import HEAD_PARTS, features, load
from ..taught.foundations.faces_in_3d import edge_table, vertex_normals
from . import hair, paint

HAIR_KINDS = ("bald", "buzz", "short", "quiff", "curly", "bob", "long", "bun")
CLOTH_KINDS = ("turtleneck", "crew", "stripes", "vneck", "shirt", "jacket")
PARTS = (
    "background",
    "skin",
    "mouth",
    "teeth",
    "tongue",
    "eyes",
    "lashes",
    "hair",
    "clothes",
    "body skin",
)
PART_OF = dict(
    skin=1, cavity=2, socket=1, teeth=3, tongue=4, eyes=5, lashes=6, hair=7, suit=8, chest=9
)


@dataclass
class Mesh:
    """One actor's head and shoulders at rest: what `film` poses and draws. V vertices, F faces, E edges."""

    rest: torch.Tensor  # (V, 3) metres, origin at the head joint
    faces: torch.Tensor  # (F, 3)
    edges: torch.Tensor  # (E, 4) see taught.faces_in_3d.edge_table
    part: torch.Tensor  # (F,) index into PARTS
    uv: torch.Tensor  # (V, 2) atlas coordinates
    shade: torch.Tensor  # (V, 3): ambient occlusion, broad and sharp specular strength
    follow: torch.Tensor  # (V,) share of the head's rotation each vertex takes
    expression: torch.Tensor  # (52, M, 3) displacements of the first M vertices
    landmarks: torch.Tensor  # (68,) vertex numbers
    eyes: list  # per eye: (first, last + 1) vertices and unit directions (n, 3)

    def to(self, device):
        move = lambda x: (
            x.to(device) if torch.is_tensor(x) else [(a, b, d.to(device)) for a, b, d in x]
        )
        return Mesh(**{k: move(v) for k, v in vars(self).items()})


@dataclass(eq=False)
class Actor:
    """A person who does not exist. `identity` (80,) are head PCA scores (unit variance), `body` (24,) body scores."""

    seed: int
    phenotypes: dict
    identity: torch.Tensor
    body: torch.Tensor
    look: dict = field(repr=False)

    def __post_init__(self):
        if self.look["hair"] not in HAIR_KINDS or self.look["cloth"] not in CLOTH_KINDS:
            raise ValueError(
                f"hair must be one of {HAIR_KINDS} and cloth one of {CLOTH_KINDS}, not {self.look['hair']!r} and {self.look['cloth']!r}."
            )

    def but(self, identity=None, phenotypes=None, **look):
        """The same actor with another look, for example actor.but(hair="bob", melanin=0.6)."""
        unknown = sorted(set(look) - set(self.look))
        if unknown:
            raise ValueError(
                f"an actor's look has no {unknown[0]!r}; it has {', '.join(sorted(self.look))}."
            )
        new = self.look | look
        if "hair" in look and "roots" not in look:
            new["roots"] = ROOTS.get(look["hair"], 0.0)
        return replace(
            self,
            look=new,
            identity=self.identity
            if identity is None
            else torch.as_tensor(identity, dtype=torch.float32),
            phenotypes=phenotypes or self.phenotypes,
        )

    @cached_property
    def head(self):
        """Neutral head vertices (6 477, 3) in metres from the identity basis."""
        h = load()
        return h.head_mean + torch.einsum("k,kvc->vc", self.identity, h.head_basis)

    @cached_property
    def atlas(self):
        """All textures in one picture, (3, 1024, 1024) linear RGB."""
        return paint.paint_atlas(self.look)

    @cached_property
    def mesh(self):
        return build_mesh(self)

    @property
    def description(self):
        p, k = self.phenotypes, self.look
        age = int(round(22 + 58 * (p["age"] - 0.67) / 0.33))
        return f"actor {self.seed}: {'woman' if p['gender'] > 0.5 else 'man'}, about {age}, {k['hair']} hair, {k['cloth']}"


ROOTS = dict(bald=0.0, buzz=0.72, short=0.92, quiff=0.92, curly=0.92, bob=0.92, long=0.92, bun=0.92)
HAIR_COLOURS = dict(
    black=(0.012, 0.010, 0.009),
    darkbrown=(0.030, 0.018, 0.011),
    brown=(0.075, 0.040, 0.020),
    auburn=(0.14, 0.042, 0.016),
    blond=(0.36, 0.23, 0.10),
    grey=(0.30, 0.29, 0.28),
    white=(0.58, 0.56, 0.53),
)
IRIS = dict(
    brown=(0.085, 0.035, 0.014),
    hazel=(0.14, 0.085, 0.030),
    green=(0.12, 0.15, 0.065),
    blue=(0.13, 0.22, 0.34),
    grey=(0.20, 0.23, 0.25),
)
CLOTH = (
    (0.05, 0.09, 0.20),
    (0.42, 0.06, 0.06),
    (0.06, 0.19, 0.12),
    (0.55, 0.53, 0.48),
    (0.035, 0.036, 0.04),
    (0.45, 0.30, 0.09),
    (0.13, 0.10, 0.25),
    (0.07, 0.25, 0.32),
    (0.50, 0.22, 0.20),
    (0.22, 0.22, 0.24),
)


def cast(seed: int) -> Actor:
    """Draw an adult actor. The same seed gives the same person, always; different seeds differ in everything.

    seed: a whole number of 0 or more. Returns an Actor.
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"cast needs a whole number of 0 or more as its seed, not {seed!r}.")
    h, rng = load(), np.random.default_rng([7, int(seed)])
    female = rng.random() < 0.5
    gender = 1 - rng.random() * 0.12 if female else rng.random() * 0.12
    age = 0.67 + 0.31 * rng.random() ** 1.4
    origin = rng.dirichlet((0.55, 0.55, 0.55))
    ph = dict(
        gender=gender,
        age=age,
        muscle=rng.uniform(0.35, 0.7),
        weight=rng.uniform(0.3, 0.7),
        height=rng.uniform(0.35, 0.65),
        proportions=rng.uniform(0.45, 0.85),
        african=origin[0],
        asian=origin[1],
        caucasian=origin[2],
    )
    f = features([ph[k] for k in h.phenotypes])
    gauss = lambda n: torch.as_tensor(rng.standard_normal(n).clip(-2, 2), dtype=torch.float32)
    identity = (f @ h.head_from_phenotypes + 0.75 * h.head_residual * gauss(80)).clamp(-2.6, 2.6)
    body = (f @ h.body_from_phenotypes + 0.4 * h.body_residual * gauss(24)).clamp(-2.6, 2.6)
    old = (age - 0.67) / 0.33
    melanin = float(np.clip(origin @ (0.74, 0.27, 0.10) + rng.normal(0, 0.07), 0.02, 0.92))
    dark = melanin > 0.42 or origin[1] > 0.55
    names = (
        ["black", "darkbrown"]
        if dark
        else ["black", "darkbrown", "brown", "brown", "auburn", "blond"]
    )
    hair_name = str(rng.choice(names))
    if old > 0.55 and rng.random() < 0.7:
        hair_name = "white" if old > 0.8 and rng.random() < 0.5 else "grey"
    colour = np.array(HAIR_COLOURS[hair_name]) * rng.uniform(0.85, 1.2)
    base = np.array(HAIR_COLOURS["darkbrown" if hair_name in ("grey", "white") else hair_name])
    iris = str(
        rng.choice(["brown"] * 5 if dark else ["brown", "hazel", "green", "blue", "blue", "grey"])
    )
    if female:
        kind = str(
            rng.choice(
                ["bob", "long", "long", "bun", "short"] + (["curly"] * 3 if origin[0] > 0.5 else [])
            )
        )
    else:
        kind = str(
            rng.choice(
                ["short", "short", "quiff", "buzz"]
                + (["bald", "buzz"] if old > 0.4 else [])
                + (["curly", "buzz"] if origin[0] > 0.5 else [])
            )
        )
    beard = (
        0.0
        if female
        else float(rng.choice([0.04, 0.12, 0.22, 0.5, 0.8], p=[0.3, 0.25, 0.2, 0.15, 0.1]))
    )
    c = [np.array(CLOTH[i]) * rng.uniform(0.8, 1.2) for i in rng.permutation(len(CLOTH))[:5]]
    cloth = str(rng.choice(CLOTH_KINDS))
    look = dict(
        seed=int(seed) * 101 + 11,
        melanin=melanin,
        blood=float(rng.uniform(0.22, 0.42)),
        flush=float(rng.uniform(0.3, 1.0)),
        freckles=float(rng.random() ** 3 * (melanin < 0.3)),
        moles=float(rng.random() < 0.35),
        age=float(old),
        lips=float(rng.uniform(0.28, 0.5) + 0.22 * female * rng.random()),
        hair=kind,
        hair_colour=colour.tolist(),
        brow_colour=(0.45 * colour + 0.35 * base).tolist(),
        roots=ROOTS[kind],
        brow_height=float(rng.uniform(-0.0012, 0.0016)),
        brow_arch=float(rng.uniform(-0.15, 0.7) + 0.3 * female),
        brow_thickness=float(rng.uniform(0.8, 1.25) * (0.78 if female else 1.08)),
        brow_strength=float(rng.uniform(0.68, 0.92)),
        beard=beard,
        lash=float(0.62 + 0.38 * female),
        lash_length=float(0.22 + 0.28 * female * rng.random()),
        shadow=float(0.35 * (female and rng.random() < 0.4)),
        shadow_colour=[0.55, 0.45, 0.50],
        iris=(np.array(IRIS[iris]) * rng.uniform(0.8, 1.25)).tolist(),
        pupil=float(rng.uniform(0.17, 0.24)),
        teeth=float(rng.uniform(0.85, 1.0)),
        cloth=cloth,
        cloth_colour=c[0].clip(0.02, 0.75).tolist(),
        second_colour=([0.62, 0.62, 0.62] if cloth == "jacket" else c[1].clip(0.02, 0.75).tolist()),
        trouser_colour=(c[2] * 0.6).clip(0.02, 0.5).tolist(),
        shoe_colour=(c[3] * 0.35).clip(0.015, 0.3).tolist(),
        tie=bool(rng.random() < 0.5 and not female),
        tie_colour=c[4].clip(0.03, 0.6).tolist(),
        volume=float(rng.uniform(0.8, 1.25)),
        parting=float(rng.choice([-1.0, 1.0])),
    )
    return Actor(int(seed), {k: float(v) for k, v in ph.items()}, identity, body, look)


def eye_geometry(head):
    """Centres (2, 3) and radii (2,) of the actor's eyeballs, the person's left first."""
    f = load().head_faces["eyes"]
    sides = [head[torch.unique(f[:140])], head[torch.unique(f[140:])]]
    c = torch.stack([(s.amax(0) + s.amin(0)) / 2 for s in sides])
    r = torch.stack([(s.amax(0) - s.amin(0))[:2].mean() / 2 for s in sides])
    return c, r


def eyeball(rings=11, spokes=20, reach=1.75):
    """The front of a unit sphere around +z -> directions (n, 3), faces (m, 3)."""
    theta = torch.linspace(0, reach, rings + 1)[1:, None]
    phi = torch.arange(spokes) * (2 * np.pi / spokes)
    d = torch.stack(
        [theta.sin() * phi.cos(), theta.sin() * phi.sin(), theta.cos().expand(rings, spokes)], -1
    ).reshape(-1, 3)
    d = torch.cat([torch.tensor([[0.0, 0.0, 1.0]]), d])
    i = torch.arange(spokes)
    j = (i + 1) % spokes
    faces = [torch.stack([torch.zeros_like(i), 1 + i, 1 + j], 1)]
    for k in range(rings - 1):
        a, b = 1 + k * spokes, 1 + (k + 1) * spokes
        faces += [torch.stack([a + i, b + i, b + j], 1), torch.stack([a + i, b + j, a + j], 1)]
    return d, torch.cat(faces)


def eye_uv(directions):
    """Directions on the eyeball (..., 3), +z along the gaze -> atlas coordinates (..., 2)."""
    theta = torch.acos(directions[..., 2:].clamp(-1, 1))
    flat = F.normalize(directions[..., :2], dim=-1) * theta / 1.745
    return paint.tile_uv("eyes", torch.stack([flat[..., 0], -flat[..., 1]], -1) / 2 + 0.5)


def clip_faces(values, faces, height):
    """Cut a mesh where height (V,) reaches 0 and keep what lies below: attributes (V, C) -> new attributes, new faces."""
    above = height[faces] > 0
    n_above = above.sum(1)
    kept = [faces[n_above == 0]]
    new_values, count = [values], len(values)

    def cross(a, b):
        t = (height[a] / (height[a] - height[b]))[:, None]
        return values[a] + t * (values[b] - values[a])

    for n in (1, 2):
        f, lone = faces[n_above == n], (above if n == 1 else ~above)[n_above == n].long().argmax(1)
        a, b, c = (f.gather(1, ((lone + k) % 3)[:, None])[:, 0] for k in range(3))
        new_values += [cross(a, b), cross(a, c)]
        ab = torch.arange(len(f)) + count
        ac = ab + len(f)
        count += 2 * len(f)
        kept += (
            [torch.stack([ab, b, c], 1), torch.stack([ab, c, ac], 1)]
            if n == 1
            else [torch.stack([a, ab, ac], 1)]
        )
    return torch.cat(new_values), torch.cat(kept)


def dress(actor, normal, ao):
    """The upper garment: looser than the skin and cut at the collar's line. normal (N, 3), ao (N,) of the head's vertices."""
    h, look = load(), actor.look
    ids, f = torch.unique(h.head_faces["suit"], return_inverse=True)
    rest = actor.head[ids]
    z_axis, top = float(rest[rest[:, 1] > -0.16, 2].mean()), float(rest[:, 1].amax())
    rest = (
        rest
        + normal[ids]
        * (0.010 if look["cloth"] == "jacket" else 0.006)
        * paint.smooth(-rest[:, 1], 0.06, 0.16)[:, None]
    )
    angle = torch.atan2(rest[:, 0], rest[:, 2] - z_axis)
    front = torch.cos(angle / 2) ** 2
    side, dip, power = dict(
        turtleneck=(0.0, 0.0, 1),
        crew=(0.060, 0.032, 2),
        stripes=(0.058, 0.036, 2),
        vneck=(0.056, 0.120, 5),
        shirt=(0.026, 0.036, 4),
        jacket=(0.028, 0.038, 4),
    )[look["cloth"]]
    level = (
        (rest[:, 1] - (top - side - dip * front**power)) if side else torch.full_like(front, -1.0)
    )
    uv = paint.tile_uv(
        "cloth", torch.stack([0.5 + angle / (2 * np.pi), (top - 0.02 - rest[:, 1]) / 0.32], 1)
    )
    rim = 1 - 0.25 * paint.smooth(-level, 0.010, 0.006) * (side > 0)
    shade = torch.stack(
        [(0.25 + 0.75 * ao[ids]) * rim, torch.full_like(front, 0.012), torch.zeros_like(front)], 1
    )
    values, f = clip_faces(torch.cat([rest, uv, shade, h.follow[ids, None]], 1), f, level)
    return dict(
        rest=values[:, :3], uv=values[:, 3:5], shade=values[:, 5:8], follow=values[:, 8], faces=f
    )


def build_mesh(actor):
    h, rest, look = load(), actor.head.clone(), actor.look
    parts, uv = h.head_faces, paint.head_uv(h.uv[h.head_ids])
    ao = h.ao[h.head_ids].clone()
    normal = vertex_normals(rest[None], torch.cat([parts[k] for k in ("skin", "suit", "chest")]))[0]
    n = len(rest)
    shade = torch.zeros(n, 3)
    skin_v = torch.unique(parts["skin"])
    shade[:, 0] = 0.18 + 0.82 * ao
    shade[skin_v, 1], shade[skin_v, 2] = 0.055, 0.0
    shade[h.landmarks_head[48:], 1] = 0.10
    # the mouth darkens inwards; teeth and tongue sit in its shadow
    depth = rest[:, 2] - rest[h.landmarks_head[62], 2]
    for k, lo, hi in (("cavity", 0.02, 0.55), ("teeth", 0.25, 0.95), ("tongue", 0.15, 0.8)):
        v = torch.unique(parts[k])
        shade[v, 0] = lo + (hi - lo) * paint.smooth(
            depth[v], -0.045 if k == "teeth" else -0.035, -0.004
        )
        shade[v, 1] = 0.03
        shade[v, 2] = 0.10 if k == "teeth" else 0.05
    inner = torch.unique(parts["cavity"])
    uv[inner] = paint.tile_uv("mouth", torch.full((len(inner), 2), 0.5))
    shade[torch.unique(parts["socket"]), 1] = 0.03
    t = torch.unique(parts["tongue"])
    uv[t] = paint.tile_uv("tongue", torch.full((len(t), 2), 0.5))
    t = torch.unique(parts["teeth"])
    arch = torch.atan2(rest[t, 0], rest[t, 2] - rest[t, 2].amin()) / 3.2 + 0.5
    row_mid = (rest[t, 1].amax() + rest[t, 1].amin()) / 2
    uv[t] = paint.tile_uv("teeth", torch.stack([arch, (rest[t, 1] - row_mid).abs() / 0.02], 1))
    rest[t] = rest[t] + torch.tensor([0.0, 0.0, -0.0035])
    for k in ("socket", "chest"):
        v = torch.unique(parts[k])
        uv[v] = paint.tile_uv("skin", torch.full((len(v), 2), 0.5))
    faces = {k: parts[k] for k in HEAD_PARTS if k != "suit"}
    # short lashes: pull the lash strips back towards the lid
    lash_v = torch.unique(parts["lashes"])
    rim = rest[torch.cat([h.to_head[h.eye_rim_left], h.to_head[h.eye_rim_right]])]
    near = rim[torch.cdist(rest[lash_v], rim).argmin(1)]
    rest[lash_v] = (
        near + (rest[lash_v] - near) * look["lash_length"] + torch.tensor([0.0, 0.0, 0.0003])
    )
    uv[lash_v] = paint.tile_uv("shoes", torch.full((len(lash_v), 2), 0.5))
    shade[lash_v] = torch.tensor([0.05, 0.0, 0.0])
    if look["lash_length"] > 0.3:
        faces["lashes"] = torch.cat([parts["lashes"], parts["lashes"].flip(1)])
    rests, uvs, shades, follows = [rest], [uv], [shade], [h.follow]
    # eyeballs
    centres, radii = eye_geometry(actor.head)
    d, f = eyeball()
    eyes, start = [], n
    for c, r in zip(centres, radii, strict=True):
        bulge = 1 + 0.025 * paint.smooth(d[:, 2], 0.84, 0.99)
        rests.append(c + d * r * bulge[:, None])
        uvs.append(eye_uv(d))
        lid = paint.smooth(d[:, 1], 0.55, 0.05) * paint.smooth(d[:, 0].abs(), 0.85, 0.45)
        shades.append(
            torch.stack(
                [0.34 + 0.66 * lid, torch.full_like(lid, 0.0), torch.full_like(lid, 0.75)], 1
            )
        )
        follows.append(torch.ones(len(d)))
        faces.setdefault("eyes", []).append(f + start)
        eyes.append((start, start + len(d), d))
        start += len(d)
    faces["eyes"] = torch.cat(faces["eyes"])
    # clothes and hair
    for name, grown in (("suit", dress(actor, normal, ao)), ("hair", hair.grow(actor))):
        if grown is None:
            continue
        rests.append(grown["rest"])
        uvs.append(grown["uv"])
        shades.append(grown["shade"])
        follows.append(grown["follow"])
        faces[name] = grown["faces"] + start
        start += len(grown["rest"])
    all_faces = torch.cat(list(faces.values()))
    part = torch.cat(
        [torch.full((len(f),), PART_OF[k], dtype=torch.uint8) for k, f in faces.items()]
    )
    rest, uv, shade, follow = (torch.cat(x) for x in (rests, uvs, shades, follows))
    # keep only what is drawn; landmarks and the moving vertices stay first
    used = torch.zeros(len(rest), dtype=torch.bool)
    used[all_faces.flatten()] = True
    used[h.landmarks_head] = True
    new = used.cumsum(0) - 1
    moving = int(used[:n].sum())
    all_faces = new[all_faces]
    eyes = [(int(new[a]), int(new[b - 1]) + 1, d) for a, b, d in eyes]
    return Mesh(
        rest[used],
        all_faces,
        edge_table(all_faces),
        part,
        uv[used],
        shade[used],
        follow[used],
        h.expression[:, used[:n]].contiguous()[:, :moving],
        new[h.landmarks_head],
        eyes,
    )
