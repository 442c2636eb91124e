"""Video and sound files into arrays, by PyAV: upright pictures at a constant rate, mono samples."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from math import ceil

import numpy as np

from .errors import MediaError
from .files import existing, first_line

USUAL_RATE = Fraction(25)  # frames a second, where a file states none
GIF_DELAY = Fraction(1, 10)  # s: what browsers take for a GIF's frame that states no time
SHORTEST_GIF_DELAY = Fraction(1, 50)  # s: browsers go no faster
NEAR_START = 1.0  # s: up to here decoding from the beginning costs less than a seek may lose


def open_media(path):
    import av

    try:
        return av.open(str(path))
    except (av.FFmpegError, ValueError) as e:
        raise MediaError(
            f"{path.name} is damaged or not a media file ({first_line(e)}); "
            "try to play it, then convert it to MP4."
        ) from e


def _video_stream(container, path):
    pictures = [
        s
        for s in container.streams.video
        if s.disposition is None or "attached_pic" not in str(s.disposition)
    ]
    if not pictures:
        raise MediaError(
            f"{path.name} holds no moving picture; read its sound with media.read_sound."
        )
    _check_codec(pictures[0], path)
    return pictures[0]


def _check_codec(stream, path):
    if stream.codec_context is None:
        raise MediaError(
            f"{path.name} does not say how its {stream.type} is coded: it is damaged or of a kind "
            "unknown here; try to play it, then convert it to MP4."
        )


def _rate(path, stream):
    """Frames a second: the average, but of a GIF, whose frames all state their own time, that of
    the shortest; 10 for a GIF of a single frame.
    """
    if stream.container.format.name != "gif":
        return stream.average_rate or USUAL_RATE
    with open_media(path) as again:
        packets = again.demux(again.streams.video[0])
        times = sorted(p.pts * p.time_base for p in packets if p.pts is not None)
    delay = min((b - a for a, b in zip(times, times[1:]) if b > a), default=GIF_DELAY)
    return 1 / max(delay, SHORTEST_GIF_DELAY)


def probe(path):
    """What a video file holds, without decoding it: dict of width, height, fps, seconds, sound.

    Raises MediaError for what is not a video.
    """
    path = existing(path)
    with open_media(path) as c:
        s = _video_stream(c, path)
        seconds = float(s.duration * s.time_base) if s.duration else (c.duration or 0) / 1e6
        return dict(
            width=s.codec_context.width,
            height=s.codec_context.height,
            fps=float(_rate(path, s)),
            seconds=seconds,
            sound=bool(c.streams.audio),
        )


def frames(path, fps=None, start=0.0, seconds=None, max_side=None):
    """Stream a video: yields upright pictures (H, W, 3) uint8 at a constant rate, one at a time,
    whatever its length.

    fps: None keeps the file's average. Frames of variable rate are repeated or dropped by their
    time stamps. start, seconds: which part. max_side: the longer side gets at most so many pixels.
    Raises MediaError for bad input and for a part without a frame.
    """
    import av

    path = existing(path)
    if start < 0 or (seconds is not None and seconds <= 0):
        raise MediaError(
            f"start is at least 0 s and seconds more than 0, not {start} and {seconds}."
        )
    if fps is not None and fps <= 0:
        raise MediaError(f"fps is a positive number of frames a second, not {fps}.")
    with open_media(path) as container:
        stream = _video_stream(container, path)
        stream.thread_type = "AUTO"
        rate = Fraction(fps or _rate(path, stream)).limit_denominator(1001)
        wanted = None if seconds is None else max(1, ceil((seconds - 1e-6) * rate))
        size, k = None, 0
        try:
            for frame in _constant_rate(_timed(container, stream, rate, start), rate):
                if k == wanted:
                    return
                size = size or _size(frame, max_side)
                yield _upright(frame, size)
                k += 1
        except av.FFmpegError as e:
            if k == 0:
                raise MediaError(
                    f"{path.name} cannot be decoded ({first_line(e)}); convert it to H.264 MP4."
                ) from e
        if k == 0:
            raise MediaError(
                f"{path.name} has no frame from {start} s on; "
                f"it is about {(container.duration or 0) / 1e6:.1f} s long."
            )


def _timed(container, stream, rate, start):
    """Decoded frames, time stamps counted from `start` (s); none lacks a stamp or a length."""
    tick = max(1, round(1 / (rate * stream.time_base)))
    if start > NEAR_START:
        container.seek(int(start / stream.time_base) + (stream.start_time or 0), stream=stream)
    first, last = stream.start_time, None
    for frame in container.decode(stream):
        if frame.pts is None:
            frame.pts = 0 if last is None else last + tick
        last = frame.pts
        if first is None:
            first = last if start <= NEAR_START else 0
        frame.pts -= first + round(Fraction(start) / stream.time_base)
        frame.duration = frame.duration or tick
        yield frame


def _constant_rate(timed, rate):
    """Frames repeated or dropped by FFmpeg's fps filter, the first at time 0."""
    graph = None
    for frame in chain(timed, [None]):
        if graph is None:
            if frame is None:
                return
            graph = _fps_filter(frame, rate)
        graph.vpush(frame)
        yield from _ready(graph)


def _fps_filter(frame, rate):
    import av

    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
    )
    graph.link_nodes(
        source, graph.add("fps", fps=str(rate), start_time="0"), graph.add("buffersink")
    ).configure()
    return graph


def _ready(graph):
    import av

    while True:
        try:
            yield graph.vpull()
        except (av.BlockingIOError, av.EOFError):
            return


def _size(frame, max_side):
    """(width, height) of all pictures of a film: even where they are made smaller."""
    r = min(1.0, (max_side or np.inf) / max(frame.width, frame.height))
    if r == 1:
        return frame.width, frame.height
    return tuple(max(2, round(n * r / 2) * 2) for n in (frame.width, frame.height))


def _upright(frame, size):
    turn = frame.rotation % 360  # degrees, counterclockwise
    x = frame.reformat(*size).to_ndarray(format="rgb24")
    return np.ascontiguousarray(np.rot90(x, turn // 90)) if turn else x


def decode_sound(path):
    """The sound track of any media file, mixed to mono: samples (N,) float32 and their rate in
    Hz.
    """
    import av

    with open_media(path) as container:
        if not container.streams.audio:
            raise MediaError(f"{path.name} has no sound track.")
        stream = container.streams.audio[0]
        _check_codec(stream, path)
        rate = stream.codec_context.sample_rate
        mono = av.AudioResampler(format="fltp", layout="mono", rate=rate)
        chunks = []
        try:
            for frame in chain(container.decode(stream), [None]):
                chunks += [f.to_ndarray()[0] for f in mono.resample(frame)]
        except av.FFmpegError as e:
            if not chunks:
                raise MediaError(
                    f"the sound of {path.name} cannot be decoded ({first_line(e)}); "
                    "convert it to WAV."
                ) from e
    return (np.concatenate(chunks) if chunks else np.zeros(0, np.float32)), rate
