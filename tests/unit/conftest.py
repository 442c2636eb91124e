import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "media"
sys.path.insert(0, str(ROOT / "data_scripts"))


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def shared():
    if not SHARED.is_dir():
        pytest.skip("../shared/media is not here: no real footage to try")
    return SHARED


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory, monkeypatch):
    """Keep the tests' certificate out of the user's cache."""
    monkeypatch.setenv("COURSE_HOME", str(tmp_path_factory.getbasetemp() / "home"))


@pytest.fixture(scope="session")
def actor():
    from course_lib import studio

    return studio.cast(7)


@pytest.fixture(scope="session")
def clip(actor):
    from course_lib import studio

    return studio.film(actor, "Maybe people buy five boats.", size=64)


def notebooks():
    return sorted((ROOT / "notebooks").glob("*/*.ipynb"))


def cells(path):
    return json.loads(Path(path).read_text())["cells"]
