"""The widgets of lesson 28, moved in a browser."""

import numpy as np
from drive import move_every_control, open_widget

from course_lib import play
from course_lib.taught.body.lumierenet import hour_lecturer

BEFORE = """
import types
import numpy as np
s = types.SimpleNamespace(device="cpu")
from course_lib.taught.body import figure_codes as course
rng = np.random.default_rng(0)
judged = None
course.figures = lambda clip: rng.integers(0, 256, (30, 64, 64, 3)).astype(np.uint8)
"""


def test_the_lecture_playground_answers_to_every_control(page_with, lab):
    page = page_with()
    open_widget(page, lab, "28_lumierenet", "LecturePlayground", before=BEFORE)
    move_every_control(page, "LecturePlayground", sliders=5)


def test_the_lecturer_playground_answers_to_every_control(page_with, lab):
    page = page_with()
    before = "from course_lib import train"
    open_widget(page, lab, "28_lumierenet", "LecturerPlayground", before=before)
    move_every_control(page, "LecturerPlayground", sliders=2)


def test_without_life_all_frames_are_one():
    widget = play.LecturerPlayground(hour_lecturer())
    lively = widget.film.astype(int)
    widget.controls["life"].value = 0
    still = widget.film.astype(int)
    assert len(still) == len(lively) == len(widget.whole)
    assert np.ptp(still, axis=0).max() <= 1 and np.ptp(lively, axis=0).max() > 50
    widget.controls["text"].value = "word " * 200
    assert "most here" in widget.status.value
