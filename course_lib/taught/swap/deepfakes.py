# GENERATED from 09a_two_decoders.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['COVERAGE', 'MARGIN', 'BROWS', 'INWARD', 'NODES', 'SIGMA', 'TURN', 'ZOOM', 'SHIFT', 'TINT', 'OUTSIDE', 'EYES', 'MOUTH',
           'SOFT', 'STRUCTURE', 'MASK', 'CLIP', 'squares_of', 'grown', 'pixels', 'extract', 'inside', 'outline',
           'crops_of', 'node_grid', 'push', 'bent_places', 'middle_places', 'look', 'rigid_places', 'warp_pair',
           'loosened', 'draw_pairs', 'down', 'up', 'initialise', 'Encoder', 'Decoder', 'DF', 'apply', 'emphasis',
           'face_loss', 'training_step', 'pace', 'fit']

# %%
import cv2
import kornia
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from course_lib import train
from course_lib.taught.foundations.finding_faces import carry, umeyama

# %%
COVERAGE = 0.66  # our square's side in sides of lesson 03's, which shows the whole head


def squares_of(landmarks, mean, coverage=COVERAGE):
    """Landmarks (T, 68, 2) in pixels -> similarities (T, 2, 3) from the unit square to the frame.

    mean: lesson 03's mean face (68, 2) in its unit square.
    """
    inner = landmarks[:, 17:]
    to_frame = umeyama(np.broadcast_to(mean[17:], inner.shape), inner)
    corner = np.full((len(to_frame), 1, 2), (1 - coverage) / 2)
    return np.concatenate([to_frame[..., :2] * coverage, carry(to_frame, corner).mT], -1)

# %%
MARGIN = 1.25  # stored crops are this much larger than the network's picture: the warp needs room


def grown(squares, margin):
    """The same squares (T, 2, 3), `margin` times as large around their middles."""
    middle = carry(squares, np.full((len(squares), 1, 2), 0.5))
    sides = squares[..., :2] * margin
    return np.concatenate([sides, middle.mT - sides.sum(-1, keepdims=True) / 2], -1)


def pixels(squares, size):
    """Squares as maps (T, 2, 3) from pixel numbers of a size x size crop; centres are whole."""
    step = squares[..., :2] / size
    return np.concatenate([step, squares[..., 2:] + step.sum(-1, keepdims=True) / 2], -1)


def extract(frames, squares, size):
    """Cut squares (T, 2, 3) out of frames (T, H, W, 3) uint8 -> (T, size, size, 3) uint8."""
    fine = 2 * size  # twice as fine, then averaged: a smaller picture must not skip pixels
    out = []
    for frame, to_frame in zip(frames, pixels(squares, fine), strict=True):
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        big = cv2.warpAffine(
            frame, to_frame, (fine, fine), flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
        out.append(cv2.resize(big, (size, size), interpolation=cv2.INTER_AREA))
    return np.stack(out)

# %%
BROWS = 0.06  # the outline runs this share of the face's height above the brows,
INWARD = 0.97  # and is drawn in by 3 %: the landmarks of a jaw lie where the wall begins


def inside(squares, points):
    """Points (T, N, 2) of the frame -> the same in the unit square of each face."""
    last = np.broadcast_to([0.0, 0.0, 1.0], (len(squares), 1, 3))
    back = np.linalg.inv(np.concatenate([squares, last], 1))[:, :2]
    return carry(back, np.asarray(points, np.float64))


def outline(points, size, lift=BROWS):
    """The convex hull of 68 landmarks in the unit square, brows lifted -> (size, size) uint8."""
    p = points * size - 0.5
    p[17:27, 1] -= lift * np.ptp(p[:, 1])
    p = p.mean(0) + INWARD * (p - p.mean(0))
    mask = np.zeros((size, size), np.uint8)
    hull = cv2.convexHull(p.astype(np.float32))
    return cv2.fillConvexPoly(mask, hull.round().astype(np.int32), 255)


def crops_of(frames, landmarks, mean, size):
    """What is stored of a film: crops (T, S, S, 4) uint8 with MARGIN, colours and mask."""
    side = round(size * MARGIN / 2) * 2
    squares = grown(squares_of(landmarks, mean), MARGIN)
    masks = [outline(p, side) for p in inside(squares, landmarks)]
    return np.concatenate([extract(frames, squares, side), np.stack(masks)[..., None]], -1)

# %%
NODES = 5  # nodes a side, as in the original
SIGMA = 5 / 256  # how far a node is pushed, in widths of the crop: 5 pixels of 256, as in faceswap


def node_grid(n=NODES, device="cpu"):
    """n x n nodes that span the unit square, row by row, x before y -> (n * n, 2)."""
    u = torch.linspace(0, 1, n, device=device)
    return torch.stack(torch.meshgrid(u, u, indexing="xy"), -1).view(-1, 2)


def push(nodes, copies, generator, sigma=SIGMA):
    """Nodes (N, 2) -> (copies, N, 2), each node moved by noise of standard deviation sigma."""
    noise = torch.randn(copies, *nodes.shape, generator=generator, device=nodes.device)
    return nodes + sigma * noise

# %%
def bent_places(pushed, places):
    """Where pixels look through a pushed sheet.

    pushed (n, N, 2): N = k * k nodes, row by row. places (P, 2) in 0..1, x before y -> (n, P, 2).
    """
    k = round(pushed.shape[1] ** 0.5)
    sheet = pushed.view(-1, k, k, 2).permute(0, 3, 1, 2)  # (n, 2, k, k)
    at = (places * 2 - 1).expand(len(pushed), 1, -1, 2)  # (n, 1, P, 2)
    return F.grid_sample(sheet, at, align_corners=True)[:, :, 0].mT  # (n, P, 2)

# %%
def middle_places(size, margin=MARGIN, device="cpu"):
    """Centres of the network's pixels in the unit square of the stored crop, (size * size, 2)."""
    u = 0.5 + ((torch.arange(size, device=device) + 0.5) / size - 0.5) / margin
    return torch.stack(torch.meshgrid(u, u, indexing="xy"), -1).view(-1, 2)


def look(crops, places, size):
    """Read crops (n, C, S, S) at places (n, size * size, 2) -> (n, C, size, size)."""
    at = places.view(-1, size, size, 2) * 2 - 1
    return F.grid_sample(crops, at, padding_mode="border", align_corners=False)

# %%
def rigid_places(nodes, pushed, places):
    """Where pixels look if the sheet is only turned, zoomed and shifted as its push suggests.

    nodes (N, 2), pushed (n, N, 2), places (P, 2) -> (n, P, 2). Least squares, as Umeyama 1991.
    """
    centre = nodes.mean(0)
    new_centre = pushed.mean(1, keepdim=True)  # (n, 1, 2)
    p = torch.view_as_complex(nodes - centre)  # (N,)
    q = torch.view_as_complex(pushed - new_centre)  # (n, N)
    factor = (p.conj() * q).sum(1, keepdim=True) / p.abs().square().sum()  # (n, 1)
    turned = factor * torch.view_as_complex(places - centre)  # (n, P)
    return torch.view_as_real(turned) + new_centre

# %%
def warp_pair(crops, nodes, pushed, size):
    """One training pair from crops (n, 4, S, S), nodes (N, 2) and pushed (n, N, 2).

    -> the input, colours through the bent sheet, (n, 3, size, size), and the target, colours and
    mask through its rigid part, (n, 4, size, size).
    """
    places = middle_places(size, device=crops.device)
    bent = look(crops[:, :3], bent_places(pushed, places), size)
    return bent, look(crops, rigid_places(nodes, pushed, places), size)

# %%
TURN, ZOOM, SHIFT = 0.03, 0.02, 0.01  # at most: radians, share, widths of the crop
TINT = 0.12  # standard deviation of the factor on each colour of the input


def loosened(pushed, generator):
    """Sheets (n, N, 2), each turned, zoomed and shifted a little as a whole."""
    u = torch.rand(len(pushed), 4, generator=generator, device=pushed.device) * 2 - 1
    factor = torch.polar(1 + ZOOM * u[:, :1], TURN * u[:, 1:2])  # (n, 1)
    turned = factor * torch.view_as_complex((pushed - 0.5).contiguous())
    return torch.view_as_real(turned) + 0.5 + SHIFT * u[:, None, 2:]


def draw_pairs(data, generator, batch, size, sigma=SIGMA):
    """Stored crops {"A": (N, 4, S, S) uint8, "B": ...} -> {"A": (input, target), "B": ...}."""
    pairs = {}
    for who, crops in data.items():
        n, device = len(crops), crops.device
        chosen = crops[torch.randint(n, (batch,), generator=generator, device=device)]
        nodes = node_grid(device=device)
        pushed = loosened(push(nodes, batch, generator, sigma), generator)
        picture, target = warp_pair(chosen.float() / 255, nodes, pushed, size)
        tint = 1 + TINT * torch.randn(batch, 3, 1, 1, generator=generator, device=device)
        pairs[who] = (picture * tint).clamp(0, 1), target
    return pairs

# %%
def down(inputs, outputs):
    """Half the size: a 5 x 5 convolution that moves two pixels at a time."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 5, 2, 2), nn.LeakyReLU(0.1, True))


def up(inputs, outputs):
    """Twice the size: four times the channels, then PixelShuffle."""
    convolution = nn.Conv2d(inputs, 4 * outputs, 3, 1, 1)
    return nn.Sequential(convolution, nn.LeakyReLU(0.1, True), nn.PixelShuffle(2))


def initialise(net):
    """He's weights: many layers without normalisation keep the size of their signal (He 2015)."""
    for m in net.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, a=0.1)
        elif isinstance(m, nn.Linear):
            nn.init.kaiming_normal_(m.weight, a=1.0)

# %%
class Encoder(nn.Module):
    """Pictures (n, 3, S, S) in 0..1 -> codes (n, z)."""

    def __init__(self, size=64, c=8, z=64):
        super().__init__()
        stages = int(np.log2(size // 8))  # until 4 x 4 cells are left: 3 at 64 pixels
        widths = [12, *[c * 2 ** (k + 1) for k in range(stages)]]  # 12, 16, 32, 64
        layers = [nn.PixelUnshuffle(2)]  # (n, 12, S/2, S/2)
        for inputs, outputs in zip(widths, widths[1:]):
            layers.append(down(inputs, outputs))  # ... (n, 8c, 4, 4)
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * widths[-1], z))  # (n, z)
        initialise(self)

    def forward(self, picture):
        return self.net(picture * 2 - 1)

# %%
class Decoder(nn.Module):
    """Codes (n, z) -> faces (n, 4, S, S) in 0..1: three colours and the mask."""

    def __init__(self, size=64, c=8, z=64):
        super().__init__()
        stages = int(np.log2(size // 8))
        widths = [c * 2 ** (k + 1) for k in reversed(range(stages))]  # 64, 32, 16
        self.first = nn.Linear(z, 16 * widths[0])  # (n, 16 * 8c)
        layers = []
        for inputs, outputs in zip(widths, [*widths[1:], 2 * c]):
            layers.append(up(inputs, outputs))  # ... (n, 2c, S/2, S/2)
        layers.append(nn.Conv2d(2 * c, 16, 3, 1, 1))  # (n, 16, S/2, S/2)
        self.net = nn.Sequential(*layers, nn.PixelShuffle(2), nn.Sigmoid())  # (n, 4, S, S)
        initialise(self)

    def forward(self, code):
        return self.net(self.first(code).view(len(code), -1, 4, 4))

# %%
class DF(nn.Module):
    """One encoder, two decoders: the network of 2017, which DeepFaceLab calls DF."""

    def __init__(self, size=64, c=8, z=64, shared=True):
        super().__init__()
        count = 1 if shared else 2
        self.encoders = nn.ModuleList([Encoder(size, c, z) for _ in range(count)])
        self.decoders = nn.ModuleDict({who: Decoder(size, c, z) for who in "AB"})

    def code(self, picture, who):
        """Pictures (n, 3, S, S) of the person `who` -> codes (n, z)."""
        return self.encoders["AB".index(who) % len(self.encoders)](picture)

    def forward(self, picture, who):
        """Pictures of `who` -> the same faces, drawn, (n, 4, S, S)."""
        return self.decoders[who](self.code(picture, who))

    def swap(self, picture):
        """Pictures of A -> faces of B that do what A does, (n, 4, S, S)."""
        return self.decoders["B"](self.code(picture, "A"))

# %%
@torch.inference_mode()
def apply(model, crops, method="swap"):
    """Run a model on crops (T, S, S, 3) uint8 -> faces (T, S, S, 4) in 0..1: colours and mask.

    method: "swap", or "A" or "B" to draw the person who is in the picture.
    """
    device = next(model.parameters()).device
    x = torch.from_numpy(np.ascontiguousarray(crops[..., :3])).permute(0, 3, 1, 2)
    faces = []
    for part in x.split(32):
        part = part.to(device).float() / 255
        faces.append(model.swap(part) if method == "swap" else model(part, method))
    return torch.cat(faces).cpu().permute(0, 2, 3, 1).numpy()

# %%
OUTSIDE = 0.1  # what an error outside the mask counts
EYES, MOUTH = 6.0, 6.0  # what an error there counts more; tuned on another performance
SOFT = 0.03  # how soft the borders of these regions are, in widths of the picture


def emphasis(mean, size, coverage=COVERAGE):
    """How much each pixel of an aligned face counts, (size, size): 1, more at eyes and mouth."""
    points = (mean - 0.5) / coverage + 0.5
    weight = torch.ones(size, size)
    for part, more in ((np.s_[36:42], EYES), (np.s_[42:48], EYES), (np.s_[48:68], MOUTH)):
        region = outline(points[part], size, lift=0)
        soft = cv2.GaussianBlur(region.astype(np.float32) / 255, (0, 0), SOFT * size)
        weight += more * torch.from_numpy(soft)
    return weight

# %%
STRUCTURE = 0.2  # of the loss: how much unlike structure counts beside the absolute difference
MASK = 0.1  # and how much an error of the drawn mask


def face_loss(drawn, target, weight):
    """How far drawn faces (n, 4, S, S) are from their targets (n, 4, S, S); weight (S, S)."""
    colours, wanted, mask = drawn[:, :3], target[:, :3], target[:, 3:]
    counts = weight * (OUTSIDE + (1 - OUTSIDE) * mask)  # (n, 1, S, S)
    counts = counts / counts.mean((1, 2, 3), keepdim=True)  # a picture counts 1
    difference = (colours - wanted).abs()
    unlike = (1 - kornia.metrics.ssim(colours, wanted, 7)) / 2  # (n, 3, S, S), 0 where alike
    face = ((difference + STRUCTURE * unlike) * counts).mean()
    return face + MASK * (drawn[:, 3:] - mask).abs().mean()

# %%
CLIP = 0.5  # the longest gradient a step may follow


def training_step(model, optimizer, pairs, weight, run):
    """One step on {"A": (input, target), "B": ...} -> the loss before the step, both people's sum.

    weight (S, S): of the pixels, see face_loss. run: from train.setup, for run.backward.
    """
    loss = 0
    for who, (picture, target) in pairs.items():
        loss = loss + face_loss(model(picture, who), target, weight)
    optimizer.zero_grad()
    run.backward(loss)
    nn.utils.clip_grad_norm_(model.parameters(), CLIP)
    optimizer.step()
    return loss

# %%
def pace(step, steps):
    """The learning rate's factor: up over 100 steps, 1, down to .02 over the last 40 %."""
    return min(1.0, (step + 1) / 100, 2.5 * (1 - step / steps) + 0.02)


def fit(model, crops, mean, steps, batch=8, rate=1.5e-3, size=64, seed=0, sigma=SIGMA, **line):
    """Train on stored crops {"A": (N, S, S, 4) uint8, "B": ...} -> the losses, one a step.

    line: what train.steps takes; watch(step, model) is called `every` steps. The model stays on
    its device.
    """
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate, betas=(0.5, 0.999), fused=True)
    net, optimizer, run = train.setup(model, optimizer)
    decay = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: pace(step, steps))
    order = (0, 3, 1, 2)
    data = {who: torch.from_numpy(c).permute(order).to(run.device) for who, c in crops.items()}
    weight = emphasis(mean, size).to(run.device)
    watch = line.pop("watch", None)
    every = line.setdefault("every", max(1, steps // 8))
    line.setdefault("note", lambda: f"loss {np.mean(losses[-50:]):.4f}")
    losses = []
    for step in train.steps(steps, model=net, optimizer=optimizer, decay=decay, **line):
        pairs = draw_pairs(data, run.generator(seed * 1_000_003 + step), batch, size, sigma)
        loss = training_step(net, optimizer, pairs, weight, run)
        decay.step()
        losses.append(float(run.reduce(loss.detach())) / len(pairs))
        if watch and (step + 1) % every == 0:
            watch(step + 1, model)
    return losses
