# GENERATED from 04_sound_of_speech.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['SAMPLE_RATE', 'HOP', 'WINDOW', 'N_FFT', 'FORMANTS', 'FLOOR', 'PHONEMES', 'ALIKE', 'STEP', 'buzz', 'resonate', 'tract',
           'vowel', 'window', 'stft', 'to_mel', 'to_hz', 'mel_filters', 'log_mel', 'cosines', 'mfcc', 'energy',
           'deltas', 'features', 'istft', 'griffin_lim', 'phoneme_id', 'frame_labels', 'PhonemeNet', 'heard',
           'frame_scores', 'log_probabilities', 'smooth_path', 'intervals_of', 'hear', 'align']

# %%
import functools
import math

import numpy as np
import torch
import torch.nn.functional as F

# %%
SAMPLE_RATE, HOP, WINDOW, N_FFT = 16000, 160, 400, 512      # Hz; samples: a step of 10 ms, a window of 25 ms, zeros up to 32 ms


def buzz(f0, seconds, rate=SAMPLE_RATE):
    """Glottal source: pulses at f0 Hz behind two one-pole low-passes at 100 Hz, -12 dB an octave -> (N,) float64."""
    from scipy.signal import lfilter

    phase = np.cumsum(np.full(round(seconds * rate), f0 / rate))
    pulses = np.diff(np.floor(phase), prepend=0.0)
    pole = math.exp(-2 * math.pi * 100 / rate)
    return lfilter([1], [1, -2 * pole, pole**2], pulses)

# %%
def resonate(x, f, b, rate=SAMPLE_RATE):
    """One formant at f Hz with bandwidth b Hz, unit gain at 0 Hz (Klatt 1980)."""
    from scipy.signal import lfilter

    r = math.exp(-math.pi * b / rate)
    B, C = 2 * r * math.cos(2 * math.pi * f / rate), -r * r
    return lfilter([1 - B - C], [1, -B, -C], x)


def tract(x, formants, bandwidths=(60, 90, 120, 180), rate=SAMPLE_RATE):
    """The vocal tract and the lips: resonators in a row, then a difference. formants: Hz, between 50 and half the rate."""
    if any(not 50 <= f < rate / 2 for f in formants):
        raise ValueError(f"formants lie between 50 and {rate / 2:.0f} Hz, not at {list(formants)}.")
    for f, b in zip(formants, bandwidths):
        x = resonate(x, f, b, rate)
    return np.diff(x, prepend=0.0)


def vowel(formants, f0=110, seconds=0.5, rate=SAMPLE_RATE):
    """A vowel -> (N,) float32, 0.5 at its loudest. formants: two to four frequencies in Hz; a third and a fourth are added."""
    formants = [*formants, *(2700, 3500)[len(formants) - 2 :]] if len(formants) < 4 else formants
    x = tract(buzz(f0, seconds, rate), formants[:4], rate=rate)
    fade = np.minimum(1, np.minimum(np.arange(len(x)), np.arange(len(x))[::-1]) / (0.02 * rate))
    return (0.5 * x * fade / np.abs(x).max()).astype(np.float32)

# %%
FORMANTS = {"ee": (270, 2290, 3010), "ih": (390, 1990, 2550), "eh": (530, 1840, 2480), "ae": (660, 1720, 2410), "ah": (730, 1090, 2440),
            "aw": (570, 840, 2410), "oo": (300, 870, 2240), "uh": (640, 1190, 2390), "er": (490, 1350, 1690)}

# %%
def window(n_fft=N_FFT, length=WINDOW, dtype=torch.float32, device="cpu"):
    """Hann window of that length in the middle of n_fft zeros -> (n_fft,)."""
    n = torch.arange(length, dtype=dtype, device=device)
    hann = 0.5 - 0.5 * torch.cos(2 * math.pi * n / length)
    left = (n_fft - length) // 2
    return F.pad(hann, (left, n_fft - length - left))


def stft(x, n_fft=N_FFT, hop=HOP, length=WINDOW):
    """Sound (N,) -> complex spectrogram (n_fft / 2 + 1, 1 + N // hop); frame k is centred at sample k hop."""
    x = torch.as_tensor(x)
    if x.ndim != 1 or len(x) <= n_fft // 2:
        raise ValueError(f"stft needs mono sound (N,) of more than {n_fft // 2} samples, not {tuple(x.shape)}.")
    padded = F.pad(x[None, None], (n_fft // 2, n_fft // 2), mode="reflect")[0, 0]
    pieces = padded.unfold(0, n_fft, hop)                                        # (frames, n_fft)
    return torch.fft.rfft(pieces * window(n_fft, length, x.dtype, x.device)).T

# %%
def to_mel(f):
    """Hz -> mel (Stevens, Volkmann and Newman 1937, in O'Shaughnessy's form)."""
    return 2595 * np.log10(1 + np.asarray(f) / 700)


def to_hz(m):
    """mel -> Hz."""
    return 700 * (10 ** (np.asarray(m) / 2595) - 1)


@functools.lru_cache
def mel_filters(bands=40, n_fft=N_FFT, rate=SAMPLE_RATE):
    """Triangles of height 1 between 0 Hz and half the rate -> (bands, n_fft / 2 + 1) float64."""
    corners = to_hz(np.linspace(0, to_mel(rate / 2), bands + 2))                 # each triangle: left, top, right
    f = np.linspace(0, rate / 2, n_fft // 2 + 1)
    rise = (f - corners[:-2, None]) / np.diff(corners)[:-1, None]
    fall = (corners[2:, None] - f) / np.diff(corners)[1:, None]
    return torch.from_numpy(np.clip(np.minimum(rise, fall), 0, None))

# %%
FLOOR = 1e-10  # below this power all is silence


def log_mel(x, bands=40, floor=FLOOR):
    """Sound (N,) at 16 kHz -> logarithm of mel powers (frames, bands), 100 frames a second."""
    x = torch.as_tensor(x)
    triangles = mel_filters(bands).to(dtype=x.dtype).to(x.device)
    return torch.log(triangles @ stft(x).abs().square() + floor).T


@functools.lru_cache
def cosines(bands, kept):
    """Orthonormal DCT-II (kept, bands)."""
    k, j = torch.arange(kept, dtype=torch.float64)[:, None], torch.arange(bands, dtype=torch.float64)
    basis = torch.cos(math.pi * k * (j + 0.5) / bands) * math.sqrt(2 / bands)
    basis[0] /= math.sqrt(2)
    return basis


def mfcc(x, kept=13, bands=40):
    """Mel-frequency cepstral coefficients (frames, kept) of sound (N,) at 16 kHz (Davis and Mermelstein 1980)."""
    m = log_mel(x, bands)
    return m @ cosines(bands, kept).to(dtype=m.dtype).to(m.device).T

# %%
def energy(x, hop=HOP, length=WINDOW):
    """log(1 + mean square) of each 25 ms piece (frames,), sound in 16-bit steps; the frames of stft."""
    x = torch.as_tensor(x) * 32768
    padded = F.pad(x[None, None], (length // 2, length // 2), mode="reflect")[0, 0]
    return torch.log1p(padded.unfold(0, length, hop).square().mean(1))[: 1 + len(x) // hop]


def deltas(f):
    """Forward differences along time (T, n) -> (T, n); the last row repeats the one before it."""
    d = f[1:] - f[:-1]
    return torch.cat([d, d[-1:]])


def features(x):
    """Sound (N,) at 16 kHz -> (frames, 28) at 100 Hz: 13 MFCC and log energy, then their changes (Suwajanakorn et al. 2017)."""
    f = torch.cat([mfcc(x), energy(x)[:, None]], 1)
    return torch.cat([f, deltas(f)], 1)

# %%
def istft(S, samples, n_fft=N_FFT, hop=HOP, length=WINDOW):
    """Complex spectrogram (n_fft / 2 + 1, frames) -> sound (samples,), the least-squares overlap-add of its pieces."""
    w = window(n_fft, length, S.real.dtype, S.device)
    pieces = torch.fft.irfft(S.T, n_fft) * w                                     # (frames, n_fft)
    add = lambda p: F.fold(p.T[None], (1, n_fft + hop * (p.shape[0] - 1)), (1, n_fft), stride=(1, hop))[0, 0, 0]
    out = add(pieces) / add((w * w).expand_as(pieces)).clamp(min=1e-8)
    return F.pad(out[n_fft // 2 :], (0, samples))[:samples]


def griffin_lim(magnitude, samples, rounds=60, seed=0):
    """Magnitudes (n_fft / 2 + 1, frames) -> sound (samples,) whose spectrogram is near (Griffin and Lim 1984, eq. 6)."""
    g = torch.Generator().manual_seed(seed)                        # the same on every device
    phase = torch.rand(magnitude.shape, generator=g, dtype=magnitude.dtype) * 2 * math.pi
    S = torch.polar(magnitude, phase.to(magnitude.device))
    for _ in range(rounds):
        S = stft(istft(S, samples))
        S = magnitude * S / S.abs().clamp(min=1e-8)
    return istft(S, samples)

# %%
PHONEMES = "_ p b t d k g f v T D s z S Z tS dZ h m n N l r w j i: I E a A O: U u: V 3: @ eI aI OI aU oU".split()
ALIKE = {"I2": "I", "I#": "I", "i": "i:", "i@": "I", "i@3": "I", "a#": "@", "@2": "@", "@-": "@", "3": "@", "@5": "@", "O@": "O:", "o@": "O:",
         "O2": "O:", "A:": "A", "A@": "A", "0": "A", "aa": "a", "e@": "E", "U@": "U", "@L": "l", "aI@": "aI", "t#": "t", "t2": "t", "r-": "r",
         ";": "j", "?": "t", "_:": "_", "_!": "_"}
STEP = 0.02  # seconds between two answers of the network


def phoneme_id(label):
    """eSpeak's English symbol -> place in PHONEMES; an unknown one counts as silence."""
    label = ALIKE.get(label, label)
    return PHONEMES.index(label) if label in PHONEMES else 0


def frame_labels(phonemes, frames, step=STEP):
    """Intervals (label, start s, end s) -> ids (frames,) at the middle of each step."""
    starts = np.array([a for _, a, _ in phonemes])
    at = np.searchsorted(starts, (np.arange(frames) + 0.5) * step, side="right") - 1
    return torch.tensor([phoneme_id(p) for p, _, _ in phonemes])[at.clip(0)]

# %%
class PhonemeNet(torch.nn.Module):
    """Log-mel frames (B, T, 40) at 100 Hz -> logits (B, T // 2, 41) at 50 Hz."""

    def __init__(self, hidden=96):
        super().__init__()
        self.gru = torch.nn.GRU(80, hidden, batch_first=True, bidirectional=True)
        self.out = torch.nn.Linear(2 * hidden, len(PHONEMES))

    def forward(self, m):
        pairs = m[:, : m.shape[1] // 2 * 2].reshape(len(m), -1, 80)            # (B, T / 2, 80)
        h, _ = self.gru(pairs)                                                 # (B, T / 2, 2 hidden)
        return self.out(h)                                                     # (B, T / 2, 41)

    @classmethod
    def load(cls, path, device="cpu"):
        """A network written with `safetensors.torch.save_file(net.state_dict(), path)`, in any precision."""
        from safetensors.torch import load_file

        w = {k: v.float() for k, v in load_file(path).items()}
        net = cls(w["out.weight"].shape[1] // 2)
        net.load_state_dict(w)
        return net.to(device).eval()


def heard(x):
    """Sound (N,) at 16 kHz -> the network's input (T, 40): log-mel, each band with mean 0, all with deviation 1."""
    m = log_mel(x, 40, floor=1e-6).float()
    m = m - m.mean(0)
    return m / m.std().clamp(min=1e-3)

# %%
@torch.inference_mode()
def frame_scores(net, m):
    """The network's input (T, 40) -> log-probabilities (T // 2, 41) on the CPU, 50 a second."""
    device = next(net.parameters()).device
    return net(m[None].to(device))[0].log_softmax(1).cpu()


def log_probabilities(net, x):
    """Sound (N,) at 16 kHz -> (T, 41), one row per 20 ms, on the CPU."""
    return frame_scores(net, heard(torch.as_tensor(np.ascontiguousarray(x, dtype=np.float32))))

# %%
def smooth_path(logp, change=3.0):
    """The ids (T,) that maximise the sum of logp (T, K) minus `change` for every change of id."""
    score, back = logp[0].clone(), []
    for row in logp[1:]:
        best = score.argmax()
        jump = score < score[best] - change
        back.append(torch.where(jump, best, torch.arange(len(score), device=score.device)))
        score = torch.where(jump, score[best] - change, score) + row
    path = [int(score.argmax())]
    for b in reversed(back):
        path.append(int(b[path[-1]]))
    return path[::-1]


def intervals_of(ids, step=STEP):
    """Frame ids (T,) -> phoneme intervals (label, start s, end s) without gaps."""
    edges = [0, *(k for k in range(1, len(ids)) if ids[k] != ids[k - 1]), len(ids)]
    return [(PHONEMES[ids[a]], a * step, b * step) for a, b in zip(edges[:-1], edges[1:])]


def hear(net, x):
    """Sound (N,) at 16 kHz -> the phonemes that the network hears: (label, start s, end s)."""
    return intervals_of(smooth_path(log_probabilities(net, x)))

# %%
def align(logp, labels, step=STEP):
    """Known phonemes, unknown times: logp (T, 41), labels in order -> (label, start s, end s) for each; a skipped silence has no length."""
    ids = np.array([phoneme_id(p) for p in labels])
    emit, n = np.asarray(logp)[:, ids], len(ids)
    later = lambda v, k: np.r_[np.full(k, -np.inf), v][:n]                           # v, k places further on
    skip = np.where(later(ids, 1) == 0, 0.0, -np.inf)
    first = 1 + int(ids[0] == 0)                                                     # a silence at the start may be skipped
    V = np.where(np.arange(n) < first, emit[0], -np.inf)
    back = np.zeros((len(emit), n), int)
    for t in range(1, len(emit)):
        options = np.stack([V, later(V, 1), later(V, 2) + skip])
        back[t] = options.argmax(0)
        V = options.max(0) + emit[t]
    j = n - 1 if n == 1 or ids[-1] != 0 or V[-1] >= V[-2] else n - 2                  # and one at the end
    if not np.isfinite(V[j]):
        raise ValueError(f"{len(labels)} phonemes do not fit into {len(logp) * step:.2f} s: is this the text of this recording?")
    at = [j]
    for t in range(len(emit) - 1, 0, -1):
        at.append(at[-1] - back[t, at[-1]])
    starts = np.searchsorted(at[::-1], np.arange(n + 1)) * step
    return [(p, float(a), float(b)) for p, a, b in zip(labels, starts[:-1], starts[1:])]
