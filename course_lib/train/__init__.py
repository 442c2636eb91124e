"""Where and how big: device, scale, processes, the training loop's progress, checkpoints,
and films for networks that go on from their own drawings."""

from .checkpoint import load, save
from .device import pick_device, scale, threads
from .loop import steps
from .run import Run, setup
from .streams import Streams

__all__ = ["Run", "Streams", "pick_device", "scale", "setup", "threads", "steps", "save", "load"]
