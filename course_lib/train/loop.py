"""`for step in steps(n)`: a training loop's progress line, live preview and checkpoints."""

from __future__ import annotations

import base64
import html
import io
import os
import time

import numpy as np

from . import checkpoint


def clock(seconds):
    s = int(round(seconds))
    return (
        f"{s // 3600}:{s // 60 % 60:02d}:{s % 60:02d}" if s >= 3600 else f"{s // 60}:{s % 60:02d}"
    )


def as_html(picture):
    """A preview (H, W, 3) uint8 as an <img> tag with the JPEG inside."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(np.asarray(picture)).save(buffer, "JPEG", quality=88)
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<img alt="preview of the training" style="max-width:100%" src="data:image/jpeg;base64,{data}">'


class Line:
    """One line of progress, updated in place: HTML in a notebook (one small output that keeps its last state), text elsewhere."""

    def __init__(self, total, title=""):
        self.total, self.title, self.start, self.shown, self.handle, self.image = (
            total,
            title,
            time.monotonic(),
            0.0,
            None,
            None,
        )
        try:
            from IPython import get_ipython

            shell = get_ipython()
            self.notebook = shell is not None and shell.__class__.__name__ == "ZMQInteractiveShell"
        except ImportError:
            self.notebook = False

    def __call__(self, done, total=None, note="", preview=None, force=False):
        now = time.monotonic()
        self.total = total or self.total
        last = done >= self.total
        if not (force or last or now - self.shown > 0.5):
            return
        self.shown = now
        spent = now - self.start
        left = spent / max(done, 1) * (self.total - done)
        text = (
            f"{self.title} {done}/{self.total}  {clock(spent)}"
            + ("" if last else f", {clock(left)} left")
            + (f"  {note}" if note else "")
        )
        if not self.notebook:
            if last and os.environ.get("COURSE_QUIET") != "1":
                print(text.strip(), flush=True)
            return
        from IPython.display import HTML, display

        if preview is not None:
            self.image = as_html(preview)
        share = done / max(self.total, 1)
        page = HTML(
            f'<div><progress value="{share:.3f}" max="1" style="width:12em"></progress> <code>{html.escape(text.strip())}</code></div>{self.image or ""}'
        )
        if self.handle is None:
            self.handle = display(page, display_id=True)
        else:
            self.handle.update(page)


def steps(
    n, title="training", preview=None, every=None, resume=None, save_every=200, note=None, **parts
):
    """Count from 0 to n-1 with time left, a note and a preview picture; save and resume if asked.

    n: steps. preview: a function of no arguments -> picture (H, W, 3) uint8, called every `every` steps (n // 8 by default).
    note: a function of no arguments -> short text, such as the loss. resume: path of a checkpoint; with it, models and
    optimizers given as keyword arguments are saved every `save_every` steps and at the end, and a run that was killed goes
    on exactly where the last checkpoint was made.

        for step in steps(1000, resume="run.safetensors", model=model, optimizer=optimizer): ...
    """
    if not isinstance(n, int) or n < 1:
        raise ValueError(f"steps needs a whole number of 1 or more, not {n!r}.")
    if resume is None and parts:
        raise ValueError(
            "models and optimizers are only kept with resume='path': give a path, or leave them out."
        )
    first = checkpoint.load(resume, **parts)[0] if resume else 0
    line, every = Line(n, title), every or max(1, n // 8)
    if first >= n:
        line(n, note="already done")
        return
    for step in range(first, n):
        yield step
        done = step + 1
        show = preview is not None and (done % every == 0 or done == n or step == first)
        line(done, note=note() if note else "", preview=preview() if show else None, force=show)
        if resume and (done % save_every == 0 or done == n):
            checkpoint.save(resume, done, **parts)
