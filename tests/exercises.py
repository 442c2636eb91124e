"""A lesson's exercises outside its notebook: definitions, solutions, checks, planted answers.

Planted answers stand in tests/lessons/NN_name/wrong/<exercise>.py, several in one file. Each is a
whole definition after a comment:

    # refused: WORDS      the check must refuse it, with a sentence that the regex WORDS finds
    # accepted: REASON    another right answer, which the check must let pass
"""

import ast
import contextlib
import io
import re
from functools import cache
from typing import NamedTuple

from support import ROOT, cells, notebooks, source

HEADER = re.compile(r"^# (refused|accepted): (.+)$", re.MULTILINE)


class Answer(NamedTuple):
    """A planted answer: code, whether it is right, and the check's words (or the reason)."""

    code: str
    right: bool
    words: str


def grade_id(cell, kind):
    """The name of the exercise whose `solution` or `grade` (the check) the cell is, or None."""
    mark = cell["metadata"].get("nbgrader", {})
    return mark["grade_id"] if mark.get(kind) else None


def answers(lesson, exercise):
    """The planted answers of an exercise, in the file's order."""
    path = ROOT / "tests" / "lessons" / lesson / "wrong" / f"{exercise}.py"
    if not path.exists():
        return []
    _, *parts = HEADER.split(path.read_text(encoding="utf-8"))
    return [Answer(code, kind == "accepted", words) for kind, words, code in _threes(parts)]


def _threes(parts):
    return zip(parts[::3], parts[1::3], parts[2::3])


def exercises():
    """(lesson, exercise) of the whole course."""
    found = []
    for path in notebooks():
        names = [grade_id(c, "solution") for c in cells(path)]
        found += [(path.parent.name, name) for name in names if name]
    return found


def needed(node):
    """Whether a check may need this statement: an import, a definition, a constant in capitals."""
    if isinstance(node, ast.Assign):
        names = [n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)]
        return all(n.isupper() and len(n) > 1 for n in names)
    return isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef))


class Lesson:
    """A lesson's imports and definitions in `scope`, without running anything else."""

    def __init__(self, name):
        folder = ROOT / "notebooks" / name
        everything = [c for path in sorted(folder.glob("*.ipynb")) for c in cells(path)]
        self.cells = [c for c in everything if c["cell_type"] == "code"]
        self.scope = {"__name__": "lesson", "display": lambda *_: None}
        for c in self.cells:
            # a piece of the build that the reader writes is exported: others call it
            if "nbgrader" not in c["metadata"] or source(c).startswith("#| export"):
                self.define(c, name)

    def define(self, cell, name):
        tree = ast.parse("".join(line for line in cell["source"] if not line.startswith("%")))
        for node in filter(needed, tree.body):
            # a default value may come from a cell that was not run: no check needs that function
            with contextlib.suppress(NameError):
                exec(compile(ast.Module([node], []), name, "exec"), self.scope)

    def solution(self, exercise):
        return next(source(c) for c in self.cells if grade_id(c, "solution") == exercise)

    def check(self, exercise):
        return next(source(c) for c in self.cells if grade_id(c, "grade") == f"check_{exercise}")

    def answer(self, code, exercise):
        """Define an answer -> the function, which now stands in the lesson under its own name."""
        self.scope.pop(exercise, None)
        exec(compile(code, f"answer to {exercise}", "exec"), self.scope)
        return self.scope[exercise]

    def verdict(self, exercise):
        """Run the check on the answer that stands -> what it prints; raises what that raises."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(self.check(exercise), f"check of {exercise}", "exec"), self.scope)
        return out.getvalue()


@cache
def lesson(name):
    """A lesson built once."""
    return Lesson(name)
