"""Phonemes in any recording, from the network of lesson 04 with the weights that ship with the course."""

from __future__ import annotations

from functools import lru_cache

from .. import weights
from ..taught.foundations import sound_of_speech
from .clip import Sound
from .errors import MediaError


@lru_cache(maxsize=1)
def own_listener():
    """The phoneme network of lesson 04, trained for longer on eight of the studio's voices."""
    return sound_of_speech.PhonemeNet.load(weights.path("phonemes"))


def hear(sound):
    """Which English phonemes are spoken, and when: a Sound -> a list of (label, start s, end s) without gaps; '_' is silence."""
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
