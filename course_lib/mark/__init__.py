"""Provenance: the visible label, the signed manifest, and one call that tells a stranger what a
file is.
"""

from .label import draw_label
from .manifest import Verdict, sign, verify

__all__ = ["draw_label", "sign", "verify", "Verdict"]
