"""Lesson 11: a face moved by sliders, a clip or the reader's camera."""

from __future__ import annotations

from functools import cached_property

import cv2
import ipywidgets as W
import numpy as np
import torch

from .. import show
from ..media.faces import own_finder
from ..studio import Camera as StudioCamera
from ..studio import cast, expression_weights, film, perform
from ..taught.video.face_tracker import (
    FaceSpace,
    Tracker,
    Weights,
    Window,
    act,
    first_state,
    gauss_newton,
    light_of,
    on_level,
    pyramid,
)
from ..taught.video.reenactment import Reenactor, Transfer
from .base import heat_map, slider, take
from .capture import LivePlayground

SLIDERS = {
    "jaw": ("jawOpen",),
    "smile": ("mouthSmileLeft", "mouthSmileRight"),
    "pucker": ("mouthPucker",),
    "brows": ("browInnerUp", "browOuterUpLeft", "browOuterUpRight"),
    "frown": ("browDownLeft", "browDownRight", "noseSneerLeft", "noseSneerRight"),
}
TEXT = (
    "Nobody has to say anything. Watch the face, the mouth, and the light, "
    "and then tell me which of us is moving."
)
MEETING = 12  # frames with a face that are gathered before a newcomer is bundled


class ReenactmentPlayground(LivePlayground):
    """Face2Face live: sliders, a filmed clip or the reader's camera drive a target.

    Above: the source with its tracked mesh, the colour residual after a chosen Gauss-Newton step,
    the target's own frame, the result. Below: the target's film as a strip coloured by cluster, the
    frame that lends its mouth marked, and the ten representatives.
    """

    def __init__(self, source=16, target=23, frames=75):
        self.actors = [cast(source), cast(target)]  # kept: an actor's textures are painted once
        self.n = frames
        self.last = None  # which frame lent its mouth before
        self.live = None  # tracker and transfer of the person before the camera
        self.gathered = []
        super().__init__(self.make_controls(), width=480)
        self.layout.align_items = "flex-start"
        self.image.layout.flex = "none"

    def make_controls(self):
        drivers = ["sliders", "clip", "camera"]
        return {
            "drive": W.Dropdown(options=drivers, value="sliders", description="driven by"),
            **{k: slider(k, 0, 1, 0.0) for k in SLIDERS},
            "turn": slider("turn", -0.5, 0.5, 0.0),
            "frame": W.IntSlider(20, 0, self.n - 1, description="frame"),
            "step": W.IntSlider(0, 0, 6, description="solver step"),
            "face": W.Checkbox(True, description="face layer"),
            "mouth": W.Checkbox(True, description="mouth layer"),
        }

    def filmed(self, actor, place, light):
        """What the actor says and acts, filmed."""
        said = act(perform(TEXT, seed=actor.seed, voice_of=actor, head=1.5), actor.seed)
        return film(actor, said[: self.n], background=place, light=light)

    @cached_property
    def stage(self):
        """The space, the tracked source, its film, the target, the transfer: ten seconds, once."""
        space = FaceSpace()
        clip = self.filmed(self.actors[0], "office", "soft")
        own = self.filmed(self.actors[1], "park", "window")
        tracker, other = (Tracker(space, own_finder(), StudioCamera().focal) for _ in range(2))
        tracker.meet(clip.frames)
        other.meet(own.frames)
        target = Reenactor(other, own.frames, other.follow(own.frames))
        return space, tracker, clip, target, Transfer(tracker.person, target.person)

    def forget(self):
        """Another face may come: the camera's tracker starts anew."""
        self.live = None
        self.gathered = []

    def get_to_know(self, frame):
        """Gather frames with a face; when they are enough, bundle the newcomer."""
        same = not self.gathered or frame.shape == self.gathered[0].shape
        if same and len(own_finder()(frame)[1]):
            self.gathered.append(frame)
        if len(self.gathered) >= MEETING:
            space, _, _, target, _ = self.stage
            tracker = Tracker(space, own_finder())
            tracker.meet(np.stack(self.gathered))
            self.live = tracker, Transfer(tracker.person, target.person)

    def meet(self, frame):
        """A frame from the camera: gather until the newcomer is known."""
        if self.live is None:
            self.get_to_know(frame)

    def source_picture(self):
        """What drives: a frame (H, W, 3), its tracker and its transfer.

        Tracker and transfer are None while a newcomer is unknown.
        """
        _, tracker, clip, _, transfer = self.stage
        if self.value("drive") == "camera":
            frame = np.zeros((120, 160, 3), np.uint8) if self.seen is None else self.seen
            return frame, *(self.live or (None, None))
        if self.value("drive") == "clip":
            return clip.frames[self.value("frame")], tracker, transfer
        weights = expression_weights(
            **{unit: 0.8 * self.value(k) for k, units in SLIDERS.items() for unit in units}
        )
        picture, _, _ = take(
            self.actors[0], weights, (0, self.value("turn"), 0), (0, 0), "soft", "office", 128
        )
        return picture, tracker, transfer

    def follow(self, tracker, frame):
        """Track the next frame of a live stream -> state or None, its last step's residual map."""
        state = tracker.see(frame)
        if state is None:
            return None, []
        # every other pixel has a residual: widened, they cover the face
        return state, [cv2.dilate(heights(tracker.errors["rows"], tracker.size), np.ones((1, 2)))]

    def explain(self, tracker, frame):
        """Fit a frame from scratch -> state or None, the colour residual map of every step."""
        tracker.lose()
        marks = tracker.marks_of(frame)
        if marks is None:
            return None, []
        window = Window.around(marks, frame.shape, tracker.size)
        camera = window.camera(tracker.person.focal, frame.shape)
        at = torch.from_numpy(window.to(marks)).float()
        levels = pyramid(window.cut(frame))
        maps = []
        with torch.inference_mode():
            start = first_state(tracker.person, at, camera)
            state = light_of(tracker.person, start, levels[0], camera)
            for level in (2, 2, 1, 1, 0, 0, 0):
                cam, m = on_level(camera, at, level)
                weights = Weights(most=10000)
                state, errors = gauss_newton(tracker.person, state, levels[level], m, cam, weights)
                maps.append(heights(errors["rows"], cam.size))
        return (state if tracker.believable(state, marks, window, camera) else None), maps

    def tracked(self, frame, tracker):
        """The source's state (None without a face to be believed) and residual maps; says which."""
        if tracker is None:
            known = f"{len(self.gathered)} of {MEETING} frames with a face"
            self.status.value = f"getting to know you: {known}; move a little, and talk"
            return None, []
        way = self.follow if self.value("drive") == "camera" else self.explain
        state, maps = way(tracker, frame)
        lost = "no face to be believed: waiting for it"
        self.status.value = lost if state is None else "face tracked"
        return state, maps

    def driven(self, t, state, transfer):
        """The target's frame t with the source's expression, and the frame that lent its mouth."""
        space, _, _, target, _ = self.stage
        face = self.value("face")
        mouth = self.value("mouth")
        if state is None or not (face or mouth):
            return target.frames[t], None
        delta = transfer(space.delta(state.c)) if face else target.delta[t]
        picture, _, self.last = target.drive(t, delta, last=self.last, retrieve=mouth)
        return target.back(t, picture), self.last

    def draw_picture(self):
        target = self.stage[3]
        live = self.value("drive") == "camera"
        frame, tracker, transfer = self.source_picture()
        state, maps = self.tracked(frame, tracker)
        t = self.camera.sent % self.n if live else self.value("frame")
        result, lent = self.driven(t, state, transfer)
        step = min(self.value("step"), len(maps) - 1)
        residual = maps[step] if maps else np.zeros((32, 32), np.float32)
        panels = {
            "source": with_mesh(frame, tracker, state),
            "residual" if live else f"residual, step {self.value('step')}": heat_map(residual, 0.3),
            "target": target.frames[t],
            "result": result,
        }
        top = show.grid([fit(x, 240) for x in panels.values()], 2, labels=list(panels))
        return np.concatenate([top, strip(target.mouths, lent, top.shape[1])])


def cluster_colours(n=10):
    """A colour for each cluster of mouths, (n, 3) uint8."""
    hues = (np.arange(n) * 25).astype(np.uint8)[:, None]
    return cv2.applyColorMap(hues, cv2.COLORMAP_HSV)[:, 0, ::-1]


def strip(mouths, lent, width):
    """The target's film, a column a frame, coloured by cluster; below, the representatives.

    lent: the frame that lends its mouth, marked in both, or None.
    """
    colours = cluster_colours()
    row = colours[mouths.cluster % 10][None].repeat(14, 0)
    bar = cv2.resize(row, (width, 14), interpolation=cv2.INTER_NEAREST)
    tiles = []
    for k, c in enumerate(mouths.centres):
        grey = cv2.resize(mouths.crops[c], (width // 10 - 6, 30))
        mouth = cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)
        edge = tuple(map(int, colours[k % 10]))
        tiles.append(cv2.copyMakeBorder(mouth, 3, 3, 3, 3, cv2.BORDER_CONSTANT, value=edge))
    if lent is not None:
        x = int((lent + 0.5) * width / len(mouths.cluster))
        bar[:, max(0, x - 2) : x + 3] = 255
        chosen = int(mouths.cluster[lent])
        tiles[chosen] = cv2.add(tiles[chosen], np.full_like(tiles[chosen], 60))
    tiles += [np.full_like(tiles[0], 255)] * (10 - len(tiles))
    below = np.concatenate(tiles, 1)
    return np.concatenate([bar, cv2.resize(below, (width, below.shape[0]))])


def with_mesh(frame, tracker, state, height=380):
    """The frame, so many pixels high, with the tracked mesh over it."""
    zoom = height / frame.shape[0]
    out = cv2.resize(frame, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    if state is None:
        return out
    side = max(frame.shape[:2])
    camera = Window(0, 0, side, side).camera(tracker.person.focal, frame.shape)
    x = tracker.person.shape(state.c) @ state.R.T + state.t
    points = ((camera.pixels(x).numpy() + 0.5) * zoom * 16).astype(np.int32)  # 4 bits of fraction
    triangles = list(points[tracker.space.faces.numpy()])
    wires = cv2.polylines(out.copy(), triangles, True, (90, 255, 140), 1, cv2.LINE_AA, 4)
    return cv2.addWeighted(wires, 0.4, out, 0.6, 0)


def heights(rows, size):
    """Colour residuals as a picture (size, size)."""
    out = np.zeros(size * size, np.float32)
    out[rows.pixel.numpy()] = rows.r.norm(dim=1).numpy()
    return out.reshape(size, size)


def fit(picture, side):
    """A picture in a square of that side, its middle cut out."""
    h, w = picture.shape[:2]
    m = min(h, w)
    top = (h - m) // 2
    left = (w - m) // 2
    way = cv2.INTER_AREA if m > side else cv2.INTER_CUBIC
    return cv2.resize(picture[top : top + m, left : left + m], (side, side), interpolation=way)
