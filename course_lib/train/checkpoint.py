"""Checkpoints: safetensors files written in one step; a killed run leaves the last one whole."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import numpy as np
import torch

from . import processes


def _flatten(prefix, value, tensors, plain):
    if torch.is_tensor(value):
        tensors[prefix] = value.detach().cpu().contiguous().clone()
    elif isinstance(value, dict):
        plain[prefix] = ["dict", [[type(k).__name__, k] for k in value]]
        for k, v in value.items():
            _flatten(f"{prefix}/{k}", v, tensors, plain)
    elif isinstance(value, (list, tuple)):
        plain[prefix] = [type(value).__name__, len(value)]
        for k, v in enumerate(value):
            _flatten(f"{prefix}/{k}", v, tensors, plain)
    else:
        plain[prefix] = ["value", value]


def _restore(prefix, tensors, plain):
    if prefix in tensors:
        return tensors[prefix]
    kind, value = plain[prefix]
    if kind == "value":
        return value
    if kind == "dict":
        return {
            (int(k) if t == "int" else k): _restore(f"{prefix}/{k}", tensors, plain)
            for t, k in value
        }
    items = [_restore(f"{prefix}/{k}", tensors, plain) for k in range(value)]
    return items if kind == "list" else tuple(items)


def cuda_devices():
    """The CUDA devices whose random numbers this process may have used."""
    if not torch.cuda.is_initialized():
        return []
    # With several processes each has one device; asking for the others' would take their memory.
    return (
        [torch.cuda.current_device()] if processes.several() else range(torch.cuda.device_count())
    )


def random_state():
    """Everything random in this process, as plain values: torch (each device), numpy, Python."""
    _, keys, position, has_gauss, cached = np.random.get_state()
    version, inner, gauss = random.getstate()
    state = dict(
        torch=torch.get_rng_state(),
        cuda={index: torch.cuda.get_rng_state(index) for index in cuda_devices()},
        numpy=dict(
            keys=torch.from_numpy(keys.astype(np.int64)),
            pos=position,
            has=has_gauss,
            cached=cached,
        ),
        python=dict(version=version, inner=torch.tensor(inner), gauss=gauss),
    )
    if torch.backends.mps.is_available():
        state["mps"] = torch.mps.get_rng_state()
    return state


def set_random_state(state):
    """What `random_state` gave, put back; a device that is not here is left out."""
    torch.set_rng_state(state["torch"])
    for index, numbers in state["cuda"].items():
        if index < torch.cuda.device_count():
            torch.cuda.set_rng_state(numbers, index)
    if "mps" in state and torch.backends.mps.is_available():
        torch.mps.set_rng_state(state["mps"])
    n = state["numpy"]
    keys = n["keys"].numpy().astype(np.uint32)
    np.random.set_state(("MT19937", keys, n["pos"], n["has"], n["cached"]))
    p = state["python"]
    random.setstate((p["version"], tuple(p["inner"].tolist()), p["gauss"]))


def is_generator(part):
    """Whether a part is a source of random numbers, which each process has for itself."""
    return hasattr(part, "get_state") or isinstance(part, np.random.Generator)


def generator_state(part):
    if isinstance(part, np.random.Generator):
        return part.bit_generator.state
    return part.get_state()


def set_generator_state(part, state):
    if isinstance(part, np.random.Generator):
        part.bit_generator.state = state
    else:
        part.set_state(state)


def _write(path, state):
    from safetensors.torch import save_file

    tensors = {}
    plain = {}
    _flatten("root", state, tensors, plain)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + f".{os.getpid()}.tmp")
    save_file(tensors, temporary, metadata={"course": json.dumps(plain)})
    with open(temporary, "r+b") as f:  # Windows flushes only what may be written
        os.fsync(f.fileno())
    os.replace(temporary, path)


def _read(path):
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as f:
            plain = json.loads(f.metadata()["course"])
            tensors = {k: f.get_tensor(k) for k in f.keys()}
        state = _restore("root", tensors, plain)
        state["own"][0]["random"]  # what every checkpoint of this edition holds
        return state
    except (SafetensorError, KeyError, TypeError) as e:
        raise ValueError(
            f"{path} is not a checkpoint of this course, or it is damaged ({e}). "
            "Delete it to start again."
        ) from e


def save(path, step=0, **parts):
    """Write a checkpoint to `path` atomically, with everything random.

    parts: models and optimizers (anything with a state_dict), generators (torch's or numpy's) and
    plain values. With several processes every one has to call this: the first writes, with the
    random state of all, and the others wait for it.
    """
    generators = {k: generator_state(v) for k, v in parts.items() if is_generator(v)}
    own = processes.gather(dict(random=random_state(), generators=generators))
    shared = {
        k: v.state_dict() if hasattr(v, "state_dict") else v
        for k, v in parts.items()
        if k not in generators
    }
    if processes.rank() == 0:
        _write(Path(path), dict(step=step, parts=shared, own=own))
    processes.wait()


def load(path, **parts):
    """Read a checkpoint into the given models, optimizers and generators -> (step, other values).

    The random state is restored too; a process the checkpoint knows nothing of keeps its own.
    Returns (0, {}) where there is no file, so a first run and a resumed run are the same line.
    Raises ValueError for a file that is damaged, no checkpoint, or made with other parts.
    """
    path = Path(path)
    found = path.exists()
    processes.wait()  # nobody writes the file before everybody has looked
    if not found:
        return 0, {}
    state = _read(path)
    processes.wait()
    known = processes.rank() < len(state["own"])
    own = state["own"][processes.rank() if known else 0]
    held = [*state["parts"], *own["generators"]]
    if missing := [k for k in parts if k not in held]:
        raise ValueError(f"{path} holds no {missing[0]!r}; it has {', '.join(held)}.")
    for k, part in parts.items():
        if k in state["parts"]:
            _put_back(path, k, part, state["parts"][k])
        elif known:
            set_generator_state(part, own["generators"][k])
    if known:
        set_random_state(own["random"])
    values = {k: v for k, v in state["parts"].items() if k not in parts}
    return int(state["step"]), values


def _put_back(path, name, part, state):
    try:
        part.load_state_dict(state)
    except (AttributeError, RuntimeError, ValueError) as e:
        raise ValueError(
            f"{path} holds another {name} than this one: {str(e).splitlines()[0]} "
            "Delete it or use another name."
        ) from e
