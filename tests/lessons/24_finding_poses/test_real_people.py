"""The shipped pose network on real clips, judged by MediaPipe's, where both are at hand."""

from importlib.util import find_spec

import numpy as np
import pytest
from support import SHARED

from course_lib import judge, media
from course_lib.media import mediapipe_pose

CLIPS = ("lia_taichi1_46s", "lp_s13_dance_4s", "musepose_dance_12s")
NETWORK = SHARED / "weights" / "mediapipe_tflite" / mediapipe_pose.FILE


@pytest.mark.parametrize("name", CLIPS)
def test_real_dancers_are_found(name):
    path = SHARED / "body" / f"{name}.mp4"
    if not path.exists() or not NETWORK.exists():
        pytest.skip("the real clips or MediaPipe's weights are not in ../shared/media")
    if not find_spec(mediapipe_pose.PACKAGE):
        pytest.skip("the package ai-edge-litert is not installed (extra `pose`)")
    frames = media.read(path).frames
    frames = frames[:: max(1, len(frames) // 60)]  # thirty leave an error of .05
    other, scores = mediapipe_pose.poses(frames, path=NETWORK)
    ours = media.find_poses(frames)
    known = scores > 0.5
    every = media.find_poses(frames, threshold=0.0)  # also the joints of which it is unsure
    assert judge.pck(every.points, other, seen=known) >= 0.6
    assert judge.pck(ours.points, other, seen=known & ours.seen) >= 0.6
    lying = np.ascontiguousarray(np.rot90(frames[::3], 1, (1, 2)))
    assert media.find_poses(lying).present.mean() < 0.3
