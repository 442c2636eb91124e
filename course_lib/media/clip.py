"""The one data type of the course: a Clip, moving pictures with sound and, from the studio, the
truth about them.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import numpy as np

from .encoding import encode
from .errors import MediaError
from .player import player

TIMELESS = ("identity", "camera", "phonemes")


@dataclass
class Stream:
    """A film too long for memory, on its way to a file.

    frames: any iterable of pictures (H, W, 3) uint8, read once; the rest as in Clip.
    """

    frames: object
    fps: float = 25
    sound: np.ndarray | None = None
    sample_rate: int = 16000
    info: dict = field(default_factory=dict)


@dataclass
class Clip:
    """frames (T, H, W, 3) uint8, fps, sound (N,) float32 or None, sample_rate in Hz.

    truth: named arrays whose first axis is T (identity, camera and phonemes excepted). info:
    where it comes from; info["alt"] says in a sentence what is seen. Plays when it is the last
    line of a cell. clip.save(path) writes it marked, with its truth beside it, and
    Clip.load(path) reads both again. Raises MediaError for arrays that do not fit.
    """

    frames: np.ndarray
    fps: float = 25
    sound: np.ndarray | None = None
    sample_rate: int = 16000
    truth: dict = field(default_factory=dict)
    info: dict = field(default_factory=dict)

    def __post_init__(self):
        f = self.frames
        if not isinstance(f, np.ndarray) or f.ndim != 4 or f.shape[-1] != 3 or f.dtype != np.uint8:
            got = f"{f.dtype} {f.shape}" if isinstance(f, np.ndarray) else type(f).__name__
            raise MediaError(
                f"a Clip's frames are a uint8 array (T, H, W, 3), not {got}; "
                "convert with (x * 255).round().astype('uint8')."
            )
        if not np.isfinite(self.fps) or self.fps <= 0:
            raise MediaError(
                f"a Clip's fps is a positive number of frames a second, not {self.fps}."
            )
        if self.sound is not None:
            self.sound = np.asarray(self.sound, np.float32)
            if self.sound.ndim != 1:
                raise MediaError(
                    f"a Clip's sound is mono, shape (N,), not {self.sound.shape}; "
                    "take the mean over channels first."
                )
        for k, v in self.truth.items():
            if k not in TIMELESS and len(v) != len(f):
                raise MediaError(
                    f"truth[{k!r}] has {len(v)} rows, the clip {len(f)} frames; "
                    "cut both in the same way (clip[a:b] does)."
                )

    def __len__(self):
        return len(self.frames)

    def __repr__(self):
        w, h = self.size
        length = f"{self.seconds:.2f} s at {self.fps:g} fps"
        sound = "silent" if self.sound is None else f"sound at {self.sample_rate} Hz"
        truth = ", ".join(self.truth) or "none"
        return f"Clip({len(self)} frames of {w}x{h}, {length}, {sound}, truth: {truth})"

    @property
    def seconds(self):
        return len(self.frames) / self.fps

    @property
    def size(self):
        """(width, height) in pixels."""
        return self.frames.shape[2], self.frames.shape[1]

    def __getitem__(self, part):
        if not isinstance(part, slice):
            raise MediaError(
                "take a slice of a clip, for example clip[10:20]; "
                "single pictures are clip.frames[10]."
            )
        a, b, step = part.indices(len(self))
        if step != 1:
            raise MediaError("a clip can be cut, not thinned: give no step.")
        sound = self.sound
        if sound is not None:
            samples = [round(t / self.fps * self.sample_rate) for t in (a, b)]
            sound = sound[slice(*samples)]
        truth = {k: v if k in TIMELESS else v[a:b] for k, v in self.truth.items()}
        if "phonemes" in truth:
            truth["phonemes"] = _cut(truth["phonemes"], a / self.fps, b / self.fps)
        return Clip(self.frames[a:b], self.fps, sound, self.sample_rate, truth, dict(self.info))

    def to_mp4(self, quality=23):
        """This clip as the bytes of an unmarked H.264 file, for showing in a notebook."""
        buffer = io.BytesIO()
        encode(buffer, self, quality)
        return buffer.getvalue()

    def _repr_html_(self):
        w, h = self.size
        voiced = self.sound is not None
        alt = self.info.get("alt") or (
            f"a film of {w} x {h} pixels, {self.seconds:.1f} s long"
            + (", with sound" if voiced else "")
        )
        return player(self.to_mp4(quality=27), w, h, voiced, alt)


def _cut(phonemes, start, end):
    """The labelled intervals (label, start s, end s) between two times, counted from the first."""
    return [
        (label, max(a, start) - start, min(b, end) - start)
        for label, a, b in phonemes
        if b > start and a < end
    ]
