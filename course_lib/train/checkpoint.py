"""Checkpoints: safetensors files written in one step, so that a killed run leaves the last one whole."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import numpy as np
import torch


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


def random_state():
    """Everything random in this process, as plain values: torch, numpy and Python."""
    name, keys, pos, has, cached = np.random.get_state()
    version, inner, gauss = random.getstate()
    return dict(
        torch=torch.get_rng_state(),
        numpy=dict(keys=torch.from_numpy(keys.astype(np.int64)), pos=pos, has=has, cached=cached),
        python=dict(version=version, inner=torch.tensor(inner), gauss=gauss),
    )


def set_random_state(s):
    torch.set_rng_state(s["torch"])
    n, p = s["numpy"], s["python"]
    np.random.set_state(
        ("MT19937", n["keys"].numpy().astype(np.uint32), n["pos"], n["has"], n["cached"])
    )
    random.setstate((p["version"], tuple(p["inner"].tolist()), p["gauss"]))


def save(path, step=0, **parts):
    """Write models, optimizers (anything with state_dict) and plain values to `path` atomically, with the random state."""
    from safetensors.torch import save_file

    path = Path(path)
    tensors, plain = {}, {}
    state = {k: v.state_dict() if hasattr(v, "state_dict") else v for k, v in parts.items()}
    _flatten("root", dict(step=step, parts=state, random=random_state()), tensors, plain)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + f".{os.getpid()}.tmp")
    save_file(tensors, temporary, metadata={"course": json.dumps(plain)})
    with open(temporary, "rb") as f:
        os.fsync(f.fileno())
    os.replace(temporary, path)


def load(path, **parts):
    """Read a checkpoint into the given models and optimizers, restore the random state -> (step, the other values).

    Returns (0, {}) where there is no file, so a first run and a resumed run are the same line.
    """
    from safetensors import SafetensorError, safe_open

    path = Path(path)
    if not path.exists():
        return 0, {}
    try:
        with safe_open(path, "pt") as f:
            plain = json.loads(f.metadata()["course"])
            tensors = {k: f.get_tensor(k) for k in f.keys()}
        state = _restore("root", tensors, plain)
    except (SafetensorError, KeyError, TypeError) as e:
        raise ValueError(
            f"{path} is not a checkpoint of this course, or it is damaged ({e}). Delete it to start again."
        ) from e
    values = {}
    for k, v in state["parts"].items():
        if k not in parts:
            values[k] = v
            continue
        try:
            parts[k].load_state_dict(v)
        except (RuntimeError, ValueError) as e:
            raise ValueError(
                f"{path} holds another {k} than this one: {str(e).splitlines()[0]} Delete it or use another name."
            ) from e
    if missing := [k for k in parts if k not in state["parts"]]:
        raise ValueError(f"{path} holds no {missing[0]!r}; it has {', '.join(state['parts'])}.")
    set_random_state(state["random"])
    return int(state["step"]), values
