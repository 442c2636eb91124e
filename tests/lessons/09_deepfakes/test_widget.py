"""Lesson 09's widgets in a browser: one needs no network, the other a model with its snapshots."""

import pytest
from drive import move_every_control, open_widget

UNTRAINED = """
import torch
from course_lib.taught.swap.deepfakes import DF

faces_A = np.random.default_rng(0).integers(0, 255, (30, 64, 64, 3), np.uint8)
truth_crops = faces_A[:, ::-1]
snapshots = {}
for step in range(12):
    torch.manual_seed(step)
    model = DF(64, 8, 64)
    snapshots[step] = model.state_dict()
"""


@pytest.fixture(scope="module")
def widgets(page_with, lab):
    """A page with both widgets."""
    page = page_with()
    names = ("ConversionPlayground", "SnapshotPlayground")
    open_widget(page, lab, "09_deepfakes", *names, before=UNTRAINED)
    return page


def test_conversion_playground_answers_to_every_control(widgets):
    move_every_control(widgets, "ConversionPlayground", sliders=4)


def test_snapshot_playground_answers_to_every_control(widgets):
    move_every_control(widgets, "SnapshotPlayground", sliders=2)
