# GENERATED from 11_face2face.ipynb by `make sync`. Edit the lesson, not this file.
__all__ = ['EYES', 'LOW', 'triangles', 'Transfer', 'rims', 'plate', 'Layers', 'lit', 'look_up', 'scatter', 'composite', 'mouth_shape', 'mouth_crop', 'patterns', 'chi2', 'unlike', 'k_medoids', 'Mouths', 'Reenactor', 'mouth_texture', 'reenact']

# %%
import cv2
import numpy as np
import torch
import torch.nn.functional as F
from kornia.filters import gaussian_blur2d
from skimage.feature import local_binary_pattern

from course_lib import studio
from course_lib.taught.video.face_tracker import Tracker, Window, pose, pyramid
from course_lib.taught.foundations.faces_in_3d import sh_basis
from course_lib.taught.foundations.rasteriser import (
    edge_table,
    face_buffer,
    fragments,
    interpolate,
)

# %%
def triangles(v, faces):
    """Vertices (V, 3) -> per face the matrix [e1, e2, n] (F, 3, 3); n is the normal, as long as the edges are (Sumner and Popovic 2004)."""
    a, b, c = (v[faces[:, k]] for k in range(3))
    n = torch.linalg.cross(b - a, c - a)
    return torch.stack([b - a, c - a, n / n.norm(dim=1, keepdim=True).clamp(min=1e-12).sqrt()], 2)


class Transfer:
    """Sub-space deformation transfer from one Person to another; call it with the source's delta (52,) -> the target's (52,)."""

    def __init__(self, source, target):
        self.faces = source.space.faces
        device = self.faces.device
        precise = torch.float32 if device.type == "mps" else torch.float64                          # MPS has no doubles
        self.neutral, self.units = source.neutral.to(precise), source.space.units.to(precise)
        self.inverse = torch.linalg.inv(triangles(self.neutral, self.faces))
        self.edges = triangles(target.neutral.to(precise), self.faces)[:, :, :2]
        a, b, c = (self.units[:, self.faces[:, k]] for k in range(3))
        self.A = torch.stack([b - a, c - a], 3).flatten(1).T                                        # (6 F, 52)
        self.pseudo_inverse = torch.linalg.pinv(self.A.cpu().double()).to(device, precise)

    def __call__(self, delta):
        delta = delta.to(self.A.dtype)
        now = self.neutral + torch.einsum("k,kvc->vc", delta, self.units)
        deformed = triangles(now, self.faces) @ self.inverse
        b = (deformed @ self.edges - self.edges).flatten()
        # units that move nothing here keep the source's weight
        return (delta + self.pseudo_inverse @ (b - self.A @ delta)).float()

# %%
def rims(faces):
    """The open borders of a mesh as closed rings of vertices, the shortest first."""
    after = {}
    for u, v, f, other in edge_table(faces).tolist():
        if other < 0:
            corner = faces[f].tolist()
            a, b = (u, v) if corner[(corner.index(u) + 1) % 3] == v else (v, u)
            after[a] = b
    rings = []
    while after:
        ring = [next(iter(after))]
        while (then := after.pop(ring[-1], ring[0])) != ring[0]:
            ring.append(then)
        rings.append(ring)
    return sorted(rings, key=len)


def plate(ring, v):
    """Close a ring of vertices by a strip of triangles from its left end to its right end, facing the viewer. v (V, 3) -> (n, 3)."""
    x = v[:, 0]
    start = int(x[ring].argmin())
    ring = ring[start:] + ring[:start]
    end = int(x[ring].argmax())
    up, down, made = ring[: end + 1], [ring[0], *ring[:end - 1 : -1]], []
    i = j = 0
    while i < len(up) - 1 or j < len(down) - 1:
        if j == len(down) - 1 or (i < len(up) - 1 and x[up[i + 1]] <= x[down[j + 1]]):
            made.append((up[i], up[i + 1], down[j]))
            i += 1
        else:
            made.append((up[i], down[j + 1], down[j]))
            j += 1
    made = torch.tensor([t for t in made if len(set(t)) == 3], device=v.device)
    a, b, c = (v[made[:, k]] for k in range(3))
    return made if torch.linalg.cross(b - a, c - a)[:, 2].sum() > 0 else made.flip(1)

# %%
class Layers:
    """The closed face and its soft masks on the vertices: `mouth` (1 on the lips' inner rim, 0 from 7.5 mm on), `inside` (0 on the outline),
    `relit` (also 0 at the rims of eyes and mouth, where normals mean little). skin: how many faces are skin; rim: the mouth's ring."""

    def __init__(self, space):
        v, holes = space.mean, rims(space.faces)
        eye, other, mouth, outline = holes[:4]
        self.skin, self.rim = len(space.faces), mouth
        self.faces = torch.cat([space.faces, *(plate(ring, v) for ring in (eye, other, mouth))])
        far = lambda i: torch.cdist(v, v[i]).amin(1)
        self.mouth = (1 - (far(torch.tensor(mouth, device=v.device)) - 0.0015) / 0.006).clamp(0, 1)
        self.inside = (far(torch.tensor(outline, device=v.device)) / 0.012).clamp(0, 1)
        self.relit = self.inside * (far(torch.tensor(eye + other + mouth, device=v.device)) / 0.006).clamp(0, 1)


def lit(normals, gamma):
    return (sh_basis(F.normalize(normals, dim=1)) @ gamma).clamp(min=0.05)


def look_up(picture, at):
    """Colours of a picture (S, S, 3) at pixels at (S, S, 2) -> (S, S, 3)."""
    grid = ((at + 0.5) / len(picture) * 2 - 1)[None]
    return F.grid_sample(picture.permute(2, 0, 1)[None], grid, align_corners=False, padding_mode="border")[0].permute(1, 2, 0)


def scatter(values, pixel, size, fill):
    """Values (P, C) of some pixels -> a picture (size, size, C)."""
    out = torch.full((size * size, values.shape[1]), fill, device=values.device)
    out[pixel] = values
    return out.view(size, size, -1)

# %%
def composite(layers, person, camera, picture, state, delta, mouth=None, relight=True, spread=2.5, seen=None):
    """A target's frame with another expression -> (S, S, 3) linear, and its layers {"face", "mouth", "alpha"}.

    picture (S, S, 3) linear: the frame, state: how it was tracked, delta (52,): what the face shall do. mouth: (picture, vertices in
    view space, normals, camera, gamma) of the frame that lends its mouth, or None to stretch the present one. relight: apply the SH ratios. spread: pixels (of 128) over
    which the surroundings follow. seen: the Fragments of the new face if they are known already, as in `colour_rows`.
    """
    S = camera.size
    old, n_old = pose(person, state)
    new, n_new = pose(person, state, person.shape_of(delta))
    if seen is None:
        ids, _ = face_buffer(camera.clip(new)[None], layers.faces, S)
        seen = fragments(camera.clip(new)[None], layers.faces, ids)
    soft = lambda ratio: 1 + (ratio.clamp(0.5, 2.0) - 1) * layers.relit[:, None]
    values = [camera.pixels(old), soft(lit(n_new, state.gamma) / lit(n_old, state.gamma)), layers.mouth[:, None]]
    if mouth is not None:
        other, x, n, lens, gamma = mouth
        values += [lens.pixels(x)]
        gain = (layers.mouth @ lit(n_new, state.gamma)) / (layers.mouth @ lit(n, gamma))     # one ratio: normals inside a mouth are not known
    a = interpolate(torch.cat(values, 1)[None], layers.faces, seen)
    y, x = torch.meshgrid(torch.arange(S, device=a.device), torch.arange(S, device=a.device), indexing="ij")
    here = torch.stack([x, y], -1).float()
    cover = scatter(torch.ones_like(a[:, :1]), seen.pixel, S, 0.0)
    move = scatter(a[:, :2] - here.view(-1, 2)[seen.pixel], seen.pixel, S, 0.0)
    side = int(4 * spread * S / 128) | 1
    blurred = gaussian_blur2d(torch.cat([move, cover], 2).permute(2, 0, 1)[None], (side, side), (spread * S / 128,) * 2)[0].permute(1, 2, 0)
    outside = blurred[..., :2] / blurred[..., 2:].clamp(min=1e-3) * (2 * blurred[..., 2:]).clamp(max=1)
    face = look_up(picture, here + torch.where(cover > 0, move, outside))
    face = face * scatter(a[:, 2:5], seen.pixel, S, 1.0) if relight else face
    parts = dict(face=face, alpha=scatter(a[:, 5:6], seen.pixel, S, 0.0))
    if mouth is None:
        return face, parts
    lent = look_up(other, scatter(a[:, 6:8], seen.pixel, S, -9.0))
    parts["mouth"] = lent * gain if relight else lent
    return face + parts["alpha"] * (parts["mouth"] - face), parts

# %%
EYES = torch.tensor([n.startswith("eye") for n in studio.EXPRESSIONS])
LOW = [k for k, n in enumerate(studio.EXPRESSIONS) if n.startswith(("mouth", "jaw"))]  # the units that move a mouth


def mouth_shape(person, delta):
    """Distances between all 20 mouth landmarks (190,), in widths of the face, without pose."""
    at = person.space.landmarks
    v = person.neutral[at] + torch.einsum("k,kvc->vc", delta, person.space.units[:, at])
    return torch.pdist(v[48:]) / (v[0] - v[16]).norm()


def mouth_crop(person, state, camera, picture, size=(28, 20)):
    """The mouth in grey (20, 28), cut by the pose alone: where the lips would be at rest."""
    rest = person.neutral[person.space.landmarks[48:]] @ state.R.T + state.t
    p = camera.pixels(rest).cpu().numpy()
    (x, y), width = p.mean(0), np.ptp(p[:, 0]) * 1.5
    M = np.array([[width / size[0], 0, x - width / 2], [0, width / size[0], y - 0.45 * width * size[1] / size[0]]])
    grey = (picture.mean(2).clamp(0, 1) ** (1 / 2.2) * 255).cpu().numpy().astype(np.uint8)
    return cv2.warpAffine(grey, M, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)


def patterns(crop):
    """The histogram (59,) of uniform local binary patterns, 8 neighbours."""
    h = np.bincount(local_binary_pattern(crop, 8, 1, "nri_uniform").astype(int).ravel(), minlength=59)
    return h / h.sum()


def chi2(a, b):
    return ((a - b) ** 2 / (a + b + 1e-9)).sum(-1)


def unlike(crops):
    """One minus the correlation of all pairs of crops (N, h, w) -> (N, N)."""
    z = crops.reshape(len(crops), -1).astype(np.float64)
    z = z - z.mean(1, keepdims=True)
    z /= np.linalg.norm(z, axis=1, keepdims=True) + 1e-9
    return 1 - z @ z.T

# %%
def k_medoids(D, k):
    """Cluster by a matrix of distances (N, N): representatives (k,) and the cluster of each (N,). Starts far apart, then Lloyd's two steps."""
    centre = [int(D.sum(1).argmin())]
    while len(centre) < min(k, len(D)) and D[:, centre].min(1).max() > 0:            # frames that are all alike need fewer
        centre.append(int(D[:, centre].min(1).argmax()))
    for _ in range(50):
        cluster = D[:, centre].argmin(1)
        new = [int(np.flatnonzero(cluster == c)[D[np.ix_(cluster == c, cluster == c)].sum(1).argmin()]) for c in range(len(centre))]
        if new == centre:
            break
        centre = new
    return np.array(centre), D[:, centre].argmin(1)

# %%
class Mouths:
    """A person's own film as a library of mouths. delta (N, 52), states, cameras, pictures (linear) of N tracked frames.

    k: clusters. hold: weight of the graph's edge to the frame shown last, 0 to forget it. rotation: compare head rotations too.
    """

    def __init__(self, person, delta, states, cameras, pictures, k=10, hold=0.25, rotation=True):
        self.person, self.hold, self.turn = person, hold, float(rotation)
        self.delta = delta[:, LOW].cpu().numpy()
        self.R = torch.stack([s.R for s in states]).flatten(1).cpu().numpy()
        self.shape = torch.stack([mouth_shape(person, d) for d in delta]).cpu().numpy()
        self.crops = np.stack([mouth_crop(person, *x) for x in zip(states, cameras, pictures, strict=True)])
        self.texture = np.stack([patterns(c) for c in self.crops])
        square = lambda x: ((x[:, None] - x[None]) ** 2).sum(-1)
        geometry = square(self.delta) + self.turn * square(self.R) + square(self.shape)
        self.graph = geometry + unlike(self.crops)
        self.centres, self.cluster = k_medoids(geometry + chi2(self.texture[:, None], self.texture[None]), k)

    def distances(self, delta, R, at, texture=None, last=None):
        """D from a query (delta (52,), R (3, 3), the source's texture, the frame shown last) to the frames numbered `at`."""
        pose = ((self.delta[at] - delta[LOW].cpu().numpy()) ** 2).sum(1) + self.turn * ((self.R[at] - R.flatten().cpu().numpy()) ** 2).sum(1)
        shape = ((self.shape[at] - mouth_shape(self.person, delta).cpu().numpy()) ** 2).sum(1)
        out = pose + shape
        if texture is not None:
            out = out + chi2(self.texture[at], texture)
        if last is not None:
            out = out + self.hold * np.exp(-(shape**2)) * self.graph[at, last]
        return out

    def find(self, delta, R, texture=None, last=None):
        """The frame of the film whose mouth fits the query best."""
        members = np.flatnonzero(self.cluster == self.distances(delta, R, self.centres, texture, last).argmin())
        return int(members[self.distances(delta, R, members, texture, last).argmin()])

# %%
class Reenactor:
    """A tracked film of a target, ready to be driven. frames (T, H, W, 3) uint8, tracker: the Tracker that met them, track: its Track."""

    def __init__(self, tracker, frames, track, k=10, **options):
        if len(track.states) != len(frames):
            raise ValueError(f"the track has {len(track.states)} frames, the film {len(frames)}.")
        self.person, self.frames, self.layers = tracker.person, frames, Layers(tracker.space)
        self.states, marks, space = track.filled(), track.marks[track.seen], tracker.space
        self.window = Window.around(np.stack([marks.min((0, 1)), marks.max((0, 1))]), frames.shape[1:3], None, 1.6)
        self.camera = self.window.camera(self.person.focal, frames.shape[1:3])
        self.decode = lambda frame: pyramid(self.window.cut(frame), 1, device=space.mean.device)[0][0]
        self.delta = space.delta(torch.stack([s.c for s in self.states]))
        self.placed = [pose(self.person, s) for s in self.states]
        self.mouths = Mouths(self.person, self.delta, self.states, [self.camera] * len(frames), map(self.decode, frames), k, **options)

    def drive(self, t, delta, texture=None, last=None, retrieve=True, **options):
        """Frame t of the film with the (transferred) expression delta (52,); the eyes stay as filmed.

        -> picture (S, S, 3) linear, its layers, and the number of the frame that lent its mouth (None without retrieval).
        """
        eyes = EYES.to(delta.device)
        wanted, state = torch.where(eyes, self.delta[t], delta), self.states[t]
        j = self.mouths.find(wanted, state.R, texture, last) if retrieve else None
        mouth = None if j is None else (self.decode(self.frames[j]), *self.placed[j], self.camera, self.states[j].gamma)
        picture, parts = composite(self.layers, self.person, self.camera, self.decode(self.frames[t]), state, wanted, mouth, **options)
        return picture, parts, j

    def back(self, t, picture):
        """Put a picture of the window back into frame t -> (H, W, 3) uint8."""
        out, w = self.frames[t].copy(), self.window
        small = ((picture.clamp(0, 1) ** (1 / 2.2)) * 255).round().byte().cpu().numpy()
        h, v = out.shape[:2]
        x0, y0, x1, y1 = max(0, w.x0), max(0, w.y0), min(v, w.x0 + w.side), min(h, w.y0 + w.side)
        out[y0:y1, x0:x1] = small[y0 - w.y0 : y1 - w.y0, x0 - w.x0 : x1 - w.x0]
        return out

# %%
def mouth_texture(tracker, state, window, frame):
    """The texture histogram of the mouth in a tracked frame (H, W, 3)."""
    picture = pyramid(window.cut(frame), 1, device=state.R.device)[0][0]
    return patterns(mouth_crop(tracker.person, state, window.camera(tracker.person.focal, frame.shape), picture))


def reenact(space, finder, source, target, size=128, progress=None):
    """A real clip drives another: track both, transfer, retrieve, composite -> frames (T, H, W, 3) uint8, {"source", "target": (Tracker, Track)}.

    source, target: Clips. The target's film runs forwards and backwards if it is the shorter one. Raises ValueError where no face is found.
    """
    met = {}
    for name, clip in (("source", source), ("target", target)):
        tracker = Tracker(space, finder, None, size)
        try:
            tracker.meet(clip.frames)
            met[name] = tracker, tracker.follow(clip.frames)
            met[name][1].filled()
        except ValueError as e:
            raise ValueError(f"the {name}: {e}") from e
        print(f"{name}: {met[name][1].report()}")
    (tracker, track), states = met["source"], met["source"][1].filled()
    deltas = space.delta(torch.stack([s.c for s in states]))
    transfer, film = Transfer(met["source"][0].person, met["target"][0].person), Reenactor(met["target"][0], target.frames, met["target"][1])
    out, last, there = [], None, [*range(len(target)), *range(len(target) - 2, 0, -1)]
    for i, delta in enumerate(deltas):
        t = there[round(i * target.fps / source.fps) % len(there)]
        window = Window.around(track.marks[i], source.frames.shape[1:3], size) if track.seen[i] else None
        texture = None if window is None else mouth_texture(tracker, states[i], window, source.frames[i])
        picture, _, last = film.drive(t, transfer(delta), texture, last)
        out.append(film.back(t, picture))
        if progress:
            progress(i + 1, len(deltas))
    return np.stack(out), met