"""Student copies of all lessons for a class, solutions removed, by nbgrader.

    python data_scripts/release.py [--out release] [--overwrite] [02_faces_in_3d ...]

The source directory is notebooks/; what students get is written to release/<lesson>/.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# nbgrader calls alembic by its bare name
PROGRAMS = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
ENV = dict(os.environ, PATH=PROGRAMS)


def release(out, lessons=(), overwrite=False):
    """Generate the student version of each lesson -> list of written notebooks.

    Raises FileExistsError, before anything is written, if a lesson is there and `overwrite` is not
    given; ValueError for a lesson that does not exist.
    """
    out = Path(out)
    folders = {p.name: p for p in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*"))}
    for name in lessons:
        if name not in folders:
            raise ValueError(f"there is no lesson {name!r}; the lessons are {', '.join(folders)}.")
    chosen = list(lessons) or list(folders)
    there = [name for name in chosen if (out / name).exists()]
    if there and not overwrite:
        raise FileExistsError(
            f"{out} holds {', '.join(there)} already: give --overwrite (make release OVERWRITE=1) "
            "to replace them, or another folder with --out."
        )
    written = []
    with tempfile.TemporaryDirectory() as course:
        nbgrader = _nbgrader(Path(course))
        for name in chosen:
            made = _generate(nbgrader, folders[name], Path(course))
            if (out / name).exists():
                shutil.rmtree(out / name)
            shutil.copytree(made, out / name)
            for notebook in sorted((out / name).glob("*.ipynb")):
                text = notebook.read_text(encoding="utf-8")
                notebook.write_text(hide_solutions(text), encoding="utf-8")
                written.append(notebook)
    return written


def _nbgrader(course):
    """nbgrader at work in the folder `course`, once for all lessons: it starts slowly."""
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    os.environ["PATH"] = PROGRAMS
    config = Config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.db_url = f"sqlite:///{course}/gradebook.db"
    return NbGraderAPI(CourseDirectory(config=config), config=config)


def _generate(nbgrader, folder, course):
    """nbgrader's release of one lesson in the course folder -> where it lies."""
    ignored = shutil.ignore_patterns(".ipynb_checkpoints")
    shutil.copytree(folder, course / "source" / folder.name, ignore=ignored)
    done = nbgrader.generate_assignment(folder.name)
    if not done["success"]:
        reason = done.get("error") or done.get("log") or "no reason given"
        sys.exit(f"nbgrader could not release {folder.name}:\n{reason[-1500:]}")
    return course / "release" / folder.name


def hide_solutions(text):
    """Drop the folded solutions in Markdown too: nbgrader only knows code."""
    nb = json.loads(text)
    nb["cells"] = [c for c in nb["cells"] if not is_folded_solution(c)]
    return json.dumps(nb, indent=1, ensure_ascii=False) + "\n"


def is_folded_solution(cell):
    start = r"\s*<details><summary>Solution"
    return cell["cell_type"] == "markdown" and re.match(start, "".join(cell["source"])) is not None


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "release")
    parser.add_argument("--overwrite", action="store_true")
    parser.add_argument("lesson", nargs="*")
    args = parser.parse_args()
    try:
        for path in release(args.out, args.lesson, args.overwrite):
            print(path)
    except (FileExistsError, ValueError) as error:
        sys.exit(str(error))
