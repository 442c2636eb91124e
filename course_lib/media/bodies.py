"""Poses in any footage: COCO's 17 points of one person, from the course's own network or from
MediaPipe's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..taught.foundations.finding_poses import JOINTS, PoseFinder
from ..train import pick_device
from . import mediapipe_pose
from .errors import MediaError
from .networks import shipped

BACKENDS = ("course", "mediapipe")
SEEN = 0.4  # a point with a lower score is not taken for seen
FEW = 6  # a frame with fewer points than this holds nobody
FLAT = 55  # degrees: a trunk that leans further lies
UNSURE = 0.6  # a frame with a lower mean score is looked at sideways and upside down too,
EVERY = 6  # in each run of such frames one in so many


@dataclass
class Poses:
    """One person in T frames: points (T, 17, 2) in pixels (the middle of the first pixel is 0, 0),
    NaN where a joint is not seen, and scores (T, 17) in 0..1. Joints in COCO's order."""

    points: np.ndarray
    scores: np.ndarray

    def __len__(self):
        return len(self.points)

    @property
    def seen(self):
        """Which joints are seen (T, 17)."""
        return np.isfinite(self.points).all(-1)

    @property
    def present(self):
        """In which frames there is a person (T,)."""
        return self.seen.sum(1) >= FEW

    def faults(self):
        """What a user of these poses should know: a list of sentences, empty if all is well."""
        out = []
        absent = ~self.present
        if absent.any():
            out.append(f"nobody was found in {spans(absent)}.")
        for j, name in enumerate(JOINTS[5:], 5):
            hidden = self.present & ~self.seen[:, j]
            if hidden.mean() > 0.1:
                out.append(f"the {name.replace('_', ' ')} is cut off or hidden in {spans(hidden)}.")
        turned = self.present & self._turned()
        if turned.any():
            out.append(f"the person is turned away in {spans(turned)}: left and right are unsure.")
        return out

    def _turned(self):
        """Frames in which the left shoulder lies on the picture's left: a back (T,)."""
        with np.errstate(invalid="ignore"):
            shoulders = self.points[:, 5, 0] - self.points[:, 6, 0]
            hips = self.points[:, 11, 0] - self.points[:, 12, 0]
            return (shoulders < 0) & (hips < 0)


def spans(flags):
    """Frames that are flagged (T,) bool, in words: "frames 0 to 3 and 7"."""
    at = np.flatnonzero(flags)
    runs = np.split(at, np.flatnonzero(np.diff(at) > 1) + 1)
    words = [f"{r[0]}" if len(r) == 1 else f"{r[0]} to {r[-1]}" for r in runs]
    if len(words) > 4:
        return f"{len(at)} of {len(flags)} frames"
    start = "frame " if len(at) == 1 else "frames "
    return start + (" and ".join([", ".join(words[:-1]), words[-1]]) if words[1:] else words[0])


@lru_cache(maxsize=1)
def own_finder():
    """The pose network of lesson 24 with the weights that ship with the course."""
    return PoseFinder.load(shipped("poses"), pick_device())


def check(frames):
    if not isinstance(frames, np.ndarray) or frames.dtype != np.uint8 or frames.ndim not in (3, 4):
        what = f"{frames.dtype} {frames.shape}" if isinstance(frames, np.ndarray) else type(frames)
        raise MediaError(
            f"find_poses takes a picture (H, W, 3) or frames (T, H, W, 3) as uint8, not {what}; "
            "media.read gives such frames."
        )
    if frames.shape[-1] != 3 or 0 in frames.shape:
        raise MediaError(f"find_poses takes RGB frames, not an array of shape {frames.shape}.")


def lying(points):
    """Frames whose trunk leans more than FLAT degrees from upright: points (T, 17, 2) -> (T,)."""
    trunk = points[:, [5, 6]].mean(1) - points[:, [11, 12]].mean(1)
    return np.degrees(np.arctan2(np.abs(trunk[:, 0]), -trunk[:, 1])) > FLAT


def tipped(finder, frames, scores):
    """Frames (T,) that the network reads better when they are turned: the person lies, or stands on
    the head. scores (T, 17): of the frames as they are."""
    out = np.zeros(len(frames), bool)
    looked = -EVERY
    for t in np.flatnonzero(scores.mean(1) < UNSURE):
        if t - looked < EVERY:
            out[t] = out[t - 1]
            continue
        turned = [np.ascontiguousarray(np.rot90(frames[t], k))[None] for k in (1, 2, 3)]
        out[t] = max(finder(x)[1].mean() for x in turned) > scores[t].mean()
        looked = t
    return out


def watched(frames, progress):
    """The frames, one by one; progress, if any, is called after each with (done, total)."""
    for t, frame in enumerate(frames):
        yield frame
        if progress:
            progress(t + 1, len(frames))


def find_poses(frames, backend="course", threshold=SEEN, progress=None):
    """Find the pose of the person in a picture or in every frame of a clip.

    frames: (H, W, 3) or (T, H, W, 3) uint8, one person, upright, most of the body in view. backend:
    "course" (lesson 24's network) or "mediapipe" (BlazePose, if its file has been fetched).
    threshold: points with a lower score become NaN, so that nothing is made up; a person who lies
    or stands on the head is not found at all. progress: called with (done, total).

    Returns Poses; `poses.faults()` says what is missing. Raises MediaError for anything that is not
    a picture, and for a backend that is not there.
    """
    check(frames)
    frames = frames if frames.ndim == 4 else frames[None]
    if backend not in BACKENDS:
        raise MediaError(f"there is no backend {backend!r}; choose from {', '.join(BACKENDS)}.")
    if backend == "mediapipe":
        if needed := mediapipe_pose.missing():
            raise MediaError(
                f"mediapipe needs {' and '.join(needed)}: run `{mediapipe_pose.GET}` and "
                "`pip install ai-edge-litert`, or use backend='course'."
            )
        points, scores = mediapipe_pose.poses(frames, progress)
    else:
        points, scores = own_finder()(watched(frames, progress))
        points[tipped(own_finder(), frames, scores)] = np.nan
    points = np.where(scores[..., None] >= threshold, points, np.nan).astype(np.float32)
    few = np.isfinite(points[..., 0]).sum(1) < FEW
    points[few | lying(points)] = np.nan
    return Poses(points, scores)
