"""Widgets in general, without a browser: imported when asked for, redrawn when moved."""

import subprocess
import sys

import numpy as np
import pytest

from course_lib import play
from course_lib.play.base import slider

LESSON_MODULES = """
import sys
import course_lib.play
print(sorted(m for m in sys.modules if m.startswith("course_lib.play.")))
"""


def test_importing_play_imports_no_lesson_module():
    command = [sys.executable, "-c", LESSON_MODULES]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert out.strip() == "['course_lib.play.base']"


def test_an_unknown_widget_gets_a_sentence():
    with pytest.raises(AttributeError, match="no 'Playgruond'; it has Playground, ActorMixer"):
        _ = play.Playgruond


@pytest.mark.parametrize("name", sorted(play.MODULES))
def test_every_name_leads_to_a_class_of_that_name(name):
    assert getattr(play, name).__name__ == name


class Grey(play.Playground):
    """One slider, one grey."""

    def __init__(self):
        super().__init__({"level": slider("level", 0, 1, 0.5)})

    def draw_picture(self):
        return np.full((8, 8, 3), self.value("level"), np.float32)


def test_a_moved_control_draws_the_picture_anew():
    widget = Grey()
    before = bytes(widget.image.value)
    widget.controls["level"].value = 0.9
    assert bytes(widget.image.value) != before
    assert "course-Grey" in widget._dom_classes


def test_the_last_picture_is_kept_for_pages_that_run_no_widgets():
    data, _ = Grey()._repr_mimebundle_()
    assert data["image/jpeg"].startswith("/9j/")


@pytest.mark.parametrize("samples", [b"", np.zeros(16000, np.float32).tobytes()])
def test_a_microphone_that_heard_nothing_says_so(samples):
    microphone = play.Microphone()
    microphone.samples = samples
    with pytest.raises(ValueError, match="nothing recorded yet|silent or shorter"):
        microphone.sound()


def test_a_recording_is_brought_to_one_loudness():
    microphone = play.Microphone()
    microphone.samples = np.linspace(-0.1, 0.2, 16000, dtype=np.float32).tobytes()
    assert np.abs(microphone.sound()).max() == pytest.approx(0.7)
