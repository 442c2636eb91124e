"""Principal components, and what of them the phenotypes foretell (both by scikit-learn)."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.decomposition import KernelPCA
from sklearn.linear_model import Ridge

from course_lib.human import features


def pca(x, weight, n):
    """Principal components of N meshes, found where the vertices have weight, stated for all.

    x (N, V, 3), weight (V,) -> mean (V, 3), basis (n, V, 3) for scores of unit variance, std (n,)
    of the weighted components, scores (N, n). The largest score of each component is positive.
    """
    mean = x.mean(0)
    d = x - mean
    weight = torch.as_tensor(weight)
    weighted = d[:, weight > 0] * weight[weight > 0][None, :, None]
    # there are far fewer people than coordinates: the people's products are the smaller matrix
    model = KernelPCA(n, eigen_solver="dense", copy_X=False)
    scores = model.fit_transform(weighted.flatten(1).double().numpy())
    std = np.sqrt(model.eigenvalues_ / (len(x) - 1))
    scores = scores / std
    largest = np.take_along_axis(scores, np.abs(scores).argmax(0)[None], 0)
    scores = torch.from_numpy(scores * np.sign(largest))
    # loadings, so that vertices without weight move along too
    basis = torch.einsum("nk,nvc->kvc", scores, d.double()) / (len(x) - 1)
    return mean, basis.float(), torch.from_numpy(std).float(), scores.float()


def regress(phenotypes, scores):
    """Ridge regression of scores (N, K) on the features of phenotypes (N, 9) -> weights (55, K) and
    the standard deviations (K,) of what is left."""
    f = features(phenotypes).double().numpy()
    model = Ridge(alpha=1e-3, fit_intercept=False).fit(f, scores.double().numpy())
    left = scores.double() - torch.from_numpy(model.predict(f))
    return torch.from_numpy(model.coef_.T.copy()).float(), left.float().std(0)
