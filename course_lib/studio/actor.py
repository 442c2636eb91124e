"""An actor: a person who does not exist, as numbers, and the mesh and textures made of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import torch

from ..human import load
from . import paint, wardrobe
from .head import CLOTH_KINDS, build_head
from .skin import skin_tone

# how much of the scalp's colour the roots cover
ROOTS = dict(bald=0.0, buzz=0.72, short=0.92, quiff=0.92, curly=0.92, bob=0.92, long=0.92, bun=0.92)
HAIR_KINDS = tuple(ROOTS)


@dataclass(eq=False)
class Actor:
    """A person who does not exist. `identity` (80,) are head PCA scores, `body` (24,) body scores,
    both of unit variance."""

    seed: int
    phenotypes: dict
    identity: torch.Tensor
    body: torch.Tensor
    look: dict = field(repr=False)

    def __post_init__(self):
        if self.look["hair"] not in HAIR_KINDS or self.look["cloth"] not in CLOTH_KINDS:
            raise ValueError(
                f"hair must be one of {HAIR_KINDS} and cloth one of {CLOTH_KINDS}, "
                f"not {self.look['hair']!r} and {self.look['cloth']!r}."
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
        if identity is None:
            identity = self.identity
        return replace(
            self,
            look=new,
            identity=torch.as_tensor(identity, dtype=torch.float32),
            phenotypes=phenotypes or self.phenotypes,
        )

    @cached_property
    def head(self):
        """Neutral head vertices (6 637, 3) in metres from the identity basis."""
        h = load()
        return h.head_mean + torch.einsum("k,kvc->vc", self.identity, h.head_basis)

    @cached_property
    def atlas(self):
        """All textures in one picture, (3, 1024, 1024) linear RGB."""
        return paint.paint_atlas(self.look)

    @cached_property
    def body_atlas(self):
        """The textures of the whole body in one picture, (3, 1024, 1024) linear RGB."""
        return wardrobe.paint_body_atlas(self.atlas, self.look, skin_tone(self.look))

    @cached_property
    def mesh(self):
        return build_head(self)

    @property
    def description(self):
        sex = "woman" if self.phenotypes["gender"] > 0.5 else "man"
        age = round(22 + 58 * (self.phenotypes["age"] - 0.67) / 0.33)
        hair = self.look["hair"]
        return f"actor {self.seed}: {sex}, about {age}, {hair} hair, {self.look['cloth']}"
