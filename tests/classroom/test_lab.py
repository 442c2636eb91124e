"""JupyterLab as `make lab` opens it: lesson 00 of the workbook, and nothing that pops up."""

import json
import shutil
import socket
import subprocess
import time
import urllib.request

import pytest
import workbook
from lab import FIRST, lab_command, lab_environment

CHROMIUM = next(
    (p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
POP_UPS = ".jp-Dialog, .Toastify__toast"


def open_lab(folder, environment):
    """Start JupyterLab on a fresh workbook, with no settings of anybody's -> process, address."""
    workbook.make(folder / "workbook")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    own = {
        name: str(folder / name)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    }
    options = ["--no-browser", f"--port={port}", "--ServerApp.ip=127.0.0.1"]
    options.append("--IdentityProvider.token=")
    command = [*lab_command(folder), *options]
    quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    process = subprocess.Popen(command, env=environment | own, **quiet)
    url = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            urllib.request.urlopen(url + "/api", timeout=2)
            return process, url
        except OSError:
            time.sleep(0.5)
    process.kill()
    raise RuntimeError("JupyterLab did not start within a minute")


@pytest.mark.parametrize("course", [True, False], ids=["as the course opens it", "without"])
def test_nothing_pops_up(tmp_path, course):
    """Without the course's settings the question does come: so this test would see it."""
    from playwright.sync_api import sync_playwright

    environment = lab_environment()
    if not course:
        environment.pop("JUPYTER_CONFIG_PATH")
    process, url = open_lab(tmp_path, environment)
    try:
        with sync_playwright() as p:
            options = ["--no-sandbox", "--disable-gpu"]
            browser = p.chromium.launch(executable_path=CHROMIUM, args=options)
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.goto(url)  # where default_url leads, as for a reader
            page.wait_for_selector("text=Start here", timeout=90_000)
            page.wait_for_selector(".jp-Notebook", timeout=90_000)
            if course:
                page.wait_for_timeout(4000)
                assert page.locator(POP_UPS).all_inner_texts() == []
                assert FIRST in page.url
            else:
                page.wait_for_selector(POP_UPS, timeout=30_000)
            browser.close()
    finally:
        process.terminate()
        process.wait(20)
    assert json.loads((tmp_path / FIRST).read_text(encoding="utf-8"))["cells"]
