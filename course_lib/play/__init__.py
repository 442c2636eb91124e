"""Widgets to play with an idea before reading its formula. Each shows a still picture where no widget can run."""

from .dub import DubPlayground
from .finder import FinderPlayground
from .mouth import FormantPlayground, Microphone, MouthPlayground
from .reenact import CameraCapture, ReenactmentPlayground
from .swap import ConversionPlayground, SnapshotPlayground
from .widgets import ActorMixer, Playground, RendererPlayground

__all__ = [
    "Playground",
    "ActorMixer",
    "RendererPlayground",
    "FinderPlayground",
    "ConversionPlayground",
    "SnapshotPlayground",
    "MouthPlayground",
    "FormantPlayground",
    "Microphone",
    "DubPlayground",
    "CameraCapture",
    "ReenactmentPlayground",
]
