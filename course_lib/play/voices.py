"""Lesson 22: any voice moves any mouth, and is laid into a film."""

from __future__ import annotations

import time
from functools import cached_property

import cv2
import ipywidgets as W
import numpy as np
import torch

from .. import show
from ..media import Clip
from ..studio import LANGUAGES, STRANGERS, VOICES, Camera, cast, say
from ..studio.speech import SAMPLE_RATE
from ..taught.audio import neural_voice_puppetry as N
from ..taught.audio import voice_to_film as F
from .movie import MoviePlayground, mouth_of
from .reel import Reel

NEAR = Camera(focal=7.5)
PEOPLE = (16, 24, 26)  # numbers of the actors, whose matrices the shipped network has
CURSOR = (60, 200, 120)


class Speaking(MoviePlayground):
    """A sentence in a voice and a language, or a recording; `make` makes a film of its sound, sets
    `whole`, and says what it did in `status`. A new `frame` alone makes no new film."""

    def __init__(self, text, voice, **others):
        self.made = None
        voices = [*STRANGERS, *VOICES, "recorded"]
        languages = [(name, key) for key, name in LANGUAGES.items()]
        super().__init__(
            {
                "text": W.Text(text, description="say", continuous_update=False),
                "voice": W.Dropdown(options=voices, value=voice, description="voice"),
                "language": W.Dropdown(options=languages, description="language"),
                **others,
                "frame": W.FloatSlider(
                    0.3, min=0, max=1, step=0.01, description="frame", readout_format=".0%"
                ),
            }
        )

    @cached_property
    def ear(self):
        return N.shipped_ear()

    @cached_property
    def net(self):
        return N.shipped_voices()

    def sound(self):
        if self.value("voice") == "recorded":
            return self.microphone.sound()
        speech = say(self.value("text"), self.value("voice"), self.value("language"))
        if speech.seconds > self.microphone.longest:
            raise ValueError(
                f"that takes {speech.seconds:.0f} s to say; "
                f"{self.microphone.longest} s is the most here."
            )
        return speech.sound

    @torch.inference_mode()
    def make_clip(self):
        asked = (self.microphone.sent, *(self.value(k) for k in self.controls if k != "frame"))
        if asked != self.made:
            self.make(self.sound())
            self.made = asked
        return self.whole

    def chosen(self, count):
        """The number of the frame that is looked at, of `count`."""
        return min(count - 1, int(self.value("frame") * count))


class VoicePlayground(Speaking):
    """Type or speak, and somebody of the studio says it with their own mouth. Below: what the ear
    heard, a row a phoneme; and how much each of eight neighbours counts at the chosen frame, the
    mouths of these neighbours below it."""

    def __init__(self, size=192):
        self.size = size
        people = [(f"person {k}", k) for k in PEOPLE]
        person = W.Dropdown(options=people, description="mouth of")
        super().__init__("Mum bought a puppy.", "rob", person=person)

    @cached_property
    def reels(self):
        return {k: Reel(cast(k), size=self.size, camera=NEAR, background="office") for k in PEOPLE}

    def make(self, sound):
        person = self.value("person")
        windows = N.listened(self.ear, sound, N.frames_of(sound))
        self.heard = windows[:, N.WINDOW // 2]
        codes = self.net.frame(N.with_ends(windows))[None]
        self.weights = self.net.scores(codes)[0].softmax(-1)
        mouths = self.net(N.with_ends(windows)[None], torch.tensor([person]))[0]
        performance = N.performance_of(mouths.clamp(0, 1), sound)
        self.film = self.reels[person].film(performance)
        self.whole = show.speech_clip(sound, SAMPLE_RATE, film=self.film)
        self.status.value = f"{len(self.film)} frames"

    def draw_picture(self):
        count = len(self.heard)
        t = self.chosen(count)
        dark = (255 * (1 - self.heard.T.numpy())).clip(0, 255).astype(np.uint8)
        heard = cv2.resize(dark, (480, 120), interpolation=cv2.INTER_NEAREST)
        heard = np.repeat(heard[..., None], 3, 2)
        x = int((t + 0.5) / count * 480)
        heard[:, max(0, x - 1) : x + 1] = CURSOR
        bars = np.full_like(heard, 255)
        mouths = []
        for i, weight in enumerate(self.weights[t].tolist()):
            top = 116 - round(112 * weight)
            bars[top:116, 60 * i + 8 : 60 * i + 52] = (70, 90, 120)
            beside = min(max(t + i - 4, 0), count - 1)
            mouths.append(mouth_of(self.film, beside, self.size // 8, 60))
        mouths = np.concatenate([np.concatenate(mouths, 1), np.full_like(heard[:60], 255)])
        labels = ["what the ear heard", "how much each neighbour counts", "the neighbours"]
        return show.grid([heard, bars, mouths], 1, labels=labels)[:-60]


class PuppetryPlayground(Speaking):
    """Type or speak, and a film is dubbed: left as it was shot, right with another mouth. Below, at
    the chosen frame: the square as it was shot, without its lower face, with the texture's own
    colours, and as the networks draw it.

    target: 22b's Target, its matrix found with the polyglot ear; model: its Dubber.
    """

    def __init__(self, target, model):
        self.target = target
        self.model = model
        plain = F.Dubber(model.texture).to(next(model.parameters()).device)
        self.colours = plain.eval()  # its networks, untrained, change nothing
        super().__init__("Mum bought a puppy.", "rob")

    @cached_property
    def ear(self):
        return N.shipped_ear(name="polyglot")

    def make(self, sound):
        mouths = F.mouths_said(sound, self.target.matrix, self.ear, self.net)
        self.at = np.array(F.there_and_back(len(self.target.frames), len(mouths)))
        self.given = self.target.given(mouths, self.at)
        start = time.perf_counter()
        self.squares = F.redrawn(self.model, *self.given)
        spent = time.perf_counter() - start
        shot = self.target.frames[self.at]
        dubbed = F.put_back(shot, self.squares, self.target.corners[self.at])
        self.whole = Clip(np.concatenate([shot, dubbed], 2), 25, np.asarray(sound, np.float32))
        self.status.value = f"{len(mouths)} frames, drawn in {spent:.1f} s"

    def draw_picture(self):
        t = self.chosen(len(self.at))
        _, shot, empty, _ = self.given
        plain = F.redrawn(self.colours, *(part[t : t + 1] for part in self.given))[0]
        tiles = [shot[t], empty[t], plain, self.squares[t]]
        labels = ["as it was shot", "the hole", "the texture's colours", "the networks"]
        return show.grid([show.enlarged(tile, 192) for tile in tiles], 2, labels=labels)
