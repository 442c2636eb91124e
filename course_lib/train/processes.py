"""One process or many: who this one is, and what the others have."""

from __future__ import annotations

import sys

import torch
import torch.distributed as dist


def several():
    return dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1


def world():
    """How many processes train together."""
    return dist.get_world_size() if several() else 1


def rank():
    """Which of them this one is, from 0."""
    return dist.get_rank() if several() else 0


def wait():
    """Go on when all processes have come here."""
    if several():
        dist.barrier()


def leave():
    """Part from the other processes when the program ends.

    Gloo's threads would outlive the interpreter otherwise, which ends it with SIGABRT now and then.
    After an error the others may still wait for this one, and parting would wait for them.
    """
    if several() and not hasattr(sys, "last_type"):
        dist.destroy_process_group()


def gather(value):
    """Each process's value, in a list in the order of the processes; all have to call this."""
    if not several():
        return [value]
    values = [None] * world()
    dist.all_gather_object(values, value)
    return values


def mean(x):
    """The mean of a tensor over the processes, detached; all have to call this."""
    x = x.detach().clone()
    if several():
        dist.all_reduce(x)
        x /= world()
    return x


@torch.no_grad()
def copy_first(model):
    """Give every process the first one's parameters and buffers."""
    if several():
        for tensor in model.state_dict().values():
            dist.broadcast(tensor, 0)


@torch.no_grad()
def average_gradients(parameters):
    """Replace each gradient by its mean over the processes, in one message.

    A parameter that no process used keeps the gradient None (an optimizer skips it); one that some
    processes used counts as zero in the others, as it would in one process with all the data.
    """
    parameters = [p for p in parameters if p.requires_grad]
    if not several() or not parameters:
        return
    used = torch.tensor([float(p.grad is not None) for p in parameters])
    gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
    flat = torch.cat([used.to(gradients[0].device), *[g.flatten().float() for g in gradients]])
    dist.all_reduce(flat)
    counts, *means = flat.split([len(parameters), *[p.numel() for p in parameters]])
    for p, count, total in zip(parameters, counts.tolist(), means):
        if count:
            p.grad = (total / world()).view_as(p).to(p.dtype)
