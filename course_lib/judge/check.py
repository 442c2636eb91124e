"""Checks for exercises: each says what is wrong in one sentence, or that all is well.

`settle` closes a piece that the reader writes where the lesson needs it: it keeps the reader's, if
that passed its check, and else takes the course's version, so that the lesson always goes on.
"""

from __future__ import annotations

import importlib
import os

import numpy as np

_passed = {}  # name -> the very object that passed its check


def _array(x, what):
    """Anything like an array of numbers -> NumPy array; else AssertionError."""
    if hasattr(x, "detach"):
        x = x.detach().cpu()
        x = (x.float() if str(x.dtype) == "torch.bfloat16" else x).resolve_conj().numpy()
    try:
        a = np.asarray(x)
    except Exception:
        a = None
    if x is not None and (a is None or a.dtype.kind not in "biufc"):
        raise AssertionError(
            f"{what} is a {type(x).__name__}, not numbers: return a tensor, an array or a number."
        )
    return a


def shape(x, expected, what="your result"):
    """The array has the expected shape; None in `expected` matches any size.

    Raises AssertionError for the reader's mistakes, TypeError if `expected` is no shape.
    """
    if not isinstance(expected, (tuple, list)):
        raise TypeError(f"the expected shape is {expected!r}: give a tuple, such as (16, 16).")
    got = tuple(_array(x, what).shape)
    wrong = x is None or len(got) != len(expected)
    wrong = wrong or any(e is not None and e != g for e, g in zip(expected, got, strict=False))
    if wrong:
        wanted = tuple("any" if e is None else e for e in expected)
        nothing = " (it is None: does your function return something?)" if x is None else ""
        raise AssertionError(f"{what} has shape {got}{nothing}; expected {wanted}.")


def close(x, expected, tolerance=1e-5, what="your result", hint=""):
    """The array equals the expected one up to a tolerance; says where it is farthest off."""
    if x is None:
        raise AssertionError(f"{what} is None: does your function return something?")
    a, b = (_array(v, name) for v, name in ((x, what), (expected, "the expected value")))
    number = np.complex128 if "c" in a.dtype.kind + b.dtype.kind else np.float64
    a, b = a.astype(number), b.astype(number)
    shape(a, b.shape, what)
    if not np.isfinite(a).all():
        raise AssertionError(f"{what} holds NaN or infinite values. {hint}".strip())
    d = np.abs(a - b)
    if d.max(initial=0) > tolerance:
        at = np.unravel_index(d.argmax(), d.shape) if d.ndim else ()
        where = f" at index {tuple(int(i) for i in at)}" if d.ndim else ""
        found = f"{a[at]:.5g} instead of {b[at]:.5g}"
        raise AssertionError(f"{what} is off by {d.max():.3g}{where}: {found}. {hint}".strip())


def pair(x, what="your result"):
    """Two results, as a tuple or list or the two rows of an array -> the two."""
    if x is None or not hasattr(x, "__len__") or len(x) != 2:
        got = f"{len(x)} things" if hasattr(x, "__len__") else f"a {type(x).__name__}"
        raise AssertionError(f"{what} must be two, one after the other, not {got}.")
    return x[0], x[1]


def true(condition, sentence):
    """A condition with the sentence that explains its failure."""
    try:
        holds = bool(condition)
    except (RuntimeError, ValueError):  # torch's and NumPy's for an array of several truths
        count = f"{int(np.prod(condition.shape))} answers where one yes or no was expected"
        raise AssertionError(f"{sentence} (The check got {count}: is the shape right?)") from None
    if not holds:
        raise AssertionError(sentence)


def passed(what):
    """The last line of a check. `what`: the function or class that passed, or an exercise's name.

    A function or class is remembered, this very one, for `settle`.
    """
    kind = type(what).__name__
    name = what if isinstance(what, str) else getattr(what, "__name__", kind)
    if not isinstance(what, str) and not callable(what):
        raise TypeError(f"passed() was given a {kind}: give a function, a class or a name.")
    if what is not name:
        _passed[name] = what
    print(f"OK: {name}")


def settle(name, scope, course):
    """The reader's function or class, if it passed its check, else the course's; says which.

    name: as the lesson defines it. scope: the notebook's globals(), in which it may be missing.
    course: the lesson's module as its `default_exp` names it, such as "foundations.faces_in_3d".
    The object itself counts: a function that was changed after its check has not passed it.
    With COURSE_MASTER=1 (the master copies, which hold the solutions) taking the course's version
    raises AssertionError. Raises TypeError and ValueError for a call that cannot be right.
    """
    if not isinstance(scope, dict):
        kind = type(scope).__name__
        raise TypeError(f"settle's scope is a {kind}: write settle({name!r}, globals(), ...).")
    yours = scope.get(name)
    home = f"course_lib.taught.{course}"
    theirs = _course_version(name, home)
    if yours is theirs:  # the cell was run again
        why = "no answer of yours has passed the check yet"
    elif yours is None:
        why = "nothing of that name is defined yet"
    elif _passed.get(name) is not yours:
        why = "yours has not passed its check yet"
    else:
        print(f"{name}: yours passed its check, and the lesson goes on with it.")
        return yours
    if os.environ.get("COURSE_MASTER") == "1":
        raise AssertionError(f"{name} in the master copy: {why}. Its own solution must pass.")
    path = home.replace(".", "/") + ".py"
    print(f"{name}: {why}, so the lesson goes on with the course's version ({path}).")
    return theirs


def _course_version(name, home):
    try:
        return getattr(importlib.import_module(home), name)
    except ModuleNotFoundError as error:
        if not home.startswith(error.name):
            raise  # something that the module itself imports
        remedy = "name the lesson's module as its default_exp does, or run `make sync`"
        raise ValueError(f"settle({name!r}): there is no module {home}; {remedy}.") from None
    except AttributeError:
        remedy = "mark its cell with `#| export` and run `make sync`"
        raise ValueError(f"settle({name!r}): {home} has no {name}; {remedy}.") from None
