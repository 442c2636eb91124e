"""Reading real files: pictures by Pillow, video by PyAV, sound by soundfile and PyAV."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from .clip import Clip, Sound
from .errors import MediaError

IMAGES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"}
VIDEOS = {".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".gif"}
SOUNDS = {".wav", ".flac", ".ogg", ".mp3", ".m4a", ".aac", ".opus"}
MAX_PIXELS = 120_000_000  # one picture
MAX_BYTES = 2_000_000_000  # one clip in memory


def _existing(path):
    if not isinstance(path, (str, os.PathLike)):
        raise MediaError(f"a file is given by its path, not by a {type(path).__name__}.")
    path = Path(path).expanduser()
    if path.is_dir():
        raise MediaError(f"{path} is a folder; give one file in it.")
    if not path.exists():
        near = (
            sorted(p.name for p in path.parent.glob(path.stem[:3] + "*"))[:3]
            if path.parent.is_dir()
            else []
        )
        raise MediaError(
            f"there is no file {path}"
            + (
                f"; did you mean {', '.join(near)}?"
                if near
                else "; check the spelling and the folder."
            )
        )
    if path.stat().st_size == 0:
        raise MediaError(
            f"{path} is empty (0 bytes): the copy or download was cut short, get it again."
        )
    if not os.access(path, os.R_OK):
        raise MediaError(f"{path} may not be read by this user; change its permissions.")
    return path


def read(path, **options):
    """A picture (H, W, 3) uint8, a Clip or a Sound, by the file's ending. Options go to the reader of that kind."""
    path = _existing(path)
    ending = path.suffix.lower()
    for endings, reader in ((IMAGES, read_image), (VIDEOS, read_video), (SOUNDS, read_sound)):
        if ending in endings:
            return reader(path, **options)
    raise MediaError(
        f"{path.name} is of no kind this course reads; use {', '.join(sorted(IMAGES | VIDEOS | SOUNDS))}."
    )


def read_image(path, max_side=None):
    """A picture as (H, W, 3) uint8 RGB, turned upright by its EXIF tag; transparency becomes white.

    max_side: shrink so that the longer side has at most so many pixels.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    path = _existing(path)
    try:
        with Image.open(path) as im:
            if im.width * im.height > MAX_PIXELS:
                raise MediaError(
                    f"{path.name} has {im.width * im.height / 1e6:.0f} megapixels, more than the {MAX_PIXELS / 1e6:.0f} this course reads; shrink it first."
                )
            im = ImageOps.exif_transpose(im)
            if max_side:
                im.thumbnail((max_side, max_side), Image.LANCZOS)
            if im.mode in ("RGBA", "LA", "PA") or "transparency" in im.info:
                im = im.convert("RGBA")
                im = Image.alpha_composite(Image.new("RGBA", im.size, "white"), im)
            if im.mode.startswith("I"):
                im = Image.fromarray(
                    (np.asarray(im, np.float64) / 256).clip(0, 255).astype(np.uint8)
                )
            return np.asarray(im.convert("RGB")).copy()
    except (UnidentifiedImageError, OSError, SyntaxError) as e:
        raise MediaError(
            f"{path.name} is damaged or not a picture ({str(e).splitlines()[0][:80]}); open it in a viewer and save it again."
        ) from e


def _open(path):
    import av

    try:
        return av.open(str(path))
    except (av.FFmpegError, ValueError) as e:
        raise MediaError(
            f"{path.name} is damaged or not a media file ({str(e).splitlines()[0][:80]}); try to play it, then convert it to MP4."
        ) from e


def _stream(container, path):
    pictures = [
        s
        for s in container.streams.video
        if s.disposition is None or "attached_pic" not in str(s.disposition)
    ]
    if not pictures:
        raise MediaError(
            f"{path.name} holds no moving picture; read its sound with media.read_sound."
        )
    return pictures[0]


def probe(path):
    """What a video file holds, without decoding it: dict of width, height, fps, seconds, sound."""
    path = _existing(path)
    with _open(path) as c:
        s = _stream(c, path)
        seconds = float(s.duration * s.time_base) if s.duration else (c.duration or 0) / 1e6
        return dict(
            width=s.codec_context.width,
            height=s.codec_context.height,
            fps=float(s.average_rate or s.guessed_rate or 25),
            seconds=seconds,
            sound=bool(c.streams.audio),
        )


def frames(path, fps=None, start=0.0, seconds=None, max_side=None):
    """Stream a video: yields upright pictures (H, W, 3) uint8 at a constant rate, one at a time, whatever its length.

    fps: None keeps the file's average. Frames of variable rate are repeated or dropped by their time stamps.
    """
    import av

    path = _existing(path)
    if start < 0 or (seconds is not None and seconds <= 0):
        raise MediaError(
            f"start is at least 0 s and seconds more than 0, not {start} and {seconds}."
        )
    if fps is not None and fps <= 0:
        raise MediaError(f"fps is a positive number of frames a second, not {fps}.")
    with _open(path) as container:
        stream = _stream(container, path)
        stream.thread_type = "AUTO"
        rate = float(fps or stream.average_rate or stream.guessed_rate or 25)
        if start > 1:
            container.seek(int(start * 1e6))
        k, held, first, last = 0, None, None, start
        end = None if seconds is None else start + seconds
        try:
            for frame in container.decode(stream):
                t = frame.time if frame.time is not None else last + 1 / rate
                first = t if first is None and start <= 1 else (0.0 if first is None else first)
                t -= first
                last = t
                while held is not None and start + k / rate < t - 0.5 / rate:
                    if end is not None and start + k / rate >= end - 1e-6:
                        return
                    yield held
                    k += 1
                if t >= start - 1.0 / rate:
                    held = _upright(frame, max_side)
            while (
                held is not None
                and (start + k / rate <= last + 1e-6)
                and (end is None or start + k / rate < end - 1e-6)
            ):
                yield held
                k += 1
        except av.FFmpegError as e:
            if k == 0:
                raise MediaError(
                    f"{path.name} cannot be decoded ({str(e).splitlines()[0][:80]}); convert it to H.264 MP4."
                ) from e
        if k == 0:
            raise MediaError(
                f"{path.name} has no frame from {start} s on; it is about {last:.1f} s long."
            )


def _upright(frame, max_side):
    turn = int(getattr(frame, "rotation", 0) or 0) % 360
    if max_side and max(frame.width, frame.height) > max_side:
        r = max_side / max(frame.width, frame.height)
        frame = frame.reformat(
            max(2, round(frame.width * r / 2) * 2), max(2, round(frame.height * r / 2) * 2)
        )
    x = frame.to_ndarray(format="rgb24")
    return np.ascontiguousarray(np.rot90(x, turn // 90)) if turn else x


def read_video(
    path, fps=None, start=0.0, seconds=None, max_side=None, sample_rate=None, progress=None
):
    """A Clip of a video file: upright, at a constant frame rate, sound mixed to mono.

    fps, sample_rate: None keeps the file's own. start, seconds: which part. max_side: shrink the longer side to so many pixels.
    """
    path = _existing(path)
    info = probe(path)
    rate = float(fps or info["fps"])
    shape = min(1.0, (max_side or 1e9) / max(info["width"], info["height"], 1))
    need = (
        info["width"]
        * info["height"]
        * shape**2
        * 3
        * rate
        * min(seconds or 1e9, max(info["seconds"] - start, 0))
    )
    if need > MAX_BYTES:
        raise MediaError(
            f"{path.name} would take {need / 1e9:.1f} GB of memory; give seconds= or max_side=, or stream it with media.frames."
        )
    out = []
    total = round(min(seconds or 1e9, max(info["seconds"] - start, 0)) * rate)
    for x in frames(path, fps, start, seconds, max_side):
        out.append(x)
        if progress:
            progress(len(out), max(total, len(out)))
    sound = None
    if info["sound"]:
        s = read_sound(path, sample_rate=sample_rate)
        a = round(start * s.sample_rate)
        sound, sample_rate = (
            s.samples[a : a + round(len(out) / rate * s.sample_rate)],
            s.sample_rate,
        )
    return Clip(
        np.stack(out),
        rate,
        sound,
        sample_rate or 16000,
        {},
        dict(source=path.name, synthetic=False),
    )


def read_sound(path, sample_rate=None):
    """The sound of a sound or video file, mixed to mono float32. sample_rate: None keeps the file's own."""
    path = _existing(path)
    if sample_rate is not None and sample_rate <= 0:
        raise MediaError(f"sample_rate is in Hz, more than 0, not {sample_rate}.")
    if path.suffix.lower() in (".wav", ".flac", ".ogg"):
        import soundfile

        try:
            samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as e:
            raise MediaError(
                f"{path.name} is damaged or not a sound file ({str(e)[:80]}); convert it to WAV."
            ) from e
        samples = samples.mean(1)
    else:
        samples, rate = _decode_sound(path)
    if len(samples) == 0:
        raise MediaError(
            f"{path.name} holds a sound track without a single sample; record or convert it again."
        )
    out = Sound(np.nan_to_num(samples).astype(np.float32), int(rate))
    return out.resample(int(sample_rate)) if sample_rate else out


def _decode_sound(path):
    import av

    with _open(path) as container:
        if not container.streams.audio:
            raise MediaError(f"{path.name} has no sound track.")
        stream = container.streams.audio[0]
        rate = stream.codec_context.sample_rate
        mono = av.AudioResampler(format="fltp", layout="mono", rate=rate)
        chunks = []
        try:
            for frame in container.decode(stream):
                chunks += [f.to_ndarray()[0] for f in mono.resample(frame)]
            chunks += [f.to_ndarray()[0] for f in mono.resample(None)]
        except av.FFmpegError as e:
            if not chunks:
                raise MediaError(
                    f"the sound of {path.name} cannot be decoded ({str(e).splitlines()[0][:80]}); convert it to WAV."
                ) from e
    return (np.concatenate(chunks) if chunks else np.zeros(0, np.float32)), rate
