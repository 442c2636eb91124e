"""The renderer of lesson 02 against slow, obvious references."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from course_lib.taught.foundations import faces_in_3d
from course_lib.taught.foundations import rasteriser as r

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from bench import silhouette, sphere


def random_triangles(n, seed):
    g = torch.Generator().manual_seed(seed)
    xy = (
        torch.rand(n, 1, 2, generator=g) * 2.4
        - 1.2
        + (torch.rand(n, 3, 2, generator=g) - 0.5) * 0.8
    )
    z = torch.rand(n, 3, 1, generator=g) * 1.6 - 0.8
    w = 0.5 + 2 * torch.rand(n, 3, 1, generator=g)
    clip = torch.cat([xy * w, z * w, w], -1).reshape(1, -1, 4)
    return clip, torch.arange(3 * n).view(n, 3)


def brute_force(clip, faces, size, cull):
    xy, depth = (
        faces_in_3d.to_pixels(clip, size)[0].double().numpy(),
        (clip[0, :, 2] / clip[0, :, 3]).double().numpy(),
    )
    ids, best = np.full((size, size), -1), np.full((size, size), np.inf)
    for f, (i, j, k) in enumerate(faces.tolist()):
        a, b, c = xy[i], xy[j], xy[k]
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if (cull and area >= 0) or area == 0:
            continue
        y, x = np.mgrid[0:size, 0:size]
        edge = lambda p, q: ((q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0])) / area
        u, v, w = edge(b, c), edge(c, a), edge(a, b)
        z = u * depth[i] + v * depth[j] + w * depth[k]
        hit = (u >= 0) & (v >= 0) & (w >= 0) & (z < best)
        ids[hit], best[hit] = f, z[hit]
    return ids


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("cull", [True, False])
def test_face_buffer_equals_brute_force(seed, cull):
    clip, faces = random_triangles(40, seed)
    fast, _ = r.face_buffer(clip, faces, 40, cull)
    slow = torch.as_tensor(brute_force(clip, faces, 40, cull))
    assert (fast[0] != slow).sum() <= 2  # a pixel centre may lie on an edge to the last bit


def test_face_buffer_does_not_care_for_the_order_of_faces():
    clip, faces = random_triangles(60, 9)
    order = torch.randperm(60, generator=torch.Generator().manual_seed(0))
    a, b = r.face_buffer(clip, faces, 48, False)[0], r.face_buffer(clip, faces[order], 48, False)[0]
    assert torch.equal(a, torch.where(b >= 0, order[b.clamp(min=0)], -1))


def test_empty_and_behind_the_camera():
    clip, faces = random_triangles(3, 0)
    ids, depth = r.face_buffer(clip * torch.tensor([1.0, 1.0, 1.0, -1.0]), faces, 16)
    assert (ids == -1).all() and (depth == 1).all()
    assert len(r.fragments(clip, faces, ids).pixel) == 0


def test_a_vertex_projects_onto_the_pixel_that_interpolates_to_it():
    """A tilted, textured quad in perspective against ray-plane intersection: half a pixel shows."""
    size, focal = 64, 2.0
    v = torch.tensor([[[-1.0, -1.0, -2.0], [1.0, -1.0, -2.0], [1.0, 1.0, -5.0], [-1.0, 1.0, -5.0]]])
    faces, uv = (
        torch.tensor([[0, 1, 2], [0, 2, 3]]),
        torch.tensor([[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]]),
    )
    clip = faces_in_3d.project(v, focal)
    ids, _ = r.face_buffer(clip, faces, size)
    frag = r.fragments(clip, faces, ids)
    got = r.interpolate(uv, faces, frag)
    y, x = torch.div(frag.pixel, size, rounding_mode="floor"), frag.pixel % size
    ray = torch.stack(
        [((2 * x + 1) / size - 1) / focal, (1 - (2 * y + 1) / size) / focal, -torch.ones(len(x))], 1
    )
    n = torch.linalg.cross(v[0, 1] - v[0, 0], v[0, 3] - v[0, 0])
    hit = ray * ((v[0, 0] @ n) / (ray @ n))[:, None]
    true = torch.stack([(hit[:, 0] + 1) / 2, (hit[:, 1] + 1) / 2], 1)
    assert (got - true).abs().max() < 1e-4
    affine = r.interpolate(
        uv,
        faces,
        frag._replace(
            bary=frag.bary
            * clip[0, :, 3][faces[frag.face]]
            / (frag.bary * clip[0, :, 3][faces[frag.face]]).sum(1, keepdim=True)
        ),
    )
    assert (affine - true).abs().max() > 1e-2


def test_gradient_of_interpolation():
    clip, faces = random_triangles(4, 3)
    clip = clip.double().requires_grad_()
    ids, _ = r.face_buffer(clip.detach(), faces, 12, False)
    attribute = torch.rand(1, 12, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda c, a: r.interpolate(a, faces, r.fragments(c, faces, ids)),
        (clip, attribute),
        atol=1e-4,
    )


@pytest.mark.parametrize("shape", ["sphere", "head"])
def test_gradient_of_the_covered_area_is_within_five_per_cent(shape):
    model = faces_in_3d.MorphableModel()
    v, faces = sphere(68) if shape == "sphere" else (model.mean, model.faces)
    mean, worst = silhouette(
        v * 0.12 if shape == "sphere" else v, faces
    )  # of eight places between the pixels
    assert mean < 5 and worst < (5 if shape == "sphere" else 12)


def test_turning_light_and_normals_together_changes_nothing():
    n = F.normalize(torch.randn(500, 3, generator=torch.Generator().manual_seed(0)), dim=1)
    R = faces_in_3d.axis_angle_to_matrix(torch.tensor([0.3, -1.1, 0.5]))
    basis, turned = faces_in_3d.sh_basis(n.double()), faces_in_3d.sh_basis((n @ R.T).double())
    light = torch.randn(9, 3, dtype=torch.float64)
    moved = torch.linalg.lstsq(turned, basis @ light).solution
    assert (turned @ moved - basis @ light).abs().max() < 1e-5
    constant = torch.zeros(9, 3, dtype=torch.float64)
    constant[0] = 1.7
    assert ((basis @ constant) - 0.2821 * 1.7).abs().max() < 1e-6


def test_normals_and_rotation():
    v, faces = sphere(48)
    assert (faces_in_3d.vertex_normals(v[None], faces)[0] * F.normalize(v, dim=1)).sum(1)[
        48:-48
    ].min() > 0.99
    x = torch.randn(7, 3)
    R = faces_in_3d.axis_angle_to_matrix(x)
    assert torch.allclose(R @ R.transpose(1, 2), torch.eye(3).expand(7, 3, 3), atol=1e-5)
    assert torch.allclose(
        R,
        torch.linalg.matrix_exp(
            torch.stack(
                [torch.tensor([[0, -c, b], [c, 0, -a], [-b, a, 0]]) for a, b, c in x.tolist()]
            )
        ),
        atol=1e-4,
    )


def test_every_edge_once():
    faces = torch.tensor([[0, 1, 2], [2, 1, 3]])
    e = r.edge_table(faces)
    assert len(e) == 5 and (e[:, 3] >= 0).sum() == 1 and e[e[:, 3] >= 0][0, :2].tolist() == [1, 2]
