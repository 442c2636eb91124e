"""Hardware: which device, which scale, how many threads."""

from __future__ import annotations

import os
from contextlib import contextmanager
from types import SimpleNamespace

import torch


def best_device():
    """The name of the fastest device here: CUDA, then Apple's MPS, then the CPU."""
    if torch.cuda.is_available():
        return "cuda"
    if torch.backends.mps.is_available():
        return "mps"
    return "cpu"


def is_here(device):
    """Whether this machine has the device; what needs no hardware ("meta") is always here."""
    if device.type == "cuda":
        return torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count()
    if device.type == "mps":
        return torch.backends.mps.is_available()
    return device.type in ("cpu", "meta")


def pick_device(device=None):
    """The torch.device asked for, or the best one here: CUDA, then Apple's MPS, then the CPU.

    COURSE_DEVICE overrides what the hardware suggests. Raises ValueError for a device that is not
    here. "meta" (shapes without numbers) is taken too: the tests find stray CPU tensors with it.
    """
    name = device or os.environ.get("COURSE_DEVICE") or best_device()
    try:
        found = torch.device(name)
    except RuntimeError as e:
        reason = str(e).splitlines()[0]
    else:
        if is_here(found):
            return found
        reason = "it is not available on this machine"
    raise ValueError(f"device {name!r} cannot be used: {reason}. Use 'cpu', 'cuda' or 'mps'.")


def in_notebook():
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    shell = get_ipython()
    return shell is not None and shell.__class__.__name__ == "ZMQInteractiveShell"


def whole_number(name, default, least=None):
    """An environment variable as an int; a sentence for anything else."""
    text = os.environ.get(name) or str(default)
    try:
        value = int(text)
    except ValueError:
        value = None
    if value is None or (least is not None and value < least):
        wanted = "a whole number" + (f" of {least} or more" if least is not None else "")
        raise ValueError(f"{name} must be {wanted}, not {text!r}. Set it anew or leave it out.")
    return value


def scale(**settings):
    """The settings of this run: each is a pair (cpu value, gpu value).

    `s = scale(size=(64, 256), steps=(400, 20000))` gives s.size, s.steps, s.name, s.device and
    s.seed (COURSE_SEED, 0 by default). CUDA takes the gpu column; MPS computes the cpu column,
    because the gpu column would keep a laptop busy for days. COURSE_SCALE=cpu or gpu overrides.
    """
    device = pick_device()
    name = os.environ.get("COURSE_SCALE") or ("gpu" if device.type == "cuda" else "cpu")
    if name not in ("cpu", "gpu"):
        raise ValueError(f"COURSE_SCALE must be cpu or gpu, not {name!r}.")
    for k, v in settings.items():
        if not isinstance(v, tuple) or len(v) != 2:
            raise ValueError(f"setting {k!r} needs a pair (cpu value, gpu value), not {v!r}.")
    chosen = {k: v[name == "gpu"] for k, v in settings.items()}
    seed = whole_number("COURSE_SEED", 0, least=0)
    return SimpleNamespace(name=name, device=device, seed=seed, **chosen)


@contextmanager
def threads(n):
    """Run a block with n CPU threads: small recurrent nets are faster on one. `with threads(1):`"""
    before = torch.get_num_threads()
    torch.set_num_threads(n)
    try:
        yield
    finally:
        torch.set_num_threads(before)
