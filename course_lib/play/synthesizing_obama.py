"""Lesson 18: a voice moves a filmed face."""

from __future__ import annotations

from functools import cached_property

import cv2
import ipywidgets as W
import numpy as np

from .. import show
from ..show.speech import curve_panel
from ..studio import VOICES, cast, say
from ..studio.speech import SAMPLE_RATE
from ..taught.audio.lip_sync import gap, studio_double
from .movie import MoviePlayground


class DubPlayground(MoviePlayground):
    """Lesson 18: type or speak, and the actor's film says it. Below: one frame taken apart.

    First row: the nearest mouths with their weights. Second: the nearest, their mean, their
    weighted median, the target's frame and the composite. Third: the re-timed path over the film,
    pauses at the bottom.
    """

    def __init__(self, actor=35, voice="carl"):
        self.actor = cast(actor)
        self.own = voice
        self.made = None
        others = [v for v in VOICES if v != voice]
        super().__init__(
            {
                "text": W.Text(
                    "We choose to go to the moon. Not because it is easy!",
                    description="say",
                    continuous_update=False,
                ),
                "voice": W.Dropdown(
                    options=[voice, "recorded", *others], value=voice, description="voice"
                ),
                "paint": W.Dropdown(
                    options=["median", "mean", "nearest"], value="median", description="pixels"
                ),
                "n": W.IntSlider(40, 1, 120, description="n", continuous_update=False),
                "teeth": W.Checkbox(True, description="teeth from the proxy"),
                "jaw": W.Checkbox(True, description="bend the jaw"),
                "frame": W.FloatSlider(
                    0.4, min=0, max=1, step=0.01, description="frame", readout_format=".0%"
                ),
            }
        )

    @cached_property
    def double(self):
        """A quick double of the actor: about a quarter of a minute, once."""
        return studio_double(self.actor, self.own)

    def sound(self):
        if self.value("voice") == "recorded":
            x = self.microphone.sound()
        else:
            x = say(self.value("text"), self.value("voice")).sound
        longest = int(len(self.double.target) / self.double.target.fps * SAMPLE_RATE)
        if len(x) > longest:
            raise ValueError(
                f"that is longer than the target's {longest / SAMPLE_RATE:.0f} s: say less."
            )
        return x

    @property
    def options(self):
        return dict(
            n=self.value("n"),
            how=self.value("paint"),
            teeth=self.value("teeth"),
            bend_jaw=self.value("jaw"),
        )

    def make_clip(self):
        """The film; made anew only if something else than `frame` has changed."""
        asked = (self.microphone.sent, *(self.value(k) for k in self.controls if k != "frame"))
        if asked != self.made:
            x = self.sound()
            clip, self.steps = self.double.say(x, **self.options)
            clip.frames = np.stack(
                [cv2.resize(f, (256, 256), interpolation=cv2.INTER_CUBIC) for f in clip.frames]
            )
            curves = {"lip gap": gap(self.double.space.decode(self.steps["c"]))}
            self.made = asked
            self.whole = show.speech_clip(x, SAMPLE_RATE, film=clip, curves=curves)
        count = len(self.steps["path"])
        again = self.steps["again"].sum()
        self.status.value = f"{count} frames; {again} of the target's shown twice"
        return self.whole

    def draw_picture(self):
        i = min(len(self.steps["path"]) - 1, int(self.value("frame") * len(self.steps["path"])))
        return np.concatenate([self.lent(i), self.ways(i), self.path_over_film(i)])

    def lent(self, i):
        """The nearest mouths that frame i is painted from, with their weights."""
        mouths = self.double.mouths
        frames, weights = mouths.nearest(self.steps["c"][i], self.value("n"))
        tiles = [tile(mouths.patches[k].numpy()) for k in frames[:5]]
        labels = [f"{w:.0%}" for w in weights[:5]]
        missing = 5 - len(tiles)
        tiles += [np.full((68, 96, 3), 255, np.uint8)] * missing
        return show.grid(tiles, 5, labels=labels + [""] * missing)

    def ways(self, i):
        """Three ways to paint the mouth of frame i, the target's frame and the composite."""
        d = self.double
        c, j, again = (self.steps[name][i] for name in ("c", "path", "again"))
        ways = ["nearest", "mean", "median"]
        labels = [f"> {how}" if how == self.value("paint") else how for how in ways]
        tiles = [tile(d.mouths.paint(c, self.value("n"), how)) for how in ways]
        low = slice(int(0.45 * d.target.size[1]), None)  # the lower half of the face
        tiles.append(tile(d.target.frames[j][low]))
        tiles.append(tile(d.frame(c, j, again, **self.options)[low]))
        return show.grid(tiles, 5, labels=[*labels, "target", "result"])

    def path_over_film(self, i):
        """The re-timed path, speech below it, a line at frame i."""
        path = self.steps["path"]
        speech = self.steps["speech"] * np.ptp(path) * 0.2 + path.min()
        panel = curve_panel({"film": path, "speech": speech}, 480, 70)
        x = int((i + 0.5) / len(path) * 480)
        panel[:, max(0, x - 1) : x + 1] = (60, 200, 120)
        return panel


def tile(picture):
    return cv2.resize(picture, (96, 68), interpolation=cv2.INTER_CUBIC)
