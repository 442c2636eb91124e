"""Sitting 06a's widget: painted on in a browser, and what it says about maps it cannot take."""

import numpy as np
import pytest
from drive import changed, choose, open_widget, picture, says

from course_lib import play

STROKES = 12
MILLISECONDS = "box => Number(box.innerText.match(/drawn in (\\d+) ms/)[1])"


def test_paint_playground_follows_the_brush_and_its_menu(page_with, lab):
    page = page_with()
    open_widget(page, lab, "06_pix2pix", "PaintPlayground")
    says(page, "PaintPlayground", "drawn in")
    box = page.locator(".course-PaintPlayground")
    now = picture(page, "PaintPlayground")
    choose(box.locator(".widget-dropdown").first)
    now = changed(page, "PaintPlayground", now, "begin with")
    box.get_by_role("button", name="clothes", exact=True).click()
    place = box.locator("canvas").bounding_box()
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    page.mouse.move(x - 60, y)
    page.mouse.down()
    for k in range(STROKES):
        page.mouse.move(x - 60 + 10 * k, y + 3 * k)
    page.mouse.up()
    changed(page, "PaintPlayground", now, "the brush")
    assert page.eval_on_selector(".course-PaintPlayground", MILLISECONDS) < 1000


def maps(**changed):
    kept = dict(networks={"grey": lambda m: np.full((*m.shape, 3), 9 * m.max(), np.uint8)})
    return kept | dict(maps={"one": np.zeros((32, 32), np.uint8)}) | changed


def test_what_was_painted_is_drawn():
    widget = play.PaintPlayground(**maps())
    dark = bytes(widget.image.value)
    widget.pad.labels = np.full((32, 32), 11, np.uint8).tobytes()
    widget.pad.sent += 1
    assert bytes(widget.image.value) != dark and widget.pad.done == 1
    assert widget.map.min() == 11


def test_maps_that_do_not_fit_get_a_sentence():
    with pytest.raises(ValueError, match="square and of one size"):
        play.PaintPlayground(**maps(maps={"a": np.zeros((4, 4)), "b": np.zeros((8, 8))}))
    with pytest.raises(ValueError, match="square"):
        play.PaintPlayground(**maps(maps={"a": np.zeros((4, 8))}))
    with pytest.raises(ValueError, match="LABELS, 0 to 11"):
        play.PaintPlayground(**maps(maps={"a": np.full((8, 8), 12)}))
