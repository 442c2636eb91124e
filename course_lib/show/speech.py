"""Speech in pictures: a spectrogram with phonemes, curves and a moving cursor, alone or below a
film.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextPath

from ..media import Clip, MediaError
from ..taught.foundations.sound_of_speech import SAMPLE_RATE, log_mel

DPI = 64  # a power of two: width / DPI * DPI is exactly the width again
COLOURS = ("#3478b4", "#d25f28", "#469646", "#965aaa", "#787878")
BANDS = ("#f3e6d7", "#dee8f3")  # under neighbouring phonemes
INK = "#1e1e1e"
CURSOR = (60, 200, 120)
SHORTEST = 400  # samples: 25 ms at 16 kHz
MAGMA = cv2.COLORMAP_MAGMA
RANGE = 13  # natural logarithms of energy from black to the loudest
SMALL_TEXT = 8.5  # points: 7.5 pixels


def _figure(width, height):
    """A figure off the screen; of pyplot, which keeps what it draws, nothing is used."""
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI)
    FigureCanvasAgg(figure)
    return figure


def _pixels(figure):
    """What was drawn -> (height, width, 3) uint8."""
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3].copy()


@cache
def _text_width(text):
    """Pixels that a label takes."""
    return TextPath((0, 0), text, size=SMALL_TEXT * DPI / 72).get_extents().width


def spectrogram(sound, width=480, height=96, bands=64):
    """Mel spectrogram of sound (N,) at 16 kHz as a picture (height, width, 3) uint8.

    Time runs to the right, frequency upwards. Raises MediaError for less than 25 ms.
    """
    if len(sound) < SHORTEST:
        raise MediaError(f"a spectrogram needs at least 25 ms of sound, not {len(sound)} samples.")
    mel = log_mel(torch.as_tensor(np.ascontiguousarray(sound, dtype=np.float32)), bands).T.numpy()
    level = (mel[::-1] - mel.max() + RANGE) / RANGE
    grey = (level * 255).clip(0, 255).astype(np.uint8)
    how = cv2.INTER_AREA if grey.shape[1] > width else cv2.INTER_LINEAR
    colours = cv2.applyColorMap(cv2.resize(grey, (width, height), interpolation=how), MAGMA)
    return cv2.cvtColor(colours, cv2.COLOR_BGR2RGB)


def phoneme_bar(phonemes, seconds, width=480, height=16):
    """Labelled intervals (label, start s, end s) as a strip (height, width, 3) uint8.

    Silence stays empty, and so does an interval too short for its label.
    """
    figure = _figure(width, height)
    for k, (label, start, end) in enumerate(phonemes):
        if label.startswith("_"):
            continue
        x, wide = start / seconds, (end - start) / seconds
        band = Rectangle((x, 0), wide, 1, color=BANDS[k % 2], linewidth=0, antialiased=False)
        figure.add_artist(band)
        if _text_width(label) <= wide * width:
            figure.text(x + wide / 2, 0.28, label, size=SMALL_TEXT, color=INK, ha="center")
    return _pixels(figure)


def curve_panel(curves, width=480, height=64):
    """Curves, name -> (T,) over the whole width, as one picture (height, width, 3) uint8.

    They have a common scale, from their least to their largest value.
    """
    figure = _figure(width, height)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    low = min(float(np.min(c)) for c in curves.values())
    high = max(float(np.max(c)) for c in curves.values())
    room = max(high - low, 1e-9) * 0.07
    axes.set(xlim=(0, 1), ylim=(low - room, high + room))
    for k, (name, c) in enumerate(curves.items()):
        colour = COLOURS[k % len(COLOURS)]
        axes.plot((np.arange(len(c)) + 0.5) / len(c), c, color=colour, linewidth=1.2, label=name)
    axes.legend(
        loc="upper left",
        ncols=len(curves),
        fontsize=SMALL_TEXT,
        frameon=False,
        borderaxespad=0.1,
        handlelength=1,
        labelcolor="linecolor",
    )
    return _pixels(figure)


def speech_clip(
    sound, sample_rate=SAMPLE_RATE, phonemes=None, film=None, curves=None, fps=25, width=480
):
    """A Clip with sound: an optional film on top, then the spectrogram, the phonemes and the curves
    under a moving cursor.

    sound (N,) float32; phonemes: (label, start s, end s); film: a Clip at most `width` wide, shown
    in the middle; curves: name -> (T,). Raises MediaError for another sample rate and a wider film.
    """
    if sample_rate != SAMPLE_RATE:
        raise MediaError(
            f"speech is shown at {SAMPLE_RATE} Hz, this sound has {sample_rate}: "
            f"use Sound(x, rate).resample({SAMPLE_RATE})."
        )
    seconds = len(sound) / sample_rate
    length = max(1, int(np.ceil(seconds * fps)))
    if film is not None:
        fps, length = film.fps, len(film)
    below = _below(sound, seconds, phonemes, curves, width)
    frames = np.repeat(below[None], length, 0)
    for t in range(length):
        x = min(width - 2, int((t + 0.5) / fps / seconds * width))
        frames[t, :, x : x + 2] = CURSOR
    if film is not None:
        frames = np.concatenate([_centred(film, width), frames], 1)
    shown = dict(film=film, phonemes=phonemes, curves=curves)
    alt = "speech: " + ", ".join(["a spectrogram", *(k for k, v in shown.items() if v is not None)])
    return Clip(frames, fps, np.asarray(sound, np.float32), sample_rate, info=dict(alt=alt))


def _below(sound, seconds, phonemes, curves, width):
    """The rows under the film, of even height."""
    rows = [spectrogram(sound, width)]
    if phonemes:
        rows.append(phoneme_bar(phonemes, seconds, width))
    if curves:
        rows.append(curve_panel(curves, width))
    below = np.concatenate(rows)
    return np.pad(below, ((0, below.shape[0] % 2), (0, 0), (0, 0)), constant_values=255)


def _centred(film, width):
    w, h = film.size
    left = (width - w) // 2
    if left < 0:
        raise MediaError(
            f"the film is {w} pixels wide, the spectrogram {width}: give a larger width."
        )
    out = np.full((len(film), h, width, 3), 255, np.uint8)
    out[:, :, left : left + w] = film.frames
    return out
