"""Lesson 24's widgets in a browser."""

from drive import move_every_control, open_widget


def test_pose_playground_answers_to_every_control(page_with, lab):
    page = page_with()
    open_widget(page, lab, "24_finding_poses", "PosePlayground")
    move_every_control(page, "PosePlayground", sliders=4)
