# GENERATED from 02a_a_face_is_a_few_numbers.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['NEAR', 'FAR', 'DARKEST', 'face_space', 'weights_of', 'front_of_face', 'MorphableModel', 'axis_angle_to_matrix',
           'depth_of', 'project', 'to_pixels', 'vertex_normals', 'sh_basis', 'light_of', 'to_linear', 'to_file',
           'relit', 'turn_light']

# %%
import torch
import torch.nn.functional as F

from course_lib.human import load

# %%
def face_space(heads, k):
    """Heads (N, V, 3) -> mean (V, 3) and k directions (k, V, 3), most important first.

    A direction is as long as the heads' standard deviation along it (Blanz and Vetter 1999, 2).
    """
    mean = heads.mean(0)
    rows = (heads - mean).flatten(1)
    _, S, Vt = torch.linalg.svd(rows, full_matrices=False)
    deviation = S[:k] / (len(heads) - 1) ** 0.5
    return mean, (deviation[:, None] * Vt[:k]).unflatten(1, mean.shape)

# %%
def weights_of(head, mean, directions):
    """A head (V, 3), a mean (V, 3), perpendicular directions (K, V, 3) -> its weights (K,)."""
    rows = directions.flatten(1)
    return rows @ (head - mean).flatten() / rows.square().sum(1)

# %%
def front_of_face():
    """The skin's vertices that a camera in front sees, on the head and not on the neck."""
    h = load()
    skin = torch.unique(h.head_faces["skin"])
    return skin[(h.head_mean[skin, 2] > 0.02) & (h.follow[skin] > 0.99)]

# %%
class MorphableModel:
    """A face as mean plus weighted directions (Blanz and Vetter 1999). V = 6 637 vertices, metres.

    device: where its tensors lie. mean (V, 3) and basis (K, V, 3): in place of the shipped ones.
    Also expression (52, V, 3), albedo_mean (V, 3) and albedo_basis (40, V, 3) in linear RGB, faces
    (F, 3) of the skin, landmarks (68,) as vertex numbers. Weights have standard deviation 1.
    """

    def __init__(self, device="cpu", mean=None, basis=None):
        h = load()
        self.mean = (h.head_mean if mean is None else mean).to(device)
        self.basis = (h.head_basis if basis is None else basis).to(device)
        self.expression = h.expression.to(device)
        self.albedo_mean = h.albedo_mean.to(device)
        self.albedo_basis = h.albedo_basis.to(device)
        self.faces = h.head_faces["skin"].to(device)
        self.landmarks = h.landmarks_head.to(device)

    def shape(self, alpha, delta=None):
        """alpha (B, k) for the first k directions, delta (B, 52) or None -> vertices (B, V, 3)."""
        v = self.mean + torch.einsum("bk,kvc->bvc", alpha, self.basis[: alpha.shape[1]])
        if delta is None:
            return v
        return v + torch.einsum("bk,kvc->bvc", delta, self.expression)

    def albedo(self, beta):
        """beta (B, m) for the first m directions of colour -> linear RGB (B, V, 3)."""
        basis = self.albedo_basis[: beta.shape[1]]
        return self.albedo_mean + torch.einsum("bk,kvc->bvc", beta, basis)

# %%
def axis_angle_to_matrix(r):
    """Rodrigues' formula: r (..., 3), an axis times an angle in radians -> R (..., 3, 3)."""
    angle = r.square().sum(-1, keepdim=True).add(1e-20).sqrt()[..., None]  # (..., 1, 1)
    x, y, z = (r / angle[..., 0]).unbind(-1)
    o = torch.zeros_like(x)
    K = torch.stack([o, -z, y, z, o, -x, -y, x, o], -1).unflatten(-1, (3, 3))
    eye = torch.eye(3, dtype=r.dtype, device=r.device)
    return eye + angle.sin() * K + (1 - angle.cos()) * K @ K

# %%
NEAR = 0.05  # metres: what is nearer is behind the lens
FAR = 20.0  # metres: a room


def depth_of(w, near=NEAR, far=FAR):
    """Distances w in metres -> z, such that z / w is -1 at near and 1 at far."""
    return (w * (far + near) - 2 * far * near) / (far - near)

# %%
def project(points, focal, near=NEAR, far=FAR):
    """View space (right, up, towards us; metres) to clip space.

    points (..., V, 3), focal: focal length in half image widths -> (..., V, 4).
    """
    x, y, z = points.unbind(-1)
    w = -z
    return torch.stack([focal * x, focal * y, depth_of(w, near, far), w], -1)

# %%
def to_pixels(clip, size):
    """Clip space (..., 4) -> pixel centres (..., 2): x to the right, y down, (0, 0) is the middle
    of the first pixel."""
    x = (clip[..., 0] / clip[..., 3] + 1) * (size / 2) - 0.5
    y = (1 - clip[..., 1] / clip[..., 3]) * (size / 2) - 0.5
    return torch.stack([x, y], -1)

# %%
def vertex_normals(vertices, faces):
    """Area-weighted vertex normals: vertices (B, V, 3), faces (F, 3) -> (B, V, 3), length 1."""
    a, b, c = (vertices[:, faces[:, k]] for k in range(3))
    n = torch.linalg.cross(b - a, c - a)
    out = torch.zeros_like(vertices)
    for k in range(3):
        out = out.index_add(1, faces[:, k], n)
    return F.normalize(out, dim=-1)

# %%
def sh_basis(n):
    """The nine real spherical harmonics of unit vectors n (..., 3) -> (..., 9)."""
    x, y, z = n.unbind(-1)
    constant = torch.full_like(x, 0.2821)
    linear = [0.4886 * y, 0.4886 * z, 0.4886 * x]
    first_two = [1.0925 * x * y, 1.0925 * y * z]
    last_three = [0.3154 * (3 * z * z - 1), 1.0925 * x * z, 0.5463 * (x * x - y * y)]
    return torch.stack([constant, *linear, *first_two, *last_three], -1)

# %%
def light_of(colours, normals):
    """Linear colours (P, 3) of dull surfaces that face normals (P, 3), of length 1 -> (9, 3): the
    light times the skin's colour (Ramamoorthi and Hanrahan 2001)."""
    return torch.linalg.lstsq(sh_basis(normals), colours).solution

# %%
def to_linear(frames):
    """Frames (..., 3) uint8 -> linear light (..., 3), 0 to 1."""
    return (torch.from_numpy(frames) / 255.0) ** 2.2


def to_file(light):
    """Linear light -> what a picture file stores, 0 to 1."""
    return light.clamp(0, 1) ** (1 / 2.2)

# %%
DARKEST = 0.02  # of white: a surface darker than this tells nothing about its colour


def relit(colours, normals, old, new):
    """Colours (..., 3) in linear light, normals (..., 3), lights (9, 3) -> under the new light.

    Both lights may carry one and the same skin's colour (Wen, Liu and Huang 2003).
    """
    H = sh_basis(normals)
    quotient = (H @ new).clamp(min=DARKEST) / (H @ old).clamp(min=DARKEST)
    return colours * quotient

# %%
def turn_light(light, R):
    """Light coefficients (9, 3) and a rotation (3, 3) -> those of the light turned by it (9, 3)."""
    directions = torch.randn(400, 3, generator=torch.Generator().manual_seed(0))
    n = F.normalize(directions, dim=1).to(light)
    return light_of(sh_basis(n) @ light, n @ R.to(light).T)
