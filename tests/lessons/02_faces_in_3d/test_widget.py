"""Lesson 02's widgets in a browser."""

from drive import move_every_control, open_widget


def test_renderer_playground_answers_to_every_control(page, lab):
    actor = "actor = studio.cast(28)"
    open_widget(page, lab, "02_faces_in_3d", "RendererPlayground", before=actor)
    move_every_control(page, "RendererPlayground", sliders=6)


def test_a_head_is_fitted_by_hand_and_by_gradient(page, lab):
    open_widget(page, lab, "02_faces_in_3d", "FitPlayground")
    move_every_control(page, "FitPlayground", sliders=5)


def test_a_triangle_answers_to_every_control(page, lab):
    open_widget(page, lab, "02_faces_in_3d", "TrianglePlayground")
    move_every_control(page, "TrianglePlayground", sliders=2)
