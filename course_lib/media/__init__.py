"""Clips, pictures and sound: read them, write them (marked), play them; find the faces and poses
and hear the phonemes in them.
"""

from .bodies import Poses, find_poses
from .bvh import write_bvh
from .clip import Clip, Stream
from .decoding import frames, probe
from .errors import MediaError
from .faces import Faces, find_faces
from .hearing import hear
from .own import consented, frame_faults, read_own, write_own
from .reading import read, read_image, read_sound, read_video
from .scaling import reduced, rescaled
from .sidecar import load, save
from .sound import Sound
from .writing import write

# A clip's own file methods need the reader and the writer, and both need Clip: they join it here.
Clip.save = save
Clip.load = staticmethod(load)

__all__ = [
    "Clip",
    "Faces",
    "Poses",
    "Sound",
    "Stream",
    "MediaError",
    "consented",
    "reduced",
    "rescaled",
    "find_faces",
    "find_poses",
    "frame_faults",
    "frames",
    "hear",
    "probe",
    "read",
    "read_image",
    "read_own",
    "read_sound",
    "read_video",
    "write",
    "write_bvh",
    "write_own",
]
