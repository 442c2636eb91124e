"""Lesson 11's widget in a browser: every control, a camera that plays a clip, a film as a file."""

import cv2
import pytest
from drive import changed, move_every_control, open_widget, picture, says
from support import SHARED

from course_lib import media, studio

WIDGET = "ReenactmentPlayground"
QUICK = """
import functools
play.ReenactmentPlayground = functools.partial(play.ReenactmentPlayground, frames=25)
"""  # a third of the target's film: the drive asks whether controls are heard


def camera_film(path):
    """A film for Chromium's camera: a real clip where ../shared has one, else an actor."""
    real = SHARED / "talking" / "obama_address_46s.mov"
    if real.is_file():
        clip = media.read(real, seconds=6)
    else:
        clip = studio.film(studio.cast(10), "Good evening, and welcome.", size=256)
    frames = (cv2.imencode(".jpg", f[..., ::-1])[1].tobytes() for f in clip.frames)
    path.write_bytes(b"".join(frames))
    return path


@pytest.fixture(scope="module")
def page(page_with, lab, tmp_path_factory):
    """The widget, in a browser whose camera plays a film."""
    camera = camera_film(tmp_path_factory.mktemp("camera") / "camera.mjpeg")
    page = page_with(f"--use-file-for-fake-video-capture={camera}")
    open_widget(page, lab, "11_face2face", WIDGET, before=QUICK)
    return page


def test_reenactment_answers_to_every_control(page):
    move_every_control(page, WIDGET, sliders=8)


def test_reenactment_follows_a_camera_and_a_file(page, tmp_path):
    film = studio.film(studio.cast(3), "Good evening, and welcome.", size=192)
    upload = media.write(tmp_path / "upload.mp4", film)
    box = page.locator(f".course-{WIDGET}")
    page.get_by_text("start camera").click()
    says(page, WIDGET, "Camera on")
    says(page, WIDGET, "face tracked")
    now = picture(page, WIDGET)
    for _ in range(3):
        now = changed(page, WIDGET, now, rest=False)
    face_layer = box.locator("input[type=checkbox]").first
    face_layer.uncheck()  # frames go on
    changed(page, WIDGET, now, rest=False)
    face_layer.check()
    box.locator("button", has_text="stop").click()
    says(page, WIDGET, "Stopped")
    box.locator("input[type=file]").set_input_files(str(upload))
    says(page, WIDGET, "getting to know you")
    says(page, WIDGET, "face tracked")
