"""Lesson 04: a mouth that follows speech, and a pad of vowels."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import anywidget
import cv2
import ipywidgets as W
import numpy as np
import torch
import traitlets
from ipywidgets.widgets.trait_types import CByteMemoryView

from .. import media, show
from ..studio import VOICES, Camera, cast, film, perform, say, still
from ..studio.lips import to_arkit
from ..studio.speech import SAMPLE_RATE, Speech
from ..taught.foundations import coarticulation as co
from ..taught.foundations import sound_of_speech as sos
from .base import Playground, slider
from .movie import MoviePlayground

HERE, NEAR = Path(__file__), Camera(focal=9.5)
VOWEL_SHAPES = dict(ee="IY", ih="IH", eh="EH", ae="AE", ah="AA", aw="AO", oo="UW", uh="AH", er="ER")


class MouthPlayground(MoviePlayground):
    """Lesson 04: a mouth that follows a typed sentence or a recorded voice, with its spectrogram, phonemes and mouth curves."""

    def __init__(self, actor=9, size=192):
        self.actor, self.size = cast(actor), size
        super().__init__(
            {
                "text": W.Text(
                    "Stew, please: five happy puppies.", description="say", continuous_update=False
                ),
                "voice": W.Dropdown(
                    options=["recorded", *VOICES], value="grace", description="voice"
                ),
                "repaired": W.Checkbox(True, description="closures repaired"),
                "rate": W.IntSlider(150, 90, 300, description="words/min", continuous_update=False),
                "viseme": W.Dropdown(options=list(co.VISEMES), value="UW", description="viseme"),
                "mouth": W.Dropdown(
                    options=["dominance", "key frames", "heard"],
                    value="dominance",
                    description="mouth",
                ),
                "strength": self.slow("strength"),
                "early": self.slow("late start"),
            }
        )

    @staticmethod
    def slow(label):
        """A factor from a quarter to four, set when the handle is let go."""
        return W.FloatLogSlider(
            1.0,
            base=2,
            min=-2,
            max=2,
            step=0.25,
            description=label,
            continuous_update=False,
            readout_format=".2f",
        )

    def speech(self):
        """What is said, with the phonemes that shall move the mouth."""
        if self.value("voice") == "recorded":
            x = self.microphone.sound()
            return Speech(x, SAMPLE_RATE, media.hear(media.Sound(x, SAMPLE_RATE)), "")
        spoken = say(
            self.value("text"),
            self.value("voice"),
            rate=self.value("rate"),
            repair=self.value("repaired"),
        )
        if spoken.seconds > self.microphone.longest:
            raise ValueError(
                f"that takes {spoken.seconds:.0f} s to say; {self.microphone.longest} s is the most here."
            )
        if self.value("mouth") == "heard":
            spoken.phonemes = media.hear(media.Sound(spoken.sound, SAMPLE_RATE))
        return spoken

    def law(self, v):
        """The dominance of a viseme, changed by the sliders where it is the chosen one."""
        rates = np.array(co.dominance(v), np.float64)
        return (
            rates * (self.value("strength"), self.value("early"), 1)
            if v == self.value("viseme")
            else rates
        )

    def make_clip(self):
        speech = self.speech()
        p = perform(speech, seed=self.actor.seed, head=0.5)
        times = (np.arange(len(p)) + 0.5) / p.fps
        key = self.value("mouth") == "key frames"
        a = (
            co.key_frames(speech.phonemes, times)
            if key
            else co.articulators(speech.phonemes, times, law=self.law)
        )
        mouth = to_arkit(a)
        p.expression[:, self.lips] = mouth[:, self.lips]
        self.film, self.phonemes = (
            film(self.actor, p, size=self.size, camera=NEAR, background="blue"),
            speech.phonemes,
        )
        heard = self.value("mouth") == "heard" or self.value("voice") == "recorded"
        self.status.value = f"{len(speech.phonemes)} phonemes {'heard' if heard else 'known'}, {speech.seconds:.1f} s"
        return show.speech_clip(
            speech.sound,
            SAMPLE_RATE,
            speech.phonemes,
            self.film,
            dict(jaw=a[:, 0], seal=a[:, 1], pucker=a[:, 3], spread=a[:, 5]),
        )

    @cached_property
    def lips(self):
        """Which ARKit units the articulators set (52,)."""
        return to_arkit(np.array([[0.5] * 9, [1.0] * 9])).bool().any(0)

    def draw_picture(self):
        """Eight mouths at the longest phonemes, in order."""
        longest = sorted(
            sorted(
                (x for x in self.phonemes if not x[0].startswith("_")), key=lambda x: x[1] - x[2]
            )[:8],
            key=lambda x: x[1],
        )
        if not longest:
            return self.clip.frames[0]
        tiles, s = [], self.size
        for _, a, b in longest:
            t = min(len(self.film) - 1, int((a + b) / 2 * self.film.fps))
            x, y = self.film.truth["landmarks"][t, 48:68].mean(0).astype(int)
            h = s // 6
            x, y = min(max(x, h), s - h), min(max(y, h), s - h)
            tiles.append(
                cv2.resize(
                    self.film.frames[t, y - h : y + h, x - h : x + h],
                    (96, 96),
                    interpolation=cv2.INTER_CUBIC,
                )
            )
        return show.grid(tiles, 8, labels=[label for label, _, _ in longest])


class VowelPad(anywidget.AnyWidget):
    """A map of vowels to click and drag on; it plays `samples` (bytes of float32 at 16 kHz)."""

    _esm = HERE.with_name("pad.js")
    f1, f2 = traitlets.Int(500).tag(sync=True), traitlets.Int(1500).tag(sync=True)
    vowels = traitlets.Dict({k: list(v[:2]) for k, v in sos.FORMANTS.items()}).tag(sync=True)
    samples = CByteMemoryView(b"").tag(sync=True)


class FormantPlayground(Playground):
    """Lesson 04: a vowel from a buzz and formants, steered by a pad: its sound, its spectrum, the mouth that would make it."""

    def __init__(self, actor=9):
        self.actor, self.pad = cast(actor), VowelPad()
        controls = {
            "f1": W.IntSlider(500, 200, 900, 1, description="F1"),
            "f2": W.IntSlider(1500, 600, 2500, 1, description="F2"),
            "f0": slider("f0", 70, 350, 120, 1),
        }
        for name in ("f1", "f2"):
            traitlets.link((self.pad, name), (controls[name], "value"))
        super().__init__(controls, width=440)
        self.children[0].children = (self.pad, *self.children[0].children)
        self.layout.align_items = "flex-start"

    def refresh(self):
        if (self.pad.f1, self.pad.f2) == (
            self.value("f1"),
            self.value("f2"),
        ):  # a drag sets one after the other
            super().refresh()

    def draw_picture(self):
        f1, f2, f0 = (self.value(k) for k in ("f1", "f2", "f0"))
        formants = (f1, f2, max(2400, f2 + 300))
        sound = sos.vowel(formants, f0, 0.6)
        self.pad.samples = sound.tobytes()
        near = {
            k: 1 / (1 + (np.log(v[0] / f1) ** 2 + np.log(v[1] / f2) ** 2) * 150) ** 2
            for k, v in sos.FORMANTS.items()
        }
        self.status.value = f"nearest: {max(near, key=near.get)}"
        mouth = sum(w * np.array(co.VISEMES[VOWEL_SHAPES[k]]) for k, w in near.items()) / sum(
            near.values()
        )
        pose = still(rotation=(0, 0.2, 0))
        pose.expression[:] = to_arkit(mouth[None])
        face = film(self.actor, pose, size=160, camera=NEAR, background="blue").frames[0]
        return np.concatenate(
            [self.spectrum(sound, formants), np.full((160, 4, 3), 255, np.uint8), face], 1
        )

    @staticmethod
    def spectrum(sound, formants, width=276, height=160):
        """Harmonics (grey) below the envelope of the filter (red), 0 to 4 kHz, in dB."""
        panel = np.full((height, width, 3), 255, np.uint8)
        x = torch.from_numpy(sound)
        db = (
            20
            * torch.log10(sos.stft(x, 2048, 512, 2048).abs()[:, 4:-4].mean(1) + 1e-6)[:512].numpy()
        )
        impulse = sos.tract(np.eye(1, 4096)[0], [*formants, 3500])
        envelope = 20 * np.log10(np.abs(np.fft.rfft(impulse))[:1024] + 1e-9)
        for k, (curve, colour, room) in enumerate(
            ((db, (150, 150, 150), 60), (envelope, (210, 85, 42), 50))
        ):
            px = np.arange(len(curve)) / len(curve) * width
            py = (curve.max() + 4 - curve) / room * (height - 20)
            cv2.polylines(
                panel, [np.stack([px, py], 1).astype(np.int32)], False, colour, 1 + k, cv2.LINE_AA
            )
        for k in range(1, 4):
            cv2.putText(
                panel,
                f"{k} kHz",
                (k * width // 4 - 14, height - 5),
                cv2.FONT_HERSHEY_SIMPLEX,
                0.36,
                (60, 60, 60),
                1,
                cv2.LINE_AA,
            )
        return panel
