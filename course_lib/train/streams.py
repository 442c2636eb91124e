"""Films for networks that draw frame by frame and see what they drew before."""

import numpy as np


class Streams:
    """Films that many streams run through at once, two frames at a time. Each goes on from what
    was drawn before, and begins anew somewhere else after some `life` steps.

    films: frames (T, S, S, 3) uint8 of each film; sheets: what the network is given for each of
    them, (T, S, S, C) uint8; count: streams; begun: the share of streams that begin with the
    film's own frame before, the others begin with zeros. Raises ValueError for films and sheets
    that do not go together.
    """

    def __init__(self, films, sheets, seed=0, count=64, life=16, begun=0.5):
        if not films or [len(f) for f in films] != [len(s) for s in sheets]:
            raise ValueError("as many sheets as frames are needed, for one film at least.")
        if min(len(f) for f in films) < 3:
            raise ValueError("a film has at least three frames: a pair, and the one before.")
        self.films, self.sheets = films, sheets
        self.life, self.begun = life, begun
        self.rng = np.random.default_rng(seed)
        self.at = [self.anew() for _ in range(count)]

    def anew(self):
        """A stream: film, frame, and what was drawn before: a frame of the film, or zeros."""
        k = self.rng.integers(len(self.films))
        t = self.rng.integers(1, len(self.films[k]) - 1)
        return k, t, self.films[k][t - 1] * (self.rng.random() < self.begun)

    def batch(self, n):
        """n streams -> their numbers, and as uint8 (n, S, S, ...): sheets and frames, each a pair
        (before, now), and what was drawn before these."""
        chosen = self.rng.choice(len(self.at), n, replace=False)
        for j in chosen:
            k, t, _ = self.at[j]
            if t + 2 > len(self.films[k]) or self.rng.random() < 1 / self.life:
                self.at[j] = self.anew()
        rows = [self.at[j] for j in chosen]
        sheets, frames = (
            [np.stack([x[k][t + step] for k, t, _ in rows]) for step in (0, 1)]
            for x in (self.sheets, self.films)
        )
        return chosen, sheets, frames, np.stack([before for _, _, before in rows])

    def go_on(self, chosen, drawn):
        """Move streams two frames on, with what was drawn last, (n, S, S, 3) uint8."""
        for j, frame in zip(chosen, drawn):
            k, t, _ = self.at[j]
            self.at[j] = k, t + 2, frame
