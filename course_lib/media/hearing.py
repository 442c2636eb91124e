"""Phonemes in any recording, from the network of lesson 04 with the weights that ship with the
course.
"""

from __future__ import annotations

from functools import lru_cache

from ..taught.foundations import sound_of_speech
from ..train import pick_device
from .errors import MediaError
from .networks import shipped
from .sound import Sound


@lru_cache(maxsize=1)
def own_listener():
    """The phoneme network of lesson 04, trained for longer on eight of the studio's voices."""
    return sound_of_speech.PhonemeNet.load(shipped("phonemes"), pick_device())


def hear(sound):
    """Which English phonemes are spoken, and when.

    sound: a Sound -> a list of (label, start s, end s) without gaps; '_' is silence.
    Raises MediaError for what is not a Sound or shorter than one window, and where the network that
    ships with the course is missing or altered.
    """
    if not isinstance(sound, Sound):
        raise MediaError(
            f"hear takes a Sound, as media.read gives it, not a {type(sound).__name__}."
        )
    x = sound.resample(sound_of_speech.SAMPLE_RATE).samples
    if len(x) < sound_of_speech.N_FFT:
        raise MediaError(
            f"the sound is {sound.seconds * 1000:.0f} ms long: there is no phoneme to hear."
        )
    return sound_of_speech.hear(own_listener(), x)
