"""The baked human as tensors: one mesh for every actor, read from human.npz."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import torch

PATH = Path(__file__).with_name("human.npz")
HEAD_PARTS = ("skin", "cavity", "socket", "teeth", "tongue", "chest", "suit")
BODY_PARTS = ("skin", "cavity", "socket", "hands", "feet", "suit")
DRAWN_PARTS = ("skin", "cavity", "socket", "chest", "suit", "teeth", "tongue", "lashes", "eyes")
HEAD_UV = (0.635, 0.14, 1.0, 0.86)  # the head's island in MakeHuman's texture: u0, v0, u1, v1
# how far a bone takes its vertices along when the head turns; all other bones stay
HEAD_SHARE = dict(head=1.0, neck03=0.8, neck02=0.55, neck01=0.25)


@dataclass(frozen=True, eq=False)
class Human:
    """All that was baked. V vertices of the body, H of head and shoulders, J = 36 bones; metres.

    Faces and landmarks number the V vertices of the body; `head_ids` are the H among them.
    """

    names: list  # the 52 ARKit expressions
    bones: list  # names of the J bones
    phenotypes: list  # names of the nine dials
    parents: torch.Tensor  # (J,) the bone above, -1 for the root
    source: torch.Tensor  # (V,) vertex numbers in MakeHuman's mesh
    head_ids: torch.Tensor  # (H,)
    uv: torch.Tensor  # (V, 2) in MakeHuman's texture, y up
    ao: torch.Tensor  # (V,) share of the sky that is seen, 0..1
    head_mean: torch.Tensor  # (H, 3) origin at the head joint
    head_basis: torch.Tensor  # (80, H, 3) for scores of unit variance
    head_std: torch.Tensor  # (80,)
    head_from_phenotypes: torch.Tensor  # (55, 80) from `features`
    head_residual: torch.Tensor  # (80,) standard deviation of what phenotypes do not foretell
    expression: torch.Tensor  # (52, H, 3) displacements
    body_mean: torch.Tensor  # (V, 3) origin at the pelvis
    body_basis: torch.Tensor  # (24, V, 3)
    body_std: torch.Tensor  # (24,)
    joint_mean: torch.Tensor  # (J, 3)
    joint_basis: torch.Tensor  # (24, J, 3)
    body_from_phenotypes: torch.Tensor  # (55, 24)
    body_residual: torch.Tensor  # (24,)
    skin_weights: torch.Tensor  # (V, J) rows sum to 1
    landmarks: torch.Tensor  # (68,) in iBUG's order
    mouth_rim: torch.Tensor  # where the lips' skin meets the inside of the mouth
    eye_rim_left: torch.Tensor
    eye_rim_right: torch.Tensor
    keypoint_ids: torch.Tensor  # (5, 8) nose, eyes and ears as weighted means of vertices
    keypoint_weights: torch.Tensor  # (5, 8)
    hand_ids: torch.Tensor  # (K,) vertices of both hands
    hand_relaxed: torch.Tensor  # (K, 3) displacements of hands that hang, from the spread ones
    faces_skin: torch.Tensor  # (F, 3) as all faces_*
    faces_cavity: torch.Tensor
    faces_socket: torch.Tensor
    faces_chest: torch.Tensor
    faces_hands: torch.Tensor
    faces_feet: torch.Tensor
    faces_suit: torch.Tensor
    faces_teeth: torch.Tensor
    faces_tongue: torch.Tensor
    faces_lashes: torch.Tensor
    faces_eyes: torch.Tensor
    albedo_mean: torch.Tensor | None = None  # (H, 3) linear RGB
    albedo_basis: torch.Tensor | None = None  # (40, H, 3)
    albedo_std: torch.Tensor | None = None  # (40,)

    @cached_property
    def to_head(self):
        """The number of each body vertex among the head's, -1 where it is none (V,)."""
        numbers = torch.full((len(self.uv),), -1)
        numbers[self.head_ids] = torch.arange(len(self.head_ids))
        return numbers

    @cached_property
    def head_faces(self):
        """The parts' faces (F, 3) in the head's vertex numbers, by name."""
        parts = {}
        for name in DRAWN_PARTS:
            f = self.to_head[getattr(self, f"faces_{name}")]
            parts[name] = f[(f >= 0).all(1)]
        return parts

    @cached_property
    def landmarks_head(self):
        """The 68 landmarks in the head's vertex numbers (68,)."""
        return self.to_head[self.landmarks]

    @cached_property
    def follow(self):
        """How far each head vertex follows the head (H,): 1 on the skull, 0 at the chest."""
        share = torch.tensor([HEAD_SHARE.get(b, 0.0) for b in self.bones])
        return (self.skin_weights @ share)[self.head_ids]

    @cached_property
    def expression_at(self):
        """The number of each expression by name."""
        return {name: i for i, name in enumerate(self.names)}


def as_tensor(array):
    """A baked array as used: words as a list, float16 as float32, integers as int64."""
    if array.dtype.kind == "U":
        return [str(x) for x in array]
    t = torch.from_numpy(array)
    if array.dtype == np.float16:
        return t.float()
    return t.long() if array.dtype.kind == "i" else t


@lru_cache(maxsize=1)
def load(path=None):
    """The baked human from a file made by data_scripts/bake_human.py; None: the one at PATH."""
    path = path or PATH
    if not Path(path).exists():
        raise FileNotFoundError(
            f"{path} is missing: run `python data_scripts/bake_human.py` to make it, "
            "or reinstall the course."
        )
    known = {f.name for f in fields(Human)}
    with np.load(path) as z:
        arrays = {k: as_tensor(z[k]) for k in z.files if k in known}
    arrays["ao"] = arrays["ao"].float() / 255
    weights = arrays["skin_weights"].float()
    arrays["skin_weights"] = torch.nn.functional.normalize(weights, p=1, dim=1)
    return Human(**arrays)
