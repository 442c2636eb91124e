"""Hardware: which device, which scale, how many threads."""

from __future__ import annotations

import os
from types import SimpleNamespace

import torch


def pick_device(device=None):
    """The device asked for, or the best one here: CUDA, then Apple's MPS, then the CPU. COURSE_DEVICE overrides."""
    name = device or os.environ.get("COURSE_DEVICE")
    if name is None:
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        out = torch.device(name)
        if (
            out.type == "cuda"
            and not torch.cuda.is_available()
            or out.type == "mps"
            and not torch.backends.mps.is_available()
        ):
            raise RuntimeError("it is not available on this machine")
    except RuntimeError as e:
        raise ValueError(
            f"device {name!r} cannot be used: {str(e).splitlines()[0]}. Use 'cpu', 'cuda' or 'mps'."
        ) from e
    return out


def scale(**settings):
    """The settings of this run: each is a pair (cpu value, gpu value).

    `s = scale(size=(64, 256), steps=(400, 20000))` gives s.size, s.steps, s.name and s.device. COURSE_SCALE=cpu or gpu
    overrides what the hardware suggests.
    """
    device = pick_device()
    name = os.environ.get("COURSE_SCALE") or ("gpu" if device.type == "cuda" else "cpu")
    if name not in ("cpu", "gpu"):
        raise ValueError(f"COURSE_SCALE must be cpu or gpu, not {name!r}.")
    for k, v in settings.items():
        if not isinstance(v, tuple) or len(v) != 2:
            raise ValueError(f"setting {k!r} needs a pair (cpu value, gpu value), not {v!r}.")
    return SimpleNamespace(
        name=name, device=device, **{k: v[name == "gpu"] for k, v in settings.items()}
    )


def threads(n):
    """Run a block with n CPU threads: small recurrent nets are faster on one.  `with threads(1): ...`"""
    from contextlib import contextmanager

    @contextmanager
    def block():
        before = torch.get_num_threads()
        torch.set_num_threads(n)
        try:
            yield
        finally:
            torch.set_num_threads(before)

    return block()


def setup(model, optimizer, devices=None, precision=None, strategy="auto", nodes=1):
    """Prepare a model and its optimizer for the hardware -> (model, optimizer, fabric-like helper).

    With one device and full precision this only moves the model, and nothing is imported. With several devices, nodes or
    mixed precision, Lightning Fabric takes over. The helper has .device, .backward(loss), .is_global_zero, .all_reduce(x).
    """
    devices = devices or int(os.environ.get("COURSE_DEVICES", "1"))
    if devices == 1 and nodes == 1 and precision is None:
        device = pick_device()
        helper = SimpleNamespace(
            device=device,
            backward=lambda loss: loss.backward(),
            is_global_zero=True,
            world_size=1,
            all_reduce=lambda x, **_: x,
        )
        return model.to(device), optimizer, helper
    try:
        from lightning.fabric import Fabric
    except ImportError as e:
        raise ImportError(
            "several devices or mixed precision need Lightning: pip install 'synthetic-media-from-scratch[scale]'."
        ) from e
    fabric = Fabric(
        accelerator=pick_device().type,
        devices=devices,
        num_nodes=nodes,
        precision=precision,
        strategy=strategy,
    )
    fabric.launch()
    model, optimizer = fabric.setup(model, optimizer)
    return model, optimizer, fabric
