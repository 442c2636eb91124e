"""Reading and writing: round trips, odd formats, and one clear sentence for every bad input."""

from fractions import Fraction

import av
import numpy as np
import pytest
import soundfile
from PIL import Image

from course_lib import mark, media
from course_lib.media import Clip, MediaError, Sound


def moving(T=12, h=48, w=64, sound=True):
    y, x = np.mgrid[0:h, 0:w]
    frames = np.stack(
        [
            np.stack([(x * 2 + 5 * t) % 256, (y * 3) % 256, np.full_like(x, 20 * t % 256)], -1)
            for t in range(T)
        ]
    ).astype(np.uint8)
    s = (0.3 * np.sin(np.arange(int(T / 25 * 16000)) * 0.2)).astype(np.float32) if sound else None
    return Clip(frames, 25, s, 16000)


def test_video_round_trip_with_sound(tmp_path):
    clip = moving(25)
    back = media.read(media.write(tmp_path / "a.mp4", clip, label=False, quality=10))
    assert back.frames.shape == clip.frames.shape and back.fps == 25
    assert np.abs(back.frames.astype(int) - clip.frames).mean() < 12
    assert abs(len(back.sound) / back.sample_rate - 1.0) < 0.1


def test_odd_sizes_and_odd_rates(tmp_path):
    clip = moving(10, 33, 47)
    clip.sample_rate = 11025
    back = media.read(media.write(tmp_path / "odd.mp4", clip))
    assert back.frames.shape[1:3] == (34, 48) and back.sound is not None


def test_pictures_rotation_grey_and_transparency(tmp_path):
    x = np.zeros((20, 40, 3), np.uint8)
    x[:, :20] = (255, 0, 0)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(x).save(tmp_path / "turned.jpg", exif=exif, quality=95)
    upright = media.read(tmp_path / "turned.jpg")
    assert upright.shape == (40, 20, 3) and upright[5, 10, 0] > 200 and upright[35, 10, 0] < 60
    Image.fromarray(x[..., 0]).save(tmp_path / "grey.png")
    assert media.read(tmp_path / "grey.png").shape == (20, 40, 3)
    Image.fromarray(np.zeros((8, 8, 4), np.uint8)).save(tmp_path / "clear.png")
    assert (media.read(tmp_path / "clear.png") == 255).all()
    Image.fromarray(np.full((8, 8), 40000, np.uint16)).save(tmp_path / "deep.png")
    assert 150 < media.read(tmp_path / "deep.png").mean() < 160


def test_rotation_flag_of_phone_videos(tmp_path):
    plain = tmp_path / "flat.mp4"
    with open(plain, "wb") as f:
        media.writing.encode(f, moving(5, 48, 64, sound=False))
    data = plain.read_bytes()
    unit = (65536).to_bytes(4, "big")
    straight = unit + b"\0" * 12 + unit + b"\0" * 12 + (0x40000000).to_bytes(4, "big")
    at = data.index(b"tkhd")
    i = data.index(straight, at)  # the track's matrix: replace it by a quarter turn
    turn = (
        b"\0" * 4
        + unit
        + b"\0" * 4
        + (2**32 - 65536).to_bytes(4, "big")
        + b"\0" * 16
        + (0x40000000).to_bytes(4, "big")
    )
    turned = tmp_path / "phone.mp4"
    turned.write_bytes(data[:i] + turn + data[i + 36 :])
    a, b = media.read(plain), media.read(turned)
    assert b.frames.shape[1:3] == (64, 48)
    assert (
        min(np.abs(np.rot90(a.frames[0], k).astype(int) - b.frames[0]).mean() for k in (1, 3)) < 2
    )


def test_variable_frame_rate_becomes_constant(tmp_path):
    path = tmp_path / "vfr.mkv"
    with av.open(str(path), "w") as out:
        s = out.add_stream("libx264", rate=50)
        s.width, s.height, s.pix_fmt, s.time_base = 64, 48, "yuv420p", Fraction(1, 1000)
        s.codec_context.time_base = Fraction(1, 1000)
        for k, ms in enumerate((0, 40, 80, 280, 320, 360, 400)):
            f = av.VideoFrame.from_ndarray(
                np.full((48, 64, 3), 30 * k + 10, np.uint8), format="rgb24"
            ).reformat(format="yuv420p")
            f.pts, f.time_base = ms, Fraction(1, 1000)
            out.mux(s.encode(f))
        out.mux(s.encode())
    clip = media.read_video(path, fps=25)
    level = clip.frames.mean((1, 2, 3))
    assert len(clip) == 11 and abs(level[3:7] - 70).max() < 6 and abs(level[10] - 190) < 6


def test_streaming_and_parts(tmp_path):
    path = media.write(tmp_path / "long.mp4", moving(60), label=False)
    first = next(media.frames(path))
    assert first.shape == (48, 64, 3)
    part = media.read_video(path, start=0.4, seconds=0.8, max_side=32)
    assert len(part) == 20 and max(part.size) == 32
    seen = []
    media.read_video(path, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == 60
    assert len(list(media.frames(path, fps=12.5))) in (30, 31)


def test_a_long_film_is_written_frame_by_frame(tmp_path):
    film, alive, seen = moving(40), [], []

    def pictures():
        for x in film.frames:
            alive.append(1)
            yield x.copy()

    path = media.write(
        tmp_path / "long.mp4",
        media.Stream(pictures(), 25, film.sound),
        progress=lambda done, total: seen.append((done, len(alive))),
    )
    assert seen == [
        (k, k) for k in range(1, 41)
    ]  # each picture is asked for when the one before is written
    back = media.read(path)
    assert len(back) == 40 and back.sound is not None and mark.verify(path).state == "own"
    with pytest.raises(MediaError, match="all frames of a film are alike"):
        media.write(tmp_path / "odd.mp4", media.Stream(iter([film.frames[0], film.frames[1][:10]])))
    assert not (tmp_path / "odd.mp4").exists()
    with pytest.raises(MediaError, match="no frames"):
        media.write(tmp_path / "none.mp4", media.Stream(iter([])))


@pytest.mark.parametrize(
    "ending,rate,channels",
    [(".wav", 8000, 1), (".wav", 44100, 2), (".flac", 48000, 2), (".ogg", 22050, 1)],
)
def test_sounds(tmp_path, ending, rate, channels):
    x = 0.5 * np.sin(2 * np.pi * 440 * np.arange(rate) / rate)
    soundfile.write(tmp_path / f"a{ending}", np.stack([x] * channels, 1), rate)
    s = media.read(tmp_path / f"a{ending}", sample_rate=16000)
    assert s.sample_rate == 16000 and abs(s.seconds - 1) < 0.05 and s.samples.ndim == 1
    spectrum = np.abs(np.fft.rfft(s.samples[:16000]))
    assert abs(spectrum.argmax() - 440) < 3


def test_clip_saves_its_truth(tmp_path, clip):
    back = Clip.load(clip.save(tmp_path / "filmed.mp4"))
    assert set(back.truth) == set(clip.truth) and np.allclose(
        back.truth["landmarks"], clip.truth["landmarks"]
    )
    assert back.truth["phonemes"][0][0] == clip.truth["phonemes"][0][0]
    cut = back[5:15]
    assert len(cut) == 10 and len(cut.truth["pose"]) == 10 and len(cut.truth["identity"]) == 80
    assert "video" in clip._repr_html_() and "base64" in clip._repr_html_()


def bad_inputs(tmp):
    good = moving(4)
    files = {}

    def make(name, data):
        files[name] = tmp / name
        files[name].write_bytes(data)
        return files[name]

    (tmp / "folder").mkdir()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp / "ok.png")
    png = (tmp / "ok.png").read_bytes()
    movie = media.write(tmp / "ok.mp4", good)
    silent = tmp / "silent.mp4"
    with open(silent, "wb") as f:
        media.writing.encode(f, moving(4, sound=False))
    soundfile.write(tmp / "none.wav", np.zeros(0), 16000)
    with av.open(str(tmp / "voice.mp4"), "w") as out:
        s = out.add_stream("aac", rate=16000, layout="mono")
        f = av.AudioFrame.from_ndarray(
            np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
        )
        f.sample_rate = 16000
        out.mux(s.encode(f))
        out.mux(s.encode())
    r, w, p = media.read, media.write, good.frames[0]
    return {
        "not a path": (lambda: r(None), "path"),
        "missing": (lambda: r(tmp / "ok.pgn"), "did you mean"),
        "a folder": (lambda: r(tmp / "folder"), "folder"),
        "empty": (lambda: r(make("e.png", b"")), "0 bytes"),
        "unknown kind": (lambda: r(make("a.xyz", b"1")), "no kind"),
        "damaged picture": (lambda: r(make("d.png", png[:40])), "damaged"),
        "text named png": (lambda: r(make("t.png", b"hello")), "damaged"),
        "damaged video": (lambda: r(make("d.mp4", b"\0" * 500)), "damaged"),
        "truncated video": (
            lambda: r(make("t.mp4", movie.read_bytes()[:900])),
            "media file|decoded|frame",
        ),
        "no picture in it": (lambda: r(tmp / "voice.mp4"), "no moving picture"),
        "damaged sound": (lambda: r(make("d.wav", b"RIFFxxxxWAVE")), "damaged"),
        "no sound track": (lambda: media.read_sound(silent), "no sound track"),
        "sound of no length": (lambda: r(tmp / "none.wav"), "without a single sample"),
        "start too late": (lambda: r(movie, start=99), "no frame from"),
        "negative start": (lambda: r(movie, start=-1), "at least 0"),
        "no length": (lambda: r(movie, seconds=0), "more than 0"),
        "bad fps": (lambda: r(movie, fps=-3), "positive"),
        "bad rate": (lambda: media.read_sound(movie, sample_rate=0), "more than 0"),
        "write: no such ending": (lambda: w(tmp / "a.avi", good), "use .png"),
        "write: exists": (lambda: w(movie, good), "overwrite=True"),
        "write: no folder": (lambda: w(tmp / "no" / "a.png", p), "does not exist"),
        "write: wrong kind": (lambda: w(tmp / "b.png", good), "takes a picture"),
        "write: floats": (lambda: w(tmp / "b.png", p / 255.0), "uint8"),
        "write: shape": (lambda: w(tmp / "b.png", p[..., 0]), "uint8 array"),
        "write: NaN": (
            lambda: w(tmp / "b.wav", Sound(np.array([np.nan], np.float32), 16000)),
            "NaN",
        ),
        "write: no samples": (
            lambda: w(tmp / "b.wav", Sound(np.zeros(0, np.float32), 16000)),
            "at least one",
        ),
        "write: empty clip": (lambda: w(tmp / "b.mp4", Clip(good.frames[:0], 25)), "no frames"),
        "write: not a path": (lambda: w(7, p), "path"),
        "clip: shape": (lambda: Clip(p, 25), "T, H, W, 3"),
        "clip: fps": (lambda: Clip(good.frames, 0), "positive"),
        "clip: stereo": (lambda: Clip(good.frames, 25, np.zeros((5, 2))), "mono"),
        "clip: truth": (lambda: Clip(good.frames, 25, truth=dict(pose=np.zeros((3, 6)))), "rows"),
        "clip: index": (lambda: good[3], "slice"),
    }


NAMES = [
    "not a path",
    "missing",
    "a folder",
    "empty",
    "unknown kind",
    "damaged picture",
    "text named png",
    "damaged video",
    "truncated video",
    "no picture in it",
    "damaged sound",
    "no sound track",
    "sound of no length",
    "start too late",
    "negative start",
    "no length",
    "bad fps",
    "bad rate",
    "write: no such ending",
    "write: exists",
    "write: no folder",
    "write: wrong kind",
    "write: floats",
    "write: shape",
    "write: NaN",
    "write: no samples",
    "write: empty clip",
    "write: not a path",
    "clip: shape",
    "clip: fps",
    "clip: stereo",
    "clip: truth",
    "clip: index",
]


@pytest.mark.parametrize("name", NAMES)
def test_bad_input_gets_one_sentence(tmp_path, name):
    call, words = bad_inputs(tmp_path)[name]
    with pytest.raises(MediaError, match=words) as e:
        call()
    text = str(e.value)
    assert (
        "\n" not in text
        and text.endswith((".", "?"))
        and "Traceback" not in text
        and len(text) < 400
    )
    leftovers = [p.name for p in tmp_path.iterdir() if p.name.startswith(".writing")]
    assert not leftovers


def test_too_much_for_memory(tmp_path, monkeypatch):
    path = media.write(tmp_path / "a.mp4", moving(10))
    monkeypatch.setattr(media.reading, "MAX_BYTES", 10_000)
    with pytest.raises(MediaError, match="stream it"):
        media.read(path)
    monkeypatch.setattr(media.reading, "MAX_PIXELS", 10)
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / "big.png")
    with pytest.raises(MediaError, match="megapixels"):
        media.read(tmp_path / "big.png")


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.mp4", "a.wav"])
def test_marks(tmp_path, name):
    clip = moving(6)
    what = {
        "png": clip.frames[0],
        "jpg": clip.frames[0],
        "mp4": clip,
        "wav": Sound(clip.sound, 16000),
    }[name[2:]]
    source = tmp_path / "source.png"
    Image.fromarray(clip.frames[1]).save(source)
    path = media.write(tmp_path / name, what, lesson="09_deepfakes", ingredients=[source])
    v = mark.verify(path)
    assert (
        v.state == "own"
        and v.lesson == "09_deepfakes"
        and v.ingredients == ["source.png"]
        and "changed or joined by a machine" in str(v)
        and "test certificate" in str(v)
    )
    data = bytearray(path.read_bytes())
    data[len(data) // 2 if name != "a.mp4" else data.index(b"mdat") + 40] ^= 1
    path.write_bytes(data)
    assert mark.verify(path).state == "broken"


def test_marks_of_others_and_of_nobody(tmp_path, monkeypatch):
    path = media.write(tmp_path / "a.png", moving(1).frames[0])
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "somebody else"))
    assert mark.verify(path).state == "other"
    Image.open(path).save(tmp_path / "copied.png")
    assert mark.verify(tmp_path / "copied.png").state == "none"
    with pytest.raises(FileNotFoundError, match="no file"):
        mark.verify(tmp_path / "nothing.png")
    with pytest.raises(FileNotFoundError, match="ingredient"):
        media.write(tmp_path / "b.png", moving(1).frames[0], ingredients=[tmp_path / "gone.png"])
    assert not (tmp_path / "b.png").exists()


def test_label_is_visible_and_can_be_left_out(tmp_path):
    x = moving(1, 128, 128).frames[0]
    labelled = mark.draw_label(x)
    assert (labelled[-16:, :60] != x[-16:, :60]).mean() > 0.5 and (labelled[:100] == x[:100]).all()
    plain = media.read(media.write(tmp_path / "plain.png", x, label=False))
    assert (plain == x).all() and mark.verify(tmp_path / "plain.png").state == "own"
    assert mark.draw_label(np.zeros((16, 16, 3), np.uint8)).shape == (16, 16, 3)


def test_real_footage_is_not_called_synthetic(tmp_path):
    filmed = media.write(tmp_path / "filmed.mp4", moving(4), label=False)
    assert "made by a machine" in str(mark.verify(filmed))
    real = media.read(filmed)  # as far as a reader can know, this is somebody's footage
    kept = media.write(tmp_path / "kept.mp4", real[1:3], ingredients=[filmed])
    assert "nothing in it generated" in str(mark.verify(kept))
    assert (
        np.abs(media.read(kept).frames[0].astype(int) - real.frames[1]).mean() < 6
    )  # and no label was drawn


def test_certificate_is_private_and_renewed(tmp_path, monkeypatch):
    from course_lib.mark import certificate as keys

    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    chain, _, _ = keys.certificate()
    assert (keys.home() / "key.pem").stat().st_mode & 0o077 == 0
    assert keys.certificate()[0] == chain
    monkeypatch.setattr(keys, "_fresh", lambda _: False)
    assert keys.certificate()[0] != chain


def test_real_footage_of_all_kinds(shared):
    for name in (
        "talking/grid_bbaf2n.mpg",
        "talking/obama_address_46s.mov",
        "driving/lp_d13_man_handheld_12s.mp4",
    ):
        clip = media.read_video(shared / name, seconds=1)
        assert 24 <= len(clip) <= 31, name
        assert max(media.read_video(shared / name, seconds=0.5, max_side=160).size) <= 160
    assert media.read(shared / "speech/librispeech_1320.mp3").seconds > 4
    assert media.read(shared / "portraits/obama_official_2012.jpg").shape[2] == 3
