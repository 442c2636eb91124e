"""Lessons in a real JupyterLab in a real browser: every cell runs, every widget is moved and changes its picture."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    (p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None
)

if CHROMIUM is None and os.environ.get("COURSE_NEED_BROWSER") == "1":
    pytest.fail("no Chromium here, and this run forbids skipping the widget tests", pytrace=False)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="no Chromium is installed: the widget tests are left out (apt-get install chromium)",
)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab on a copy of the lessons, without a token, on this machine only."""
    folder, port = tmp_path_factory.mktemp("lab"), free_port()
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    env = dict(
        os.environ,
        PYTHONPATH=str(ROOT / "tests" / "offline"),
        JUPYTER_CONFIG_DIR=str(folder / "config"),
        JUPYTERLAB_WORKSPACES_DIR=str(folder / "work"),
        JUPYTERLAB_SETTINGS_DIR=str(folder / "settings"),
        JUPYTER_PLATFORM_DIRS="1",
    )
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        f"--port={port}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={folder}",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.news_url=",
        "--ServerApp.disable_check_xsrf=True",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    log = open(folder / "lab.log", "w")
    process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(url + "/api", timeout=2)
                break
            except OSError:
                time.sleep(0.5)
        else:
            raise RuntimeError((folder / "lab.log").read_text()[-2000:])
        yield url
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def page(lab):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-quic",
                "--no-first-run",
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
            ],
        )
        page = browser.new_page(viewport=dict(width=1400, height=1000))
        page.asked = []
        page.on("request", lambda r: page.asked.append(r.url))
        yield page
        browser.close()


def open_lesson(page, lab, name):
    page.goto(f"{lab}/lab/tree/notebooks/{name}/{name}.ipynb?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=120_000)
    page.wait_for_function(
        "window.jupyterapp && window.jupyterapp.shell.currentWidget && window.jupyterapp.shell.currentWidget.sessionContext.session && window.jupyterapp.shell.currentWidget.sessionContext.session.kernel",
        timeout=120_000,
    )


def run_until(page, marker):
    """Run the cells up to the one that holds the marker, and wait until it is done; then scroll to it."""
    index = page.evaluate(
        """m => window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells.findIndex(c => c.source.includes(m))""",
        marker,
    )
    assert index >= 0, f"no cell holds {marker}"
    page.evaluate(
        """async i => { const n = window.jupyterapp.shell.currentWidget.content; n.activeCellIndex = i + 1;
                     await window.jupyterapp.commands.execute('notebook:run-all-above'); n.scrollToItem && await n.scrollToItem(i, 'start'); }""",
        index,
    )
    return index


def picture(page, widget):
    return page.eval_on_selector(
        f".{widget} img",
        "e => new Promise(d => { const x = new XMLHttpRequest(); x.open('GET', e.src); x.responseType = 'arraybuffer'; x.onload = () => d(Array.from(new Uint8Array(x.response)).reduce((a, b) => (a * 31 + b) % 2147483647, 7)); x.send(); })",
    )


def changed(page, widget, before, seconds=40):
    for _ in range(seconds * 5):
        now = picture(page, widget)
        if now != before:
            return now
        page.wait_for_timeout(200)
    raise AssertionError("the widget's picture did not change")


@pytest.mark.parametrize(
    "name,widget,sliders",
    [
        ("00_start_here", "ActorMixer", 8),
        ("02_faces_in_3d", "RendererPlayground", 6),
        ("03_finding_faces", "FinderPlayground", 7),
        ("04_sound_of_speech", "MouthPlayground", 3),
        ("04_sound_of_speech", "FormantPlayground", 3),
        ("09_deepfakes", "ConversionPlayground", 4),
        ("09_deepfakes", "SnapshotPlayground", 2),  # this one stands after the training
        ("11_face2face", "ReenactmentPlayground", 8),
        ("18_synthesizing_obama", "DubPlayground", 2),
    ],
)
def test_widget_answers_to_every_control(page, lab, name, widget, sliders):
    open_lesson(page, lab, name)
    run_until(page, f"play.{widget}")
    widget = f"course-{widget}"
    page.wait_for_selector(f".{widget} img", timeout=300_000)
    handles = page.locator(f".{widget} .noUi-handle")
    assert handles.count() == sliders
    now = picture(page, widget)
    for k in range(sliders):
        handles.nth(k).focus()
        for _ in range(6):
            page.keyboard.press("PageUp")
        try:
            now = changed(page, widget, now, 15)
        except AssertionError:  # it may have stood at its upper end
            for _ in range(6):
                page.keyboard.press("PageDown")
            now = changed(page, widget, now)
    menus = page.locator(f".{widget} select")
    for k in range(menus.count()):
        menus.nth(k).select_option(index=2)
        now = changed(page, widget, now)
    numbers = page.locator(f".{widget} input[type=number]")
    for k in range(numbers.count()):
        numbers.nth(k).fill(str(30 + k))
        numbers.nth(k).press("Enter")
        now = changed(page, widget, now)
    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.shutdown()"
    )


def test_lesson_00_runs_top_to_bottom(page, lab):
    open_lesson(page, lab, "00_start_here")
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:restart-run-all'); }")
    accept = ".jp-Dialog button.jp-mod-accept"  # JupyterLab asks before it restarts; on a busy machine the question is late
    page.wait_for_selector(accept, timeout=60_000)
    page.locator(accept).first.click()
    done = """() => { const cells = [...window.jupyterapp.shell.currentWidget.content.widgets].filter(c => c.model.type === 'code' && c.model.sharedModel.source.trim());
                      return cells.length > 10 && cells.every(c => c.model.executionCount > 0 && c.promptNode?.textContent !== '[*]:') && cells.map(c => c.model.executionCount).every((v, i) => v === i + 1) }"""
    page.wait_for_function(done, timeout=240_000)
    errors = page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.content.widgets.flatMap(c => c.model.type === 'code' ? c.model.sharedModel.outputs.filter(o => o.output_type === 'error').map(o => o.evalue) : [])"""
    )
    assert errors == []
    ready = page.evaluate(
        """async () => { const v = document.querySelector('.jp-Notebook video'); if (!v) return null; await new Promise(r => setTimeout(r, 1500)); return [v.videoWidth, v.error === null]; }"""
    )
    assert ready is None or ready == [256, True]
    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.shutdown()"
    )


def test_nothing_was_asked_of_the_network(page):
    outside = [
        u
        for u in page.asked
        if not u.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))
    ]
    assert outside == []


def browser_with(page, flag):
    """A second browser, whose camera and microphone are files."""
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        flag,
    ]
    return page.context.browser.browser_type.launch(executable_path=CHROMIUM, args=flags)


@pytest.fixture
def filmed(page, tmp_path):
    """A browser whose camera plays a real clip (a studio film where ../shared is missing), and that clip as a file."""
    import cv2

    from course_lib import media, studio

    real = ROOT.parent / "shared" / "media" / "talking" / "obama_address_46s.mov"
    clip = (
        media.read(real, seconds=6)
        if real.is_file()
        else studio.film(studio.cast(10), "Good evening, and welcome.", size=256)
    )
    camera = tmp_path / "camera.mjpeg"
    camera.write_bytes(
        b"".join(cv2.imencode(".jpg", f[..., ::-1])[1].tobytes() for f in clip.frames)
    )
    upload = media.write(
        tmp_path / "upload.mp4", studio.film(studio.cast(3), "Good evening, and welcome.", size=192)
    )
    browser = browser_with(page, f"--use-file-for-fake-video-capture={camera}")
    yield browser.new_page(viewport=dict(width=1400, height=1100)), upload
    browser.close()


def test_lesson_11_is_driven_by_a_camera_and_by_a_file(lab, filmed):
    mine, upload = filmed
    open_lesson(mine, lab, "11_face2face")
    run_until(mine, "play.ReenactmentPlayground")
    box = ".course-ReenactmentPlayground"
    mine.wait_for_selector(f"{box} img", timeout=300_000)
    says = lambda words: mine.wait_for_function(
        "w => document.querySelector('.course-ReenactmentPlayground').innerText.includes(w)",
        arg=words,
        timeout=120_000,
    )
    mine.get_by_text("start camera").click()
    says("Camera on")
    says("face tracked")
    now = picture(mine, "course-ReenactmentPlayground")
    for _ in range(3):
        now = changed(mine, "course-ReenactmentPlayground", now, 20)
    mine.locator(f"{box} input[type=checkbox]").first.uncheck()  # the face layer off, frames go on
    changed(mine, "course-ReenactmentPlayground", now, 20)
    mine.locator(f"{box} input[type=checkbox]").first.check()
    mine.locator(f"{box} button", has_text="stop").click()
    says("Stopped")
    mine.set_input_files(f"{box} input[type=file]", str(upload))
    says("getting to know you")
    says("face tracked")
    mine.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.shutdown()"
    )


@pytest.fixture
def spoken(page, tmp_path):
    """A browser whose microphone hears a real recording (a studio voice where ../shared is missing), and another one as a file."""
    import soundfile

    from course_lib import media, studio

    real = ROOT.parent / "shared" / "media" / "speech" / "LJ001-0007.wav"
    said = studio.say("The earliest book was printed with movable types.", "hanna")
    sound = media.read(real) if real.is_file() else media.Sound(said.sound, said.sample_rate)
    soundfile.write(tmp_path / "microphone.wav", sound.samples, sound.sample_rate, subtype="PCM_16")
    soundfile.write(
        tmp_path / "upload.wav",
        studio.say("Good evening, and welcome.", "emil").sound,
        16000,
        subtype="PCM_16",
    )
    browser = browser_with(page, f"--use-file-for-fake-audio-capture={tmp_path / 'microphone.wav'}")
    yield browser.new_page(viewport=dict(width=1400, height=1100)), tmp_path / "upload.wav"
    browser.close()


def test_lesson_04_follows_a_microphone_and_a_file_and_plays_vowels(lab, spoken):
    mine, upload = spoken
    open_lesson(mine, lab, "04_sound_of_speech")
    run_until(mine, "play.FormantPlayground")
    mouth, pad = "course-MouthPlayground", "course-FormantPlayground"
    mine.wait_for_selector(f".{pad} canvas", timeout=300_000)
    now = picture(mine, mouth)
    mine.locator(f".{mouth} button", has_text="record").click()
    mine.wait_for_timeout(3000)
    mine.locator(f".{mouth} button", has_text="stop").click()
    now = changed(mine, mouth, now)
    says = lambda words: mine.wait_for_function(
        "w => document.querySelector('.course-MouthPlayground').innerText.includes(w)",
        arg=words,
        timeout=60_000,
    )
    says("phonemes heard")
    mine.set_input_files(f".{mouth} input[type=file]", str(upload))
    now = changed(mine, mouth, now)
    says("upload.wav")
    length = mine.eval_on_selector(
        f".{mouth} video",
        "v => new Promise(d => v.duration ? d(v.duration) : v.onloadedmetadata = () => d(v.duration))",
    )
    assert length > 1
    before = picture(mine, pad)
    mine.locator(f".{pad} canvas").click(position=dict(x=200, y=60))
    changed(mine, pad, before)
    mine.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.shutdown()"
    )
