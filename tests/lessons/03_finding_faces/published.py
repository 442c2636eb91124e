"""Published judges for real footage, read from the shared folder.

YuNet's boxes and face-api.js' 68 landmarks.
"""

from functools import cache

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from support import SHARED

STILLS = sorted(SHARED.glob("portraits/*.jpg"))
CLIPS = sorted(
    p for folder in ("talking", "driving") for p in SHARED.glob(f"{folder}/*") if p.suffix != ".md"
)


@cache
def weights():
    with np.load(SHARED / "weights" / "face_api_js" / "face_landmark_68_model.npz") as z:
        return {k: torch.from_numpy(z[k]) for k in z.files}


def conv(x, kernel, bias=None, stride=1, groups=1):
    """A convolution with TensorFlow's "same" padding: the odd pixel goes right and down."""
    k = kernel.shape[-1]
    total = max((-(-x.shape[-1] // stride) - 1) * stride + k - x.shape[-1], 0)
    return F.conv2d(
        F.pad(x, (total // 2, total - total // 2) * 2), kernel, bias, stride, groups=groups
    )


def separable(x, name, stride=1):
    w = weights()
    deep, point = (
        w[f"{name}__depthwise_filter"].permute(2, 3, 0, 1),
        w[f"{name}__pointwise_filter"].permute(3, 2, 0, 1),
    )
    return conv(conv(x, deep, stride=stride, groups=len(deep)), point, w[f"{name}__bias"])


def face_api(squares):
    """Squares (B, S, S, 3) uint8 around faces -> landmarks (B, 68, 2) in shares of the side."""
    w = weights()
    x = (
        torch.from_numpy(np.stack([cv2.resize(s, (112, 112)) for s in squares]))
        .float()
        .permute(0, 3, 1, 2)
    )
    x = (x - torch.tensor([122.782, 117.001, 104.298])[:, None, None]) / 255
    for b in range(4):
        first = f"dense{b}__conv0"
        total = F.relu(
            conv(x, w[f"{first}__filters"].permute(3, 2, 0, 1), w[f"{first}__bias"], 2)
            if b == 0
            else separable(x, first, 2)
        )
        for c in (1, 2, 3):
            total = total + separable(total if c == 1 else F.relu(total), f"dense{b}__conv{c}")
        x = F.relu(total)
    x = F.avg_pool2d(x, 7, 2).flatten(1)
    return (x @ w["fc__weights"] + w["fc__bias"]).view(-1, 68, 2).numpy()


def yunet(image):
    """Boxes (N, 4: x, y, width, height) in a picture (H, W, 3) uint8.

    Large pictures are shrunk first, as YuNet asks.
    """
    scale = min(1.0, 800 / max(image.shape[:2]))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    net = cv2.FaceDetectorYN.create(
        str(SHARED / "weights" / "hub" / "checkpoints" / "face_detection_yunet_2023mar.onnx"),
        "",
        small.shape[1::-1],
        0.7,
    )
    found = net.detect(np.ascontiguousarray(small[..., ::-1]))[1]
    return np.zeros((0, 4)) if found is None else found[:, :4] / scale


def judge(image, looks=8):
    """All faces of a picture -> boxes (N, 4) and landmarks (N, 68, 2) in pixels.

    One look of the small network is noisy (0.03 to 0.04 of the eye distance between two crops of
    one face), so it looks at `looks` slightly different crops and their mirror images, and the
    mean is the judgement.
    """
    from course_lib.taught.foundations.finding_faces import MIRROR

    boxes, marks, rng = yunet(image), [], np.random.default_rng(0)
    for x, y, w, h in boxes:
        squares, places = [], []
        for _ in range(looks):
            side = max(w, h) * rng.uniform(0.95, 1.1)
            corner = np.array([x + w / 2, y + h / 2]) + rng.normal(0, 0.02, 2) * side - side / 2
            M = np.array(
                [[112 / side, 0, -corner[0] * 112 / side], [0, 112 / side, -corner[1] * 112 / side]]
            )
            square = cv2.warpAffine(image, M, (112, 112), flags=cv2.INTER_AREA)
            squares += [square, square[:, ::-1]]
            places.append((side, corner))
        out = face_api(squares)
        mirrored = out[1::2][:, MIRROR] * [-1, 1] + [1, 0]
        marks.append(
            np.mean(
                [
                    (p + q) / 2 * side + corner
                    for p, q, (side, corner) in zip(out[::2], mirrored, places, strict=True)
                ],
                0,
            )
        )
    return boxes, np.array(marks).reshape(-1, 68, 2)


def pictures():
    """Every portrait and the first frame of every clip: (name, picture (H, W, 3) uint8)."""
    from course_lib import media

    for p in STILLS:
        yield p.name, media.read_image(p)
    for p in CLIPS:
        yield p.name, next(iter(media.frames(p)))
