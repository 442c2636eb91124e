"""The studio's renderer: lesson 02's rasteriser with a texture, some gloss and layers of truth."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ..taught.foundations.faces_in_3d import project, sh_basis
from ..taught.foundations.rasteriser import antialias, face_buffer, fragments, interpolate

GAMMA = 2.2
LAYERS = ("uv", "depth", "normal", "position")


def shrink(atlas, size, span):
    """Halve the atlas until its texels are about as large as the pixels.

    atlas (3, A, A), size: of the picture in pixels, span: share of the picture a head is wide.
    """
    texels = 400 / (size * span)
    while texels >= 2:
        atlas = F.avg_pool2d(atlas[None], 2)[0]
        texels = texels / 2
    return atlas


def shade(albedo, normal, surface, light, key, image):
    """Colours of P pixels: spherical harmonics, and two lobes of gloss of the key light.

    albedo, normal, surface (P, 3), light (B, 9, 3), key (3,), image (P,) which of the lights
    -> (P, 3).
    """
    basis = sh_basis(normal)
    if len(light) == 1 or (light == light[:1]).all():
        irradiance = basis @ light[0]
    else:
        irradiance = torch.einsum("pk,pkc->pc", basis, light[image])
    towards_viewer = torch.tensor([0.0, 0.0, 1.0], device=key.device)
    gloss = (normal @ F.normalize(key + towards_viewer, dim=0)).clamp(0, 1)
    ambient, broad, sharp = surface.unbind(1)
    glints = broad * gloss**14 * ambient + sharp * gloss**180
    return albedo * irradiance.clamp(min=0.02) * ambient[:, None] + glints[:, None]


def draw(vertices, normals, uv, mesh, atlas, light, key, backdrop, focal, size, layers=()):
    """Rasterise and shade a batch.

    vertices, normals (B, V, 3) in view space, uv (B, V, 2), atlas (3, A, A), light (B, 9, 3),
    key (3,), backdrop (S, S, 3) -> linear pictures (B, S, S, 3), parts (B, S, S) uint8 and a dict
    of the extra layers asked for, each (B, S, S, C) float16.
    """
    B = len(vertices)
    clip = project(vertices, focal)
    ids, depth = face_buffer(clip, mesh.faces, size)
    frag = fragments(clip, mesh.faces, ids)
    attribute = torch.cat([uv, normals, mesh.shade.expand(B, -1, -1)], -1)
    at, n, surface = interpolate(attribute, mesh.faces, frag).split((2, 3, 3), dim=1)
    n = F.normalize(n, dim=1)
    albedo = F.grid_sample(
        atlas[None], at.view(1, 1, -1, 2) * 2 - 1, align_corners=False, padding_mode="border"
    )[0, :, 0].T
    picture = backdrop.expand(B, -1, -1, -1).reshape(-1, 3).clone()
    picture[frag.pixel] = shade(albedo, n, surface, light, key, frag.image)
    picture = antialias(picture.view(B, size, size, 3), clip, mesh.faces, mesh.edges, depth)

    def paste(values, dtype):
        """Values (P, C) of the covered pixels -> pictures (B, S, S, C), zero elsewhere."""
        image = torch.zeros(B * size * size, values.shape[1], dtype=dtype, device=ids.device)
        image[frag.pixel] = values.to(dtype)
        return image.view(B, size, size, -1)

    def layer(name):
        if name == "uv":
            return at
        if name == "normal":
            return n
        if name == "depth":
            return interpolate(-vertices[..., 2:], mesh.faces, frag)
        return interpolate(mesh.rest.expand(B, -1, -1), mesh.faces, frag)

    parts = paste(mesh.part[frag.face][:, None], torch.uint8)[..., 0]
    return picture, parts, {name: paste(layer(name), torch.float16) for name in layers}


def encode(linear):
    """Linear RGB to the 8-bit values of a picture file."""
    return (linear.clamp(0, 1) ** (1 / GAMMA) * 255).round().to(torch.uint8)
