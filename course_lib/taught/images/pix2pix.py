# GENERATED from 06a_labels_to_portraits.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['PALETTE', 'CLOSE', 'WIDTHS', 'RATES', 'portraits', 'as_sheets', 'as_portraits', 'down', 'up', 'way_through', 'UNet',
           'pixel_step', 'draw', 'patch_layers', 'receptive_field', 'PatchGAN', 'verdict', 'two_steps', 'mirrored',
           'rivals', 'fit', 'fit_labels', 'find_labels', 'shipped_labeller', 'hour_network']

# %%
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from course_lib import media, studio, train, weights

# %%
PALETTE = np.array(
    [
        (40, 40, 44),  # background
        (232, 182, 152),  # skin
        (204, 150, 122),  # neck
        (60, 110, 92),  # clothes
        (130, 88, 48),  # hair
        (84, 56, 40),  # brows
        (252, 252, 252),  # eyes
        (58, 120, 204),  # iris
        (246, 206, 176),  # nose
        (202, 70, 92),  # lips
        (84, 20, 32),  # mouth
        (244, 240, 206),  # teeth
    ],
    np.uint8,
)  # a colour for each of studio.LABELS

# %%
CLOSE = studio.Camera(distance=1.15, look_at=(0.0, 0.035, 0.0))


def portraits(people, shots, size):
    """Moments of actors who speak: numbers for studio.cast -> pictures (N, size, size, 3) and their
    label maps (N, size, size), uint8; N is people times shots."""
    pictures, maps = [], []
    for number in train.steps(len(people), "filming"):
        actor = studio.cast(people[number])
        seed = people[number]
        words = " ".join(studio.script(2, seed))
        smile = 0.15 * (seed % 5)
        p = studio.perform(words, seed=seed, voice_of=actor, head=2.0, smile=smile)
        at = np.linspace(4, len(p) - 1, shots).astype(int)
        rows = p.expression[at], p.rotation[at], p.translation[at], p.gaze[at]
        clip = studio.film(actor, studio.Performance(*rows), 2 * size, CLOSE, layers=("uv",))
        pictures.append(media.reduced(clip.frames, size))  # filmed twice as fine: smooth edges
        maps.append(studio.label_maps(clip)[:, 1::2, 1::2])
    return np.concatenate(pictures), np.concatenate(maps)

# %%
def as_sheets(maps, device="cpu"):
    """Label maps (B, S, S) uint8 -> one channel a label, (B, 12, S, S), zeros and ones."""
    numbers = torch.from_numpy(np.ascontiguousarray(maps)).to(device).long()
    return F.one_hot(numbers, len(studio.LABELS)).movedim(-1, 1).float()


def as_portraits(pictures, device="cpu"):
    """Pictures (B, S, S, 3) uint8 -> (B, 3, S, S) in -1..1."""
    pictures = torch.from_numpy(np.ascontiguousarray(pictures)).to(device)
    return pictures.movedim(-1, 1).float() / 127.5 - 1

# %%
def down(a, b, norm=True):
    """Halve: (B, a, h, w) -> (B, b, h/2, w/2)."""
    layers = [nn.Conv2d(a, b, 4, 2, 1, bias=not norm)]
    if norm:
        layers.append(nn.BatchNorm2d(b))
    return nn.Sequential(*layers, nn.LeakyReLU(0.2))


def up(a, b, dropout=0.0):
    """Double: (B, a, h, w) -> (B, b, 2h, 2w). Repeating pixels before the convolution leaves no
    checkerboard, as the paper's transposed convolutions do."""
    layers = [nn.Upsample(scale_factor=2.0), nn.Conv2d(a, b, 3, 1, 1, bias=False)]
    layers += [nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, *[nn.Dropout(dropout)] * (dropout > 0))

# %%
def way_through(x, downs, ups, last, skips=True):
    """x (B, a, S, S) through layers that halve it, through as many that double it, and through
    `last`; after each doubling the features of that size from the way down, or the input, are
    laid behind it in the channels, if skips is True."""
    kept = []
    for layer in downs:
        kept.append(x)
        x = layer(x)
    for layer in ups:
        x = layer(x)
        old = kept.pop()
        if skips:
            x = torch.cat([x, old], 1)
    return last(x)

# %%
WIDTHS = (24, 48, 64, 96, 96)  # channels after each halving


class UNet(nn.Module):
    """(B, inputs, S, S) -> (B, outputs, S, S), unbounded; S is a multiple of 2 ** len(widths).

    skips=False makes an encoder-decoder of it. dropout: in the two deepest layers that double.
    """

    def __init__(self, inputs=12, outputs=3, widths=WIDTHS, skips=True, dropout=0.5):
        super().__init__()
        n, self.skips = len(widths), skips
        both = list(zip((inputs, *widths), widths))
        normed = [0 < k < n - 1 for k in range(n)]  # neither first nor innermost
        self.down = nn.ModuleList([down(a, b, norm) for (a, b), norm in zip(both, normed)])
        given, layers = widths[-1], []
        for k, b in enumerate((*widths[-2::-1], 16)):
            layers.append(up(given, b, dropout if k < 2 else 0.0))
            given = 2 * b if skips else b
        self.up = nn.ModuleList(layers)
        self.last = nn.Conv2d(16 + inputs if skips else 16, outputs, 3, 1, 1)

    def forward(self, x):
        return way_through(x, self.down, self.up, self.last, self.skips)

# %%
def pixel_step(net, maker, x, y, run):
    """One step of a generator on label maps x (B, 12, S, S) and portraits y (B, 3, S, S) towards
    the least absolute error -> the loss, a number."""
    loss = (torch.tanh(net(x)) - y).abs().mean()
    maker.zero_grad()
    run.backward(loss)
    maker.step()
    return loss.item()

# %%
@torch.inference_mode()
def draw(net, maps, sheets=as_sheets):
    """Label maps (T, S, S) uint8 -> portraits (T, S, S, 3) uint8."""
    device, out = next(net.parameters()).device, []
    for part in np.split(maps, range(16, len(maps), 16)):
        drawn = torch.tanh(net(sheets(part, device))).movedim(1, -1)
        out.append((127.5 * (drawn + 1)).round().byte().cpu().numpy())
    return np.concatenate(out)

# %%
def patch_layers(inputs, c, strided):
    """The layers of a PatchGAN (paper, appendix 6.1.2), a list: `strided` convolutions of stride 2,
    two of stride 1, all 4 x 4; (B, inputs, S, S) -> (B, 1, n, n)."""
    layers, a = [], inputs
    for k in range(strided + 1):
        b = c * min(2**k, 4)
        layers.append(nn.Conv2d(a, b, 4, 2 if k < strided else 1, 1))
        if k:
            layers.append(nn.BatchNorm2d(b))
        layers.append(nn.LeakyReLU(0.2))
        a = b
    return [*layers, nn.Conv2d(a, 1, 4, 1, 1)]

# %%
def receptive_field(layers):
    """The side in pixels of what one output of these layers sees; only nn.Conv2d counts."""
    r = 1
    for layer in reversed(list(layers)):
        if isinstance(layer, nn.Conv2d):
            r = (r - 1) * layer.stride[0] + layer.kernel_size[0]
    return r

# %%
class PatchGAN(nn.Sequential):
    """Label map and portrait (B, 15, S, S) -> scores (B, 1, n, n), above 0 for filmed; `strided`
    halvings: patches of 16, 34, 70 pixels for 1, 2, 3."""

    def __init__(self, inputs=15, c=24, strided=2):
        super().__init__(*patch_layers(inputs, c, strided))

# %%
def verdict(scores, goal):
    """Binary cross-entropy of scores of any shape against one goal, 0 or 1; a scalar."""
    return F.binary_cross_entropy_with_logits(scores, torch.full_like(scores, goal))

# %%
def two_steps(net, critic, makers, x, y, run, pixels=100.0):
    """A step of the critic and then one of the generator (paper, section 3) on label maps x
    (B, 12, S, S) and portraits y (B, 3, S, S) -> the generator's and the critic's loss, numbers."""
    drawn = torch.tanh(net(x))
    filmed = verdict(critic(torch.cat([x, y], 1)), 1.0)
    said = (filmed + verdict(critic(torch.cat([x, drawn.detach()], 1)), 0.0)) / 2
    makers[1].zero_grad()
    run.backward(said)
    makers[1].step()
    loss = verdict(critic(torch.cat([x, drawn], 1)), 1.0) + pixels * (drawn - y).abs().mean()
    makers[0].zero_grad()
    run.backward(loss)
    makers[0].step()
    return loss.item(), said.item()

# %%
RATES = (2e-3, 4e-4)  # learning rates of generator and critic


def mirrored(x, y, generator):
    """Each pair of label map and portrait, flipped left to right with a chance of one half."""
    flip = torch.rand(len(x), 1, 1, 1, generator=generator, device=x.device) < 0.5
    return torch.where(flip, x.flip(-1), x), torch.where(flip, y.flip(-1), y)

# %%
def rivals(nets, steps, rates=RATES):
    """Networks that train for `steps` steps, each at its own rate -> they, an Adam for each, the
    run (see train.setup), and for each a schedule: half of the steps as given, then to zero."""
    makers = [torch.optim.Adam(n.parameters(), r, (0.5, 0.999)) for n, r in zip(nets, rates)]
    nets, makers, run = train.setup(tuple(nets), tuple(makers))
    lower = torch.optim.lr_scheduler.LambdaLR
    return nets, makers, run, [lower(m, lambda t: min(1.0, 2 - 2 * t / steps)) for m in makers]

# %%
def fit(
    net,
    critic,
    maps,
    pictures,
    steps,
    batch=8,
    pixels=100.0,
    seed=0,
    rates=RATES,
    mean=0.98,
    sheets=as_sheets,
):
    """Train a generator on label maps and portraits, against a critic, or by pixels alone where
    critic is None -> the running mean of the generator, and its losses. sheets: what makes label
    maps, or whatever else portraits are drawn from, into channels."""
    nets = (net,) if critic is None else (net, critic)
    nets, makers, run, schedules = rivals(nets, steps, rates)
    nets[0].to(memory_format=torch.channels_last)  # faster on a CPU
    average = AveragedModel(nets[0], multi_avg_fn=get_ema_multi_avg_fn(mean))
    generator, losses = run.generator(seed), []
    for _ in train.steps(steps, "pix2pix"):
        at = torch.randint(len(maps), (batch,), generator=generator, device=generator.device).cpu()
        x, y = sheets(maps[at], run.device), as_portraits(pictures[at], run.device)
        x, y = mirrored(x, y, generator)
        if critic is None:
            losses.append(pixel_step(nets[0], makers[0], x, y, run))
        else:
            losses.append(two_steps(*nets, makers, x, y, run, pixels)[0])
        for schedule in schedules:
            schedule.step()
        average.update_parameters(nets[0])
    return average.module.eval(), losses

# %%
def fit_labels(pictures, maps, steps, batch=8, seed=0):
    """Train a U-Net to find label maps (N, S, S) in pictures (N, S, S, 3) -> the network."""
    torch.manual_seed(seed)
    net = UNet(3, len(studio.LABELS), (16, 32, 48, 64, 64), dropout=0.0)
    net, maker, run = train.setup(net, torch.optim.Adam(net.parameters(), 3e-3))
    net.to(memory_format=torch.channels_last)
    generator = run.generator(seed)
    schedule = torch.optim.lr_scheduler.OneCycleLR(maker, 3e-3, total_steps=steps)
    share = np.bincount(maps.ravel(), minlength=len(studio.LABELS)) / maps.size
    rare = torch.tensor(1 / np.sqrt(share + 1e-4)).float().to(run.device)
    for _ in train.steps(steps, "labels"):
        at = torch.randint(len(maps), (batch,), generator=generator, device=generator.device).cpu()
        x, y = as_portraits(pictures[at], run.device), as_sheets(maps[at], run.device)
        x, y = mirrored(x, y, generator)
        loss = F.cross_entropy(net(x), y, weight=rare / rare.mean())
        maker.zero_grad()
        run.backward(loss)
        maker.step()
        schedule.step()
    return net.eval()


@torch.inference_mode()
def find_labels(net, pictures):
    """Pictures (T, S, S, 3) uint8 -> label maps (T, S, S) uint8."""
    device = next(net.parameters()).device
    parts = np.split(pictures, range(16, len(pictures), 16))
    out = [net(as_portraits(part, device)).argmax(1).byte().cpu().numpy() for part in parts]
    return np.concatenate(out)

# %%
def shipped_labeller(device="cpu"):
    """The network that finds labels at 64 pixels and ships with the course."""
    net = UNet(3, len(studio.LABELS), (16, 32, 48, 64, 64))
    net.load_state_dict(weights.read("labeller"))
    return net.to(device).eval()

# %%
def hour_network(device="cpu"):
    """The U-Net at 256 pixels that ships with the course, ready to draw."""
    net = UNet(widths=(24, 48, 64, 96, 96, 96))
    net.load_state_dict(weights.read("portraits"))
    return net.to(device).eval()
