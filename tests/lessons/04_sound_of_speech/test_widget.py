"""Lesson 04's widgets in a browser: every control, a microphone, a file, vowels on the pad."""

import pytest
import soundfile
from drive import changed, move_every_control, open_widget, picture, says
from support import SHARED

from course_lib import media, studio

LESSON = "04_sound_of_speech"


def voice(path, text, speaker):
    """A studio voice as a sound file."""
    speech = studio.say(text, speaker)
    soundfile.write(path, speech.sound, speech.sample_rate, subtype="PCM_16")
    return path


def real_or_studio_voice(path):
    """A real recording where ../shared has one, else a studio voice."""
    real = SHARED / "speech" / "LJ001-0007.wav"
    if not real.is_file():
        return voice(path, "The earliest book was printed with movable types.", "hanna")
    sound = media.read(real)
    soundfile.write(path, sound.samples, sound.sample_rate, subtype="PCM_16")
    return path


@pytest.fixture(scope="module")
def page(page_with, lab, tmp_path_factory):
    """Both widgets, in a browser whose microphone plays a voice."""
    heard = real_or_studio_voice(tmp_path_factory.mktemp("voice") / "microphone.wav")
    page = page_with(f"--use-file-for-fake-audio-capture={heard}")
    open_widget(page, lab, LESSON, "MouthPlayground", "FormantPlayground")
    return page


def test_mouth_and_formants_answer_to_every_control(page):
    before = picture(page, "MouthPlayground")
    said = page.locator(".course-MouthPlayground input[type=text]").first
    said.fill("Stew.")  # a word holds the chosen viseme and is drawn in a tenth of the time
    said.press("Enter")
    changed(page, "MouthPlayground", before)
    move_every_control(page, "MouthPlayground", sliders=3)
    move_every_control(page, "FormantPlayground", sliders=3)
    before = picture(page, "FormantPlayground")
    page.locator(".course-FormantPlayground canvas").click(position=dict(x=200, y=60))
    changed(page, "FormantPlayground", before)


def test_mouth_follows_a_microphone_and_a_file(page, tmp_path):
    upload = voice(tmp_path / "upload.wav", "Good evening, and welcome.", "emil")
    box = page.locator(".course-MouthPlayground")
    now = picture(page, "MouthPlayground")
    box.locator("button", has_text="record").click()
    says(page, "MouthPlayground", "Recording, 2 s")
    box.locator("button", has_text="stop").click()
    now = changed(page, "MouthPlayground", now)
    says(page, "MouthPlayground", "phonemes heard")
    box.locator("input[type=file]").set_input_files(str(upload))
    changed(page, "MouthPlayground", now)
    says(page, "MouthPlayground", "upload.wav")
    page.wait_for_function("v => v.duration > 1", arg=box.locator("video").element_handle())
