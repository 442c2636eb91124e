"""Lesson 28: figures, pictures of which they are mixed, codes, a voice that says them, and film."""

import numpy as np
import pytest
import torch

from course_lib import judge, media, studio
from course_lib.taught.body import figure_codes as C
from course_lib.taught.body import lumierenet as L
from course_lib.taught.body.everybody_dance import Critics, as_tensor


@pytest.fixture(scope="module")
def clip():
    return C.lecture_take(1.6, 3)


@pytest.fixture(scope="module")
def drawn(clip):
    return C.figures(clip)


def test_a_hand_keeps_its_colour(clip):
    both = zip(clip.truth["position"], clip.truth["parts"])
    places = np.stack([C.place_colour(place, parts) for place, parts in both])
    assert (places[clip.truth["parts"] == 0] == 0).all()
    wrists = clip.truth["keypoints"][:, 9:11, :2].round().astype(int)
    moved = np.ptp(wrists[:, 0], axis=0).max()
    colours = np.stack([p[y, x] for p, (x, y) in zip(places, wrists[:, 0])]).astype(int)
    others = np.stack([p[y, x] for p, (x, y) in zip(places, wrists[:, 1])]).astype(int)
    assert moved > 3 and colours.std(0).max() < 25
    assert np.abs(colours.mean(0) - others.mean(0)).max() > 60


def test_a_mouth_shows_how_far_it_is_open_wherever_the_head_is(clip):
    marks = clip.truth["landmarks"]
    white = (C.mouth_pictures(marks).min(-1) > 200).mean((1, 2))
    assert np.corrcoef(white, judge.openings(marks))[0, 1] > 0.95
    angle = 0.3
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    elsewhere = 1.4 * marks @ turn.T + [20, -7]
    apart = C.mouth_pictures(marks).astype(int) - C.mouth_pictures(elsewhere.astype(np.float32))
    assert np.abs(apart).mean() < 1.5


def test_figures_have_the_mouth_in_the_corner(clip, drawn):
    assert drawn.shape == (40, 64, 64, 3) and drawn.dtype == np.uint8
    assert drawn[:, : C.CORNER, -C.CORNER :].max(-1).mean() > 10
    other = C.figures(clip, 1)
    assert 0 < np.abs(drawn.astype(int) - other).mean() < 6  # they tremble, each seed its own way


def test_pictures_give_back_what_they_mixed():
    frames = np.random.default_rng(0).integers(0, 256, (90, 64, 64, 3)).astype(np.uint8)
    album = C.pictures_of(frames, C.corner_weight())
    shares = torch.randn(4, C.PICTURES)
    assert torch.allclose(album.shares(album(shares)), shares, atol=1e-3)
    x = as_tensor(frames)
    assert (album(album.shares(x)) - x).square().mean() < 0.3 * (x - x.mean(0)).square().mean()


def test_kl_is_that_of_torch():
    mean, log_variance = torch.randn(5, 32), torch.randn(5, 32)
    one = torch.distributions.Normal(mean, (log_variance / 2).exp())
    want = torch.distributions.kl_divergence(one, torch.distributions.Normal(0.0, 1.0)).sum(1)
    assert torch.allclose(C.kl(mean, log_variance), want, atol=1e-3)


def test_a_vae_learns_a_few_figures_by_heart():
    torch.manual_seed(0)
    shares = torch.randn(6, C.PICTURES)
    net, errors = C.fit_vae(C.VAE(), shares, 300, batch=16)
    assert np.mean(errors[-20:]) < 0.1 * np.mean(errors[:5])
    mean, _ = net.encode(shares)
    assert (net.decoder(mean) - shares).square().sum(1).mean() < 0.1 * shares.square().sum(1).mean()


def test_rows_follow_the_frames(clip):
    rows = L.voice_rows(clip.sound, len(clip.frames))
    assert rows.shape == (40, 160)
    later = L.voice_rows(clip.sound[640:], len(clip.frames) - 1)
    assert torch.corrcoef(torch.stack([rows[6:30].flatten(), later[5:29].flatten()]))[0, 1] > 0.99


def test_a_voice_is_learnt_and_only_one_of_both_networks_hears_what_comes():
    torch.manual_seed(0)
    rows = torch.randn(260, 160)
    codes = rows[:, :32].roll(-1, 0)  # what will be heard in the next frame
    losses = {}
    for both in (True, False):
        _, losses[both] = L.fit_voice(L.VoiceToCode(both=both), rows, codes, 60)
    assert np.mean(losses[True][-5:]) < np.mean(losses[False][-5:]) - 0.1


def test_the_finish_begins_at_the_sketch_and_gets_nearer(drawn, clip):
    torch.manual_seed(0)
    net = L.Finisher(8, 2)
    figures = as_tensor(drawn[:6])
    sketches = as_tensor(media.reduced(clip.frames[:6], C.SMALL))
    with torch.no_grad():
        assert torch.allclose(net(figures, sketches), net.wide(sketches).clamp(0, 1), atol=1e-6)
    weight = L.head_weight(clip.truth["landmarks"], 128)
    assert weight.max() == 6 and weight[0, 100:].max() == 1
    data = figures, sketches, clip.frames[:6]
    _, errors = L.fit_finisher(net, data, weight, 40)
    assert np.mean(errors[-5:]) < 0.9 * np.mean(errors[:2])


def test_critics_take_part_in_the_finish(drawn, clip):
    torch.manual_seed(0)
    net, critics = L.Finisher(8, 2), Critics(c=8)
    before = [p.clone() for p in critics.parameters()]
    data = (
        as_tensor(drawn[:4]),
        as_tensor(media.reduced(clip.frames[:4], C.SMALL)),
        clip.frames[:4],
    )
    _, errors = L.fit_finisher(net, data, torch.ones(1, 128, 128), 2, 1, critics)
    assert np.isfinite(errors).all()
    assert any((a != b).any() for a, b in zip(before, critics.parameters()))


def test_what_ships_makes_a_lecture_of_a_voice(clip, drawn):
    model = L.hour_lecturer()
    codes = model.codes(clip.sound, 40)
    assert codes.shape == (40, C.CODE)
    film = model.film(model.figures(codes[:10]))
    assert film.shape == (10, 256, 256, 3) and film.dtype == np.uint8
    again = model.figures(model.encoded(drawn))
    apart = (again - as_tensor(drawn)).abs().mean()
    assert apart < 0.5 * (model.album.mean - as_tensor(drawn)).abs().mean()


def test_blending_never_leaves_the_two():
    a, b = torch.zeros(8, 2), torch.ones(9, 2)
    out = L.blended(a, b, 5)[:, 0]
    assert (out.diff() >= 0).all() and out[0] == 0 and out[-1] == 1


def test_a_film_is_read_by_its_pixels(clip):
    reader = judge.LectureReader(clip)
    same = judge.lecture_scores(clip.frames, clip, reader)
    assert same["psnr"] > 99.9 and same["hands"] > 0.95 and same["mouth"] > 0.9
    still = np.repeat(clip.frames[:1], 40, 0)
    row = judge.lecture_scores(still, clip, reader)
    assert row["hands"] == 0 and row["motion"] < 1e-6 and row["wrist_px"] > same["wrist_px"]
    with pytest.raises(ValueError, match="39 frames, the lecture 40"):
        judge.lecture_scores(clip.frames[:39], clip, reader)
    with pytest.raises(ValueError, match="not \\(40, 128, 64, 3\\)"):
        judge.lecture_scores(clip.frames[:, :, :64], clip, reader)


def test_a_lecturer_follows_the_voice():
    speech = studio.say("One. Two thousand people waited outside for the doors to open.", "rob")
    a, b = (studio.lecture(speech, seed=k, free=0.0) for k in (1, 2))
    assert len(a) == len(b) and a.phonemes == speech.phonemes
    arms = [p.joints.flatten(1).std(0).sum() for p in (a, b)]
    assert min(arms) > 0.1
    other = studio.lecture(speech, seed=1, free=1.0)
    assert (other.joints - a.joints).abs().max() > 0.1
    with pytest.raises(ValueError, match="free is a share"):
        studio.lecture(speech, free=2)
    with pytest.raises(TypeError, match="lecture needs a text"):
        studio.lecture(None)


@pytest.mark.parametrize(
    "name", ["jfk.flac", "LJ001-0007.wav", "librispeech_1320.mp3", "vctk_p240.mp3"]
)
def test_a_real_voice_moves_hands_and_mouth(shared, clip, name):
    """Nobody knows what this speaker's hands did: the mouth has to open when it is loud, and the
    hands have to move as far as the lecturer's do, give or take."""
    sound = media.read_sound(shared / "speech" / name, 16000).samples[: 5 * 16000]
    T = len(sound) // 640
    model = L.hour_lecturer()
    film = media.reduced(model.film(model.figures(model.codes(sound, T))), 128)
    marks = np.repeat(clip.truth["landmarks"][:1], T, 0)
    wrists, mouth = judge.LectureReader(clip)(film, marks)
    loud = np.square(sound[: 640 * T]).reshape(T, 640).mean(1) ** 0.5
    assert np.corrcoef(mouth, loud)[0, 1] > 0.2
    assert 1 < np.linalg.norm(wrists - wrists.mean(0), axis=-1).mean() < 12
