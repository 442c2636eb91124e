"""MediaPipe's published pose network (BlazePose, Bazarevsky et al. 2020), where its file has been
fetched and the package ai-edge-litert is installed."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec

import cv2
import numpy as np

from .. import weights
from .errors import MediaError
from .files import first_line

FILE = "pose_landmark_lite.tflite"
PACKAGE = "ai_edge_litert"
GET = "python data_scripts/get_weights.py mediapipe-pose"
COCO = [0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]  # of BlazePose's 33 points
SIDE = 256  # pixels of the network's input
CENTRE, RIM = 33, 34  # two further points: the person's middle, and a point on a circle around it
ROOM = 1.25  # the side of the square around that circle, in diameters
LOOKS = 4  # at the first frame, each with the square of the one before


def missing():
    """What the backend needs and does not find: a list of words."""
    out = [] if find_spec(PACKAGE) else ["the package ai-edge-litert"]
    return out if (weights.fetched() / "checkpoints" / FILE).is_file() else [*out, FILE]


@lru_cache(maxsize=2)
def network(path):
    """The interpreter of the file at `path`, ready to run."""
    from ai_edge_litert.interpreter import Interpreter

    try:
        net = Interpreter(str(path), num_threads=1)
        net.allocate_tensors()
    except (ValueError, RuntimeError, OSError) as e:
        raise MediaError(
            f"{path} cannot be read ({first_line(e)}): delete it and run `{GET}`."
        ) from e
    return net


def look(net, frame, square):
    """One look at a square (x, y of its middle, side, pixels) of a frame (H, W, 3) uint8 -> points
    (39, 2) in pixels of the frame, how visible they are (39,) and how sure it is of a person."""
    x, y, side = square
    scale = SIDE / side
    move = np.array([[scale, 0, SIDE / 2 - scale * x], [0, scale, SIDE / 2 - scale * y]])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    picture = cv2.warpAffine(frame, move, (SIDE, SIDE), flags=way).astype(np.float32) / 255
    net.set_tensor(net.get_input_details()[0]["index"], picture[None])
    net.invoke()
    shapes = {tuple(d["shape"]): d["index"] for d in net.get_output_details()}
    rows = net.get_tensor(shapes[1, 195]).reshape(39, 5)
    sure = float(net.get_tensor(shapes[1, 1])[0, 0])
    points = (rows[:, :2] - SIDE / 2) / scale + [x, y]
    return points, 1 / (1 + np.exp(-rows[:, 3])), sure


def poses(frames, progress=None, path=None):
    """COCO points (T, 17, 2) in pixels and scores (T, 17) of the person in frames (T, H, W, 3).

    The square around the person is followed from frame to frame; where there is none, the next look
    is at the whole picture. path: of the network, by default where it was fetched to.
    """
    net = network(path or weights.fetched() / "checkpoints" / FILE)
    height, width = frames.shape[1:3]
    whole = (width / 2, height / 2, float(max(height, width)))
    square = whole
    points = np.zeros((len(frames), 17, 2), np.float32)
    scores = np.zeros((len(frames), 17), np.float32)
    for t, frame in enumerate(frames):
        for _ in range(LOOKS if square is whole else 2):
            xy, seen, sure = look(net, frame, square)
            if sure < 0.5:
                square = whole
                continue
            radius = float(np.linalg.norm(xy[RIM] - xy[CENTRE]))
            square = (*xy[CENTRE], float(np.clip(2 * ROOM * radius, 32, 3 * whole[2])))
        points[t] = xy[COCO]
        scores[t] = seen[COCO] * (sure >= 0.5)
        if progress:
            progress(t + 1, len(frames))
    return points, scores
