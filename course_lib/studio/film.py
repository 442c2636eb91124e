"""`film`: an actor and a performance become a Clip with its ground truth."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ..media import Clip
from ..taught.foundations.faces_in_3d import (
    antialias,
    axis_angle_to_matrix,
    face_buffer,
    fragments,
    interpolate,
    project,
    sh_basis,
    to_pixels,
    vertex_normals,
)
from ..train import pick_device
from .actor import PARTS, Actor, eye_uv
from .motion import BodyPerformance, Performance, perform, still
from .stage import BODY_CAMERA, Camera, light_coefficients
from .stage import background as make_background

GAMMA = 2.2
LAYERS = ("uv", "depth", "normal", "position")


def rotate(points, vector):
    """Rotate points (B, V, 3) by rotation vectors (B, V, 3) radians, Rodrigues' formula for every vertex."""
    angle = vector.square().sum(-1, keepdim=True).add(1e-20).sqrt()
    axis = vector / angle
    cross = torch.linalg.cross(axis.expand_as(points), points)
    return (
        points
        + angle.sin() * cross
        + (1 - angle.cos()) * torch.linalg.cross(axis.expand_as(points), cross)
    )


def look(mesh, gaze):
    """Texture coordinates (B, V, 2) for gaze (B, 2): the eyeball turns under its outline, which stays."""
    uv = mesh.uv.expand(len(gaze), -1, -1).clone()
    yaw, pitch = gaze.unbind(1)
    zero = torch.zeros_like(yaw)
    R = axis_angle_to_matrix(torch.stack([zero, yaw, zero], 1)) @ axis_angle_to_matrix(
        torch.stack([-pitch, zero, zero], 1)
    )
    for a, b, d in mesh.eyes:
        uv[:, a:b] = eye_uv(d @ R)
    return uv


def pose_head(mesh, expression, rotation, gaze):
    """Expression (B, 52), rotation vectors (B, 3), gaze (B, 2) -> vertices (B, V, 3) in the torso's frame and uv (B, V, 2)."""
    B, moving = len(expression), mesh.expression.shape[1]
    active = (expression != 0).any(0).nonzero()[:, 0]
    v = mesh.rest.expand(B, -1, -1).clone()
    if len(active):
        v[:, :moving] += (expression[:, active] @ mesh.expression[active].flatten(1)).view(
            B, moving, 3
        )
    v = rotate(v, mesh.follow[None, :, None] * rotation[:, None])
    return v, look(mesh, gaze)


def shrink(atlas, size, span):
    """Halve the atlas until its texels are about as large as the pixels; span: share of the picture a head is wide."""
    texels = 400 / (size * span)
    while texels >= 2:
        atlas, texels = F.avg_pool2d(atlas[None], 2)[0], texels / 2
    return atlas


def draw(vertices, normals, uv, mesh, atlas, light, key, backdrop, focal, size, layers=()):
    """Rasterise and shade a batch: the renderer of lesson 02 with a texture and a little gloss.

    vertices, normals (B, V, 3) in view space, uv (B, V, 2), atlas (3, A, A), light (B, 9, 3), key (3,), backdrop (S, S, 3)
    -> linear pictures (B, S, S, 3), parts (B, S, S) uint8 and a dict of the extra layers asked for.
    """
    B = len(vertices)
    clip = project(vertices, focal)
    ids, depth = face_buffer(clip, mesh.faces, size)
    frag = fragments(clip, mesh.faces, ids)
    attribute = torch.cat([uv, normals, mesh.shade.expand(B, -1, -1)], -1)
    a = interpolate(attribute, mesh.faces, frag)
    n = F.normalize(a[:, 2:5], dim=1)
    albedo = F.grid_sample(
        atlas[None], a[:, :2].view(1, 1, -1, 2) * 2 - 1, align_corners=False, padding_mode="border"
    )[0, :, 0].T
    basis = sh_basis(n)
    if len(light) == 1 or (light == light[:1]).all():
        irradiance = basis @ light[0]
    else:
        irradiance = torch.einsum("pk,pkc->pc", basis, light[frag.image])
    half = F.normalize(key + torch.tensor([0.0, 0.0, 1.0], device=key.device), dim=0)
    gloss = (n @ half).clamp(0, 1)
    broad, sharp = gloss**14, gloss**180
    colour = (
        albedo * irradiance.clamp(min=0.02) * a[:, 5:6]
        + (a[:, 6] * broad * a[:, 5] + a[:, 7] * sharp)[:, None]
    )
    picture = backdrop.expand(B, -1, -1, -1).reshape(-1, 3).clone()
    picture[frag.pixel] = colour
    picture = antialias(picture.view(B, size, size, 3), clip, mesh.faces, mesh.edges, depth)
    parts = torch.zeros(B * size * size, dtype=torch.uint8, device=ids.device)
    parts[frag.pixel] = mesh.part[frag.face]
    extra = {}
    for name in layers:
        value = {
            "uv": lambda: a[:, :2],
            "normal": lambda: n,
            "depth": lambda: interpolate(-vertices[..., 2:], mesh.faces, frag),
            "position": lambda: interpolate(mesh.rest.expand(B, -1, -1), mesh.faces, frag),
        }[name]()
        image = torch.zeros(B * size * size, value.shape[1], device=ids.device)
        image[frag.pixel] = value
        extra[name] = image.view(B, size, size, -1).half()
    return picture, parts.view(B, size, size), extra


def encode(linear):
    """Linear RGB to the 8-bit values of a picture file."""
    return (linear.clamp(0, 1) ** (1 / GAMMA) * 255).round().to(torch.uint8)


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
):
    """Film an actor.

    actor: from `cast`. performance: from `perform`, `still`, `dance` or `gesture`; a text, which is then spoken; or None for
    one still frame. size: pixels, even, 32 to 2048. camera: a Camera. light: a name in LIGHTS, or SH coefficients (9, 3) or
    (T, 9, 3). background: a name in BACKGROUNDS or linear RGB (size, size, 3). layers: extra pictures of the truth, any of LAYERS.

    Returns a media.Clip whose truth holds expression (T, 52), pose (T, 6: rotation vector, translation to view space),
    gaze (T, 2: yaw, pitch in radians), light (T, 9, 3), landmarks (T, 68, 2) in pixels, parts (T, size, size) with the
    numbers of studio.PARTS, identity (80,), camera (4,), phonemes if there is speech, and for bodies keypoints (T, 17, 3).
    """
    if not isinstance(actor, Actor):
        raise TypeError(f"film needs an actor from studio.cast(seed), not {type(actor).__name__}.")
    if not isinstance(size, int) or size % 2 or not 32 <= size <= 2048:
        raise ValueError(
            f"size must be an even whole number of pixels from 32 to 2048, not {size!r}."
        )
    if unknown := [x for x in layers if x not in LAYERS]:
        raise ValueError(f"there is no layer {unknown[0]!r}; choose from {', '.join(LAYERS)}.")
    if performance is None:
        performance = still(fps=fps)
    elif isinstance(performance, str):
        performance = perform(performance, seed=actor.seed, fps=fps, voice_of=actor)
    elif not isinstance(performance, (Performance, BodyPerformance)):
        raise TypeError(
            f"a performance is made by studio.perform, still, dance or gesture, or is a text; not a {type(performance).__name__}."
        )
    if performance.fps != fps:
        performance = performance.resample(fps)
    T = len(performance)
    if T == 0:
        raise ValueError(
            "the performance has no frames: the text is empty or shorter than one frame."
        )
    device = pick_device(device)
    whole = isinstance(performance, BodyPerformance)
    camera = camera or (BODY_CAMERA if whole else Camera())
    light, key = light_coefficients(light)
    if light.ndim == 3 and len(light) != T:
        raise ValueError(f"light has {len(light)} frames, the performance {T}.")
    light = light.expand(T, 9, 3)
    backdrop = (
        make_background(background, size, actor.seed)
        if isinstance(background, str)
        else torch.as_tensor(background, dtype=torch.float32)
    )
    if backdrop.shape != (size, size, 3):
        raise ValueError(
            f"a background picture for size={size} has shape ({size}, {size}, 3), not {tuple(backdrop.shape)}."
        )
    if whole:
        from .body import BodyModel

        model = BodyModel(actor, device)
        mesh = model.mesh
    else:
        mesh = actor.mesh.to(device)
    atlas = shrink(
        actor.atlas, size, 0.07 if whole else 0.55 * camera.focal / 6.9 * 1.25 / camera.distance
    ).to(device)
    R, t = (x.to(device) for x in camera.view())
    key, backdrop = key.to(device), backdrop.to(device)
    frames, parts, marks, keypoints, poses, extra = [], [], [], [], [], {k: [] for k in layers}
    with torch.inference_mode():
        for i in range(0, T, batch):
            p = performance[i : i + batch].to(device)
            if whole:
                v, uv, joints = model.pose(p)
            else:
                v, uv = pose_head(mesh, p.expression, p.rotation, p.gaze)
            v = (v + p.translation[:, None]) @ R.T + t
            n = vertex_normals(v, mesh.faces)
            picture, part, more = draw(
                v,
                n,
                uv,
                mesh,
                atlas,
                light[i : i + batch].to(device),
                key,
                backdrop,
                camera.focal,
                size,
                layers,
            )
            frames.append(encode(picture).cpu())
            parts.append(part.cpu())
            xy = lambda q: to_pixels(project(q, camera.focal), size).cpu()
            marks.append(xy(v[:, mesh.landmarks]))
            if whole:
                k = (joints + p.translation[:, None]) @ R.T + t
                inside = xy(k)
                seen = ((inside >= 0) & (inside <= size - 1)).all(-1, keepdim=True).float()
                keypoints.append(torch.cat([inside, seen], -1))
            turn = axis_angle_to_matrix(p.root if whole else p.rotation)
            poses.append(torch.cat([rotation_vector(R @ turn), p.translation @ R.T + t], 1).cpu())
            for k, x in more.items():
                extra[k].append(x.cpu())
            if progress:
                progress(min(i + batch, T), T)
    truth = dict(
        expression=performance.expression,
        pose=torch.cat(poses),
        gaze=performance.gaze,
        light=light,
        landmarks=torch.cat(marks),
        parts=torch.cat(parts),
        identity=actor.identity,
        camera=torch.tensor([camera.focal, camera.distance, camera.yaw, camera.pitch]),
    )
    if whole:
        truth |= dict(keypoints=torch.cat(keypoints), joints=performance.joints)
    truth |= {k: torch.cat(x) for k, x in extra.items()}
    truth = {k: x.cpu().numpy() for k, x in truth.items()}
    if performance.phonemes is not None:
        truth["phonemes"] = performance.phonemes
    return Clip(
        torch.cat(frames).numpy(),
        fps,
        performance.sound,
        performance.sample_rate,
        truth,
        dict(actor=actor.seed, source="studio", synthetic=True, parts=list(PARTS)),
    )


def rotation_vector(R):
    """Rotation matrices (B, 3, 3) -> rotation vectors (B, 3) radians, for angles below pi."""
    w = (
        torch.stack([R[:, 2, 1] - R[:, 1, 2], R[:, 0, 2] - R[:, 2, 0], R[:, 1, 0] - R[:, 0, 1]], 1)
        / 2
    )
    sin = w.norm(dim=1, keepdim=True)
    angle = torch.atan2(sin, ((R[:, 0, 0] + R[:, 1, 1] + R[:, 2, 2] - 1) / 2)[:, None])
    return w * angle / sin.clamp(min=1e-8)


def imperfect_tracking(
    truth, pose=1.0, landmarks=0.01, expression=0.06, identity=0.5, smooth=2, seed=0
):
    """What a real tracker would have measured instead of the truth.

    pose: degrees of rotation error (and 3 mm a degree of shift). landmarks: error as a share of the distance between the
    eyes. expression: error of each unit's weight. identity: share of the identity scores that is lost (the fine ones
    first). smooth: frames over which the error drifts. Returns a new dict with the same keys; parts and light are kept.
    """
    import numpy as np
    from scipy.ndimage import gaussian_filter1d

    missing = [k for k in ("pose", "landmarks", "expression", "identity") if k not in truth]
    if missing:
        raise ValueError(
            f"the truth lacks {missing[0]!r}: pass the truth of a clip made by studio.film."
        )
    if not 0 <= identity <= 1 or min(pose, landmarks, expression) < 0:
        raise ValueError("errors cannot be negative, and identity is a share from 0 to 1.")
    rng = np.random.default_rng([13, seed])

    def drift(shape, sigma):
        e = rng.standard_normal(shape)
        if smooth > 0 and shape[0] > 1:
            e = gaussian_filter1d(e, smooth, axis=0, mode="reflect")
            e = e / (np.sqrt(np.mean(e**2)) + 1e-9)
        return (e * sigma).astype(np.float32)

    out = dict(truth)
    T = len(truth["pose"])
    size = np.concatenate(
        [np.full(3, np.radians(pose) / np.sqrt(3)), np.full(3, 0.003 * pose / np.sqrt(3))]
    )
    out["pose"] = truth["pose"] + drift((T, 6), 1.0) * size.astype(np.float32)
    eyes = np.linalg.norm(
        truth["landmarks"][:, 36:42].mean(1) - truth["landmarks"][:, 42:48].mean(1), axis=-1
    )
    out["landmarks"] = truth["landmarks"] + drift((T, 68, 2), 1.0) * (
        landmarks / np.sqrt(2) * eyes
    )[:, None, None].astype(np.float32)
    active = np.abs(truth["expression"]).max(0) > 0
    out["expression"] = np.clip(
        truth["expression"] + drift((T, 52), expression) * active, 0, 1
    ).astype(np.float32)
    k = np.arange(len(truth["identity"]))
    out["identity"] = (truth["identity"] * (k < (1 - identity) * len(k))).astype(np.float32)
    return out
