"""Widgets to play with an idea before its formula: a module a lesson, imported when asked for."""

from importlib import import_module

from .base import Playground

MODULES = {
    "ActorMixer": "start_here",
    "RendererPlayground": "faces_in_3d",
    "TrianglePlayground": "faces_in_3d",
    "FitPlayground": "faces_in_3d",
    "FinderPlayground": "finding_faces",
    "MouthPlayground": "sound_of_speech",
    "FormantPlayground": "sound_of_speech",
    "PaintPlayground": "pix2pix",
    "LinePlayground": "pix2pix",
    "ConversionPlayground": "conversion",
    "SwapPlayground": "two_decoders",
    "CodePlayground": "taken_apart",
    "PosePlayground": "finding_poses",
    "BodyPlayground": "motion_capture",
    "PuppetPlayground": "motion_capture",
    "DancePlayground": "everybody_dance",
    "SlicePlayground": "dance_faces",
    "ReenactmentPlayground": "face2face",
    "ControlsPlayground": "portrait",
    "UnrolledPlayground": "neural_textures",
    "TexturePlayground": "neural_textures",
    "DubPlayground": "synthesizing_obama",
    "VoicePlayground": "voices",
    "PuppetryPlayground": "voices",
    "LecturePlayground": "lumierenet",
    "LecturerPlayground": "lumierenet",
    "Microphone": "capture",
    "CameraCapture": "capture",
    "MoviePlayground": "movie",
}
__all__ = ["Playground", *MODULES]


def __getattr__(name):
    if name in MODULES:
        return getattr(import_module(f".{MODULES[name]}", __name__), name)
    raise AttributeError(f"course_lib.play has no {name!r}; it has {', '.join(__all__)}.")
