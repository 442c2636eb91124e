"""`make seeds` on a toy lesson: its runs, their table, what it calls thin, failing or broken."""

import json

import nbformat
import pytest
import seeds

from course_lib.judge.records import KIND

# a cell that leaves a scoreboard's record, without the seconds that the library takes to load
SCORED = """
import os
from IPython.display import display
seed, threads = int(os.environ["COURSE_SEED"]), int(os.environ["OMP_NUM_THREADS"])
record = dict(kind="synthetic-media-course/score", lesson="90_toy",
              metrics=dict(steady=1.0, moved=0.9 + 0.01 * seed + 0.001 * threads),
              floors=dict(steady=[">=", 0.9], moved=[">=", {floor}]))
display({{"application/json": record}}, raw=True)
assert os.environ["COURSE_FLOORS"] == "0"
"""


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """Write a lesson of one cell; `seeds` finds no other."""
    path = tmp_path / "90_toy.ipynb"
    monkeypatch.setattr(seeds, "lessons", lambda only: [path] if only == ["90"] else [])

    def write(code):
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)]), path)
        return path

    return write


def test_runs_have_their_seed_and_threads_and_write_nothing(toy, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(seeds, "SEEDS", (0, 2))  # a kernel takes seconds to start
    path = toy(
        SCORED.format(floor=0.915)
    )  # above seeds 0 and 1: fails, and is recorded all the same
    before = path.read_bytes()
    assert seeds.main("90", tmp_path / "table.json") == 1
    steady, moved = json.loads((tmp_path / "table.json").read_text())
    assert moved["values"] == pytest.approx([0.901, 0.921, 0.902, 0.922])
    assert moved["spread"] == pytest.approx(0.01156, abs=1e-4) and moved["verdict"] == "FAILS"
    assert steady["verdict"] == "ok" and steady["floor"] == [">=", 0.9]
    out = capsys.readouterr().out
    assert ">= 0.915" in out and "FAILS" in out and path.read_bytes() == before


def test_a_run_that_stops_is_named(toy, capsys, monkeypatch):
    monkeypatch.setattr(seeds, "SEEDS", (1, 2))
    monkeypatch.setattr(seeds, "THREADS", (1,))
    toy("import os\nassert os.environ['COURSE_SEED'] != '2', 'no luck'\n" + SCORED.format(floor=0))
    assert seeds.main("90") == 1
    out = capsys.readouterr().out
    assert "seed 2, threads 1: AssertionError: no luck" in out and "same scores" in out
    assert seeds.main("77") == 2 and "no lesson begins with '77'" in capsys.readouterr().out


@pytest.mark.parametrize(
    "sense,bound,verdict",
    [
        (">=", 0.7, "ok"),
        (">=", 0.79, "THIN"),
        (">=", 0.8, "FAILS"),
        ("<=", 0.9, "ok"),
        ("<=", 0.83, "THIN"),
    ],
)
def test_margin_is_counted_in_spreads(sense, bound, verdict):
    values = [0.79, 0.80, 0.81, 0.80, 0.82, 0.82]  # mean .8067, standard deviation .0121
    assert seeds.judged(values, sense, bound) == verdict
    assert seeds.margin([1.0] * 6, ">=", 0.5) == float("inf")
    assert seeds.margin([0.5, 1.5], ">=", 0.0) == pytest.approx(2**0.5)


def test_a_failing_floor_is_recorded_when_floors_are_off(monkeypatch):
    from course_lib import judge

    floors = dict(good=(">=", 0.9), bad=("<=", 1))
    with pytest.raises(AssertionError, match="good is 0.5 but must be >= 0.9"):
        judge.scoreboard("90_toy", dict(good=0.5, bad=2.0), floors=floors)
    monkeypatch.setenv("COURSE_FLOORS", "0")
    record = judge.scoreboard("90_toy", dict(good=0.5, bad=2.0), floors=floors).record
    assert record["floors"] == dict(good=[">=", 0.9], bad=["<=", 1.0])
    assert record["kind"] == KIND and record["metrics"] == dict(good=0.5, bad=2.0)
