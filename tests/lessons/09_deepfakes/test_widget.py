"""Lesson 09's widgets in a browser, one a sitting."""

from drive import move_every_control, open_widget

UNTRAINED = """
from course_lib.taught.swap.deepfakes import DF

noise = np.random.default_rng(0).integers(0, 255, (3, 30, 32, 32, 3), np.uint8)
faces = dict(zip(("A", "B", "test"), noise))
torch.manual_seed(0)
model = DF(32, 8, 64)
for decoder in model.decoders.values():
    decoder.first.weight.data *= 30  # so that a walk through the code is seen
"""


def driven(page_with, lab, widget, sliders, before=""):
    page = page_with()
    open_widget(page, lab, "09_deepfakes", widget, before=before)
    move_every_control(page, widget, sliders=sliders)


def test_swap_playground_answers_to_every_control(page_with, lab):
    driven(page_with, lab, "SwapPlayground", 5)


def test_code_playground_answers_to_every_control(page_with, lab):
    driven(page_with, lab, "CodePlayground", 5, UNTRAINED)


def test_conversion_playground_answers_to_every_control(page_with, lab):
    driven(page_with, lab, "ConversionPlayground", 4)
