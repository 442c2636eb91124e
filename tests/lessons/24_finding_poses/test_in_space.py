"""Sitting 24b: skeletons run both ways, rays come from pictures, motions go to files and bodies."""

import numpy as np
import pytest
import torch
from kornia.geometry.conversions import axis_angle_to_rotation_matrix
from scipy.spatial.transform import Rotation

from course_lib import judge, media, show, studio
from course_lib.studio.body import BodyModel
from course_lib.taught.body import motion_capture as M


@pytest.fixture(scope="module")
def dancer():
    actor = studio.cast(7)
    return actor, studio.dance(1.2, seed=4, actor=actor)


@pytest.fixture(scope="module")
def captured(dancer):
    actor, dance = dancer
    return M.Capture(M.Rig(actor), dance.joints, dance.root, dance.translation, 25)


@pytest.fixture(scope="module")
def poses():
    return M.pose_points([3, 4], 40)


def test_forward_kinematics_is_the_studios_own(dancer):
    actor, dance = dancer
    model = BodyModel(actor)
    R = axis_angle_to_rotation_matrix(dance.joints.reshape(-1, 3)).view(-1, 36, 3, 3)
    R[:, 0] = axis_angle_to_rotation_matrix(dance.root) @ R[:, 0]
    G, P = M.forward_kinematics(R, model.parents, model.joints)
    wanted = model.skeleton(dance.joints, dance.root)
    assert torch.allclose(G, wanted[0], atol=1e-5) and torch.allclose(P, wanted[1], atol=1e-5)


def test_gradients_run_through_forward_kinematics():
    g = torch.Generator().manual_seed(0)
    turns = torch.randn(2, 4, 3, generator=g, dtype=torch.float64, requires_grad=True)
    rest = torch.randn(4, 3, generator=g, dtype=torch.float64)

    def places(turns):
        R = axis_angle_to_rotation_matrix(turns.view(-1, 3)).view(2, 4, 3, 3)
        return M.forward_kinematics(R, [-1, 0, 1, 0], rest)[1]

    assert torch.autograd.gradcheck(places, turns)


def test_a_rig_has_the_bodys_points(dancer, captured):
    actor, dance = dancer
    own = BodyModel(actor).keypoints(dance) + dance.translation[:, None]
    gap = (captured.points() - own).norm(dim=-1)
    assert gap[:, 5:].max() < 1e-5 and gap[:, :5].max() < 0.03  # the neck's skin bends the face's


def test_rays_and_pixels_undo_each_other(dancer):
    actor, dance = dancer
    clip = studio.film(actor, dance[:3], size=96)
    rays = M.rays_of(clip.truth["keypoints"][..., :2], 96, float(clip.truth["camera"][0]))
    assert torch.allclose(rays, M.project(torch.from_numpy(clip.truth["keypoints_3d"])), atol=1e-4)


def test_normalised_rays_forget_place_and_size(poses):
    rays = M.project(poses)
    moved = 0.3 * rays + torch.tensor([0.2, -0.1])
    assert torch.allclose(M.normalise(rays), M.normalise(moved), atol=1e-4)
    assert torch.allclose(M.spread_of(M.normalise(rays)), torch.ones(80, 1, 1), atol=1e-5)


def test_poses_stand_before_the_camera_and_look_anywhere(poses):
    assert poses.shape == (80, 17, 3) and (poses[..., 2] < -1).all()
    turned = poses[:, 5, 0] < poses[:, 6, 0]
    assert 0.05 < turned.float().mean() < 0.6
    assert len(poses.unique(dim=0)) == 80


def test_a_lifter_learns_one_batch_by_heart(poses):
    torch.manual_seed(0)
    net, losses = M.fit_lifter(M.Lifter(64), poses[:16], 400, batch=16)
    lifted = M.lift_rays(net, M.project(poses[:16]))
    assert losses[-1] < 0.3 * losses[0] and judge.mpjpe(lifted, poses[:16]) < 0.08
    assert not net.training and M.middle(lifted).abs().max() < 1e-6


def test_the_way_is_found_where_points_are_seen(poses):
    way = M.way_of(M.project(poses), poses - M.middle(poses))
    assert torch.allclose(way, M.middle(poses)[:, 0], atol=2e-3)


def test_means_over_frames_are_means_and_keep_lines():
    line = torch.arange(12.0)[:, None, None].expand(12, 2, 2)
    assert torch.allclose(M.mean_of(line, 5)[2:-2], line[2:-2])
    noise = torch.randn(60, 3, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(M.mean_of(noise, 3)[30], noise[29:32].mean(0))
    assert M.mean_of(noise.numpy(), 1).equal(noise)


@pytest.mark.parametrize("seed", [14, 22, 31])
def test_a_skeleton_is_fitted_to_points_of_another_body(seed):
    actor = studio.cast(9)
    dance = studio.dance(1.0, seed=seed, actor=actor)
    points = BodyModel(actor).keypoints(dance)
    rays = M.project(points + torch.tensor([0.0, 0.0, -4.0]))
    points = points - M.middle(points)
    fit = M.fit_skeleton(M.Rig(studio.cast(0)), points, rays)
    assert judge.pa_mpjpe(fit.points(), points) < 0.035
    bone = (fit.points()[:, 5] - fit.points()[:, 7]).norm(dim=-1)
    assert bone.std() < 1e-5
    assert abs(M.reach_of(fit.points()) / M.reach_of(points) - 1) < 1e-4
    assert judge.mpjve(fit.points(), points) < 0.01  # nothing jumps from frame to frame


def test_a_smaller_rig_is_the_same_body(captured):
    half = M.sized(captured.rig, 0.5 * captured.points())
    assert half.leg == pytest.approx(captured.rig.leg / 2, rel=1e-3)
    assert captured.rig.leg == M.Rig(studio.cast(7)).leg


def test_retargeted_to_itself_a_standing_dance_stays(captured):
    again = M.retarget(captured, captured.rig)
    assert judge.mpjpe(again.points(), captured.points()) < 1e-6
    moved = again.way - captured.way
    assert (moved - moved.mean(0)).abs().max() < 0.03  # where both feet leave the floor they do not


def test_a_captured_motion_can_be_filmed(captured):
    clip = studio.film(studio.cast(7), M.performed(captured)[:2], size=64)
    assert clip.frames.shape == (2, 64, 64, 3)
    G, _ = BodyModel(studio.cast(7)).skeleton(M.performed(captured).joints, captured.root)
    up = G[:, captured.rig.feet][..., 1]
    assert torch.allclose(up, torch.tensor([0.0, 1.0, 0.0]).expand_as(up), atol=1e-4)


def test_bvh_goes_through_somebody_elses_parser(captured, tmp_path):
    parser = pytest.importorskip("bvh")
    motion = parser.Bvh(M.write_bvh(tmp_path / "dance.bvh", captured).read_text())
    assert motion.nframes == len(captured.way)
    assert float(motion.frame_time) == pytest.approx(1 / 25, abs=1e-6)
    names = motion.get_joints_names()
    assert sorted(names) == sorted(captured.rig.at) and names[0] == "root"
    turns = "Zrotation", "Xrotation", "Yrotation"
    G, P = {}, {}
    for name in names:
        angles = np.array(motion.frames_joint_channels(name, turns))
        R = Rotation.from_euler("ZXY", angles, degrees=True).as_matrix()
        offset = np.array(motion.joint_offset(name))
        up = motion.joint_parent(name)
        if up is None:
            places = "Xposition", "Yposition", "Zposition"
            P[name] = np.array(motion.frames_joint_channels(name, places)) + offset
            G[name] = R
        else:
            P[name] = P[up.name] + G[up.name] @ offset
            G[name] = G[up.name] @ R
    turned, placed = captured.rig.joints(captured.turns, captured.root)
    placed = placed + captured.way[:, None]
    for name, j in captured.rig.at.items():
        assert np.abs(P[name] - 100 * placed[:, j].numpy()).max() < 0.01  # centimetres
        between = Rotation.from_matrix(G[name]).inv() * Rotation.from_matrix(turned[:, j].numpy())
        assert np.degrees(between.magnitude()).max() < 0.1


def test_bvh_names_what_is_wrong(captured, tmp_path):
    path = M.write_bvh(tmp_path / "a.bvh", captured)
    with pytest.raises(media.MediaError, match="already there"):
        M.write_bvh(path, captured)
    assert M.write_bvh(path, captured, overwrite=True) == path
    with pytest.raises(ValueError, match="36 names"):
        rest = captured.rig.rest
        media.write_bvh(tmp_path / "b.bvh", list(captured.rig.at), [-1, 0], rest, rest, rest, 25)


def test_lag_and_sliding_feet():
    g = torch.Generator().manual_seed(1)
    path = torch.randn(80, 5, 3, generator=g).cumsum(0)
    assert judge.lag(path[:-2], path[2:]) == pytest.approx(2, abs=0.3)
    assert judge.lag(path, path) == pytest.approx(0, abs=0.05)
    with pytest.raises(ValueError, match="24 frames"):
        judge.lag(path[:9], path[:9])
    feet = torch.zeros(3, 2, 3)
    feet[1:, 0, 0] = 0.01
    feet[2, 1, 1] = 5.0  # lifted, not slid
    assert judge.foot_slide(feet, [[True, True], [True, True]]) == pytest.approx((2.5, 10.0))
    with pytest.raises(ValueError, match="some must"):
        judge.foot_slide(feet, np.zeros((2, 2), bool))
    assert judge.pose_errors(path[:, :1].expand(80, 17, 3), path[:, :1].expand(80, 17, 3)) == {
        "mpjpe_mm": 0.0,
        "pa_mpjpe_mm": 0.0,
    }


def test_two_views_show_front_and_side(poses):
    pictures = show.two_views(poses[:2], side=64)
    assert pictures.shape == (2, 64, 128, 3)
    assert (pictures.max(-1) > 60).any((1, 2)).all()


def test_a_skeleton_in_space_is_seen_from_all_sides():
    corner = [[0.5, 1.0, 0.0], [0.0, 1.0, 0.5]]
    front, side = (show.bodies.from_around(corner, a, 200) for a in (0, np.pi / 2))
    assert front[0, 0] > 120 and front[1, 0] == pytest.approx(100)
    assert side[0, 0] == pytest.approx(100) and side[1, 0] < 80
    pose = np.zeros((2, 17, 3))
    pose[:, 5:11, 1] = 1.4
    frames = show.in_space(pose, [0.0, 0.5], 64)
    assert frames.shape == (2, 64, 64, 3)
    assert (frames[0] != frames[1]).any()
