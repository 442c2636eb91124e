"""What drives a widget: opens it as the lesson does, moves its controls, looks at its picture."""

import base64
import json
import time

import cv2
import numpy as np
from browser import NOTEBOOK, PATIENCE
from support import cells

PICTURE = """async image => {
    const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
    return btoa(bytes.reduce((text, x) => text + String.fromCharCode(x), ""));
}"""
# The kernel does one thing after another, so that this is answered when all before it is; twice,
# because a widget holds the next change back until the last one is answered.
REST = f"""async () => {{
    const kernel = {NOTEBOOK}.sessionContext.session.kernel;
    const nothing = {{code: "", silent: true, store_history: false}};
    await kernel.requestExecute(nothing).done;
    await kernel.requestExecute(nothing).done;
}}"""
LEVELS = 8  # of 255 by which a pixel differs where something else is shown: more than JPEG's noise
PIXELS = 50  # so many differ at least where a control has changed the picture


def drive_notebook(lab, lesson, widgets, before=""):
    """A small notebook beside the lesson: its imports, `before`, its own cells with the `widgets`.

    -> the path below the lab's folder. Raises LookupError where the lesson has no such cell.
    """

    def code_of(path):
        return ["".join(c["source"]) for c in cells(path) if c["cell_type"] == "code"]

    sittings = sorted((lab.folder / "notebooks" / lesson).glob(f"{lesson[:2]}*.ipynb"))
    calls = [f"play.{widget}(" for widget in widgets]
    path = next((p for p in sittings if calls[0] in "".join(code_of(p))), sittings[0])

    def cell_with(*words):
        for source in code_of(path):
            if all(w in source for w in words):
                return source
        raise LookupError(f"no cell of {path.name} holds {' and '.join(words)}.")

    chosen = [cell_with("from course_lib import", "play"), before]
    chosen += [cell_with(call) for call in calls]
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
    """The widget's picture, (H, W, 3) uint8."""
    jpeg = base64.b64decode(page.eval_on_selector(f".course-{widget} img", PICTURE))
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


def unlike(one, other):
    """In how many pixels two pictures differ, seen and not only computed."""
    if one.shape != other.shape:
        return other[..., 0].size
    return int((cv2.absdiff(one, other).max(-1) > LEVELS).sum())


def changed(page, widget, before, control="", rest=True):
    """Wait for another picture and, unless a camera goes on, for rest -> the picture then."""
    end = time.monotonic() + PATIENCE / 1000
    while True:
        now = at_rest(page, widget) if rest else picture(page, widget)
        count = unlike(before, now)
        if count >= PIXELS:
            return now
        if time.monotonic() > end:
            raise AssertionError(f"{widget}: {control or 'it'} changed {count} pixels only")
        page.wait_for_timeout(50)


def at_rest(page, widget):
    """Wait until nothing is computed: the next change is the next control's -> the picture then."""
    page.evaluate(REST)
    return picture(page, widget)


def says(page, widget, words):
    """Wait until the widget's text holds these words."""
    page.wait_for_function(
        "([box, words]) => document.querySelector(box).innerText.includes(words)",
        arg=[f".course-{widget}", words],
    )


def slide(row):
    """Click on a slider's bar, halfway from its handle to the farther end: far in one redraw."""
    handle = row.locator(".noUi-handle")
    now, low, high = (float(handle.get_attribute(f"aria-value{x}")) for x in ("now", "min", "max"))
    share = (now - low) / (high - low)
    bar = row.locator(".noUi-base")
    box = bar.bounding_box()
    place = dict(x=(share + (share < 0.5)) / 2 * box["width"], y=box["height"] / 2)
    bar.click(position=place, force=True)


def choose(row):
    row.locator("select").select_option(index=2)


def fill(row):
    number = row.locator("input")
    number.fill("30" if number.input_value() != "30" else "31")
    number.press("Enter")


def move_every_control(page, widget, sliders):
    """Move each slider, choose from each menu, fill each number: each must change the picture.

    The menus from the last to the first, which is a mode that may be blind to the others.
    """
    box = page.locator(f".course-{widget}")
    rows = box.locator(".widget-hslider").all()
    assert len(rows) == sliders
    moves = [(slide, row) for row in rows]
    moves += [(choose, row) for row in reversed(box.locator(".widget-dropdown").all())]
    number = page.locator("input[type=number]")
    moves += [(fill, row) for row in box.locator(".widget-text").filter(has=number).all()]
    now = at_rest(page, widget)
    for move, row in moves:
        move(row)
        now = changed(page, widget, now, row.locator("label").inner_text())
