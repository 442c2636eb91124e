"""Whole bodies: what they wear, how cloth swings, and where their joints are."""

import numpy as np
import pytest
import torch

from course_lib import studio
from course_lib.human import load
from course_lib.studio import body, casting, garments, swing, wardrobe

PEOPLE = [studio.cast(k) for k in range(60)]
SKIRTED = next(p for p in PEOPLE if p.look["garment"] == "skirt")
COATED = next(p for p in PEOPLE if p.look["garment"] == "coat")


def test_outfits_are_mixed():
    worn = [p.look["garment"] for p in PEOPLE]
    women = sum(p.phenotypes["gender"] > 0.5 for p in PEOPLE)
    assert 0.25 * women < worn.count("skirt") < 0.75 * women
    assert 0.1 < worn.count("coat") / len(worn) < 0.6 and worn.count("none") > 10
    assert {p.look["print"] for p in PEOPLE} >= set(wardrobe.PRINTS) - {"badge"}
    assert {p.look["skirt_print"] for p in PEOPLE} == set(casting.SKIRT_PRINTS)


@pytest.mark.parametrize("kind", wardrobe.PRINTS)
def test_each_print_shows_both_colours(kind):
    u, v = (x * 0.5 for x in wardrobe.grid(128))
    cloth = torch.full((128, 128, 3), 0.1)
    out = wardrobe.printed(cloth, kind, [0.6, 0.6, 0.6], u, v)
    share = float((out[..., 0] > 0.35).float().mean())
    assert share == 0 if kind == "plain" else 0.02 < share < 0.8
    assert out.min() >= 0.1 - 1e-6 and out.max() <= 0.6 + 1e-6


def test_body_atlas_holds_the_heads_and_three_garments():
    atlas = SKIRTED.body_atlas
    assert atlas.shape == SKIRTED.atlas.shape and torch.isfinite(atlas).all()
    small = torch.nn.functional.avg_pool2d(SKIRTED.atlas[None], 4)[0]
    assert torch.equal(atlas[:, :256, :256], small)
    assert (atlas[:, :512, 512:] > 0).all() and (atlas[:, 512:] > 0).all()


def test_meshes_point_into_their_atlas_and_shoes_are_closed():
    for actor in (SKIRTED, COATED, PEOPLE[2]):
        model = body.BodyModel(actor)
        uv = model.mesh.uv / wardrobe.ATLAS
        assert torch.isfinite(uv).all() and uv.min() >= 0 and uv.max() <= 1
        assert torch.isfinite(model.mesh.rest).all()
        faces = garments.shoes(model.rest, torch.unique(load().faces_feet))
        a, b, c = (model.rest[faces[:, k]] for k in range(3))
        sides = torch.cat([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
        once = {tuple(s) for s in sides.tolist()}
        assert all((j, i) in once for i, j in once)  # every side has a neighbour
        volume = (a * torch.linalg.cross(b, c)).sum() / 6
        assert 0.001 < float(volume) < 0.01  # litres, facing outwards


def test_a_hem_hangs_still_swings_with_a_turn_and_comes_to_rest():
    model = body.BodyModel(SKIRTED)
    dance = studio.dance(4.0, seed=1, moves=["twist"], actor=SKIRTED)
    hem = model.rehearse(dance).hem
    assert torch.equal(hem, model.rehearse(dance).hem)
    G, P = model.skeleton(dance.joints, dance.root)
    hanging = model.garment.hang(G, P)
    thread = (hem - hanging.waist).norm(dim=-1)
    assert (thread / thread[0] - 1).abs().max() < 0.35  # pushed out by a knee at most
    behind = (hem - hanging.rest).norm(dim=-1).mean(1)
    assert behind[40:].max() > 0.02  # it lags behind a twist
    still = studio.body_still(actor=SKIRTED)
    held = studio.BodyPerformance(
        still.expression.expand(100, -1),
        still.gaze.expand(100, -1),
        torch.cat([dance.joints[60:61].expand(1, -1, -1), still.joints.expand(99, -1, -1)]),
        torch.cat([dance.root[60:61], still.root.expand(99, -1)]),
        torch.cat([dance.translation[60:61], still.translation.expand(99, -1)]),
    )
    hem = model.rehearse(held).hem
    moved = (hem[1:] - hem[:-1]).norm(dim=-1).amax(1)
    assert moved[:5].max() > 0.01 and moved[-10:].max() < 0.002


@pytest.mark.parametrize("actor", [SKIRTED, COATED], ids=["skirt", "coat"])
def test_hems_stay_outside_the_legs(actor):
    model = body.BodyModel(actor)
    p = studio.dance(6.0, seed=3, moves=["march", "lunge"], actor=actor)
    hem = model.rehearse(p).hem
    hanging = model.garment.hang(*model.skeleton(p.joints, p.root))
    a, axis = hanging.starts[:, None], (hanging.ends - hanging.starts)[:, None]
    q = hem[:, :, None] - a
    t = ((q * axis).sum(-1, keepdim=True) / axis.square().sum(-1, keepdim=True)).clamp(0, 1)
    depth = hanging.radii - (q - t * axis).norm(dim=-1)
    assert depth.max() < 0.045 and (depth > 0.02).float().mean() < 0.02


def test_push_out_leaves_what_is_outside_alone():
    start, end = torch.tensor([[0.0, 0, 0]]), torch.tensor([[0.0, -1, 0]])
    ring = torch.tensor([[0.5, -0.5, 0], [-0.5, -0.5, 0], [0.05, -0.5, 0.0]])
    out = swing.push_out(ring, start, end, torch.tensor([0.1]))
    assert torch.equal(out[:2], ring[:2])
    assert float(out[2, :3:2].norm()) > 0.09  # left the capsule sideways


def test_joints_lie_where_limbs_bend():
    actor = PEOPLE[5]
    model = body.BodyModel(actor)
    p = studio.strike(20, seed=2, actor=actor)
    k = model.keypoints(p)
    assert (k - model.pose(p)[2])[:, 5:].abs().max() < 1e-5
    for upper, middle, lower in ((5, 7, 9), (6, 8, 10), (11, 13, 15), (12, 14, 16)):
        for a, b in ((upper, middle), (middle, lower)):
            length = (k[:, a] - k[:, b]).norm(dim=-1)
            assert length.std() < 1e-3 and 0.2 < length.mean() < 0.5
    eyes = (k[:, 1] - k[:, 2]).norm(dim=-1)
    assert (eyes > 0.05).all() and (eyes < 0.08).all()


def test_strike_is_seeded_and_says_what_it_needs():
    a, b = (studio.strike(12, seed=s, actor=SKIRTED) for s in (4, 4))
    assert torch.equal(a.joints, b.joints) and torch.equal(a.hem, b.hem)
    assert not torch.equal(a.joints, studio.strike(12, seed=5, actor=SKIRTED).joints)
    facing = studio.strike(300, seed=1, facing=1.0).root[:, 1]
    assert facing.abs().quantile(0.9) < 1.0
    with pytest.raises(ValueError, match="at least one pose"):
        studio.strike(0)


def test_a_film_tells_how_the_cloth_hung():
    p = studio.dance(1.0, seed=2, actor=SKIRTED)
    clip = studio.film(SKIRTED, p, size=64)
    assert clip.truth["hem"].shape == (len(p), garments.SPOKES, 3)
    assert "hem" not in studio.film(PEOPLE[2], p[:2], size=64).truth
    assert np.isfinite(clip.truth["hem"]).all()
