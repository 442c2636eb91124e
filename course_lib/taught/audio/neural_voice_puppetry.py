# GENERATED from 22a_any_voice.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['MOUTH', 'WOBBLE', 'WINDOW', 'BEFORE', 'AFTER', 'CODES', 'NEAR', 'NEAR_MOUTH', 'HOUR_PEOPLE', 'Said', 'say', 'talk',
           'Listener', 'shipped_ear', 'listened', 'windows', 'with_ends', 'heard_by', 'FrameNet', 'attended',
           'VoiceToFace', 'skin_error', 'skin', 'gram', 'quick_error', 'motion_error', 'pieces', 'fit_voices',
           'person_map', 'codes_of', 'mouths_of', 'shipped_voices', 'lips_of', 'shake', 'voice_scores', 'frames_of',
           'performance_of', 'voiced']

# %%
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d
from torch import nn

from course_lib import studio, train, weights
from course_lib.media import Clip
from course_lib.taught.audio.lip_sync import LIPS, Front, gap, head_landmarks, judge_lips
from course_lib.taught.foundations.sound_of_speech import (
    PHONEMES,
    log_probabilities,
)

# %%
MOUTH = [k for k, n in enumerate(studio.EXPRESSIONS) if n.startswith(("jaw", "mouth", "tongue"))]
WOBBLE = 0.02  # standard deviation of a tracker's error, of units that go from 0 to 1


class Said(NamedTuple):
    """A sentence that somebody said: the sound, its phonemes, the mouth as tracked and as it was,
    both (T, 28), and the Performance."""

    speech: studio.Speech
    tracked: torch.Tensor
    mouth: torch.Tensor
    performance: studio.Performance


def say(text, voice, person, seed, **how):
    """Somebody of the studio says a text in a voice, with the manner of `person`. how: of
    studio.say, such as rate and pitch."""
    speech = studio.say(text, voice, **how)
    performance = studio.mannered(studio.perform(speech, seed=seed), person)
    mouth = performance.expression[:, MOUTH]
    noise = np.random.default_rng(seed).standard_normal(mouth.shape)
    noise = gaussian_filter1d(noise, 2, axis=0)
    wobble = torch.from_numpy(WOBBLE * noise / noise.std()).to(mouth)
    return Said(speech, mouth + wobble, mouth, performance)


def talk(person, sentences):
    """What a person says, in their own voice, pace and pitch -> a list of Said, without sentences
    of less than a second."""
    rng = np.random.default_rng([person, 7])
    voice = studio.CROWD[person % len(studio.CROWD)]
    pitch = int(rng.uniform(20, 75))
    texts = studio.script(sentences, person)
    rates = rng.uniform(140, 190, len(texts)).astype(int)
    said = [
        say(text, voice, person, 1000 * person + k, rate=int(rate), pitch=pitch)
        for k, (text, rate) in enumerate(zip(texts, rates))
    ]
    return [one for one in said if len(one.mouth) >= 25]

# %%
class Listener(nn.Module):
    """Log-mel (B, T, 40), as `heard` prepares it, 100 steps a second -> scores of the 41 phonemes
    (B, T // 2, 41)."""

    def __init__(self, c=160):
        super().__init__()
        front = [nn.Conv1d(40, c, 5, 1, 2), nn.GELU(), nn.Conv1d(c, c, 4, 2, 1), nn.GELU()]
        self.front = nn.Sequential(*front)
        self.gru = nn.GRU(c, c, 2, batch_first=True, bidirectional=True, dropout=0.1)
        self.out = nn.Linear(2 * c, len(PHONEMES))

    def forward(self, m):
        m = m[:, : m.shape[1] // 2 * 2].transpose(1, 2)  # (B, 40, T)
        x = self.front(m).transpose(1, 2)  # (B, T / 2, c)
        return self.out(self.gru(x)[0])


def shipped_ear(device="cpu", name="listener"):
    """A Listener that ships with the course; "polyglot" is 22b's."""
    net = Listener()
    net.load_state_dict(weights.read(name))
    return net.to(device).eval()

# %%
WINDOW = 16  # steps of 20 ms
BEFORE, AFTER = 4, 3  # neighbours of a frame, in frames


def listened(ear, sound, frames):
    """Sound (N,) at 16 kHz -> what the ear hears around each of the frames of a film at 25 a
    second, probabilities (frames, 16, 41)."""
    heard = log_probabilities(ear, sound).exp()
    return windows(heard, frames)


def windows(heard, frames):
    """Rows (N, c), 50 a second -> those around each frame, (frames, 16, c)."""
    middle = 2 * torch.arange(frames)[:, None] + 1
    at = middle + torch.arange(-WINDOW // 2, WINDOW // 2)
    return heard[at.clamp(0, len(heard) - 1)]


def with_ends(windows):
    """Windows (T, 16, c), the first four times more and the last three -> (T + 7, 16, c)."""
    at = torch.arange(-BEFORE, len(windows) + AFTER)
    return windows[at.clamp(0, len(windows) - 1)]


def heard_by(ear, said):
    """What the ear hears of each of the sentences said (Said) -> a list of windows."""
    return [listened(ear, one.speech.sound, len(one.mouth)) for one in said]

# %%
CODES = 32


class FrameNet(nn.Module):
    """What is heard around frames (N, 16, inputs) -> codes (N, 32) in -1..1 (paper, 4.1)."""

    def __init__(self, inputs=41):
        super().__init__()
        c = (inputs, 32, 32, 64, 64)
        convs, layers = [], []
        for a, b in zip(c, c[1:]):
            convs += [nn.Conv1d(a, b, 3, 2, 1), nn.LeakyReLU(0.1)]
        for a, b in ((64, 128), (128, 64)):
            layers += [nn.Linear(a, b), nn.LeakyReLU(0.1)]
        self.convs = nn.Sequential(*convs, nn.Flatten())  # (N, 64)
        self.layers = nn.Sequential(*layers, nn.Linear(64, CODES), nn.Tanh())

    def forward(self, windows):
        return self.layers(self.convs(windows.transpose(1, 2)))

# %%
NEAR = BEFORE + 1 + AFTER  # the neighbours and the frame itself


def attended(codes, scores):
    """Codes (B, L + 7, c) and the scores of each frame's eight neighbours (B, L, 8) -> their means,
    weighted by the softmax of the scores, (B, L, c) (paper, section 4.1)."""
    near = codes.unfold(1, NEAR, 1)  # (B, L, c, 8)
    return (near * scores.softmax(-1)[:, :, None]).sum(-1)

# %%
class VoiceToFace(nn.Module):
    """What is heard -> mouths. windows (B, L + 7, 16, inputs), with four frames before and three
    after; person (B,), numbers -> mouths (B, L, K)."""

    def __init__(self, people, inputs=41, pooled=True):
        super().__init__()
        self.frame = FrameNet(inputs)
        c = (CODES, 16, 8, 4, 2, 1)
        layers = []
        for a, b in zip(c, c[1:]):
            layers += [nn.Conv1d(a, b, 3, 1, 1), nn.LeakyReLU(0.1)]
        self.look = nn.Sequential(*layers, nn.Flatten(), nn.Linear(NEAR, NEAR))
        self.pooled = pooled
        self.maps = nn.Parameter(0.1 * torch.randn(people, CODES, len(MOUTH)))
        self.rest = nn.Parameter(torch.zeros(people, len(MOUTH)))

    def scores(self, codes):
        """Codes (B, L + 7, 32) -> scores of the neighbours (B, L, 8)."""
        near = codes.unfold(1, NEAR, 1)  # (B, L, 32, 8)
        return self.look(near.flatten(0, 1)).unflatten(0, near.shape[:2])

    def codes(self, windows):
        """Windows (B, L + 7, 16, inputs) -> pooled codes (B, L, 32)."""
        codes = self.frame(windows.flatten(0, 1)).unflatten(0, windows.shape[:2])
        if not self.pooled:
            return codes[:, BEFORE:-AFTER]
        return attended(codes, self.scores(codes))

    def forward(self, windows, person):
        return self.codes(windows) @ self.maps[person] + self.rest[person][:, None]

# %%
def skin_error(wrong, basis, weight):
    """Differences of mouths (..., K), what each unit does (K, V, 3), weights (V,) -> the weighted
    root mean square of the distances of the vertices (...,) (paper, section 4.1)."""
    moved = torch.einsum("...k,kvc->...vc", wrong, basis)
    squares = moved.square().sum(-1)  # (..., V)
    return ((squares * weight).sum(-1) / weight.sum()).sqrt()

# %%
NEAR_MOUTH = 0.05  # metres from the middle of the lips: what counts eleven times


def skin():
    """What the units of a mouth do to the skin, millimetres (K, V, 3), and how much each vertex
    counts (V,): those near the mouth 1.1, the others 0.1."""
    mesh = studio.cast(0).mesh
    basis = 1000 * mesh.expression[MOUTH]
    rest = mesh.rest.view(-1, 3)
    middle = rest[mesh.landmarks][48:].mean(0)
    far = (rest[: basis.shape[1]] - middle).norm(dim=1)
    return basis, 0.1 + (far < NEAR_MOUTH).float()

# %%
def gram(basis, weight):
    """All of the skin in one matrix (K, K): skin_error is the root of wrong @ it @ wrong."""
    return torch.einsum("v,kvc,lvc->kl", weight, basis, basis) / weight.sum()


def quick_error(wrong, matrix):
    """skin_error of differences (..., K) by the matrix (K, K) -> (...,)."""
    return ((wrong @ matrix) * wrong).sum(-1).clamp(min=1e-8).sqrt()

# %%
def motion_error(wrong, error):
    """Differences of mouths (B, L, K) -> how far their changes are off, over one frame and over
    two, one number (paper, section 4.1)."""
    one = error(wrong[:, 1:] - wrong[:, :-1]).mean()
    two = error(wrong[:, 2:] - wrong[:, :-2]).mean()
    return one + two

# %%
def pieces(heard, crowd, length, batch, rng):
    """Random pieces of what people said, at most a second long -> windows (B, L + 7, 16, c), mouths
    as tracked (B, L, K) and whose they are (B,). heard: windows (T, 16, c), crowd: Said, both by
    person and sentence."""
    people = rng.integers(len(crowd), size=batch)
    some = []
    for person in people:
        k = rng.integers(len(crowd[person]))
        first = rng.integers(len(crowd[person][k].mouth) - length + 1)
        around = with_ends(heard[person][k])[first : first + length + NEAR - 1]
        some.append((around, crowd[person][k].tracked[first : first + length]))
    return *map(torch.stack, zip(*some)), torch.from_numpy(people)

# %%
def fit_voices(net, heard, crowd, steps, batch=8, length=24, rate=4e-3, seed=0, motion=1.0):
    """Train a VoiceToFace on what people said, without each one's last sentence, which is only
    looked at -> the network, its losses, and those of the last sentences at every 50th step;
    millimetres. motion: what the error of the motion counts."""
    optimizer = torch.optim.Adam(net.parameters(), rate, (0.9, 0.99))
    net, optimizer, run = train.setup(net, optimizer)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    matrix = gram(*skin()).to(run.device)
    rng = np.random.default_rng(seed)
    learnt = [[said[:-1] for said in both] for both in (heard, crowd)]
    last = [[said[-1:] for said in both] for both in (heard, crowd)]
    watched = pieces(*last, length, 4 * len(crowd), rng)
    losses, held = [], []

    def error(wrong):
        return quick_error(wrong, matrix)

    def loss_of(batch):
        x, y, people = (part.to(run.device) for part in batch)
        wrong = net(x, people) - y
        return error(wrong).mean() + motion * motion_error(wrong, error)

    for step in train.steps(steps, "voices"):
        loss = loss_of(pieces(*learnt, length, batch, rng))
        optimizer.zero_grad()
        run.backward(loss)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if step % 50 == 49:
            with torch.no_grad():
                held.append(loss_of(watched).item())
    return net.eval(), losses, held

# %%
def person_map(codes, mouths, price=0.1):
    """The matrix (c + 1, K) from codes (T, c), with a 1 behind each, to mouths (T, K), by least
    squares with a price on its square; the last row is the mouth at rest (paper, section 4.2)."""
    A = torch.cat([codes, torch.ones_like(codes[:, :1])], 1)
    left = A.T @ A + price * torch.eye(A.shape[1]).to(A)
    return torch.linalg.solve(left, A.T @ mouths)

# %%
@torch.no_grad()
def codes_of(net, heard):
    """What is heard around the frames of a film (T, 16, c) -> its pooled codes (T, 32), on the
    CPU."""
    device = next(net.parameters()).device
    return net.codes(with_ends(heard).to(device)[None])[0].cpu()


def mouths_of(codes, matrix):
    """Codes (T, c) and a person's matrix (c + 1, K) -> mouths (T, K) in 0..1."""
    return (codes @ matrix[:-1] + matrix[-1]).clamp(0, 1)


HOUR_PEOPLE = 60  # people whose sentences the shipped network learnt from, numbers 0 to 59


def shipped_voices(device="cpu"):
    """The VoiceToFace that ships with the course."""
    net = VoiceToFace(HOUR_PEOPLE)
    net.load_state_dict(weights.read("voices"))
    return net.to(device).eval()

# %%
def lips_of(mouths, actor, front):
    """Mouths (T, K) of an actor -> the 18 points of the lips, in widths of the mouth (T, 18, 2)."""
    expression = torch.zeros(len(mouths), len(studio.EXPRESSIONS))
    expression[:, MOUTH] = mouths
    return front.units(head_landmarks(actor, expression))[:, LIPS]


def shake(lips):
    """How much lips (T, 18, 2) tremble: the mean size of their second differences."""
    return float(np.linalg.norm(np.diff(lips, 2, axis=0), axis=-1).mean())


def voice_scores(said, guess, truth, still):
    """How well lips guessed from voices fit: said, lists of Said by voice; guess and truth: a Said
    -> lips (T, 18, 2); still: lips (18, 2) that never move -> a dict of means over the voices."""
    rows = []
    for sentences in said.values():
        both = [(truth(one), one) for one in sentences]
        guessed = [(guess(one), lips, one.speech.phonemes) for lips, one in both]
        resting = [np.linalg.norm(still - lips, axis=-1).mean(1) for lips, _ in both]
        row = judge_lips(guessed)
        share = row["mouth_lmd"] / np.concatenate(resting).mean()
        trembling = np.mean([shake(mine) / shake(lips) for mine, lips, _ in guessed])
        shut = [np.concatenate([gap(one[k]) < 0.05 for one in guessed]).mean() for k in (0, 1)]
        rows.append((share, row["sync_corr"], row["closure_rate"], shut[0] / shut[1], trembling))
    names = ("lmd", "corr", "closures", "shut", "shake")
    return dict(zip(names, np.mean(rows, 0).tolist()))

# %%
def frames_of(sound, rate=16000, fps=25):
    """How many frames of a film a sound (N,) lasts."""
    return max(1, int(np.ceil(len(sound) / rate * fps)))


def performance_of(mouths, sound=None, seed=0):
    """Mouths (T, K) with a head that moves a little and eyes that blink -> a Performance."""
    idle = studio.perform(None, seconds=len(mouths) / 25, seed=seed, smile=0.0)
    expression = idle.expression.clone()
    expression[:, MOUTH] = mouths.to(expression)
    return replace(idle, expression=expression, sound=sound, phonemes=None)


def voiced(sound, people, size=256):
    """Sound (N,) at 16 kHz moves the mouths of people that the shipped network knows, numbers below
    60, each one's face that of the studio's actor of this number -> a Clip, side by side."""
    ear, net = shipped_ear(), shipped_voices()
    codes = codes_of(net, listened(ear, sound, frames_of(sound)))
    near = studio.Camera(focal=7.5)
    films = []
    for person in people:
        matrix = torch.cat([net.maps[person], net.rest[person][None]]).detach()
        acted = performance_of(mouths_of(codes, matrix), sound, person)
        actor = studio.cast(person)
        films.append(studio.film(actor, acted, size, near, "soft", "office", batch=4).frames)
    return Clip(np.concatenate(films, 2), 25, np.asarray(sound, np.float32))
