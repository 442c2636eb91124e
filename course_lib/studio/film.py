"""`film`: an actor and a performance become a Clip with its ground truth."""

from __future__ import annotations

from typing import NamedTuple

import torch
from kornia.geometry.conversions import rotation_matrix_to_axis_angle

from ..media import Clip
from ..taught.foundations.faces_in_3d import (
    axis_angle_to_matrix,
    project,
    to_pixels,
    vertex_normals,
)
from ..train import pick_device
from . import floor as ground
from .actor import Actor
from .body import BodyModel
from .mesh import PARTS, turn_eyes
from .motion import BodyPerformance, Performance, perform, still
from .renderer import LAYERS, draw, encode, shrink
from .stage import Camera, light_coefficients
from .stage import background as make_background


def rotate(points, vector):
    """Rotate points (B, V, 3) by rotation vectors (B, V, 3) in radians: Rodrigues' formula.

    Each vertex has an angle of its own; as kornia's matrices this takes twice the time.
    """
    angle = vector.square().sum(-1, keepdim=True).add(1e-20).sqrt()
    axis = (vector / angle).expand_as(points)
    cross = torch.linalg.cross(axis, points)
    return points + angle.sin() * cross + (1 - angle.cos()) * torch.linalg.cross(axis, cross)


def pose_head(mesh, expression, rotation, gaze):
    """Expression (B, 52), rotation vectors (B, 3) and gaze (B, 2) -> vertices (B, V, 3) in the
    torso's frame and uv (B, V, 2)."""
    moving = mesh.expression.shape[1]
    active = (expression != 0).any(0).nonzero()[:, 0]
    v = mesh.rest.expand(len(expression), -1, -1).clone()
    if len(active):
        delta = expression[:, active] @ mesh.expression[active].flatten(1)
        v[:, :moving] += delta.view(-1, moving, 3)
    v = rotate(v, mesh.follow[None, :, None] * rotation[:, None])
    return v, turn_eyes(mesh, gaze)


class HeadRig:
    """An actor's head and shoulders in front of the camera; BodyModel is the same for the body."""

    def __init__(self, actor, device):
        self.mesh = actor.mesh.to(device)

    def texture(self, actor, size, camera):
        """The actor's atlas, as coarse as this picture can show."""
        return shrink(actor.atlas, size, 0.55 * camera.focal / 6.9 * 1.25 / camera.distance)

    def pose(self, p):
        """A Performance of B frames -> vertices (B, V, 3), uv (B, V, 2) and no keypoints."""
        return *pose_head(self.mesh, p.expression, p.rotation, p.gaze), None

    def turn(self, p):
        """The head's rotation vectors (B, 3) in radians."""
        return p.rotation


class Set(NamedTuple):
    """What stands around the actor, on the device: all that a shot needs beside the performance."""

    rotation: torch.Tensor  # (3, 3) to view space
    translation: torch.Tensor  # (3,)
    focal: float
    light: torch.Tensor  # (T, 9, 3)
    key: torch.Tensor  # (3,) direction to the main lamp
    backdrop: torch.Tensor  # (size, size, 3) linear RGB
    size: int
    floor: ground.Floor | None = None

    def view(self, points):
        """World to view space, (..., 3)."""
        return points @ self.rotation.T + self.translation

    def pixels(self, points):
        """View space (..., 3) to pixels (..., 2)."""
        return to_pixels(project(points, self.focal), self.size)


def check_actor(actor, what):
    if not isinstance(actor, Actor):
        kind = type(actor).__name__
        raise TypeError(f"{what} needs an actor from studio.cast(seed), not {kind}.")


def check_request(actor, size, layers):
    check_actor(actor, "film")
    if not isinstance(size, int) or size % 2 or not 32 <= size <= 2048:
        raise ValueError(
            f"size must be an even whole number of pixels from 32 to 2048, not {size!r}."
        )
    if unknown := [x for x in layers if x not in LAYERS]:
        raise ValueError(f"there is no layer {unknown[0]!r}; choose from {', '.join(LAYERS)}.")


def rehearse(performance, actor, fps):
    """What the caller gave as performance -> one at the film's frame rate."""
    if performance is None:
        performance = still(fps=fps)
    elif isinstance(performance, str):
        performance = perform(performance, seed=actor.seed, fps=fps, voice_of=actor)
    elif not isinstance(performance, (Performance, BodyPerformance)):
        raise TypeError(
            "a performance is made by studio.perform, still, dance or gesture, or is a text; "
            f"not a {type(performance).__name__}."
        )
    if performance.fps != fps:
        performance = performance.resample(fps)
    if len(performance) == 0:
        raise ValueError(
            "the performance has no frames: the text is empty or shorter than one frame."
        )
    return performance


def build_set(camera, light, background, size, frames, seed, device):
    """Camera, light and background as `film` takes them -> a Set for so many frames."""
    light, key = light_coefficients(light)
    if light.ndim == 3 and len(light) != frames:
        raise ValueError(f"light has {len(light)} frames, the performance {frames}.")
    if isinstance(background, str):
        backdrop = make_background(background, size, seed)
    else:
        backdrop = torch.as_tensor(background, dtype=torch.float32)
    if backdrop.shape != (size, size, 3):
        raise ValueError(
            f"a background picture for size={size} has shape ({size}, {size}, 3), "
            f"not {tuple(backdrop.shape)}."
        )
    R, t = camera.view()
    return Set(
        rotation=R.to(device),
        translation=t.to(device),
        focal=camera.focal,
        light=light.expand(frames, 9, 3).to(device),
        key=key.to(device),
        backdrop=backdrop.to(device),
        size=size,
    )


def with_floor(stage, rig, background):
    """A Set with a floor under a whole body, painted into a background that has a name; the same
    Set where the camera sees no floor."""
    floor = ground.seen_from(stage.rotation, stage.translation, stage.focal, stage.size, rig.sole)
    if not len(floor.place):
        return stage
    backdrop = stage.backdrop
    if isinstance(background, str):
        backdrop = ground.lay(floor, backdrop, background)
    return stage._replace(floor=floor, backdrop=backdrop)


def backdrops(stage, rig, p):
    """What stands behind B frames: one picture, or (B, S, S, 3) where a body shades the floor."""
    if stage.floor is None:
        return stage.backdrop
    G, P = rig.skeleton(p.joints, p.root)
    key = stage.key @ stage.rotation  # to the performer's frame
    light = ground.shadow(stage.floor, G, P + p.translation[:, None], rig.at, key)
    out = stage.backdrop.repeat(len(p), 1, 1, 1)
    out[:, stage.floor.rows] *= light[..., None]
    return out


def shoot(rig, atlas, stage, p, light, layers):
    """Film a few frames: a performance of B frames and its light (B, 9, 3) -> a dict of what the
    camera saw and what is true of it, each entry with B rows."""
    posed, uv, joints = rig.pose(p)
    v = stage.view(posed + p.translation[:, None])
    picture, parts, extra = draw(
        v,
        vertex_normals(v, rig.mesh.faces),
        uv,
        rig.mesh,
        atlas,
        light,
        stage.key,
        backdrops(stage, rig, p),
        stage.focal,
        stage.size,
        layers,
    )
    turn = stage.rotation @ axis_angle_to_matrix(rig.turn(p))
    seen = dict(
        frames=encode(picture),
        parts=parts,
        landmarks=stage.pixels(v[:, rig.mesh.landmarks]),
        pose=torch.cat([rotation_matrix_to_axis_angle(turn), stage.view(p.translation)], 1),
    )
    if joints is not None:
        xy = stage.pixels(stage.view(joints + p.translation[:, None]))
        inside = ((xy >= 0) & (xy <= stage.size - 1)).all(-1, keepdim=True)
        seen["keypoints"] = torch.cat([xy, inside.float()], -1)
        seen["keypoints_3d"] = stage.view(joints + p.translation[:, None])
    return seen | extra


def state_truth(seen, performance, actor, camera, light, sole):
    """What is true of a film: what was seen (a dict of tensors), and what it was made from; sole:
    the height of the floor in metres, None without one."""
    truth = dict(
        expression=performance.expression,
        gaze=performance.gaze,
        light=light,
        identity=actor.identity,
        camera=torch.tensor([camera.focal, camera.distance, camera.yaw, camera.pitch]),
    )
    if isinstance(performance, BodyPerformance):
        truth["joints"] = performance.joints
        if performance.hem is not None:
            truth["hem"] = performance.hem
    if sole is not None:
        truth["floor"] = torch.full((len(performance), 1), sole)
    truth = {k: x.cpu().numpy() for k, x in (truth | seen).items()}
    if performance.phonemes is not None:
        truth["phonemes"] = performance.phonemes
    return truth


def framed(actor, performance, margin=0.06, yaw=0.0, pitch=0.0, focal=3.6):
    """The Camera that holds an actor's whole performance as large as it gets: a BodyPerformance.

    margin: share of the picture left free on each side; yaw, pitch and focal as for Camera.
    """
    check_actor(actor, "framed")
    if not isinstance(performance, BodyPerformance):
        kind = type(performance).__name__
        raise TypeError(f"framed needs a performance of the whole body, not a {kind}.")
    return ground.framed(BodyModel(actor), performance, margin, yaw, pitch, focal)


def film(
    actor,
    performance=None,
    size=128,
    camera=None,
    light="soft",
    background="grey",
    fps=25,
    device=None,
    batch=16,
    layers=(),
    progress=None,
    floor=True,
):
    """Film an actor.

    actor: from `cast`. performance: from `perform`, `still`, `dance` or `gesture`; a text, which is
    then spoken; or None for one still frame. size: pixels, even, 32 to 2048. camera: a Camera.
    light: a name in LIGHTS, or SH coefficients (9, 3) or (T, 9, 3). background: a name in
    BACKGROUNDS or linear RGB (size, size, 3). layers: extra pictures of the truth, any of LAYERS.
    floor: whether a whole body stands on one and shades it. Without a camera, a whole body is
    framed on its own performance.

    Returns a media.Clip whose truth holds expression (T, 52), pose (T, 6: rotation vector,
    translation to view space), gaze (T, 2: yaw, pitch in radians), light (T, 9, 3), landmarks
    (T, 68, 2) in pixels, parts (T, size, size) with the numbers of studio.PARTS, identity (80,),
    camera (4,), phonemes if there is speech, and for bodies keypoints (T, 17, 3: x, y, is it in the
    picture), keypoints_3d (T, 17, 3) metres in view space, joints, hem where cloth swings, and
    floor (T, 1), its height in metres in the performer's frame, where there is one.
    """
    check_request(actor, size, layers)
    performance = rehearse(performance, actor, fps)
    T = len(performance)
    device = pick_device(device)
    whole = isinstance(performance, BodyPerformance)
    rig = BodyModel(actor, device) if whole else HeadRig(actor, device)
    if whole:
        performance = rig.rehearse(performance)
    camera = camera or (ground.framed(rig, performance) if whole else Camera())
    stage = build_set(camera, light, background, size, T, actor.seed, device)
    sole = rig.sole if whole and floor else None
    if sole is not None:
        stage = with_floor(stage, rig, background)
    atlas = rig.texture(actor, size, camera).to(device)
    takes = []
    with torch.inference_mode():
        for i in range(0, T, batch):
            p = performance[i : i + batch].to(device)
            seen = shoot(rig, atlas, stage, p, stage.light[i : i + batch], layers)
            takes.append({k: x.cpu() for k, x in seen.items()})
            if progress:
                progress(min(i + batch, T), T)
    seen = {k: torch.cat([take[k] for take in takes]) for k in takes[0]}
    frames = seen.pop("frames").numpy()
    return Clip(
        frames,
        fps,
        performance.sound,
        performance.sample_rate,
        state_truth(seen, performance, actor, camera, stage.light, sole),
        dict(actor=actor.seed, source="studio", synthetic=True, parts=list(PARTS)),
    )
