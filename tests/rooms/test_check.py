"""Every sentence of the exercises' checks, and what settles a piece that the reader writes."""

import sys
import types

import numpy as np
import pytest
import torch

from course_lib.judge import check


@pytest.mark.parametrize(
    "x,expected,words",
    [
        (np.zeros((4, 5)), (4, 6), r"it has shape \(4, 5\); expected \(4, 6\)\."),
        (np.zeros((4, 5)), (None, 6), r"expected \('any', 6\)"),
        (np.zeros(4), (4, 1), r"shape \(4,\)"),
        (None, (4,), r"shape \(\) \(it is None: does your function return something\?\)"),
        ("four", (4,), "it is a str, not numbers: return a tensor, an array or a number"),
        ({"a": 1}, (4,), "it is a dict, not numbers"),
        ([[1, 2], [3]], (2, 2), "it is a list, not numbers"),
        (np.sin, (4,), "it is a ufunc, not numbers"),
    ],
)
def test_shape_says_what_is_wrong(x, expected, words):
    with pytest.raises(AssertionError, match=words):
        check.shape(x, expected, "it")


@pytest.mark.parametrize("x", [np.zeros((4, 5)), torch.zeros(4, 5), [[0.0] * 5] * 4])
def test_shape_takes_anything_like_an_array(x):
    check.shape(x, (4, 5))
    check.shape(x, [None, 5])


def test_an_author_who_gives_no_shape_is_told():
    with pytest.raises(TypeError, match=r"the expected shape is 5: give a tuple, such as \(16"):
        check.shape(np.zeros(5), 5)


@pytest.mark.parametrize(
    "x,expected,words",
    [
        (None, 1.0, "it is None: does your function return something"),
        ("one", 1.0, "it is a str, not numbers"),
        (np.zeros(3), np.zeros(4), r"shape \(3,\); expected \(4,\)"),
        ([0.0, np.nan], [0.0, 0.0], "NaN or infinite values. Look there."),
        ([0.0, np.inf], [0.0, 0.0], "NaN or infinite"),
        ([0.0, 2.5], [0.0, 2.0], r"off by 0.5 at index \(1,\): 2.5 instead of 2. Look there."),
        (3.0, 2.0, "off by 1: 3 instead of 2"),
        (1 + 2j, 1 + 0j, r"off by 2: 1\+2j instead of 1\+0j"),
    ],
)
def test_close_says_what_is_wrong(x, expected, words):
    with pytest.raises(AssertionError, match=words):
        check.close(x, expected, 1e-3, "it", "Look there.")


def test_close_keeps_its_tolerance_and_takes_every_kind_of_number():
    check.close([1.0], [1.009], 0.01)
    with pytest.raises(AssertionError, match="off by 0.011"):
        check.close([1.0], [1.011], 0.01)
    check.close(torch.ones(2, dtype=torch.bfloat16, requires_grad=True), [1, 1])
    check.close(np.array([True, False]), [1, 0])
    check.close(np.zeros((0, 3)), np.zeros((0, 3)))


@pytest.mark.parametrize("several", [torch.tensor([True, True]), np.array([True, True])])
def test_true_gives_its_sentence(several):
    check.true(1 < 2, "never said")
    with pytest.raises(AssertionError, match="the sentence"):
        check.true(2 < 1, "the sentence")
    with pytest.raises(AssertionError, match="The sentence.*2 answers where one yes or no"):
        check.true(several, "The sentence.")


def triple(x):
    return 3 * x


@pytest.fixture
def course(monkeypatch):
    """A lesson's exported module with `triple` in it, and nothing that has passed yet."""
    module = types.ModuleType("course_lib.taught.toy")
    exec("def triple(x):\n    return x + x + x\n\n\nclass Pair:\n    pass\n", vars(module))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(check, "_passed", {})
    monkeypatch.delenv("COURSE_MASTER", raising=False)
    return module


def test_passed_names_what_passed(capsys, course):
    check.passed(triple)
    check.passed("an exercise")
    assert capsys.readouterr().out == "OK: triple\nOK: an exercise\n"
    with pytest.raises(TypeError, match="passed.. was given a int: give a function, a class or a"):
        check.passed(3)


def test_an_answer_that_passed_is_kept(capsys, course, monkeypatch):
    monkeypatch.setenv("COURSE_MASTER", "1")
    check.passed(triple)
    assert check.settle("triple", {"triple": triple}, course="toy") is triple
    assert "triple: yours passed its check, and the lesson goes on with it." in _said(capsys)
    kept = type("Pair", (), {})
    check.passed(kept)
    assert check.settle("Pair", {"Pair": kept}, course="toy") is kept


@pytest.mark.parametrize(
    "scope,why",
    [
        ({}, "nothing of that name is defined yet"),
        ({"triple": triple}, "yours has not passed its check yet"),
        ("the course's", "no answer of yours has passed the check yet"),
    ],
)
def test_without_one_the_course_goes_on_with_its_own(capsys, course, monkeypatch, scope, why):
    scope = {"triple": course.triple} if isinstance(scope, str) else scope
    if "triple" in scope:
        check.passed(lambda x: x)  # something else has passed
    assert check.settle("triple", scope, course="toy") is course.triple
    said = _said(capsys)
    assert f"triple: {why}, so the lesson goes on with the course's version" in said
    assert "(course_lib/taught/toy.py)" in said
    monkeypatch.setenv("COURSE_MASTER", "1")
    with pytest.raises(AssertionError, match=f"triple in the master copy: {why}"):
        check.settle("triple", scope, course="toy")


def test_an_answer_changed_after_its_check_has_not_passed(course):
    check.passed(triple)

    def changed(x):
        return 4 * x

    changed.__name__ = "triple"
    assert check.settle("triple", {"triple": changed}, course="toy") is course.triple


def test_the_course_version_that_passes_again_is_not_called_the_readers(capsys, course):
    check.passed(course.triple)  # an emptied stub, and the cells run a second time
    check.settle("triple", {"triple": course.triple}, course="toy")
    assert "the course's version" in _said(capsys)


def test_settle_says_what_an_author_got_wrong(course):
    with pytest.raises(TypeError, match=r"scope is a function: write settle\('triple', globals\("):
        check.settle("triple", triple, course="toy")
    with pytest.raises(ValueError, match="no module course_lib.taught.toys; name the lesson's"):
        check.settle("triple", {}, course="toys")
    with pytest.raises(ValueError, match="course_lib.taught.toy has no double; mark its cell"):
        check.settle("double", {}, course="toy")


def test_a_module_missing_inside_the_course_is_named(monkeypatch, tmp_path):
    (tmp_path / "broken.py").write_text("import no_such_module\n", encoding="utf-8")
    import course_lib.taught

    monkeypatch.setattr(course_lib.taught, "__path__", [str(tmp_path)])
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        check.settle("triple", {}, course="broken")


def _said(capsys):
    return capsys.readouterr().out
