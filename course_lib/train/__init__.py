"""Where and how big: device, scale, the training loop's progress, checkpoints."""

from .checkpoint import load, save
from .device import pick_device, scale, setup, threads
from .loop import steps

__all__ = ["pick_device", "scale", "setup", "threads", "steps", "save", "load"]
