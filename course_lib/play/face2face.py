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
from .base import Playground, slider, take
from .capture import CameraCapture

SLIDERS = {
    "jaw": ("jawOpen",),
    "smile": ("mouthSmileLeft", "mouthSmileRight"),
    "pucker": ("mouthPucker",),
    "brows": ("browInnerUp", "browOuterUpLeft", "browOuterUpRight"),
    "frown": ("browDownLeft", "browDownRight", "noseSneerLeft", "noseSneerRight"),
}
MEETING = 12  # frames with a face that are gathered before a newcomer is bundled


class ReenactmentPlayground(Playground):
    """Face2Face live: an actor moved by sliders, a filmed clip or the reader's camera drives a target.

    Above: the source with its tracked mesh, the colour residual after a chosen Gauss-Newton step, the target's own frame, the result.
    Below: the target's film as a strip coloured by cluster, the frame that lends its mouth marked, and the ten representatives.
    """

    def __init__(self, source=16, target=23, frames=75):
        self.actors, self.n = (
            [cast(source), cast(target)],
            frames,
        )  # kept: an actor's textures are painted once
        self.last, self.live, self.seen, self.gathered = None, None, None, []
        self.camera = CameraCapture()
        controls = {
            "drive": W.Dropdown(
                options=["sliders", "clip", "camera"], value="sliders", description="driven by"
            )
        }
        controls |= {k: slider(k, 0, 1, 0.0) for k in SLIDERS} | {
            "turn": slider("turn", -0.5, 0.5, 0.0)
        }
        controls |= {
            "frame": W.IntSlider(20, 0, frames - 1, description="frame"),
            "step": W.IntSlider(0, 0, 6, description="solver step"),
            "face": W.Checkbox(True, description="face layer"),
            "mouth": W.Checkbox(True, description="mouth layer"),
        }
        super().__init__(controls, width=480)
        self.layout.align_items = "flex-start"
        self.image.layout.flex = "none"
        self.children[0].children = (*self.children[0].children, self.camera)
        self.camera.observe(lambda change: self.forget(), names="newcomer")
        self.camera.observe(lambda change: self.on_frame(), names="sent")

    @cached_property
    def stage(self):
        """The space, the tracked source with its film, and the target ready to be driven: about ten seconds, once."""
        space, focal = FaceSpace(), StudioCamera().focal
        say = "Nobody has to say anything. Watch the face, the mouth, and the light, and then tell me which of us is moving."
        clips = [
            film(
                actor,
                act(perform(say, seed=actor.seed, voice_of=actor, head=1.5), actor.seed)[: self.n],
                background=place,
                light=light,
            )
            for actor, place, light in zip(
                self.actors, ("office", "park"), ("soft", "window"), strict=True
            )
        ]
        trackers = [Tracker(space, own_finder(), focal) for _ in clips]
        for tracker, clip in zip(trackers, clips, strict=True):
            tracker.meet(clip.frames)
        film_of = Reenactor(trackers[1], clips[1].frames, trackers[1].follow(clips[1].frames))
        return space, trackers[0], clips[0], film_of, Transfer(trackers[0].person, film_of.person)

    def forget(self):
        """Another face may come: the camera's tracker starts anew."""
        self.live, self.gathered = None, []

    def on_frame(self):
        """A frame from the camera: gather until the newcomer is known, then track and drive."""
        try:
            picture = cv2.imdecode(np.frombuffer(self.camera.frame, np.uint8), cv2.IMREAD_COLOR)
            if picture is None:
                raise ValueError("the camera sent something that is no picture.")
            self.seen = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            space, _, _, target, _ = self.stage
            if self.live is None:
                if len(own_finder()(self.seen)[1]) and (
                    not self.gathered or self.seen.shape == self.gathered[0].shape
                ):
                    self.gathered.append(self.seen)
                if len(self.gathered) >= MEETING:
                    tracker = Tracker(space, own_finder())
                    tracker.meet(np.stack(self.gathered))
                    self.live = tracker, Transfer(tracker.person, target.person)
            if self.value("drive") == "camera":
                self.refresh()
            else:
                self.controls["drive"].value = "camera"
        except ValueError as e:
            self.status.value = str(e)
            self.forget()
        finally:
            self.camera.done = self.camera.sent

    def source_picture(self):
        """What drives: a frame (H, W, 3), its tracker (None while a newcomer is unknown) and its transfer."""
        _, tracker, clip, _, transfer = self.stage
        if self.value("drive") == "camera":
            return (np.zeros((120, 160, 3), np.uint8) if self.seen is None else self.seen), *(
                self.live or (None, None)
            )
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
        """Track the next frame of a live stream -> state or None, and the residual map of its last step."""
        state = tracker.see(frame)
        return state, (
            []
            if state is None
            else [cv2.dilate(heights(tracker.errors["rows"], tracker.size), np.ones((1, 2)))]
        )

    def explain(self, tracker, frame):
        """Fit a frame from scratch, keeping the colour residual of every step -> state or None, residual maps."""
        tracker.lose()
        marks = tracker.marks_of(frame)
        if marks is None:
            return None, []
        window = Window.around(marks, frame.shape, tracker.size)
        camera, at, levels = (
            window.camera(tracker.person.focal, frame.shape),
            torch.from_numpy(window.to(marks)).float(),
            pyramid(window.cut(frame)),
        )
        maps = []
        with torch.inference_mode():
            state = light_of(
                tracker.person, first_state(tracker.person, at, camera), levels[0], camera
            )
            for level in (2, 2, 1, 1, 0, 0, 0):
                cam, m = on_level(camera, at, level)
                state, errors = gauss_newton(
                    tracker.person, state, levels[level], m, cam, Weights(most=10000)
                )
                maps.append(heights(errors["rows"], cam.size))
        return (state if tracker.believable(state, marks, window, camera) else None), maps

    def strip(self, lent, width):
        """The target's film, one column a frame, coloured by cluster, and the clusters' representatives."""
        mouths = self.stage[3].mouths
        hues = cv2.applyColorMap((np.arange(10) * 25).astype(np.uint8)[:, None], cv2.COLORMAP_HSV)[
            :, 0, ::-1
        ]
        bar = cv2.resize(
            np.repeat(hues[mouths.cluster % 10][None], 14, 0),
            (width, 14),
            interpolation=cv2.INTER_NEAREST,
        )
        tiles = [
            cv2.copyMakeBorder(
                cv2.cvtColor(
                    cv2.resize(mouths.crops[c], (width // 10 - 6, 30)), cv2.COLOR_GRAY2RGB
                ),
                3,
                3,
                3,
                3,
                cv2.BORDER_CONSTANT,
                value=tuple(map(int, hues[k % 10])),
            )
            for k, c in enumerate(mouths.centres)
        ]
        tiles += [np.full_like(tiles[0], 255)] * (10 - len(tiles))
        if lent is not None:
            x = int((lent + 0.5) * width / len(mouths.cluster))
            bar[:, max(0, x - 2) : x + 3] = 255
            chosen = int(mouths.cluster[lent])
            tiles[chosen][:] = cv2.addWeighted(
                tiles[chosen], 1.0, np.full_like(tiles[chosen], 60), 1.0, 0
            )
        row = np.concatenate(tiles, 1)
        return np.concatenate([bar, cv2.resize(row, (width, row.shape[0]))])

    def draw_picture(self):
        space, _, _, target, _ = self.stage
        frame, tracker, transfer = self.source_picture()
        if tracker is None:
            self.status.value = f"getting to know you: {len(self.gathered)} of {MEETING} frames with a face; move a little, and talk"
            state, maps = None, []
        else:
            state, maps = (
                self.follow(tracker, frame)
                if self.value("drive") == "camera"
                else self.explain(tracker, frame)
            )
            self.status.value = (
                "face tracked" if state is not None else "no face to be believed: waiting for it"
            )
        t = self.value("frame") if self.value("drive") != "camera" else self.camera.sent % self.n
        own, lent = target.frames[t], None
        result = own
        if state is not None and (self.value("face") or self.value("mouth")):
            delta = transfer(space.delta(state.c)) if self.value("face") else target.delta[t]
            picture, _, lent = target.drive(t, delta, last=self.last, retrieve=self.value("mouth"))
            result, self.last = target.back(t, picture), lent
        step = (
            maps[min(self.value("step"), len(maps) - 1)] if maps else np.zeros((32, 32), np.float32)
        )
        heat = cv2.cvtColor(
            cv2.applyColorMap(
                (step / 0.3 * 255).clip(0, 255).astype(np.uint8), cv2.COLORMAP_INFERNO
            ),
            cv2.COLOR_BGR2RGB,
        )
        panels = [fit(x, 240) for x in (self.with_mesh(frame, tracker, state), heat, own, result)]
        top = show.grid(
            panels,
            2,
            labels=[
                "source",
                "residual"
                if self.value("drive") == "camera"
                else f"residual, step {self.value('step')}",
                "target",
                "result",
            ],
        )
        return np.concatenate([top, self.strip(lent, top.shape[1])])

    def with_mesh(self, frame, tracker, state):
        """The frame, 380 pixels high, with the tracked mesh over it."""
        out = cv2.resize(
            frame,
            None,
            fx=380 / frame.shape[0],
            fy=380 / frame.shape[0],
            interpolation=cv2.INTER_CUBIC,
        )
        if state is None:
            return out
        side = max(frame.shape[:2])
        camera = Window(0, 0, side, side).camera(tracker.person.focal, frame.shape)
        x = tracker.person.shape(state.c) @ state.R.T + state.t
        p = ((camera.pixels(x).numpy() + 0.5) * 380 / frame.shape[0] * 16).astype(np.int32)
        wires = out.copy()
        cv2.polylines(
            wires, list(p[tracker.space.faces.numpy()]), True, (90, 255, 140), 1, cv2.LINE_AA, 4
        )
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
    return cv2.resize(
        picture[(h - m) // 2 : (h + m) // 2, (w - m) // 2 : (w + m) // 2],
        (side, side),
        interpolation=cv2.INTER_AREA if m > side else cv2.INTER_CUBIC,
    )
