# GENERATED from 28a_figures_and_codes.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['PROFESSOR', 'VOICE', 'CAMERA', 'LOW', 'HIGH', 'FAINTEST', 'CORNER', 'LIPS', 'INSIDE', 'SMALL', 'TREMBLE', 'PICTURES',
           'CORNER_COUNTS', 'CODE', 'BETA', 'lecture_take', 'place_colour', 'mouth_pictures', 'figures',
           'corner_weight', 'Pictures', 'pictures_of', 'reparametrised', 'kl', 'Residual', 'network', 'VAE',
           'schedule_of', 'fit_vae']

# %%
import cv2
import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d
from sklearn.decomposition import PCA
from torch import nn

from course_lib import studio, train
from course_lib.media import reduced
from course_lib.taught.body.everybody_dance import as_frames, as_tensor

# %%
PROFESSOR, VOICE = 41, "rob"
CAMERA = studio.Camera(focal=3.6, distance=1.55, look_at=(0.0, 0.43, 0.0))


def lecture_take(seconds, seed, size=128, free=0.2):
    """The professor lectures -> a Clip, with the layer "position" in its truth. free: the share of
    his strokes that chance decides."""
    actor = studio.cast(PROFESSOR)
    words = " ".join(studio.script(round(seconds / 1.6) + 3, seed))
    speech = studio.say(words, VOICE)
    acted = studio.lecture(speech, seed=seed, actor=actor, free=free)[: round(25 * seconds)]
    return studio.film(actor, acted, size, CAMERA, "soft", "office", layers=("position",))

# %%
LOW = np.float32((-0.85, -0.2, -0.3))  # metres: the upper body at rest lies between
HIGH = np.float32((0.85, 0.75, 0.3))
FAINTEST = 0.15  # the darkest colour of a body: the background is black


def place_colour(place, parts):
    """Places on the body at rest (S, S, 3) in metres and numbers of parts (S, S), 0 where there is
    none -> the places as colours, (S, S, 3) uint8 (as DensePose's, Güler et al. 2018)."""
    share = ((place.astype(np.float32) - LOW) / (HIGH - LOW)).clip(0, 1)
    colour = FAINTEST + (1 - FAINTEST) * share
    colour[parts == 0] = 0
    return (255 * colour).round().astype(np.uint8)

# %%
CORNER = 18  # pixels a side of the corner where the mouth is drawn
LIPS, INSIDE = (255, 0, 90), (255, 255, 255)


def mouth_pictures(marks, size=4 * CORNER):
    """Landmarks (T, 68, 2) -> the lips, upright, pictures (T, size, size, 3) uint8."""
    out = np.zeros((len(marks), size, size, 3), np.uint8)
    for picture, points in zip(out, marks):
        across = points[45] - points[36]  # from one outer corner of the eyes to the other
        right = across / np.linalg.norm(across)
        upright = np.stack([right, right[::-1] * [-1, 1]])
        lips = (points[48:68] - points[33]) @ upright.T / np.linalg.norm(across)
        # lips are some .6 of that wide and lie .3 below the nose: they fill the picture
        at = 16 * size * (1.3 * lips + [0.5, -0.05])  # in sixteenths of a pixel, for OpenCV
        outer, inner = np.split(at.round().astype(np.int32), [12])
        cv2.fillPoly(picture, [outer], LIPS, cv2.LINE_AA, 4)
        cv2.fillPoly(picture, [inner], INSIDE, cv2.LINE_AA, 4)
    return out

# %%
SMALL = 64  # pixels a side of a figure
TREMBLE = 0.3  # pixels of a figure, standard deviation


def figures(clip, seed=0):
    """A clip with the layer "position" -> its figures (T, 64, 64, 3) uint8, mouth in the corner."""
    noise = np.random.default_rng(seed).standard_normal((len(clip.frames), 2))
    noise = gaussian_filter1d(noise, 2, axis=0)
    k = clip.frames.shape[1] // SMALL
    moves = k * TREMBLE * noise / noise.std()
    moved = []
    for place, parts, (x, y) in zip(clip.truth["position"], clip.truth["parts"], moves):
        picture = place_colour(place, parts)
        move = np.float32([[1, 0, x], [0, 1, y]])
        moved.append(cv2.warpAffine(picture, move, picture.shape[1::-1]))
    out = reduced(moved, SMALL)
    out[:, :CORNER, -CORNER:] = reduced(mouth_pictures(clip.truth["landmarks"]), CORNER)
    return out

# %%
PICTURES = 80
CORNER_COUNTS = 4.0  # times as much as the rest


def corner_weight():
    """How often each pixel of a figure counts: (1, 64, 64)."""
    weight = torch.ones(1, SMALL, SMALL)
    weight[:, :CORNER, -CORNER:] = CORNER_COUNTS
    return weight


class Pictures(nn.Module):
    """Pictures (B, 3, 64, 64) as mixtures of fixed ones, and back. `unit`: the first share's
    standard deviation, by which all are divided."""

    def __init__(self, n=PICTURES):
        super().__init__()
        self.register_buffer("mean", torch.zeros(3, SMALL, SMALL))
        self.register_buffer("basis", torch.zeros(n, 3 * SMALL * SMALL))
        self.register_buffer("unit", torch.ones(()))
        self.register_buffer("root", torch.ones(1, SMALL, SMALL))  # of each pixel's weight

    def shares(self, x):
        """(B, 3, 64, 64) -> (B, n)."""
        return ((x - self.mean) * self.root).flatten(1) @ self.basis.T / self.unit

    def forward(self, shares):
        """(B, n) -> (B, 3, 64, 64)."""
        mixed = (shares * self.unit @ self.basis).unflatten(1, self.mean.shape)
        return self.mean + mixed / self.root

# %%
def pictures_of(frames, weight=None):
    """Pictures (N, 64, 64, 3) uint8 -> their Pictures, by principal components."""
    out, x = Pictures(), as_tensor(frames)
    if weight is not None:
        out.root.copy_(weight.sqrt())
    out.mean.copy_(x.mean(0))
    rows = ((x - out.mean) * out.root).flatten(1).numpy()
    pca = PCA(PICTURES, svd_solver="randomized", random_state=0).fit(rows)
    out.basis.copy_(torch.from_numpy(pca.components_))
    out.unit.fill_(float(pca.explained_variance_[0] ** 0.5))
    return out

# %%
def reparametrised(mean, log_variance, noise):
    """Codes (B, K) around the means (B, K) with log variances (B, K), from noise (B, K) of the
    normal distribution (Kingma and Welling 2014, section 2.4)."""
    return mean + (log_variance / 2).exp() * noise

# %%
def kl(mean, log_variance):
    """Means and log variances (B, K) of codes -> how far each is from the prior N(0, 1), in nats,
    (B,) (Kingma and Welling 2014, appendix B)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1)

# %%
CODE = 32


class Residual(nn.Module):
    """x plus what two layers make of it, (B, n)."""

    def __init__(self, n):
        super().__init__()
        inner = [nn.Linear(n, 2 * n), nn.GELU(), nn.Linear(2 * n, n)]
        self.layers = nn.Sequential(nn.LayerNorm(n), *inner)

    def forward(self, x):
        return x + self.layers(x)


def network(a, b, width=160):
    """(B, a) -> (B, b)."""
    middle = [Residual(width), Residual(width)]
    return nn.Sequential(nn.Linear(a, width), *middle, nn.Linear(width, b))

# %%
class VAE(nn.Module):
    """Shares (B, 80), noise (B, 32) -> shares as drawn, mean and log variance of the code."""

    def __init__(self, n=PICTURES, code=CODE):
        super().__init__()
        self.encoder = network(n, 2 * code)
        self.decoder = network(code, n)

    def encode(self, shares):
        return self.encoder(shares).chunk(2, 1)

    def forward(self, shares, noise):
        mean, log_variance = self.encode(shares)
        codes = reparametrised(mean, log_variance, noise)
        return self.decoder(codes), mean, log_variance

# %%
BETA = 1e-3


def schedule_of(optimizer, rate, steps):
    return torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)


def fit_vae(net, shares, steps, batch=64, rate=2e-3, beta=BETA, seed=0):
    """Train a VAE on shares (N, 80) -> the network and the errors of its drawings."""
    optimizer = torch.optim.Adam(net.parameters(), rate)
    net, optimizer, run = train.setup(net, optimizer)
    schedule, generator, errors = schedule_of(optimizer, rate, steps), run.generator(seed), []
    shares = shares.to(run.device)
    for _ in train.steps(steps, "vae"):
        at = torch.randint(len(shares), (batch,), generator=generator, device=run.device)
        noise = torch.randn(batch, CODE, generator=generator, device=run.device)
        out, mean, log_variance = net(shares[at], noise)
        error = (out - shares[at]).square().sum(1).mean()
        optimizer.zero_grad()
        run.backward(error + beta * kl(mean, log_variance).mean())
        optimizer.step()
        schedule.step()
        errors.append(error.item())
    return net.eval(), errors
