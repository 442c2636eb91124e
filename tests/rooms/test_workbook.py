"""The learner's copies: what they hold, that nothing is overwritten, how JupyterLab opens."""

import json
import os
import subprocess
import sys

import lab
import nbformat
import pytest
import workbook
from support import ROOT
from support import notebooks as masters

import notebooks


@pytest.fixture
def small(tmp_path):
    """Two small lessons with an exercise and a figure -> their folder."""
    for name in ("00_a", "09_b"):
        folder = tmp_path / "masters" / name
        folder.mkdir(parents=True)
        solution = "def f(x):\n    ### BEGIN SOLUTION\n    return 7 * x\n    ### END SOLUTION"
        cells = [
            nbformat.v4.new_markdown_cell("größer als"),
            nbformat.v4.new_code_cell(solution, metadata=mark("f", solution=True)),
            nbformat.v4.new_code_cell("f(1)", metadata=mark("check_f", grade=True, locked=True)),
        ]
        cells[2]["outputs"] = [nbformat.v4.new_output("stream", text="7")]
        cells[2]["execution_count"] = 3
        text = json.dumps(nbformat.v4.new_notebook(cells=cells), ensure_ascii=False)
        (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")
        (folder / "figure.svg").write_text("<svg/>", encoding="utf-8")
        (folder / ".ipynb_checkpoints").mkdir()
    return tmp_path / "masters"


def mark(grade_id, **flags):
    base = dict(grade=False, locked=False, solution=False, task=False, schema_version=3)
    return {"nbgrader": base | dict(grade_id=grade_id) | flags}


@pytest.mark.parametrize("path", masters(), ids=lambda p: p.stem)
def test_cells_come_out_as_nbgrader_has_them(path):
    """The trusted implementation: nbgrader's own preprocessors."""
    from nbgrader.preprocessors import ClearOutput, ClearSolutions, LockCells

    theirs = nbformat.read(path, 4)
    for step in (LockCells, ClearSolutions, ClearOutput):
        theirs, _ = step().preprocess(theirs, {})
    ours = workbook.learners(json.loads(path.read_text(encoding="utf-8")))
    for a, b in zip(ours["cells"], theirs.cells, strict=True):
        assert "".join(a["source"]) == b.source
        assert a.get("outputs") == b.get("outputs")
        if a["metadata"].get("nbgrader", {}).get("locked"):
            assert a["metadata"]["editable"] == b.metadata["editable"] is False
    nbformat.validate(nbformat.from_dict(ours))


@pytest.mark.parametrize("path", masters(), ids=lambda p: p.stem)
def test_a_check_may_fail_and_no_other_cell_depends_on_it(path):
    """Every check may raise; a piece in the build is exported, checked by itself, then settled."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    module = None
    for number, cell in enumerate(cells):
        source = "".join(cell["source"])
        nbgrader = cell["metadata"].get("nbgrader", {})
        tagged = "raises-exception" in cell["metadata"].get("tags", [])
        if source.startswith("#| default_exp"):
            module = source.split()[2]
        if nbgrader.get("grade"):
            assert tagged and nbgrader["locked"] and nbgrader["points"] > 0, nbgrader["grade_id"]
        elif nbgrader.get("solution") and source.startswith("#| export"):
            name = nbgrader["grade_id"]
            checked, settled = ("".join(c["source"]) for c in cells[number + 1 : number + 3])
            line = f'{name} = check.settle("{name}", globals(), course="{module}")'
            assert tagged and checked.endswith(f"check.passed({name})")
            assert settled.replace("judge.check.", "check.") == line
        else:
            assert not tagged, f"cell {cell['id']} hides its errors"


def test_copies_hold_stubs_figures_and_no_outputs(small, tmp_path):
    written = workbook.make(tmp_path / "mine", masters=small)
    assert [p.name for p in written] == ["00_a", "09_b"]
    assert sorted(p.name for p in written[0].iterdir()) == ["00_a.ipynb", "figure.svg"]
    text = (written[0] / "00_a.ipynb").read_text(encoding="utf-8")
    assert "größer" in text and "7 * x" not in text
    cells = json.loads(text)["cells"]
    stub = "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    assert "".join(cells[1]["source"]) == stub
    assert cells[2]["outputs"] == [] and cells[2]["execution_count"] is None


def test_solved_exercises_keep_their_solution(small, tmp_path):
    written = workbook.make(tmp_path / "mine", masters=small, solved={"f"})
    assert "7 * x" in (written[0] / "00_a.ipynb").read_text(encoding="utf-8")


def test_what_the_learner_wrote_is_never_overwritten(small, tmp_path):
    mine = tmp_path / "mine"
    workbook.make(mine, masters=small)
    notebook = mine / "09_b" / "09_b.ipynb"
    notebook.write_text("my work", encoding="utf-8")
    (small / "02_c").mkdir()
    assert [p.name for p in workbook.make(mine, masters=small)] == ["02_c"]
    assert notebook.read_text(encoding="utf-8") == "my work"
    for number in (1, 2):
        assert workbook.make(mine, fresh=["09"], masters=small) == [mine / "09_b"]
        assert (mine / f"09_b.backup-{number}").is_dir()
    assert (mine / "09_b.backup-1" / "09_b.ipynb").read_text(encoding="utf-8") == "my work"
    assert "raise NotImplementedError" in notebook.read_text(encoding="utf-8")


def test_an_unknown_lesson_renews_nothing(small, tmp_path):
    with pytest.raises(ValueError, match="no lesson '17' to renew; the lessons are 00, 09"):
        workbook.make(tmp_path / "mine", fresh=["09", "17"], masters=small)
    assert not (tmp_path / "mine").exists()


def test_a_copy_that_was_cut_short_is_made_again(small, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(workbook, "learners", fail)
        with pytest.raises(OSError):
            workbook.make(tmp_path / "mine", masters=small)
    assert len(workbook.make(tmp_path / "mine", masters=small)) == 2
    assert not list((tmp_path / "mine").glob("*.part"))


@pytest.mark.parametrize(
    "source", ["### BEGIN SOLUTION\nx = 1\n", "x = 1\n### END SOLUTION", "y  ### BEGIN SOLUTION"]
)
def test_a_mark_without_its_partner_gives_nothing_away(source):
    with pytest.raises(ValueError, match="without its partner"):
        workbook.strip(source)


def test_two_regions_become_two_stubs():
    region = "### BEGIN SOLUTION\n{0}\n### END SOLUTION"
    source = f"a = 1\n{region.format('b = 2')}\nc = 3\n{region.format('d = 4')}"
    stub = "\n".join(workbook.STUB)
    assert workbook.strip(source) == f"a = 1\n{stub}\nc = 3\n{stub}"


def test_the_command_line_says_what_it_did(tmp_path):
    command = [sys.executable, str(ROOT / "data_scripts" / "workbook.py"), "--out", str(tmp_path)]
    first = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert len(first.splitlines()) == len(list((ROOT / "notebooks").glob("[0-9][0-9]_*")))
    command += ["--fresh", "09"]
    again = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert len(again.splitlines()) == 1 and "your old copy is" in again
    assert "09_deepfakes.backup-1" in again
    wrong = subprocess.run([*command[:-1], "77"], capture_output=True, text=True)
    assert wrong.returncode == 1 and wrong.stderr.startswith("there is no lesson '77' to renew")


def test_jupyterlab_opens_on_the_workbook(monkeypatch, tmp_path):
    assert f"--LabApp.default_url=/lab/tree/{lab.FIRST}" in lab.lab_command()
    workbook.make(tmp_path / "workbook")
    assert (tmp_path / lab.FIRST).is_file()
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "mine")
    first, mine = lab.lab_environment()["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert mine == "mine"
    overrides = json.loads(
        (ROOT / first / "labconfig" / "default_setting_overrides.json").read_text(encoding="utf-8")
    )
    assert overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


@pytest.mark.parametrize(
    "source,folded",
    [
        ("#| default_exp a.b", True),
        ("#| export\nimport os\nfrom b import c", True),
        ("%matplotlib inline\nimport os\n\nshow.plot_style()", True),
        ('import os\nmedia.read("top.mp4")', True),
        ('media.read("later.mp4")', False),
        ("import os\nx = 1", False),
        ("import os\nprint(1)", False),
        ("# words", False),
        ("", False),
        ("import", False),
    ],
)
def test_set_up_is_told_from_the_lesson(source, folded):
    assert notebooks.is_set_up(source) == folded


def test_folding_changes_set_up_cells_only_and_once(tmp_path):
    cells = [nbformat.v4.new_code_cell(s) for s in ("import os", "x = 1")]
    path = tmp_path / "00_a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert notebooks.fold(path) == 1 and notebooks.fold(path) == 0
    folded = path.read_text(encoding="utf-8")
    first, second = nbformat.read(path, 4).cells
    assert first.metadata == {"jupyter": {"source_hidden": True}} and second.metadata == {}
    nbformat.write(nbformat.read(path, 4), path)
    assert path.read_text(encoding="utf-8").strip() == folded.strip()


def test_the_export_leaves_out_the_solution_marks(tmp_path):
    header = nbformat.v4.new_code_cell("#| default_exp part.toy")
    text = "#| export\ndef f(x):\n    ### BEGIN SOLUTION\n    return 7 * x\n    ### END SOLUTION"
    cells = [header, nbformat.v4.new_code_cell(text), nbformat.v4.new_code_cell("#| export\ny = 1")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "00_a.ipynb")
    (module,) = notebooks.export(tmp_path / "00_a.ipynb", tmp_path / "lib")
    made = module.read_text(encoding="utf-8")
    assert "SOLUTION" not in made and "def f(x):\n    return 7 * x\n\n# %%\ny = 1" in made
