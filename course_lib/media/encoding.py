"""Pictures and sound into the bytes of an MP4: H.264 and AAC by PyAV."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain

import numpy as np

from .errors import MediaError
from .picture import check_picture
from .sound import Sound, check_sound

AAC_RATES = (16000, 22050, 24000, 32000, 44100, 48000)  # Hz; other sounds are resampled to the last
AAC_BLOCK = 1024  # samples


def encode(target, film, quality=20, change=None, progress=None):
    """A Clip or Stream as H.264 (and AAC) into a file object, frame by frame.

    Odd sizes get one repeated row or column. quality: x264's crf. change: applied to each picture
    before it is written. progress: called with (frames done, frames in all).
    Raises MediaError for a film without frames, or whose frames are not all alike.
    """
    import av

    if film.sound is not None:
        check_sound(Sound(film.sound, film.sample_rate))
    pictures = iter(film.frames)
    first = next(pictures, None)
    if first is None:
        raise MediaError("this film has no frames; nothing was written.")
    check_picture(first)
    with av.open(target, "w", format="mp4") as out:
        video = _video_stream(out, film.fps, *first.shape[:2], quality)
        sound = None
        if film.sound is not None:
            sound = Sound(film.sound, film.sample_rate)
            if sound.sample_rate not in AAC_RATES:
                sound = sound.resample(AAC_RATES[-1])
            audio = out.add_stream("aac", rate=sound.sample_rate, layout="mono")
        for k, picture in enumerate(chain([first], pictures), 1):
            _check_alike(k, picture, first)
            out.mux(video.encode(_video_frame(change(picture) if change else picture)))
            if progress:
                progress(k, len(film.frames) if hasattr(film.frames, "__len__") else k)
        out.mux(video.encode())
        if sound is not None:
            for frame in _audio_frames(sound):
                out.mux(audio.encode(frame))
            out.mux(audio.encode())


def _video_stream(out, fps, height, width, quality):
    options = {"crf": str(quality), "preset": "veryfast", "tune": "animation"}
    rate = Fraction(fps).limit_denominator(1001)
    stream = out.add_stream("libx264", rate=rate, options=options)
    stream.width = width + width % 2
    stream.height = height + height % 2
    stream.pix_fmt = "yuv420p"
    return stream


def _check_alike(k, picture, first):
    if picture.shape != first.shape or picture.dtype != np.uint8:
        raise MediaError(
            f"frame {k} is {picture.dtype} {picture.shape}, the first one uint8 {first.shape}; "
            "all frames of a film are alike."
        )


def _video_frame(picture):
    import av

    h, w = picture.shape[:2]
    even = np.pad(picture, ((0, h % 2), (0, w % 2), (0, 0)), mode="edge")
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(even), format="rgb24")
    return frame.reformat(format="yuv420p")


def _audio_frames(sound):
    import av

    for at in range(0, len(sound.samples), AAC_BLOCK):
        block = np.ascontiguousarray(sound.samples[None, at : at + AAC_BLOCK].clip(-1, 1))
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
        frame.sample_rate = sound.sample_rate
        frame.pts = at
        frame.time_base = Fraction(1, sound.sample_rate)
        yield frame
