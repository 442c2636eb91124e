"""What tests share: where things are, and the lessons' cells."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "media"


def notebooks():
    return sorted((ROOT / "notebooks").glob("*/*.ipynb"))


def cells(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
