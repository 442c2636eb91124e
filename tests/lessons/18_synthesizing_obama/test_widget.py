"""Lesson 18's widget in a browser."""

from drive import changed, move_every_control, open_widget, picture

QUICK = """
import functools
from course_lib.play import synthesizing_obama
synthesizing_obama.studio_double = functools.partial(
    synthesizing_obama.studio_double, sentences=4, filmed=2, steps=5, seconds=4
)
"""  # the drive asks whether controls are heard, not how well the double speaks


def test_dub_playground_answers_to_every_control(page, lab):
    open_widget(page, lab, "18_synthesizing_obama", "DubPlayground", before=QUICK)
    before = picture(page, "DubPlayground")
    said = page.locator(".course-DubPlayground input[type=text]").first
    said.fill("We choose.")  # drawn in a third of the time
    said.press("Enter")
    changed(page, "DubPlayground", before)
    move_every_control(page, "DubPlayground", sliders=2)
