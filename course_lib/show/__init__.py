"""Showing results in the page: players side by side, contact sheets, pictures and plots that stay
small.
"""

from __future__ import annotations

import cv2
import numpy as np
from IPython.display import Image

from ..media import Clip, MediaError
from ..media.picture import alt_text, as_picture, captioned, jpeg, picture_html
from .bodies import heat, in_space, stick_figures, two_views
from .faces import closeup, enlarged
from .speech import phoneme_bar, spectrogram, speech_clip

__all__ = [
    "as_picture",
    "jpeg",
    "picture",
    "picture_html",
    "grid",
    "rows",
    "enlarged",
    "closeup",
    "in_space",
    "stick_figures",
    "two_views",
    "heat",
    "side_by_side",
    "contact_sheet",
    "plot_style",
    "label_row",
    "spectrogram",
    "phoneme_bar",
    "speech_clip",
]

WHITE, INK = (255, 255, 255), (30, 30, 30)


class Picture(Image):
    """A JPEG in the page, with a sentence for those who cannot see it."""

    def __repr__(self):
        return self.alt


def picture(x, width=None, alt=None):
    """Show a picture as a small JPEG (the last line of a cell).

    width: in pixels of the page. alt: a sentence that says what is seen; by default the labels of a
    grid. Raises MediaError for what is not a picture.
    """
    pixels = as_picture(x)
    return Picture(
        jpeg(pixels), format="jpeg", width=width or pixels.shape[1], alt=alt_text(x, alt)
    )


def label_row(width, texts, height=18):
    """A strip of captions, one above each column. -> (height, width * n, 3) uint8."""
    return np.concatenate([_caption(width, text, height) for text in texts], 1)


def _caption(width, text, height=18):
    strip = np.full((height, width, 3), 255, np.uint8)
    font, size = cv2.FONT_HERSHEY_SIMPLEX, 0.42
    wide = max(1, cv2.getTextSize(text, font, size, 1)[0][0])
    size *= min(1, (width - 6) / wide)
    cv2.putText(strip, text, (3, height - 5), font, size, INK, 1, cv2.LINE_AA)
    return strip


def grid(pictures, columns=6, labels=None, alt=None):
    """Pictures of one size in rows -> one picture (H, W, 3) uint8.

    labels: a caption for each. alt: a sentence that says what is seen; by default the labels.
    Raises MediaError for no pictures, and for pictures of different sizes.
    """
    from skimage.util import montage

    pictures = [as_picture(p) for p in pictures]
    if not pictures:
        raise MediaError("there are no pictures to show.")
    if len({p.shape for p in pictures}) > 1:
        sizes = sorted({p.shape[:2] for p in pictures})
        raise MediaError(f"pictures in a grid have one size, these have {sizes}.")
    if labels:
        texts = [*labels, *[""] * len(pictures)]
        width = pictures[0].shape[1]
        pictures = [np.concatenate([_caption(width, t), p]) for t, p in zip(texts, pictures)]
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    sheet = montage(pictures, fill=WHITE, grid_shape=(rows, columns), channel_axis=-1)
    return captioned(sheet, alt or _list(labels, f"{len(pictures)} pictures in {rows} rows"))


def _list(labels, otherwise):
    """The labels as the sentence of a picture: each once, in their order."""
    return ", ".join(dict.fromkeys(x for x in labels or () if x)) or otherwise


def rows(named, side, alt):
    """Show rows of pictures, each under its name (the last line of a cell).

    named: name -> pictures (n, S, S, 3), as many in each row. side: pixels that a picture gets.
    """
    tiles = [enlarged(picture, side) for row in named.values() for picture in row]
    columns = len(tiles) // len(named)
    labels = [name if k == 0 else "" for name in named for k in range(columns)]
    return picture(grid(tiles, columns, labels), columns * side, alt)


def contact_sheet(clip, n=8, columns=8, alt=None):
    """n frames spread over a clip, as one picture."""
    shown = np.linspace(0, len(clip) - 1, min(n, len(clip))).round().astype(int)
    default = f"{len(shown)} frames from a film of {clip.seconds:.1f} s"
    return grid([clip.frames[i] for i in shown], columns, alt=alt or default)


def side_by_side(*clips, labels=None, alt=None):
    """Clips of one height as one Clip of the shortest one's length, with the first sound there is.

    labels: a caption on top of each. alt: a sentence that says what is seen; by default the labels.
    Raises MediaError for what is not a clip, different heights, or labels too many or too few.
    """
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
        strips = np.concatenate([_caption(c.size[0], t) for c, t in zip(clips, labels)], 1)
        frames = np.concatenate([np.broadcast_to(strips, (T, *strips.shape)), frames], 1)
    voiced = next((c for c in clips if c.sound is not None), clips[0])
    alt = alt or "side by side: " + _list(labels, f"{len(clips)} films")
    return Clip(frames, clips[0].fps, voiced.sound, voiced.sample_rate, info=dict(alt=alt))


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


def learning_curve(losses, held, every, label="held back", unit=""):
    """Draw the losses of all steps, their mean over 50, and those of what is held back, one at
    every so many steps."""
    import matplotlib.pyplot as plt

    plot_style()
    mean_of_50 = np.convolve(losses, np.ones(50) / 50, "valid")
    plt.plot(np.arange(len(mean_of_50)) + 25, mean_of_50, label="learnt from, mean of 50")
    plt.plot(every * np.arange(1, len(held) + 1), held, "k--", label=label)
    plt.gca().set(xlabel="step", ylabel=f"loss, {unit}" if unit else "loss")
    plt.legend()
    plt.show()
