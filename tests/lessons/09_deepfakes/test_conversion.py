"""Lesson 09c: masks, colours and blends against closed forms, SciPy and OpenCV; own clips."""

import cv2
import numpy as np
import pytest
import torch
from scipy.sparse import lil_matrix
from scipy.sparse.linalg import spsolve

from course_lib import judge, media, studio, weights
from course_lib.media.faces import own_finder
from course_lib.taught.swap import conversion as C
from course_lib.taught.swap.deepfakes import DF, outline, squares_of


@pytest.fixture(scope="module")
def pair():
    """Two actors in one performance, 40 frames at 128 pixels."""
    p = studio.perform("Maybe people buy five boats, or maybe they do not.", seed=4)[:40]
    return [studio.film(studio.cast(seed), p, size=128, background="office") for seed in (16, 27)]


@pytest.fixture(scope="module")
def mean():
    return own_finder().mean


def course_faces(frames):
    return media.find_faces(frames, "course")


def test_the_mask_needs_both_masks(mean):
    points = (mean - 0.5) / 0.66 + 0.5
    drawn = np.zeros((96, 96), np.float32)
    drawn[:, :48] = 1
    hull = outline(points, 96) > 0
    bare = C.Settings(erode=0, blur=0)
    mask = C.soft_mask(points, drawn, 96, bare)
    assert mask[:, 48:].max() == 0 and mask[hull & (drawn > 0)].mean() > 0.9
    alone = C.soft_mask(points, drawn, 96, C.Settings(erode=0, blur=0, predicted=False))
    assert np.array_equal(alone, C.soft_mask(points, None, 96, bare)) and alone[:, 50:].max() == 1
    soft = C.soft_mask(points, None, 96, C.Settings())
    assert soft.max() > 0.99 and max(soft[0].max(), soft[-1].max(), soft[:, 0].max()) == 0
    deep = C.soft_mask(points, None, 96, C.Settings(erode=0.1, blur=0))
    assert set(np.unique(deep > 0.5)) == {False, True} and (deep <= alone + 1e-6).all()


def test_colour_statistics():
    rng = np.random.default_rng(0)
    face, frame = (
        rng.uniform(*r, (40, 40, 3)).astype(np.float32) for r in ((0.3, 0.6), (0.35, 0.55))
    )
    mask = np.zeros((40, 40), np.float32)
    mask[8:32, 8:32] = 1
    face[mask == 0], frame[:6] = 0, 1  # what lies outside must not count
    wanted, shape = C.moments(C.to_lab(frame), mask)
    for mode in ("mean", "reinhard", "linear", "mkl", "low"):
        got, spread = C.moments(C.to_lab(C.match_colour(face, frame, mask, mode)), mask)
        assert np.allclose(got, wanted, atol=1.0 if mode == "low" else 0.3), mode
        if mode in ("reinhard", "linear", "mkl"):
            assert np.allclose(spread.diagonal(), shape.diagonal(), rtol=0.1), mode
        if mode in ("linear", "mkl"):
            assert np.allclose(spread, shape, atol=0.12 * shape.max()), mode
    assert C.match_colour(face, frame, mask, "none") is face
    assert C.match_colour(face, frame, 0 * mask, "mkl") is face  # nothing to learn from
    with pytest.raises(ValueError, match="choose none, mean"):
        C.match_colour(face, frame, mask, "magic")


def test_moments_and_maps_have_closed_forms():
    rng = np.random.default_rng(3)
    x, w = rng.random((9, 7, 3)), rng.random((9, 7))
    mean, covariance = C.moments(x, w)
    assert np.allclose(mean, (x * w[..., None]).sum((0, 1)) / w.sum())
    off = x - mean
    assert np.allclose(covariance, np.einsum("hw,hwi,hwj->ij", w, off, off) / w.sum())
    a, b = (np.cov(rng.normal(size=(3, 50))) for _ in range(2))
    for mode in ("linear", "mkl"):
        T = C.colour_map(a, b, mode)
        assert np.allclose(T @ a @ T.T, b, atol=1e-4), mode
    assert np.allclose(T, T.T) and np.linalg.eigvalsh(T).min() > 0  # what makes it the shortest
    assert np.array_equal(C.colour_map(a, b, "mean"), np.eye(3))


def test_low_frequencies_ignore_what_the_mask_hides():
    picture = np.full((64, 64, 3), 0.3)
    mask = np.zeros((64, 64))
    mask[16:48, 16:48] = 1
    picture[mask == 0] = 9
    assert np.allclose(C.low(picture, mask)[mask > 0], 0.3)


def scenes(rng):
    """A smooth face, a smooth frame, both 0.2 to 0.8, and an ellipse."""
    clouds = (cv2.GaussianBlur(rng.random((64, 64, 3)), (0, 0), s) * 3 - 1 for s in (6, 8))
    mask = np.zeros((64, 64), np.float32)
    cv2.ellipse(mask, (32, 32), (18, 22), 0, 0, 360, 1, -1)
    return *(x.clip(0.2, 0.8) for x in clouds), mask


def test_poisson_agrees_with_a_direct_solution():
    face, frame, mask = scenes(np.random.default_rng(1))
    inside = mask > 0.5
    solved = C.poisson(face, frame, mask, tolerance=1e-6)
    at = {tuple(p): k for k, p in enumerate(np.argwhere(inside))}
    matrix = lil_matrix((len(at), len(at)))
    for (y, x), k in at.items():
        matrix[k, k] = 4
        for q in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if q in at:
                matrix[k, at[q]] = -1
    direct = spsolve(matrix.tocsc(), C.right_side(face, frame, inside)[inside])
    assert np.abs(solved[inside] - direct).max() < 1e-4
    assert np.array_equal(solved[~inside], frame.astype(np.float32)[~inside])
    assert np.abs(C.poisson(frame + 0.2, frame, mask) - frame).max() < 5e-3
    theirs = judge.opencv_clone(face, frame, mask)
    assert np.abs(solved - theirs)[inside].mean() < 0.03  # it solves for a rectangle, see 09c
    early = C.poisson(face, frame, mask, steps=1)
    assert np.abs(early - solved).max() > 1e-2


def test_conjugate_gradients_need_as_many_steps_as_unknowns():
    rng = np.random.default_rng(2)
    square = rng.normal(size=(6, 6))
    matrix = square @ square.T + np.eye(6)
    b = rng.normal(size=(6, 1, 2))
    found = C.conjugate_gradients(
        lambda f: np.einsum("ij,jkc->ikc", matrix, f), b, 0 * b, steps=6, tolerance=0
    )
    assert np.allclose(found[:, 0], np.linalg.solve(matrix, b[:, 0]), atol=1e-6)


def test_pyramid_blend_keeps_both_sides():
    a, b = np.full((64, 48, 3), 0.9, np.float32), np.full((64, 48, 3), 0.1, np.float32)
    assert np.allclose(C.pyramid_blend(a, b, np.ones((64, 48), np.float32)), a, atol=1e-4)
    half = np.zeros((64, 48), np.float32)
    half[:, :24] = 1
    out = C.pyramid_blend(a, b, half)
    assert out[:, 0].min() > 0.85 and out[:, -1].max() < 0.15
    assert np.all(np.diff(out.mean((0, 2))) < 1e-3)
    rng = np.random.default_rng(0)
    x, y = rng.random((2, 45, 53, 3), np.float32)
    assert np.allclose(C.pyramid_blend(x, y, np.zeros((45, 53))), y, atol=1e-5)
    assert C.pyramid_blend(255 * x, 255 * y, np.ones((45, 53))).max() > 200  # any range


def test_putting_a_face_back_changes_nothing(pair, mean):
    clip, marks = pair[0], pair[0].truth["landmarks"].astype(float)
    still = C.Settings(colour="none")
    same = C.convert(clip.frames[:4], marks[:4], mean, lambda c: c / 255, 128, still)
    assert np.abs(same.astype(int) - clip.frames[:4]).mean() < 1.0
    for blend in ("alpha", "poisson", "pyramid"):
        settings = C.Settings(blend=blend)
        out = C.convert(clip.frames[:1], marks[:1], mean, lambda c: c / 255, 64, settings)
        assert np.abs(out.astype(int) - clip.frames[:1]).mean() < 3, blend
        assert np.array_equal(out[0, :8], clip.frames[0, :8])  # the top is not touched
    with pytest.raises(ValueError, match="alpha, poisson or pyramid"):
        C.convert(clip.frames[:1], marks[:1], mean, lambda c: c / 255, 64, C.Settings(blend="glue"))
    black, square = np.zeros((64, 64, 3), np.float32), squares_of(marks[:1] + 4000, mean)[0]
    for blend in ("alpha", "poisson", "pyramid"):
        far = C.paste(clip.frames[0], black, marks[0] + 4000, square, C.Settings(blend=blend))
        assert np.array_equal(far, clip.frames[0])  # a face outside the picture


def test_a_drawn_mask_keeps_the_wall_out(pair, mean):
    clip, marks = pair[0], pair[0].truth["landmarks"].astype(float)

    def red_beside(crops):
        """A face that is red on its right half, where its mask is empty."""
        faces = np.dstack([crops[0] / 255, np.ones(crops.shape[1:3])])
        faces[:, 64:] = (1, 0, 0, 0)
        return faces[None]

    plain = dict(colour="none", blend="alpha")
    with_mask, without = (
        C.convert(
            clip.frames[:1], marks[:1], mean, red_beside, 128, C.Settings(**plain, predicted=p)
        )
        for p in (True, False)
    )
    change = [np.abs(x.astype(int) - clip.frames[:1]).max() for x in (with_mask, without)]
    assert change[0] < 60 and change[1] > 100


def test_the_judge_knows_a_seam_from_a_face(pair, mean):
    worn = studio.film(
        studio.wearing(studio.cast(16), studio.cast(27)),
        studio.perform("Maybe people buy five boats, or maybe they do not.", seed=4)[:8],
        size=128,
        background="office",
    )
    a = media.Clip(pair[0].frames[:8], 25, truth={k: v[:8] for k, v in pair[0].truth.items()})
    ruler = judge.ConversionJudge(a, worn, own_finder().track)
    perfect, own = ruler.scores(worn.frames), ruler.scores(a.frames)
    assert perfect["psnr"] > 90 and perfect["seam"] == perfect["flicker"] == 0
    assert own["seam"] == 0 and 15 < own["psnr"] < 40 and own["flicker"] > 0
    assert (
        set(own) == {"psnr", "psnr_frame", "seam", "flicker", "jitter"} and 0 < own["jitter"] < 0.1
    )
    hard = a.frames.copy()
    hard[ruler.face] = 255
    assert judge.ConversionJudge(a, worn).scores(hard)["seam"] > 0.02  # no landmarks asked for
    assert ruler.jitter(ruler.marks) == 0
    noise = np.random.default_rng(0).normal(0, 1, ruler.marks.shape)
    assert ruler.jitter(ruler.marks + noise) > own["jitter"]
    table = {("x", "warm"): dict(psnr=1.0), ("x", "window"): dict(psnr=2.0), ("y", "warm"): {}}
    assert judge.by_light(table, "x") == dict(psnr_warm=1.0, psnr_window=2.0)


def test_a_start_has_the_same_two_decoders(monkeypatch):
    torch.manual_seed(0)
    shipped = {k: v for k, v in DF(128, 8, 64).state_dict().items() if "decoders.B" not in k}
    monkeypatch.setattr(weights, "read", lambda name: dict(shipped))
    model = C.started(128, 8, 64)
    a, b = (model.decoders[who].state_dict() for who in "AB")
    assert all(torch.equal(a[k], b[k]) for k in a)
    key = "decoders.A.first.weight"
    assert torch.equal(model.state_dict()[key], shipped[key])
    assert C.started(64, 4, 16).encoders[0].net[-1].out_features == 16


def test_the_whole_way_on_two_clips(pair, mean):
    small = dict(minutes=0.01, size=32, c=4, z=16, batch=2)
    frames, model = C.swap_clips(pair[0], pair[1], course_faces, mean, **small)
    assert frames.shape == pair[0].frames.shape and isinstance(model, DF)
    empty = media.Clip(np.zeros((30, 96, 96, 3), np.uint8), 25)
    with pytest.raises(ValueError, match="no face"):
        C.swap_clips(empty, pair[1], course_faces, mean)
    with pytest.raises(ValueError, match="only 10 of 10"):
        C.prepare(media.Clip(pair[0].frames[:10], 25), course_faces, mean)


def test_own_footage_needs_consent(monkeypatch, capsys, tmp_path, pair):
    for name in ("COURSE_CLIP", "COURSE_FACE_CLIP", "COURSE_CONSENT"):
        monkeypatch.delenv(name, raising=False)
    asked = ("COURSE_CLIP", "COURSE_FACE_CLIP")
    assert media.consented(*asked) is None and "skipped" in capsys.readouterr().out
    monkeypatch.setenv("COURSE_CLIP", "a.mp4")
    assert media.consented(*asked) is None
    monkeypatch.setenv("COURSE_FACE_CLIP", "b.npz")
    with pytest.raises(ValueError, match="who agreed"):
        media.consented(*asked)
    monkeypatch.setenv("COURSE_CONSENT", "both show actors")
    assert media.consented(*asked) == ["a.mp4", "b.npz"]
    assert "both show actors" in capsys.readouterr().out
    np.savez(tmp_path / "b.npz", crops=np.ones((2, 4, 4, 4), np.uint8))
    assert media.read_own(tmp_path / "b.npz").shape == (2, 4, 4, 4)
    monkeypatch.setenv("COURSE_OUT", str(tmp_path / "out"))
    made = media.write_own("x.mp4", media.Clip(pair[0].frames[:5], 25), "09c_conversion", ())
    assert media.read_own(made).frames.shape[0] == 5


def test_prepare_clip(pair, tmp_path):
    import prepare_clip

    frames = pair[0].frames.copy()
    frames[10] = cv2.GaussianBlur(frames[10], (0, 0), 4)
    frames[20] = 0
    path = media.write(tmp_path / "me.mp4", media.Clip(frames, 25))
    options = ["--consent", "an actor who does not exist", "--drop", "3,30-32"]
    good = prepare_clip.main(
        [str(path), "--out", str(tmp_path / "out"), *options, "--backend", "course"]
    )
    assert not {3, 20, 30, 31, 32} & set(good.tolist()) and len(good) >= 30
    with np.load(tmp_path / "out" / "crops.npz") as z:
        assert z["crops"].shape == (len(good), 160, 160, 4)
        assert str(z["consent"]).startswith("an actor")
    assert media.read_image(tmp_path / "out" / "review.jpg").shape[0] >= 96
    for arguments, words in (
        ([str(tmp_path / "none.mp4"), "--consent", "this is me"], "none.mp4"),
        ([str(path), "--consent", "no"], "who agreed"),
        ([str(path), "--consent", "this is me", "--drop", "x"], "frame numbers"),
    ):
        with pytest.raises(SystemExit, match=words):
            prepare_clip.main([*arguments, "--out", str(tmp_path / "out2"), "--backend", "course"])


def test_a_real_pair(shared, mean):
    """Two GRID speakers, a few seconds of training: the way through, not the quality."""
    names = ("grid_bbaf2n.mpg", "grid_brbk7n.mpg")
    a, b = (media.read(shared / "talking" / name)[:24] for name in names)
    small = dict(minutes=0.01, size=32, c=4, z=16, batch=4)
    frames, _ = C.swap_clips(a, b, course_faces, mean, **small)
    change = np.abs(frames.astype(int) - a.frames).mean((1, 2, 3))
    assert frames.shape == a.frames.shape and (change > 0.3).mean() > 0.95 and change.max() < 30
