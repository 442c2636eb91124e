"""The widgets of lesson 06: painted on in a browser, and what they say about bad maps."""

import numpy as np
import pytest
from drive import changed, choose, open_widget, picture, says

from course_lib import play

STROKES = 12
MILLISECONDS = "box => Number(box.innerText.match(/drawn in (\\d+) ms/)[1])"


def stroke(page, box, fall):
    """One stroke of the brush to the right through the middle of the map, falling `fall` a step."""
    place = box.locator("canvas").bounding_box()
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    page.mouse.move(x - 60, y)
    page.mouse.down()
    for k in range(STROKES):
        page.mouse.move(x - 60 + 10 * k, y + fall * k)
    page.mouse.up()


def test_paint_playground_follows_the_brush_and_its_menu(page_with, lab):
    page = page_with()
    open_widget(page, lab, "06_pix2pix", "PaintPlayground")
    says(page, "PaintPlayground", "drawn in")
    box = page.locator(".course-PaintPlayground")
    now = picture(page, "PaintPlayground")
    choose(box.locator(".widget-dropdown").first)
    now = changed(page, "PaintPlayground", now, "begin with")
    box.get_by_role("button", name="clothes", exact=True).click()
    stroke(page, box, 3)
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
    with pytest.raises(ValueError, match="0 to 11 of background"):
        play.PaintPlayground(**maps(maps={"a": np.full((8, 8), 12)}))


def test_line_playground_follows_the_pen(page_with, lab):
    page = page_with()
    open_widget(page, lab, "06_pix2pix", "LinePlayground")
    says(page, "LinePlayground", "drawn in")
    box = page.locator(".course-LinePlayground")
    now = picture(page, "LinePlayground")
    stroke(page, box, 6)
    now = changed(page, "LinePlayground", now, "the pen")
    choose(box.locator(".widget-dropdown").first)
    changed(page, "LinePlayground", now, "begin with")


def test_lines_are_0_and_1_and_there_is_an_empty_sheet():
    seen = []
    networks = {"grey": lambda m: seen.append(m.max()) or np.full((*m.shape, 3), 200, np.uint8)}
    widget = play.LinePlayground(networks)
    assert "an empty sheet" in widget.maps and seen == [1]
    widget.controls["begin with"].value = "an empty sheet"
    assert seen[-1] == 0
    with pytest.raises(ValueError, match="0 to 1 of rub out, draw"):
        play.LinePlayground(networks, {"a": np.full((8, 8), 2)})
