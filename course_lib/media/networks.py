"""The networks that ship with the course, as media needs them: what is wrong is said in a
sentence.
"""

from __future__ import annotations

from .. import weights
from .errors import MediaError


def shipped(name):
    """Where the shipped network lies, its bytes checked.

    Raises MediaError where it is missing or altered, so that a caller who handles bad footage in
    one place handles this too.
    """
    try:
        return weights.path(name)
    except OSError as e:
        raise MediaError(str(e)) from e
