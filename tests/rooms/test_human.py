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


def part_vertices():
    h = human.load()
    names = [f.name for f in fields(human.Human) if f.name.startswith("faces_")]
    return {name.removeprefix("faces_"): torch.unique(getattr(h, name)) for name in names}


def test_scores_have_unit_variance_and_components_are_independent():
    h = human.load()
    parts = part_vertices()
    face = torch.unique(torch.cat([parts[k] for k in ("skin", "cavity", "socket", "eyes")]))
    front = h.head_mean[:, 2] > 0.02
    weight = torch.zeros(len(h.uv))
    weight[torch.cat([face, *(parts[k] for k in ("teeth", "tongue", "lashes"))])] = 0.5
    weight = weight[h.head_ids]
    weight[(weight > 0) & front & (h.head_mean[:, 1] > -0.06)] = 1.0
    whole = torch.cat([h.body_basis, h.joint_basis], 1)
    skin = torch.zeros(len(h.head_ids))
    skin[torch.unique(h.head_faces["skin"])] = 1.0
    for basis, std in (
        (h.head_basis * weight[:, None], h.head_std),
        (whole, h.body_std),
        (h.albedo_basis * skin[:, None], h.albedo_std),
    ):
        rows = basis.flatten(1).double() / std[:, None]
        assert torch.allclose(rows @ rows.T, torch.eye(len(rows)).double(), atol=5e-3)
        assert (std.diff() <= 0).all() and std.min() > 0


def test_skin_weights_sum_to_one_and_the_skeleton_is_a_tree():
    h = human.load()
    assert torch.allclose(h.skin_weights.sum(1), torch.ones(len(h.uv)), atol=1e-5)
    with np.load(human.PATH) as z:
        assert np.abs(z["skin_weights"].sum(1, dtype=int) - 255).max() <= 4
    assert torch.allclose(h.keypoint_weights.sum(1), torch.ones(5), atol=1e-5)
    assert h.parents[0] == -1 and (h.parents[1:] >= 0).all()
    assert (h.parents < torch.arange(len(h.bones))).all()


def test_parts_share_neither_faces_nor_the_vertices_of_the_heads_skin():
    parts = part_vertices()
    used = torch.cat(list(parts.values())).unique()
    assert torch.equal(used, torch.arange(len(human.load().uv)))
    for name in ("cavity", "socket", "chest", "suit", "teeth", "tongue", "lashes", "eyes"):
        assert not torch.isin(parts[name], parts["skin"]).any(), name
    h = human.load()
    faces = torch.cat([getattr(h, f"faces_{k}") for k in parts]).sort(1).values
    assert len(faces.unique(dim=0)) == len(faces)


def test_the_mean_adult_is_symmetric_to_a_millimetre():
    h = human.load()
    mirrored = h.body_mean * torch.tensor([-1.0, 1.0, 1.0])
    for name, ids in part_vertices().items():
        if name != "socket":  # hidden behind the eyes, and not symmetric in MakeHuman's mesh
            distance = torch.cdist(mirrored[ids[::5]], h.body_mean[ids]).amin(1)
            assert distance.max() < 0.001, name


def test_relaxed_hands_curl_alike_and_leave_the_arms_alone():
    h = human.load()
    spread = h.body_mean[h.hand_ids]
    relaxed = spread + h.hand_relaxed
    for hands in (spread, relaxed):
        assert torch.cdist(hands * torch.tensor([-1.0, 1.0, 1.0]), hands).amin(1).max() < 0.002
    wrist = h.joint_mean[[h.bones.index("wrist.L"), h.bones.index("wrist.R")]]
    away = torch.cdist(spread, wrist).amin(1)
    assert away.min() > 0.02 and h.hand_relaxed[away < 0.04].norm(dim=1).max() < 0.006
    reach = torch.cdist(relaxed, wrist).amin(1)
    assert 0.12 < reach.max() < away.max()  # curled, and still a hand


def test_landmarks_lie_where_ibug_has_them():
    h = human.load()
    p = h.head_mean[h.landmarks_head]
    twins = [*zip(range(8), range(16, 8, -1)), *zip(range(17, 22), range(26, 21, -1))]
    twins += [(36, 45), (39, 42), (31, 35), (48, 54), (60, 64)]
    right, left = (p[list(k)] for k in zip(*twins))
    assert (right[:, 0] < 0).all() and (left[:, 0] > 0).all()
    assert (right * torch.tensor([-1.0, 1.0, 1.0]) - left).norm(dim=1).max() < 0.006
    middle = p[[27, 28, 29, 30, 33, 51, 62, 66, 57, 8]]
    assert middle[:, 0].abs().max() < 0.003
    assert (middle[:, 1].diff() < 0.001).all()
    assert h.landmarks_head[30] == h.head_mean[:, 2].argmax()
    eyes = p[36:42].mean(0) - p[42:48].mean(0)
    assert 0.055 < eyes.norm() < 0.070
