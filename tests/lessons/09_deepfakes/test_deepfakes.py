"""Lesson 09: pieces against closed forms and OpenCV, the pipeline on films, own clips."""

import cv2
import numpy as np
import pytest
import torch

from course_lib import media, studio
from course_lib.media.faces import own_finder
from course_lib.taught.foundations.finding_faces import carry, umeyama
from course_lib.taught.swap import deepfakes as D


@pytest.fixture(scope="module")
def pair():
    """Two actors in one performance, 40 frames at 128 pixels."""
    p = studio.perform("Maybe people buy five boats, or maybe they do not.", seed=4)[:40]
    return [studio.film(studio.cast(seed), p, size=128, background="office") for seed in (16, 27)]


@pytest.fixture(scope="module")
def mean():
    return own_finder().mean


def test_aligned_squares_hold_the_mean_face(pair, mean):
    marks = pair[0].truth["landmarks"].astype(float)
    M = D.frames_of(marks, mean, 0.8)
    inside = np.linalg.inv(np.concatenate([M, np.tile([[[0, 0, 1.0]]], (len(M), 1, 1))], 1))[:, :2]
    points = carry(inside, marks)[:, 17:]
    assert np.abs(points.mean((0, 1)) - D.mean_points(mean, 1, 0.8)[17:].mean(0) - 0.5).max() < 0.01
    crop = D.extract(pair[0].frames[:1], D.frames_of(marks[:1], mean), 64)
    big = D.extract(pair[0].frames[:1], D.frames_of(marks[:1], mean), 80, D.MARGIN)
    assert (
        np.abs(big[0, 8:72, 8:72].astype(int) - crop[0]).max() <= 2
    )  # the same pixels, with a margin


def test_warp_and_target():
    g = torch.Generator().manual_seed(0)
    x = torch.nn.functional.interpolate(
        torch.rand(3, 3, 10, 10, generator=g), size=80, mode="bicubic"
    )
    nodes, noisy = D.noise_nodes(g, 3)
    same = D.warp_pair(x, nodes, nodes.expand(3, -1, -1), 64)
    assert torch.allclose(same[0], x[..., 8:72, 8:72], atol=1e-3) and torch.allclose(
        same[1], same[0], atol=1e-3
    )
    turned = torch.tensor(
        carry(np.array([[0.95, -0.1, 0.05], [0.1, 0.95, -0.02]]), nodes.numpy()),
        dtype=torch.float32,
    )
    a, b = D.warp_pair(x, nodes, turned.expand(3, -1, -1), 64)
    assert torch.allclose(a, b, atol=1e-3)
    a, b = D.warp_pair(x, nodes, noisy, 64)
    assert (a - b).abs().mean() > 0.005


def test_the_similarity_of_tensors_is_umeyamas():
    g = torch.Generator().manual_seed(7)
    nodes, noisy = D.noise_nodes(g, 20, 0.1)
    theirs = umeyama(np.broadcast_to(nodes.numpy(), noisy.shape), noisy.numpy())
    assert np.allclose(D.similarity(nodes, noisy).numpy(), theirs, atol=1e-5)
    away = nodes.flip(0) * 3 - 1  # half a turn, three times as large
    found = D.similarity(nodes, away[None])[0]
    assert torch.allclose(nodes @ found[:, :2].T + found[:, 2], away, atol=1e-5)


def test_a_step_sees_both_people_and_the_weight():
    torch.manual_seed(0)
    g = torch.Generator().manual_seed(3)
    data = {who: torch.randint(0, 255, (4, 3, 80, 80), dtype=torch.uint8) for who in "AB"}
    pairs = D.draw_pairs(data, g, 2, 64)
    assert all(p.shape == (2, 3, 64, 64) for pair in pairs.values() for p in pair)
    model, weight = D.DF(64, 4, 16), torch.ones(64, 64)
    loss = D.swap_step(model, pairs, weight)
    alone = [D.swap_step(model, {who: pairs[who]}, weight) for who in "AB"]
    assert torch.allclose(loss, sum(alone)) and min(alone) > 0
    assert torch.allclose(D.swap_step(model, pairs, 2 * weight), 2 * loss)
    again = D.draw_pairs(data, torch.Generator().manual_seed(3), 2, 64)
    assert torch.equal(again["A"][0], pairs["A"][0])


def test_a_film_is_carried_to_other_landmarks(pair, mean):
    clip, marks = pair[0], pair[0].truth["landmarks"][:3].astype(float)
    same = D.carried(clip.frames[:3], marks, marks, mean)
    assert np.abs(same.astype(int) - clip.frames[:3]).max() <= 1
    moved = D.carried(clip.frames[:3], marks, marks + (5, 0), mean)
    assert np.abs(moved[:, :, 10:-10].astype(int) - clip.frames[:3, :, 5:-15]).mean() < 0.5


@pytest.mark.parametrize(
    "kind,size,options",
    [(D.DF, 64, {}), (D.DF, 64, dict(shared=False)), (D.LIAE, 64, {}), (D.DF, 128, {})],
)
def test_models_overfit_one_batch_and_swap(kind, size, options):
    torch.manual_seed(0)
    model = kind(size, 4, 16, **options)
    x = {
        w: torch.nn.functional.interpolate(torch.rand(2, 3, 4, 4), size=size, mode="bilinear")
        for w in "AB"
    }
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    first = None
    for _ in range(120):
        loss = sum((model(x[w], w) - x[w]).abs().mean() for w in "AB")
        first = first or loss.item()
        optimizer.zero_grad(), loss.backward(), optimizer.step()
    assert loss.item() < 0.5 * first and model.swap(x["A"]).shape == x["A"].shape


def test_colour_statistics():
    rng = np.random.default_rng(0)
    face, frame = (
        rng.uniform(0.3, 0.6, (40, 40, 3)).astype(np.float32),
        rng.uniform(0.35, 0.55, (40, 40, 3)).astype(np.float32),
    )
    mask = np.zeros((40, 40), np.float32)
    mask[8:32, 8:32] = 1
    face[mask == 0], frame[:6] = 0, 1  # what lies outside must not count
    lab = lambda x: cv2.cvtColor(x.astype(np.float32), cv2.COLOR_RGB2LAB)[mask > 0.5]
    for mode in ("mean", "reinhard", "linear", "mkl"):
        new = lab(D.match_colour(face, frame, mask, mode))
        assert np.allclose(new.mean(0), lab(frame).mean(0), atol=0.3), mode
        if mode != "mean":
            assert np.allclose(new.std(0), lab(frame).std(0), rtol=0.05), mode
        if mode in ("linear", "mkl"):
            assert np.allclose(
                np.cov(new.T), np.cov(lab(frame).T), atol=0.12 * np.cov(lab(frame).T).max()
            ), mode
    assert D.match_colour(face, frame, mask, "none") is face
    with pytest.raises(ValueError, match="choose none, mean"):
        D.match_colour(face, frame, mask, "magic")


def test_poisson_solves_its_equation_and_agrees_with_opencv():
    rng = np.random.default_rng(1)
    smooth = lambda s: (
        cv2.GaussianBlur(rng.random((64, 64, 3)).astype(np.float32), (0, 0), s) * 3 - 1
    )
    face, frame = smooth(6).clip(0.2, 0.8), smooth(8).clip(0.2, 0.8)
    mask = np.zeros((64, 64), np.float32)
    cv2.ellipse(mask, (32, 32), (18, 22), 0, 0, 360, 1, -1)
    f = D.poisson(face, frame, mask)
    inside = mask > 0.5
    assert np.array_equal(f[~inside], frame[~inside])
    laplacian = lambda x: 4 * x.astype(np.float64) - D.neighbours(x.astype(np.float64))
    assert np.abs(laplacian(f) - laplacian(face))[inside].max() < 1e-4
    assert np.abs(D.poisson(frame + 0.2, frame, mask) - frame).max() < 1e-4
    theirs = cv2.seamlessClone(
        *((x * 255).round().astype(np.uint8) for x in (face, frame)),
        (mask * 255).astype(np.uint8),
        (32, 32),
        cv2.NORMAL_CLONE,
    )
    core = cv2.erode(mask, np.ones((5, 5))) > 0
    assert np.abs(f.clip(0, 1) - theirs / 255)[core].mean() < 0.03


def test_pyramid_blend_keeps_both_sides():
    a, b = np.full((64, 48, 3), 0.9, np.float32), np.full((64, 48, 3), 0.1, np.float32)
    assert np.allclose(D.pyramid_blend(a, b, np.ones((64, 48), np.float32)), a, atol=1e-4)
    half = np.zeros((64, 48), np.float32)
    half[:, :24] = 1
    out = D.pyramid_blend(a, b, half)
    assert (
        out[:, 0].min() > 0.85
        and out[:, -1].max() < 0.15
        and np.all(np.diff(out.mean((0, 2))) < 1e-3)
    )


def test_putting_a_face_back_changes_nothing(pair, mean):
    clip, marks = pair[0], pair[0].truth["landmarks"].astype(float)
    same = D.convert(
        clip.frames[:4], marks[:4], mean, lambda c: c / 255, 128, D.Settings(colour="none")
    )
    assert np.abs(same.astype(int) - clip.frames[:4]).mean() < 1.0
    for blend in ("alpha", "poisson", "pyramid"):
        out = D.convert(
            clip.frames[:1], marks[:1], mean, lambda c: c / 255, 64, D.Settings(blend=blend)
        )
        assert np.abs(out.astype(int) - clip.frames[:1]).mean() < 3, blend
        assert np.array_equal(
            out[0, :8], clip.frames[0, :8]
        )  # the top of the picture is not touched
    with pytest.raises(ValueError, match="alpha, poisson or pyramid"):
        D.convert(clip.frames[:1], marks[:1], mean, lambda c: c / 255, 64, D.Settings(blend="glue"))
    far = D.paste(
        clip.frames[0],
        np.zeros((64, 64, 3), np.float32),
        marks[0] + 4000,
        D.frames_of(marks[:1] + 4000, mean)[0],
        D.Settings(),
    )
    assert np.array_equal(far, clip.frames[0])  # a face outside the picture


def test_true_frames_are_b_on_a(pair, mean):
    marks = [c.truth["landmarks"].astype(float) for c in pair]
    out, masks = D.true_frames(pair[0].frames, pair[1].frames, *marks, mean)
    own, _ = D.true_frames(pair[0].frames, pair[0].frames, marks[0], marks[0], mean)
    assert np.abs(own.astype(int) - pair[0].frames).mean() < 0.5
    assert out.shape == pair[0].frames.shape and 0.08 < (masks > 0.5).mean() < 0.4
    assert np.abs(out.astype(int) - pair[0].frames)[masks > 0.9].mean() > 8


def test_the_whole_way_on_two_clips(pair, mean, tmp_path):
    frames, model = D.swap_clips(
        pair[0],
        pair[1],
        lambda f: media.find_faces(f, "course"),
        mean,
        minutes=0.02,
        c=4,
        z=16,
        batch=4,
    )
    assert frames.shape == pair[0].frames.shape and isinstance(model, D.DF)
    empty = media.Clip(np.zeros((30, 96, 96, 3), np.uint8), 25)
    with pytest.raises(ValueError, match="no face"):
        D.swap_clips(empty, pair[1], lambda f: media.find_faces(f, "course"), mean)
    with pytest.raises(ValueError, match="only 10 of 10"):
        D.prepare(
            media.Clip(pair[0].frames[:10], 25), lambda f: media.find_faces(f, "course"), mean
        )


def test_prepare_clip(pair, tmp_path, capsys):
    import prepare_clip

    frames = pair[0].frames.copy()
    frames[10] = cv2.GaussianBlur(frames[10], (0, 0), 4)
    frames[20] = 0
    path = media.write(tmp_path / "me.mp4", media.Clip(frames, 25))
    good = prepare_clip.main(
        [
            str(path),
            "--out",
            str(tmp_path / "out"),
            "--consent",
            "an actor who does not exist",
            "--drop",
            "3,30-32",
            "--backend",
            "course",
        ]
    )
    assert not {3, 20, 30, 31, 32} & set(good.tolist()) and len(good) >= 30
    with np.load(tmp_path / "out" / "crops.npz") as z:
        assert z["crops"].shape == (len(good), 80, 80, 3) and str(z["consent"]).startswith(
            "an actor"
        )
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
    a, b = (
        media.read(shared / "talking" / name)[:40]
        for name in ("grid_bbaf2n.mpg", "grid_brbk7n.mpg")
    )
    frames, _ = D.swap_clips(a, b, lambda f: media.find_faces(f, "course"), mean, minutes=0.05)
    change = np.abs(frames.astype(int) - a.frames).mean((1, 2, 3))
    assert frames.shape == a.frames.shape and (change > 0.3).mean() > 0.95 and change.max() < 30
