"""Writing, always marked: a visible label on synthetic pictures and a signed manifest in every
file.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np

from .. import mark
from .clip import Clip, Stream
from .encoding import encode
from .errors import MediaError
from .files import as_path, first_line
from .picture import check_picture
from .sound import Sound, check_sound

ENDINGS = {".png": "image", ".jpg": "image", ".jpeg": "image", ".mp4": "video", ".wav": "sound"}
TAKES = {
    "image": "a picture (H, W, 3) uint8",
    "video": "a Clip or a Stream",
    "sound": "a Sound",
}
JPEG_QUALITY = 92  # no blocks to be seen


def write(
    path,
    what,
    lesson="00_start_here",
    ingredients=(),
    label=True,
    overwrite=False,
    quality=20,
    progress=None,
):
    """Write a picture (H, W, 3) uint8 to .png or .jpg, a Clip or Stream to .mp4, or a Sound to
    .wav; returns the path.

    Every file carries a signed C2PA manifest that says it is synthetic, names the lesson and the
    ingredients (paths of files it was made from); real footage (a clip whose info says
    synthetic=False) is marked as real and gets no label. label: draw the visible label too.
    overwrite: replace a file that is there. quality: x264's crf. progress: called with (frames
    done, frames in all) while a film is written; a Stream does not know its length, so both numbers
    are the same.

    Raises MediaError for what cannot be written or is not to be overwritten, and FileNotFoundError
    for an ingredient that is not there.
    """
    path = as_path(path)
    kind = _kind(path, what)
    check_place(path, overwrite)
    synthetic = not (kind == "video" and what.info.get("synthetic") is False)
    draw = mark.draw_label if label and synthetic else None
    with _workroom(path.parent) as folder:
        raw, signed = (Path(folder) / f"{n}{path.suffix.lower()}" for n in ("raw", "signed"))
        if kind == "image":
            _write_picture(raw, what, draw)
        elif kind == "video":
            with open(raw, "wb") as f:
                encode(f, what, quality, draw, progress)
        else:
            _write_sound(raw, what)
        mark.sign(
            raw,
            signed,
            lesson=lesson,
            title=path.name,
            ingredients=ingredients,
            synthetic=synthetic,
        )
        os.replace(signed, path)
    return path


def _kind(path, what):
    """image, video or sound, if the file's ending and what it shall hold agree."""
    kind = ENDINGS.get(path.suffix.lower())
    if kind is None:
        raise MediaError(
            f"{path.name!r} ends in nothing this course writes; use {', '.join(ENDINGS)} "
            "(only these can carry the signed mark)."
        )
    types = {"image": np.ndarray, "video": (Clip, Stream), "sound": Sound}
    if not isinstance(what, types[kind]):
        given = "an array" if isinstance(what, np.ndarray) else f"a {type(what).__name__}"
        raise MediaError(
            f"{path.suffix} takes {TAKES[kind]}, but this is {given}; use the matching ending."
        )
    return kind


def check_place(path, overwrite):
    if path.is_dir():
        raise MediaError(f"{path} is a folder; add a file name.")
    if not path.parent.is_dir():
        raise MediaError(f"the folder {path.parent} does not exist; make it first.")
    if path.exists() and not overwrite:
        raise MediaError(f"{path} is already there; choose another name or pass overwrite=True.")


def _workroom(folder):
    """A folder for half-written files beside the target: they are renamed, never copied."""
    try:
        return tempfile.TemporaryDirectory(dir=folder, prefix=".writing-")
    except OSError as e:
        raise MediaError(
            f"nothing can be written into the folder {folder} ({e.strerror or first_line(e)}); "
            "choose another, or change its permissions."
        ) from e


def _write_picture(path, picture, draw):
    from PIL import Image

    check_picture(picture)
    Image.fromarray(draw(picture) if draw else picture).save(path, quality=JPEG_QUALITY)


def _write_sound(path, sound):
    import soundfile

    check_sound(sound)
    samples = np.asarray(sound.samples).clip(-1, 1)
    soundfile.write(path, samples, int(sound.sample_rate), subtype="PCM_16")
