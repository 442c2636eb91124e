"""What the launcher opens, in a browser."""

import sys

from browser import serve, stop
from support import ROOT

# the setting itself, not only its effect: the question about news may come after the look
NEWS = """async () => {
    const answer = await fetch('/lab/api/settings/@jupyterlab/apputils-extension:notification');
    return (await answer.json()).schema.properties.fetchNews.default;
}"""


def test_jupyterlab_opens_without_pop_ups(page, tmp_path):
    """No question about Jupyter news, no dialog: what the reader sees first is the lesson."""
    process, url = serve([sys.executable, str(ROOT / "data_scripts" / "lab.py")], tmp_path)
    try:
        page.goto(f"{url}/lab?reset")
        page.wait_for_function("window.jupyterapp?.shell")
        page.evaluate("() => window.jupyterapp.restored")
        page.wait_for_load_state("networkidle")
        assert page.evaluate(NEWS) == "false"
        assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
        page.goto("about:blank")
    finally:
        stop(process)
