"""Lesson 03's widget in a browser."""

from drive import move_every_control, open_widget


def test_finder_playground_answers_to_every_control(page, lab):
    open_widget(page, lab, "03_finding_faces", "FinderPlayground")
    move_every_control(page, "FinderPlayground", sliders=7)
