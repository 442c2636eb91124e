"""Clips, pictures and sound: read them, write them (marked), play them; find the faces and hear the phonemes in them."""

from .clip import Clip, Sound, Stream
from .errors import MediaError
from .faces import Faces, find_faces
from .hearing import hear
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
    "hear",
    "probe",
    "read",
    "read_image",
    "read_sound",
    "read_video",
    "write",
]
