"""What tests share: where things are, and the lessons' cells."""

import json
from pathlib import Path

from course_lib.judge.records import records as records_of

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "media"
# Lessons written anew, for which the habits of the second edition hold. It only grows.
SECOND_EDITION = (
    "00_start_here",
    "02_faces_in_3d",
    "06_pix2pix",
    "09_deepfakes",
    "13_deep_video_portraits",
    "15_neural_textures",
    "22_neural_voice_puppetry",
    "24_finding_poses",
    "25_everybody_dance_now",
    "28_lumierenet",
)


def notebooks():
    return sorted((ROOT / "notebooks").glob("*/*.ipynb"))


def cells(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))["cells"]


def source(cell):
    return "".join(cell["source"])


def records(notebook):
    """A run notebook's scoreboard records, in order."""
    return list(records_of(cells(notebook)))
