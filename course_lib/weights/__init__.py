"""The networks that ship with the course, and where published ones lie: one manifest, one loader
that checks the hash.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from ..mark.certificate import home

FOLDER = Path(__file__).parent
MANIFEST = FOLDER / "manifest.json"


def manifest():
    """All shipped networks: name -> dict of file, lesson, recipe, seconds, sha256, bytes,
    licence.
    """
    return json.loads(MANIFEST.read_text(encoding="utf-8"))


@cache
def path(name):
    """Where the shipped network `name` lies, its bytes compared with the manifest's SHA-256.

    Raises ValueError for a name that is not in the manifest, FileNotFoundError where the file is
    missing, and OSError where it is not the file that was shipped.
    """
    shipped = manifest()
    if name not in shipped:
        raise ValueError(
            f"no network {name!r} ships with the course; choose from {', '.join(shipped)}."
        )
    file = FOLDER / shipped[name]["file"]
    lesson = shipped[name]["lesson"][:2]
    remedy = f"run `make checkpoints LESSON={lesson}` to train it again, or reinstall the course."
    if not file.is_file():
        raise FileNotFoundError(f"{file} is missing: {remedy}")
    if hashlib.sha256(file.read_bytes()).hexdigest() != shipped[name]["sha256"]:
        raise OSError(f"{file} is not the file that was shipped (its SHA-256 differs): {remedy}")
    return file


def register(name, seconds=None, **recipe):
    """Enter a network that was just trained into the manifest -> its SHA-256. `seconds` of
    training, and its recipe.
    """
    shipped = manifest()
    row = shipped[name]
    data = (FOLDER / row["file"]).read_bytes()
    row |= dict(recipe=recipe, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
    if seconds is not None:
        row["seconds"] = round(seconds)
    MANIFEST.write_text(json.dumps(shipped, indent=1) + "\n", encoding="utf-8")
    path.cache_clear()
    return row["sha256"]


def fetched():
    """Where data_scripts/get_weights.py puts published weights: a folder laid out like
    torch.hub's.
    """
    return home() / "weights" / "hub"


def read(name):
    """The tensors of the shipped network `name` as float32: dict of name -> tensor.

    Raises what `path` raises.
    """
    from safetensors.torch import load_file

    return {k: v.float() for k, v in load_file(path(name)).items()}
