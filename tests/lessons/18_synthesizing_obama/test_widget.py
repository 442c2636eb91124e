"""Lesson 18's widget in a browser."""

from drive import move_every_control, open_widget

QUICK = """
import functools
from course_lib.play import synthesizing_obama
synthesizing_obama.studio_double = functools.partial(
    synthesizing_obama.studio_double, sentences=6, filmed=4, steps=20, seconds=4
)
"""  # the drive asks whether controls are heard, not how well the double speaks


def test_dub_playground_answers_to_every_control(page, lab):
    open_widget(page, lab, "18_synthesizing_obama", "DubPlayground", before=QUICK)
    move_every_control(page, "DubPlayground", sliders=2)
