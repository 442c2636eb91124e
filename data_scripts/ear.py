"""How lesson 22's ear is trained: many voices, each piece of their sound shaken.

python data_scripts/checkpoints.py 22 trains it, and what follows it.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
import words
from torch import nn

from course_lib import studio, train
from course_lib.taught.foundations.coarticulation import viseme
from course_lib.taught.foundations.sound_of_speech import ALIKE, PHONEMES, frame_labels, log_mel
from course_lib.taught.training.listening import HELD_OUT, listening_step


def other_tempo(m, labels, rng, frames=200):
    """A piece of log-mel (T, 40) and its labels (T // 2,) at another, uneven pace -> at most
    (frames, 40) and (frames // 2,)."""
    pace = rng.uniform(0.75, 1.35)
    first = 2 * int(rng.integers(max(1, (len(m) - int(frames * pace)) // 2)))
    m = m[first : first + int(frames * pace)]
    count = min(frames, int(len(m) / pace)) // 2 * 2
    knots = rng.standard_normal(6) / 4
    speed = np.exp(np.interp(np.arange(count), np.linspace(0, count, 6), knots))
    at = np.cumsum(speed) / speed.sum() * (len(m) - 1)
    below = np.minimum(at.astype(int), len(m) - 2)
    share = torch.from_numpy(at - below)[:, None].float()
    steps = (first + below[::2]) // 2
    out = m[below] * (1 - share) + m[below + 1] * share
    return out, labels[steps.clip(max=len(labels) - 1)]


def other_throat(m, rng):
    """Log-mel (T, 40) with its bands moved by up to a fifth -> the same shape."""
    at = (np.arange(40) * rng.uniform(0.82, 1.2)).clip(0, 38.99)
    below = at.astype(int)
    share = torch.from_numpy(at - below).float()
    return m[:, below] * (1 - share) + m[:, below + 1] * share


def curve(rng, size, knots=6):
    """A smooth random curve over the 40 bands (40,)."""
    values = size * rng.standard_normal(knots)
    return torch.from_numpy(np.interp(np.arange(40), np.linspace(0, 39, knots), values)).float()


def other_room(m, rng):
    """Log-mel (T, 40) with another colour, and by chance echo, noise and an upper end."""
    m = m + curve(rng, 1.2)
    if rng.random() < 0.4:
        energy = m.exp()
        decay = rng.uniform(0.06, 0.36)
        for before, now in zip(energy, energy[1:]):
            now += decay * before
        m = energy.log()
    if rng.random() < 0.7:
        noise = m.max() - rng.uniform(2.5, 12) + curve(rng, 1.0, 4)
        m = torch.logaddexp(m, noise + 0.3 * torch.from_numpy(rng.standard_normal(m.shape)).float())
    if rng.random() < 0.25:
        m[:, int(rng.integers(22, 38)) :] = m.min()
    return m


SAME_MOUTH = {viseme(phone): phone for phone in reversed(PHONEMES)}


def in_english(phone):
    """A sound of any language -> the one of English that is spoken with the same mouth."""
    phone = ALIKE.get(phone, phone)
    return phone if phone in PHONEMES else SAME_MOUTH[viseme(phone)]


def spoken(sentences, seed=4, foreign=0):
    """Sentences in the voices of the studio but HELD_OUT and STRANGERS, at all paces and pitches ->
    log-mel spectra (T, 40) and their labels (T // 2,), a list of pairs. foreign: sentences of each
    of the other languages, besides."""
    rng = np.random.default_rng(seed)
    voices = [*studio.CROWD, *(v for v in studio.VOICES if v not in HELD_OUT)]
    texts = [(text, None) for text in studio.script(sentences, seed)]
    for language in words.WORDS:
        texts += [(text, language) for text in words.salad(language, foreign, seed)]
    out = []
    for k, (text, language) in enumerate(texts):
        language = language or str(rng.choice(["en-us", "en-us", "en"]))
        rate, pitch = rng.integers((110, 5), (230, 95)).tolist()
        speech = studio.say(text, voices[k % len(voices)], language, rate, pitch)
        m = log_mel(torch.from_numpy(speech.sound), 40, floor=1e-6).float()
        phonemes = [(in_english(phone), a, b) for phone, a, b in speech.phonemes]
        out.append((m, frame_labels(phonemes, len(m) // 2)))
    return out


def shaken(m, labels, rng, frames=200):
    """A piece of a sentence, shaken, as the ear gets it: (frames, 40) and labels (frames // 2,), in
    which -100 does not count."""
    m, labels = other_tempo(m, labels, rng, frames)
    m = other_room(other_throat(m, rng), rng)
    m = m - m.mean(0)
    m = m / m.std().clamp(min=1e-3)
    for low in rng.integers(36, size=2):
        m[:, low : low + int(rng.integers(1, 7))] = 0
    missing = frames - len(m)
    return F.pad(m, (0, 0, 0, missing)), F.pad(labels, (0, missing // 2), value=-100)


def fit_ear(net, lessons, steps, batch=32, rate=2e-3, seed=0):
    """Train a Listener on what `spoken` returns -> the network and its losses."""
    optimizer = torch.optim.AdamW(net.parameters(), rate)
    net, optimizer, run = train.setup(net, optimizer)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    rng = np.random.default_rng(seed)
    losses = []
    for _ in train.steps(steps, "ear"):
        some = [shaken(*lessons[rng.integers(len(lessons))], rng) for _ in range(batch)]
        m, labels = (torch.stack(part).to(run.device) for part in zip(*some))
        loss = listening_step(net, m, labels)
        optimizer.zero_grad()
        run.backward(loss)
        nn.utils.clip_grad_norm_(net.parameters(), 5)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return net.eval(), losses
