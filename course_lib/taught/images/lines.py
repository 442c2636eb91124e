# GENERATED from 06b_lines_and_patches.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['BLUR', 'LOW', 'HIGH', 'blurred', 'sketches', 'as_lines', 'pixel_layers', 'patch_map', 'line_scores', 'Folded',
           'hour_of_lines', 'lines_of_photo']

# %%
import cv2
import numpy as np
import torch
import torch.nn.functional as F
from scipy.ndimage import binary_dilation
from torch import nn

from course_lib import studio, weights
from course_lib.taught.images.pix2pix import down, receptive_field, up, way_through

# %%
BLUR = 1.5  # pixels
LOW, HIGH = 15, 40  # slopes as cv2.Canny measures them: 8 times the grey levels a pixel


def blurred(picture):
    """A picture (S, S, 3) uint8 -> its brightness (S, S) uint8, with single pixels smoothed out."""
    return cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (0, 0), BLUR)

# %%
def sketches(pictures):
    """Pictures (T, S, S, 3) uint8 -> their lines (T, S, S) uint8: 255 on a line, 0 elsewhere."""
    return np.stack([cv2.Canny(blurred(p), LOW, HIGH, L2gradient=True) for p in pictures])


def as_lines(lines, device="cpu"):
    """Lines (B, S, S) uint8 -> (B, 1, S, S) in 0..1."""
    return torch.from_numpy(np.ascontiguousarray(lines)).to(device)[:, None].float() / 255

# %%
def pixel_layers(inputs, c):
    """The layers of a critic whose scores see one pixel each (paper, appendix 6.1.2), a list:
    three 1 x 1 convolutions; (B, inputs, S, S) -> (B, 1, S, S)."""
    layers = [nn.Conv2d(inputs, c, 1), nn.LeakyReLU(0.2), nn.Conv2d(c, 2 * c, 1)]
    return [*layers, nn.BatchNorm2d(2 * c), nn.LeakyReLU(0.2), nn.Conv2d(2 * c, 1, 1)]

# %%
def patch_map(scores, layers, size):
    """Scores (n, n) of a critic with these layers -> (size, size): for each pixel the mean of the
    scores whose patch holds it. Only nn.Conv2d counts, square and padded alike on all sides."""
    r, jump, start = receptive_field(layers), 1, 0
    for layer in reversed([m for m in layers if isinstance(m, nn.Conv2d)]):
        jump *= layer.stride[0]
        start = start * layer.stride[0] - layer.padding[0]
    total, count = torch.zeros(2, size, size)
    for (i, j), score in np.ndenumerate(scores):
        at = tuple(slice(max(0, jump * k + start), max(0, jump * k + start + r)) for k in (i, j))
        total[at] += score
        count[at] += 1
    return total / count

# %%
def line_scores(found, asked, reach=2):
    """How well lines are found again: two stacks (T, S, S), above 0 on a line -> precision, the
    share of the found ones with one that was asked for at most `reach` pixels away, up, down or
    aside; recall, the share of the asked ones that were found; F, their harmonic mean."""
    near = np.ones((1, 2 * reach + 1, 2 * reach + 1), bool)
    found, asked = found > 0, asked > 0
    precision = (found & binary_dilation(asked, near)).sum() / max(1, found.sum())
    recall = (asked & binary_dilation(found, near)).sum() / max(1, asked.sum())
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)

# %%
class Folded(nn.Module):
    """Lines (B, 1, S, S) -> (B, 3, S, S), unbounded: 06a's U-Net on blocks of `fold` x `fold`
    pixels, which are laid into channels and out again; S is a multiple of 32 * fold."""

    def __init__(self, widths=(48, 64, 96, 128, 128), finest=64, fold=4):
        super().__init__()
        n, self.fold = fold**2, fold
        both = enumerate(zip((n, *widths), widths))
        self.down = nn.ModuleList([down(a, b, 0 < k < len(widths) - 1) for k, (a, b) in both])
        back = (*widths[-2::-1], finest)
        given = (widths[-1], *(2 * b for b in back))
        self.up = nn.ModuleList([up(a, b) for a, b in zip(given, back)])
        layers = nn.Conv2d(finest + n, finest, 3, 1, 1), nn.LeakyReLU(0.2)
        self.last = nn.Sequential(*layers, nn.Conv2d(finest, 3 * n, 3, 1, 1))

    def forward(self, x):
        x = F.pixel_unshuffle(x, self.fold)
        return F.pixel_shuffle(way_through(x, self.down, self.up, self.last), self.fold)


def hour_of_lines(device="cpu"):
    """The network that draws portraits of 256 pixels from lines and ships with the course."""
    net = Folded()
    net.load_state_dict(weights.read("lines"))
    return net.to(device).eval()

# %%
def lines_of_photo(picture, points, size=256):
    """A photo (H, W, 3) uint8 and the landmarks (68, 2) of a face in it, in pixels -> the photo cut
    as the course's portraits are (size, size, 3), and its lines near the head (size, size)."""
    frame = studio.close_up(points) * size
    scale = np.ptp(frame[:, 1]) / np.ptp(points[:, 1])
    shift = frame[0] - scale * points[0]
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    calm = picture if scale >= 1 else cv2.GaussianBlur(picture, (0, 0), 0.5 / scale)
    cut = cv2.warpAffine(calm, matrix, (size, size), borderMode=cv2.BORDER_REPLICATE)
    around = np.ones([size // 10] * 2)  # a margin, for what the labels do not know
    head = cv2.dilate(np.uint8(studio.face_labels(points, size) > 0), around)
    return cut, sketches(cut[None])[0] * head
