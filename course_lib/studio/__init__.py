"""The film studio: actors, speech, lips, motion, camera, light; every film with its exact truth."""

from ..human import expression_weights
from ..human import load as _load
from .actor import HAIR_KINDS, Actor
from .casting import cast
from .dance import MOVES, body_still, dance
from .film import LAYERS, film, framed
from .gestures import GESTURES, LECTURES, gesture, lecture
from .head import CLOTH_KINDS
from .interview import acted, glances, interview, talk
from .labels import LABELS, close_up, face_labels, label_maps
from .manners import manner, mannered, saying
from .mesh import PARTS
from .motion import BodyPerformance, Performance, perform, still
from .posing import strike
from .quirks import quirky
from .script import script
from .speech import CROWD, LANGUAGES, STRANGERS, VOICES, Speech, say
from .stage import BACKGROUNDS, BODY_CAMERA, LIGHTS, Camera, drifting, light_coefficients
from .tracking import imperfect_tracking
from .wearing import wearing

__all__ = [
    "Actor",
    "cast",
    "film",
    "framed",
    "interview",
    "acted",
    "talk",
    "glances",
    "imperfect_tracking",
    "wearing",
    "quirky",
    "perform",
    "manner",
    "mannered",
    "still",
    "strike",
    "say",
    "saying",
    "script",
    "dance",
    "gesture",
    "lecture",
    "body_still",
    "Camera",
    "BODY_CAMERA",
    "Performance",
    "BodyPerformance",
    "Speech",
    "VOICES",
    "CROWD",
    "STRANGERS",
    "LANGUAGES",
    "LIGHTS",
    "BACKGROUNDS",
    "LAYERS",
    "PARTS",
    "LABELS",
    "close_up",
    "face_labels",
    "label_maps",
    "HAIR_KINDS",
    "CLOTH_KINDS",
    "MOVES",
    "GESTURES",
    "LECTURES",
    "EXPRESSIONS",
    "expression_weights",
    "light_coefficients",
    "drifting",
]


def __getattr__(name):
    if name == "EXPRESSIONS":
        return tuple(_load().names)
    raise AttributeError(name)
