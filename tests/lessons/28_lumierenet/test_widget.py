"""The widget of lesson 28, moved in a browser."""

from drive import move_every_control, open_widget

BEFORE = """
import types
import numpy as np
s = types.SimpleNamespace(device="cpu")
from course_lib.taught.body import lumierenet as course
rng = np.random.default_rng(0)
judged = None
course.figures = lambda clip: rng.integers(0, 256, (30, 64, 64, 3)).astype(np.uint8)
"""


def test_the_lecture_playground_answers_to_every_control(page_with, lab):
    page = page_with()
    open_widget(page, lab, "28_lumierenet", "LecturePlayground", before=BEFORE)
    move_every_control(page, "LecturePlayground", sliders=5)
