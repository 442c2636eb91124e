"""Heads that no basis foretells: smooth bends of their own on top of the baked directions."""

from __future__ import annotations

from functools import partial

import torch

from ..human import load
from .actor import Actor
from .casting import stream

BENDS = 60  # places of a head that are moved
REACH = (0.012, 0.030)  # metres over which one of them fades, half a nostril to half an eye's width
FRONT = 0.02  # metres before the head's joint: where the face begins


def quirky(actor, millimetres=1.2):
    """The same actor with a head of its own: every part of the face moved a little, to the left
    otherwise than to the right, by a smooth field that the 80 baked directions do not hold.

    millimetres: root mean square of the move over the head's front, 0 to 3.
    Hair, clothes, paint and `identity` stay; a changed copy (`but`) loses the moves.
    Raises TypeError for anything that is no Actor, and ValueError for a move outside 0 to 3.
    """
    if not isinstance(actor, Actor):
        raise TypeError(f"quirky needs an actor from cast, not {actor!r}.")
    if not 0 <= millimetres <= 3:
        raise ValueError(f"a face is moved by 0 to 3 millimetres, not {millimetres!r}.")
    h = load()
    x = h.head_mean
    front = (x[:, 2] > FRONT) & (h.follow > 0.99)
    draw = partial(stream, actor.seed)
    centres = x[front][torch.from_numpy(draw("quirk places").integers(0, int(front.sum()), BENDS))]
    reach = torch.from_numpy(draw("quirk reach").uniform(*REACH, BENDS)).float()
    push = torch.from_numpy(draw("quirks").normal(size=(BENDS, 3))).float() * reach[:, None]
    field = torch.exp(-((torch.cdist(x, centres) / reach) ** 2) / 2) @ push
    size = field[front].square().sum(1).mean().sqrt()
    own = actor.but()
    own.head = actor.head + field * h.follow[:, None] * (millimetres / 1000 / size)
    return own
