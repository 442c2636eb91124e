"""The widget of lesson 15: moved in a browser, and what it shows of a texture."""

import numpy as np
import pytest
import torch
from drive import move_every_control, open_widget

from course_lib import play
from course_lib.taught.video import neural_textures as N
from course_lib.taught.video import portrait_controls as P
from course_lib.taught.video import unrolled_heads as U
from course_lib.taught.video.face_tracker import FaceSpace, Person

SHORT = """
import types
import numpy as np
import torch
from course_lib.taught.foundations.faces_in_3d import axis_angle_to_matrix
from course_lib.taught.video.face_tracker import FaceSpace, Person
from course_lib.taught.video.portrait_controls import Controls
from course_lib.taught.video.unrolled_heads import Bust
s = types.SimpleNamespace(device="cpu")
tracker = types.SimpleNamespace(person=Person(FaceSpace(), focal=8.4))
turns = torch.linspace(-0.2, 0.2, 70)[:, None] * torch.tensor([[0.3, 1.0, 0.2]])
place = torch.tensor([0.0, -0.03, -1.25]).expand(70, 3)
open_ = torch.linspace(0, 1, 70)
known = Controls(torch.zeros(70, 52), axis_angle_to_matrix(turns), place, turns[:, :2] / 2, open_)
noise = np.random.default_rng(0).integers(0, 256, (70, 256, 256, 3)).astype(np.uint8)
his = types.SimpleNamespace(frames=noise)
wide = Bust(tracker.person, 512)
"""


@pytest.mark.parametrize("widget", ["UnrolledPlayground", "TexturePlayground"])
def test_playgrounds_answer_to_every_slider(page_with, lab, widget):
    page = page_with()
    open_widget(page, lab, "15_neural_textures", widget, before=SHORT)
    move_every_control(page, widget, sliders=8)


@pytest.fixture(scope="module")
def widget():
    turns = torch.linspace(-0.2, 0.2, 9)[:, None] * torch.tensor([[0.3, 1.0, 0.2]])
    known = P.Controls(
        torch.zeros(9, 52),
        U.axis_angle_to_matrix(turns),
        torch.tensor([0.0, -0.03, -1.25]).expand(9, 3),
        0.5 * turns[:, :2],
        torch.linspace(0, 1, 9),
    )
    bust = U.Bust(Person(FaceSpace(), focal=P.STUDIO.focal), 128)
    torch.manual_seed(0)
    texture = N.NeuralTexture((17, 9))
    for level in texture.levels:
        level.data.normal_(0, 0.2)
    model = N.Deferred(N.unet(64, None, widths=(8, 12)), texture)
    return play.TexturePlayground(bust, model, known, frame=4)


def test_each_choice_changes_its_panels(widget):
    seen = [np.asarray(widget.draw_picture())]
    for name, value in (("feature", slice(7, 8)), ("level", 1), ("level", None), ("hair", True)):
        widget.controls[name].value = value
        seen.append(np.asarray(widget.draw_picture()))
        assert not np.array_equal(seen[-1][:, :512], seen[-2][:, :512]), name
    widget.controls["head to its left"].value = 0.6
    assert "head to its left" in widget.status.value


def test_pictures_of_features_are_within_their_range():
    from course_lib.play.neural_textures import as_picture

    for c in (1, 3):
        picture = as_picture(3 * torch.randn(c, 5, 5))
        assert picture.shape == (5, 5, 3) and 0 <= picture.min() and picture.max() <= 1
