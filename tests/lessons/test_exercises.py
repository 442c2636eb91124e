"""Every exercise: the solution passes its check; planted wrong answers and mutants are refused."""

from collections import Counter

import pytest
from exercises import answers, exercises, grade_id, lesson
from mutants import EXEMPT, mutants
from support import cells, notebooks, source

ALL = exercises()
IDS = [f"{name}-{exercise}" for name, exercise in ALL]


@pytest.fixture(scope="session")
def build():
    """Lessons by name, each built once in a session."""
    return lesson


def refusal(built, exercise):
    """What the check says against the answer that stands; None if it passes."""
    try:
        built.verdict(exercise)
    except Exception as e:  # a check that cannot go on refuses too
        return f"{type(e).__name__}: {e}"
    return None


@pytest.fixture(autouse=True)
def right_again(request, build):
    """Pieces of a lesson call each other: what a test planted does not stay."""
    yield
    asked = getattr(request.node, "callspec", None)
    if asked and "exercise" in asked.params:
        built = build(asked.params["name"])
        built.answer(built.solution(asked.params["exercise"]), asked.params["exercise"])


@pytest.mark.parametrize("name,exercise", ALL, ids=IDS)
def test_right_answers_pass_and_wrong_ones_are_told_why(build, name, exercise):
    built = build(name)
    built.answer(built.solution(exercise), exercise)
    assert f"OK: {exercise}" in built.verdict(exercise)
    planted = answers(name, exercise)
    assert sum(not a.right for a in planted) >= 3, "plant three wrong answers at least"
    for answer in planted:
        built.answer(answer.code, exercise)
        if answer.right:
            assert refusal(built, exercise) is None, f"a right answer: {answer.words}"
        else:
            with pytest.raises(AssertionError, match=answer.words):
                built.verdict(exercise)


@pytest.mark.parametrize("name,exercise", ALL, ids=IDS)
def test_mutants_are_refused(build, name, exercise):
    built = build(name)
    right = built.answer(built.solution(exercise), exercise)
    results = []

    def listening(*args, **kwargs):
        results.append(right(*args, **kwargs))
        return results[-1]

    built.scope[exercise] = listening
    built.verdict(exercise)
    alive = []
    for rule, mutant in mutants(right, results[0]).items():
        built.scope[exercise] = mutant
        if refusal(built, exercise) is None and (exercise, rule) not in EXEMPT:
            alive.append(rule)
    assert not alive, f"the check of {exercise} lets pass: {', '.join(alive)}"


def test_exemptions_are_of_exercises_that_exist():
    assert {e for e, _ in EXEMPT} <= {e for _, e in ALL}


@pytest.mark.parametrize("path", notebooks(), ids=lambda p: p.stem)
def test_exercises_have_hints(path):
    graded = Counter(grade_id(c, "solution") for c in cells(path))
    graded.pop(None, None)
    text = "".join(source(c) for c in cells(path))
    assert 3 <= graded.total() <= 8
    assert text.count("<summary>Hint") >= graded.total()
