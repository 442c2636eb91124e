"""Judging swapped faces by what only a studio has: the other person's own film of the performance.

Crops are aligned faces (T, S, S, 3), uint8 or floats in 0..1.
"""

from __future__ import annotations

import cv2
import numpy as np

from .metrics import as_floats, decibels, masked_l1, ssim

# where each movement shows, in 64ths of an aligned crop: rows, columns, and by how much the window
# is shrunk before it is read, so that a soft picture and a sharp one look alike
WINDOWS = dict(
    opening=((34, 64), (12, 52), 2),
    width=((30, 64), (8, 56), 2),
    lids=((12, 30), (8, 56), 2),
    gaze=((14, 28), (10, 54), 1),
)
OPEN = 0.7  # of the usual distance between the lids: below it nobody can tell where an eye looks
REGULARISE = 3.0  # ridge regression's alpha; 1 to 10 give the same readings to a few percent


def visible_state(truth):
    """What a face visibly does, from a film's truth: dict of (T,) arrays.

    opening: of the inner lips, width: of the mouth, lids: the mean distance of the lids, all three
    in distances between the eyes; gaze: the eyes' yaw in the head, radians.
    """
    p = np.asarray(truth["landmarks"], np.float64)
    eyes = np.linalg.norm(p[:, 36:42].mean(1) - p[:, 42:48].mean(1), axis=1)

    def apart(*pairs):
        gaps = [np.linalg.norm(p[:, a] - p[:, b], axis=1) for a, b in pairs]
        return np.mean(gaps, axis=0) / eyes

    return dict(
        opening=apart((62, 66)),
        width=apart((48, 54)),
        lids=apart((37, 41), (38, 40), (43, 47), (44, 46)),
        gaze=np.asarray(truth["gaze"])[:, 0],
    )


def nearest_frames(performer, own, footage):
    """The strongest rival without a network: for each frame of one person the frame of another in
    which the face does most nearly the same.

    Landmarks in the aligned square: performer (T, 68, 2), the same person's other footage
    (M, 68, 2), and the other person's (N, 68, 2). Each is measured in standard deviations from the
    mean of that person's footage, so that lids count as much as a chin. -> row numbers (T,).
    """
    a, b = standardised(performer, own), standardised(footage, footage)
    return np.stack([np.square(b - one).sum(-1) for one in a]).argmin(1)


def drawn_linearly(performer, own, footage, crops):
    """Another rival: a ridge regression from the other person's landmarks to their pixels.

    The first three as in `nearest_frames`; crops (N, S, S, 3) of the footage, uint8
    -> faces (T, S, S, 3) in 0..1.
    """
    from sklearn.linear_model import Ridge

    known, asked = standardised(footage, footage), standardised(performer, own)
    drawn = []
    for colour in np.moveaxis(np.asarray(crops), -1, 0):  # one after the other: a third of the room
        pixels = colour.reshape(len(colour), -1).astype(np.float32) / 255
        linear = Ridge(alpha=len(footage) / 10)
        drawn.append(linear.fit(known, pixels).predict(asked).reshape(-1, *colour.shape[1:]))
    return np.stack(drawn, -1).clip(0, 1).astype(np.float32)


def standardised(landmarks, ground):
    """Landmarks (T, 68, 2) in standard deviations from the mean of ground (N, 68, 2): (T, 136)."""
    apart = (np.asarray(landmarks) - np.mean(ground, 0)) / np.std(ground, 0)
    return apart.reshape(len(apart), -1).astype(np.float32)


def window(crops, name):
    """The window of one movement as rows of numbers, (T, n)."""
    (top, bottom), (left, right), shrink = WINDOWS[name]
    unit = crops.shape[1] / 64
    rows = slice(round(top * unit), round(bottom * unit))
    columns = slice(round(left * unit), round(right * unit))
    size = (round((right - left) / shrink), round((bottom - top) / shrink))
    cut = as_floats(crops[:, rows, columns])
    return np.stack([cv2.resize(c, size, interpolation=cv2.INTER_AREA).ravel() for c in cut])


def correlation(a, b):
    """Of two rows of readings, -1..1; 0 where one of them does not move at all."""
    still = min(np.std(a), np.std(b)) < 1e-6
    return 0.0 if still else float(np.corrcoef(a, b)[0, 1])


def seen_in(name, awake):
    """The frames in which a movement can be seen: a look only where eyes are open (T,)."""
    return awake if name == "gaze" else slice(None)


class SwapJudge:
    """The errors of a swap, and whether it acts, for one performance that both people were filmed
    in.

    truth: crops of the person whose face is wanted, in that performance. face (T, S, S): where
    pixels count. state: `visible_state` of that film. footage, seen: crops of the same person in
    other films and their states; a ridge regression for each movement learns to read it from them.
    """

    def __init__(self, truth, face, state, footage, seen):
        from sklearn.linear_model import Ridge

        self.truth = as_floats(truth)
        self.face = np.asarray(face, bool)
        self.state = state
        self.open, awake = (s["lids"] > OPEN * np.median(seen["lids"]) for s in (state, seen))
        self.readers = {}
        for name, values in seen.items():
            used = seen_in(name, awake)
            reader = Ridge(alpha=REGULARISE)
            self.readers[name] = reader.fit(window(footage, name)[used], values[used])
        self.readings = self.read(self.truth)

    def read(self, crops):
        """What the readers see in crops: dict of (T,)."""
        return {k: reader.predict(window(crops, k)) for k, reader in self.readers.items()}

    def errors(self, crops):
        """swap_l1 (0..1), swap_psnr (dB) and swap_ssim inside the true face."""
        x = as_floats(crops)
        blank = [np.where(self.face[..., None], v, 0.5).astype(np.float32) for v in (x, self.truth)]
        return dict(
            swap_l1=masked_l1(x, self.truth, self.face),
            swap_psnr=decibels((x - self.truth)[self.face]),
            swap_ssim=ssim(*blank),
        )

    def acting(self, crops):
        """How well a swap keeps the performance: correlations of its readings with the truth's.

        mouth_corr, smile_corr, blink_corr and gaze_corr (in frames with open eyes), and the mean of
        the first three as expression_corr. Of these three also expression_range: how wide they
        move in shares of the truth's spread, and expression_bias: how far they lie off on average,
        in its standard deviations; a correlation sees neither.
        """
        read = self.read(crops)
        corr, bias, wide = {}, [], []
        for name, seen in self.readings.items():
            used = seen_in(name, self.open)
            a, b = read[name][used], seen[used]
            corr[name] = correlation(a, b)
            if name != "gaze":
                bias.append(abs(float((a - b).mean())) / float(b.std()))
                wide.append(float(a.std() / b.std()))
        return dict(
            expression_corr=float(np.mean([corr[k] for k in ("opening", "width", "lids")])),
            mouth_corr=corr["opening"],
            smile_corr=corr["width"],
            blink_corr=corr["lids"],
            gaze_corr=corr["gaze"],
            expression_range=float(np.mean(wide)),
            expression_bias=float(np.mean(bias)),
        )

    def ceiling(self, crops=None):
        """How well the readers know the performance: correlations of what they read in crops, by
        default the truth's, with the studio's state."""
        read = self.readings if crops is None else self.read(crops)
        out = {}
        for name, seen in read.items():
            used = seen_in(name, self.open)
            out[name] = correlation(seen[used], self.state[name][used])
        return out

    def scores(self, crops):
        """All figures of a swap in one dict."""
        return self.errors(crops) | self.acting(crops)
