"""Phonemes in any recording, from the network of lesson 04 with the weights that ship with the course."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from .clip import Sound
from .errors import MediaError

CHECKPOINT = Path(__file__).with_name("phonemes.safetensors")


@lru_cache(maxsize=2)
def own_listener(path=CHECKPOINT):
    """The phoneme network of lesson 04, trained for longer on eight of the studio's voices."""
    from ..taught.sound_of_speech import PhonemeNet

    if not Path(path).is_file():
        raise MediaError(f"{path} is missing: run `make checkpoints` to train it again, or reinstall the course.")
    return PhonemeNet.load(path)


def hear(sound):
    """Which English phonemes are spoken, and when: a Sound -> a list of (label, start s, end s) without gaps; '_' is silence."""
    from ..taught import sound_of_speech

    if not isinstance(sound, Sound):
        raise MediaError(f"hear takes a Sound, as media.read gives it, not a {type(sound).__name__}.")
    x = sound.resample(sound_of_speech.SAMPLE_RATE).samples
    if len(x) < sound_of_speech.N_FFT:
        raise MediaError(f"the sound is {sound.seconds * 1000:.0f} ms long: there is no phoneme to hear.")
    return sound_of_speech.hear(own_listener(), x)
