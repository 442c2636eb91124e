"""The widget of lesson 13: moved in a browser, and what it says where the footage ends."""

import numpy as np
import pytest
import torch
from drive import move_every_control, open_widget, says

from course_lib import play
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
