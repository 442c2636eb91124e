"""The clip player in a real browser: it loops in silence, and sound and position stand below."""

import numpy as np
import pytest

from course_lib.media import Clip

STATE = """() => [...document.querySelectorAll('video')].map(v => ({
  paused: v.paused, muted: v.muted, loop: v.loop, controls: v.controls, time: v.currentTime,
  bottom: v.getBoundingClientRect().bottom}))"""


@pytest.fixture
def player(tmp_path, chromium):
    """A page with a silent and a voiced clip of 1.2 s, and what went wrong on it."""
    frames = np.random.default_rng(0).integers(0, 255, (30, 64, 64, 3)).astype(np.uint8)
    voiced = Clip(frames, 25, 0.1 * np.sin(np.arange(19200) * 0.2))
    path = tmp_path / "page.html"
    pages = "".join(c._repr_html_() for c in (Clip(frames, 25), voiced))
    path.write_text(f"<!doctype html><body>{pages}</body>", encoding="utf-8")
    page = chromium.new_page()
    page.wrong = []
    page.on("pageerror", lambda e: page.wrong.append(str(e)))
    page.goto(path.as_uri())
    page.wait_for_function("[...document.querySelectorAll('video')].every(v => v.currentTime)")
    yield page
    page.close()


def test_sound_is_asked_for_and_ends_in_silence(player):
    for video in player.evaluate(STATE):
        assert video["muted"] and video["loop"] and not video["paused"] and not video["controls"]
    button, position = player.locator("button"), player.locator("input")
    assert button.count() == 1 and position.count() == 1, "only the voiced clip has a row"
    assert button.bounding_box()["y"] >= player.evaluate(STATE)[1]["bottom"]
    button.click()
    silent, voiced = player.evaluate(STATE)
    assert silent["muted"] and not voiced["muted"] and "silence" in button.inner_text()
    player.wait_for_function("document.querySelectorAll('video')[1].muted", timeout=20_000)
    again = player.evaluate(STATE)[1]
    assert again["loop"] and not again["paused"] and "play with sound" in button.inner_text()
    assert not player.wrong


def test_a_click_stops_and_the_position_can_be_chosen(player):
    picture = player.locator("video").first
    picture.click()
    assert player.evaluate(STATE)[0]["paused"]
    picture.click()
    assert not player.evaluate(STATE)[0]["paused"]
    player.eval_on_selector(
        "input", "e => { e.value = 0.5; e.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    stopped = player.evaluate(STATE)[1]
    assert stopped["paused"] and abs(stopped["time"] - 0.6) < 0.1
    assert not player.wrong
