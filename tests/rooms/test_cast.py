"""The cast: as varied as promised, and held still: a new trait changes nobody."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from course_lib.studio import CLOTH_KINDS, HAIR_KINDS, cast, casting

# Five actors as they were cast once; written with `golden()` below. It changes only together with
# the scores of every lesson, so not by accident.
GOLDEN = Path(__file__).with_name("golden_cast.json")
FIVE = (3, 7, 20, 22, 28)


def traits(actor):
    """Everything that makes an actor, in plain rounded numbers."""
    return json.loads(
        json.dumps(
            dict(
                phenotypes=actor.phenotypes,
                identity=actor.identity.double().numpy().round(4).tolist(),
                body=actor.body.double().numpy().round(4).tolist(),
                look=actor.look,
            )
        )
    )


def golden():
    """Write the golden file anew: `python -c "import test_cast; test_cast.golden()"`, from here."""
    text = json.dumps({str(seed): traits(cast(seed)) for seed in FIVE}, indent=1)
    GOLDEN.write_text(text + "\n", encoding="utf8")


def differences(a, b, path=""):
    """Where two nested dicts of numbers, words and lists differ by more than rounding."""
    if isinstance(a, dict):
        if set(a) != set(b):
            return [f"{path}: {sorted(set(a) ^ set(b))}"]
        return [d for k in a for d in differences(a[k], b[k], f"{path}.{k}")]
    if isinstance(a, list):
        same = len(a) == len(b) and np.allclose(a, b, atol=1e-3)
    else:
        same = a == b if isinstance(a, (str, bool)) else a == pytest.approx(b, abs=1e-4)
    return [] if same else [f"{path}: {a} became {b}"]


@pytest.mark.parametrize("seed", FIVE)
def test_five_actors_stand_still(seed):
    written = json.loads(GOLDEN.read_text(encoding="utf8"))[str(seed)]
    assert not differences(written, traits(cast(seed)))


def test_the_golden_file_notices_every_trait():
    written = json.loads(GOLDEN.read_text(encoding="utf8"))["3"]
    for group in ("phenotypes", "look"):
        for name, value in written[group].items():
            moved = traits(cast(3))
            if isinstance(value, str):
                moved[group][name] = value + "?"
            elif isinstance(value, bool):
                moved[group][name] = not value
            elif isinstance(value, list):
                moved[group][name] = [value[0] + 0.01, *value[1:]]
            else:
                moved[group][name] = value + 0.001
            assert differences(written, moved), name
    moved = traits(cast(3))
    moved["identity"][79] += 0.01
    assert differences(written, moved)


def plant(monkeypatch):
    """A new trait, drawn before all the others."""
    plain = casting.draw_phenotypes

    def with_hat(draw):
        draw("hat").random(7)
        return plain(draw)

    monkeypatch.setattr(casting, "draw_phenotypes", with_hat)


def test_a_new_trait_changes_nobody(monkeypatch):
    before = [traits(cast(seed)) for seed in range(6)]
    plant(monkeypatch)
    assert [traits(cast(seed)) for seed in range(6)] == before


def test_with_one_stream_for_all_a_new_trait_would_change_everybody(monkeypatch):
    def one_stream(seed, trait):
        return streams.setdefault(seed, np.random.default_rng(seed))

    monkeypatch.setattr(casting, "stream", one_stream)
    streams = {}
    before = [traits(cast(seed)) for seed in range(6)]
    plant(monkeypatch)
    streams = {}
    assert all(differences(a, traits(cast(seed))) for seed, a in enumerate(before))


def test_each_trait_has_a_stream_of_its_own(monkeypatch):
    drawn = []
    plain = casting.stream

    def noted(seed, trait):
        drawn.append((seed, trait))
        return plain(seed, trait)

    monkeypatch.setattr(casting, "stream", noted)
    for seed in range(20):
        cast(seed)
    assert max(Counter(drawn).values()) == 1
    first = [plain(seed, trait).random() for seed, trait in drawn]
    assert len(set(first)) == len(drawn)


@pytest.fixture(scope="module")
def people():
    return [cast(seed) for seed in range(300)]


def test_the_cast_is_varied(people):
    """Bounds of four standard errors around the shares that the draws aim at."""
    women = [p for p in people if p.phenotypes["gender"] > 0.5]
    men = [p for p in people if p.phenotypes["gender"] < 0.5]
    assert 0.38 < len(women) / 300 < 0.62
    hair = Counter(p.look["hair"] for p in people)
    assert set(hair) == set(HAIR_KINDS) and min(hair.values()) >= 5 and max(hair.values()) < 130
    cloth = Counter(p.look["cloth"] for p in people)
    assert set(cloth) == set(CLOTH_KINDS) and min(cloth.values()) >= 24
    assert all(p.look["beard"] == 0 for p in women)
    assert len({p.look["beard"] for p in men}) == 5
    assert 0.1 < np.mean([p.look["beard"] >= 0.5 for p in men]) < 0.42
    melanin = np.array([p.look["melanin"] for p in people])
    assert 0.32 < melanin.mean() < 0.42 and 0.15 < melanin.std() < 0.22
    assert np.quantile(melanin, 0.05) < 0.15 and np.quantile(melanin, 0.95) > 0.62
    age = np.array([p.phenotypes["age"] for p in people])
    assert age.min() >= 0.67 and age.max() < 1
    assert 0.775 < age.mean() < 0.82 and 0.075 < age.std() < 0.11
    identity = np.stack([p.identity.numpy() for p in people])
    assert 0.7 < identity.std() < 0.85 and identity.std(0).min() > 0.6
    body = np.stack([p.body.numpy() for p in people])
    assert 0.6 < body.std() < 0.85


def test_traits_do_not_follow_one_another(people):
    """Neither within a person nor from one seed to the next."""
    names = (
        "pupil",
        "blood",
        "flush",
        "brow_strength",
        "volume",
        "parting",
        "teeth",
        "brow_height",
    )
    looks = np.array([[p.look[k] for k in names] for p in people])
    near = np.abs(np.corrcoef(looks.T)) - np.eye(len(names))
    assert near.max() < 0.25
    people_side_by_side = np.corrcoef(looks[:-1].T, looks[1:].T)[: len(names), len(names) :]
    assert np.abs(people_side_by_side).max() < 0.25


def test_the_first_forty_are_as_mixed_as_the_rest(people):
    some = people[:40]
    assert 0.35 < np.mean([p.phenotypes["gender"] > 0.5 for p in some]) < 0.65
    assert {p.look["hair"] for p in some} == set(HAIR_KINDS)
    assert {p.look["cloth"] for p in some} == set(CLOTH_KINDS)
    assert 0.77 < np.mean([p.phenotypes["age"] for p in some]) < 0.83
