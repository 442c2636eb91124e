"""Sitting 24b's widgets in a browser: every control, a joint that is dragged, a film as a file."""

import pytest
from drive import at_rest, changed, move_every_control, open_widget, picture, says

from course_lib import media, studio

LIFTER = """
from course_lib.taught.body.motion_capture import Lifter
lifter = Lifter()
"""  # untrained: the drive asks whether controls are heard


@pytest.fixture
def body(page_with, lab):
    page = page_with()
    open_widget(page, lab, "24_finding_poses", "BodyPlayground")
    return page


def test_body_playground_answers_to_every_control_and_to_the_mouse(body):
    move_every_control(body, "BodyPlayground", sliders=3)
    before = at_rest(body, "BodyPlayground")
    box = body.locator(".course-BodyPlayground canvas").bounding_box()
    body.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    body.mouse.down()
    body.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.3 * box["height"], steps=3)
    body.mouse.up()
    changed(body, "BodyPlayground", before, "the mouse")
    says(body, "BodyPlayground", "from the pull")


def test_puppet_answers_to_every_control_and_follows_a_file(page_with, lab, tmp_path):
    page = page_with()
    open_widget(page, lab, "24_finding_poses", "PuppetPlayground", before=LIFTER)
    move_every_control(page, "PuppetPlayground", sliders=2)
    says(page, "PuppetPlayground", "nobody to be seen")  # the camera is off
    actor = studio.cast(8)
    film = studio.film(actor, studio.dance(1.0, seed=2, actor=actor), size=160)
    upload = media.write(tmp_path / "dance.mp4", film)
    now = picture(page, "PuppetPlayground")
    page.locator(".course-PuppetPlayground input[type=file]").set_input_files(str(upload))
    changed(page, "PuppetPlayground", now, "the file", rest=False)
    says(page, "PuppetPlayground", "frames a second")
