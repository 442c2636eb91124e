"""The baked human: one mesh for every actor (human.npz, made by data_scripts/bake_human.py)."""

from .data import BODY_PARTS, HEAD_PARTS, HEAD_UV, PATH, Human, load
from .geometry import expression_weights, features

__all__ = [
    "BODY_PARTS",
    "HEAD_PARTS",
    "HEAD_UV",
    "PATH",
    "Human",
    "expression_weights",
    "features",
    "load",
]
