"""The habits of a lesson: the checks find planted faults, and the second edition keeps them."""

import re

import habits
import pytest
from support import ROOT, SECOND_EDITION, cells, notebooks


def made(text, *outputs, kind="code", **metadata):
    return dict(cell_type=kind, source=[text], outputs=list(outputs), metadata=metadata)


def html(text):
    return dict(output_type="display_data", data={"text/html": text})


SEEN = dict(output_type="display_data", data={"image/png": "iVBORw0KGgo="})
TOLD = dict(output_type="stream", name="stdout", text=["(3, 3)\n"])
F = "def f(x):\n    return show.grid(x)"
FOLDED = dict(jupyter=dict(source_hidden=True))
TABLE = "| symbol | meaning |\n|---|---|\n| $z$ | the code |"
PLANTED = {  # check -> cells that keep the habit, cells that break it
    habits.blind_definitions: (
        [made(F), made("f(2)", TOLD), made(F), made("#| export\n" + F, TOLD)],
        [made(F), made("So far so good.", kind="markdown"), made("#| export\nclass A:\n    pass")],
    ),
    habits.pictures_not_seen: (
        [
            made(F),
            made("%matplotlib inline\nshow.picture(x)", SEEN),
            made("plt.show()", html("<img>")),
        ],
        [made("for x in y:\n    show.side_by_side(x, x)", TOLD)],
    ),
    habits.machine_paths: (
        [made("x", TOLD, html('<img src="data:image/png;base64,AAAA/tmp/AAAA">'))],
        [made("x", dict(TOLD, text=["written to /tmp/abc/clip.mp4"]))],
    ),
    habits.too_long: ([made("x = 1\n" * 40)], [made("x = 1  # " + "-" * 92)]),
    habits.no_symbol_table: (
        [made(TABLE, kind="markdown")],
        [made("| a | b |\n|---|---|", kind="markdown")],
    ),
    habits.no_alternative_text: (
        [made("![a mask](m.svg)", kind="markdown"), made("x", html("<video aria-label='a swap'>"))],
        [made("x", html("<video controls src='a.mp4'>"))],
    ),
    habits.unfolded_headers: (
        [made("import os", **FOLDED), made("import os\nprint(1)")],
        [made("#| default_exp swap.deepfakes")],
    ),
}


@pytest.mark.parametrize("check", PLANTED, ids=lambda c: c.__name__)
def test_planted_faults_are_found(check):
    kept, broken = PLANTED[check]
    assert check(kept) == []
    assert len(check(broken)) == 1


@pytest.mark.parametrize(
    "path", [r"C:\Users\ada\x.py", "/home/ada/x", "/Users/ada", "/root/.cache", "/work/main"]
)
def test_paths_of_all_machines_are_found(path):
    assert habits.machine_paths([made("x", dict(TOLD, text=[path]))])
    assert habits.machine_paths([made("x", html(f"<p>{path}</p>"))])


def test_long_cells_blank_images_and_heavy_clips_are_found(tmp_path):
    assert habits.too_long([made("x = 1\n" * 41)]) == ["x = 1"]
    assert habits.no_alternative_text([made("![](m.svg)", kind="markdown")])
    (tmp_path / "light.mp4").write_bytes(bytes(400_000))
    (tmp_path / "heavy.mp4").write_bytes(bytes(400_001))
    first = [made("media.read('light.mp4')"), made("media.read('heavy.mp4')")]
    assert habits.heavy_clip_at_the_top(first, tmp_path) == []
    assert habits.heavy_clip_at_the_top(first[::-1], tmp_path)
    embedded = html(f"<video src='data:video/mp4;base64,{'A' * 540_000}'>")
    assert habits.heavy_clip_at_the_top([made("x", embedded)], tmp_path)


@pytest.mark.parametrize("notebook", notebooks(), ids=lambda p: p.stem)
def test_no_output_tells_where_the_author_s_files_lie(notebook):
    assert habits.machine_paths(cells(notebook)) == []


@pytest.mark.parametrize("check", PLANTED, ids=lambda c: c.__name__)
def test_the_second_edition_keeps_its_habits(check):
    for notebook in notebooks():
        if notebook.parent.name in SECOND_EDITION:
            assert check(cells(notebook)) == [], notebook.name
            assert habits.heavy_clip_at_the_top(cells(notebook), notebook.parent) == []


def test_the_second_edition_is_made_of_lessons_that_exist():
    assert set(SECOND_EDITION) <= {n.parent.name for n in notebooks()}


def test_shared_footage_is_reached_by_its_fixture_only():
    """../shared may be missing; a test that finds it in its own way forgets to skip."""
    own_way = re.compile(r"""["'][^"'\s]*shared/media|["']shared["']\s*/|/\s*["']shared["']""")
    allowed = {"support.py", "conftest.py", "test_habits.py"}
    found = [
        p.relative_to(ROOT).as_posix()
        for p in sorted((ROOT / "tests").rglob("*.py"))
        if p.name not in allowed and own_way.search(p.read_text(encoding="utf-8"))
    ]
    assert not found, f"use the `shared` fixture: {found}"
