# GENERATED from 04_sound_of_speech.ipynb by `make sync`. Edit the lesson, not this file.
__all__ = ['HELD_OUT', 'disturb', 'readings', 'batch_of', 'listening_step', 'fit', 'cepstra', 'lay_over', 'label']

# %%
import numpy as np
import torch
import torch.nn.functional as F
from scipy.signal import butter, fftconvolve, lfilter, resample_poly

from course_lib import studio, train
from course_lib.taught.foundations.sound_of_speech import PhonemeNet, frame_labels, heard

HELD_OUT = ("emil", "irene")  # voices for testing


def disturb(x, rng):
    """A room, a microphone and noise: sound (N,) -> (N,) float32."""
    n = len(x)
    x = lfilter([1, -rng.uniform(-0.3, 0.7)], [1], x)                            # spectral tilt
    if rng.random() < 0.7:                                                      # echo: noise that dies away
        length = int(rng.uniform(0.05, 0.3) * 16000)
        room = rng.standard_normal(length) * np.exp(-6 * np.arange(length) / length)
        room *= rng.uniform(0.1, 0.8) / np.linalg.norm(room)
        room[0] = 1
        x = fftconvolve(x, room)[:n]
    if rng.random() < 0.3:                                                      # a telephone
        x = lfilter(*butter(4, rng.uniform(3000, 7000) / 8000), x)
    noise = lfilter([1], [1, -rng.uniform(0, 0.95)], rng.standard_normal(n))
    noise *= np.sqrt((x**2).mean() / (noise**2).mean()) * 10 ** (-rng.uniform(3, 35) / 20)
    return (x + noise).astype(np.float32)

# %%
def readings(sentences, seed, voices, disturbed=True):
    """Speech with exact labels -> inputs (frames, 40) and labels (frames // 2,) of every sentence."""
    rng, out = np.random.default_rng(seed), []
    for k, text in enumerate(studio.script(sentences, seed)):
        language, rate = ("en-us", "en")[int(rng.random() < 0.3)], int(rng.uniform(120, 220))
        speech = studio.say(text, voices[k % len(voices)], language, rate, pitch=int(rng.uniform(10, 80)) if disturbed else None)
        x, phonemes = speech.sound, speech.phonemes
        if disturbed:
            up = int(rng.integers(84, 119))                                     # per cent of the length
            x = disturb(resample_poly(x, up, 100), rng)
            phonemes = [(p, a * up / 100, b * up / 100) for p, a, b in phonemes]
        m = heard(torch.from_numpy(x))
        out.append((m, frame_labels(phonemes, len(m) // 2)))
    return out

# %%
def batch_of(lessons, rng, size=32, frames=200):
    """Random pieces with a blanked band -> inputs (size, frames, 40), labels (size, frames // 2)."""
    pieces, labels = [], []
    for _ in range(size):
        m, y = lessons[rng.integers(len(lessons))]
        a = 2 * int(rng.integers(max(1, len(y) - frames // 2 + 1)))
        m, y = m[a : a + frames].clone(), y[a // 2 : (a + frames) // 2]
        if rng.random() < 0.7:
            low = rng.integers(36)
            m[:, low : low + rng.integers(1, 9)] = 0
        pieces.append(F.pad(m, (0, 0, 0, frames - len(m))))
        labels.append(F.pad(y, (0, frames // 2 - len(y)), value=-100))          # -100: not counted
    return torch.stack(pieces), torch.stack(labels)


def listening_step(net, m, y):
    """Loss of inputs (B, T, 40) and labels (B, T // 2), of which -100 do not count; a scalar."""
    return F.cross_entropy(net(m).flatten(0, 1), y.flatten(), label_smoothing=0.05)

# %%
def fit(net, lessons, steps, size=32, rate=6e-3, seed=0, title="listening", **keep):
    """Train a PhonemeNet with a one-cycle schedule, on the device -> its losses.

    lessons: (inputs, labels) of every sentence. keep: resume= and save_every= of train.steps.
    """
    rng, losses = np.random.default_rng(seed), []
    optimizer = torch.optim.AdamW(net.parameters(), rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    net, optimizer, run = train.setup(net, optimizer)
    lessons = run.share(lessons)
    parts = dict(net=net, optimizer=optimizer, schedule=schedule) if keep else {}
    with train.threads(1):
        for _ in train.steps(steps, title, note=lambda: f"loss {losses[-1]:.2f}", **keep, **parts):
            m, y = batch_of(lessons, rng, size)
            loss = listening_step(net, m.to(run.device), y.to(run.device))
            optimizer.zero_grad()
            run.backward(loss)
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5)
            optimizer.step()
            schedule.step()
            losses.append(run.reduce(loss).item())
    return losses

# %%
import librosa

from course_lib.taught.foundations.sound_of_speech import align, deltas, intervals_of, log_probabilities, mfcc, smooth_path


def cepstra(x):
    """MFCC without loudness, and their changes, each with mean 0 and deviation 1 -> (frames, 24)."""
    m = mfcc(torch.as_tensor(np.ascontiguousarray(x, dtype=np.float32)))[:, 1:]
    m = torch.cat([m, 2 * deltas(m)], 1)
    return (m - m.mean(0)) / m.std(0)


def lay_over(reading, x):
    """Phonemes of a reading (Speech), laid over a recording x (N,) of the same text by dynamic time warping -> (label, start s, end s)."""
    cost = torch.cdist(cepstra(reading.sound), cepstra(x)).numpy()
    path = librosa.sequence.dtw(C=cost, backtrack=True)[1][::-1] / 100                # pairs of times in s
    starts = np.interp([a for _, a, _ in reading.phonemes], path[:, 0], path[:, 1]).tolist()
    return [(p, a, b) for (p, _, _), a, b in zip(reading.phonemes, starts, [*starts[1:], len(x) / 16000])]

# %%
def label(net, x, text, voice="adam", rate=165):
    """Real speech (N,) at 16 kHz and its text -> dict: the network's own phonemes, the aligned ones, the reading's laid over by DTW."""
    reading, logp = studio.say(text, voice, rate=rate), log_probabilities(net, x)
    labels = [p for p, _, _ in reading.phonemes]
    return dict(heard=intervals_of(smooth_path(logp)), aligned=align(logp, labels), read=lay_over(reading, x))