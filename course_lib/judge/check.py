"""Checks for exercises: each says what is wrong in one sentence, or that all is well."""

from __future__ import annotations

import numpy as np


def _array(x):
    return x.detach().cpu().numpy() if hasattr(x, "detach") else np.asarray(x)


def shape(x, expected, what="your result"):
    """The array has the expected shape; None in `expected` matches any size."""
    got = tuple(_array(x).shape)
    if len(got) != len(expected) or any(
        e is not None and e != g for e, g in zip(expected, got, strict=False)
    ):
        raise AssertionError(
            f"{what} has shape {got}; expected {tuple('any' if e is None else e for e in expected)}."
        )


def close(x, expected, tolerance=1e-5, what="your result", hint=""):
    """The array equals the expected one up to a tolerance; says where it is farthest off."""
    if x is None:
        raise AssertionError(f"{what} is None: does your function return something?")
    a, b = _array(x).astype(np.float64), _array(expected).astype(np.float64)
    shape(a, b.shape, what)
    if not np.isfinite(a).all():
        raise AssertionError(f"{what} holds NaN or infinite values. {hint}".strip())
    d = np.abs(a - b)
    if d.max(initial=0) > tolerance:
        at = np.unravel_index(d.argmax(), d.shape) if d.ndim else ()
        where = f" at index {tuple(int(i) for i in at)}" if d.ndim else ""
        raise AssertionError(
            f"{what} is off by {d.max():.3g}{where}: {a[at]:.5g} instead of {b[at]:.5g}. {hint}".strip()
        )


def true(condition, sentence):
    """A condition with the sentence that explains its failure."""
    if not bool(condition):
        raise AssertionError(sentence)


def passed(what):
    """The last line of an exercise's check."""
    print(f"OK: {what}")
