"""A real clip's dance on the studio's actor, by the shipped weights, where it is at hand."""

import numpy as np
import pytest
import torch
from support import SHARED

from course_lib import media, studio, weights
from course_lib.taught.body import dance_faces as D
from course_lib.taught.body import everybody_dance as E

CLIPS = ("lp_s13_dance_4s", "musepose_dance_12s")


@pytest.mark.parametrize("name", CLIPS)
def test_a_real_dance_is_drawn(name):
    path = SHARED / "body" / f"{name}.mp4"
    if not path.exists():
        pytest.skip("the real clips are not in ../shared/media")
    clip = media.read(path).frames
    clip = clip[:: max(1, len(clip) // 20)]
    target = [E.take(studio.cast(26), 1.0, 100, place, 128) for place in E.PLACES[:3]]
    hers = E.stance(2 * np.concatenate([c.truth["keypoints"][..., :2] for c in target]), 256)
    points, use = D.placed(media.find_poses(clip).points, clip.shape[2], hers)
    assert use.mean() > 0.5
    net = E.Generator(28, fold=4, fine=24)
    net.load_state_dict(weights.read("dancer"))
    with torch.inference_mode():
        film = E.dance(net.eval(), points, 256)
    again = media.find_poses(film)
    assert again.present.mean() > 0.8
    off = np.linalg.norm(again.points - points, axis=-1)
    assert np.nanmedian(off) < 8  # pixels of 256
