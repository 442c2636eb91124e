"""Judging a face put into a film: by the same film with the true face on the same head.

Frames are (T, H, W, 3) uint8; the outline is that of the studio's landmarks, no method's mask.
"""

from __future__ import annotations

import cv2
import numpy as np

from .metrics import as_floats, decibels

BROWS = 0.06  # the outline runs this share of the face's height above the brows
RIM = 0.04  # how far the seam reaches to either side of the outline, in widths of the frame


def region(points, size):
    """The convex hull of landmarks (68, 2) in pixels, brows lifted -> (size, size) bool."""
    p = np.array(points, np.float32)
    p[17:27, 1] -= BROWS * np.ptp(p[:, 1])
    mask = np.zeros((size, size), np.uint8)
    return cv2.fillConvexPoly(mask, cv2.convexHull(p).round().astype(np.int32), 1) > 0


def rim(face, width):
    """The pixels within `width` of the border of a face (H, W) bool -> (H, W) bool."""
    kernel = np.ones((2 * width + 1, 2 * width + 1), np.uint8)
    face = face.astype(np.uint8)
    return cv2.dilate(face, kernel) > cv2.erode(face, kernel)


def edges(frames):
    """Absolute differences to the right and down, (T, H, W, 3, 2), of frames in 0..1."""
    padded = np.pad(frames, ((0, 0), (0, 1), (0, 1), (0, 0)), mode="edge")
    right, down = padded[:, :-1, 1:], padded[:, 1:, :-1]
    return np.abs(np.stack([right - frames, down - frames], -1))


class ConversionJudge:
    """Scores of converted films of one performance.

    performer: the Clip that was converted. truth: a Clip of `studio.wearing` in the same
    performance, light and room, with its truth. find: frames -> landmarks (T, 68, 2), for the
    jitter.
    """

    def __init__(self, performer, truth, find=None):
        self.find = find
        self.marks = np.asarray(truth.truth["landmarks"], np.float64)
        self.goal = as_floats(truth.frames)
        size = self.goal.shape[1]
        hulls = np.stack([region(p, size) for p in self.marks])
        self.face = hulls & (truth.truth["parts"] > 0)
        self.rim = np.stack([rim(hull, round(RIM * size)) for hull in hulls])
        self.natural = np.maximum(edges(as_floats(performer.frames)), edges(self.goal))

    def jitter(self, marks):
        """How much landmarks (T, 68, 2) tremble against the studio's, in eye distances: the root
        mean square of the second difference of their error."""
        tremble = np.diff(marks - self.marks, n=2, axis=0)
        apart = self.marks[:, 36:42].mean(1) - self.marks[:, 42:48].mean(1)
        return float(np.sqrt(np.mean(tremble**2)) / np.linalg.norm(apart, axis=1).mean())

    def scores(self, frames):
        """psnr (dB) and flicker (0..1) inside the true face, psnr_frame (dB) of all pixels, seam
        (0..1) along the face's outline: edges that neither film has, and jitter (eye distances) of
        the landmarks found in the result."""
        x = as_floats(frames)
        error = x - self.goal
        found = dict(
            psnr=decibels(error[self.face]),
            psnr_frame=decibels(error),
            seam=float((edges(x) - self.natural).clip(0)[self.rim].mean()),
            flicker=float(np.abs(np.diff(error, axis=0))[self.face[1:]].mean()),
        )
        if self.find is not None:
            found["jitter"] = self.jitter(self.find(frames))
        return found


def by_light(table, name):
    """One option's figures in all lights under names of their own, such as psnr_warm: from a table
    of (option, light) -> {metric: number}."""
    rows = {light: row for (option, light), row in table.items() if option == name}
    return {f"{metric}_{light}": x for light, row in rows.items() for metric, x in row.items()}


def opencv_clone(face, frame, mask):
    """cv2.seamlessClone of face (H, W, 3) into frame, both in 0..1, where mask (H, W) > 0.5."""
    face, frame = ((x * 255).round().astype(np.uint8) for x in (face, frame))
    mask = (mask > 0.5).astype(np.uint8) * 255
    x, y, width, height = cv2.boundingRect(mask)
    centre = (x + width // 2, y + height // 2)
    return cv2.seamlessClone(face, frame, mask, centre, cv2.NORMAL_CLONE) / 255
