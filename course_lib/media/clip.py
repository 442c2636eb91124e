"""The one data type of the course: a Clip, moving pictures with sound and, from the studio, the truth about them."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .errors import MediaError

TIMELESS = ("identity", "camera", "phonemes")


@dataclass
class Sound:
    """samples (N,) float32 in -1..1, sample_rate in Hz."""

    samples: np.ndarray
    sample_rate: int

    @property
    def seconds(self):
        return len(self.samples) / self.sample_rate

    def resample(self, sample_rate):
        """The same sound at another rate."""
        if sample_rate == self.sample_rate:
            return self
        from math import gcd

        from scipy.signal import resample_poly

        g = gcd(int(sample_rate), int(self.sample_rate))
        return Sound(
            resample_poly(self.samples, sample_rate // g, self.sample_rate // g).astype(np.float32),
            int(sample_rate),
        )

    def _repr_html_(self):
        from IPython.display import Audio

        return Audio(self.samples, rate=self.sample_rate)._repr_html_()


@dataclass
class Stream:
    """A film too long for memory, on its way to a file: frames is any iterable of pictures (H, W, 3) uint8, read once."""

    frames: object
    fps: float = 25
    sound: np.ndarray | None = None
    sample_rate: int = 16000
    info: dict = field(default_factory=dict)


@dataclass
class Clip:
    """frames (T, H, W, 3) uint8, fps, sound (N,) float32 or None, sample_rate in Hz, truth: named arrays whose first axis is T
    (identity, camera and phonemes excepted), info: where it comes from. Plays when it is the last line of a cell."""

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
                f"a Clip's frames are a uint8 array (T, H, W, 3), not {got}; convert with (x * 255).round().astype('uint8')."
            )
        if not np.isfinite(self.fps) or self.fps <= 0:
            raise MediaError(
                f"a Clip's fps is a positive number of frames a second, not {self.fps}."
            )
        if self.sound is not None:
            self.sound = np.asarray(self.sound, np.float32)
            if self.sound.ndim != 1:
                raise MediaError(
                    f"a Clip's sound is mono, shape (N,), not {self.sound.shape}; take the mean over channels first."
                )
        for k, v in self.truth.items():
            if k not in TIMELESS and len(v) != len(f):
                raise MediaError(
                    f"truth[{k!r}] has {len(v)} rows, the clip {len(f)} frames; cut both in the same way (clip[a:b] does)."
                )

    def __len__(self):
        return len(self.frames)

    def __repr__(self):
        w, h = self.size
        sound = "silent" if self.sound is None else f"sound at {self.sample_rate} Hz"
        return f"Clip({len(self)} frames of {w}x{h}, {self.seconds:.2f} s at {self.fps:g} fps, {sound}, truth: {', '.join(self.truth) or 'none'})"

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
                "take a slice of a clip, for example clip[10:20]; single pictures are clip.frames[10]."
            )
        a, b, step = part.indices(len(self))
        if step != 1:
            raise MediaError("a clip can be cut, not thinned: give no step.")
        sound = (
            None
            if self.sound is None
            else self.sound[
                round(a / self.fps * self.sample_rate) : round(b / self.fps * self.sample_rate)
            ]
        )
        truth = {k: v if k in TIMELESS else v[a:b] for k, v in self.truth.items()}
        if "phonemes" in truth:
            t0, t1 = a / self.fps, b / self.fps
            truth["phonemes"] = [
                (p, max(x, t0) - t0, min(y, t1) - t0)
                for p, x, y in truth["phonemes"]
                if y > t0 and x < t1
            ]
        return Clip(self.frames[a:b], self.fps, sound, self.sample_rate, truth, dict(self.info))

    def save(self, path, **options):
        """Write a marked MP4 (options as media.write) and, beside it, its truth as NAME.truth.npz."""
        from .writing import write

        path = write(path, self, **options)
        if self.truth:
            arrays = {
                k: np.array([repr(tuple(x)) for x in v]) if k == "phonemes" else np.asarray(v)
                for k, v in self.truth.items()
            }
            np.savez_compressed(Path(path).with_suffix(".truth.npz"), **arrays)
        return path

    @classmethod
    def load(cls, path):
        """A clip written by save, with its truth."""
        import ast

        from .reading import read_video

        clip = read_video(path)
        sidecar = Path(path).with_suffix(".truth.npz")
        if sidecar.exists():
            with np.load(sidecar) as z:
                clip.truth = {
                    k: [ast.literal_eval(str(x)) for x in z[k]] if k == "phonemes" else z[k]
                    for k in z.files
                }
            clip.__post_init__()
        return clip

    def to_mp4(self, quality=23):
        """This clip as the bytes of an unmarked H.264 file, for showing in a notebook."""
        import io

        from .writing import encode

        buffer = io.BytesIO()
        encode(buffer, self, quality)
        return buffer.getvalue()

    def _repr_html_(self):
        w, h = self.size
        zoom = max(1, round(256 / max(h, 1))) if h < 200 else 1
        data = base64.b64encode(self.to_mp4(quality=27)).decode()
        sound = "" if self.sound is not None else " muted autoplay"
        return f'<video controls loop playsinline{sound} width="{w * zoom}" style="max-width:100%" src="data:video/mp4;base64,{data}"></video>'
