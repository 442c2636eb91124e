"""From phonemes to the ARKit shapes of the mouth: dominance functions after Cohen and Massaro (1993).

Every phoneme segment s pulls each articulator p towards a target T_sp with a weight that dies away in time,
D_sp(t) = alpha_sp exp(-theta_sp d(t)); the mouth is the weighted mean F_p(t) = sum_s D_sp T_sp / sum_s D_sp. The distance d
is zero over a plateau in the middle of the segment, so that long pauses and vowels are not overrun by their neighbours.
"""

from __future__ import annotations

import numpy as np
import torch

from .human import load

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


def viseme(phone):
    """eSpeak's symbol -> one of VISEMES; symbols this table has not met are judged by their first letter."""
    for k in (phone, phone.rstrip(":~"), phone[:2], phone[:1]):
        if k in VISEME_OF:
            return VISEME_OF[k]
    return "SIL" if phone.startswith("_") else "AX" if phone[:1].lower() in "aeiouy@3" else "DD"


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


def segments(phonemes):
    """Phoneme intervals -> (viseme, start, end) segments: glides in two parts, stops as closure and a transparent release."""
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


def articulators(phonemes, times, strength=1.0):
    """The nine articulators at the given times (T,) in seconds -> (T, 9)."""
    seg = segments(phonemes)
    if not seg:
        return np.tile(VISEMES["SIL"], (len(times), 1))
    target = np.array([VISEMES[v] for v, _, _ in seg])
    law = np.array([dominance(v) for v, _, _ in seg])
    start, end = (np.array([s[k] for s in seg]) for k in (1, 2))
    tau = (start + end)[:, None] / 2 - np.asarray(times)[None]  # positive before the segment's middle
    d = np.maximum(np.abs(tau) - 0.2 * (end - start)[:, None], 0)
    theta = np.where((tau > 0)[..., None], law[:, None, :, 1], law[:, None, :, 2])
    D = law[:, None, :, 0] * np.exp(-theta * d[..., None]) + 1e-9
    F = (D * target[:, None]).sum(0) / D.sum(0)
    scale = np.array([strength, 1, 1, strength, strength, strength, strength, strength, 1])
    return F * scale


def to_arkit(a):
    """Articulators (T, 9) -> the 52 ARKit weights (T, 52). `seal` closes the lips at any height of the jaw."""
    jaw, seal, tuck, pucker, funnel, spread, lower, upper, tongue = np.asarray(a).T
    sealed = np.clip((seal - 0.35) / 0.5, 0, 1)  # lips meet before the seal is complete
    open_ = 1 - sealed
    w = dict(
        jawOpen=jaw,
        mouthClose=sealed * jaw,
        mouthPressLeft=0.25 * np.clip((seal - 0.8) / 0.2, 0, 1) * (seal > 0.8),
        mouthRollLower=0.65 * tuck + 0.12 * sealed,
        mouthRollUpper=0.10 * sealed,
        mouthFunnel=funnel * open_,
        mouthPucker=pucker,
        mouthStretchLeft=0.45 * spread * (1 - 0.7 * pucker),
        mouthSmileLeft=0.6 * spread * (1 - 0.8 * pucker),
        mouthLowerDownLeft=lower * open_ * (1 - tuck),
        mouthUpperUpLeft=upper * open_,
        tongueOut=0.55 * tongue * open_,
        mouthShrugLower=0.35 * tuck,
    )
    h, T = load(), len(jaw)
    out = np.zeros((T, len(h.names)), np.float32)
    for k, v in w.items():
        out[:, h.expression_at[k]] = v
        if k.endswith("Left"):
            out[:, h.expression_at[k[:-4] + "Right"]] = v
    return torch.from_numpy(out.clip(0, 1))
