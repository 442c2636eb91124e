"""A real JupyterLab in a real browser: what the widget drives of all lessons share.

One JupyterLab and one browser a test process; each test gets a page of its own, and fails if that
page asked anything of the network.
"""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request

import lab as launcher
import pytest
from support import ROOT, cells

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
PICTURE = """async image => {
    const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
    return bytes.reduce((a, x) => (a * 31 + x) % 2147483647, 7);
}"""


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
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("JupyterLab did not start:\n" + log.read_text(encoding="utf-8")[-2000:])


def serve(root, folder):
    """Start the course's JupyterLab on `root`, without a token, here only -> process, address.

    folder: takes its settings, its workspaces and its log.
    """
    port = free_port()
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
        f"--port={port}",
        "--ServerApp.ip=127.0.0.1",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
        "--ServerApp.disable_check_xsrf=True",
    ]
    log = folder / "lab.log"
    with open(log, "w", encoding="utf-8") as written:
        process = subprocess.Popen(command, env=env, stdout=written, stderr=written)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for_server(url, process, log)
    except BaseException:
        stop(process)
        raise
    return process, url


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


@pytest.fixture
def page_with(chromium):
    """page_with(flag): a page of another browser, whose camera or microphone plays a file."""
    opened = []

    def start(flag):
        kind = chromium.browser_type
        browser = kind.launch(executable_path=CHROMIUM, args=[*FLAGS, flag])
        opened.append(watched(browser))
        return opened[-1]

    yield start
    for page in opened:
        try:
            close(page)
        finally:
            page.context.browser.close()


def drive_notebook(lab, lesson, widgets, before=""):
    """A small notebook beside the lesson: its imports, `before`, its own cells with the `widgets`.

    -> the path below the lab's folder. Raises LookupError where the lesson has no such cell.
    """
    path = next((lab.folder / "notebooks" / lesson).glob(f"{lesson[:2]}*.ipynb"))
    sources = ["".join(c["source"]) for c in cells(path) if c["cell_type"] == "code"]

    def cell_with(*words):
        for source in sources:
            if all(w in source for w in words):
                return source
        raise LookupError(f"no cell of {path.name} holds {' and '.join(words)}.")

    chosen = [cell_with("from course_lib import", "play"), before]
    chosen += [cell_with(f"play.{widget}(") for widget in widgets]
    made = [
        dict(cell_type="code", id=f"c{i}", source=s, metadata={}, outputs=[], execution_count=None)
        for i, s in enumerate(chosen)
    ]
    kernel = dict(name="python3", display_name="Python 3", language="python")
    book = dict(cells=made, metadata=dict(kernelspec=kernel), nbformat=4, nbformat_minor=5)
    small = path.with_name(f"drive_{widgets[0]}.ipynb")
    small.write_text(json.dumps(book), encoding="utf-8")
    return small.relative_to(lab.folder).as_posix()


def open_notebook(page, lab, path):
    """Open a notebook in JupyterLab and wait for its kernel."""
    page.goto(f"{lab.url}/lab/tree/{path}?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_function(
        f"window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel"
        f" && {NOTEBOOK}.content.model.sharedModel.cells.length"
    )


def open_widget(page, lab, lesson, *widgets, before=""):
    """Run a small notebook with the lesson's widgets; wait until every picture is there."""
    open_notebook(page, lab, drive_notebook(lab, lesson, widgets, before))
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    assert errors(page) == []
    for widget in widgets:
        page.wait_for_selector(f".course-{widget} img")


def errors(page):
    """What the notebook's cells raised."""
    return page.evaluate(
        f"""() => {NOTEBOOK}.content.widgets
            .flatMap(c => c.model.type === 'code' ? c.model.sharedModel.outputs : [])
            .filter(o => o.output_type === 'error')
            .map(o => o.evalue)"""
    )


def picture(page, widget):
    """A number that stands for the widget's picture."""
    return page.eval_on_selector(f".course-{widget} img", PICTURE)


def changed(page, widget, before, rest=True):
    """Wait for another picture and, unless a camera goes on, for rest -> the picture then."""
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end:
        now = picture(page, widget)
        if now != before:
            return at_rest(page, widget) if rest else now
        page.wait_for_timeout(50)
    raise AssertionError(f"{widget}'s picture did not change")


def at_rest(page, widget):
    """Wait until nothing is computed: the next change is the next control's -> the picture then."""
    end = time.monotonic() + PATIENCE / 1000
    quiet = 0
    last = None
    while time.monotonic() < end:
        idle = page.evaluate(f"() => {NOTEBOOK}.sessionContext.session.kernel.status === 'idle'")
        now = picture(page, widget)
        quiet = quiet + 1 if idle and now == last else 0
        if quiet == 3:
            return now
        last = now
        page.wait_for_timeout(50)
    raise AssertionError(f"{widget}'s picture never came to rest")


def says(page, widget, words):
    """Wait until the widget's text holds these words."""
    page.wait_for_function(
        "([box, words]) => document.querySelector(box).innerText.includes(words)",
        arg=[f".course-{widget}", words],
    )


def move_every_control(page, widget, sliders):
    """Move each slider, choose from each menu, fill each number: each must change the picture."""
    box = page.locator(f".course-{widget}")
    handles = box.locator(".noUi-handle")
    assert handles.count() == sliders
    now = at_rest(page, widget)
    for k in range(sliders):
        handle = handles.nth(k)
        value, top = (float(handle.get_attribute(f"aria-value{name}")) for name in ("now", "max"))
        handle.focus()
        for _ in range(2):
            page.keyboard.press("PageUp" if value < top else "PageDown")
        now = changed(page, widget, now)
    menus = box.locator("select")
    for k in range(menus.count()):
        menu = menus.nth(k)
        chosen = menu.input_value()
        menu.select_option(index=2)
        changed(page, widget, now)
        menu.select_option(chosen)  # another view may be blind to the menus that follow
        now = at_rest(page, widget)
    numbers = box.locator("input[type=number]")
    for k in range(numbers.count()):
        numbers.nth(k).fill(str(30 + k))
        numbers.nth(k).press("Enter")
        now = changed(page, widget, now)
