"""The rooms' order: import-linter finds every arrow that runs back, hidden ones too."""

import ast
import os
import shutil
import subprocess
import sys

import pytest
from support import ROOT

LINT = (
    "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True))"
)
FREE = ("check.py",)  # the report on the environment imports each part where it is tried


def lint(folder):
    """-> (exit code, what import-linter says) for the course_lib of a folder."""
    env = dict(os.environ, PYTHONPATH=str(folder))
    done = subprocess.run(
        [sys.executable, "-c", LINT], cwd=folder, env=env, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path):
    """The library's modules and the contract, without data."""
    only_code = shutil.ignore_patterns("*.npz", "*.safetensors", "*.js", "__pycache__")
    shutil.copytree(ROOT / "course_lib", tmp_path / "course_lib", ignore=only_code)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_layers_hold(copy):
    code, said = lint(copy)
    assert code == 0 and "1 kept, 0 broken" in said, said


@pytest.mark.parametrize(
    "room,arrow,target",
    [
        ("judge/metrics.py", "from ..play import base", "play"),
        ("studio/stage.py", "def hidden():\n    from .. import show\n    return show", "show"),
        ("train/loop.py", "def hidden():\n    import course_lib.media.clip", "media"),
        ("human/__init__.py", "from .. import train", "train"),
    ],
    ids=["plain", "inside a function", "by its full name", "between leaves"],
)
def test_a_planted_back_arrow_is_found(copy, room, arrow, target):
    with (copy / "course_lib" / room).open("a", encoding="utf-8") as module:
        module.write(f"\n\n{arrow}\n")
    code, said = lint(copy)
    origin = f"course_lib.{room.split('/')[0]}"
    assert code != 0 and "BROKEN" in said and origin in said and f"course_lib.{target}" in said


def house_imports(tree):
    """The lines inside functions that import from the house."""
    for function in ast.walk(tree):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.ImportFrom):
                house = node.level > 0 or (node.module or "").split(".")[0] == "course_lib"
            else:
                house = isinstance(node, ast.Import) and any(
                    a.name.split(".")[0] == "course_lib" for a in node.names
                )
            if house:
                yield node.lineno


def test_a_hidden_import_is_seen():
    hidden = "import os\nfrom . import a\ndef f():\n    import numpy\n    from ..b import c\n"
    assert list(house_imports(ast.parse(hidden))) == [5]
    assert list(house_imports(ast.parse("def f():\n    import course_lib.media"))) == [2]


def test_no_arrow_hides_in_a_function():
    found = {}
    for path in sorted((ROOT / "course_lib").rglob("*.py")):
        name = path.relative_to(ROOT / "course_lib").as_posix()
        lines = sorted(set(house_imports(ast.parse(path.read_text(encoding="utf-8")))))
        if lines and name not in FREE:
            found[name] = lines
    assert not found, f"import these at the top of the module: {found}"
