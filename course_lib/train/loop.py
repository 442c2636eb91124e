"""`for step in steps(n)`: a training loop's progress line, live preview and checkpoints."""

from __future__ import annotations

import base64
import html
import io
import os
import time

import numpy as np

from . import checkpoint, processes
from .device import in_notebook

WIDEST = 768  # pixels of a preview: it is saved inside the notebook


def clock(seconds):
    """Seconds as m:ss or h:mm:ss."""
    whole = int(round(seconds))
    hours = f"{whole // 3600}:{whole // 60 % 60:02d}" if whole >= 3600 else str(whole // 60)
    return f"{hours}:{whole % 60:02d}"


def as_html(picture, alt="preview of the training"):
    """A preview (H, W, 3) uint8 as an <img> tag with the JPEG inside."""
    from PIL import Image

    buffer = io.BytesIO()
    image = Image.fromarray(np.asarray(picture))
    image.thumbnail((WIDEST, WIDEST))
    image.save(buffer, "JPEG", quality=88)
    data = base64.b64encode(buffer.getvalue()).decode()
    source = f"data:image/jpeg;base64,{data}"
    return f'<img alt="{html.escape(alt)}" style="max-width:100%" src="{source}">'


class Line:
    """One line of progress, updated in place: HTML in a notebook, text elsewhere.

    In a notebook it is one small output that keeps its last state. Only the first of several
    processes shows it.
    """

    def __init__(self, total, title=""):
        self.total = total
        self.title = title
        self.start = time.monotonic()
        self.shown = 0.0
        self.handle = None
        self.image = ""
        self.notebook = in_notebook()

    def __call__(self, done, total=None, note="", preview=None, force=False):
        """Show `done` of `total`; twice a second at most, but for the last and for `force`."""
        self.total = total or self.total
        now = time.monotonic()
        due = force or done >= self.total or now - self.shown > 0.5
        if processes.rank() > 0 or not due:
            return
        self.shown = now
        text = self.text(done, note)
        if self.notebook:
            self.show(done, text, preview)
        elif done >= self.total and os.environ.get("COURSE_QUIET") != "1":
            print(text, flush=True)

    def text(self, done, note):
        spent = time.monotonic() - self.start
        left = spent / max(done, 1) * (self.total - done)
        times = clock(spent)
        if done < self.total:
            times += f", {clock(left)} left"
        return f"{self.title} {done}/{self.total}  {times}  {note}".strip()

    def show(self, done, text, preview):
        from IPython.display import HTML, display

        if preview is not None:
            self.image = as_html(preview, f"{self.title}: preview after {done} steps")
        share = done / max(self.total, 1)
        bar = f'<progress value="{share:.3f}" max="1" style="width:12em"></progress>'
        page = HTML(f"<div>{bar} <code>{html.escape(text)}</code></div>{self.image}")
        if self.handle is None:
            self.handle = display(page, display_id=True)
        else:
            self.handle.update(page)


def check_parts(parts):
    for name, part in parts.items():
        if not (hasattr(part, "state_dict") or checkpoint.is_generator(part)):
            raise ValueError(
                f"steps keeps models, optimizers and generators in its checkpoint; "
                f"{name}={part!r} is none of these: take it out or mend its name."
            )


def steps(
    n, title="training", preview=None, every=None, resume=None, save_every=200, note=None, **parts
):
    """Count from 0 to n-1 with time left, a note and a preview picture; save and resume if asked.

    n: steps.
    preview: a function of no arguments -> picture (H, W, 3) uint8, called every `every` steps
        (n // 8 by default).
    note: a function of no arguments -> short text, such as the loss.
    resume: path of a checkpoint, or None. With a path, the models, optimizers, schedules and
        generators given as keyword arguments are saved every `save_every` steps and at the end,
        and a run that was killed goes on exactly where the last checkpoint was made.

    With several processes, all count, the first one prints and writes.

        for step in steps(1000, resume="run.safetensors", model=model, optimizer=optimizer): ...
    """
    if not isinstance(n, int) or n < 1:
        raise ValueError(f"steps needs a whole number of 1 or more, not {n!r}.")
    check_parts(parts)
    first = checkpoint.load(resume, **parts)[0] if resume else 0
    line = Line(n, title)
    every = every or max(1, n // 8)
    if first >= n:
        line(n, note="already done")
        return
    for step in range(first, n):
        yield step
        done = step + 1
        show = preview is not None and (done % every == 0 or done == n or step == first)
        words = note() if note else ""
        picture = preview() if show else None
        line(done, note=words, preview=picture, force=show)
        if resume and (done % save_every == 0 or done == n):
            checkpoint.save(resume, done, **parts)
