"""Lesson 22b: a hole in a film, and another mouth in it."""

import re

import numpy as np
import pytest
import torch

from course_lib import judge, media, studio
from course_lib.taught.audio import voice_to_film as F
from course_lib.taught.foundations.faces_in_3d import axis_angle_to_matrix
from course_lib.taught.video.deep_video_portraits import square_film
from course_lib.taught.video.face_tracker import FaceSpace, Person
from course_lib.taught.video.portrait_controls import Controls


@pytest.fixture(scope="module")
def target():
    """Six frames of noise, in which somebody turns the head."""
    turns = torch.linspace(-0.2, 0.2, 6)[:, None] * torch.tensor([[0.3, 1.0, 0.2]])
    place = torch.tensor([0.0, -0.02, -1.25]).expand(6, 3)
    R = axis_angle_to_matrix(turns)
    known = Controls(torch.zeros(6, 52), R, place, turns[:, :2], torch.ones(6))
    frames = np.random.default_rng(0).integers(0, 256, (6, 256, 256, 3)).astype(np.uint8)
    matrix = torch.zeros(33, len(F.MOUTH))
    return F.Target(frames, Person(FaceSpace(), focal=F.CAMERA.focal), known, matrix)


@pytest.fixture(scope="module")
def untrained():
    torch.manual_seed(0)
    colours = torch.rand(F.TEXELS, F.TEXELS, 3)
    return F.Dubber(F.started(colours), ((8, 8), (8, 8))).eval()


def test_squares_are_cut_and_put_back(target):
    assert target.squares.shape == (6, F.SIDE, F.SIDE, 3)
    back = F.put_back(np.zeros_like(target.frames), target.squares, target.corners)
    x, y = target.corners[2]
    inside = np.s_[2, y : y + F.SIDE, x : x + F.SIDE]
    assert (back[inside] == target.frames[inside]).all()
    assert back.any(-1).sum() <= 6 * F.SIDE**2


def test_holes_do_not_know_the_mouth(target):
    wide = target.known._replace(delta=torch.rand(6, 52))
    again = F.holes(Person(FaceSpace(), focal=F.CAMERA.focal), target.bust, wide, target.corners)
    assert torch.equal(again, target.masks)
    assert (target.masks.sum((1, 2, 3)) > 0.15 * F.SIDE**2).all()
    outside = target.masks[:, 0].numpy() == 0
    assert (target.empty[outside] == target.squares[outside]).all()


def test_a_square_sees_what_the_whole_picture_shows(target):
    mouths = torch.zeros(1, len(F.MOUTH))
    near = F.as_uv(target.given(mouths, np.array([3]))[0])[0]
    row = [part[3] for part in target.known[:4]]
    x, y = 2 * target.corners[3]
    whole = F.uv_image(target.bust, *row)[y : y + 2 * F.SIDE, x : x + 2 * F.SIDE]
    assert (near - whole).abs().max() < 1e-3


def test_training_begins_at_the_textures_colours(target, untrained):
    uv, squares, empty, masks = target.given(torch.zeros(2, len(F.MOUTH)), np.array([1, 4]))
    around = F.as_tensor(empty)
    with torch.inference_mode():
        drawn, inside, colour, shown = untrained(F.as_uv(uv), around, masks)
        _, _, first = F.look_up(untrained.texture, F.as_uv(uv), around)
    assert torch.allclose(inside, first, atol=1e-6)
    placed = masks * inside + (1 - masks) * around
    assert torch.allclose(drawn, placed, atol=1e-6)
    whole = shown == 1
    assert torch.allclose((colour * whole), (first * whole), atol=1e-5)


def test_a_dub_changes_the_hole_and_nothing_else(target, untrained):
    at = np.array(F.there_and_back(6, 8))
    film = target.dubbed(untrained, torch.zeros(8, len(F.MOUTH)), at)
    changed = (film != target.frames[at]).any(-1)
    for t, frame in zip(at, changed):
        x, y = target.corners[t]
        hole = np.zeros((256, 256), bool)
        hole[y : y + F.SIDE, x : x + F.SIDE] = target.masks[t, 0].numpy() > 0
        assert frame.any() and not (frame & ~hole).any()


def test_one_batch_is_learnt(target):
    uv, squares, empty, masks = target.given(torch.zeros(2, len(F.MOUTH)), np.array([1, 4]))
    flat = np.full_like(squares, 128)
    flat[:, 60:80, 30:80] = (200, 60, 60)
    data = uv, flat, F.emptied(flat, masks), masks, torch.ones_like(masks)
    torch.manual_seed(0)
    model = F.Dubber(F.started(torch.rand(F.TEXELS, F.TEXELS, 3)), ((8, 16), (8, 8)))
    model, losses, watched = F.fit_dubber(model, data, np.arange(2), 50, held=np.arange(2))
    assert losses[-1] < losses[0] / 3 and len(watched) == 2


def test_on_no_device_at_all(target):
    model = F.Dubber(F.NeuralTexture(c=F.FEATURES)).to("meta")
    uv = torch.zeros(1, 2 * F.SIDE, 2 * F.SIDE, 2, device="meta")
    around, mask = (torch.zeros(1, c, F.SIDE, F.SIDE, device="meta") for c in (3, 1))
    told = model(uv, around, mask)
    assert F.dub_loss(*told, around, mask, mask).device.type == "meta"


def test_the_reader_reads_and_the_judge_counts():
    rng = np.random.default_rng(0)
    opening = rng.uniform(0, 0.3, 80)
    squares = np.full((80, 112, 112, 3), 180, np.uint8)
    for square, value in zip(squares, opening):
        square[60 - int(60 * value) : 60 + int(60 * value), 30:80] = 20
    part = slice(30, 86), slice(20, 92)
    read = judge.MouthReader(squares[:60], opening[:60], part)
    assert np.corrcoef(read(squares[60:]), opening[60:])[0, 1] > 0.98
    phonemes = [("m", 0.0, 0.2), ("a", 0.2, 0.4), ("p", 0.4, 0.6), ("t", 0.6, 0.8)]
    truth = np.r_[np.zeros(5), np.ones(5), np.zeros(5), np.ones(5)]
    assert judge.closures_made(truth, truth, phonemes) == [True, True]
    assert judge.closures_made(np.ones(20), truth, phonemes) == [False, False]
    boxes = [part] * 20
    same = judge.dub_scores(read, [(squares[60:], squares[60:], boxes, opening[60:], phonemes)])
    assert same["mouth_psnr"] == pytest.approx(100) and same["opening_corr"] > 0.98


def test_the_polyglot_ear_hears_german_better():
    jaw = studio.EXPRESSIONS.index("jawOpen")
    net, hits = F.shipped_voices(), {}
    speech = studio.say("Meine Mutter kaufte mir fünf Bücher.", "rob", "de")
    true = studio.perform(speech, seed=1).expression[:, jaw]
    matrix = torch.cat([net.maps.mean(0), net.rest.mean(0)[None]]).detach()
    for name in ("listener", "polyglot"):
        said = F.mouths_said(speech.sound, matrix, F.shipped_ear(name=name), net)
        hits[name] = np.corrcoef(said[:, F.MOUTH.index(jaw)], true)[0, 1]
    assert hits["polyglot"] > hits["listener"] and hits["polyglot"] > 0.85


def test_a_late_sound_is_found():
    rng = np.random.default_rng(0)
    said = rng.normal(size=(200, 8)).cumsum(0)
    mouths = said @ rng.normal(size=(8, 5)) + rng.normal(size=(200, 5))
    assert judge.frames_late(said, mouths) == 0
    assert judge.frames_late(np.roll(said, 6, 0), mouths) == 6
    assert judge.frames_late(np.roll(said, -3, 0), mouths) == -3
    with pytest.raises(ValueError, match="do not tell how late"):
        judge.frames_late(said[:39], mouths[:39])


def test_a_jaw_that_opens_makes_the_hole_deeper_and_not_wider(target):
    person = Person(FaceSpace(), focal=F.CAMERA.focal)
    shut, wide = (
        F.at_rest(person, target.bust, target.known, target.corners, jaw) for jaw in (0.0, 0.6)
    )
    assert (wide >= shut).float().mean() > 0.999  # all but a pixel's rounding
    (top, left), (low, right) = (wide[0, 0].nonzero().amin(0), wide[0, 0].nonzero().amax(0))
    inner = shut[0, 0].nonzero()
    assert low > inner[:, 0].max() + 3 and abs(top - inner[:, 0].min()) <= 1
    assert max(abs(left - inner[:, 1].min()), abs(right - inner[:, 1].max())) <= 2


def test_a_real_clip_becomes_a_puppet(shared, capsys):
    path = shared / "talking/obama_address_46s.mov"
    frames = square_film(media.read(path, fps=25, seconds=6, max_side=720).frames, 150)
    sound = media.read_sound(path, 16000).samples[: 6 * 16000]
    target, model = F.target_of(frames, sound, steps=30)
    late = int(re.search(r"late by (-?\d+) frames", capsys.readouterr().out)[1])
    assert 5 <= late <= 7  # a quarter of a second
    jaw = F.MOUTH.index(studio.EXPRESSIONS.index("jawOpen"))
    ear, net = F.shipped_ear(name="polyglot"), F.shipped_voices()
    guess = F.mouths_said(np.roll(sound, -late * 640), target.matrix, ear, net)[:, jaw]
    assert np.corrcoef(guess, target.known.delta[:, F.MOUTH[jaw]])[0, 1] > 0.5
    speech = studio.say("My mother bought a puppy.", "rob")
    mouths = F.mouths_said(speech.sound, target.matrix, ear, net)
    at = np.array(F.there_and_back(len(frames), len(mouths)))
    film = target.dubbed(model, mouths, at)
    assert film.shape == (len(mouths), 256, 256, 3)
    assert judge.psnr(film, frames[at]) > 25  # it is still his film
