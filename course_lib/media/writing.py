"""Writing, always marked: a visible label on synthetic pictures and a signed manifest in every file."""

from __future__ import annotations

import os
import tempfile
from fractions import Fraction
from itertools import chain
from pathlib import Path

import numpy as np

from .. import mark
from .clip import Clip, Sound, Stream
from .errors import MediaError

ENDINGS = {".png": "image", ".jpg": "image", ".jpeg": "image", ".mp4": "video", ".wav": "sound"}


def write(
    path,
    what,
    lesson="00_start_here",
    ingredients=(),
    label=True,
    overwrite=False,
    quality=20,
    progress=None,
):
    """Write a picture (H, W, 3) uint8 to .png or .jpg, a Clip or Stream to .mp4, or a Sound to .wav; returns the path.

    Every file carries a signed C2PA manifest that says it is synthetic, names the lesson and the ingredients (paths of files
    it was made from); real footage (a clip whose info says synthetic=False) is marked as real and gets no label.
    label: draw the visible label too. overwrite: replace a file that is there. quality: x264's crf. progress: called with
    (frames done, frames in all) while a film is written; a Stream does not know its length, so both numbers are the same.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise MediaError(f"a file is given by its path, not by a {type(path).__name__}.")
    path = Path(path).expanduser()
    kind = ENDINGS.get(path.suffix.lower())
    if kind is None:
        raise MediaError(
            f"{path.name!r} ends in nothing this course writes; use {', '.join(ENDINGS)} (only these can carry the signed mark)."
        )
    if not path.parent.is_dir():
        raise MediaError(f"the folder {path.parent} does not exist; make it first.")
    if path.is_dir():
        raise MediaError(f"{path} is a folder; add a file name.")
    if path.exists() and not overwrite:
        raise MediaError(f"{path} is already there; choose another name or pass overwrite=True.")
    given = (
        "video"
        if isinstance(what, (Clip, Stream))
        else "sound"
        if isinstance(what, Sound)
        else "image"
        if isinstance(what, np.ndarray)
        else type(what).__name__
    )
    if given != kind:
        want = {
            "image": "a picture (H, W, 3) uint8",
            "video": "a Clip or a Stream",
            "sound": "a Sound",
        }[kind]
        raise MediaError(
            f"{path.suffix} takes {want}, but this is {'an array' if given == 'image' else 'a ' + given}; use the matching ending."
        )
    synthetic = not (kind == "video" and what.info.get("synthetic") is False)
    label = label and synthetic
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
        raw, signed = (Path(folder) / f"{n}{path.suffix.lower()}" for n in ("raw", "signed"))
        if kind == "image":
            _check_image(what)
            from PIL import Image

            Image.fromarray(mark.draw_label(what) if label else what).save(raw, quality=92)
        elif kind == "video":
            with open(raw, "wb") as f:
                encode(f, what, quality, mark.draw_label if label else None, progress)
        else:
            _check_sound(what)
            import soundfile

            soundfile.write(raw, what.samples.clip(-1, 1), int(what.sample_rate), subtype="PCM_16")
        mark.sign(
            raw,
            signed,
            lesson=lesson,
            title=path.name,
            ingredients=ingredients,
            synthetic=synthetic,
        )
        os.replace(signed, path)
    return path


def _check_image(x):
    if x.dtype != np.uint8 or x.ndim != 3 or x.shape[2] != 3 or 0 in x.shape:
        raise MediaError(
            f"a picture is a uint8 array (H, W, 3), not {x.dtype} {x.shape}; convert with (x * 255).round().astype('uint8')."
        )


def _check_sound(s):
    x = np.asarray(s.samples)
    if x.ndim != 1 or len(x) == 0:
        raise MediaError(f"a sound is mono with at least one sample, shape (N,), not {x.shape}.")
    if not np.isfinite(x).all():
        raise MediaError(
            "this sound holds NaN or infinite samples; something upstream divided by zero."
        )
    if s.sample_rate <= 0:
        raise MediaError(f"sample_rate is in Hz, more than 0, not {s.sample_rate}.")


def encode(target, film, quality=20, change=None, progress=None):
    """A Clip or Stream as H.264 (and AAC) into a file object, frame by frame; odd sizes get one repeated row or column.

    change: applied to each picture before it is written.
    """
    import av

    if film.sound is not None:
        _check_sound(Sound(film.sound, film.sample_rate))
    pictures = iter(film.frames)
    first = next(pictures, None)
    if first is None:
        raise MediaError("this film has no frames; nothing was written.")
    _check_image(first)
    h, w = first.shape[:2]
    with av.open(target, "w", format="mp4") as out:
        rate = Fraction(film.fps).limit_denominator(1001)
        video = out.add_stream(
            "libx264",
            rate=rate,
            options={"crf": str(quality), "preset": "veryfast", "tune": "animation"},
        )
        video.width, video.height, video.pix_fmt = w + w % 2, h + h % 2, "yuv420p"
        audio = None
        if film.sound is not None and len(film.sound):
            sound = Sound(film.sound, film.sample_rate)
            if sound.sample_rate not in (16000, 22050, 24000, 32000, 44100, 48000):
                sound = sound.resample(48000)
            audio = out.add_stream("aac", rate=sound.sample_rate, layout="mono")
        for k, x in enumerate(chain([first], pictures), 1):
            if x.shape != first.shape or x.dtype != np.uint8:
                raise MediaError(
                    f"frame {k} is {x.dtype} {x.shape}, the first one uint8 {first.shape}; all frames of a film are alike."
                )
            x = np.pad(change(x) if change else x, ((0, h % 2), (0, w % 2), (0, 0)), mode="edge")
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(x), format="rgb24")
            out.mux(video.encode(frame.reformat(format="yuv420p")))
            if progress:
                progress(k, len(film.frames) if hasattr(film.frames, "__len__") else k)
        out.mux(video.encode())
        if audio:
            at = 0
            for i in range(0, len(sound.samples), 1024):
                block = np.ascontiguousarray(sound.samples[None, i : i + 1024].clip(-1, 1))
                frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
                frame.sample_rate, frame.pts, frame.time_base = (
                    sound.sample_rate,
                    at,
                    Fraction(1, sound.sample_rate),
                )
                at += block.shape[1]
                out.mux(audio.encode(frame))
            out.mux(audio.encode())
