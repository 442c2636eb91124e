"""The house is in order: environments in step, library as exported, notebooks run and small."""

import os
import re
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from support import ROOT, SECOND_EDITION, cells, notebooks, records, source

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize("path", ["environment.yml", "binder/environment.yml"])
def test_conda_environments_list_what_pyproject_lists(path):
    listed = {
        line.strip()[2:]
        for line in (ROOT / path).read_text().splitlines()
        if line.startswith("      - ")
    }
    assert listed - {"-e ."} == set(PROJECT["dependencies"])


def test_lock_satisfies_every_range():
    locked = {}
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if m := re.match(r"([A-Za-z0-9_.\-]+)==([^ ;]+)", line):
            locked.setdefault(m[1].lower().replace("_", "-"), []).append(m[2])
    everything = PROJECT["dependencies"] + [
        d for extra in PROJECT["optional-dependencies"].values() for d in extra
    ]
    for text in everything:
        r = Requirement(text)
        versions = locked.get(r.name.lower().replace("_", "-"))
        assert versions, f"{r.name} is not in requirements.lock: run `make lock`"
        assert all(r.specifier.contains(v) for v in versions), (
            f"{r.name} {versions} is outside {r.specifier}"
        )


@pytest.mark.parametrize("notebook", notebooks(), ids=lambda p: p.stem)
def test_taught_modules_are_what_the_lesson_exports(notebook, tmp_path):
    from notebooks import export

    for made in export(notebook, tmp_path):
        kept = ROOT / "course_lib" / "taught" / made.relative_to(tmp_path)
        assert kept.read_text() == made.read_text(), (
            f"{kept.name} differs from {notebook.name}: run `make sync`"
        )


@pytest.mark.parametrize("notebook", notebooks(), ids=lambda p: p.stem)
def test_committed_notebooks_were_run_top_to_bottom(notebook):
    code = [c for c in cells(notebook) if c["cell_type"] == "code" and "".join(c["source"]).strip()]
    counts = [c["execution_count"] for c in code]
    assert counts == list(range(1, len(code) + 1)), (
        f"{notebook.name} was not run top to bottom: run `make notebooks`"
    )
    errors = [
        o
        for c in code
        for o in c["outputs"]
        if o["output_type"] == "error" or o.get("name") == "stderr"
    ]
    assert not errors, f"{notebook.name} holds an error or a warning: {errors[0]}"
    assert notebook.stat().st_size <= 1_000_000, f"{notebook.name} is over 1 MB"
    assert max(len("".join(c["source"]).splitlines()) for c in code) <= 40, (
        f"{notebook.name} has a cell over 40 lines"
    )
    assert all("id" in c for c in cells(notebook))


EACH_SITTING = (
    "# ",
    "Time and memory",
    "## Play",
    "## The idea",
    "## The footage",
    "## Build it",
    "## Watch and measure",
    "## Break it",
)
EACH_LESSON = ("## Your own footage", "## Fidelity", "## What came next")


def prose(notebook):
    return "\n".join(source(c) for c in cells(notebook) if c["cell_type"] == "markdown")


@pytest.mark.parametrize("notebook", notebooks(), ids=lambda p: p.stem)
def test_lessons_have_the_parts_of_a_lesson(notebook):
    text = prose(notebook)
    last = "## Find out" if notebook.parent.name in SECOND_EDITION else "Exercise 3"
    for part in (*EACH_SITTING, last):
        assert part in text, f"{notebook.name} lacks {part!r}"
    whole = "\n".join(prose(n) for n in notebooks() if n.parent == notebook.parent)
    for part in EACH_LESSON:
        assert part in whole, f"lesson {notebook.parent.name} lacks {part!r}"
    assert not re.search(r"@@|@[A-Z_]{3,}@", text), "a measured figure was not filled in"
    assert [r["lesson"] for r in records(notebook)] == [notebook.stem]


def test_package_data_and_tree_stay_small():
    data = sum(
        p.stat().st_size
        for p in (ROOT / "course_lib").rglob("*")
        if p.suffix in (".npz", ".safetensors", ".json", ".js")
    )
    assert data <= 40e6
    assert (ROOT / "course_lib/human/human.npz").stat().st_size <= 8e6
    long = {
        p.name: n
        for p in (ROOT / "course_lib").rglob("*.py")
        if "taught" not in p.parts and (n := len(p.read_text().splitlines())) > 400
    }
    assert not long, f"modules over 400 lines: {long}"


def test_readme_names_every_lesson_and_both_commands():
    text = (ROOT / "README.md").read_text()
    assert "make lab" in text and "make test" in text
    for n in notebooks():
        assert f"notebooks/{n.parent.name}/{n.name}" in text


def test_environment_report_is_ok_and_gives_remedies(monkeypatch):
    from course_lib import check

    report = check.run()
    assert report.ok, str(report)
    monkeypatch.setattr(check, "LOWEST", (3, 14))
    monkeypatch.setitem(check.PARTS, "codecs", lambda: 1 / 0)
    text = str(check.run())
    assert "install Python 3.11, 3.12 or 3.13" in text and "make lab" in text and not check.run().ok


def test_scores_table_reads_the_committed_records():
    out = subprocess.run(
        [sys.executable, "-m", "course_lib.judge.scores"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines = [line.split() for line in out.splitlines()]
    for n in notebooks():
        for record in records(n):
            for metric, value in record["metrics"].items():
                assert [n.stem, *metric.split(), f"{value:.4g}"] in [
                    x[: len(metric.split()) + 2] for x in lines
                ]


def test_the_network_is_cut_where_lessons_are_tested():
    code = """
import socket
try:
    socket.socket().connect(('192.0.2.1', 80))
except OSError as e:
    print(e)
s = socket.socket()
s.bind(('127.0.0.1', 0))
s.listen()
c = socket.create_connection(s.getsockname(), 2)
print('loopback works')
try:
    socket.getaddrinfo('example.org', 80)
except OSError as e:
    print(e)
"""
    env = dict(os.environ, PYTHONPATH=str(ROOT / "tests" / "offline"))
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True
    ).stdout
    assert (
        "a lesson tried to reach ('192.0.2.1', 80)" in out
        and "loopback works" in out
        and "looked up example.org" in out
    )
