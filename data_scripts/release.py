"""Student copies of all lessons, solutions removed, by nbgrader.

    python data_scripts/release.py [--out release]

The source directory is notebooks/; what students get is written to release/<lesson>/.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# nbgrader calls alembic by its bare name
ENV = dict(
    os.environ, PATH=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
)


def release(out, lessons=()):
    """Generate the student version of each lesson -> list of written notebooks."""
    out = Path(out)
    written = []
    with tempfile.TemporaryDirectory() as course:
        course = Path(course)
        for folder in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*")):
            if lessons and folder.name not in lessons:
                continue
            shutil.copytree(
                folder,
                course / "source" / folder.name,
                ignore=shutil.ignore_patterns(".ipynb_checkpoints"),
            )
            command = [
                sys.executable,
                "-m",
                "nbgrader",
                "generate_assignment",
                folder.name,
                "--force",
                f"--CourseDirectory.root={course}",
                f"--CourseDirectory.db_url=sqlite:///{course}/gradebook.db",
            ]
            done = subprocess.run(command, capture_output=True, text=True, cwd=course, env=ENV)
            if done.returncode:
                sys.exit(f"nbgrader could not release {folder.name}:\n{done.stderr[-1500:]}")
            target = out / folder.name
            if target.exists():
                shutil.rmtree(target)
            shutil.copytree(course / "release" / folder.name, target)
            for notebook in target.glob("*.ipynb"):
                text = notebook.read_text()
                notebook.write_text(hide_solutions(text))
                written.append(notebook)
    return written


def hide_solutions(text):
    """Drop the folded solutions in Markdown too: nbgrader only knows code."""
    import json

    nb = json.loads(text)
    nb["cells"] = [
        c
        for c in nb["cells"]
        if not (
            c["cell_type"] == "markdown"
            and re.match(r"\s*<details><summary>Solution", "".join(c["source"]))
        )
    ]
    return json.dumps(nb, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "release")
    parser.add_argument("lesson", nargs="*")
    args = parser.parse_args()
    for path in release(args.out, args.lesson):
        print(path)
