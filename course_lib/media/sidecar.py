"""A clip and its truth as two files: a marked MP4 and, beside it, NAME.truth.npz."""

from __future__ import annotations

import ast

import numpy as np

from .files import as_path
from .reading import read_video
from .writing import write


def save(clip, path, **options):
    """Write a marked MP4 (options as media.write) and, beside it, its truth as NAME.truth.npz."""
    path = write(path, clip, **options)
    if clip.truth:
        arrays = {k: np.asarray(v) for k, v in clip.truth.items() if k != "phonemes"}
        if "phonemes" in clip.truth:
            arrays["phonemes"] = np.array([repr(tuple(x)) for x in clip.truth["phonemes"]])
        np.savez_compressed(path.with_suffix(".truth.npz"), **arrays)
    return path


def load(path):
    """A clip written by save, with its truth."""
    clip = read_video(path)
    sidecar = as_path(path).with_suffix(".truth.npz")
    if sidecar.exists():
        with np.load(sidecar) as z:
            clip.truth = {k: z[k] for k in z.files}
        if "phonemes" in clip.truth:
            rows = clip.truth["phonemes"]
            clip.truth["phonemes"] = [ast.literal_eval(str(row)) for row in rows]
        clip.__post_init__()
    return clip
