"""Heads that lie in no basis: studio.quirky."""

import pytest
import torch

from course_lib import studio
from course_lib.human import load
from course_lib.taught.foundations.faces_in_3d import front_of_face

FACE = front_of_face()


def bends(numbers, millimetres=1.2):
    moved = []
    for number in numbers:
        actor = studio.cast(number)
        moved.append(1000 * (studio.quirky(actor, millimetres).head - actor.head))
    return torch.stack(moved)


def test_a_face_is_moved_by_as_much_as_asked_and_by_nothing_for_nothing():
    h = load()
    front = (h.head_mean[:, 2] > 0.02) & (h.follow > 0.99)
    for millimetres in (0, 0.5, 2.0):
        size = bends([28], millimetres)[0, front].square().sum(1).mean().sqrt()
        assert size == pytest.approx(millimetres, rel=1e-3, abs=1e-6)


def test_the_same_actor_is_always_bent_alike_and_everybody_otherwise():
    one, again, other = bends([28, 28, 29])
    assert torch.equal(one, again)
    assert torch.cosine_similarity(one.flatten(), other.flatten(), 0).abs() < 0.9


def test_the_baked_directions_do_not_hold_the_bends():
    moved = bends(range(8))[:, FACE].flatten(1).T
    basis = load().head_basis[:, FACE].flatten(1).T
    left = moved - basis @ torch.linalg.lstsq(basis, moved).solution
    assert left.square().sum() > 0.3 * moved.square().sum()


def test_neighbours_move_together_and_the_chest_stays():
    h = load()
    (moved,) = bends([5], 3.0)
    a, b = h.head_faces["skin"][:, 0], h.head_faces["skin"][:, 1]
    stretch = (moved[a] - moved[b]).norm(dim=1) / (1000 * (h.head_mean[a] - h.head_mean[b])).norm(
        dim=1
    )
    assert stretch.quantile(0.99) < 0.6
    assert moved[h.follow == 0].abs().max() == 0


def test_it_can_be_filmed_and_keeps_its_look():
    actor = studio.cast(12)
    bent = studio.quirky(actor, 3.0)
    assert bent.look == actor.look and torch.equal(bent.identity, actor.identity)
    both = [studio.film(x, size=96).truth["landmarks"][0] for x in (actor, bent)]
    assert 0.3 < abs(both[0] - both[1]).max() < 6
    assert torch.equal(bent.but(hair="bald").head, actor.head)


def test_bad_input_gets_a_sentence():
    with pytest.raises(TypeError, match="an actor from cast"):
        studio.quirky(28)
    with pytest.raises(ValueError, match="0 to 3 millimetres, not 5"):
        studio.quirky(studio.cast(28), 5)
