"""A dubbed film against the film that would have been shot: its mouth, read from the pixels."""

from __future__ import annotations

import cv2
import numpy as np
from sklearn.linear_model import Ridge

from .metrics import as_floats, decibels
from .swaps import correlation

CLOSED = 0.05  # widths of the mouth between the lips, below which they count as closed


def openings(marks):
    """Landmarks (T, 68, 2) -> the distance between the inner lips, in mean widths of the mouth."""
    marks = np.asarray(marks)
    width = np.linalg.norm(marks[:, 54] - marks[:, 48], axis=1).mean()
    return np.linalg.norm(marks[:, 66] - marks[:, 62], axis=1) / width


def lip_boxes(marks, margin=0.2):
    """Landmarks (T, 68, 2) in pixels -> for each frame a pair of slices, rows and columns of a box
    round the lips. margin: in widths of the mouth. Where landmarks are NaN the box is empty."""
    low, high = marks[:, 48:].min(1), marks[:, 48:].max(1)
    room = margin * (high - low)[:, :1]
    low, high = (np.nan_to_num(x).clip(0).astype(int) for x in (low - room, high + room + 1))
    return [(slice(y0, y1), slice(x0, x1)) for (x0, y0), (x1, y1) in zip(low, high)]


def frames_late(heard, mouths, most=12):
    """By how many frames a film's sound comes after its picture, -most to most: where ridge
    regression explains the mouths (T, K) best by what is heard (T, c) so much later.

    Raises ValueError for a film too short to tell.
    """
    heard, mouths = (np.asarray(x) for x in (heard, mouths))
    count = len(mouths) - 2 * most
    if count < 2 * heard.shape[1]:
        least = 2 * (most + heard.shape[1])
        raise ValueError(f"{len(mouths)} frames do not tell how late a sound is: {least} may.")
    seen = mouths[most : most + count]
    parts = [heard[start : start + count] for start in range(2 * most + 1)]
    fits = [Ridge(0.1).fit(part, seen).score(part, seen) for part in parts]
    return int(np.argmax(fits)) - most


class MouthReader:
    """Reads from pictures how far the lips are open: ridge regression from small pictures.

    squares (T, S, S, 3) uint8, of a film in which the openings (T,) are known; part: rows and
    columns of the mouth in them, a pair of slices.
    """

    def __init__(self, squares, openings, part):
        self.part = part
        self.ridge = Ridge(1.0).fit(self.rows(squares), openings)

    def rows(self, squares):
        small = [cv2.resize(s[self.part], (36, 28), interpolation=cv2.INTER_AREA) for s in squares]
        return np.stack(small).reshape(len(small), -1) / 255

    def __call__(self, squares):
        """Squares -> openings (T,)."""
        return self.ridge.predict(self.rows(squares))


def closures_made(found, truth, phonemes, fps=25):
    """For each p, b and m in which the true lips close: whether the openings found do, within a
    frame -> a list of bools. found, truth: openings (T,); phonemes: (label, start s, end s)."""
    made = []
    for label, start, end in phonemes:
        first, last = int(start * fps), int(np.ceil(end * fps))
        if label in ("p", "b", "m") and (truth[first:last] < CLOSED).any():
            made.append(bool((found[max(first - 1, 0) : last + 1] < CLOSED).any()))
    return made


def dub_scores(read, takes):
    """How near dubbed mouths come to the truth.

    read: a MouthReader; takes: a list of (squares as dubbed, as they would have been filmed, pairs
    of slices: the box of the lips in each, the true openings, phonemes). Returns a dict over all
    frames: mouth_psnr in the boxes, dB; opening_corr, and opening_error in widths of the mouth, of
    the openings read from the dub; closures, the share of true ones that are made; shut, frames
    with closed lips as a share of those that truly have them.
    """
    errors, found, true, made = [], [], [], []
    for dub, film, boxes, opening, phonemes in takes:
        errors += [as_floats(a[b]) - as_floats(c[b]) for a, c, b in zip(dub, film, boxes)]
        found.append(read(dub))
        true.append(opening)
        made += closures_made(found[-1], opening, phonemes)
    found, true = np.concatenate(found), np.concatenate(true)
    return dict(
        mouth_psnr=decibels(np.concatenate([e.ravel() for e in errors])),
        opening_corr=float(correlation(found, true)),
        opening_error=float(np.abs(found - true).mean()),
        closures=float(np.mean(made)),
        shut=float((found < CLOSED).sum() / max(1, (true < CLOSED).sum())),
    )
