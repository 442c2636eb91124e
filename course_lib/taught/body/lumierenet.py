# GENERATED from 28b_a_voice_that_lectures.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['DROPPED', 'MOTION', 'PIXELS', 'TERMS', 'HOUR', 'voice_rows', 'lstm_step', 'both_ways', 'VoiceToCode', 'code_loss',
           'fit_voice', 'fit_sketch', 'Finisher', 'head_weight', 'critics_say', 'fit_finisher', 'Lecturer', 'untrained',
           'but_pictures', 'hour_lecturer', 'blended']

# %%
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from course_lib import studio, train, weights
from course_lib.media import reduced
from course_lib.taught.body.everybody_dance import (
    Generator,
    PoseFeatures,
    as_frames,
    as_tensor,
    critics_loss,
    feature_matching,
)
from course_lib.taught.body.figure_codes import (
    CODE,
    PICTURES,
    SMALL,
    VAE,
    VOICE,
    Pictures,
    network,
    pictures_of,
    schedule_of,
)
from course_lib.taught.foundations.sound_of_speech import heard
from course_lib.taught.images.pix2pix import rivals
from course_lib.taught.video.deep_video_portraits import weighted_error

# %%
def voice_rows(sound, frames):
    """Sound (N,) at 16 kHz -> the spectrum during each of so many frames, (frames, 160)."""
    spectrum = heard(torch.as_tensor(sound))
    at = 4 * torch.arange(frames)[:, None] + torch.arange(4)
    return spectrum[at.clamp(0, len(spectrum) - 1)].flatten(1)

# %%
def lstm_step(a, h, c, W, U, b, d):
    """Input a (B, n), output and memory h, c (B, m) -> the new h and c; W (4m, n), U (4m, m), b and
    d (4m,), gates in the order i, f, g, o (Hochreiter and Schmidhuber 1997; Gers et al. 2000)."""
    i, f, g, o = (a @ W.T + b + h @ U.T + d).chunk(4, 1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c

# %%
def both_ways(rows, ahead, back):
    """Rows (T, n), weights (W, U, b, d) of an LSTM that reads from the front and of one that reads
    from the back -> their outputs at each frame, (T, 2m) (Schuster and Paliwal 1997)."""
    outputs = []
    for lstm, order in ((ahead, rows), (back, rows.flip(0))):
        h = c = rows.new_zeros(1, lstm[1].shape[1])
        kept = []
        for row in order:
            h, c = lstm_step(row[None], h, c, *lstm)
            kept.append(h)
        outputs.append(torch.cat(kept))
    return torch.cat([outputs[0], outputs[1].flip(0)], 1)

# %%
DROPPED = 0.4  # the share of numbers that is set to 0 in training


class VoiceToCode(nn.Module):
    """Rows of a voice (B, T, 160) -> codes (B, T, 32). both: whether it reads both ways."""

    def __init__(self, m=64, both=True, code=CODE):
        super().__init__()
        drop = nn.Dropout(DROPPED)
        self.first = nn.Sequential(drop, nn.Linear(160, 96), nn.GELU(), drop)
        self.lstm = nn.LSTM(96, m, batch_first=True, bidirectional=both)
        self.last = nn.Linear(2 * m if both else m, code)

    def forward(self, rows):
        return self.last(self.lstm(self.first(rows))[0])

# %%
MOTION = 0.5  # what an error of the motion counts, beside one of the place


def code_loss(out, codes):
    """The squared error of codes (B, T, 32), and half of that of their motion."""
    wrong = out - codes
    return wrong.square().mean() + MOTION * wrong.diff(dim=1).square().mean()

# %%
def fit_voice(net, rows, codes, steps, batch=16, length=100, rate=3e-3, seed=0):
    """Train a VoiceToCode on rows (T, 160) and codes (T, 32) of one long take -> the network and
    its losses. length: of the pieces, in frames."""
    optimizer = torch.optim.AdamW(net.parameters(), rate, weight_decay=0.1)
    net, optimizer, run = train.setup(net, optimizer)
    schedule, generator, losses = schedule_of(optimizer, rate, steps), run.generator(seed), []
    rows, codes = rows.to(run.device), codes.to(run.device)
    for _ in train.steps(steps, "voice"):
        first = torch.randint(
            len(rows) - length, (batch, 1), generator=generator, device=run.device
        )
        at = first + torch.arange(length, device=run.device)
        loss = code_loss(net(rows[at]), codes[at])
        optimizer.zero_grad()
        run.backward(loss)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return net.eval(), losses

# %%
def fit_sketch(net, told, asked, steps=800, batch=64, rate=2e-3, noise=0.03, seed=0):
    """Train a network from shares of figures to shares of frames, both (N, 80) -> the network.
    noise: added to the figures' shares."""
    optimizer = torch.optim.Adam(net.parameters(), rate)
    net, optimizer, run = train.setup(net, optimizer)
    schedule, generator = schedule_of(optimizer, rate, steps), run.generator(seed)
    for _ in train.steps(steps, "sketch"):
        at = torch.randint(len(told), (batch,), generator=generator, device=run.device)
        shaken = torch.randn(batch, PICTURES, generator=generator, device=run.device)
        wrong = net(told[at] + noise * shaken) - asked[at]
        optimizer.zero_grad()
        run.backward(wrong.square().sum(1).mean())
        optimizer.step()
        schedule.step()
    return net.eval()

# %%
class Finisher(nn.Module):
    """Figures and sketches (B, 3, 64, 64) -> frames (B, 3, S, S), S = 64 * fold."""

    def __init__(self, c=24, fold=2):
        super().__init__()
        self.fold = fold
        self.net = Generator(c, fold)
        nn.init.zeros_(self.net.last.weight)
        nn.init.zeros_(self.net.last.bias)

    def forward(self, figure, sketch):
        figure, sketch = self.wide(figure), self.wide(sketch)
        return (sketch + self.net(figure, sketch) - 0.5).clamp(0, 1)

    def wide(self, x):
        """(B, 3, 64, 64) -> (B, 3, S, S)."""
        return F.interpolate(x, scale_factor=self.fold, mode="bicubic", align_corners=False)

# %%
def head_weight(marks, size, head=6.0):
    """How often pixels count: (1, S, S), `head` where the landmarks (T, 68, 2) are, 1 elsewhere."""
    weight = torch.ones(1, size, size)
    left, top = marks.min((0, 1)).astype(int)
    right, bottom = marks.max((0, 1)).astype(int)
    weight[:, max(top - size // 12, 0) : bottom + 3, left - 2 : right + 3] = head
    return weight

# %%
PIXELS = 10.0  # what an error of the pixels counts with critics,
TERMS = (0.02, 1.0, 0.5)  # and beside it the critics, feature matching and PoseFeatures


def critics_say(critics, eyes, pair, drawn, frames, terms=TERMS):
    """What critics and PoseFeatures object to in pairs of drawings: a scalar. pair: figures;
    each (before, now), (B, 3, S, S)."""
    verdict = critics(torch.cat([*pair, *drawn], 1))
    with torch.no_grad():
        real = critics(torch.cat([*pair, *frames], 1))
    fooled = sum((scores - 1).square().mean() for scores, _ in verdict)
    seen = sum(eyes(a, b) for a, b in zip(drawn, frames)) / 2
    each = fooled, feature_matching(verdict, real), seen
    return sum(term * error for term, error in zip(terms, each))

# %%
def fit_finisher(net, data, weight, steps, batch=2, critics=None, rates=(2e-3, 4e-4), seed=0):
    """Train a Finisher on pairs of neighbouring frames -> the network and its pixel errors.

    data: figures and sketches (T, 3, 64, 64), frames (T, S, S, 3) uint8; weight (1, S, S).
    """
    nets = (net,) if critics is None else (net, critics)
    nets, makers, run, schedules = rivals(nets, steps, rates)
    nets[0].to(memory_format=torch.channels_last)
    eyes = None if critics is None else PoseFeatures().to(run.device)
    weight, rng, errors = weight.to(run.device), np.random.default_rng(seed), []
    for _ in train.steps(steps, "finish"):
        first = rng.integers(0, len(data[0]) - 1, batch)
        at = np.concatenate([first, first + 1])
        told = [part[at].to(run.device) for part in data[:2]]
        real = as_tensor(data[2][at], run.device)
        drawn = nets[0](*told)
        error = weighted_error(drawn, real, weight)
        losses = [error]
        if critics is not None:
            sets = [t.chunk(2) for t in (nets[0].wide(told[0]), drawn, real)]
            nets[1].requires_grad_(False)  # critics do not learn from the generator's loss
            losses[0] = PIXELS * error + critics_say(nets[1], eyes, *sets)
            nets[1].requires_grad_(True)
            losses.append(critics_loss(nets[1], sets[0], sets[2], sets[1]))
        for maker, plan, loss in zip(makers, schedules, losses):
            maker.zero_grad()
            run.backward(loss)
            maker.step()
            plan.step()
        errors.append(error.item())
    return nets[0].eval(), errors

# %%
class Lecturer(nn.Module):
    """All modules: `codes` of a voice, `figures` of codes, `film` of figures."""

    def __init__(self, album, film_album, vae, listener, sketcher, finisher):
        super().__init__()
        self.album, self.film_album = album, film_album
        self.vae, self.listener = vae, listener
        self.sketcher, self.finisher = sketcher, finisher

    @property
    def device(self):
        return self.album.basis.device

    @torch.inference_mode()
    def codes(self, sound, frames):
        """Sound (N,) at 16 kHz -> codes (frames, 32)."""
        return self.listener(voice_rows(sound, frames).to(self.device)[None])[0]

    @torch.inference_mode()
    def encoded(self, figures):
        """Figures (T, 64, 64, 3) uint8 -> codes (T, 32)."""
        return self.vae.encode(self.album.shares(as_tensor(figures, self.device)))[0]

    @torch.inference_mode()
    def figures(self, codes):
        """Codes (T, 32) -> figures (T, 3, 64, 64) in 0..1."""
        return self.album(self.vae.decoder(codes)).clamp(0, 1)

    @torch.inference_mode()
    def sketches(self, figures):
        """Figures (T, 3, 64, 64) -> sketches (T, 3, 64, 64)."""
        return self.film_album(self.sketcher(self.album.shares(figures)))

    @torch.inference_mode()
    def film(self, figures, finish=True, batch=8):
        """Figures (T, 3, 64, 64) -> frames (T, S, S, 3) uint8, or sketches as large as those."""
        drawn = self.finisher if finish else lambda _, sketch: self.finisher.wide(sketch)
        parts = figures.split(batch)
        return np.concatenate([as_frames(drawn(p, self.sketches(p)).clamp(0, 1)) for p in parts])

# %%
def untrained(c=24, fold=2):
    """A Lecturer that has learnt nothing, for weights to be read into."""
    parts = VAE(), VoiceToCode(), network(PICTURES, PICTURES), Finisher(c, fold)
    return Lecturer(Pictures(), Pictures(), *parts).eval()


def but_pictures(model):
    """A Lecturer's networks that work on shares and codes, as one module."""
    parts = dict(vae=model.vae, listener=model.listener, sketcher=model.sketcher)
    return nn.ModuleDict(parts)


HOUR = dict(c=28, fold=4)


def hour_lecturer(device="cpu"):
    """The Lecturer that ships with the course, whose frames are 256 wide."""
    model = untrained(**HOUR)
    model.album.load_state_dict(weights.read("lecture_album"))
    model.film_album.load_state_dict(weights.read("lecture_film"))
    model.finisher.load_state_dict(weights.read("lecture_finish"))
    but_pictures(model).load_state_dict(weights.read("lecturer"))
    return model.to(device)

# %%
def blended(before, after, overlap):
    """Codes (A, K) and (B, K), the last `overlap` rows of the first over the first of the second,
    one fading into the other by half a cosine -> (A + B - overlap, K)."""
    start = len(before) - overlap
    turn = torch.arange(1, overlap + 1, device=before.device) / (overlap + 1)
    w = (0.5 - 0.5 * torch.cos(torch.pi * turn))[:, None]
    mixed = torch.lerp(before[start:], after[:overlap], w)
    return torch.cat([before[:start], mixed, after[overlap:]])
