"""A class: release the lessons, hand in a right, a wrong and an empty copy of one, grade them all."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "data_scripts"))
from release import ENV, release  # noqa: E402


def test_student_copies_hold_no_solution(tmp_path):
    written = release(tmp_path)
    assert len(written) == len(list((ROOT / "notebooks").glob("*/*.ipynb")))
    for path in written:
        text = path.read_text()
        assert (
            "BEGIN SOLUTION" not in text
            and "Solution</summary>" not in text
            and "raise NotImplementedError" in text
        )
        master = json.loads((ROOT / "notebooks" / path.parent.name / path.name).read_text())
        for cell in master["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution"):
                body = (
                    "".join(cell["source"])
                    .split("### BEGIN SOLUTION")[1]
                    .split("### END SOLUTION")[0]
                    .strip()
                    .splitlines()
                )
                assert not all(
                    json.dumps(line.strip())[1:-1] in text for line in body
                )  # single lines may be taught elsewhere


@pytest.mark.parametrize("lesson", ["02_faces_in_3d"])
def test_autograde(tmp_path, lesson):
    """Only the exercises are graded: the long cells before them are cut to what they need."""
    master = json.loads((ROOT / "notebooks" / lesson / f"{lesson}.ipynb").read_text())
    keep = []
    for c in master["cells"]:
        text = "".join(c["source"])
        graded = "nbgrader" in c["metadata"]
        if (
            graded
            or c["cell_type"] == "code"
            and (
                text.startswith(("#| export", "def cross2"))
                or text.startswith(("import os", "show.plot"))
            )
        ):
            keep.append(dict(c, outputs=[], execution_count=None))
    source = tmp_path / "source" / lesson
    source.mkdir(parents=True)
    (source / f"{lesson}.ipynb").write_text(json.dumps(dict(master, cells=keep)))
    base = [sys.executable, "-m", "nbgrader"]
    options = [
        f"--CourseDirectory.root={tmp_path}",
        f"--CourseDirectory.db_url=sqlite:///{tmp_path}/gradebook.db",
        "--ExecutePreprocessor.timeout=120",
    ]
    run = lambda *a: subprocess.run(
        [*base, *a, *options], cwd=tmp_path, capture_output=True, text=True, env=ENV
    )
    done = run("generate_assignment", lesson)
    assert done.returncode == 0, done.stderr[-1500:]
    stub = json.loads((tmp_path / "release" / lesson / f"{lesson}.ipynb").read_text())
    solutions = {
        c["metadata"]["nbgrader"]["grade_id"]: c["source"]
        for c in keep
        if c["metadata"].get("nbgrader", {}).get("solution")
    }
    wrong = {g: "".join(s).split("\n")[0] + "\n    return None" for g, s in solutions.items()}
    for student, answers in (("ada", solutions), ("bob", wrong), ("cyd", {})):
        copy = json.loads(json.dumps(stub))
        for c in copy["cells"]:
            g = c["metadata"].get("nbgrader", {}).get("grade_id")
            if g in answers:
                c["source"] = answers[g]
        folder = tmp_path / "submitted" / student / lesson
        folder.mkdir(parents=True)
        (folder / f"{lesson}.ipynb").write_text(json.dumps(copy))
    done = run("autograde", lesson)
    assert done.returncode == 0, done.stderr[-2000:]
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as book:
        score = {s.student.id: (s.score, s.max_score) for s in book.assignment_submissions(lesson)}
    assert score == {"ada": (10.0, 10.0), "bob": (0.0, 10.0), "cyd": (0.0, 10.0)}
    shutil.rmtree(tmp_path / "autograded")
