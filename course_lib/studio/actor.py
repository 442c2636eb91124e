"""An actor: a person who does not exist, as numbers, and the mesh and textures made of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import torch
import torch.nn.functional as F

from ..human import HEAD_PARTS, load
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
