"""Lesson 09's widgets in a browser: one needs no network, the other a model with its snapshots."""

from browser import move_every_control, open_widget

LESSON = "09_deepfakes"
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


def test_conversion_playground_answers_to_every_control(page, lab):
    open_widget(page, lab, LESSON, "ConversionPlayground")
    move_every_control(page, "ConversionPlayground", sliders=4)


def test_snapshot_playground_answers_to_every_control(page, lab):
    open_widget(page, lab, LESSON, "SnapshotPlayground", before=UNTRAINED)
    move_every_control(page, "SnapshotPlayground", sliders=2)
