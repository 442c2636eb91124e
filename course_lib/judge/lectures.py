"""A lecture made from a voice against the lecture that was filmed: hands and mouth, read from the
pixels."""

from __future__ import annotations

import cv2
import numpy as np
from sklearn.linear_model import Ridge

from ..media import reduced
from .dances import flicker
from .metrics import as_floats, decibels
from .mouths import openings
from .swaps import correlation

SIZE = 128  # pixels a side in which lectures are judged
WRISTS = [9, 10]  # of COCO's keypoints
NOSE = slice(27, 36)  # of the 68 landmarks
MOUTH = (18, 14)  # pixels of SIZE, the picture in which the mouth is read,
BELOW = np.array([0.0, 6.0])  # and how far its middle lies below the nose's


def at_size(frames):
    """Frames (T, S, S, 3) -> (T, 128, 128, 3). Raises ValueError for other shapes."""
    frames = np.asarray(frames)
    if frames.ndim != 4 or frames.shape[1] != frames.shape[2] or frames.shape[3] != 3:
        raise ValueError(f"a film has the shape (T, S, S, 3), not {frames.shape}.")
    return frames if frames.shape[1] == SIZE else reduced(frames, SIZE)


def flat(pictures):
    return np.reshape(pictures, (len(pictures), -1)) / 255


class LectureReader:
    """Reads wrists and mouth from frames by ridge regression, as it learnt on a filmed lecture.

    clip: a Clip with "keypoints" and "landmarks" in its truth.
    """

    def __init__(self, clip):
        self.scale = SIZE / clip.frames.shape[1]
        wrists = self.scale * clip.truth["keypoints"][:, WRISTS, :2].reshape(-1, 4)
        marks = clip.truth["landmarks"]
        frames = at_size(clip.frames)
        self.wrists = Ridge(1.0).fit(self.small(frames), wrists)
        self.mouth = Ridge(0.3).fit(self.mouths(frames, self.scale * marks), openings(marks))

    @staticmethod
    def small(frames):
        return flat(reduced(frames, 32))

    @staticmethod
    def mouths(frames, marks):
        at = marks[:, NOSE].mean(1) + BELOW
        both = zip(frames, at.astype(float).tolist())
        return flat([cv2.getRectSubPix(f, MOUTH, tuple(xy)) for f, xy in both])

    def __call__(self, frames, marks):
        """Frames (T, 128, 128, 3), landmarks (T, 68, 2) that say where the head is -> wrists
        (T, 2, 2) in pixels and openings of the mouth (T,) in widths."""
        wrists = self.wrists.predict(self.small(frames)).reshape(-1, 2, 2)
        return wrists, self.mouth.predict(self.mouths(frames, marks))


def lecture_scores(film, truth, reader):
    """How near a film comes to the lecture that was filmed.

    film: frames (T, S, S, 3) uint8; truth: the filmed Clip with "keypoints", "landmarks" and
    "parts"; reader: a LectureReader. Returns a dict: psnr where the lecturer truly is, dB;
    wrist_px, how far the wrists read from the film are from the true ones, pixels of 128; hands,
    the mean correlation of their coordinates with the true ones, and mouth, that of the mouth's
    opening; motion, how far the wrists move from frame to frame, as a share of the true way; edges,
    the mean step between neighbouring pixels, as a share of the true one; flicker, how far the
    changes from frame to frame are from the true ones in the body, grey levels.
    """
    film, frames = at_size(film), at_size(truth.frames)
    if len(film) != len(frames):
        raise ValueError(f"the film has {len(film)} frames, the lecture {len(frames)}.")
    scale = SIZE / truth.frames.shape[1]
    marks = scale * truth.truth["landmarks"]
    true = scale * truth.truth["keypoints"][:, WRISTS, :2]
    wrists, mouth = reader(film, marks)
    parts = truth.truth["parts"]
    body = np.stack([cv2.resize(p, (SIZE, SIZE), interpolation=cv2.INTER_NEAREST) for p in parts])
    drawn, shot = as_floats(film), as_floats(frames)
    error = drawn - shot
    steps = [np.abs(np.diff(x, axis=2)).mean() for x in (drawn, shot)]
    ways = [np.linalg.norm(np.diff(x, axis=0), axis=-1).mean() for x in (wrists, true)]
    both = zip(wrists.reshape(-1, 4).T, true.reshape(-1, 4).T)
    return dict(
        psnr=decibels(error[body > 0]),
        wrist_px=float(np.linalg.norm(wrists - true, axis=-1).mean()),
        hands=float(np.mean([correlation(a, b) for a, b in both])),
        mouth=float(correlation(mouth, openings(truth.truth["landmarks"]))),
        motion=float(ways[0] / ways[1]),
        edges=float(steps[0] / steps[1]),
        flicker=flicker(error, body > 0),
    )
