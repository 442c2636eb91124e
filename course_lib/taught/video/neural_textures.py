# GENERATED from 15b_a_texture_that_is_learnt.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['SIZES', 'LEVEL_COST', 'HOUR', 'whole_texture', 'NeuralTexture', 'sh_layer', 'ways', 'unet', 'Deferred',
           'texture_loss', 'fit_deferred', 'deferred_film', 'hour_deferred', 'transplanted', 'deferred_of']

# %%
import copy

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from course_lib import media, train, weights
from course_lib.taught.foundations.faces_in_3d import sh_basis
from course_lib.taught.video.deep_video_portraits import (
    WIDTHS,
    Portrait,
    as_tensor,
    attention,
    conv,
)
from course_lib.taught.video.unrolled_heads import TEXELS, Bust, as_uv, uv_film

# %%
def whole_texture(levels):
    """Levels of a texture (1, c, n, n), the finest first -> their sum at the finest size (paper,
    section 4.1)."""
    *finer, whole = levels
    for level in reversed(finer):
        size = level.shape[-1]
        whole = F.interpolate(whole, size=size, mode="bilinear", align_corners=True) + level
    return whole

# %%
SIZES = (TEXELS, 105, 53, 27)  # texels along a side, each level 2 m - 1 of the next one's m
LEVEL_COST = (8.0, 2.0, 1.0, 0.0)  # how dear a level's mean square is, the finest first


class NeuralTexture(nn.Module):
    """Levels of a texture with c features, all 0 at first. uv (B, h, w, 2), 0..1, negative where
    nothing is -> features (B, c, h, w), 0 there (paper, section 4.1)."""

    def __init__(self, sizes=SIZES, c=16):
        super().__init__()
        self.levels = nn.ParameterList([torch.zeros(1, c, n, n) for n in sizes])

    def forward(self, uv):
        B, h, w, _ = uv.shape
        at = (uv * 2 - 1).view(1, B * h, w, 2)  # one texture for the whole batch
        looked_up = F.grid_sample(whole_texture(list(self.levels)), at, align_corners=True)
        return looked_up.view(-1, B, h, w).transpose(0, 1)

    def cost(self):
        """The levels' mean squares, added up: what is fine shall be small unless it must not."""
        return sum(a * level.square().mean() for a, level in zip(LEVEL_COST, self.levels))

# %%
def sh_layer(features, way):
    """Features (B, c, h, w), c at least 12, with those numbered 3 to 11 multiplied by the nine
    spherical harmonics of unit vectors way (B, 3), the first of which is made 1 -> new (paper,
    section 4.2)."""
    factor = features.new_ones(features.shape[:2])
    factor[:, 3:12] = sh_basis(way) / 0.2821
    return features * factor[..., None, None]

# %%
def ways(controls):
    """Controls of T frames -> unit vectors from head to camera, in the head's axes, (T, 3)."""
    return (controls.R.mT @ F.normalize(-controls.t, dim=1)[..., None])[..., 0]

# %%
def unet(size, mean, features=16, widths=WIDTHS):
    """13b's Portrait for features and a mask (B, features + 1, size, size) -> frames in 0..1.
    mean (3, size, size): what it draws at first."""
    net = Portrait(1, size, widths, refine=0, mean=mean)
    net.stem = conv(4 * (features + 1), widths[0])
    return net


class Deferred(nn.Module):
    """A texture and a renderer of its features. uv (B, 2S, 2S, 2), way (B, 3) -> frames as drawn
    (B, 3, S, S), the texture's colours (B, 3, S, S) and where it is seen (B, 1, S, S), 0..1."""

    def __init__(self, renderer, texture, sh=True):
        super().__init__()
        self.renderer = renderer
        self.texture = texture
        self.sh = sh

    def forward(self, uv, way):
        shown = F.avg_pool2d((uv[..., 0] >= 0).float()[:, None], 2)
        features = F.avg_pool2d(self.texture(uv), 2)
        if self.sh:
            features = sh_layer(features, way)
        drawn = self.renderer(torch.cat([features, shown], 1))
        share = shown.clamp(min=0.25)  # one of the four places at least
        return drawn, features[:, :3] / share + 0.5, shown

# %%
def texture_loss(drawn, colour, shown, y, weight):
    """The error of the frame and of the texture's colours, one number (paper, section 4.3). drawn,
    colour, y: (B, 3, S, S); shown and weight (B, 1, S, S)."""
    frame = (weight * (drawn - y).abs()).mean() / weight.mean()
    texture = (shown * (colour - y).abs()).mean() / shown.mean()
    return frame + texture

# %%
def fit_deferred(model, data, at, steps, batch=4, rates=(1e-2, 2e-3), seed=0, price=1e-3):
    """Train a Deferred on the frames numbered `at` -> the model and its losses. data: stored uv
    (T, 2S, 2S, 2), ways (T, 3), frames (T, S, S, 3) uint8, weights (T, S, S). rates: of the
    texture and of the renderer."""
    uv, way, frames, weight = data
    parts = model.texture.parameters(), model.renderer.parameters()
    groups = [dict(params=list(part), lr=rate) for part, rate in zip(parts, rates)]
    optimizer = torch.optim.Adam(groups, betas=(0.9, 0.99))
    model, optimizer, run = train.setup(model, optimizer)
    model.renderer.to(memory_format=torch.channels_last)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rates, total_steps=steps, pct_start=0.05
    )
    rng = np.random.default_rng(seed)
    losses = []
    for _ in train.steps(steps, "texture and renderer"):
        some = rng.choice(at, batch)
        y = as_tensor(frames[some], run.device)
        w = torch.from_numpy(weight[some])[:, None].to(run.device)
        drawn = model(as_uv(uv[some], run.device), way[some].to(run.device))
        loss = texture_loss(*drawn, y, w) + price * model.texture.cost()
        optimizer.zero_grad()
        run.backward(loss)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return model.eval(), losses

# %%
@torch.inference_mode()
def deferred_film(model, uv, way):
    """Stored uv (T, 2S, 2S, 2) and ways (T, 3) -> frames (T, S, S, 3) uint8 as drawn."""
    device = next(model.parameters()).device
    out = []
    for places, towards in zip(uv, way):
        drawn, _, _ = model(as_uv(places[None], device), towards[None].to(device))
        out.append((255 * drawn[0]).round().byte().movedim(0, -1).cpu().numpy())
    return np.stack(out)


HOUR = (20, 36, 56, 72, 72, 72, 72)  # widths of the hour's renderer


def hour_deferred(device="cpu"):
    """The texture and renderer of actor 24 at 256 pixels that ship with the course."""
    model = Deferred(unet(256, None, widths=HOUR), NeuralTexture())
    model.texture.load_state_dict(weights.read("texture"))
    model.renderer.load_state_dict(weights.read("texture_renderer"))
    model.renderer.to(memory_format=torch.channels_last)
    return model.to(device).eval()

# %%
@torch.no_grad()
def transplanted(model, source, place, radius=0.02):
    """A copy of a Deferred whose texture shows at `place` (2,), 0..1, what it shows at `source`
    (2,): a soft dot, radius in widths of the texture."""
    new = copy.deepcopy(model)
    finest = new.texture.levels[0]
    whole = whole_texture(list(new.texture.levels))[0]
    n = whole.shape[-1]
    column, row = (round(x * (n - 1)) for x in source)
    u = torch.linspace(0, 1, n, device=whole.device)
    far = torch.hypot(u[None] - place[0], u[:, None] - place[1])
    dot = (1.5 - far / radius).clamp(0, 1)
    finest[0] += dot * (whole[:, row, column, None, None] - whole)
    return new

# %%
def deferred_of(frames, tracker, track, controls, steps, size=128, seed=0):
    """Learn a texture and a renderer of the person in square frames (T, S, S, 3) -> what draws
    Controls of theirs: a function of Controls, frames (T, size, size, 3) uint8."""
    bust = Bust(tracker.person, 2 * size)
    small = media.reduced(frames, size)
    marks = media.rescaled(track.marks, frames.shape[1], size)
    data = uv_film(bust, controls), ways(controls), small, attention(marks, size)
    mean = as_tensor(small.mean(0, keepdims=True))[0]
    torch.manual_seed(seed)
    model = Deferred(unet(size, mean), NeuralTexture())
    model, _ = fit_deferred(model, data, np.arange(len(frames)), steps, seed=seed)
    return lambda asked: deferred_film(model, uv_film(bust, asked), ways(asked))
