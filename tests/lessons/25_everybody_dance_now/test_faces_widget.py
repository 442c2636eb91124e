"""Sitting 25b's widget: in a browser, and what it says about films that do not go together."""

import numpy as np
import pytest
from drive import move_every_control, open_widget

from course_lib import play

FILMS = """
from types import SimpleNamespace
import numpy as np
own_drawn, films = np.random.default_rng(0).integers(0, 255, (2, 8, 256, 256, 3), np.uint8)
own = SimpleNamespace(frames=films)
"""  # the lesson's own take half a minute of drawing


def test_slice_playground_answers_to_every_control(page_with, lab):
    page = page_with()
    open_widget(page, lab, "25_everybody_dance_now", "SlicePlayground", before=FILMS)
    move_every_control(page, "SlicePlayground", sliders=2)


def test_films_of_different_shapes_get_a_sentence():
    film = np.zeros((4, 8, 8, 3), np.uint8)
    with pytest.raises(ValueError, match="give two or more of one shape"):
        play.SlicePlayground({"a": film, "b": film[:3]})
    with pytest.raises(ValueError, match="1 films"):
        play.SlicePlayground({"a": film})
