# GENERATED from 13a_the_controls.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['STUDIO', 'ASIDE', 'LENGTH', 'LEARN', 'EYE', 'CORNERS', 'SHAKES', 'BLINKS', 'EYEBALL', 'IRIS', 'BACK', 'portrait_film',
           'followed', 'eye_matrix', 'eye_crops', 'as_eyes', 'EyeNet', 'eye_stills', 'with_openness', 'fit_eyes',
           'tinted', 'see_eyes', 'shipped_eyes', 'Controls', 'controls_of', 'correspondence', 'PortraitModel', 'only',
           'look_direction', 'rays_of', 'eye_image', 'mean_light', 'colour_image', 'conditioning', 'relative_pose',
           're_aimed', 'lid_range', 'relative_lids', 'reference', 'transferred']

# %%
from typing import NamedTuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from kornia.geometry.conversions import rotation_matrix_to_axis_angle
from torch import nn

from course_lib import media, studio, train, weights
from course_lib.taught.foundations.faces_in_3d import axis_angle_to_matrix, vertex_normals
from course_lib.taught.foundations.rasteriser import face_buffer, fragments, interpolate
from course_lib.taught.video.face_tracker import Camera, FaceSpace, Tracker
from course_lib.taught.video.reenactment import Layers, Transfer, lit, rims, scatter

# %%
STUDIO = studio.Camera(focal=8.4, look_at=(0.0, 0.035, 0.0))
ASIDE = studio.Camera(focal=8.4, distance=1.15, look_at=(0.03, 0.03, 0.0))
LENGTH = 1700  # frames of a whole performance, at 25 a second
LEARN = slice(740, 1040)  # of his: what 13b's minute learns from, too


def portrait_film(number, part, length=LENGTH, size=256, camera=STUDIO):
    """Those frames of an actor's performance that lie in the slice `part` -> a Clip with its
    truth. A frame is the same, whatever else is filmed."""
    actor = studio.cast(number)
    performance = studio.talk(actor, length, number)[part]
    return studio.film(actor, performance, size, camera, "soft", "office")

# %%
def followed(frames, meeting=slice(0, 300), focal=STUDIO.focal):
    """Lesson 11's tracker on frames (T, S, S, 3) of the studio's portrait camera, or of any other
    (focal None), introduced to those in the slice `meeting` -> the Tracker and its Track."""
    tracker = Tracker(FaceSpace(), media.faces.own_finder(), focal)
    tracker.meet(frames[meeting])
    return tracker, tracker.follow(frames)

# %%
EYE = (28, 48)  # pixels: height and width of an eye's crop


def eye_matrix(outer, inner, size=EYE):
    """Corners of an eye (2,) in pixels x, y of a frame -> (2, 3), from (x, y, 1) to pixels of a
    crop of size (height, width): outer corner on the left, 1.6 times as wide as the eye."""
    height, width = size
    length = np.linalg.norm(inner - outer)
    right = (inner - outer) / length
    down = np.array([-right[1], right[0]])
    if down[1] < 0:
        down = -down
    turn = width / (1.6 * length) * np.stack([right, down])
    shift = np.array([width / 2, height / 2]) - turn @ ((outer + inner) / 2)
    return np.concatenate([turn, shift[:, None]], 1)

# %%
CORNERS = ((36, 39), (45, 42))  # landmarks: outer, inner corner; his right eye comes first


def eye_crops(frames, marks):
    """Frames (T, H, W, 3) uint8 and landmarks (T, 68, 2) -> (T, 2, 28, 48, 3) uint8: both eyes,
    the left one mirrored. Beyond the frame its edge is repeated."""
    out = np.zeros((len(frames), 2, *EYE, 3), np.uint8)
    for crops, frame, points in zip(out, frames, marks):
        for k, (outer, inner) in enumerate(CORNERS):
            M = eye_matrix(points[outer].astype(float), points[inner].astype(float))
            crops[k] = cv2.warpAffine(frame, M, EYE[::-1], borderMode=cv2.BORDER_REPLICATE)
    return out

# %%
def as_eyes(crops, device="cpu"):
    """Crops (B, 28, 48, 3) uint8 -> (B, 3, 28, 48), each of mean 0 and about unit contrast."""
    x = torch.from_numpy(np.ascontiguousarray(crops)).to(device).movedim(-1, 1).float() / 255
    contrast = x.std((1, 2, 3), keepdim=True) + 0.05
    return (x - x.mean((1, 2, 3), keepdim=True)) / contrast


class EyeNet(nn.Module):
    """An eye (B, 3, 28, 48) and the head's rotation vector (B, 3) -> (B, 3): yaw and pitch of the
    gaze, radians from the head's own axis, and openness, about 0 to 1."""

    def __init__(self, c=24):
        super().__init__()
        layers = []
        for a, b, stride in ((3, c, 1), (c, c, 2), (c, 2 * c, 2), (2 * c, 2 * c, 2)):
            layers += [nn.Conv2d(a, b, 3, stride, 1), nn.BatchNorm2d(b), nn.ReLU()]
        self.look = nn.Sequential(*layers)  # (B, 2c, 4, 6)
        dense = nn.Linear(2 * c * 4 * 6 + 3, 96)
        self.tell = nn.Sequential(dense, nn.ReLU(), nn.Dropout(0.2), nn.Linear(96, 3))

    def forward(self, eyes, turn):
        return self.tell(torch.cat([self.look(eyes).flatten(1), turn], 1))

# %%
SHAKES = (0.0, 0.008, 0.015)  # of the face's width


def eye_stills(people, shots, seed=13):
    """Stills of actors (numbers for studio.cast) who look about at random -> crops of right eyes
    and mirrored left ones (N, 28, 48, 3), rotation vectors (N, 3), and gaze and openness (N, 3);
    N = 6 * people * shots. Seen in a mirror, yaw and roll change their sign, so they do here."""
    eyes, turns, answers = [], [], []
    for number in train.steps(len(people), "filming eyes"):
        clip, gaze, lids = studio.glances(people[number], shots, seed)
        answer = np.concatenate([gaze, lids[:, None]], 1)
        rng = np.random.default_rng([seed, people[number], 1])
        turn = clip.truth["pose"][:, :3]
        for shake in SHAKES:
            marks = clip.truth["landmarks"]
            width = np.ptp(marks[..., 0], axis=1)[:, None, None]
            both = eye_crops(clip.frames, marks + rng.normal(0, shake, marks.shape) * width)
            for k, mirror in enumerate((1, -1)):
                eyes.append(both[:, k])
                turns.append(turn * (1, mirror, mirror))
                answers.append(answer * (mirror, 1, 1))
    return np.concatenate(eyes), np.concatenate(turns), np.concatenate(answers)


BLINKS = [studio.EXPRESSIONS.index(f"eyeBlink{side}") for side in ("Left", "Right")]


def with_openness(delta, lids):
    """Expressions (T, 52) with their lids set to an openness (T,), 1 open and 0 closed -> new."""
    out = delta.clone()
    out[:, BLINKS] = (1 - lids)[:, None].clamp(0, 1).to(out)
    return out

# %%
def fit_eyes(net, data, steps, batch=64, seed=0):
    """Train an EyeNet on what `eye_stills` returns -> the network. Brightness, tint, noise and the
    rotation are shaken at each step."""
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=0.02)
    net, optimizer, run = train.setup(net, optimizer)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps)
    rng = np.random.default_rng(seed)
    for _ in train.steps(steps, "eyes"):
        at = rng.choice(len(data[0]), batch)
        x = as_eyes(data[0][at], run.device)
        turn, goal = (torch.from_numpy(part[at]).float().to(run.device) for part in data[1:])
        turn = turn + 0.05 * torch.randn_like(turn)
        error = (net(tinted(x), turn) - goal).abs()
        seen = 0.1 + (goal[:, 2:] > 0.5).float()
        loss = (error[:, :2] * seen).mean() + 0.3 * error[:, 2].mean()
        optimizer.zero_grad()
        run.backward(loss)
        optimizer.step()
        schedule.step()
    return net.eval()


def tinted(x):
    """Eyes (B, 3, h, w) with another contrast, another tint and some noise."""
    one = x.new_ones(len(x), 1, 1, 1)
    tint = 0.3 * torch.randn_like(x[:, :, :1, :1]) * torch.rand_like(one)
    return x * (1 + 0.2 * torch.randn_like(one)) + tint + 0.05 * torch.randn_like(x)

# %%
@torch.inference_mode()
def see_eyes(net, frames, marks, R):
    """Gaze (T, 2) in radians and openness (T,) of the lids, the mean of both eyes; frames
    (T, H, W, 3), landmarks (T, 68, 2), rotations R (T, 3, 3). Lost frames (NaN) take the next
    landmarks before them."""
    device = next(net.parameters()).device
    seen = np.isfinite(marks).all((1, 2))
    last = np.maximum.accumulate(np.where(seen, np.arange(len(marks)), seen.argmax()))
    crops = eye_crops(frames, marks[last])
    turn = rotation_matrix_to_axis_angle(R).to(device)
    mirror = turn.new_tensor([1.0, -1.0, -1.0])
    right = net(as_eyes(crops[:, 0], device), turn)
    left = net(as_eyes(crops[:, 1], device), turn * mirror)
    both = (right + left * turn.new_tensor([-1.0, 1.0, 1.0])) / 2
    return both[:, :2].cpu(), both[:, 2].clamp(0, 1).cpu()


def shipped_eyes(device="cpu"):
    """The EyeNet that ships with the course: a hundred actors, 2 500 steps."""
    net = EyeNet()
    net.load_state_dict(weights.read("eyes"))
    return net.to(device).eval()

# %%
class Controls(NamedTuple):
    """What happens in a film of T frames: expression delta (T, 52), head rotation R (T, 3, 3) and
    place t (T, 3) in view space, gaze (T, 2) in radians, openness of the lids (T,)."""

    delta: torch.Tensor
    R: torch.Tensor
    t: torch.Tensor
    gaze: torch.Tensor
    lids: torch.Tensor

    def part(self, at):
        """Some frames: a slice, or a list of numbers."""
        return Controls(*(value[at] for value in self))


def controls_of(frames, tracker, track, eyes):
    """The Controls of tracked frames (T, H, W, 3): pose and expression from lesson 11's Track,
    gaze and lids from an EyeNet."""
    states = track.filled()
    R = torch.stack([state.R for state in states]).cpu()
    delta = tracker.space.delta(torch.stack([state.c for state in states])).cpu()
    gaze, lids = see_eyes(eyes, frames, track.marks, R)
    return Controls(
        with_openness(delta, lids), R, torch.stack([state.t for state in states]).cpu(), gaze, lids
    )

# %%
def correspondence(mean, faces, seen, size):
    """Which point of the face each pixel shows (paper, section 5) -> (size, size, 3) in 0..1.

    mean (V, 3): vertices of the mean face, each axis becomes a colour; faces (F, 3); seen:
    Fragments of the posed face, which may be anybody's.
    """
    low = mean.amin(0)
    colours = (mean - low) / (mean.amax(0) - low)
    return scatter(interpolate(colours[None], faces, seen), seen.pixel, size, 0.0)

# %%
EYEBALL, IRIS = 0.0125, 0.0062  # metres: radius of an eyeball, and of an iris in this studio
BACK = 0.0105  # metres from the rim of the lids to the middle of the eyeball


class PortraitModel:
    """A tracked Person who can be drawn at `size` pixels: the closed mesh, what each of its faces
    is (0 skin, 1 and 2 eyes, 3 mouth), the middles of the eyeballs (2, 3), the camera."""

    def __init__(self, person, size):
        self.person = person
        self.size = size
        layers = Layers(person.space)
        self.faces = layers.faces
        rings = rims(person.space.faces)[:2]
        owner = torch.zeros(len(person.neutral), dtype=torch.long)
        for k, ring in enumerate(rings):
            owner[ring] = k + 1
        kinds = owner[layers.faces[:, 0].cpu()]
        kinds[kinds == 0] = 3
        kinds[: layers.skin] = 0
        self.kinds = kinds.to(self.faces.device)
        middles = [person.neutral[ring].mean(0) for ring in rings]
        self.eyeballs = torch.stack(middles) - person.neutral.new_tensor([0.0, 0.0, BACK])
        middle = (size - 1) / 2
        self.camera = Camera(person.focal * size / 2, middle, middle, size)

    def see(self, delta, R, t):
        """Expression (52,), rotation (3, 3), place (3,) -> vertices (V, 3) in view space and the
        Fragments of what is seen."""
        x = self.person.shape_of(delta) @ R.T + t
        clip = self.camera.clip(x)[None]
        ids, _ = face_buffer(clip, self.faces, self.size)
        return x, fragments(clip, self.faces, ids)


def only(seen, keep):
    """Those of the Fragments for which keep (P,) is True."""
    return type(seen)(*(part[keep] for part in seen))

# %%
def look_direction(gaze):
    """Gaze (..., 2), yaw and pitch in radians -> unit vectors (..., 3) from the head's axes: x to
    the actor's left, y up, z forwards."""
    yaw, pitch = gaze.unbind(-1)
    flat = pitch.cos()
    return torch.stack([yaw.sin() * flat, pitch.sin(), yaw.cos() * flat], -1)


def rays_of(R, gaze):
    """Gaze (T, 2) seen from heads turned by R (T, 3, 3) -> its directions in the room (T, 3)."""
    return (R @ look_direction(gaze)[..., None])[..., 0]


def eye_image(model, x, seen, gaze, R, t):
    """White eyes with blue irises on black -> (S, S, 3). x, seen: from PortraitModel.see; gaze
    (2,); the head's rotation R (3, 3) and place t (3,)."""
    kinds = model.kinds[seen.face]
    out = torch.zeros(model.size, model.size, 3, device=x.device)
    for k, middle in enumerate(model.eyeballs):
        iris = (middle + EYEBALL * look_direction(gaze)) @ R.T + t
        eye = only(seen, kinds == k + 1)
        here = model.camera.pixels(interpolate(x[None], model.faces, eye))
        away = (here - model.camera.pixels(iris)).norm(dim=1)
        radius = IRIS * model.camera.focal / -iris[2]  # pixels
        inside = (radius - away + 0.5).clamp(0, 1)[:, None]
        colour = 1 - inside * torch.tensor([1.0, 1.0, 0.0], device=x.device)
        out = out + scatter(colour, eye.pixel, model.size, 0.0)
    return out

# %%
def mean_light(track):
    """The mean of a Track's light coefficients, (9, 3)."""
    return torch.stack([state.gamma for state in track.filled()]).mean(0)


def colour_image(model, x, seen, light, R):
    """The face in its own colours under light (9, 3), without eyes and mouth -> (S, S, 3)."""
    normals = vertex_normals(x[None], model.person.space.faces)[0]
    values = torch.cat([normals, model.person.albedo], 1)
    values = interpolate(values[None], model.faces, seen)
    linear = values[:, 3:] * lit(values[:, :3], light)
    return scatter(linear.clamp(0, 1) ** (1 / 2.2), seen.pixel, model.size, 0.0)


@torch.inference_mode()
def conditioning(model, controls, light):
    """Controls of T frames -> (T, S, S, 9) uint8: colour, correspondence and eyes (paper,
    section 5), all of the model's person under one light (9, 3)."""
    out = []
    for delta, R, t, gaze, _ in zip(*(value.to(model.faces.device) for value in controls)):
        x, seen = model.see(delta, R, t)
        skin = only(seen, model.kinds[seen.face] == 0)
        colour = colour_image(model, x, skin, light, R)
        place = correspondence(model.person.space.mean, model.faces, skin, model.size)
        eyes = eye_image(model, x, seen, gaze, R, t)
        out.append((255 * torch.cat([colour, place, eyes], 2)).round().byte().cpu().numpy())
    return np.stack(out)

# %%
def relative_pose(R, t, R0, t0, own_R0, own_t0):
    """The source's rotations R (T, 3, 3) and places t (T, 3), relative to her reference R0, t0,
    made from the target's own reference own_R0, own_t0 -> his R (T, 3, 3) and t (T, 3)."""
    return R @ R0.T @ own_R0, t - t0 + own_t0

# %%
def re_aimed(gaze, R, own_R):
    """Gaze (T, 2) seen from heads turned by R (T, 3, 3) -> the gaze (T, 2), seen from heads turned
    by own_R (T, 3, 3), along the same ray in the room; yaw and pitch in radians."""
    ray = own_R.mT @ R @ look_direction(gaze)[..., None]
    x, y, z = ray[..., 0].unbind(-1)
    return torch.stack([torch.atan2(x, z), y.clamp(-1, 1).asin()], -1)

# %%
def lid_range(lids):
    """Openness of closed and of open eyes: the 2nd and 98th percentile of lids (T,), and for
    closed eyes at most 0.2, should nobody blink in the film."""
    low, high = torch.quantile(lids, torch.tensor([0.02, 0.98])).tolist()
    return min(low, 0.2), high


def relative_lids(lids, theirs, own):
    """Openness (T,), as a share of the range `theirs` (low, high) -> as far in the range `own`."""
    share = (lids - theirs[0]) / max(theirs[1] - theirs[0], 1e-3)
    return (own[0] + share * (own[1] - own[0])).clamp(0, 1)


def reference(R):
    """The number of the frame whose head is nearest to the mean rotation of R (T, 3, 3)."""
    return int((R - R.mean(0)).square().sum((1, 2)).argmin())


def transferred(source, target, people, aim=True):
    """The source's Controls, given by the target: relative pose, lesson 11's expression transfer,
    lids as a share of his own range; gaze along the same ray, or as the head sees it (aim=False).

    target: the Controls of his own film; people: source's and target's Person.
    """
    k, own = reference(source.R), reference(target.R)
    R, t = relative_pose(source.R, source.t, source.R[k], source.t[k], target.R[own], target.t[own])
    lids = relative_lids(source.lids, lid_range(source.lids), lid_range(target.lids))
    transfer = Transfer(*people)
    delta = torch.stack([transfer(row).clamp(0, 1) for row in source.delta])
    gaze = re_aimed(source.gaze, source.R, R) if aim else source.gaze
    return Controls(with_openness(delta, lids), R, t, gaze, lids)
