"""A film that is drawn anew where its performance has changed is the film drawn in whole."""

import numpy as np
import pytest

from course_lib import studio
from course_lib.play.reel import Reel


@pytest.fixture
def reel(actor):
    return Reel(actor, size=64)


@pytest.fixture
def performance():
    return studio.perform("Maybe.", seed=3)


def test_only_what_moved_is_drawn(reel, performance):
    first = reel.film(performance)
    assert reel.film(studio.perform("Maybe.", seed=3)) is first
    changed = studio.perform("Maybe.", seed=3)
    changed.expression[4:7, studio.EXPRESSIONS.index("jawOpen")] = 0.9
    assert reel.fresh(changed).nonzero()[:, 0].tolist() == [4, 5, 6]
    second = reel.film(changed)
    whole = studio.film(reel.actor, changed, size=64)
    assert np.array_equal(second.frames, whole.frames) and len(second) == len(first)
    assert not np.array_equal(second.frames, first.frames)
    for name, values in whole.truth.items():
        if name != "phonemes":
            np.testing.assert_allclose(second.truth[name], values, atol=1e-4)


def test_other_words_are_filmed_in_whole(reel, performance):
    reel.film(performance)
    other = studio.perform("Never.", seed=3)
    assert reel.fresh(other).all() and len(reel.film(other)) == len(other)
