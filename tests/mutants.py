"""Wrong answers made by rule from a right one, which every check must refuse.

For a function f(a, b): "a ignored" answers as if a were what it was in the first call; "constant"
gives its first answer again; "a returned" gives the input back; "zeros" gives zeros of the right
shape; "transposed" swaps the last two axes of every table.
"""

import copy
import inspect

import numpy as np
import torch

# (exercise, mutant): why no check can tell it from the solution. As short as can be.
EXEMPT = {
    ("warp_pair", "nodes ignored"): "the nodes are the same regular grid for everybody",
    ("prior_rows", "transposed"): "the Jacobian is a diagonal matrix, its own transpose",
}


def is_array(x):
    return isinstance(x, (np.ndarray, torch.Tensor))


def change(result, alter):
    """Apply `alter` to every array or number of a result; functions are wrapped, the rest stays."""
    if isinstance(result, (tuple, list)):
        return type(result)(change(x, alter) for x in result)
    if inspect.isfunction(result):
        return lambda *a, **k: change(result(*a, **k), alter)
    if is_number(result):
        return alter(result)
    return result


def has(result, kind):
    """Whether a result holds something that `kind` is true of."""
    if isinstance(result, (tuple, list)):
        return any(has(x, kind) for x in result)
    return kind(result)


def is_number(x):
    return is_array(x) or isinstance(x, (int, float, np.generic))


def zeros(x):
    return x * 0 if is_array(x) else type(x)(0)


def transposed(x):
    return x.swapaxes(-1, -2) if is_array(x) and x.ndim >= 2 else x


def ignoring(f, name):
    """f with one argument held at its value in the first call."""
    first = {}

    def mutant(*args, **kwargs):
        bound = inspect.signature(f).bind(*args, **kwargs)
        bound.apply_defaults()
        first.setdefault(name, copy.deepcopy(bound.arguments[name]))
        bound.arguments[name] = first[name]
        return f(*bound.args, **bound.kwargs)

    return mutant


def constant(f):
    """f's first answer, again and again."""
    first = []

    def mutant(*args, **kwargs):
        if not first:
            first.append(copy.deepcopy(f(*args, **kwargs)))
        return first[0]

    return mutant


def returning(f, name):
    """The input in place of the answer."""

    def mutant(*args, **kwargs):
        bound = inspect.signature(f).bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.arguments[name]

    return mutant


def altered(f, alter):
    return lambda *args, **kwargs: change(f(*args, **kwargs), alter)


def methods(kind):
    """The same for a class: in each mutant one method ignores or returns one argument."""
    made = {}
    for name, method in vars(kind).items():
        if not inspect.isfunction(method) or name.startswith("_"):
            continue
        for argument in list(inspect.signature(method).parameters)[1:]:
            rules = {"ignored": ignoring, "returned": returning}
            for rule, change in rules.items():
                changed = {name: change(method, argument)}
                made[f"{name}: {argument} {rule}"] = type(kind.__name__, (kind,), changed)
    return made


def mutants(f, seen):
    """The mutants of f by name. `seen`: one of its results, which says which rules apply."""
    if inspect.isclass(f):
        return methods(f)
    names = list(inspect.signature(f).parameters)
    made = {f"{n} ignored": ignoring(f, n) for n in names}
    made |= {f"{n} returned": returning(f, n) for n in names}
    if names:
        made["constant"] = constant(f)
    if has(seen, lambda x: is_number(x) or inspect.isfunction(x)):
        made["zeros"] = altered(f, zeros)
    if has(seen, lambda x: is_array(x) and x.ndim >= 2):
        made["transposed"] = altered(f, transposed)
    return made
