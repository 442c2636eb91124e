"""The learner's copy of every lesson goes through untouched, half solved and solved.

Every lesson is tried without its films and training: definitions, pieces in the build, exercises,
checks. Lesson 02, the quickest, is run whole in a kernel.
"""

import ast
import json

import nbformat
import pytest
import workbook
from support import notebooks

WHOLE = "02b_a_renderer_with_gradients"
DEFINES = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def nbgrader(cell):
    return cell["metadata"].get("nbgrader", {})


def exercises(notebook):
    return [nbgrader(c)["grade_id"] for c in notebook["cells"] if nbgrader(c).get("solution")]


def definitions(source):
    """The statements of a cell that define something: imports, functions, classes, CONSTANTS."""
    tree = ast.parse("".join(line for line in source.splitlines(True) if line[:1] != "%"))
    for node in tree.body:
        targets = [n for t in getattr(node, "targets", []) for n in ast.walk(t)]
        names = [n.id for n in targets if isinstance(n, ast.Name)]
        constant = isinstance(node, ast.Assign) and all(len(n) > 1 and n.isupper() for n in names)
        if constant or isinstance(node, DEFINES):
            yield ast.Module([node], [])


def go_through(notebook, scope):
    """Execute a copy without its films and training -> names of the cells that raised.

    As in Jupyter, a failing cell ends the run unless its tag says that it may raise.
    """
    raised = []
    for cell in (c for c in notebook["cells"] if c["cell_type"] == "code"):
        source = "".join(cell["source"])
        if not nbgrader(cell) and "check.settle(" not in source:
            for node in definitions(source):
                try:
                    exec(compile(node, cell["id"], "exec"), scope)
                except NameError:  # a default value from a cell that was left out
                    continue
            continue
        try:
            exec(compile(source, cell["id"], "exec"), scope)
        except Exception:
            if "raises-exception" not in cell["metadata"].get("tags", []):
                raise
            raised.append(nbgrader(cell)["grade_id"])
    return raised


@pytest.fixture(scope="session")
def marked(tmp_path_factory):
    """What lesson 00 has filmed when its exercises begin: a clip, marked, and one altered file."""
    from course_lib import mark, media, studio

    folder = tmp_path_factory.mktemp("marked")
    clip = studio.film(studio.cast(7), studio.still(0.2), size=64)
    path = media.write(folder / "hello.mp4", clip)
    data = bytearray(path.read_bytes())
    data[data.index(b"mdat") + 200] ^= 1
    (folder / "altered.mp4").write_bytes(data)
    assert mark.verify(folder / "altered.mp4").state == "broken"
    return dict(folder=folder, clip=clip)


@pytest.fixture
def scope(marked, monkeypatch):
    from course_lib.judge import check

    monkeypatch.setattr(check, "_passed", {})
    monkeypatch.delenv("COURSE_MASTER", raising=False)
    return {"__name__": "lesson", "display": lambda *_: None, **marked}


def settled(scope, notebook):
    """name -> whether the copy goes on with the learner's own, for each piece in the build."""
    sources = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    names = [s.split(" = ")[0] for s in sources if "check.settle(" in s]
    return {name: scope[name].__module__ == "lesson" for name in names}


@pytest.mark.parametrize("path", notebooks(), ids=lambda p: p.stem)
@pytest.mark.parametrize("state", ["untouched", "half solved", "solved"])
def test_a_copy_goes_through(path, state, scope, monkeypatch, capsys):
    master = json.loads(path.read_text(encoding="utf-8"))
    all_of_them = exercises(master)
    solved = {"untouched": [], "half solved": all_of_them[::2], "solved": all_of_them}[state]
    if state == "solved":
        monkeypatch.setenv("COURSE_MASTER", "1")  # settle refuses the course's version
    copy = workbook.learners(master, solved)
    raised = go_through(copy, scope)
    assert raised == [f"check_{name}" for name in all_of_them if name not in solved]
    said = capsys.readouterr().out
    for name in solved:
        assert f"OK: {name}\n" in said
    assert all(own == (name in solved) for name, own in settled(scope, copy).items())


@pytest.mark.parametrize(
    "wrong", ["", "def covered_mask(tri, size):\n    return None", "def covered_mask(:", "1 / 0"]
)
def test_any_wrong_piece_lets_the_lesson_go_on(wrong, scope):
    """Emptied, wrong, no Python, or failing at once: the course's version stands in."""
    path = next(p for p in notebooks() if p.stem == WHOLE)
    copy = workbook.learners(json.loads(path.read_text(encoding="utf-8")))
    piece = next(c for c in copy["cells"] if nbgrader(c).get("grade_id") == "covered_mask")
    piece["source"] = wrong
    assert "check_covered_mask" in go_through(copy, scope)
    assert settled(scope, copy)["covered_mask"] is False


@pytest.mark.parametrize("state", ["untouched", "half solved"])
def test_a_whole_lesson_runs_from_top_to_bottom(state, tmp_path, monkeypatch):
    """Solved it is the master, which nbval runs."""
    from nbclient import NotebookClient

    path = next(p for p in notebooks() if p.stem == WHOLE)
    all_of_them = exercises(json.loads(path.read_text(encoding="utf-8")))
    solved = {"untouched": [], "half solved": all_of_them[::2]}[state]
    workbook.make(tmp_path, solved=solved)
    notebook = nbformat.read(tmp_path / path.parent.name / path.name, 4)
    monkeypatch.setenv("COURSE_SCALE", "cpu")
    monkeypatch.delenv("COURSE_MASTER", raising=False)
    where = {"metadata": {"path": str(tmp_path / path.parent.name)}}
    NotebookClient(notebook, timeout=180, kernel_name="python3", resources=where).execute()
    failed = [c for c in notebook.cells for o in c.get("outputs", []) if o.output_type == "error"]
    wanted = [f"check_{name}" for name in all_of_them if name not in solved]
    assert [nbgrader(c)["grade_id"] for c in failed] == wanted
    said = str([c.get("outputs", []) for c in notebook.cells if "check.settle(" in c.source])
    assert "the course's version" in said and ("yours passed its check" in said) == bool(solved)
