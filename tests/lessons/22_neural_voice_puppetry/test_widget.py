"""The widgets of lesson 22, moved in a browser."""

from drive import move_every_control, open_widget

from course_lib import play

FILM = """
import types
import numpy as np
import torch
from course_lib import studio
from course_lib.taught.foundations.faces_in_3d import axis_angle_to_matrix
from course_lib.taught.video.face_tracker import FaceSpace, Person
from course_lib.taught.video.portrait_controls import Controls
s = types.SimpleNamespace(device="cpu")
LEARN = JUDGE = slice(0, 20)
tracker = types.SimpleNamespace(person=Person(FaceSpace(), focal=9.5))
turns = torch.linspace(-0.2, 0.2, 20)[:, None] * torch.tensor([[0.3, 1.0, 0.2]])
place = torch.tensor([0.0, -0.02, -1.25]).expand(20, 3)
R = axis_angle_to_matrix(turns)
known = Controls(torch.rand(20, 52) / 3, R, place, turns[:, :2] / 2, torch.ones(20))
noise = np.random.default_rng(0).integers(0, 256, (20, 256, 256, 3)).astype(np.uint8)
film = types.SimpleNamespace(frames=noise)
acted = studio.perform("Paul bought a puppy.", seed=1)
"""


def test_the_voice_playground_answers_to_every_control(page_with, lab):
    page = page_with()
    open_widget(page, lab, "22_neural_voice_puppetry", "VoicePlayground")
    move_every_control(page, "VoicePlayground", sliders=1)


def test_the_puppetry_playground_answers_to_every_control(page_with, lab):
    page = page_with()
    open_widget(page, lab, "22_neural_voice_puppetry", "PuppetryPlayground", before=FILM)
    move_every_control(page, "PuppetryPlayground", sliders=1)


def test_another_voice_moves_the_mouth_and_a_frame_costs_no_film():
    widget = play.VoicePlayground(size=64)
    first, whole = widget.heard, widget.whole
    widget.controls["frame"].value = 0.8
    assert widget.whole is whole
    widget.controls["voice"].value = "steph"
    assert widget.whole is not whole and widget.heard is not first
    widget.controls["language"].value = "de"
    assert "frames" in widget.status.value
    widget.controls["text"].value = "word " * 200
    assert "most here" in widget.status.value
