"""A real clip in the seat of the target: its head is unrolled and laid back."""

import numpy as np
import pytest
import torch
from support import SHARED

from course_lib import judge, media
from course_lib.taught.video import portrait_controls as P
from course_lib.taught.video import unrolled_heads as N
from course_lib.taught.video.deep_video_portraits import square_film, tracked_film


def test_a_real_head_is_unrolled_and_laid_back():
    path = SHARED / "talking/obama_address_46s.mov"
    if not path.exists():
        pytest.skip("the real clips are not in ../shared/media")
    frames = square_film(media.read(path, max_side=480).frames[:200:4])
    tracker, _, controls = tracked_film(frames, P.shipped_eyes())
    bust = N.Bust(tracker.person, 256)
    uv = N.uv_film(bust, controls)
    learn, judged = slice(0, 40), slice(42, 50)
    mean = torch.from_numpy(frames[learn].mean(0) / 255).float()
    texture = N.collected(uv[learn], frames[learn], 105)
    small = media.reduced(frames, 128)
    backdrop = torch.nn.functional.avg_pool2d(mean.movedim(-1, 0), 2).movedim(0, -1)
    laid = N.laid_on(texture, uv[judged], backdrop)
    still = np.repeat((255 * backdrop).byte().numpy()[None], 8, 0)
    assert judge.psnr(laid, small[judged]) > judge.psnr(still, small[judged])
