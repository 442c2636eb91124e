"""Where and how big: device, scale, the training loop's progress, checkpoints."""

from .device import pick_device, scale, setup, threads
from .loop import steps
from .checkpoint import load, save

__all__ = ["pick_device", "scale", "setup", "threads", "steps", "save", "load"]
