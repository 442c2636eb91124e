"""Faces in any footage: boxes, 68 landmarks and scores, from the course's own network or from the
face-alignment package.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .. import weights
from ..taught.foundations.finding_faces import FaceFinder
from ..train import pick_device
from .errors import MediaError
from .files import first_line
from .networks import shipped

BACKENDS = ("course", "face-alignment")
FAN, YUNET = "2DFAN4-11f355bf06.pth.tar", "face_detection_yunet_2023mar.onnx"
GET = "python data_scripts/get_weights.py face-alignment"
LONGEST = 1600  # pixels: larger pictures are searched so; YuNet loses faces of many megapixels


@dataclass
class Faces:
    """The N faces of one picture, best score first: boxes (N, 4) as x0, y0, x1, y1 around the
    landmarks, landmarks (N, 68, 2) in pixels (the middle of the first pixel is 0, 0), scores (N,)
    in 0..1.
    """

    boxes: np.ndarray
    landmarks: np.ndarray
    scores: np.ndarray

    def __len__(self):
        return len(self.scores)


def missing_weights():
    folder = weights.fetched() / "checkpoints"
    return [name for name in (FAN, YUNET) if not (folder / name).is_file()]


@lru_cache(maxsize=1)
def own_finder():
    """The detector and landmark network of lesson 03 with the weights that ship with the course."""
    return FaceFinder.load(shipped("faces"), pick_device())


@lru_cache(maxsize=1)
def face_alignment(folder):
    """The face-alignment package (FAN behind YuNet), its weights read from `folder` and never
    from the network.
    """
    import face_alignment as package
    import torch

    before = torch.hub.get_dir()
    torch.hub.set_dir(str(folder))
    try:
        return package.FaceAlignment(
            package.LandmarksType.TWO_D,
            device="cpu",
            flip_input=False,
            face_detector="yunet",
            compile=False,
        )
    except (RuntimeError, OSError, KeyError, EOFError, pickle.UnpicklingError) as e:
        raise MediaError(
            f"the weights in {folder} cannot be read ({first_line(e)}): "
            f"delete them and run `{GET}`."
        ) from e
    finally:
        torch.hub.set_dir(before)


def _with_package(picture, smallest, threshold):
    net = face_alignment(weights.fetched())
    boxes = [b for b in net.face_detector.detect_from_image(picture) if b[4] >= threshold]
    boxes = [b for b in boxes if smallest is None or max(b[2] - b[0], b[3] - b[1]) >= smallest]
    if not boxes:
        return np.zeros((0, 68, 2)), np.zeros(0)
    order = sorted(boxes, key=lambda b: -b[4])
    return np.stack(net.get_landmarks_from_image(picture, order)), np.array([b[4] for b in order])


def _check(frames):
    if (
        not isinstance(frames, np.ndarray)
        or frames.dtype != np.uint8
        or frames.ndim not in (3, 4)
        or frames.shape[-1] != 3
    ):
        what = (
            f"{frames.dtype} of shape {frames.shape}"
            if isinstance(frames, np.ndarray)
            else type(frames).__name__
        )
        raise MediaError(
            f"find_faces takes pictures (H, W, 3) or frames (T, H, W, 3) as uint8, not {what}; "
            "media.read gives such frames."
        )
    if 0 in frames.shape:
        raise MediaError(f"there is nothing to search in frames of shape {frames.shape}.")


def find_faces(frames, backend=None, smallest=None, threshold=0.5, progress=None):
    """Find all faces in a picture or in every frame of a clip.

    frames: (H, W, 3) or (T, H, W, 3) uint8. backend: "face-alignment" (the package, if its
    weights have been fetched) or "course" (lesson 03's network); by default the first if its
    weights are there, else the second. smallest: the smallest box to look for in pixels; by
    default a fortieth of the longer side. threshold: lowest score. progress: called with (done,
    total). Faces rolled by up to about 60 degrees and turned up to about 60 degrees are found; a
    back of a head is not.

    Returns Faces for a picture, a list of Faces for frames; a picture without a face gives Faces
    of length 0. Raises MediaError for anything that is not a picture and for missing or damaged
    weights.
    """
    _check(frames)
    backend = _backend(backend)
    if frames.ndim == 3:
        return _faces_of(frames, backend, smallest, threshold)
    out = []
    for i, frame in enumerate(frames):
        out.append(_faces_of(frame, backend, smallest, threshold))
        if progress:
            progress(i + 1, len(frames))
    return out


def _backend(name):
    """The backend to use: the package where its weights are, unless another is asked for."""
    missing = missing_weights()
    if name is None:
        return "course" if missing else "face-alignment"
    if name not in BACKENDS:
        raise MediaError(f"there is no backend {name!r}; choose from {', '.join(BACKENDS)}.")
    if name == "face-alignment" and missing:
        raise MediaError(
            f"face-alignment needs {' and '.join(missing)}: run `{GET}` once, "
            "or use backend='course'."
        )
    return name


def _faces_of(picture, backend, smallest, threshold):
    """The Faces of one picture (H, W, 3) uint8, searched at LONGEST pixels at most."""
    import cv2

    scale = min(1.0, LONGEST / max(picture.shape[:2]))
    small = np.ascontiguousarray(picture)
    if scale < 1:
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    least = None if smallest is None else smallest * scale
    if backend == "course":
        _, marks, scores = own_finder()(small, least, threshold)
    else:
        marks, scores = _with_package(small, least, threshold)
    if scale < 1:
        marks = (marks + 0.5) * (np.array(picture.shape[1::-1]) / small.shape[1::-1]) - 0.5
    return Faces(
        np.concatenate([marks.min(1), marks.max(1)], -1).astype(np.float32),
        marks.astype(np.float32),
        scores.astype(np.float32),
    )
