"""Lesson 04: a mouth that follows speech, and a pad of vowels."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from pathlib import Path

import anywidget
import ipywidgets as W
import numpy as np
import torch
import traitlets
from ipywidgets.widgets.trait_types import CByteMemoryView
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .. import media, show
from ..studio import VOICES, Camera, cast, film, perform, say, still
from ..studio.lips import to_arkit
from ..studio.speech import SAMPLE_RATE, Speech
from ..taught.foundations import coarticulation as co
from ..taught.foundations import sound_of_speech as sos
from .base import Playground, slider
from .movie import MoviePlayground, mouth_of
from .reel import Reel

HERE = Path(__file__)
NEAR = Camera(focal=9.5)
VOWEL_SHAPES = dict(ee="IY", ih="IH", eh="EH", ae="AE", ah="AA", aw="AO", oo="UW", uh="AH", er="ER")


class MouthPlayground(MoviePlayground):
    """A mouth that follows a typed sentence or a recorded voice.

    With its spectrogram, its phonemes and the curves of the mouth.
    """

    def __init__(self, actor=9, size=192):
        self.size = size
        self.reel = Reel(cast(actor), size=size, camera=NEAR, background="blue")
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
                "mouth": W.Dropdown(
                    options=["dominance", "key frames", "heard"],
                    value="dominance",
                    description="mouth",
                ),
                "viseme": W.Dropdown(options=list(co.VISEMES), value="UW", description="viseme"),
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
                f"that takes {spoken.seconds:.0f} s to say; "
                f"{self.microphone.longest} s is the most here."
            )
        if self.value("mouth") == "heard":
            spoken.phonemes = media.hear(media.Sound(spoken.sound, SAMPLE_RATE))
        return spoken

    def law(self, v):
        """The dominance of a viseme, changed by the sliders where it is the chosen one."""
        rates = np.array(co.dominance(v), np.float64)
        if v != self.value("viseme"):
            return rates
        return rates * (self.value("strength"), self.value("early"), 1)

    def make_clip(self):
        speech = self.speech()
        p = perform(speech, seed=self.reel.actor.seed, head=0.5)
        times = (np.arange(len(p)) + 0.5) / p.fps
        if self.value("mouth") == "key frames":
            a = co.key_frames(speech.phonemes, times)
        else:
            a = co.articulators(speech.phonemes, times, law=self.law)
        p.expression[:, self.lips] = to_arkit(a)[:, self.lips]
        self.film = self.reel.film(p)
        self.phonemes = speech.phonemes
        ways = (self.value("mouth"), self.value("voice"))
        source = "heard" if "heard" in ways or "recorded" in ways else "known"
        self.status.value = f"{len(speech.phonemes)} phonemes {source}, {speech.seconds:.1f} s"
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
        """Eight mouths in order: before the chosen viseme, which starts late, and the longest."""
        spoken = [x for x in self.phonemes if not x[0].startswith("_")]
        if not spoken:
            return self.clip.frames[0]
        viseme = self.value("viseme")
        before = [a for a, b in pairwise(spoken) if co.viseme(b[0]) == viseme][:2]
        longest = sorted(set(spoken) - set(before), key=seconds_of, reverse=True)
        shown = sorted([*before, *longest[: 8 - len(before)]], key=start_of)
        tiles = [self.mouth_at((start + end) / 2) for _, start, end in shown]
        return show.grid(tiles, 8, labels=[label for label, _, _ in shown])

    def mouth_at(self, seconds):
        """The mouth at that time, cut from the film, (96, 96, 3)."""
        t = min(len(self.film) - 1, int(seconds * self.film.fps))
        return mouth_of(self.film, t, self.size // 6, 96)


def start_of(phoneme):
    return phoneme[1]


def seconds_of(phoneme):
    _, start, end = phoneme
    return end - start


class VowelPad(anywidget.AnyWidget):
    """A map of vowels to click and drag on; it plays `samples` (bytes of float32 at 16 kHz)."""

    _esm = HERE.with_name("pad.js")
    f1 = traitlets.Int(500).tag(sync=True)
    f2 = traitlets.Int(1500).tag(sync=True)
    vowels = traitlets.Dict({k: list(v[:2]) for k, v in sos.FORMANTS.items()}).tag(sync=True)
    samples = CByteMemoryView(b"").tag(sync=True)


class FormantPlayground(Playground):
    """A vowel from a buzz and formants, steered by a pad.

    Its sound, its spectrum, the mouth that would make it.
    """

    def __init__(self, actor=9):
        self.actor = cast(actor)
        self.pad = VowelPad()
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
        # a drag sets one after the other
        if (self.pad.f1, self.pad.f2) == (self.value("f1"), self.value("f2")):
            super().refresh()

    def draw_picture(self):
        f1, f2, f0 = (self.value(k) for k in ("f1", "f2", "f0"))
        formants = (f1, f2, max(2400, f2 + 300))
        sound = sos.vowel(formants, f0, 0.6)
        self.pad.samples = sound.tobytes()
        near = nearness(f1, f2)
        self.status.value = f"nearest: {max(near, key=near.get)}"
        shapes = [np.array(co.VISEMES[VOWEL_SHAPES[k]]) for k in near]
        pose = still(rotation=(0, 0.2, 0))
        mouth = np.average(shapes, axis=0, weights=list(near.values()))
        pose.expression[:] = to_arkit(mouth[None])
        face = film(self.actor, pose, size=160, camera=NEAR, background="blue").frames[0]
        return np.concatenate([self.plot(sound, formants), face], 1)

    @cached_property
    def panel(self):
        """The plot and its two lines, made once: only the lines move. 0 to 4 kHz, in dB."""
        figure = Figure(figsize=(2.8, 1.6), dpi=100)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.02, 0.16, 0.94, 0.82))
        axes.set(xlim=(0, 4), ylim=(-60, 4), xticks=[1, 2, 3], xticklabels=["1 kHz", "2", "3"])
        axes.set_yticks([])
        axes.tick_params(labelsize=7, length=2)
        axes.spines[["top", "left", "right"]].set_visible(False)
        (harmonics,) = axes.plot([], [], color="0.6", linewidth=0.8)
        (envelope,) = axes.plot([], [], color="#d2552a", linewidth=1.6)
        return figure, harmonics, envelope

    def plot(self, sound, formants):
        """Harmonics (grey) below the envelope of the filter (orange), (160, 280, 3) uint8."""
        figure, *lines = self.panel
        for line, level in zip(lines, spectrum(sound, formants), strict=True):
            line.set_data(np.linspace(0, 4, len(level), endpoint=False), level - level.max())
        figure.canvas.draw()
        return np.asarray(figure.canvas.buffer_rgba())[..., :3]


def nearness(f1, f2):
    """How near each vowel's formants are on a logarithmic map: vowel -> weight, 1 at the vowel."""
    out = {}
    for vowel, (a, b, *_) in sos.FORMANTS.items():
        distance = np.log(a / f1) ** 2 + np.log(b / f2) ** 2
        out[vowel] = 1 / (1 + 150 * distance) ** 2
    return out


def spectrum(sound, formants):
    """Levels in dB from 0 to 4 kHz: of the sound (512,), and of the filter alone (1024,)."""
    frames = sos.stft(torch.from_numpy(sound), 2048, 512, 2048).abs()[:, 4:-4]
    harmonics = 20 * torch.log10(frames.mean(1) + 1e-6)[:512].numpy()
    impulse = sos.tract(np.eye(1, 4096)[0], [*formants, 3500])
    envelope = 20 * np.log10(np.abs(np.fft.rfft(impulse))[:1024] + 1e-9)
    return harmonics, envelope
