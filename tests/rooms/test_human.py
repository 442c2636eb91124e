"""The baked human: what it holds, what is derived from it, and what it says when asked wrongly."""

from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
import torch
from sklearn.preprocessing import PolynomialFeatures

from course_lib import human
from course_lib.human import data


def test_every_baked_array_has_a_field_and_every_field_an_array():
    with np.load(human.PATH) as z:
        assert set(z.files) == {f.name for f in fields(human.Human)}


def test_arrays_become_tensors_of_the_kinds_that_torch_works_with():
    assert data.as_tensor(np.array(["a", "b"])) == ["a", "b"]
    assert data.as_tensor(np.ones(2, np.float16)).dtype == torch.float32
    assert data.as_tensor(np.ones(2, np.int16)).dtype == torch.int64
    assert data.as_tensor(np.ones(2, np.uint8)).dtype == torch.uint8
    h = human.load()
    assert 0 <= h.ao.min() and h.ao.max() <= 1
    with pytest.raises(FrozenInstanceError):
        h.ao = None


def test_head_tables_lead_back_to_the_body():
    h = human.load()
    assert torch.equal(h.to_head[h.head_ids], torch.arange(len(h.head_ids)))
    assert (h.to_head >= 0).sum() == len(h.head_ids)
    assert torch.equal(h.head_ids[h.landmarks_head], h.landmarks)
    assert torch.equal(h.head_ids[h.head_faces["skin"]], h.faces_skin)
    above = h.head_mean[:, 1] > 0.08
    assert (h.follow[above] > 0.99).all() and h.follow.min() < 0.05


def test_features_are_those_of_scikit_learn():
    p = torch.rand(5, 9, generator=torch.Generator().manual_seed(0))
    expected = PolynomialFeatures(2).fit_transform(p.numpy())
    assert np.allclose(human.features(p), expected, atol=1e-6)
    assert torch.equal(human.features(p[2]), human.features(p)[2])


def test_wrong_names_and_files_get_a_sentence(tmp_path):
    with pytest.raises(ValueError, match="jawOpen"):
        human.expression_weights(jawOpne=1)
    with pytest.raises(FileNotFoundError, match="bake_human.py"):
        data.load.__wrapped__(tmp_path / "none.npz")
