"""The programs run by hand: they keep what is there and say what is wrong."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import PurePosixPath

import install
import numpy as np
import prepare_clip
import pytest
from packaging.requirements import Requirement
from support import ROOT, cells, notebooks

from course_lib import check
from course_lib.judge.records import KIND

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
IMPORTED_AS = {
    "c2pa-python": "c2pa",
    "opencv-python": "cv2",
    "pillow": "PIL",
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
}
COMMANDS = {"jupyterlab": ROOT / "data_scripts" / "lab.py"}  # run, not imported


def imported_by(source):
    """Names of the packages that a module imports."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.split(".")[0])
    return names


def without_magics(source):
    return re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.M)


def all_imports():
    names = set()
    for folder in ("course_lib", "data_scripts"):
        for path in (ROOT / folder).rglob("*.py"):
            names |= imported_by(path.read_text(encoding="utf-8"))
    for path in notebooks():
        for cell in cells(path):
            if cell["cell_type"] == "code":
                names |= imported_by(without_magics("".join(cell["source"])))
    return names


def test_every_declared_dependency_is_used():
    imported = all_imports()
    unused = []
    for text in PROJECT["dependencies"]:
        name = Requirement(text).name
        if name in COMMANDS:
            assert f'"{name}"' in COMMANDS[name].read_text(encoding="utf-8")
        elif IMPORTED_AS.get(name, name.replace("-", "_")) not in imported:
            unused.append(name)
    assert unused == [], "declared and never imported: take them out of pyproject.toml"


@pytest.fixture
def no_pip(monkeypatch):
    """Every command that the installer would run, instead of running it."""
    commands = []

    def run(command, **options):
        commands.append([str(word) for word in command])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(install.subprocess, "run", run)
    return commands


def test_install_leaves_a_folder_that_is_no_environment(tmp_path, no_pip):
    mine = tmp_path / "thesis.txt"
    mine.write_text("years of work", encoding="utf-8")
    with pytest.raises(SystemExit, match="no virtual environment: it was left as it is"):
        install.main(tmp_path)
    assert mine.read_text(encoding="utf-8") == "years of work" and no_pip == []
    with pytest.raises(SystemExit, match="is a file"):
        install.main(mine)


def test_install_makes_an_environment_in_an_empty_folder_and_again_where_one_broke(
    tmp_path, no_pip, monkeypatch
):
    made = []
    monkeypatch.setattr(install.venv, "create", lambda *a, **k: made.append((a, k)))
    install.main(tmp_path / "new")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "pyvenv.cfg").touch()
    install.main(tmp_path / "broken")
    folders = [arguments[0].name for arguments, _ in made]
    assert folders == ["new", "broken"] and made[1][1]["clear"]
    python = str(install.python_of((tmp_path / "new").resolve()))
    assert [c[0] for c in no_pip[:3]] == [python] * 3
    assert [c[c.index("--disable-pip-version-check") + 1] for c in no_pip[:3]] == [
        install.locked("torch", ROOT / "requirements.lock"),
        "--no-deps",
        "--no-deps",
    ]


def test_install_finds_the_interpreter_of_each_system(monkeypatch):
    folder = PurePosixPath(".venv")
    assert install.python_of(folder) == folder / "bin/python"
    monkeypatch.setattr(install.os, "name", "nt")
    assert install.python_of(folder) == folder / "Scripts/python.exe"


def test_install_says_what_failed(tmp_path, no_pip, monkeypatch):
    failed = subprocess.CompletedProcess([], 1)
    monkeypatch.setattr(install.subprocess, "run", lambda command, **options: failed)
    with pytest.raises(SystemExit, match="the course could not be installed"):
        install.install("python", "the course")
    monkeypatch.setattr(install.sys, "version_info", (3, 10, 1))
    with pytest.raises(SystemExit, match="use 3.11, 3.12 or 3.13"):
        install.main(tmp_path)
    (tmp_path / "lock").write_text("numpy==2.0\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="does not name torch"):
        install.locked("torch", tmp_path / "lock")


def test_prepare_clip_overwrites_only_when_asked(tmp_path, monkeypatch):
    (tmp_path / "review.jpg").write_bytes(b"looked at for an hour")
    arguments = ["me.mp4", "--out", str(tmp_path), "--consent", "this is me"]
    with pytest.raises(SystemExit, match="already holds review.jpg.*--overwrite"):
        prepare_clip.main(arguments)
    assert (tmp_path / "review.jpg").read_bytes() == b"looked at for an hour"
    crops = np.zeros((3, 8, 8, 3), np.uint8)
    found = crops, ["", "blurred", ""], np.zeros((3, 68, 2))
    monkeypatch.setattr(prepare_clip.media, "read_video", lambda *a, **k: None)
    monkeypatch.setattr(prepare_clip, "prepare", lambda *a: found)
    assert prepare_clip.main([*arguments, "--overwrite"]).tolist() == [0, 2]
    assert (tmp_path / "review.jpg").read_bytes()[:2] == b"\xff\xd8"


def test_the_report_names_no_place_of_this_machine_unless_asked(capsys, monkeypatch):
    monkeypatch.setattr(check, "PARTS", {"marks": check.marks, "browser": check.browser})
    check.main([])
    assert not re.search(r"[/\\]\w+[/\\]", capsys.readouterr().out)
    check.main(["--verbose"])
    assert str(ROOT / "course_lib") in capsys.readouterr().out


@pytest.mark.parametrize(
    "cuda,mps,words", [(True, True, "a card"), (False, True, "MPS"), (False, False, "CPU")]
)
def test_the_report_names_the_device(monkeypatch, cuda, mps, words):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "a card")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    good, text = check.device()
    assert good and words in text


def test_scores_are_read_as_utf8_on_every_system(tmp_path):
    record = dict(kind=KIND, lesson="99_é", metrics={"µ": 1.0})
    output = dict(data={"application/json": record})
    book = dict(cells=[dict(outputs=[output])])
    folder = tmp_path / "99"
    folder.mkdir()
    text = json.dumps(book, ensure_ascii=False)
    (folder / "99.ipynb").write_text(text, encoding="utf-8")
    code = f"from course_lib.judge import collect; print(ascii(collect({str(tmp_path)!r})))"
    command = [sys.executable, "-X", "utf8=0", "-c", code]
    ascii_only = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    out = subprocess.run(command, capture_output=True, text=True, env=ascii_only, cwd=ROOT)
    assert ast.literal_eval(out.stdout or "[]") == [record], out.stderr


def colab_cell():
    cell = cells(ROOT / "notebooks" / "00_start_here" / "00_start_here.ipynb")[0]
    assert cell["cell_type"] == "code" and cell["metadata"]["jupyter"]["source_hidden"]
    return "".join(cell["source"])


def test_colab_installs_from_the_one_address():
    assert f'"git+{PROJECT["urls"]["Repository"]}"' in colab_cell()


@pytest.mark.parametrize("on_colab", [True, False])
def test_the_colab_cell_installs_on_colab_only(monkeypatch, on_colab):
    asked = []
    monkeypatch.setattr(subprocess, "run", lambda command, check: asked.append(command))
    if on_colab:
        monkeypatch.setitem(sys.modules, "google.colab", ast)
    else:
        monkeypatch.delitem(sys.modules, "google.colab", raising=False)
    exec(colab_cell(), {})
    assert [c[1:4] for c in asked] == [["-m", "pip", "install"]] * on_colab
