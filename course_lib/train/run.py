"""What every training loop calls before its first step: `setup`."""

from __future__ import annotations

import atexit
import os
from functools import cache
from itertools import chain

import torch

from . import processes
from .device import in_notebook, pick_device, whole_number

# Between the seeds of two processes. The CPU's generator reads only 32 bits of a seed, so a rounder
# number such as 2**40 would give all processes the same draws.
APART = 2_654_435_769


class Run:
    """How a loop runs: its device, and this process's place among those that train together.

    device: where models and tensors are. first: True in the one process that prints and writes.
    """

    def __init__(self, device, models, fabric=None):
        self.device = device
        self.world = processes.world()
        self.rank = processes.rank()
        self.first = self.rank == 0
        self._models = models
        self._fabric = fabric

    def generator(self, seed):
        """A torch.Generator on the device (on the CPU for "meta"), seeded with `seed`.

        With several processes each gets other numbers.
        """
        place = "cpu" if self.device.type == "meta" else self.device
        return torch.Generator(place).manual_seed(int(seed) + self.rank * APART)

    def backward(self, loss):
        """loss.backward(), and then the mean of the gradients over all processes."""
        if self._fabric is not None:
            self._fabric.backward(loss)
            return
        loss.backward()
        processes.average_gradients(chain(*[m.parameters() for m in self._models]))

    def reduce(self, x):
        """The mean of a tensor over all processes, detached. Every process has to call it."""
        return processes.mean(x)

    def share(self, items):
        """This process's part of a list, range, array or tensor: every world-th item."""
        return items[self.rank :: self.world]

    def wait(self):
        """Go on when every process has come here."""
        processes.wait()


@cache
def launch(accelerator, devices, nodes, precision, strategy):
    """Start the processes, once for each choice of settings -> Lightning's Fabric."""
    try:
        from lightning.fabric import Fabric
    except ImportError as e:
        raise ImportError(
            "several devices or mixed precision need Lightning: "
            "pip install 'synthetic-media-from-scratch[scale]'."
        ) from e
    fabric = Fabric(
        accelerator=accelerator,
        devices=devices,
        num_nodes=nodes,
        precision=precision,
        strategy=strategy,
    )
    fabric.launch()
    atexit.register(processes.leave)
    return fabric


def many(value):
    """A value or a tuple of values -> a list; None -> nothing."""
    if value is None:
        return []
    return list(value) if isinstance(value, (tuple, list)) else [value]


def alike(values, like):
    """The list again in the shape of what was given: one value, a tuple, or None."""
    if like is None:
        return None
    return tuple(values) if isinstance(like, (tuple, list)) else values[0]


def move(model, optimizers, device):
    """Move a model; where that makes new parameters ("meta"), the optimizers get those."""
    before = list(model.parameters())
    model.to(device)
    new = {id(old): p for old, p in zip(before, model.parameters())}
    for group in chain(*[o.param_groups for o in optimizers]):
        group["params"] = [new.get(id(p), p) for p in group["params"]]


def setup(
    model, optimizer=None, devices=None, precision=None, strategy="auto", nodes=1, methods=()
):
    """Prepare models and optimizers for the hardware -> (model, optimizer, run).

    model, optimizer: one or a tuple of several each; they come back in the same shape, moved to
    `pick_device()`. No optimizer is needed for inference. run: see `Run`.

    Several processes: `COURSE_DEVICES=2 python lesson.py`, or torchrun, through Lightning Fabric.
    Each draws its own batches, `run.backward` takes the mean of their gradients, so that two
    processes with 8 pictures each are one with 16. The models stay what they are: any method may be
    called, and their state_dict is a single process's. With `precision` (or COURSE_PRECISION, such
    as "bf16-mixed") or a `strategy` of Fabric's ("ddp", "fsdp") Fabric wraps the models; `methods`
    then names those besides forward that a loss goes through.
    """
    devices = devices or whole_number("COURSE_DEVICES", 1, least=1)
    precision = precision or os.environ.get("COURSE_PRECISION") or None
    if "LOCAL_WORLD_SIZE" in os.environ:  # started by torchrun
        devices = int(os.environ["LOCAL_WORLD_SIZE"])
        nodes = int(os.environ["WORLD_SIZE"]) // devices
    models = many(model)
    optimizers = many(optimizer)
    device = pick_device()
    wrapped = precision is not None or strategy != "auto"
    fabric = None
    count = devices * nodes
    if count > 1 and in_notebook():
        raise RuntimeError(
            f"a notebook is one process and cannot become {count}. Make it a program (jupyter "
            f"nbconvert --to script NAME.ipynb) and run it with COURSE_DEVICES={devices}."
        )
    if count > 1 or wrapped:
        chosen = strategy if wrapped or count == 1 else "ddp"
        place = f"{device.index}," if count == 1 and device.index is not None else devices
        fabric = launch(device.type, place, nodes, precision, chosen)
        device = fabric.device
    if wrapped:
        models = [fabric.setup_module(m) for m in models]
        for wrapper in models:
            for name in methods:
                wrapper.mark_forward_method(name)
        prepared = fabric.setup_optimizers(*optimizers) if optimizers else ()
        optimizers = many(prepared)
        run = Run(device, models, fabric)
    else:
        for m in models:
            move(m, optimizers, device)
            processes.copy_first(m)
        run = Run(device, models)
    return alike(models, model), alike(optimizers, optimizer), run
