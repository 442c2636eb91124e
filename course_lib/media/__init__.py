"""Clips, pictures and sound: read them, write them (marked), play them; find the faces in them."""

from .clip import Clip, Sound, Stream
from .errors import MediaError
from .faces import Faces, find_faces
from .reading import frames, probe, read, read_image, read_sound, read_video
from .writing import write

__all__ = [
    "Clip",
    "Faces",
    "Sound",
    "Stream",
    "MediaError",
    "find_faces",
    "frames",
    "probe",
    "read",
    "read_image",
    "read_sound",
    "read_video",
    "write",
]
