# GENERATED from 09b_taken_apart.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['BUDGET', 'codes_of', 'LIAE', 'Recipe', 'change', 'trained', 'shine', 'read_across', 'area', 'probe']

# %%
from dataclasses import asdict, dataclass

import cv2
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

from course_lib.taught.swap.deepfakes import DF, SIGMA, Decoder, Encoder, fit, initialise

# %%
@torch.inference_mode()
def codes_of(model, crops, who):
    """What a model's encoder says about crops (T, S, S, 3) uint8 of `who` -> codes (T, z)."""
    device = next(model.parameters()).device
    x = torch.from_numpy(np.ascontiguousarray(crops[..., :3])).permute(0, 3, 1, 2)
    parts = [model.code(part.to(device).float() / 255, who).cpu() for part in x.split(64)]
    return torch.cat(parts).numpy()

# %%
class LIAE(nn.Module):
    """One encoder, one decoder, two inner networks: DeepFaceLab's LIAE."""

    def __init__(self, size=64, c=8, z=64):
        super().__init__()
        self.encoder = Encoder(size, c, 2 * z)
        self.inner = nn.ModuleDict({name: nn.Linear(2 * z, z) for name in ("A", "AB")})
        self.decoder = Decoder(size, c, 2 * z)
        initialise(self.inner)

    def code(self, picture, who):
        """Pictures (n, 3, S, S), wired as `who` ("A" or "B") -> codes (n, 2z)."""
        h = self.encoder(picture)  # (n, 2z)
        both = self.inner["AB"](h)  # (n, z)
        left = self.inner["A"](h) if who == "A" else both
        return torch.cat([left, both], 1)

    def forward(self, picture, who):
        """Pictures of `who` -> the same faces, drawn, (n, 4, S, S)."""
        return self.decoder(self.code(picture, who))

    def swap(self, picture):
        """Pictures of A -> faces of B that do what A does, (n, 4, S, S)."""
        return self.decoder(self.code(picture, "B"))

# %%
BUDGET = ("steps", "batch", "seed")  # what both sides of a trial must have alike


@dataclass(frozen=True)
class Recipe:
    """How a small network is made and trained; the defaults are 09a's."""

    net: str = "DF"  # or "LIAE"
    shared: bool = True  # one encoder for both people, or one each (DF only)
    z: int = 64  # how many numbers a code has
    sigma: float = SIGMA  # strength of the warp; 0 leaves the small turns, zooms and shifts
    every: int = 1  # train on each n-th frame only
    steps: int = 400
    batch: int = 8
    rate: float = 5e-3  # Adam's; higher than in 09a; tuned on this performance
    seed: int = 0

# %%
def change(one, other):
    """The setting in which two recipes differ -> (name, its value in one, its value in other).

    Raises ValueError for an unfair pair: no difference, several, or one in the BUDGET.
    """
    a, b = asdict(one), asdict(other)
    names = [name for name in a if a[name] != b[name]]
    if len(names) != 1 or names[0] in BUDGET:
        raise ValueError(f"no fair trial: the recipes differ in {', '.join(names) or 'nothing'}.")
    return names[0], a[names[0]], b[names[0]]

# %%
def trained(recipe, footage, mean, size=32, c=8, **line):
    """Cook a recipe on stored crops {"A": (N, S, S, 4) uint8, "B": ...} -> model, its losses."""
    torch.manual_seed(recipe.seed)
    if recipe.net == "LIAE":
        model = LIAE(size, c, recipe.z)
    else:
        model = DF(size, c, recipe.z, recipe.shared)
    seen = {who: crops[:: recipe.every] for who, crops in footage.items()}
    r = recipe
    losses = fit(model, seen, mean, r.steps, r.batch, r.rate, size, r.seed, r.sigma, **line)
    return model, losses

# %%
def shine(swap, a, b, face):
    """How much of A shines through a swap: 0 for B's true film, 1 for A's.

    swap, a, b: crops (T, S, S, 3) in 0..1; face (T, S, S): where pixels count. A share of B in fog
    is fitted beside A's, so that a soft swap is not taken for one that shows A.
    """
    fog = np.stack([cv2.blur(x, (3, 3)) for x in b])
    ways = np.stack([(x - b)[face].ravel() for x in (a, fog)], 1)  # (pixels, 2)
    return float(np.linalg.lstsq(ways, (swap - b)[face].ravel(), rcond=None)[0][0])

# %%
def read_across(codes, values, others):
    """A linear reader of `values` (N,), fitted on one person's codes (N, z), reads another's.

    others (M, z) -> its readings (M,), in the units of `values`.
    """
    reader = make_pipeline(StandardScaler(), Ridge(10.0))  # tuned on nothing: 1 to 100 agree
    return reader.fit(codes, values).predict(others)

# %%
def area(fit_a, fit_b, test_a, test_b):
    """Fit a linear cut between codes (N, z) of two kinds; the area under its ROC curve on others.

    Codes are first brought to mean 0 and deviation 1: networks differ in the size of their codes.
    """
    cut = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    cut.fit(np.r_[fit_a, fit_b], np.repeat([0, 1], [len(fit_a), len(fit_b)]))
    seen = np.repeat([0, 1], [len(test_a), len(test_b)])
    return float(roc_auc_score(seen, cut.decision_function(np.r_[test_a, test_b])))

# %%
def probe(a, b, takes):
    """How well a linear cut tells codes a from b (N, z) in takes it was not fitted on, 0..1.

    takes (N,): the take of each row, in a and in b. Each is held out in turn -> the mean `area`.
    """
    areas = []
    for take in np.unique(takes):
        out = takes == take
        areas.append(area(a[~out], b[~out], a[out], b[out]))
    return float(np.mean(areas))
