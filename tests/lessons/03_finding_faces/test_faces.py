"""Lesson 03's network and media.find_faces: on actors, on real faces, on what is no face."""

import hashlib
import json
import threading
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler

import cv2
import numpy as np
import published
import pytest
import torch

from course_lib import media, studio, weights
from course_lib.media import MediaError
from course_lib.media import faces as finding
from course_lib.taught.foundations import finding_faces

FACELESS = (
    "brick cell chelsea chessboard_GRAY chessboard_RGB clock_motion coffee coins color grass "
    "gravel horse ihc logo microaneurysms moon motorcycle_left motorcycle_right page phantom "
    "retina rocket text hubble_deep_field"
).split()


@pytest.fixture(scope="module")
def frame():
    """An actor at 256 pixels, with the true landmarks."""
    clip = studio.film(
        studio.cast(12),
        studio.still(rotation=(0, 0.1, 0), jawOpen=0.1),
        size=256,
        background="office",
    )
    return clip.frames[0], clip.truth["landmarks"][0]


def error(found, truth):
    eyes = np.linalg.norm(truth[36:42].mean(0) - truth[42:48].mean(0))
    return np.linalg.norm(found - truth, axis=1).mean() / eyes


def test_umeyama_is_exact_proper_and_least_squares():
    from scipy.optimize import minimize

    rng = np.random.default_rng(0)
    p = rng.normal(0, 1, (5, 9, 2))
    M = np.array([[0.3, -1.1, 4.0], [1.1, 0.3, -2.0]])
    assert np.allclose(finding_faces.umeyama(p, finding_faces.carry(M, p)), M, atol=1e-9)
    q = finding_faces.carry(M, p[0]) * [1, -1] + rng.normal(0, 0.3, (9, 2))
    fit = finding_faces.umeyama(p[0], q)
    assert np.linalg.det(fit[:, :2]) > 0
    cost = lambda v: np.square(
        q - finding_faces.carry(np.array([[v[0], -v[1], v[2]], [v[1], v[0], v[3]]]), p[0])
    ).sum()
    best = min(
        (minimize(cost, rng.normal(0, 1, 4), tol=1e-14) for _ in range(4)), key=lambda r: r.fun
    )
    assert cost([fit[0, 0], fit[1, 0], fit[0, 2], fit[1, 2]]) <= best.fun + 1e-6


def test_soft_argmax_cut_and_one_euro():
    logits = torch.full((1, 1, 24, 24), -50.0)
    logits[0, 0, 7, 16] = 50
    assert torch.allclose(
        finding_faces.soft_argmax(logits)[0, 0], torch.tensor([16.5 / 24, 7.5 / 24]), atol=1e-5
    )
    picture = np.zeros((64, 96, 3), np.uint8)
    picture[20:24, 40:44] = 255
    crop = finding_faces.cut(
        picture, np.array([[32.0, 0, 25.5], [0, 32.0, 5.5]]), 32
    )  # a shift by whole pixels
    assert np.array_equal(crop, picture[6:38, 26:58])
    large = cv2.resize(picture, None, fx=12, fy=12, interpolation=cv2.INTER_NEAREST)
    small = finding_faces.cut(large, np.array([[384.0, 0, 311.5], [0, 384.0, 71.5]]), 32).astype(
        int
    )
    assert np.abs(small - crop).mean() < 6
    still = np.random.default_rng(0).normal(0, 0.01, (200, 4, 2)) + np.array(
        [[0, 0], [1, 0], [0, 1], [1, 1]]
    )
    assert (
        np.abs(np.diff(finding_faces.one_euro(still, 25), axis=0)[50:]).mean()
        < 0.6 * np.abs(np.diff(still, axis=0)[50:]).mean()
    )
    ramp = np.linspace(0, 50, 100)[:, None, None] * np.ones((1, 4, 2)) + still[:100]
    assert np.abs(finding_faces.one_euro(ramp, 25) - ramp)[50:].max() < 0.3


def test_checkpoint_is_small_and_says_how_it_was_made():
    from safetensors import safe_open

    path, row = weights.path("faces"), weights.manifest()["faces"]
    assert path.stat().st_size == row["bytes"] <= 2_000_000
    with safe_open(path, "pt") as f:
        recipe = json.loads(f.metadata()["recipe"])
    assert {k: recipe[k] for k in row["recipe"]} == row["recipe"]


def test_the_recipe_runs_and_a_stopped_run_goes_on(tmp_path):
    import checkpoints

    tiny = dict(
        weights.manifest()["faces"]["recipe"],
        actors=[1000, 1002],
        shots=3,
        grounds=10,
        batch=8,
        landmark_steps=2,
        detector_steps=2,
    )
    for work, name in (("work", "a"), ("work", "b"), ("other", "c")):
        checkpoints.faces(tmp_path / work, tiny, tmp_path / f"{name}.safetensors")
    first, again, anew = ((tmp_path / f"{name}.safetensors").read_bytes() for name in "abc")
    assert first == again == anew  # same seeds, same bytes
    assert finding_faces.FaceFinder.load(tmp_path / "a.safetensors").mean.shape == (68, 2)


def test_unseen_actors():
    errors = []
    for seed in range(20):
        clip = studio.film(
            studio.cast(seed),
            studio.still(rotation=(0.05, 0.3 * (seed % 3 - 1), 0)),
            size=160,
            background="office",
        )
        found = media.find_faces(clip.frames[0], backend="course")
        errors.append(error(found.landmarks[0], clip.truth["landmarks"][0]) if len(found) else 1.0)
    assert np.median(errors) < 0.06 and np.mean(np.array(errors) < 1) >= 0.95


def test_real_faces_against_a_published_judge(shared):
    """Every face of the portraits and of the clips' first frames that YuNet is sure of.

    Upright ones: rolled by less than 30 degrees, both eyes in view.
    """
    hits, errors = [], []
    for name, picture in published.pictures():
        boxes, marks = published.judge(np.ascontiguousarray(picture))
        found = media.find_faces(picture, backend="course")
        for (x, y, w, h), truth in zip(boxes, marks, strict=True):
            middle = truth[27:48].mean(0)
            if not (0 <= x and 0 <= y and x + w < picture.shape[1] and y + h < picture.shape[0]):
                continue  # cut by the border of the picture
            eyes = truth[42:48].mean(0) - truth[36:42].mean(0)
            assert abs(np.degrees(np.arctan2(eyes[1], eyes[0]))) < 30, name
            near = [
                i
                for i, b in enumerate(found.boxes)
                if (b[:2] < middle).all() and (middle < b[2:]).all()
            ]
            hits.append(bool(near))
            if near:
                errors.append(min(error(found.landmarks[i], truth) for i in near))
    print(f"\nreal faces found: {sum(hits)} of {len(hits)}")
    print(f"NME median {np.median(errors):.4f}, worst {max(errors):.3f}")
    assert len(hits) >= 24 and np.mean(hits) >= 0.85
    assert np.median(errors) <= 0.08


def test_no_face_where_there_is_none():
    from pathlib import Path

    import skimage.data as d

    for seed in range(500, 520):
        name = studio.BACKGROUNDS[seed % len(studio.BACKGROUNDS)]
        picture = (studio.stage.background(name, 256, seed).numpy() ** (1 / 2.2) * 255).astype(
            np.uint8
        )
        assert len(media.find_faces(picture, backend="course")) == 0, name
    folder, seen = Path(d.__file__).parent, 0
    for name in FACELESS:
        for path in folder.glob(f"{name}.*"):
            assert len(media.find_faces(media.read_image(path), backend="course")) == 0, path.name
            seen += 1
    assert seen >= 20


def test_several_tiny_huge_rotated_and_profile(frame):
    picture, truth = frame
    row = np.concatenate(
        [
            studio.film(studio.cast(s), studio.still(), size=160, background="park").frames[0]
            for s in (2, 5, 9)
        ],
        1,
    )
    found = media.find_faces(row, backend="course")
    assert (
        len(found) == 3
        and sorted(int(b[0] // 160) for b in found.boxes) == [0, 1, 2]
        and (np.diff(found.scores) <= 0).all()
    )
    tiny = cv2.copyMakeBorder(
        cv2.resize(picture, (40, 40), interpolation=cv2.INTER_AREA),
        0,
        216,
        0,
        216,
        cv2.BORDER_REPLICATE,
    )
    assert len(media.find_faces(tiny, backend="course", smallest=12)) == 1  # a box of 17 pixels
    assert len(media.find_faces(tiny, backend="course", smallest=80)) == 0
    huge = cv2.resize(picture, (3464, 3464), interpolation=cv2.INTER_CUBIC)  # 12 megapixels
    found = media.find_faces(huge, backend="course")
    assert len(found) == 1 and error(found.landmarks[0], (truth + 0.5) * (3464 / 256) - 0.5) < 0.09
    for angle in (-45, 30, 60):
        M = cv2.getRotationMatrix2D((128, 128), angle, 1.0)
        turned = cv2.warpAffine(picture, M, (256, 256), borderMode=cv2.BORDER_REPLICATE)
        found = media.find_faces(turned, backend="course")
        assert len(found) == 1 and error(found.landmarks[0], truth @ M[:, :2].T + M[:, 2]) < 0.1, (
            angle
        )
    profile = studio.film(
        studio.cast(12), studio.still(rotation=(0, 0.9, 0)), size=256, background="office"
    )
    found = media.find_faces(profile.frames[0], backend="course")
    assert len(found) == 1 and error(found.landmarks[0], profile.truth["landmarks"][0]) < 0.3
    away = studio.film(
        studio.cast(12), studio.still(), size=256, camera=studio.Camera(yaw=np.pi)
    ).frames[0]
    assert len(media.find_faces(away, backend="course")) == 0  # the back of a head


def test_frames_and_bad_input(frame):
    picture, _ = frame
    done = []
    out = media.find_faces(
        np.stack([picture, np.zeros_like(picture)]),
        backend="course",
        progress=lambda a, b: done.append((a, b)),
    )
    assert [len(f) for f in out] == [1, 0] and done == [(1, 2), (2, 2)]
    assert out[1].boxes.shape == (0, 4) and out[1].landmarks.shape == (0, 68, 2)
    for bad, words in (
        (picture.astype(float), "uint8"),
        (picture[..., 0], "shape"),
        ("me.jpg", "str"),
        (picture[:0], "nothing to search"),
        (np.zeros((0, 8, 8, 3), np.uint8), "nothing to search"),
    ):
        with pytest.raises(MediaError, match=words):
            media.find_faces(bad)
    with pytest.raises(MediaError, match="no backend 'dlib'"):
        media.find_faces(picture, backend="dlib")


def test_following_one_person():
    one = lambda x: media.Faces(
        np.zeros((1, 4)),
        np.full((1, 68, 2), x) + np.random.default_rng(0).random((1, 68, 2)) * 40,
        np.ones(1),
    )
    nobody = media.Faces(np.zeros((0, 4)), np.zeros((0, 68, 2)), np.zeros(0))
    marks, seen = finding_faces.follow(
        [one(10), nobody, one(20), one(500), one(30)], 25, smooth=False
    )
    assert seen.tolist() == [True, False, True, False, True]
    assert np.allclose(marks[1] - marks[0], 5) and np.allclose(marks[3] - marks[2], 5)
    with pytest.raises(ValueError, match="no face"):
        finding_faces.follow([nobody] * 3, 25)


# --- the face-alignment package ---


@pytest.fixture
def fan_home(shared, tmp_path, monkeypatch):
    """A weights folder with the real YuNet, and a FAN of the right shape without training."""
    from face_alignment.models import FAN

    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    folder = weights.fetched() / "checkpoints"
    folder.mkdir(parents=True)
    (folder / finding.YUNET).write_bytes(
        (shared / "weights" / "hub" / "checkpoints" / finding.YUNET).read_bytes()
    )
    torch.manual_seed(0)
    torch.save(FAN(4).state_dict(), folder / finding.FAN)
    finding.face_alignment.cache_clear()
    yield folder
    finding.face_alignment.cache_clear()


def test_missing_weights_say_how_to_get_them(frame):
    with pytest.raises(MediaError, match="python data_scripts/get_weights.py face-alignment"):
        media.find_faces(frame[0], backend="face-alignment")
    assert len(media.find_faces(frame[0])) == 1  # the course's own network is the default


def test_face_alignment_loads_its_weights_and_finds(fan_home, shared):
    trio = media.read_image(shared / "portraits" / "faceswap_img2_trio.jpg")
    found = media.find_faces(trio)  # its weights are here: it is the default now
    assert (
        len(found) == 3
        and found.landmarks.shape == (3, 68, 2)
        and np.isfinite(found.landmarks).all()
    )
    assert (found.scores > 0.5).all() and torch.hub.get_dir() != str(fan_home.parent)
    big = cv2.resize(trio, None, fx=5, fy=5)
    assert len(media.find_faces(big, backend="face-alignment")) == 3  # 12 megapixels
    assert len(media.find_faces(np.zeros((200, 200, 3), np.uint8), backend="face-alignment")) == 0


def test_damaged_weights_are_named(fan_home, frame):
    (fan_home / finding.FAN).write_bytes(b"not weights at all")
    with pytest.raises(MediaError, match="delete them and run"):
        media.find_faces(frame[0], backend="face-alignment")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_get_weights_tries_mirrors_and_checks_bytes(tmp_path, monkeypatch):
    import get_weights

    site = tmp_path / "site"
    (site / "bad").mkdir(parents=True)
    (site / "good.bin").write_bytes(b"the right bytes")
    (site / "bad" / "good.bin").write_bytes(b"other bytes")
    server = HTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    digest = hashlib.sha256(b"the right bytes").hexdigest()
    try:
        w = get_weights.Weights(
            "w.bin",
            digest,
            0.1,
            "CC0",
            (f"{base}/gone.bin", f"{base}/bad/good.bin", f"{base}/good.bin"),
        )
        path = get_weights.fetch(w, tmp_path / "cache")
        assert path.read_bytes() == b"the right bytes" and [
            p.name for p in (tmp_path / "cache").iterdir()
        ] == ["w.bin"]
        server.shutdown(), server.server_close()
        assert (
            get_weights.fetch(w, tmp_path / "cache") == path
        )  # kept: nothing is asked of the network
        with pytest.raises(SystemExit, match="w.bin could not be fetched"):
            get_weights.fetch(w, tmp_path / "elsewhere")
    finally:
        server.server_close()  # twice does no harm


def test_get_weights_lists_licences(capsys):
    import get_weights

    get_weights.main([])
    out = capsys.readouterr().out
    assert finding.FAN in out and "BSD-3-Clause" in out and "not here" in out
    for sets in get_weights.SETS.values():
        for w in sets:
            assert (
                len(w.sha256) == 64
                and len(w.addresses) >= 2
                and all(a.startswith("https://") for a in w.addresses)
            )
