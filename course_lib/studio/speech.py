"""Speech with exact phoneme times, from eSpeak NG through its C interface (loaded from the wheel
espeakng-loader)."""

from __future__ import annotations

import _ctypes
import ctypes
import threading
from dataclasses import dataclass

import numpy as np

from ..taught.foundations.coarticulation import repair_closures

SAMPLE_RATE = 16000
# eSpeak NG variants that sound like different people; the pitch is eSpeak's 0..99
VOICES = {
    "adam": ("m3", 38),
    "bruno": ("m7", 28),
    "carl": ("m1", 52),
    "david": ("m5", 20),
    "emil": ("m8", 45),
    "fiona": ("f2", 55),
    "grace": ("f3", 66),
    "hanna": ("f4", 48),
    "irene": ("f1", 60),
    "julia": ("f2", 80),
}
# more of eSpeak NG's variants that might be people, for lessons that need many voices; nobody is
# cast with one of them. Keep the STRANGERS out of training, so that there is somebody to judge by.
CROWD = (
    "Alex Alicia Andrea Andy Denis Diogo Henrique Lee Mario Michael Mike Reed anika aunty benjamin "
    "boris edward f5 grandma grandpa gustave iven3 kaukovalta klatt3 linda m2 m6 marcelo max "
    "michel miguel norbert pablo quincy robert shelby travis victor"
).split()
STRANGERS = ["Annie", "Hugo", "belinda", "m4", "rob", "steph"]
OTHERS = {name: (name, 50) for name in (*CROWD, *STRANGERS)}
LANGUAGES = {
    "en-us": "American English",
    "en": "British English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt-br": "Brazilian Portuguese",
    "nl": "Dutch",
    "sv": "Swedish",
    "pl": "Polish",
}
_lock = threading.Lock()


@dataclass
class Speech:
    """Sound (N,) float32 in -1..1 at 16 kHz, and phonemes: a list of (label, start s, end s)
    without gaps; '_' is silence."""

    sound: np.ndarray
    sample_rate: int
    phonemes: list
    text: str

    @property
    def seconds(self):
        return len(self.sound) / self.sample_rate

    def _repr_html_(self):
        from IPython.display import Audio

        return Audio(self.sound, rate=self.sample_rate)._repr_html_()


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("name", ctypes.c_char * 8),
    ]


def _library():
    """The engine, loaded anew: it keeps state between calls that even its own terminate does not
    clear."""
    try:
        import espeakng_loader

        lib = ctypes.cdll.LoadLibrary(str(espeakng_loader.get_library_path()))
    except (ImportError, OSError) as e:
        raise RuntimeError(
            f"eSpeak NG could not be loaded ({e}). "
            "Reinstall it with `pip install --force-reinstall espeakng-loader`."
        ) from e
    lib.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
    lib.espeak_Synth.argtypes = [
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_uint,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.c_uint,
        ctypes.c_void_p,
        ctypes.c_void_p,
    ]
    lib.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
    lib.espeak_ng_SetRandSeed.argtypes = [ctypes.c_long]
    lib.espeak_SetParameter.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int]
    return lib, str(espeakng_loader.get_data_path()).encode()


def _unload(lib):
    if hasattr(_ctypes, "dlclose"):
        _ctypes.dlclose(lib._handle)
    else:
        _ctypes.FreeLibrary(lib._handle)


def _synthesise(text, name, rate, pitch):
    """One pass of a fresh engine -> samples int16 at its own rate, that rate, and (sample, symbol)
    events."""
    lib, data = _library()
    native = lib.espeak_Initialize(2, 200, data, 0x0001 | 0x8000)
    if native <= 0:
        raise RuntimeError(
            "eSpeak NG did not start: its voice data is missing. Reinstall espeakng-loader."
        )
    lib.espeak_ng_SetRandSeed(1)  # the breath noise of some voices
    sound, events = [], []

    @ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
    )
    def receive(samples, n, event):
        if samples and n > 0:
            sound.append(np.ctypeslib.as_array(samples, (n,)).copy())
        k = 0
        while event[k].type != 0:
            if event[k].type == 7:
                events.append((event[k].sample, event[k].name.decode("utf8", "replace")))
            k += 1
        return 0

    try:
        lib.espeak_SetSynthCallback(receive)
        if lib.espeak_SetVoiceByName(name.encode()) != 0:
            raise RuntimeError(f"eSpeak NG has no voice {name!r}.")
        for parameter, value in ((1, rate), (2, 80), (3, pitch)):
            lib.espeak_SetParameter(parameter, value, 0)
        raw = text.encode("utf8")
        lib.espeak_Synth(raw, len(raw) + 1, 0, 1, 0, 1, None, None)
        lib.espeak_Synchronize()
    finally:
        lib.espeak_Terminate()
        _unload(lib)
    return np.concatenate(sound) if sound else np.zeros(0, np.int16), native, events


def _choose(value, table, what):
    if value not in table:
        raise ValueError(f"there is no {what} {value!r}; choose one of {', '.join(table)}.")
    return value


def say(text, voice="adam", language="en-us", rate=165, pitch=None, repair=True):
    """Speak a text.

    text: any string with something to say. voice: one of VOICES, CROWD or STRANGERS. language: one
    of LANGUAGES. rate: words a minute, 80 to 400. pitch: 0 (low) to 99 (high); None takes the
    voice's own. repair: give stops back their closures, which the engine books on the phoneme
    before (lesson 04). Returns Speech: 16 kHz sound and exact phoneme intervals.
    """
    from scipy.signal import resample_poly

    if not isinstance(text, str) or not text.strip():
        raise ValueError("say needs a text with at least one word.")
    variant, own = OTHERS.get(voice) or VOICES[_choose(voice, VOICES, "voice")]
    _choose(language, LANGUAGES, "language")
    if not 80 <= rate <= 400:
        raise ValueError(f"rate is in words a minute, from 80 to 400, not {rate}.")
    pitch = own if pitch is None else pitch
    if not 0 <= pitch <= 99:
        raise ValueError(f"pitch goes from 0 (low) to 99 (high), not {pitch}.")
    with _lock:
        raw, native, events = _synthesise(text, f"{language}+{variant}", int(rate), int(pitch))
    if len(raw) == 0 or not events:
        raise ValueError(f"eSpeak NG found nothing to say in {text[:40]!r}.")
    sound = resample_poly(raw.astype(np.float32) / 32768, SAMPLE_RATE, native).astype(np.float32)
    total = len(raw)
    starts = [min(s, total) for s, _ in events] + [total]
    intervals = [
        (name.strip("',%=|") or "_", a / native, b / native)
        for (_, name), a, b in zip(events, starts[:-1], starts[1:], strict=True)
        if b > a
    ]
    if intervals and intervals[0][1] > 0:
        intervals.insert(0, ("_", 0.0, intervals[0][1]))
    return Speech(
        sound, SAMPLE_RATE, repair_closures(intervals, raw, native) if repair else intervals, text
    )
