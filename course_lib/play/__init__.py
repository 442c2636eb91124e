"""Widgets to play with an idea before reading its formula. Each shows a still picture where no widget can run."""

from .widgets import ActorMixer, Playground, RendererPlayground

__all__ = ["Playground", "ActorMixer", "RendererPlayground"]
