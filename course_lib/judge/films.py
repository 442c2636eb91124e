"""A drawn film against the film: the whole picture, the face, what is around it, and the motion."""

from __future__ import annotations

import cv2
import numpy as np
from sklearn.neighbors import NearestNeighbors

from .metrics import as_floats, decibels, temporal_difference


def film_scores(drawn, truth, face):
    """Drawn and true frames (T, S, S, 3), and where the face is, (T, S, S) bool -> a dict: PSNR in
    dB of everything, of the face and of the rest; flicker, how far the changes from frame to frame
    are from the truth's, in grey levels. Raises ValueError for arrays that do not match."""
    drawn, truth, face = np.asarray(drawn), np.asarray(truth), np.asarray(face)
    if drawn.shape != truth.shape or face.shape != truth.shape[:3]:
        raise ValueError(
            "films have one shape (T, S, S, 3) and the face's mask (T, S, S), not "
            f"{drawn.shape}, {truth.shape} and {face.shape}."
        )
    error = as_floats(drawn) - as_floats(truth)
    return dict(
        full_psnr=decibels(error),
        face_psnr=decibels(error[face]),
        outside_psnr=decibels(error[~face]),
        flicker=255 * temporal_difference(drawn, truth),
    )


def nearest_pictures(asked, known, side=32):
    """For each picture of `asked` (N, S, S, c) uint8 the number of the one in `known` (M, S, S, c)
    that differs least from it, pixel by pixel, once both are `side` pixels wide -> (N,)."""

    def rows(pictures):
        small = [cv2.resize(p, (side, side), interpolation=cv2.INTER_AREA) for p in pictures]
        return np.stack(small).reshape(len(pictures), -1).astype(np.float32)

    finder = NearestNeighbors(n_neighbors=1).fit(rows(known))
    return finder.kneighbors(rows(asked), return_distance=False)[:, 0]
