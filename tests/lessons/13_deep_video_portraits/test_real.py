"""A real clip in the seat of the source: gaze, lids and the three pictures."""

import numpy as np
import pytest
import torch
from support import SHARED

from course_lib import media
from course_lib.taught.video import portrait_controls as P
from course_lib.taught.video.face_tracker import FaceSpace, Tracker

CLIPS = ("driving/lp_d6_expressions_34s.mp4", "talking/obama_address_46s.mov")


@pytest.mark.parametrize("name", CLIPS)
def test_a_real_face_becomes_controls(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip("the real clips are not in ../shared/media")
    frames = media.read(path, max_side=480).frames[:300:10]
    tracker = Tracker(FaceSpace(), media.faces.own_finder())
    tracker.meet(frames)
    track = tracker.follow(frames)
    assert track.seen.mean() > 0.8
    told = P.controls_of(frames, tracker, track, P.shipped_eyes())
    assert np.degrees(told.gaze.norm(dim=1).mean()) < 20 and told.lids.median() > 0.6
    again = P.transferred(told, told, (tracker.person, tracker.person))
    drawn = P.conditioning(P.PortraitModel(tracker.person, 64), again.part([0]), torch.ones(9, 3))
    assert drawn[..., 3:6].any(-1).mean() > 0.02
