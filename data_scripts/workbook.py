"""The learner's copies of all lessons: solutions become stubs, outputs are cleared.

python data_scripts/workbook.py [--out workbook] [--fresh 09]

A lesson that is already there is left alone; --fresh makes one again and keeps the old folder as a
backup. Each cell comes out as nbgrader's own release has it; nbgrader itself takes a minute.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")  # nbgrader's, word for word
SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n(?:.*\n)*?[ \t]*### END SOLUTION[ \t]*$", re.M)


def strip(source):
    """A cell's text with its solution regions replaced by the stub, at the regions' indent.

    Raises ValueError where a mark has no partner, rather than hand out the solution.
    """
    bare = SOLUTION.sub(lambda m: "\n".join(m[1] + line for line in STUB), source)
    if left := re.search(r"### (BEGIN|END) SOLUTION", bare):
        raise ValueError(
            f"a cell holds {left[0]!r} without its partner: write ### BEGIN SOLUTION and "
            "### END SOLUTION on two lines of their own."
        )
    return bare


def learners(notebook, solved=()):
    """A master notebook (dict of its JSON) -> the learner's copy, as a new dict.

    Code cells lose their outputs; locked cells become read-only. Exercises whose grade_id is in
    `solved` keep their solution, as if the learner had written it.
    """
    copy = json.loads(json.dumps(notebook))
    for cell in copy["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
            cell["execution_count"] = None
        mark = cell["metadata"].get("nbgrader", {})
        if mark.get("solution") and mark["grade_id"] not in solved:
            cell["source"] = strip("".join(cell["source"])).splitlines(keepends=True)
        if mark.get("locked"):
            cell["metadata"] |= {"deletable": False, "editable": False}
    return copy


def make(folder, fresh=(), masters=ROOT / "notebooks", solved=()):
    """Write the learner's copies into `folder` -> the lesson folders written now.

    What stands beside a notebook (figures, clips) is copied too. Lessons that are there already
    stay as they are. Those that `fresh` names by number or name are made again, and the old folder
    is kept beside the new one as NN_name.backup-1, -2, ...
    """
    folder = Path(folder)
    lessons = sorted(p for p in Path(masters).glob("[0-9][0-9]_*") if p.is_dir())
    for wanted in fresh:
        if not any(_named(p, wanted) for p in lessons):
            known = ", ".join(p.name[:2] for p in lessons)
            raise ValueError(f"there is no lesson {wanted!r} to renew; the lessons are {known}.")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for lesson in lessons:
        target = folder / lesson.name
        if target.exists():
            if not any(_named(lesson, wanted) for wanted in fresh):
                continue
            target.rename(_backup(target))
        written.append(_write(lesson, target, solved))
    return written


def _named(lesson, wanted):
    return wanted in (lesson.name, lesson.name[:2])


def _backup(target):
    """The first name NN_name.backup-1, -2, ... that is free."""
    number = 1
    while (name := target.with_name(f"{target.name}.backup-{number}")).exists():
        number += 1
    return name


def _write(lesson, target, solved):
    # under another name until it is whole: a half-written lesson would be left alone for ever
    part = target.with_name(target.name + ".part")
    if part.exists():
        shutil.rmtree(part)
    shutil.copytree(lesson, part, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    for path in part.glob("*.ipynb"):
        copy = learners(json.loads(path.read_text(encoding="utf-8")), solved)
        path.write_text(json.dumps(copy, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.rename(target)
    return target


def say(written, folder):
    """One line for each lesson that was written, and for each backup beside it."""
    for lesson in written:
        old = sorted(Path(folder).glob(f"{lesson.name}.backup-*"), key=lambda p: p.stat().st_ctime)
        print(f"{lesson} is ready" + (f"; your old copy is {old[-1]}" if old else ""))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "workbook")
    parser.add_argument("--fresh", nargs="+", default=(), metavar="LESSON")
    args = parser.parse_args()
    try:
        say(make(args.out, args.fresh), args.out)
    except ValueError as error:
        sys.exit(str(error))
