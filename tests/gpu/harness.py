"""One step of a lesson on any device: on `meta` for stray CPU tensors, on the CPU, on CUDA."""

import ast
from contextlib import nullcontext
from types import SimpleNamespace
from typing import NamedTuple
from unittest import mock

import torch
from support import ROOT, cells
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

from course_lib import train


class Case(NamedTuple):
    """A lesson's training step and inference, all tensors on one device.

    net: what is trained, or None where a lesson trains nothing. step(net, *batch) -> loss.
    infer(net) -> tensors. draw(generator) -> a batch made on the device, or None.
    """

    net: torch.nn.Module | None
    step: object
    batch: tuple
    infer: object
    draw: object = None


class StrayTensor(AssertionError):
    pass


class OnlyMeta(TorchDispatchMode):
    """Fails where an operation mixes a `meta` tensor with one on the CPU.

    Most operations raise by themselves, some take the stray tensor without a word. A single number
    may lie on the CPU, as it may beside CUDA tensors.
    """

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        tensors = [x for x in tree_flatten((args, kwargs))[0] if isinstance(x, torch.Tensor)]
        stray = [x for x in tensors if x.device.type == "cpu" and x.ndim > 0]
        if stray and len(stray) < len(tensors) and any(x.is_meta for x in tensors):
            shapes = ", ".join(str(tuple(x.shape)) for x in stray)
            raise StrayTensor(f"{operation} mixes meta tensors with CPU tensors of shape {shapes}")
        return operation(*args, **kwargs)


def moved(value, device):
    """Tensors in tuples, lists and dicts, on a device."""

    def to(x):
        return x.to(device) if isinstance(x, torch.Tensor) else x

    return tree_map(to, value)


def one_step(case, rate=1e-3):
    """One training step through train.setup on COURSE_DEVICE, then one inference -> the loss."""
    loss = None
    if case.net is not None:
        optimizer = torch.optim.Adam(case.net.parameters(), lr=rate)
        net, optimizer, run = train.setup(case.net, optimizer)
        loss = case.step(net, *case.batch)
        optimizer.zero_grad()
        run.backward(loss)
        optimizer.step()
    with torch.inference_mode():
        case.infer(case.net)
    return loss


def on_meta(build, settings):
    """A lesson's step and inference on `meta`; raises where a tensor was left on the CPU.

    COURSE_DEVICE has to be "meta". Building is free: it may copy real data over.
    """
    case = build(settings, torch.device("meta"))
    # torch has no autocast for meta, and kornia's SSIM asks to have it switched off
    with mock.patch.object(torch, "autocast", lambda **_: nullcontext()), OnlyMeta():
        loss = one_step(case)
        answers = tree_flatten(case.infer(case.net))[0]
    outputs = [x for x in [loss, *answers] if isinstance(x, torch.Tensor)]
    left = [tuple(x.shape) for x in outputs if not x.is_meta]
    if left or not outputs:
        raise StrayTensor(f"answers that are not on the device: {left or 'none at all'}")


def step_in_place(net, rate):
    """SGD inside backward: a gradient lives only until its parameter has moved.

    The gpu column's networks fit into a test's memory this way.
    """

    @torch.no_grad()
    def move(p):
        p.sub_(p.grad, alpha=rate)
        p.grad = None

    for p in net.parameters():
        p.register_post_accumulate_grad_hook(move)


def settings(lesson, column, **changed):
    """A lesson's own settings cell -> one column of it, with some values changed for a test.

    lesson: its folder, whose first such cell is taken, or folder/notebook."""
    found = []
    folder, _, stem = lesson.partition("/")
    for path in sorted((ROOT / "notebooks" / folder).glob(f"{stem or '*'}.ipynb")):
        sources = ["".join(c["source"]) for c in cells(path) if c["cell_type"] == "code"]
        found += [s for s in sources if "train.scale(" in s]
    tree = list(ast.walk(ast.parse(found[0])))
    calls = [n for n in tree if isinstance(n, ast.Call)]
    scale = next(n for n in calls if ast.unparse(n.func) == "train.scale")
    parts = list(scale.keywords)
    if any(k.arg is None for k in parts):  # scale(..., **sizes), with sizes = dict(...) above it
        parts += next(n for n in calls if ast.unparse(n.func) == "dict").keywords
    pairs = {k.arg: ast.literal_eval(k.value) for k in parts if k.arg}
    chosen = {k: v[column == "gpu"] for k, v in pairs.items()}
    return SimpleNamespace(**(chosen | changed))


def functions(lesson, names, namespace):
    """Functions that stand in a lesson's cells and are not exported, run in a namespace."""
    wanted = set(names)
    for path in sorted((ROOT / "notebooks" / lesson).glob("*.ipynb")):
        for cell in cells(path):
            source = "".join(cell["source"])
            if cell["cell_type"] != "code" or not wanted & set(source.replace("(", " ").split()):
                continue
            for node in ast.parse(source).body:
                if isinstance(node, ast.FunctionDef) and node.name in wanted:
                    exec(ast.unparse(node), namespace)
                    wanted.discard(node.name)
    if wanted:
        raise LookupError(f"lesson {lesson} has no function {', '.join(sorted(wanted))}.")
    return SimpleNamespace(**{name: namespace[name] for name in names})
