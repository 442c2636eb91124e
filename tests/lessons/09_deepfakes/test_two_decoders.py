"""Sitting 09a: squares, masks, warps and the network against closed forms and lesson 03."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from course_lib import studio, weights
from course_lib.media.faces import own_finder
from course_lib.taught.foundations.finding_faces import carry, umeyama
from course_lib.taught.swap import deepfakes as D


@pytest.fixture(scope="module")
def clip():
    """One actor, six frames at 128 pixels."""
    p = studio.perform("Maybe people buy five boats.", seed=4)[:6]
    return studio.film(studio.cast(16), p, size=128, background="office")


@pytest.fixture(scope="module")
def mean():
    return own_finder().mean


def test_squares_hold_the_mean_face(clip, mean):
    marks = clip.truth["landmarks"].astype(float)
    squares = D.squares_of(marks, mean, 0.8)
    expected = ((mean - 0.5) / 0.8 + 0.5)[17:].mean(0)
    found = D.inside(squares, marks)[:, 17:].mean((0, 1))
    assert np.abs(found - expected).max() < 0.01
    again = carry(squares, D.inside(squares, marks))
    assert np.abs(again - marks).max() < 1e-9


def test_a_margin_shows_the_same_pixels(clip, mean):
    squares = D.squares_of(clip.truth["landmarks"].astype(float), mean)
    crop = D.extract(clip.frames, squares, 64)
    large = D.extract(clip.frames, D.grown(squares, D.MARGIN), 80)
    assert np.abs(large[:, 8:72, 8:72].astype(int) - crop).max() <= 2


def test_extract_reads_at_pixel_centres(mean):
    y, x = np.mgrid[0:64, 0:64]
    frame = np.stack([x * 3, y * 3, x * 0], -1).astype(np.uint8)[None]
    square = np.array([[[32.0, 0, 15.5], [0, 32.0, 7.5]]])  # 32 pixels wide, pixels 16.. and 8..
    cut = D.extract(frame, square, 32).astype(float)
    assert np.abs(cut[0, 4:-4, 4:-4, 0] - 3 * x[8:40, 16:48][4:-4, 4:-4]).max() <= 1
    assert np.abs(cut[0, 4:-4, 4:-4, 1] - 3 * y[8:40, 16:48][4:-4, 4:-4]).max() <= 1


def test_crops_carry_a_mask_of_the_face(clip, mean):
    marks = clip.truth["landmarks"].astype(float)
    crops = D.crops_of(clip.frames, marks, mean, 64)
    assert crops.shape == (6, 80, 80, 4) and set(np.unique(crops[..., 3])) == {0, 255}
    points = (D.inside(D.grown(D.squares_of(marks, mean), D.MARGIN), marks) * 80 - 0.5).round()
    nose = points[:, 30].astype(int)
    assert all(crops[t, y, x, 3] == 255 for t, (x, y) in enumerate(nose))
    assert 0.2 < (crops[..., 3] > 0).mean() < 0.6


def test_the_rigid_part_is_umeyamas():
    g = torch.Generator().manual_seed(7)
    nodes = D.node_grid()
    pushed = D.push(nodes, 20, g, 0.1)
    found = D.rigid_places(nodes, pushed, nodes)
    p = np.broadcast_to(nodes.numpy(), pushed.shape)
    theirs = carry(umeyama(p, pushed.numpy()), p)
    assert np.allclose(found.numpy(), theirs, atol=1e-5)


def test_loosened_sheets_are_similar_to_what_they_were():
    nodes = D.node_grid()
    loose = D.loosened(nodes.expand(50, -1, -1), torch.Generator().manual_seed(3))
    assert torch.allclose(D.rigid_places(nodes, loose, nodes), loose, atol=1e-5)
    moved = (loose - nodes).norm(dim=-1)
    assert 0.003 < moved.mean() < 0.05 and moved.amax(1).min() > 0


def test_pairs_are_drawn_by_their_generator_alone():
    data = {who: torch.randint(0, 255, (4, 4, 80, 80), dtype=torch.uint8) for who in "AB"}
    drawn = [D.draw_pairs(data, torch.Generator().manual_seed(3), 2, 64) for _ in range(2)]
    for who in "AB":
        picture, target = drawn[0][who]
        assert picture.shape == (2, 3, 64, 64) and target.shape == (2, 4, 64, 64)
        assert torch.equal(picture, drawn[1][who][0]) and torch.equal(target, drawn[1][who][1])


def test_the_loss_counts_what_the_lesson_says(mean):
    weight = D.emphasis(mean, 64)
    target = torch.rand(2, 4, 64, 64, generator=torch.Generator().manual_seed(0))
    target[:, 3] = 0
    target[:, 3, 8:56, 16:48] = 1
    assert D.face_loss(target, target, weight) < 1e-6

    def spoilt(rows, columns):
        drawn = target.clone()
        drawn[:, :3, rows, columns] = 1 - drawn[:, :3, rows, columns]
        return float(D.face_loss(drawn, target, weight))

    p = ((mean - 0.5) / 0.66 + 0.5) * 64
    eye = p[36:42].mean(0).astype(int)
    at_eye = spoilt(slice(eye[1] - 2, eye[1] + 2), slice(eye[0] - 2, eye[0] + 2))
    at_forehead = spoilt(slice(9, 13), slice(30, 34))
    in_corner = spoilt(slice(0, 4), slice(0, 4))
    assert at_eye > 2 * at_forehead > 2 * 2 * in_corner
    single = [
        float(D.face_loss(target[k : k + 1] * 0.9, target[k : k + 1], weight)) for k in (0, 1)
    ]
    both = float(D.face_loss(target * 0.9, target, weight))
    assert abs(both - sum(single) / 2) < 1e-5  # several processes share a batch


@pytest.mark.parametrize("size,options", [(64, {}), (64, dict(shared=False)), (128, {})])
def test_networks_overfit_one_batch(size, options):
    torch.manual_seed(0)
    model = D.DF(size, 4, 16, **options)
    x = {w: F.interpolate(torch.rand(2, 3, 4, 4), size=size, mode="bilinear") for w in "AB"}
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    losses = []
    for _ in range(120):
        loss = sum((model(x[w], w)[:, :3] - x[w]).abs().mean() for w in "AB")
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert losses[-1] < 0.5 * losses[0] and model.swap(x["A"]).shape == (2, 4, size, size)


def test_a_training_that_was_stopped_goes_on_as_if_it_were_not(mean, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_QUIET", "1")
    rng = np.random.default_rng(0)
    crops = {who: rng.integers(0, 256, (6, 40, 40, 4), np.uint8) for who in "AB"}

    def trained(name, **watching):
        torch.manual_seed(1)
        model = D.DF(32, 4, 8)
        path = tmp_path / name
        D.fit(model, crops, mean, 6, 2, size=32, resume=path, save_every=3, **watching)
        return torch.cat([p.detach().flatten() for p in model.parameters()])

    def stop(step, model):
        raise KeyboardInterrupt

    whole = trained("whole.safetensors")
    with pytest.raises(KeyboardInterrupt):
        trained("part.safetensors", watch=stop, every=4)
    assert torch.equal(trained("part.safetensors"), whole)


@pytest.mark.parametrize("name,decoder", [("swap_hour", "B"), ("swap_base", "A")])
def test_shipped_weights_fit_the_network(name, decoder):
    model = D.DF(128, 8, 64)
    left = model.load_state_dict(weights.read(name), strict=False)
    other = "AB".replace(decoder, "")
    assert {k.split(".")[1] for k in left.missing_keys} == {other} and not left.unexpected_keys
    assert weights.manifest()[name]["bytes"] <= 2e6
