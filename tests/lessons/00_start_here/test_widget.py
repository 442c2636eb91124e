"""Lesson 00 in a browser: its film plays, its widget answers; nbval shows that its cells run."""

from drive import move_every_control, open_widget

FILM = """
from course_lib import studio
HELLO = "Hello. I was never born."
actor = studio.cast(7)
studio.film(actor, HELLO, size=256, background="office")
"""  # the lesson's first film, its first two sentences
PLAYS = """v => new Promise((done, failed) => {
    if (v.readyState >= 1) done([v.videoWidth, v.videoHeight]);
    v.onloadedmetadata = () => done([v.videoWidth, v.videoHeight]);
    v.onerror = () => failed(new Error('the clip does not play'));
})"""


def test_the_film_plays_and_the_widget_answers_to_every_control(page, lab):
    open_widget(page, lab, "00_start_here", "ActorMixer", before=FILM)
    assert page.eval_on_selector(".jp-Notebook video", PLAYS) == [256, 256]
    move_every_control(page, "ActorMixer", sliders=8)
