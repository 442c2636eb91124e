"""Where and how big: device, scale, processes, the training loop's progress, checkpoints."""

from .checkpoint import load, save
from .device import pick_device, scale, threads
from .loop import steps
from .run import Run, setup

__all__ = ["Run", "pick_device", "scale", "setup", "threads", "steps", "save", "load"]
