"""The reader's own footage: who agreed to it, and which of its frames are fit to train on."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np

from .reading import read
from .writing import write

FEWEST = 20  # frames with a good face: with fewer there is nothing to train on
WORDS = 8  # letters that a consent has at least


def consented(*names):
    """The files that the reader gave in these environment variables, or None where one is missing.

    Prints the consent in COURSE_CONSENT, or that nothing was given. Raises ValueError where files
    are given and nobody is said to have agreed.
    """
    files = [os.environ.get(name, "") for name in names]
    if not all(files):
        print("no clips given: skipped")
        return None
    consent = os.environ.get("COURSE_CONSENT", "")
    if len(consent) < WORDS:
        raise ValueError("say in COURSE_CONSENT who agreed, for example 'both clips show me'.")
    print(f"consent: {consent}")
    return files


def frame_faults(found, seen, crops, quality=0.6, sharpness=0.15):
    """What is wrong with each frame of a film, (T,) of str: "" where it is good.

    found: the Faces of each frame; seen (T,) bool: whether the person was among them; crops
    (T, S, S, 3) uint8. "no face"; "score": below `quality`; "blurred": less sharp than `sharpness`
    times the film's median. Raises ValueError for fewer than FEWEST good frames.
    """
    score = np.array([f.scores.max() if len(f.scores) else 0.0 for f in found])
    grey = [cv2.cvtColor(np.ascontiguousarray(c), cv2.COLOR_RGB2GRAY) for c in crops]
    sharp = np.array([cv2.Laplacian(g, cv2.CV_32F).var() for g in grey])
    blurred = np.where(sharp < sharpness * np.median(sharp), "blurred", "")
    faults = np.where(~seen, "no face", np.where(score < quality, "score", blurred))
    good = int((faults == "").sum())
    if good < FEWEST:
        raise ValueError(
            f"only {good} of {len(faults)} frames show a good face; {FEWEST} are the least that "
            "can be trained on."
        )
    return faults


def read_own(path, max_side=480):
    """A reader's clip, or the crops (N, S, S, 4) that data_scripts/prepare_clip.py made of one."""
    if str(path).endswith(".npz"):
        with np.load(path) as stored:
            return stored["crops"]
    return read(path, max_side=max_side)


def write_own(name, clip, lesson, ingredients):
    """Write a clip made of own footage, marked, to COURSE_OUT (or outputs) and say where."""
    folder = Path(os.environ.get("COURSE_OUT", "outputs"))
    folder.mkdir(parents=True, exist_ok=True)
    made = write(folder / name, clip, lesson=lesson, ingredients=ingredients, overwrite=True)
    print("written to", made)
    return made
