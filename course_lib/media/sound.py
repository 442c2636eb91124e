"""Sound as the course knows it: mono samples and their rate."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np

from .errors import MediaError


@dataclass
class Sound:
    """samples (N,) float32 in -1..1, sample_rate in Hz."""

    samples: np.ndarray
    sample_rate: int

    @property
    def seconds(self):
        return len(self.samples) / self.sample_rate

    def resample(self, sample_rate):
        """The same sound at another rate in Hz."""
        if sample_rate == self.sample_rate:
            return self
        from scipy.signal import resample_poly

        g = gcd(int(sample_rate), int(self.sample_rate))
        samples = resample_poly(self.samples, sample_rate // g, self.sample_rate // g)
        return Sound(samples.astype(np.float32), int(sample_rate))

    def _repr_html_(self):
        from IPython.display import Audio

        return Audio(self.samples, rate=self.sample_rate)._repr_html_()


def check_sound(sound):
    """Raise MediaError for a Sound that no file can hold."""
    x = np.asarray(sound.samples)
    if x.ndim != 1 or len(x) == 0:
        raise MediaError(f"a sound is mono with at least one sample, shape (N,), not {x.shape}.")
    if not np.isfinite(x).all():
        raise MediaError(
            "this sound holds NaN or infinite samples; something upstream divided by zero."
        )
    if sound.sample_rate <= 0:
        raise MediaError(f"sample_rate is in Hz, more than 0, not {sound.sample_rate}.")
