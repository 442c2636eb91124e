"""Lesson 15: a texture, the head it lies on, and, where it is learnt, the film made of it."""

from __future__ import annotations

import ipywidgets as W
import torch

from .. import show
from ..taught.video.neural_textures import deferred_film, transplanted, ways, whole_texture
from ..taught.video.unrolled_heads import laid_on, uv_film
from .portrait import ControlsPlayground

SIDE = 256  # pixels of a panel
HAIR, CHEEK = (0.5, 0.08), (0.62, 0.41)  # where the blot is taken from, where it goes


def as_picture(features):
    """Features (c, n, n) -> (n, n, 3) in 0..1: three are colours less 0.5, one is stretched to
    what all but a hundredth of its values need."""
    if len(features) == 3:
        return (features + 0.5).clamp(0, 1).movedim(0, -1)
    most = features.abs().quantile(0.99).clamp(min=1e-6)
    return (features / most / 2 + 0.5).clamp(0, 1).movedim(0, -1).expand(-1, -1, 3)


class UnrolledPlayground(ControlsPlayground):
    """The sliders of lesson 13; a texture by choice, and the posed head it is laid on.

    bust: lesson 15a's Bust, at twice the size of a panel. textures: by name, (n, n, 3) in 0..1.
    known: the Controls of a film, from which the sliders begin at `frame`.
    """

    panels = 2

    def __init__(self, bust, textures, known, frame=60):
        self.textures = textures
        super().__init__(bust, known, frame, light=bust.neutral.new_zeros(9, 3))
        self.image.width = self.panels * SIDE

    def more(self):
        return {"texture": W.Dropdown(options=list(self.textures), description="texture")}

    def chosen(self):
        """The texture that is shown, (n, n, 3)."""
        return self.textures[self.value("texture")]

    def more_panels(self, stored, controls):
        """Pictures beside texture and head, and their labels; stored: from uv_film."""
        return [], []

    @torch.inference_mode()
    def draw_picture(self):
        texture = self.chosen().cpu()
        controls = self.controls_now()
        stored = uv_film(self.model, controls)
        panels, labels = self.more_panels(stored, controls)
        panels = [texture.numpy(), laid_on(texture, stored, torch.ones(()))[0], *panels]
        outside = ", ".join(self.outside())
        self.status.value = f"outside the footage: {outside}" if outside else ""
        panels = [show.enlarged(panel, SIDE) for panel in panels]
        return show.grid(panels, len(panels), labels=["texture", "on the head", *labels])


class TexturePlayground(UnrolledPlayground):
    """A learnt texture, feature by feature and level by level; the head it lies on; and the frame
    that its renderer makes. model: lesson 15b's Deferred."""

    panels = 3

    def __init__(self, bust, model, known, frame=60):
        self.learnt = model
        self.marked = transplanted(model, HAIR, CHEEK)
        super().__init__(bust, {}, known, frame)

    def more(self):
        c = self.learnt.texture.levels[0].shape[1]
        features = [("0 to 2, colours", slice(0, 3))]
        features += [(str(k), slice(k, k + 1)) for k in range(3, c)]
        sizes = [level.shape[-1] for level in self.learnt.texture.levels]
        levels = [("all", None), *((f"{n} texels", k) for k, n in enumerate(sizes))]
        return {
            "feature": W.Dropdown(options=features, description="feature"),
            "level": W.Dropdown(options=levels, description="level"),
            "hair": W.Checkbox(value=False, description="hair on his cheek"),
        }

    def now(self):
        return self.marked if self.value("hair") else self.learnt

    def chosen(self):
        levels = list(self.now().texture.levels)
        level = self.value("level")
        texture = whole_texture(levels) if level is None else levels[level]
        return as_picture(texture[0, self.value("feature")])

    def more_panels(self, stored, controls):
        return [deferred_film(self.now(), stored, ways(controls))[0]], ["drawn"]
