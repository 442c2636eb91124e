"""Lesson 25's widget: in a browser, and what it says of a shorter range."""

from drive import changed, move_every_control, open_widget, picture, says

from course_lib import play


def test_dance_playground_answers_to_every_control(page_with, lab):
    page = page_with()
    open_widget(page, lab, "25_everybody_dance_now", "DancePlayground")
    says(page, "DancePlayground", "rho")
    move_every_control(page, "DancePlayground", sliders=3)
    now = picture(page, "DancePlayground")
    page.locator(".course-DancePlayground input[type=checkbox]").click()
    now = changed(page, "DancePlayground", now, "normalise")
    page.locator(".course-DancePlayground .jupyter-widgets.widget-play button").first.click()
    changed(page, "DancePlayground", now, "play", rest=False)


def test_the_text_names_rho_and_the_shorter_range():
    widget = play.DancePlayground()
    assert "rho 0." in widget.status.value and "shorter" not in widget.status.value
    near, far = [], []
    for share, rhos in ((0, far), (1, near)):
        widget.controls["stands"].value = share
        rhos.append(float(widget.status.value.split()[1].strip(",")))
    assert near[0] > 0.7 and far[0] < 0.3
    widget.controls["away"].value = 9
    assert "shorter" in widget.status.value
