"""Reading and writing: round trips, odd formats, and one clear sentence for every bad input."""

import ast
import io
import tempfile
from fractions import Fraction
from graphlib import TopologicalSorter
from types import SimpleNamespace

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


def matrix(a, b, c, d):
    """A track's display matrix (x, y) -> (a x + c y, b x + d y), as MP4 writes it."""
    one = 65536
    rows = (a * one, b * one, 0, c * one, d * one, 0, 0, 0, 0x40000000)
    return b"".join(v.to_bytes(4, "big", signed=True) for v in rows)


def encoded(clip):
    target = io.BytesIO()
    media.encoding.encode(target, clip)
    return target.getvalue()


@pytest.mark.parametrize(
    "turn,quarters",  # np.rot90 turns counterclockwise
    [((0, 1, -1, 0), 3), ((-1, 0, 0, -1), 2), ((0, -1, 1, 0), 1)],
    ids=["clockwise", "upside down", "counterclockwise"],
)
def test_phone_videos_stand_upright(tmp_path, turn, quarters):
    data = encoded(moving(5, 48, 64, sound=False))
    at = data.index(matrix(1, 0, 0, 1), data.index(b"tkhd"))
    flat, phone = tmp_path / "flat.mp4", tmp_path / "phone.mp4"
    flat.write_bytes(data)
    phone.write_bytes(data[:at] + matrix(*turn) + data[at + 36 :])
    upright = np.rot90(media.read(flat).frames[0], quarters)
    seen = media.read(phone).frames[0]
    assert seen.shape == upright.shape
    assert np.abs(upright.astype(int) - seen).mean() < 2
    opposite = np.rot90(upright, 2)
    assert np.abs(opposite.astype(int) - seen).mean() > 30


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


@pytest.mark.parametrize(
    "delays,frames,fps",
    [
        (None, 1, 10),
        ([100] * 5, 5, 10),
        ([0] * 5, 5, 10),
        ([70] * 5, 5, 100 / 7),
        ([40, 40, 120], 5, 25),
    ],
    ids=["one picture", "five", "no times", "odd times", "variable"],
)
def test_a_gif_keeps_its_own_time(tmp_path, delays, frames, fps):
    shown = [Image.new("RGB", (16, 8), (40 * k, 0, 0)) for k in range(len(delays or [1]))]
    timing = dict(duration=delays) if delays and any(delays) else {}
    more = dict(save_all=True, append_images=shown[1:]) if delays else {}
    shown[0].save(tmp_path / "a.gif", **more, **timing)
    clip = media.read(tmp_path / "a.gif")
    assert len(clip) == frames and clip.fps == pytest.approx(fps)
    assert media.probe(tmp_path / "a.gif")["fps"] == pytest.approx(fps)
    level = clip.frames[..., 0].mean((1, 2))
    assert np.abs(level[[0, -1]] - (0, 40 * (len(shown) - 1))).max() < 8


def test_streaming_and_parts(tmp_path):
    path = media.write(tmp_path / "long.mp4", moving(60), label=False)
    first = next(media.frames(path))
    assert first.shape == (48, 64, 3)
    part = media.read_video(path, start=0.4, seconds=0.8, max_side=32)
    assert len(part) == 20 and max(part.size) == 32
    seen = []
    media.read_video(path, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == 60
    whole = media.read_video(path, max_side=32)
    assert np.abs(part.frames.astype(int) - whole.frames[10:30]).mean() < 1
    late = media.read_video(path, start=1.2, seconds=0.4, max_side=32)  # after a seek
    assert np.abs(late.frames.astype(int) - whole.frames[30:40]).mean() < 1
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


def test_a_clip_plays_as_a_silent_loop_with_nothing_over_the_picture():
    silent, voiced = moving(3, 96, 64, sound=False), moving(3)
    silent.info["alt"] = 'two "quoted" words'
    for clip in (silent, voiced):
        page = clip._repr_html_()
        assert "<video muted autoplay loop playsinline" in page and "base64," in page
        assert " controls" not in page
    assert "<button" not in silent._repr_html_() and "<button" in voiced._repr_html_()
    assert 'aria-label="two &quot;quoted&quot; words"' in silent._repr_html_()
    assert 'aria-label="a film of 64 x 48 pixels, 0.1 s long, with sound"' in voiced._repr_html_()


@pytest.mark.parametrize("height,times", [(32, 8), (100, 3), (128, 2), (256, 1), (400, 1)])
def test_small_films_are_shown_at_a_whole_multiple(height, times):
    page = Clip(np.zeros((1, height, 64, 3), np.uint8))._repr_html_()
    assert f'width="{64 * times}"' in page


def lost_codec():
    """An MP4 whose track says that it is coded as something nobody knows."""
    data = encoded(moving(4))
    at = data.index(b"avc1", data.index(b"stsd"))
    return data[:at] + b"xq1z" + data[at + 4 :]


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    """Files to fail on; make(name, data) writes another."""
    folder = tmp_path_factory.mktemp("bad")

    def make(name, data):
        (folder / name).write_bytes(data)
        return folder / name

    (folder / "folder").mkdir()
    film = moving(4)
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(folder / "ok.png")
    soundfile.write(folder / "none.wav", np.zeros(0), 16000)
    with av.open(str(folder / "voice.mp4"), "w") as out:
        s = out.add_stream("aac", rate=16000, layout="mono")
        silence = np.zeros((1, 1024), np.float32)
        f = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
        f.sample_rate = 16000
        out.mux(s.encode(f))
        out.mux(s.encode())
    return SimpleNamespace(
        folder=folder,
        make=make,
        film=film,
        movie=media.write(folder / "ok.mp4", film),
        silent=make("silent.mp4", encoded(moving(4, sound=False))),
        png=(folder / "ok.png").read_bytes(),
    )


BAD = {
    "not a path": (lambda b: media.read(None), "path"),
    "missing": (lambda b: media.read(b.folder / "ok.pgn"), "did you mean"),
    "a folder": (lambda b: media.read(b.folder / "folder"), "folder"),
    "empty": (lambda b: media.read(b.make("e.png", b"")), "0 bytes"),
    "unknown kind": (lambda b: media.read(b.make("a.xyz", b"1")), "no kind"),
    "damaged picture": (lambda b: media.read(b.make("d.png", b.png[:40])), "damaged"),
    "text named png": (lambda b: media.read(b.make("t.png", b"hello")), "damaged"),
    "damaged video": (lambda b: media.read(b.make("d.mp4", b"\0" * 500)), "damaged"),
    "truncated video": (
        lambda b: media.read(b.make("t.mp4", b.movie.read_bytes()[:900])),
        "media file|decoded|frame",
    ),
    "no picture in it": (lambda b: media.read(b.folder / "voice.mp4"), "no moving picture"),
    "damaged sound": (lambda b: media.read(b.make("d.wav", b"RIFFxxxxWAVE")), "damaged"),
    "no sound track": (lambda b: media.read_sound(b.silent), "no sound track"),
    "sound of no length": (lambda b: media.read(b.folder / "none.wav"), "without a single sample"),
    "start too late": (lambda b: media.read(b.movie, start=99), "no frame from"),
    "negative start": (lambda b: media.read(b.movie, start=-1), "at least 0"),
    "no length": (lambda b: media.read(b.movie, seconds=0), "more than 0"),
    "bad fps": (lambda b: media.read(b.movie, fps=-3), "positive"),
    "bad rate": (lambda b: media.read_sound(b.movie, sample_rate=0), "more than 0"),
    "write: no such ending": (lambda b: media.write(b.folder / "a.avi", b.film), "use .png"),
    "write: exists": (lambda b: media.write(b.movie, b.film), "overwrite=True"),
    "write: no folder": (
        lambda b: media.write(b.folder / "no" / "a.png", b.film.frames[0]),
        "does not exist",
    ),
    "write: wrong kind": (lambda b: media.write(b.folder / "b.png", b.film), "takes a picture"),
    "write: floats": (lambda b: media.write(b.folder / "b.png", b.film.frames[0] / 255.0), "uint8"),
    "write: shape": (
        lambda b: media.write(b.folder / "b.png", b.film.frames[0][..., 0]),
        "uint8 array",
    ),
    "write: NaN": (
        lambda b: media.write(b.folder / "b.wav", Sound(np.array([np.nan], np.float32), 16000)),
        "NaN",
    ),
    "write: no samples": (
        lambda b: media.write(b.folder / "b.wav", Sound(np.zeros(0, np.float32), 16000)),
        "at least one",
    ),
    "write: empty clip": (
        lambda b: media.write(b.folder / "b.mp4", Clip(b.film.frames[:0], 25)),
        "no frames",
    ),
    "write: not a path": (lambda b: media.write(7, b.film.frames[0]), "path"),
    "clip: shape": (lambda b: Clip(b.film.frames[0], 25), "T, H, W, 3"),
    "clip: fps": (lambda b: Clip(b.film.frames, 0), "positive"),
    "clip: stereo": (lambda b: Clip(b.film.frames, 25, np.zeros((5, 2))), "mono"),
    "clip: truth": (lambda b: Clip(b.film.frames, 25, truth=dict(pose=np.zeros((3, 6)))), "rows"),
    "clip: index": (lambda b: b.film[3], "slice"),
    "lost codec": (lambda b: media.read(b.make("l.mp4", lost_codec())), "how its video is coded"),
    "lost codec, asked": (lambda b: media.probe(b.make("l.mp4", lost_codec())), "how its video"),
}


def is_one_sentence(text):
    return "\n" not in text and text.endswith((".", "?")) and len(text) < 400


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_one_sentence(bad, name):
    call, words = BAD[name]
    with pytest.raises(MediaError, match=words) as e:
        call(bad)
    assert is_one_sentence(str(e.value))
    assert not [p.name for p in bad.folder.iterdir() if p.name.startswith(".writing")]


def test_a_folder_that_forbids_writing_gets_a_sentence(tmp_path, monkeypatch):
    def forbidden(*args, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkdtemp", forbidden)
    with pytest.raises(MediaError, match="nothing can be written .*Permission denied") as e:
        media.write(tmp_path / "a.png", moving(1).frames[0])
    assert is_one_sentence(str(e.value))


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


@pytest.mark.parametrize(
    "name,words",
    [
        ("plain.bmp", "of a kind that carries no manifest"),
        ("words.txt", "of a kind that carries no manifest"),
        ("plain.png", "plain.png carries no manifest"),
        ("words.mp4", "damaged or no media file"),
        ("words.wav", "damaged or no media file"),
        ("nothing.png", "damaged or no media file"),
    ],
)
def test_what_carries_no_manifest_is_not_called_broken(tmp_path, name, words):
    path = tmp_path / name
    if name.startswith("plain"):
        Image.fromarray(moving(1).frames[0]).save(path)
    else:
        path.write_bytes(b"no film at all\n" * 40 * name.startswith("words"))
    verdict = mark.verify(path)
    assert verdict.state == "none" and words in str(verdict) and is_one_sentence(str(verdict))


@pytest.mark.parametrize("name", ["cut.png", "cut.mp4"])
def test_a_file_cut_behind_its_manifest_is_broken(tmp_path, name):
    clip = moving(12, 96, 128)
    whole = media.write(tmp_path / f"whole{name[3:]}", clip if ".mp4" in name else clip.frames[0])
    data = whole.read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) - 40])
    assert mark.verify(tmp_path / name).state == "broken"


@pytest.mark.parametrize("given,words", [(None, "not by a NoneType"), (7, "not by a int")])
def test_verify_wants_a_path(given, words):
    with pytest.raises(TypeError, match=words):
        mark.verify(given)


def test_verify_wants_a_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="is a folder"):
        mark.verify(tmp_path)


def test_a_certificate_that_cannot_be_kept_names_the_remedy(tmp_path, monkeypatch):
    (tmp_path / "taken").write_text("a file in place of a folder", encoding="utf-8")
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "taken"))
    with pytest.raises(RuntimeError, match="set COURSE_HOME"):
        media.write(tmp_path / "a.png", moving(1).frames[0])


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


def house_imports(path, inside_functions=False):
    """The modules of its own room that a module imports, or all of the house inside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.Lambda))]
    nodes = [x for f in functions for x in ast.walk(f)] if inside_functions else ast.walk(tree)
    relative = [n for n in nodes if isinstance(n, ast.ImportFrom) and n.level]
    if inside_functions:
        return [n.module for n in relative]
    return {n.module for n in relative if n.level == 1}


@pytest.mark.parametrize("room", ["media", "mark", "show", "weights"])
def test_rooms_have_no_cycles_and_no_hidden_imports(root, room):
    modules = {p.stem: p for p in (root / "course_lib" / room).glob("*.py")}
    hidden = {name: house_imports(p, inside_functions=True) for name, p in modules.items()}
    assert not {name: found for name, found in hidden.items() if found}
    # raises CycleError if there is one
    TopologicalSorter({name: house_imports(p) for name, p in modules.items()}).prepare()


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
