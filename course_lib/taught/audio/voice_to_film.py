# GENERATED from 22b_into_the_film.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['HER', 'CAMERA', 'SIDE', 'ABOVE', 'LOWER', 'GROWTH', 'FEATURES', 'HOUR', 'DUBS', 'WIDE', 'her_film', 'corners_of',
           'cut', 'put_back', 'at_rest', 'opened', 'holes', 'emptied', 'square_uv', 'started', 'look_up', 'complete',
           'laid_back', 'Dubber', 'dub_loss', 'lip_weights', 'fit_dubber', 'redrawn', 'matrix_of', 'mouths_said',
           'there_and_back', 'Target', 'hour_dubber', 'target_of']

# %%
import copy

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from scipy.ndimage import distance_transform_edt
from torch import nn

from course_lib import judge, studio, train, weights
from course_lib.taught.audio.neural_voice_puppetry import (
    MOUTH,
    codes_of,
    frames_of,
    listened,
    mouths_of,
    person_map,
    shipped_ear,
    shipped_voices,
)
from course_lib.taught.video.deep_video_portraits import as_tensor, weighted_error
from course_lib.taught.video.face_tracker import Camera
from course_lib.taught.video.neural_textures import NeuralTexture, unet, whole_texture
from course_lib.taught.video.portrait_controls import controls_of, followed, shipped_eyes
from course_lib.taught.video.unrolled_heads import TEXELS, Bust, as_uv, collected, uv_image

# %%
HER = 65
CAMERA = studio.Camera(focal=9.5, look_at=(0.0, 0.015, 0.0))


def her_film(part, number=HER):
    """Those frames of what she says that lie in the slice `part` -> a Clip with its truth, and the
    Performance."""
    actor = studio.cast(number)
    words = " ".join(studio.script(18, number))
    acted = studio.mannered(studio.perform(words, seed=number, voice_of=actor)[part], number)
    return studio.film(actor, acted, 256, CAMERA, "soft", "office", batch=8), acted

# %%
SIDE = 112  # pixels of the square, in frames of 256
ABOVE = 50  # from its upper edge to the middle of the lips at rest


def corners_of(bust, known, size=256):
    """Where the square lies in frames `size` wide: its upper left corners (T, 2), whole pixels.
    bust: the tracked Bust, seen at 2 * size; known: Controls of T frames."""
    middle = (known.R @ bust.mouth) + known.t
    at = bust.camera.pixels(middle) * size / bust.size
    corners = at - at.new_tensor([SIDE / 2, ABOVE])
    return corners.round().int().clamp(0, size - SIDE).numpy()


def cut(frames, corners):
    """Frames (T, size, size, 3) and corners (T, 2) -> their squares (T, SIDE, SIDE, 3)."""
    both = zip(frames, corners)
    return np.stack([frame[y : y + SIDE, x : x + SIDE] for frame, (x, y) in both])


def put_back(frames, squares, corners):
    """Frames (T, size, size, 3) with squares (T, SIDE, SIDE, 3) at the corners (T, 2) -> new."""
    out = frames.copy()
    for frame, square, (x, y) in zip(out, squares, corners):
        frame[y : y + SIDE, x : x + SIDE] = square
    return out

# %%
LOWER = [*range(4, 13), 31, 33, 35]  # landmarks: the jaw, and the base of the nose


def at_rest(person, bust, known, corners, jaw=0.0):
    """The hull of her lower face at rest, in the square -> masks (T, 1, SIDE, SIDE), 0 or 1.
    jaw: how far it is opened, of 1; the hull then holds the jaw in both places."""
    opening = jaw * person.space.units[studio.EXPRESSIONS.index("jawOpen")]
    face = torch.stack([person.rest, person.rest + opening])
    marks = face[:, person.space.landmarks[LOWER]].flatten(0, 1)
    out = np.zeros((len(corners), 1, SIDE, SIDE), np.uint8)
    for mask, R, t, corner in zip(out, known.R, known.t, corners):
        at = bust.camera.pixels((marks @ R.T + t).cpu()).numpy() / 2 - corner
        hull = cv2.convexHull(at.astype(np.float32)).round().astype(np.int32)
        cv2.fillConvexPoly(mask[0], hull, 1)
    return torch.from_numpy(out).float()

# %%
def opened(mask, down, up, side):
    """Masks (B, 1, h, w), 0 or 1, grown by so many pixels down, up and to both sides -> the same
    shape (paper, section 4.3: the eroded background)."""
    padded = F.pad(mask, (side, side, down, up))
    return F.max_pool2d(padded, (down + 1 + up, side + 1 + side), 1)

# %%
GROWTH = (16, 2, 6)  # pixels down, up, to the sides


def holes(person, bust, known, corners, growth=GROWTH, jaw=0.0):
    """The holes of T frames, with a soft rim -> masks (T, 1, SIDE, SIDE) in 0..1."""
    grown = opened(at_rest(person, bust, known, corners, jaw), *growth)
    return F.avg_pool2d(grown, 5, 1, 2, count_include_pad=False)


def emptied(squares, masks):
    """Squares (T, SIDE, SIDE, 3) uint8, the holes of masks filled from their edges -> new."""
    out = []
    for square, mask in zip(squares, masks):
        hole = (mask[0] > 0).byte().numpy()
        out.append(cv2.inpaint(np.ascontiguousarray(square), hole, 3, cv2.INPAINT_TELEA))
    return np.stack(out)

# %%
def square_uv(bust, controls, corners):
    """Controls of T frames -> which texel each pixel of their squares shows, stored as in uv_film,
    (T, 2 SIDE, 2 SIDE, 2) int16. bust: seen at twice the size of the frames."""
    near = copy.copy(bust)
    near.size = 2 * SIDE
    told = zip(*(value.to(bust.faces.device) for value in controls[:4]), 2.0 * corners)
    out = []
    for *row, (x, y) in told:
        focal, cx, cy, _ = bust.camera
        near.camera = Camera(focal, cx - x, cy - y, near.size)
        out.append((32767 * uv_image(near, *row)).round().short().cpu().numpy())
    return np.stack(out)

# %%
FEATURES = 8


def started(colours):
    """A NeuralTexture that begins with colours (n, n, 3) in 0..1, 0 where nothing was seen."""
    texture = NeuralTexture(c=FEATURES)
    seen = colours.any(-1, keepdim=True)
    texture.levels[0].data[0, :3] = ((colours - 0.5) * seen).movedim(-1, 0)
    return texture


def look_up(texture, uv, empty):
    """Texels in the places uv (B, 2 SIDE, 2 SIDE, 2), -1 for none, of squares without their lower
    faces (B, 3, SIDE, SIDE) -> features (B, c, SIDE, SIDE), the share of each pixel that shows her
    (B, 1, ...), and the texture's colours there, in front of the empty square (B, 3, ...)."""
    shown = F.avg_pool2d((uv[..., 0] >= 0).float()[:, None], 2)
    features = F.avg_pool2d(texture(uv), 2)
    first = features[:, :3] + 0.5 * shown + (1 - shown) * empty
    return features, shown, first


@torch.no_grad()
def complete(texture, uv, least=300):
    """Give texels of a NeuralTexture that stored places (T, h, w, 2) show fewer than `least` times
    what the nearest have that they show more often."""
    n = texture.levels[0].shape[-1]
    count = np.zeros(n * n, int)
    for at in uv:
        column, row = (at[at[..., 0] >= 0] / 32767 * (n - 1)).round().astype(int).T
        count += np.bincount(row * n + column, minlength=n * n)
    rare = count.reshape(n, n) < least
    _, (rows, columns) = distance_transform_edt(rare, return_indices=True)
    whole = whole_texture(list(texture.levels))
    texture.levels[0] += whole[..., rows, columns] - whole

# %%
def laid_back(drawn, y, mask):
    """Drawn and filmed squares (B, 3, h, w) and masks (B, 1, h, w) -> the film with what was drawn
    in its hole, in 0..1 (paper, section 4.3)."""
    return mask * drawn.clamp(0, 1) + (1 - mask) * y

# %%
class Dubber(nn.Module):
    """Draws a lower face into a hole. uv (B, 2 SIDE, 2 SIDE, 2), empty squares (B, 3, SIDE, SIDE)
    and masks (B, 1, SIDE, SIDE) -> what the second network draws, what the first does, the
    texture's colours, all (B, 3, SIDE, SIDE), and where she is seen (B, 1, SIDE, SIDE).
    widths: of the two networks; an empty tuple for no second one."""

    def __init__(self, texture, widths=((16, 24, 32, 48), (8, 12, 16, 24))):
        super().__init__()
        self.texture = texture
        features = texture.levels[0].shape[1]
        self.inside = unet(SIDE, None, features + 3, widths[0])
        self.composite = unet(SIDE, None, 6, widths[1]) if widths[1] else None

    def forward(self, uv, empty, mask):
        features, shown, first = look_up(self.texture, uv, empty)
        told = torch.cat([features, empty, shown], 1)
        inside = first + 2 * self.inside(told) - 1  # a correction between -1 and 1
        colour = features[:, :3] / shown.clamp(min=0.25) + 0.5
        if self.composite is None:
            return inside, inside, colour, shown
        placed = mask * inside + (1 - mask) * empty
        told = torch.cat([placed, empty, mask], 1)
        return placed + 2 * self.composite(told) - 1, inside, colour, shown

# %%
def dub_loss(drawn, inside, colour, shown, y, mask, weight):
    """The error of the composite, the inside and the texture's colours, all (B, 3, h, w) against
    the film y, in the hole: one number (paper, section 4.3). shown, mask, weight: (B, 1, h, w)."""
    here = weight * mask
    texture = weighted_error(colour, y, shown * mask)
    return texture + 5 * weighted_error(inside, y, here) + 10 * weighted_error(drawn, y, here)

# %%
def lip_weights(marks, corners, often=6.0):
    """Landmarks (T, 68, 2) in frames -> how much each pixel of the squares counts (T, 1, SIDE,
    SIDE): `often` in a box round the lips, 1 elsewhere."""
    out = torch.ones(len(marks), 1, SIDE, SIDE)
    for weight, box in zip(out, judge.lip_boxes(marks - corners[:, None])):
        weight[0][box] = often
    return out

# %%
def fit_dubber(model, data, at, steps, batch=2, rates=(3e-2, 2e-3), seed=0, price=1e-3, held=()):
    """Train a Dubber on the squares numbered `at` -> the model, its losses, and those of the
    squares `held`, one at every 25th step. data: stored uv, squares, empty squares, masks and
    weights of T frames. rates: of texture and networks; price: on the texels' squares."""
    texels = list(model.texture.parameters())
    networks = [p for name, p in model.named_parameters() if not name.startswith("texture")]
    groups = [dict(params=part, lr=rate) for part, rate in zip((texels, networks), rates)]
    optimizer = torch.optim.Adam(groups, betas=(0.9, 0.99))
    model, optimizer, run = train.setup(model, optimizer)
    model.to(memory_format=torch.channels_last)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, steps, pct_start=0.05)

    def loss_of(some):
        uv, squares, empty, masks, weight = (part[some] for part in data)
        mask = masks.to(run.device)
        pictures = as_tensor(empty, run.device), as_tensor(squares, run.device)
        told = model(as_uv(uv, run.device), pictures[0], mask)
        return dub_loss(*told, pictures[1], mask, weight.to(run.device))

    rng = np.random.default_rng(seed)
    losses, watched = [], []
    for step in train.steps(steps, "dubber"):
        loss = loss_of(rng.choice(at, batch))
        priced = loss + price * model.texture.cost()
        optimizer.zero_grad()
        run.backward(priced)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if len(held) and step % 25 == 24:
            with torch.no_grad():
                watched.append(loss_of(rng.choice(held, 8)).item())
    complete(model.texture, data[0][at])
    return model.eval(), losses, watched

# %%
@torch.inference_mode()
def redrawn(model, uv, squares, empty, masks):
    """Squares (T, SIDE, SIDE, 3) uint8 with what a Dubber draws into their holes -> new. uv: stored
    places; empty: the squares without their lower faces; masks (T, 1, SIDE, SIDE)."""
    device = next(model.parameters()).device
    out = []
    for k in range(len(uv)):
        mask = masks[k : k + 1].to(device)
        around, y = (as_tensor(x[k : k + 1], device) for x in (empty, squares))
        drawn, *_ = model(as_uv(uv[k : k + 1], device), around, mask)
        out.append((255 * laid_back(drawn, y, mask)[0]).round().byte().movedim(0, -1).cpu().numpy())
    return np.stack(out)

# %%
def matrix_of(sound, known, ear, net):
    """A person's own voice (N,) at 16 kHz and the Controls of the film -> their matrix (33, 28)."""
    heard = listened(ear, sound, len(known.delta))
    return person_map(codes_of(net, heard), known.delta[:, MOUTH])


def mouths_said(sound, matrix, ear, net):
    """What a sound (N,) does to the mouth of a person with that matrix -> (T, 28)."""
    heard = listened(ear, sound, frames_of(sound))
    return mouths_of(codes_of(net, heard), matrix)

# %%
def there_and_back(count, wanted):
    """Numbers of frames, forwards and backwards through a film of `count` frames, without a frame
    twice in a row -> a list of `wanted` numbers."""
    circle = max(2 * (count - 1), 1)
    return [min(k % circle, circle - k % circle) if count > 1 else 0 for k in range(wanted)]

# %%
class Target:
    """A person whose film can be dubbed. frames (T, 256, 256, 3); person, known: as tracked;
    matrix (33, 28); hole: growth and jaw, as `holes` takes them."""

    def __init__(self, frames, person, known, matrix, hole=(GROWTH, 0.0)):
        self.frames = frames
        self.known = known
        self.matrix = matrix
        self.bust = Bust(person, 512)
        self.corners = corners_of(self.bust, known)
        self.squares = cut(frames, self.corners)
        self.masks = holes(person, self.bust, known, self.corners, *hole)
        self.empty = emptied(self.squares, self.masks)

    def given(self, mouths, at):
        """What a Dubber is given for mouths (T, 28) in the frames numbered `at`: stored uv,
        squares, empty squares, masks."""
        told = self.known.part(at)
        delta = told.delta.clone()
        delta[:, MOUTH] = mouths.to(delta)
        uv = square_uv(self.bust, told._replace(delta=delta), self.corners[at])
        return uv, self.squares[at], self.empty[at], self.masks[at]

    def dubbed(self, model, mouths, at):
        """The frames numbered `at` (T,), in which the person's mouth is as given (T, 28)."""
        drawn = redrawn(model, *self.given(mouths, at))
        return put_back(self.frames[at], drawn, self.corners[at])

# %%
HOUR = ((24, 48, 64, 96), (16, 24, 32, 48))  # widths of the hour's networks


def hour_dubber(device="cpu"):
    """The Dubber of person 65 that ships with the course."""
    model = Dubber(NeuralTexture(c=FEATURES), HOUR)
    model.load_state_dict(weights.read("dubber"))
    return model.to(device).eval()

# %%
DUBS = {
    "en-us": "My mother bought five books.",
    "de": "Meine Mutter kaufte fünf Bücher.",
    "fr": "Ma mère a acheté cinq livres.",
    "it": "Mia madre ha comprato cinque libri.",
    "es": "Mi madre compró cinco libros.",
    "pl": "Moja matka kupiła pięć książek.",
}

# %%
WIDE = (3, 2, 3), 0.6  # growth, and the jaw wider open than anybody speaks


def target_of(frames, sound, steps):
    """Learn to dub a film: square frames (T, 256, 256, 3), 25 a second, and its own sound (N,) at
    16 kHz -> the Target and a Dubber, after some minutes."""
    tracker, track = followed(frames, slice(None), None)
    print(track.report())
    known = controls_of(frames, tracker, track, shipped_eyes())
    ear, net = shipped_ear(name="polyglot"), shipped_voices()
    codes = codes_of(net, listened(ear, sound, len(known.delta)))
    late = judge.frames_late(codes, known.delta[:, MOUTH])
    print(f"The sound is late by {late} frames.")
    matrix = matrix_of(np.roll(sound, -640 * late), known, ear, net)
    target = Target(frames, tracker.person, known, matrix, WIDE)
    uv = square_uv(target.bust, known, target.corners)
    wide = np.repeat(np.repeat(target.squares, 2, 1), 2, 2)
    model = Dubber(started(collected(uv, wide, TEXELS)))
    data = uv, target.squares, target.empty, target.masks, lip_weights(track.marks, target.corners)
    model, *_ = fit_dubber(model, data, np.arange(len(uv)), steps)
    return target, model
