"""Label maps of the studio, and what judges portraits drawn from them."""

import numpy as np
import pytest

from course_lib import judge, studio
from course_lib.media import Clip


@pytest.fixture(scope="module")
def clip():
    return studio.film(studio.cast(3), studio.still(jawOpen=0.5), 128, layers=("uv",))


def test_label_maps_agree_with_parts_and_show_each_label(clip):
    labels = studio.label_maps(clip)
    parts = clip.truth["parts"]
    assert labels.shape == parts.shape and labels.dtype == np.uint8
    assert set(np.unique(labels)) == set(range(len(studio.LABELS)))
    at = studio.LABELS.index
    assert ((labels == at("hair")) == (parts == studio.PARTS.index("hair"))).all()
    eye = np.isin(labels, [at("eyes"), at("iris")])
    assert (eye == (parts == studio.PARTS.index("eyes"))).all()
    on_skin = np.isin(labels, [at("nose"), at("lips")])
    assert (parts[on_skin] == studio.PARTS.index("skin")).all()


def test_the_iris_follows_the_gaze():
    at = []
    for yaw in (-0.4, 0.4):
        clip = studio.film(studio.cast(3), studio.still(gaze=(yaw, 0)), 256, layers=("uv",))
        labels = studio.label_maps(clip)[0]
        at.append(np.argwhere(labels == studio.LABELS.index("iris"))[:, 1].mean())
    assert at[1] > at[0] + 2  # to the person's left, the picture's right


def test_a_clip_without_its_layer_gets_a_sentence(clip):
    bare = Clip(clip.frames, 25, truth={k: v for k, v in clip.truth.items() if k != "uv"})
    with pytest.raises(ValueError, match="lacks 'uv'.*layers="):
        studio.label_maps(bare)


def test_label_scores_by_hand():
    labels = np.zeros((1, 2, 4), int)
    labels[:, :, 2:] = 5
    found = labels.copy()
    found[0, 0, 2] = 0
    accuracy, iou = judge.label_scores(found, labels)
    assert accuracy == pytest.approx(7 / 8)
    assert iou == pytest.approx((4 / 5 + 3 / 4) / 2)
    with pytest.raises(ValueError, match="one shape"):
        judge.label_scores(found[:, :1], labels)


def test_portrait_scores_of_the_film_itself_and_of_one_colour():
    rng = np.random.default_rng(0)
    labels = np.zeros((6, 16, 16), np.uint8)
    labels[:, :8] = 4
    real = np.repeat(rng.integers(60, 200, (6, 1, 1, 3)), 16, 1).repeat(16, 2).astype(np.uint8)
    real[:, 8:] = rng.integers(0, 255, (6, 8, 16, 3))
    told = real, labels, lambda p: labels, [4]
    same = judge.portrait_scores(real, *told)
    assert same["colour"] == same["detail"] == same["iou"] == 1 and same["psnr"] > 90
    flat = judge.portrait_scores(np.full_like(real, 128), *told)
    assert flat["colour"] == 0 and flat["detail"] == 0
    with pytest.raises(ValueError, match="one label at least"):
        judge.portrait_scores(real, real, labels, lambda p: labels, [])


def test_nearest_maps_finds_itself():
    maps = np.random.default_rng(0).integers(0, 12, (5, 8, 8))
    assert judge.nearest_maps(maps[[3, 1]], maps).tolist() == [3, 1]


def test_people_differ_and_each_stays_the_same():
    rng = np.random.default_rng(1)
    people = rng.integers(0, 255, (5, 1, 1, 3)).repeat(3, 0)
    pictures = np.broadcast_to(people, (15, 8, 8, 3)).astype(np.uint8)
    labels = np.full((15, 8, 8), 4)
    between, within = judge.people_colours(pictures, labels, 4, 3)
    assert within < 1e-6 < between
    between, within = judge.people_colours(pictures[[0, 3, 6] * 5], labels, 4, 3)
    assert between < 1e-6 < within
    with pytest.raises(ValueError, match="whole number"):
        judge.people_colours(pictures, labels, 4, 4)


def test_nearest_lines_are_one_pixel_aside_and_not_far_away():
    known = np.zeros((4, 12, 12), np.uint8)
    for sheet, x in zip(known, (0, 3, 6, 9)):
        sheet[2:10, x] = 255
    asked = np.roll(known[[2, 0]], 1, axis=2)
    assert judge.nearest_lines(asked, known).tolist() == [2, 0]
    full = np.full((1, 12, 12), 255)  # holds every line, and much that nobody asked for
    assert judge.nearest_lines(asked, np.concatenate([full, known])).tolist() == [3, 1]
    with pytest.raises(ValueError, match="without a single line"):
        judge.nearest_lines(asked * 0, known)


def test_a_map_painted_from_landmarks_is_a_face_wherever_it_stood(clip):
    points = clip.truth["landmarks"][0]
    labels = studio.face_labels(points, 64)
    assert labels.shape == (64, 64)
    seen = set(np.unique(labels))
    assert seen == set(range(12)) - {studio.LABELS.index("teeth")}
    assert (studio.face_labels(3 * points + 40, 64) == labels).all()
