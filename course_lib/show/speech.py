"""Speech in pictures: a spectrogram with phonemes, curves and a moving cursor, alone or below a film."""

from __future__ import annotations

import cv2
import numpy as np
import torch

from ..media import Clip, MediaError
from ..taught.foundations.sound_of_speech import SAMPLE_RATE, log_mel

COLOURS = ((52, 120, 180), (210, 95, 40), (70, 150, 70), (150, 90, 170), (120, 120, 120))


def spectrogram(sound, width=480, height=96, bands=64):
    """Mel spectrogram of sound (N,) at 16 kHz as a picture (height, width, 3): time to the right, frequency upwards."""
    if len(sound) < 400:
        raise MediaError(f"a spectrogram needs at least 25 ms of sound, not {len(sound)} samples.")
    m = log_mel(torch.as_tensor(np.ascontiguousarray(sound, dtype=np.float32)), bands).T.numpy()[
        ::-1
    ]
    top = m.max()
    grey = ((m - top + 13) / 13 * 255).clip(0, 255).astype(np.uint8)
    grey = cv2.resize(
        grey,
        (width, height),
        interpolation=cv2.INTER_AREA if grey.shape[1] > width else cv2.INTER_LINEAR,
    )
    return cv2.cvtColor(cv2.applyColorMap(grey, cv2.COLORMAP_MAGMA), cv2.COLOR_BGR2RGB)


def phoneme_bar(phonemes, seconds, width=480, height=16):
    """Labelled intervals (label, start s, end s) as a strip (height, width, 3); silence stays empty."""
    bar = np.full((height, width, 3), 255, np.uint8)
    for k, (label, a, b) in enumerate(phonemes):
        x0, x1 = (int(round(t / seconds * width)) for t in (a, b))
        if label.startswith("_"):
            continue
        bar[:, x0:x1] = (222, 232, 243) if k % 2 else (243, 230, 215)
        wide = cv2.getTextSize(label, cv2.FONT_HERSHEY_SIMPLEX, 0.36, 1)[0][0]
        if wide <= x1 - x0 + 4:
            cv2.putText(
                bar,
                label,
                ((x0 + x1 - wide) // 2, height - 5),
                cv2.FONT_HERSHEY_SIMPLEX,
                0.36,
                (30, 30, 30),
                1,
                cv2.LINE_AA,
            )
    return bar


def curve_panel(curves, width=480, height=64):
    """Curves, name -> (T,) over the whole width, in one panel with a common scale from their least to their largest value."""
    panel = np.full((height, width, 3), 255, np.uint8)
    low = min(float(np.min(c)) for c in curves.values())
    high = max(float(np.max(c)) for c in curves.values())
    for k, (name, c) in enumerate(curves.items()):
        x = (np.arange(len(c)) + 0.5) / len(c) * width
        y = (1 - (np.asarray(c) - low) / max(high - low, 1e-9)) * (height - 8) + 4
        cv2.polylines(
            panel,
            [np.stack([x, y], 1).astype(np.int32)],
            False,
            COLOURS[k % len(COLOURS)],
            1,
            cv2.LINE_AA,
        )
        cv2.putText(
            panel,
            name,
            (4 + 110 * k, 12),
            cv2.FONT_HERSHEY_SIMPLEX,
            0.38,
            COLOURS[k % len(COLOURS)],
            1,
            cv2.LINE_AA,
        )
    return panel


def speech_clip(
    sound, sample_rate=SAMPLE_RATE, phonemes=None, film=None, curves=None, fps=25, width=480
):
    """A Clip with sound: an optional film on top, then the spectrogram, the phonemes and the curves under a moving cursor.

    sound (N,) float32; phonemes: (label, start s, end s); film: a Clip of any size, shown in the middle; curves: name -> (T,).
    """
    if sample_rate != SAMPLE_RATE:
        raise MediaError(
            f"speech is shown at {SAMPLE_RATE} Hz, this sound has {sample_rate}: use Sound(x, rate).resample({SAMPLE_RATE})."
        )
    seconds = len(sound) / sample_rate
    rows = [spectrogram(sound, width)]
    if phonemes:
        rows.append(phoneme_bar(phonemes, seconds, width))
    if curves:
        rows.append(curve_panel(curves, width))
    below = np.concatenate(rows)
    below = np.pad(below, ((0, below.shape[0] % 2), (0, 0), (0, 0)), constant_values=255)
    fps, T = (
        (film.fps, len(film)) if film is not None else (fps, max(1, int(np.ceil(seconds * fps))))
    )
    frames = np.repeat(below[None], T, 0)
    for t in range(T):
        x = min(width - 2, int((t + 0.5) / fps / seconds * width))
        frames[t, :, x : x + 2] = (60, 200, 120)
    if film is not None:
        w, h = film.size
        left = (width - w) // 2
        if left < 0:
            raise MediaError(
                f"the film is {w} pixels wide, the spectrogram {width}: give a larger width."
            )
        above = np.full((T, h, width, 3), 255, np.uint8)
        above[:, :, left : left + w] = film.frames
        frames = np.concatenate([above, frames], 1)
    return Clip(frames, fps, np.asarray(sound, np.float32), sample_rate)
