"""What tests share: where things are, and the lessons' cells."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "media"
# Lessons written anew, for which the habits of the second edition hold. It only grows.
SECOND_EDITION = ()
SCORE = "synthetic-media-course/score"


def notebooks():
    return sorted((ROOT / "notebooks").glob("*/*.ipynb"))


def cells(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))["cells"]


def source(cell):
    return "".join(cell["source"])


def records(notebook):
    """A run notebook's scoreboard records, in order."""
    found = []
    for cell in cells(notebook):
        for output in cell.get("outputs", []):
            record = output.get("data", {}).get("application/json")
            if isinstance(record, dict) and record.get("kind") == SCORE:
                found.append(record)
    return found
