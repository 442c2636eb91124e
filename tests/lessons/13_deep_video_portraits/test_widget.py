"""The widget of lesson 13: moved in a browser, and what it says where the footage ends."""

import numpy as np
import pytest
import torch
from drive import move_every_control, open_widget, says

from course_lib import play, studio
from course_lib.taught.foundations.faces_in_3d import axis_angle_to_matrix
from course_lib.taught.video import portrait_controls as P
from course_lib.taught.video.face_tracker import FaceSpace, Person

SHORT = """
from course_lib.taught.video.portrait_controls import followed, portrait_film
his = portrait_film(24, slice(0, 64), 64)
tracker, track = followed(his.frames)
"""


def test_controls_playground_answers_to_every_slider(page_with, lab):
    page = page_with()
    open_widget(page, lab, "13_deep_video_portraits", "ControlsPlayground", before=SHORT)
    move_every_control(page, "ControlsPlayground", sliders=8)
    says(page, "ControlsPlayground", "outside the footage")


@pytest.fixture(scope="module")
def known():
    turns = torch.linspace(-0.2, 0.2, 9)[:, None] * torch.tensor([[0.3, 1.0, 0.2]])
    place = torch.tensor([0.0, -0.03, -1.25]).expand(9, 3)
    gaze = 0.5 * turns[:, :2]
    return P.Controls(
        torch.zeros(9, 52), axis_angle_to_matrix(turns), place, gaze, torch.linspace(0, 1, 9)
    )


def test_the_network_gets_what_is_shown_and_ends_of_the_footage_are_named(known):
    model = P.PortraitModel(Person(FaceSpace(), focal=P.STUDIO.focal), 64)
    asked = []

    def draw(told):
        asked.append(told)
        return told[..., :3]

    widget = play.ControlsPlayground(model, known, frame=4, draw=draw)
    assert asked[-1].shape == (1, 64, 64, 9) and widget.status.value == ""
    widget.controls["lids open"].value = 1.0
    before = asked[-1]
    widget.controls["gaze up"].value = 0.3
    assert not np.array_equal(asked[-1], before) and "gaze up" in widget.status.value
    assert widget.controls_now().gaze[0, 1] == pytest.approx(0.3)
    widget.controls["lids open"].value = 0.0
    assert not asked[-1][..., 6:].any()
    bars = [child.value for child in widget.children[0].children if "gradient" in str(child.value)]
    assert len(bars) == len(widget.controls)


def test_the_studio_films_what_the_sliders_ask_for(known):
    model = P.PortraitModel(Person(FaceSpace(), focal=P.STUDIO.focal), 64)
    acted = studio.talk(studio.cast(24), 9, 1)
    shots = []

    def shoot(performance):
        shots.append(performance)
        return np.full((1, 64, 64, 3), 40, np.uint8)

    def draw(told):
        return np.zeros((1, 64, 64, 3), np.uint8)

    widget = play.ControlsPlayground(model, known, 4, draw=draw, acted=acted, shoot=shoot)
    for name in ("expression", "rotation", "translation", "gaze"):
        start = getattr(acted, name)[4:5]
        assert torch.allclose(getattr(shots[-1], name), start, atol=1e-2), name
    widget.controls["head to its left"].value += 0.3
    widget.controls["gaze up"].value += 0.2
    widget.controls["mouth open"].value = 0.7
    moved = shots[-1]
    assert (moved.rotation - acted.rotation[4:5])[0, 1].item() == pytest.approx(0.3, abs=0.02)
    assert (moved.gaze - acted.gaze[4:5])[0].tolist() == pytest.approx([0, 0.2], abs=0.01)
    jaw = studio.EXPRESSIONS.index("jawOpen")
    wide = (moved.expression - acted.expression[4:5])[0, jaw].item()
    assert wide == pytest.approx(min(0.7, 1 - acted.expression[4, jaw].item()), abs=0.02)
    widget.controls["lids open"].value = 0.0
    lid = studio.EXPRESSIONS.index("eyeBlinkLeft")
    assert shots[-1].expression[0, lid] > acted.expression[4, lid] + 0.4
    assert widget.draw_picture().shape[1] == 3 * 64  # two rows of three panels
