"""The studio keeps its promises: films repeat, lips close, feet stand, truth is true."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from course_lib import studio
from course_lib.human import load
from course_lib.studio import body, lips
from course_lib.studio.__main__ import main as command_line


def test_the_baked_human():
    h = load()
    assert (
        len(h.names) == 52
        and "jawOpen" in h.names
        and h.head_basis.shape[0] == 80
        and h.head_std.shape == (80,)
    )
    assert (
        h.landmarks.shape == (68,)
        and h.keypoint_ids.shape[0] == 5
        and h.albedo_basis.shape[0] == 40
    )
    assert torch.allclose(h.skin_weights.sum(1), torch.ones(len(h.uv)), atol=1e-4)
    v = h.head_mean[h.landmarks_head]
    assert v[36:42, 0].max() < 0 < v[42:48, 0].min()  # the person's right eye comes first
    assert v[8, 1] == v[:, 1].min() or v[8, 1] < v[57, 1]  # the chin is below the lips
    assert abs(v[27:31, 0]).max() < 0.003 and v[30, 2] == v[:, 2].max()
    down = h.expression[h.expression_at["jawOpen"]][h.landmarks_head]
    assert down[66, 1] < -0.01 and abs(down[62, 1]) < 0.004
    assert (h.head_std[:-1] >= h.head_std[1:]).all()


def test_the_same_seed_is_the_same_person_and_others_differ():
    a, b = studio.cast(11), studio.cast(11)
    assert a.look == b.look and torch.equal(a.identity, b.identity)
    people = [studio.cast(i) for i in range(40)]
    assert {p.phenotypes["gender"] > 0.5 for p in people} == {True, False}
    assert (
        len({p.look["hair"] for p in people}) >= 6 and len({p.look["cloth"] for p in people}) >= 5
    )
    melanin = [p.look["melanin"] for p in people]
    assert min(melanin) < 0.2 and max(melanin) > 0.55
    heads = torch.stack([p.head for p in people])
    apart = torch.cdist(heads.flatten(1), heads.flatten(1)) + torch.eye(40) * 9
    assert (
        apart.min() / heads.shape[1] ** 0.5 > 0.002
    )  # no two heads closer than 2 mm root mean square
    assert all(0.66 < p.phenotypes["age"] < 1 for p in people)


def test_films_repeat_to_the_byte(actor, clip):
    again = studio.film(studio.cast(actor.seed), "Maybe people buy five boats.", size=64)
    assert np.array_equal(again.frames, clip.frames) and np.array_equal(again.sound, clip.sound)
    alone = studio.film(
        actor,
        studio.perform("Maybe people buy five boats.", seed=actor.seed, voice_of=actor),
        size=64,
        batch=5,
    )
    assert np.abs(alone.frames.astype(int) - clip.frames).max() <= 1


def test_truth_has_the_promised_shapes(clip):
    T = len(clip)
    shapes = dict(
        expression=(T, 52),
        pose=(T, 6),
        gaze=(T, 2),
        light=(T, 9, 3),
        landmarks=(T, 68, 2),
        parts=(T, 64, 64),
        identity=(80,),
    )
    for k, s in shapes.items():
        assert clip.truth[k].shape == s, k
    assert clip.truth["phonemes"][-1][2] == pytest.approx(len(clip.sound) / 16000, abs=0.02)
    assert set(np.unique(clip.truth["parts"])) >= {0, 1, 5, 7, 8}


def test_truth_is_true(actor):
    """The landmarks are where the vertices project with the stated pose; layers fit pictures."""
    from course_lib.taught.foundations.faces_in_3d import axis_angle_to_matrix, project, to_pixels

    camera = studio.Camera(yaw=0.3, pitch=0.1)
    c = studio.film(
        actor,
        studio.still(rotation=(0.1, -0.4, 0.05)),
        size=96,
        camera=camera,
        layers=studio.LAYERS,
    )
    h = load()
    pose = torch.tensor(c.truth["pose"][0])
    v = actor.head[h.landmarks_head] @ axis_angle_to_matrix(pose[:3]).T + pose[3:]
    xy = to_pixels(project(v[None], camera.focal), 96)[0].numpy()
    upper = [i for i in range(68) if h.follow[h.landmarks_head[i]] > 0.999]
    assert len(upper) > 50 and np.abs(xy - c.truth["landmarks"][0])[upper].max() < 0.05
    inside = c.truth["parts"][0] > 0
    assert ((c.truth["depth"][0, ..., 0] > 0) == inside).all()
    n = np.linalg.norm(c.truth["normal"][0].astype(np.float32), axis=-1)
    assert np.abs(n[inside] - 1).max() < 0.02 and (n[~inside] == 0).all()


def test_light_by_coefficients_and_over_time(actor):
    light, _ = studio.light_coefficients("soft")
    two = torch.stack([light, 0.5 * light])
    c = studio.film(actor, studio.still(2 / 25), size=64, light=two)
    assert c.frames[0].mean() > c.frames[1].mean() + 10 and c.truth["light"].shape == (2, 9, 3)


def test_lips_close_on_p_b_m_and_open_on_vowels():
    speech = studio.say(
        "Bob may pay for my map. People buy big maps. Papa and mama move boxes by the open window.",
        "carl",
    )
    p = studio.perform(speech, smile=0)
    jaw, close = (
        p.expression[:, load().expression_at[k]].numpy() for k in ("jawOpen", "mouthClose")
    )
    t = (np.arange(len(p)) + 0.5) / 25
    closed = [
        (jaw - close)[(t >= a - 0.02) & (t <= b + 0.02)].min()
        for q, a, b in speech.phonemes
        if q in "pbm"
    ]
    assert np.mean(np.array(closed) < 0.03) >= 0.95
    opened = [
        (jaw - close)[(t >= a) & (t <= b)].max(initial=0)
        for q, a, b in speech.phonemes
        if lips.viseme(q) in ("AA", "AE") and b - a > 0.06
    ]
    assert np.mean(np.array(opened) > 0.15) >= 0.9


def test_dominance_functions():
    long = [("_", 0.0, 0.3), ("A:", 0.3, 0.9), ("_", 0.9, 1.2)]
    a = lips.articulators(long, np.array([0.05, 0.6, 1.15]))
    assert a[1, 0] > 0.5 and a[0, 0] < 0.15 and a[2, 0] < 0.15
    stew, steam = ([("s", 0, 0.12), ("t", 0.12, 0.2), (v, 0.2, 0.5)] for v in ("u:", "i:"))
    s = np.array([0.06])
    assert (
        lips.articulators(stew, s)[0, 3] > 0.3 > lips.articulators(steam, s)[0, 3] + 0.2
    )  # rounding starts early
    far = stew + [("A:", 3.0, 3.3)]
    assert np.abs(lips.articulators(far, s) - lips.articulators(stew, s)).max() < 1e-6
    assert lips.viseme("unheard-of") in lips.VISEMES


def test_a_long_speech_is_spoken_in_parts_and_just_so():
    said = studio.say("Any number of words, and a pause, may be spoken in one go.").phonemes
    times = np.arange(150) / 25
    whole = lips.articulators(said, times, 0.7)
    for at_once in (1, 64, 150, 1000):
        np.testing.assert_array_equal(lips.spoken(said, times, 0.7, at_once), whole)


def test_speech_repeats_and_has_exact_intervals():
    a, b = studio.say("Hello there", "grace"), studio.say("Hello there", "grace")
    assert (
        np.array_equal(a.sound, b.sound)
        and a.phonemes == b.phonemes
        and a.sample_rate == 16000
        and a.sound.dtype == np.float32
    )
    assert a.phonemes[0][1] == 0 and all(
        x[2] == pytest.approx(y[1]) for x, y in zip(a.phonemes[:-1], a.phonemes[1:])
    )
    assert a.phonemes[-1][2] == pytest.approx(a.seconds, abs=0.01) and np.abs(a.sound).max() <= 1.0
    slow, fast = (studio.say("Hello there", rate=r).seconds for r in (100, 250))
    assert slow > 1.5 * fast


def test_eight_clearly_different_voices_and_six_languages():
    import librosa

    assert len(studio.VOICES) >= 8 and len(studio.LANGUAGES) >= 6
    marks = []
    for v in studio.VOICES:
        s = studio.say("All people are born free and equal.", v).sound
        f0 = np.median(librosa.yin(s, fmin=60, fmax=420, sr=16000))
        marks.append(
            np.r_[
                12 * np.log2(f0 / 100) / 2,
                librosa.feature.mfcc(y=s, sr=16000, n_mfcc=8)[1:].mean(1) / 8,
            ]
        )
    d = (
        np.linalg.norm(np.array(marks)[:, None] - np.array(marks)[None], axis=-1)
        + np.eye(len(marks)) * 99
    )
    assert d.min() > 0.5
    for language in studio.LANGUAGES:
        assert studio.say("Radio, internet, 1 2 3", language=language).seconds > 0.5


@pytest.mark.parametrize(
    "call,words",
    [
        (lambda: studio.say("hi", "nobody"), "adam"),
        (lambda: studio.say("hi", language="xx"), "en-us"),
        (lambda: studio.say("  "), "at least one word"),
        (lambda: studio.say("hi", rate=9), "80 to 400"),
        (lambda: studio.say("hi", pitch=300), "0 .low. to 99"),
        (lambda: studio.cast(-1), "whole number"),
        (lambda: studio.cast("3"), "whole number"),
        (lambda: studio.cast(1).but(hair="mohawk"), "bald"),
        (lambda: studio.cast(1).but(hat="red"), "no 'hat'"),
        (lambda: studio.still(jawopen=1), "jawOpen"),
        (lambda: studio.film(studio.cast(1), size=63), "even"),
        (lambda: studio.film(3), "studio.cast"),
        (lambda: studio.film(studio.cast(1), light="noon"), "soft"),
        (lambda: studio.film(studio.cast(1), background="moon"), "office"),
        (lambda: studio.film(studio.cast(1), layers=("heat",)), "uv"),
        (lambda: studio.film(studio.cast(1), 7), "performance"),
        (lambda: studio.dance(moves=["moonwalk"]), "step_touch"),
        (lambda: studio.dance(-1), "more than 0"),
        (lambda: studio.perform(None), "seconds"),
        (lambda: studio.film(studio.cast(1), light=torch.zeros(4, 3)), "nine"),
        (lambda: studio.film(studio.cast(1), background=torch.zeros(9, 9, 3)), "has shape"),
        (lambda: studio.imperfect_tracking({}), "lacks"),
        (lambda: studio.film(studio.cast(1), device="abacus"), "cannot be used"),
    ],
)
def test_bad_requests_get_a_sentence(call, words):
    with pytest.raises((ValueError, TypeError), match=words) as e:
        call()
    assert "\n" not in str(e.value)


def test_imperfect_tracking(clip):
    seen = studio.imperfect_tracking(
        clip.truth, pose=2.0, landmarks=0.02, expression=0.05, identity=0.5, seed=1
    )
    angle = np.degrees(np.linalg.norm((seen["pose"] - clip.truth["pose"])[:, :3], axis=1))
    assert 0.8 < angle.mean() < 3.0
    eyes = np.linalg.norm(
        clip.truth["landmarks"][:, 36:42].mean(1) - clip.truth["landmarks"][:, 42:48].mean(1),
        axis=-1,
    )
    error = np.linalg.norm(seen["landmarks"] - clip.truth["landmarks"], axis=-1).mean(1) / eyes
    assert 0.01 < error.mean() < 0.03
    assert (seen["identity"][40:] == 0).all() and np.array_equal(
        seen["identity"][:40], clip.truth["identity"][:40]
    )
    same = studio.imperfect_tracking(
        clip.truth, pose=2.0, landmarks=0.02, expression=0.05, identity=0.5, seed=1
    )
    assert np.array_equal(same["pose"], seen["pose"])


def test_dances_are_smooth_and_feet_do_not_slide(actor):
    assert len(studio.MOVES) >= 8
    p = studio.dance(20, seed=4, actor=actor, moves=list(studio.MOVES))
    model = body.BodyModel(actor)
    G, P = model.skeleton(p.joints, p.root)
    ankles = P[:, [model.at["foot.L"], model.at["foot.R"]]] + p.translation[:, None]
    floor = ankles[..., 1].amin()
    speed = (ankles[1:, :, [0, 2]] - ankles[:-1, :, [0, 2]]).norm(
        dim=-1
    ) * 25  # metres a second along the floor
    standing = (ankles[1:, :, 1] < floor + 0.004) & (ankles[:-1, :, 1] < floor + 0.004)
    assert standing.float().mean() > 0.5 and speed[standing].max() < 0.03
    assert (ankles[..., 1] - floor).max() > 0.04  # and they do step
    v = (P[1:] - P[:-1]) * 25
    assert (v[1:] - v[:-1]).norm(dim=-1).mul(25).quantile(0.99) < 60  # m/s^2: no jumps at the joins
    again = studio.dance(20, seed=4, actor=actor, moves=list(studio.MOVES))
    assert torch.equal(again.joints, p.joints)
    other = studio.dance(20, seed=5, actor=actor)
    assert not torch.equal(other.joints, p.joints)


def test_bodies_and_gestures_film_with_keypoints(actor):
    c = studio.film(actor, studio.gesture("Well, here we are.", actor=actor), size=64)
    k = c.truth["keypoints"]
    assert k.shape == (len(c), 17, 3) and k[:, :, 2].mean() > 0.9
    assert (k[:, 0, 1] < k[:, 11, 1]).all() and (
        k[:, 11, 1] < k[:, 15, 1]
    ).all()  # nose above hips above ankles
    assert (
        k[:, 5, 0] > k[:, 6, 0]
    ).all() and c.sound is not None  # the left shoulder is on the picture's right
    step = np.abs(np.diff(k[:, 9:11, :2], axis=0)).max()
    assert 0.2 < step < 12
    turned = studio.film(actor, studio.body_still((0, 3.0, 0), actor=actor), size=64).truth[
        "keypoints"
    ][0]
    assert turned[5, 0] < turned[6, 0]


def test_performances_cut_and_resample():
    p = studio.perform("One two three four five.", seed=2)
    q = p[10:30]
    assert (
        len(q) == 20
        and len(q.sound) == round(20 / 25 * 16000)
        and all(0 <= a < b <= 0.8 + 1e-6 for _, a, b in q.phonemes)
    )
    assert abs(len(p.resample(50)) - 2 * len(p)) <= 1


def test_faces_are_found_by_a_published_detector(shared):
    import cv2

    weights = sorted((shared / "weights").rglob("*yunet*.onnx"))
    if not weights:
        pytest.skip("no YuNet weights in ../shared/media/weights")
    d = cv2.FaceDetectorYN.create(str(weights[0]), "", (256, 256), score_threshold=0.7)
    found = []
    for i in range(24):
        frame = studio.film(
            studio.cast(i),
            studio.still(rotation=(0, 0.2 * (i % 3 - 1), 0)),
            size=256,
            background=studio.BACKGROUNDS[i % 7],
        ).frames[0]
        found.append(d.detect(np.ascontiguousarray(frame[..., ::-1]))[1] is not None)
    assert np.mean(found) >= 0.95


def test_command_line(tmp_path, capsys):
    out = tmp_path / "hello.mp4"
    command = ["film", "--say", "Hello", "--actor", "3", "--size", "64", "--out", str(out)]
    run = [sys.executable, "-m", "course_lib.studio"]
    done = subprocess.run([*run, *command], capture_output=True, text=True)
    assert done.returncode == 0 and out.exists(), done.stderr
    assert command_line(["verify", str(out)]) == 0
    assert "made by a machine" in capsys.readouterr().out
    assert command_line(command) == 2
    error = capsys.readouterr().err
    assert error.startswith("error:") and "overwrite" in error and "Traceback" not in error
    assert command_line(["film", "--out", str(tmp_path / "x.mp4")]) == 2
