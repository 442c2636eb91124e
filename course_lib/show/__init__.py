"""Showing results in the page: players side by side, contact sheets, pictures and plots that stay small."""

from __future__ import annotations

import numpy as np

from ..media import Clip, MediaError
from ..media.picture import as_picture, jpeg, picture_html
from .speech import phoneme_bar, spectrogram, speech_clip

__all__ = [
    "as_picture",
    "jpeg",
    "picture",
    "picture_html",
    "grid",
    "side_by_side",
    "contact_sheet",
    "plot_style",
    "label_row",
    "spectrogram",
    "phoneme_bar",
    "speech_clip",
]


def picture(x, width=None):
    """Show a picture as a small JPEG (the last line of a cell)."""
    from IPython.display import Image as Shown

    x = as_picture(x)
    return Shown(jpeg(x), format="jpeg", width=width or x.shape[1])


def label_row(width, texts, height=18):
    """A strip of captions, one above each column. -> (height, width * n, 3) uint8."""
    import cv2

    row = np.full((height, width * len(texts), 3), 255, np.uint8)
    for i, t in enumerate(texts):
        scale = min(
            0.42,
            0.42
            * (width - 6)
            / max(1, cv2.getTextSize(t, cv2.FONT_HERSHEY_SIMPLEX, 0.42, 1)[0][0]),
        )
        cv2.putText(
            row,
            t,
            (i * width + 3, height - 5),
            cv2.FONT_HERSHEY_SIMPLEX,
            scale,
            (30, 30, 30),
            1,
            cv2.LINE_AA,
        )
    return row


def grid(pictures, columns=6, labels=None):
    """Pictures of one size in rows -> one picture; labels: a caption for each."""
    pictures = [as_picture(p) for p in pictures]
    if not pictures:
        raise MediaError("there are no pictures to show.")
    if len({p.shape for p in pictures}) > 1:
        raise MediaError(
            f"pictures in a grid have one size, these have {sorted({p.shape[:2] for p in pictures})}."
        )
    columns = min(columns, len(pictures))
    h, w = pictures[0].shape[:2]
    rows = []
    for i in range(0, len(pictures), columns):
        part = pictures[i : i + columns]
        part += [np.full_like(part[0], 255)] * (columns - len(part))
        if labels:
            rows.append(label_row(w, (list(labels[i : i + columns]) + [""] * columns)[:columns]))
        rows.append(np.concatenate(part, 1))
    return np.concatenate(rows)


def contact_sheet(clip, n=8, columns=8):
    """n frames spread over a clip, as one picture."""
    return grid(
        [
            clip.frames[i]
            for i in np.linspace(0, len(clip) - 1, min(n, len(clip))).round().astype(int)
        ],
        columns,
    )


def side_by_side(*clips, labels=None):
    """Clips of one height and length as one Clip, captions on top, with the first one's sound."""
    if not clips or not all(isinstance(c, Clip) for c in clips):
        raise MediaError("side_by_side takes clips; for pictures use show.grid.")
    if len({c.frames.shape[1] for c in clips}) > 1:
        raise MediaError(
            f"clips side by side have one height, these have {[c.frames.shape[1] for c in clips]}."
        )
    T = min(len(c) for c in clips)
    frames = np.concatenate([c.frames[:T] for c in clips], 2)
    if labels:
        if len(labels) != len(clips):
            raise MediaError(f"{len(clips)} clips need {len(clips)} labels, not {len(labels)}.")
        strips = np.concatenate(
            [label_row(c.frames.shape[2], [t]) for c, t in zip(clips, labels, strict=True)], 1
        )
        frames = np.concatenate([np.broadcast_to(strips, (T, *strips.shape)), frames], 1)
    voiced = next((c for c in clips if c.sound is not None), clips[0])
    return Clip(frames, clips[0].fps, voiced.sound, voiced.sample_rate)


def plot_style():
    """Small JPEG figures in one plain style; call it once at the top of a lesson."""
    import matplotlib.pyplot as plt
    from IPython import get_ipython

    plt.rcParams.update(
        {
            "figure.figsize": (6, 2.6),
            "figure.dpi": 90,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.alpha": 0.25,
        }
    )
    shell = get_ipython()
    if shell is not None:
        shell.run_line_magic("config", "InlineBackend.figure_formats = ['jpeg']")
