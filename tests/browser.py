"""A real JupyterLab in a real browser: what the widget drives of all lessons share.

One JupyterLab and one browser a test process. A test gets a page of its own, or shares one with its
module (`page_with`); it fails if that page asked anything of the network.
"""

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from http.client import HTTPException

import lab as launcher
import pytest
from support import ROOT

CHROMIUM = next(
    (p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]
PATIENCE = 120_000  # ms; how long a busy machine may take for anything: no test waits for a time
HERE = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")
NOTEBOOK = "window.jupyterapp.shell.currentWidget"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for_server(url, process, log):
    """Wait until the server answers; if it ended or never does, say what it wrote."""
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end and process.poll() is None:
        try:
            return urllib.request.urlopen(url + "/api", timeout=2)
        except HTTPException as e:  # a kernel of another test has taken the port: it is no server
            raise RuntimeError(f"{url} belongs to somebody else: {e!r}") from e
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("JupyterLab did not start:\n" + log.read_text(encoding="utf-8")[-2000:])


def serve(root, folder):
    """Start the course's JupyterLab on `root`, without a token, here only -> process, address.

    folder: takes its settings, its workspaces and its log.
    """
    env = dict(
        launcher.lab_environment(),
        PYTHONPATH=str(ROOT / "tests" / "offline"),
        JUPYTER_CONFIG_DIR=str(folder / "config"),
        JUPYTERLAB_WORKSPACES_DIR=str(folder / "work"),
        JUPYTERLAB_SETTINGS_DIR=str(folder / "settings"),
    )
    command = [
        *launcher.lab_command(root),
        "--no-browser",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
        "--ServerApp.disable_check_xsrf=True",
    ]
    log = folder / "lab.log"
    for left in reversed(range(3)):  # between asking for a free port and using it another may come
        port = free_port()
        with open(log, "w", encoding="utf-8") as written:
            process = subprocess.Popen(
                [*command, f"--port={port}"], env=env, stdout=written, stderr=written
            )
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for_server(url, process, log)
            return process, url
        except BaseException as e:
            stop(process)
            if not left or not isinstance(e, RuntimeError):
                raise


def stop(process):
    process.terminate()
    process.wait(20)


class Lab:
    """A running JupyterLab: its address and the folder it serves."""

    def __init__(self, url, folder):
        self.url = url
        self.folder = folder


@pytest.fixture(scope="session")
def chromium():
    """A browser whose camera and microphone are Chromium's own test signals."""
    if CHROMIUM is None:
        sentence = "no Chromium is installed: the widget drives need it (apt-get install chromium)"
        if os.environ.get("COURSE_NEED_BROWSER") == "1":
            pytest.fail(f"{sentence}, and this run forbids skipping them", pytrace=False)
        pytest.skip(sentence)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory, chromium):
    """A JupyterLab on a copy of the lessons."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    process, url = serve(folder, folder)
    yield Lab(url, folder)
    stop(process)


def watched(browser):
    """A new page that keeps the addresses it asks for."""
    page = browser.new_page(viewport=dict(width=1400, height=1100))
    page.set_default_timeout(PATIENCE)
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    return page


def close(page):
    """End the page's kernel and the page; nothing outside this machine may have been asked for."""
    page.evaluate(f"async () => {{ await {NOTEBOOK}?.sessionContext?.shutdown() }}")
    page.close()
    assert [u for u in page.asked if not u.startswith(HERE)] == []


@pytest.fixture
def page(chromium):
    page = watched(chromium)
    yield page
    close(page)


@pytest.fixture(scope="module")
def page_with(chromium):
    """page_with(flag, ...): a page that stays open for a module's tests, and with it its kernel.

    With a flag it is another browser's, whose camera or microphone plays a file.
    """
    opened = []

    def start(*flags):
        browser = chromium
        if flags:
            browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        opened.append(watched(browser))
        return opened[-1]

    yield start
    for page in opened:
        browser = page.context.browser
        try:
            close(page)
        finally:
            if browser is not chromium:
                browser.close()
