"""Clips, pictures and sound: read them, write them (marked), play them."""

from .clip import Clip, Sound, Stream
from .errors import MediaError
from .reading import frames, probe, read, read_image, read_sound, read_video
from .writing import write

__all__ = ["Clip", "Sound", "Stream", "MediaError", "frames", "probe", "read", "read_image", "read_sound", "read_video", "write"]
