"""The bake's pieces on small inputs: components, regression, regions, points, occlusion, bytes."""

import numpy as np
import torch
from bake.components import pca, regress
from bake.keypoints import keypoints
from bake.occlusion import ambient_occlusion
from bake.regions import Surface, open_seam, part_company, rim
from bake.saving import save

from course_lib.human import features


def some_meshes():
    """Forty meshes of twelve vertices that vary in three ways, and a little more."""
    g = torch.Generator().manual_seed(0)
    scores = torch.randn(40, 3, generator=g) * torch.tensor([3.0, 2.0, 1.0])
    ways = torch.randn(3, 12, 3, generator=g)
    noise = 0.01 * torch.randn(40, 12, 3, generator=g)
    return torch.einsum("nk,kvc->nvc", scores, ways) + noise + 5


def test_components_are_those_of_the_singular_value_decomposition():
    x = some_meshes()
    weight = torch.ones(12)
    weight[:4] = 0.5
    weight[8:] = 0.0
    mean, basis, std, scores = pca(x, weight, 3)
    d = ((x - x.mean(0)) * weight[None, :, None]).flatten(1).double()
    u, s, _ = np.linalg.svd(d.numpy(), full_matrices=False)
    assert np.allclose(std, s[:3] / np.sqrt(39), rtol=1e-5)
    assert np.allclose(np.abs(scores), np.abs(u[:, :3]) * np.sqrt(39), atol=1e-4)
    assert torch.allclose(mean, x.mean(0)) and torch.allclose(scores.std(0), torch.ones(3))
    assert (scores.gather(0, scores.abs().argmax(0)[None]) > 0).all()
    # the basis also says where the vertices without weight go
    back = mean + torch.einsum("nk,kvc->nvc", scores, basis)
    assert (back - x).abs().max() < 0.06


def test_regression_is_the_closed_form():
    g = torch.Generator().manual_seed(1)
    phenotypes = torch.rand(200, 9, generator=g)
    f = features(phenotypes).double()
    scores = torch.randn(200, 4, generator=g)
    weights, left = regress(phenotypes, scores)
    normal = f.T @ f + 1e-3 * torch.eye(55, dtype=torch.double)
    expected = torch.linalg.solve(normal, f.T @ scores.double())
    assert torch.allclose(weights.double(), expected, atol=1e-3)
    assert torch.allclose(left, (scores - f @ expected).float().std(0), atol=1e-4)


def strip():
    """Two triangles of skin and one of chest that share an edge; vertex 3 is left out."""
    return Surface(
        faces=dict(skin=np.array([[0, 1, 2], [1, 2, 3]]), chest=np.array([[2, 3, 4]])),
        source=np.array([10, 11, 12, 14, 15]),
        uv=np.arange(10.0).reshape(5, 2),
        number=np.r_[np.full(10, -1), 0, 1, 2, -1, 3, 4],
        rims=np.zeros(0, int),
        mouth_rim=np.zeros(0, int),
    )


def test_a_seam_gives_a_vertex_a_second_copy():
    surface = strip()
    corners = surface.uv[surface.faces["skin"]]
    corners[1, 0] = 7.5, 7.5
    open_seam(surface, corners)
    assert surface.faces["skin"].tolist() == [[0, 1, 2], [5, 2, 3]]
    assert surface.source.tolist() == [10, 11, 12, 14, 15, 11]
    assert surface.uv[5].tolist() == [7.5, 7.5]


def test_parts_part_company():
    surface = strip()
    part_company(surface, "chest")
    assert not set(surface.faces["chest"].ravel()) & set(surface.faces["skin"].ravel())
    assert surface.source[surface.faces["chest"]].tolist() == [[12, 14, 15]]
    assert surface.uv[surface.faces["chest"][0, 0]].tolist() == [4.0, 5.0]


def test_the_rim_lies_between_inside_and_outside():
    faces = np.array([[0, 1, 2], [1, 2, 3], [3, 4, 5]])
    assert rim(faces, np.array([True, False, False])).tolist() == [1, 2]


def test_keypoints_are_weighted_means_or_the_nearest_vertices():
    surface = strip()
    surface.source = np.arange(10, 20)
    mean = np.arange(60.0).reshape(20, 3)
    rows = np.zeros((2, 20))
    rows[0, [10, 12, 13]] = 0.2, 0.6, 0.2  # 13 is left out
    surface.number = np.r_[surface.number, np.full(4, -1)]
    rows[1, 9] = 1.0  # hidden
    ids, weights = keypoints(rows, surface, mean)
    assert ids[0, :2].tolist() == [2, 0] and np.allclose(weights[0, :3], [0.75, 0.25, 0])
    assert ids[1, 0] == 0 and np.allclose(weights.sum(1), 1)


def test_a_plate_shades_what_lies_under_it():
    n = 61
    z, x = np.mgrid[-1 : 1 : n * 1j, -1 : 1 : n * 1j].reshape(2, -1).astype(np.float32)
    plate = np.stack([x, 0 * x, z], 1)
    a = (np.arange(n - 1)[:, None] * n + np.arange(n - 1)).ravel()
    faces = np.concatenate([np.stack([a, a + n, a + 1], 1), np.stack([a + 1, a + n, a + n + 1], 1)])
    both = np.concatenate([plate * 0.5, plate + np.float32([0, 0.4, 0])])
    faces = np.concatenate([faces, faces + len(plate)])
    seen = ambient_occlusion(both, faces, size=64, directions=40)
    middle = len(plate) // 2
    assert seen[len(plate) + middle] > 0.9 and seen[middle] < 0.5


def test_the_same_arrays_give_the_same_bytes(tmp_path):
    arrays = dict(a=np.arange(5), b=np.zeros((2, 2), np.float16))
    one = save(arrays, tmp_path / "1.npz")
    assert save(dict(reversed(arrays.items())), tmp_path / "2.npz") == one
    assert save(arrays | dict(a=np.arange(5) + 1), tmp_path / "3.npz") != one
