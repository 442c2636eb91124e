import pytest
from browser import chromium, lab, page, page_with  # noqa: F401 - fixtures of the widget drives
from support import ROOT, SHARED


def pytest_collection_modifyitems(items):
    """Real footage lies outside the project: what reads it carries the mark `shared`."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def shared():
    if not SHARED.is_dir():
        pytest.skip("../shared/media is not here: no real footage to try")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory):
    """Keep the tests' certificate out of the user's cache, whatever fixture writes first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_HOME", str(tmp_path_factory.getbasetemp() / "home"))
        yield


@pytest.fixture(scope="session")
def actor():
    from course_lib import studio

    return studio.cast(16)


@pytest.fixture(scope="session")
def clip(actor):
    from course_lib import studio

    return studio.film(actor, "Maybe people buy five boats.", size=64)
