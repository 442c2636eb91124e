# GENERATED from 04_sound_of_speech.ipynb by `make sync`. Edit the lesson, not this file.
__all__ = ['STOPS', 'ARTICULATORS', 'VISEMES', 'VOWELS', 'PHONES', 'VISEME_OF', 'GLIDES', 'repair_closures', 'viseme', 'segments', 'key_frames', 'dominance', 'blend', 'articulators']

# %%
import numpy as np

STOPS = set("pbtdkg")


def repair_closures(intervals, raw, rate):
    """Give stop consonants back their silence. intervals: (label, start s, end s); raw: sound (N,) in 16-bit steps at `rate` Hz.

    The engine writes a stop's closure before the stop's own marker, so it is booked on the phoneme before. Walk back from
    each stop over the quiet samples (at most 90 ms and 60 % of the neighbour; after a pause, 50 ms or 80 % of it) and move
    the border there. Total length and order stay.
    """
    quiet = np.abs(raw.astype(np.float32)) < 250
    window = int(0.004 * rate)
    loud = np.add.reduceat(~quiet, np.arange(0, len(raw), window)) > window * 0.15 if len(raw) else np.zeros(0, bool)
    out = [list(x) for x in intervals]
    for k in range(1, len(out)):
        label, a, b = out[k]
        before = out[k - 1]
        if label[:1] not in STOPS:
            continue
        if before[0].startswith("_"):
            moved = max(a - 0.05, before[1] + 0.2 * (before[2] - before[1]))
        else:
            floor = max(a - 0.09, before[1] + 0.4 * (before[2] - before[1]))
            moved, i = a, int(a * rate) // window - 1
            while i >= 0 and i * window / rate >= floor and not loud[min(i, len(loud) - 1)]:
                moved, i = i * window / rate, i - 1
        before[2] = out[k][1] = moved
    return [tuple(x) for x in out if x[2] - x[1] > 1e-6]

# %%
ARTICULATORS = ("jaw", "seal", "tuck", "pucker", "funnel", "spread", "lower", "upper", "tongue")
# viseme -> targets of the nine articulators
VISEMES = {
    "SIL": (0.03, 1, 0, 0, 0, 0, 0, 0, 0),
    "PP": (0.10, 1, 0, 0, 0, 0, 0, 0, 0),
    "FF": (0.09, 0, 1, 0, 0, 0.05, 0, 0.15, 0),
    "TH": (0.16, 0, 0, 0, 0, 0.05, 0.15, 0, 0.35),
    "DD": (0.12, 0, 0, 0, 0, 0.08, 0.12, 0, 0),
    "LL": (0.20, 0, 0, 0, 0, 0.08, 0.10, 0, 0.10),
    "KK": (0.17, 0, 0, 0, 0, 0.05, 0.08, 0, 0),
    "CH": (0.08, 0, 0, 0.25, 0.40, 0, 0.12, 0.12, 0),
    "SS": (0.04, 0, 0, 0, 0, 0.20, 0.18, 0.08, 0),
    "RR": (0.12, 0, 0, 0.25, 0.25, 0, 0, 0, 0),
    "WW": (0.06, 0, 0, 0.85, 0.20, 0, 0, 0, 0),
    "YY": (0.10, 0, 0, 0, 0, 0.30, 0.05, 0, 0),
    "AX": (0.20, 0, 0, 0, 0, 0.05, 0.05, 0, 0),
    "IH": (0.18, 0, 0, 0, 0, 0.25, 0.10, 0, 0),
    "IY": (0.12, 0, 0, 0, 0, 0.50, 0.10, 0, 0),
    "EH": (0.34, 0, 0, 0, 0, 0.25, 0.15, 0.03, 0),
    "AE": (0.52, 0, 0, 0, 0, 0.25, 0.20, 0.08, 0),
    "AA": (0.62, 0, 0, 0, 0, 0.05, 0.15, 0, 0),
    "AH": (0.40, 0, 0, 0, 0, 0.05, 0.10, 0, 0),
    "AO": (0.44, 0, 0, 0.15, 0.40, 0, 0.05, 0, 0),
    "UW": (0.12, 0, 0, 0.80, 0.25, 0, 0, 0, 0),
    "UH": (0.20, 0, 0, 0.50, 0.20, 0, 0, 0, 0),
    "ER": (0.22, 0, 0, 0.30, 0.25, 0, 0, 0, 0),
    "HH": (0.20, 0, 0, 0, 0, 0, 0, 0, 0),
}
VOWELS = {"AX", "IH", "IY", "EH", "AE", "AA", "AH", "AO", "UW", "UH", "ER"}

# %%
PHONES = {
    "p b m": "PP",
    "f v": "FF",
    "T D": "TH",
    "t d n t# n^": "DD",
    "l l^ @L": "LL",
    "k g N x Q": "KK",
    "tS dZ S Z C dz; ts; S; Z;": "CH",
    "s z ts dz": "SS",
    "r R * r-": "RR",
    "w": "WW",
    "j ; l;": "YY",
    "@ 3 a# I# @- @2 @5 &": "AX",
    "I i I2": "IH",
    "i: y y:": "IY",
    "E e e: e@ E: eI": "EH",
    "a a: &:": "AE",
    "A: A aI aU": "AA",
    "V V:": "AH",
    "O: O o o: 0 O@ O~ oU OI Y W": "AO",
    "u: u": "UW",
    "U U@ Y:": "UH",
    "3:": "ER",
    "h h2 ?": "HH",
    "_ _: _!": "SIL",
}
VISEME_OF = {phone: viseme for phones, viseme in PHONES.items() for phone in phones.split()}
GLIDES = {
    "eI": ("EH", "IY"),
    "aI": ("AA", "IY"),
    "OI": ("AO", "IY"),
    "aU": ("AA", "UW"),
    "oU": ("AO", "UW"),
    "i@": ("IY", "AX"),
    "e@": ("EH", "AX"),
    "U@": ("UH", "AX"),
}

# %%
def viseme(phone):
    """eSpeak's symbol -> one of VISEMES; symbols this table has not met are judged by their first letters."""
    for k in (phone, phone.rstrip(":~"), phone[:2], phone[:1]):
        if k in VISEME_OF:
            return VISEME_OF[k]
    return "SIL" if phone.startswith("_") else "AX" if phone[:1].lower() in "aeiouy@3" else "DD"


def segments(phonemes):
    """Phoneme intervals -> (viseme, start, end) segments: glides in two parts, p and b as closure and a transparent release."""
    out = []
    for label, a, b in phonemes:
        if label in GLIDES:
            m = a + 0.6 * (b - a)
            out += [(GLIDES[label][0], a, m), (GLIDES[label][1], m, b)]
        elif label[:1] in "pb" and b - a > 0.045:
            m = a + max(0.6 * (b - a), 0.04)
            out += [("PP", a, min(m, b)), ("HH", min(m, b), b)]
        else:
            out.append((viseme(label), a, b))
    return [s for s in out if s[2] > s[1]]

# %%
def key_frames(phonemes, times):
    """Straight lines between the targets at the segments' middles, for comparison -> (T, 9)."""
    seg = segments(phonemes)
    middles, targets = [(a + b) / 2 for _, a, b in seg], np.array([VISEMES[v] for v, _, _ in seg])
    return np.stack([np.interp(times, middles, targets[:, p]) for p in range(len(ARTICULATORS))], 1)

# %%
def dominance(v):
    """Strength alpha and rates theta before and after the segment (1/s), for each articulator of a viseme -> (9, 3)."""
    vowel, base = v in VOWELS, (1.0, 30, 30) if v in VOWELS else (0.55, 30, 30)
    d = dict.fromkeys(ARTICULATORS, base)
    d["jaw"] = {
        "SS": (3, 25, 25),
        "CH": (1.5, 25, 25),
        "PP": (0.5, 25, 25),
        "FF": (1.5, 25, 25),
        "DD": (0.35, 25, 25),
        "LL": (0.35, 25, 25),
        "KK": (0.25, 25, 25),
        "AX": (0.35, 20, 20),
        "SIL": (0.6, 12, 12),
    }.get(v, (1.6, 20, 20) if vowel else (0.5, 25, 25))
    if v == "PP":
        d["seal"] = (20, 120, 120)
    if v == "SIL":
        d["seal"] = (1.0, 40, 25)
    if v == "FF":
        d["tuck"] = (12, 90, 90)
        d["upper"] = (4, 60, 60)
        d["seal"] = (4, 90, 90)
    rounding = {"WW": (2.5, 11, 18), "UW": (2, 11, 16), "UH": (2, 11, 16), "AO": (2, 11, 16), "CH": (1.2, 14, 18), "RR": (0.6, 16, 20)}
    d["pucker"] = d["funnel"] = rounding.get(v, (0.8, 16, 16) if vowel else (0.05, 25, 25))
    d["spread"] = (0.8, 16, 16) if vowel else (0.4, 25, 25)
    if v == "HH":
        d = dict.fromkeys(ARTICULATORS, (0.05, 30, 30))
    return [d[a] for a in ARTICULATORS]

# %%
def blend(target, law, start, end, times):
    """F_p(t): targets (S, P), law (S, P, 3) of alpha, theta before, theta after; starts and ends (S,) and times (T,) in s -> (T, P)."""
    tau = (start + end)[:, None] / 2 - np.asarray(times)[None]  # positive before the segment's middle
    d = np.maximum(np.abs(tau) - 0.2 * (end - start)[:, None], 0)
    theta = np.where((tau > 0)[..., None], law[:, None, :, 1], law[:, None, :, 2])
    D = law[:, None, :, 0] * np.exp(-theta * d[..., None]) + 1e-9
    return (D * target[:, None]).sum(0) / D.sum(0)


def articulators(phonemes, times, strength=1.0, law=dominance):
    """The nine articulators at the given times (T,) in seconds -> (T, 9). strength: how far the mouth moves. law: viseme -> (9, 3)."""
    seg = segments(phonemes)
    if not seg:
        return np.tile(VISEMES["SIL"], (len(times), 1))
    target = np.array([VISEMES[v] for v, _, _ in seg])
    rates = np.array([law(v) for v, _, _ in seg])
    start, end = (np.array([s[k] for s in seg]) for k in (1, 2))
    scale = np.array([strength, 1, 1, strength, strength, strength, strength, strength, 1])
    return blend(target, rates, start, end, times) * scale