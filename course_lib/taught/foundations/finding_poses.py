# GENERATED from 24a_in_the_picture.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['JOINTS', 'ARMS', 'LEGS', 'LIMBS', 'MIRROR', 'STRIDE', 'soft_targets', 'soft_argmax', 'conv', 'Residual', 'PoseNet',
           'shares', 'pose_loss', 'mirrored', 'decode', 'square_around', 'cut_square', 'both_ways', 'PoseFinder']

# %%
import cv2
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

# %%
JOINTS = (
    "nose",
    *("left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder"),
    *("left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip"),
    *("left_knee", "right_knee", "left_ankle", "right_ankle"),
)
ARMS = ((5, 7), (7, 9), (6, 8), (8, 10))
LEGS = ((11, 13), (13, 15), (12, 14), (14, 16))
LIMBS = ((0, 1), (0, 2), (1, 3), (2, 4), (5, 6), (5, 11), (6, 12), (11, 12), *ARMS, *LEGS)
MIRROR = (0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15)  # each joint's twin
STRIDE = 4  # pixels a side of a cell

# %%
def soft_targets(points, size, sigma=1.0):
    """Points (..., 2) in cells, x before y -> maps (..., size, size), each a blot that sums to 1.

    The middle of the first cell is (0.5, 0.5); sigma in cells.
    """
    u = torch.arange(size, device=points.device) + 0.5
    gx = (-((u - points[..., :1]) ** 2) / (2 * sigma**2)).softmax(-1)  # (..., size)
    gy = (-((u - points[..., 1:]) ** 2) / (2 * sigma**2)).softmax(-1)
    return gy[..., :, None] * gx[..., None, :]

# %%
def soft_argmax(share, window=2):
    """Maps (..., n, n) of shares, 0 or more -> points (..., 2) in cells, x before y.

    The mean of the cells' middles within `window` cells of the largest one, weighted by share.
    """
    n = share.shape[-1]
    u = torch.arange(n, device=share.device)
    top = share.flatten(-2).argmax(-1)[..., None]
    near_x = (u - top % n).abs() <= window  # (..., n)
    near_y = (u - torch.div(top, n, rounding_mode="floor")).abs() <= window
    kept = share * near_y[..., :, None] * near_x[..., None, :]
    total = kept.sum((-2, -1))
    x = (kept.sum(-2) * (u + 0.5)).sum(-1) / total
    y = (kept.sum(-1) * (u + 0.5)).sum(-1) / total
    return torch.stack([x, y], -1)

# %%
def conv(a, b, stride=1):
    """3 x 3 convolution, batch normalisation, ReLU: (B, a, h, w) -> (B, b, h/stride, w/stride)."""
    layers = nn.Conv2d(a, b, 3, stride, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU(inplace=True)
    return nn.Sequential(*layers)


class Residual(nn.Module):
    """x + two convolutions of x: (B, c, h, w) -> the same shape (He et al. 2016)."""

    def __init__(self, c):
        super().__init__()
        self.first = conv(c, c)
        last = nn.Conv2d(c, c, 3, 1, 1, bias=False)
        self.second = nn.Sequential(last, nn.BatchNorm2d(c))

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))

# %%
class PoseNet(nn.Module):
    """Pictures (B, 3, S, S) in 0..1 -> logits of maps (B, 17, S/4, S/4) and of nowhere (B, 17).

    S is a multiple of 32; c: channels of the first layer.
    """

    def __init__(self, c=16, joints=17):
        super().__init__()
        w = [c, 2 * c, 4 * c, 6 * c, 6 * c]
        self.stem = conv(3, w[0], 2)
        steps = [nn.Sequential(conv(w[k], w[k + 1], 2), Residual(w[k + 1])) for k in range(4)]
        self.down = nn.ModuleList(steps)
        self.up = nn.ModuleList([conv(w[k + 1] + w[k], w[k]) for k in (3, 2, 1)])
        self.maps = nn.Conv2d(w[1], joints, 1)
        self.nowhere = nn.Linear(w[4], joints)

    def forward(self, pictures):
        x = self.stem(2 * pictures - 1)  # (B, c, S/2, S/2)
        kept = []
        for down in self.down:
            x = down(x)
            kept.append(x)  # S/4, S/8, S/16, S/32
        nowhere = self.nowhere(x.mean((2, 3)))  # (B, 17)
        for k, up in zip((2, 1, 0), self.up):
            x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = up(torch.cat([x, kept[k]], 1))  # S/16, S/8, S/4
        return self.maps(x), nowhere

# %%
def shares(logits, nowhere):
    """Logits (B, J, n, n) and (B, J) -> shares (B, J, n, n) and that of nowhere (B, J); together
    they sum to one for each joint."""
    p = torch.cat([logits.flatten(2), nowhere[..., None]], 2).softmax(-1)
    return p[..., :-1].unflatten(-1, logits.shape[-2:]), p[..., -1]

# %%
def pose_loss(out, points, there):
    """Cross-entropy of soft maps, a scalar.

    out: logits (B, J, n, n) and nowhere (B, J). points (B, J, 2) in cells; there (B, J) bool.
    """
    logits, nowhere = out
    log = torch.cat([logits.flatten(2), nowhere[..., None]], 2).log_softmax(-1)
    blots = soft_targets(points, logits.shape[-1]).flatten(2) * there[..., None]
    target = torch.cat([blots, (~there)[..., None].float()], 2)  # (B, J, n * n + 1)
    return -(target * log).sum(-1).mean()

# %%
def mirrored(points, there, size):
    """Labels of a flipped picture: points (B, 17, 2) in pixels from the corner of a picture `size`
    wide, there (B, 17) -> the same for its mirror image."""
    twin = list(MIRROR)
    x, y = points[:, twin].unbind(-1)
    return torch.stack([size - x, y], -1), there[:, twin]

# %%
def decode(out):
    """What PoseNet says -> points (B, J, 2) in cells, and scores (B, J) in 0..1: the share of all
    places that lies within two cells of the point."""
    share, _ = shares(*out)
    points = soft_argmax(share)
    near = soft_targets(points, share.shape[-1], sigma=1.0)
    near = (near > near.amax((-2, -1), keepdim=True) * 0.13).float()  # e^-2: within two cells
    return points, (share * near).sum((-2, -1))

# %%
def square_around(points, scores, sure=0.3, room=1.6):
    """The square (x, y of its middle, side) around points (17, 2) whose score is above `sure`, in
    pixels from the frame's corner; None where there are fewer than five. room: its side in sides of
    their box; less, and a square that misses the feet once never finds them again."""
    good = scores > sure
    if good.sum() < 5:
        return None
    low, high = points[good].min(0) + 0.5, points[good].max(0) + 0.5
    side = max(room * float((high - low).max()), 24.0)
    return *((low + high) / 2).tolist(), side


def cut_square(frame, square, size):
    """The square of a frame (H, W, 3) uint8 as a picture (size, size, 3); borders are repeated."""
    x, y, side = square
    pixels = max(8, round(side))
    patch = cv2.getRectSubPix(frame, (pixels, pixels), (x - 0.5, y - 0.5))
    smooth = cv2.INTER_AREA if pixels > size else cv2.INTER_LINEAR
    return cv2.resize(patch, (size, size), interpolation=smooth)


@torch.inference_mode()
def both_ways(net, frame, square, size):
    """Logits like PoseNet's for a square of a frame (H, W, 3) uint8: of the mean of what it sees
    there and in the mirror image."""
    x = torch.from_numpy(cut_square(frame, square, size)).permute(2, 0, 1)[None]
    x = x.to(next(net.parameters()).device).float() / 255
    share, nowhere = shares(*net(torch.cat([x, x.flip(3)])))
    twin = list(MIRROR)
    share = (share[:1] + share[1:, twin].flip(3)) / 2
    nowhere = (nowhere[:1] + nowhere[1:, twin]) / 2
    return share.clamp(min=1e-9).log(), nowhere.clamp(min=1e-9).log()

# %%
class PoseFinder:
    """Finds one person's pose in frames of any size; net: a trained PoseNet, size: its pixels."""

    def __init__(self, net, size=128):
        self.net = net.eval()
        self.size = size

    @classmethod
    def load(cls, path, device="cpu", c=16, size=128):
        """The finder whose weights lie in a safetensors file."""
        net = PoseNet(c)
        net.load_state_dict({k: v.float() for k, v in load_file(path).items()}, strict=False)
        return cls(net.to(device), size)

    def look(self, frame, square):
        """Points (17, 2) in pixels of the frame and scores (17,), seen in one square of it."""
        out = decode(both_ways(self.net, frame, square, self.size))
        cells, scores = (v[0].cpu().numpy() for v in out)
        x, y, side = square
        return (cells * STRIDE / self.size - 0.5) * max(8, round(side)) + [x - 0.5, y - 0.5], scores

    def follow(self, frame, square=None):
        """One frame of a film -> points, scores, and the square for the next one, or None."""
        seen = self.look(frame, square) if square else None
        if seen is None or seen[1].mean() < 0.65:  # unsure: begin afresh, keep the better
            square = frame.shape[1] / 2, frame.shape[0] / 2, 1.05 * max(frame.shape[:2])
            for _ in range(2):  # each look at the square of the one before
                square = square_around(*self.look(frame, square)) or square
            afresh = self.look(frame, square)
            seen = max(seen or afresh, afresh, key=lambda look: look[1].mean())
        return *seen, square_around(*seen)

    def __call__(self, frames):
        """Frames (T, H, W, 3) uint8 -> points (T, 17, 2) in pixels and scores (T, 17)."""
        square, film = None, []
        for frame in frames:
            *seen, square = self.follow(frame, square)
            film.append(seen)
        return tuple(np.float32(v) for v in zip(*film))
