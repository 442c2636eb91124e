"""A path to a file that is there, can be read and holds something; else a sentence."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import MediaError


def as_path(path):
    if not isinstance(path, (str, os.PathLike)):
        raise MediaError(f"a file is given by its path, not by a {type(path).__name__}.")
    return Path(path).expanduser()


def existing(path):
    path = as_path(path)
    if path.is_dir():
        raise MediaError(f"{path} is a folder; give one file in it.")
    if not path.exists():
        near = []
        if path.parent.is_dir():
            near = sorted(p.name for p in path.parent.glob(path.stem[:3] + "*"))[:3]
        advice = (
            f"did you mean {', '.join(near)}?" if near else "check the spelling and the folder."
        )
        raise MediaError(f"there is no file {path}; {advice}")
    if path.stat().st_size == 0:
        raise MediaError(
            f"{path} is empty (0 bytes): the copy or download was cut short, get it again."
        )
    if not os.access(path, os.R_OK):
        raise MediaError(f"{path} may not be read by this user; change its permissions.")
    return path


def first_line(error):
    """What a library said, short enough for one sentence of ours."""
    return (str(error).splitlines() or [type(error).__name__])[0][:80]
