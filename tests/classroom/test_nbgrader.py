"""A class: release the lessons, hand in a right, a wrong and an empty copy, grade them all."""

import json
import re
import subprocess
import sys
from collections import Counter

import pytest
from release import ENV, is_folded_solution, release
from support import ROOT, cells, notebooks

LESSON = "02_faces_in_3d"
SITTING = "02b_a_renderer_with_gradients"


def nbgrader(cell):
    return cell["metadata"].get("nbgrader", {})


def lines_of(texts):
    return Counter(line.strip() for text in texts for line in text.splitlines() if line.strip())


def leaks(master, released):
    """Solution lines that a released copy holds more often than the lesson without its solutions.

    master, released: lists of cells. A line may well be taught elsewhere: there it stands in both.
    """
    region = re.compile(r"### BEGIN SOLUTION(.*?)### END SOLUTION", re.S)
    texts = ["".join(c["source"]) for c in master if not is_folded_solution(c)]
    solutions = lines_of(part for text in texts for part in region.findall(text))
    allowed = lines_of(region.sub("", text) for text in texts)
    given = lines_of("".join(c["source"]) for c in released)
    return [line for line in solutions if given[line] > allowed[line]]


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    return release(tmp_path_factory.mktemp("release"))


def test_student_copies_hold_no_solution(released):
    masters = {p.name: p for p in notebooks()}
    assert sorted(p.name for p in released) == sorted(masters)
    for path in released:
        copy = cells(path)
        text = "".join("".join(c["source"]) for c in copy)
        assert "BEGIN SOLUTION" not in text and "Solution</summary>" not in text
        stubs = ["".join(c["source"]) for c in copy if nbgrader(c).get("solution")]
        assert stubs and all("raise NotImplementedError()" in s for s in stubs)
        assert leaks(cells(masters[path.name]), copy) == []


@pytest.mark.parametrize("path", notebooks(), ids=lambda p: p.stem)
def test_one_line_of_a_solution_is_a_leak(path):
    master = cells(path)
    bare = [c for c in master if not nbgrader(c).get("solution") and not is_folded_solution(c)]
    assert leaks(master, bare) == []
    for cell in (c for c in master if nbgrader(c).get("solution")):
        body = "".join(cell["source"]).split("### BEGIN SOLUTION\n")[1]
        line = body.split("### END SOLUTION")[0].rstrip().splitlines()[-1]
        stub = dict(cell, source=["def f():\n", line + "\n"])
        assert leaks(master, [*bare, stub]) == [line.strip()]


def test_a_release_is_not_overwritten_unasked(tmp_path):
    (tmp_path / LESSON).mkdir()
    (tmp_path / LESSON / "notes.txt").write_text("the teacher's", encoding="utf-8")
    with pytest.raises(FileExistsError, match=f"holds {LESSON} already: give --overwrite"):
        release(tmp_path, [LESSON])
    assert (tmp_path / LESSON / "notes.txt").is_file()
    with pytest.raises(ValueError, match="there is no lesson '77'; the lessons are 00_start_here"):
        release(tmp_path, ["77"])
    command = [sys.executable, str(ROOT / "data_scripts" / "release.py"), "--out", str(tmp_path)]
    said = subprocess.run([*command, LESSON], capture_output=True, text=True)
    assert said.returncode == 1 and said.stderr.startswith(f"{tmp_path} holds {LESSON} already")
    paths = release(tmp_path, [LESSON], overwrite=True)
    assert len(paths) == 3 and all(p.is_file() for p in paths)  # its sittings
    assert not (tmp_path / LESSON / "notes.txt").exists()


def graded_part():
    """A sitting of lesson 02 cut to what its checks need -> its JSON."""
    master = json.loads((ROOT / "notebooks" / LESSON / f"{SITTING}.ipynb").read_text("utf-8"))
    needed = ("#| export", "import os")
    keep = [
        dict(c, outputs=[], execution_count=None)
        for c in master["cells"]
        if c["cell_type"] == "code"
        and (nbgrader(c) or "".join(c["source"]).startswith(needed) or is_settling(c))
    ]
    return dict(master, cells=keep)


def is_settling(cell):
    return "check.settle(" in "".join(cell["source"])


def hand_in(folder, stub, answers):
    copy = json.loads(json.dumps(stub))
    for cell in copy["cells"]:
        cell["source"] = answers.get(nbgrader(cell).get("grade_id"), cell["source"])
    folder.mkdir(parents=True)
    (folder / f"{SITTING}.ipynb").write_text(json.dumps(copy), encoding="utf-8")


def test_autograde(tmp_path):
    """Right answers get all points, wrong ones and none get no point."""
    lesson = graded_part()
    source = tmp_path / "source" / LESSON
    source.mkdir(parents=True)
    (source / f"{SITTING}.ipynb").write_text(json.dumps(lesson), encoding="utf-8")

    def run(step):
        command = [sys.executable, "-m", "nbgrader", step, LESSON]
        options = [
            f"--CourseDirectory.root={tmp_path}",
            f"--CourseDirectory.db_url=sqlite:///{tmp_path}/gradebook.db",
            "--ExecutePreprocessor.timeout=120",
        ]
        done = subprocess.run(
            command + options, cwd=tmp_path, capture_output=True, text=True, env=ENV
        )
        assert done.returncode == 0, done.stderr[-2000:]

    run("generate_assignment")
    stub_path = tmp_path / "release" / LESSON / f"{SITTING}.ipynb"
    stub = json.loads(stub_path.read_text(encoding="utf-8"))
    graded = [c for c in lesson["cells"] if nbgrader(c).get("solution")]
    right = {nbgrader(c)["grade_id"]: c["source"] for c in graded}
    head = {g: re.search(r"^def .*$", "".join(s), re.M)[0] for g, s in right.items()}
    wrong = {g: f"{first}\n    return None" for g, first in head.items()}
    for student, answers in (("ada", right), ("bob", wrong), ("cyd", {})):
        hand_in(tmp_path / "submitted" / student / LESSON, stub, answers)
    run("autograde")
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as book:
        score = {s.student.id: (s.score, s.max_score) for s in book.assignment_submissions(LESSON)}
    assert score == {"ada": (8.0, 8.0), "bob": (0.0, 8.0), "cyd": (0.0, 8.0)}
