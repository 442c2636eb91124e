"""One body before one camera, filmed frame by frame without setting up the scene each time."""

from __future__ import annotations

from dataclasses import replace

import torch

from ..studio import swing
from ..studio.body import BodyModel
from ..studio.film import build_set, shoot, with_floor


class Puppet:
    """An actor's body, set and textures, ready: `frame(performance)` films one frame."""

    def __init__(self, actor, size, camera, light="soft", background="grey"):
        self.rig = BodyModel(actor)
        bare = build_set(camera, light, background, size, 1, actor.seed, torch.device("cpu"))
        self.stage = with_floor(bare, self.rig, background)
        self.atlas = self.rig.texture(actor, size, camera)

    @torch.inference_mode()
    def frame(self, performance):
        """A BodyPerformance of one frame -> its picture (size, size, 3) uint8. Cloth hangs as if
        the pose were held."""
        if self.rig.garment is not None:
            hanging = self.rig.garment.hang(
                *self.rig.skeleton(performance.joints, performance.root)
            )
            legs = hanging.starts, hanging.ends, hanging.radii
            performance = replace(performance, hem=swing.push_out(hanging.rest, *legs))
        seen = shoot(self.rig, self.atlas, self.stage, performance, self.stage.light, ())
        return seen["frames"][0].numpy()
