"""Reading real files: pictures by Pillow, video by PyAV, sound by soundfile and PyAV."""

from __future__ import annotations

import numpy as np

from .clip import Clip
from .decoding import decode_sound, frames, probe
from .errors import MediaError
from .files import existing, first_line
from .sound import Sound

IMAGES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"}
VIDEOS = {".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".gif"}
SOUNDS = {".wav", ".flac", ".ogg", ".mp3", ".m4a", ".aac", ".opus"}
MAX_PIXELS = 120_000_000  # one picture
MAX_BYTES = 2_000_000_000  # one clip in memory


def read(path, **options):
    """A picture (H, W, 3) uint8, a Clip or a Sound, by the file's ending.

    Options go to the reader of that kind. Raises MediaError for what cannot be read.
    """
    path = existing(path)
    ending = path.suffix.lower()
    for endings, reader in ((IMAGES, read_image), (VIDEOS, read_video), (SOUNDS, read_sound)):
        if ending in endings:
            return reader(path, **options)
    known = ", ".join(sorted(IMAGES | VIDEOS | SOUNDS))
    raise MediaError(f"{path.name} is of no kind this course reads; use {known}.")


def read_image(path, max_side=None):
    """A picture as (H, W, 3) uint8 RGB, turned upright by its EXIF tag; transparency becomes white.

    max_side: shrink so that the longer side has at most so many pixels.
    Raises MediaError for a file that is no picture, damaged or too large.
    """
    from PIL import Image, UnidentifiedImageError

    path = existing(path)
    try:
        with Image.open(path) as im:
            if im.width * im.height > MAX_PIXELS:
                raise MediaError(
                    f"{path.name} has {im.width * im.height / 1e6:.0f} megapixels, more than the "
                    f"{MAX_PIXELS / 1e6:.0f} this course reads; shrink it first."
                )
            return _rgb(im, max_side)
    except (UnidentifiedImageError, OSError, SyntaxError) as e:
        raise MediaError(
            f"{path.name} is damaged or not a picture ({first_line(e)}); "
            "open it in a viewer and save it again."
        ) from e


def _rgb(im, max_side):
    from PIL import Image, ImageOps

    im = ImageOps.exif_transpose(im)
    if max_side:
        im.thumbnail((max_side, max_side), Image.LANCZOS)
    if im.mode in ("RGBA", "LA", "PA") or "transparency" in im.info:
        im = im.convert("RGBA")
        im = Image.alpha_composite(Image.new("RGBA", im.size, "white"), im)
    if im.mode.startswith("I"):  # 16 bits
        im = Image.fromarray((np.asarray(im, np.float64) / 256).clip(0, 255).astype(np.uint8))
    return np.asarray(im.convert("RGB")).copy()


def read_video(
    path, fps=None, start=0.0, seconds=None, max_side=None, sample_rate=None, progress=None
):
    """A Clip of a video file: upright, at a constant frame rate, sound mixed to mono.

    fps, sample_rate: None keeps the file's own. start, seconds: which part. max_side: shrink the
    longer side to so many pixels. progress: called with (frames done, frames in all).
    Raises MediaError for what cannot be read, and for more than fits into memory.
    """
    path = existing(path)
    info = probe(path)
    rate = float(fps or info["fps"])
    length = min(seconds or np.inf, max(info["seconds"] - start, 0))
    shrink = min(1.0, (max_side or np.inf) / max(info["width"], info["height"], 1))
    _check_memory(path, info["width"] * info["height"] * shrink**2 * 3 * rate * length)
    total = round(length * rate)
    out = []
    for x in frames(path, fps, start, seconds, max_side):
        out.append(x)
        _check_memory(path, len(out) * x.nbytes)  # a damaged header may state less than follows
        if progress:
            progress(len(out), max(total, len(out)))
    sound = None
    if info["sound"]:
        track = read_sound(path, sample_rate=sample_rate)
        sample_rate = track.sample_rate
        a = round(start * sample_rate)
        sound = track.samples[a : a + round(len(out) / rate * sample_rate)]
    origin = dict(source=path.name, synthetic=False)
    return Clip(np.stack(out), rate, sound, sample_rate or 16000, {}, origin)


def _check_memory(path, need):
    if need > MAX_BYTES:
        raise MediaError(
            f"{path.name} would take {need / 1e9:.1f} GB of memory; "
            "give seconds= or max_side=, or stream it with media.frames."
        )


def read_sound(path, sample_rate=None):
    """The sound of a sound or video file, mixed to mono float32.

    sample_rate: in Hz; None keeps the file's own. Raises MediaError for what holds no sound.
    """
    path = existing(path)
    if sample_rate is not None and sample_rate <= 0:
        raise MediaError(f"sample_rate is in Hz, more than 0, not {sample_rate}.")
    if path.suffix.lower() in (".wav", ".flac", ".ogg"):
        samples, rate = _sound_file(path)
    else:
        samples, rate = decode_sound(path)
    if len(samples) == 0:
        raise MediaError(
            f"{path.name} holds a sound track without a single sample; record or convert it again."
        )
    out = Sound(np.nan_to_num(samples).astype(np.float32), int(rate))
    return out.resample(int(sample_rate)) if sample_rate else out


def _sound_file(path):
    import soundfile

    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as e:
        raise MediaError(
            f"{path.name} is damaged or not a sound file ({first_line(e)}); convert it to WAV."
        ) from e
    return samples.mean(1), rate
