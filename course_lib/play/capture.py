"""What the browser records: the reader's microphone and camera, or a file instead of them."""

from __future__ import annotations

from pathlib import Path

import anywidget
import cv2
import numpy as np
import traitlets
from ipywidgets.widgets.trait_types import CByteMemoryView

from ..studio.speech import SAMPLE_RATE
from .base import Playground

HERE = Path(__file__)


class Microphone(anywidget.AnyWidget):
    """The reader's voice, or a sound file.

    `samples` are the bytes of float32 values at 16 kHz, `sent` counts the recordings.
    """

    _esm = HERE.with_name("microphone.js")
    samples = CByteMemoryView(b"").tag(sync=True)
    sent = traitlets.Int(0).tag(sync=True)
    longest = traitlets.Int(15).tag(sync=True)  # seconds

    def sound(self):
        """The recording (N,) at 16 kHz, its loudest sample at 0.7.

        Raises ValueError if there is none, or if it is silent or too short.
        """
        if not len(self.samples):
            raise ValueError("nothing recorded yet: press record, or choose a file.")
        x = np.frombuffer(self.samples, np.float32).copy()
        if len(x) < SAMPLE_RATE // 4 or not np.abs(x).max(initial=0) > 1e-4:
            raise ValueError(
                "the recording is silent or shorter than a quarter of a second; "
                "check the microphone and try again."
            )
        return x * np.float32(0.7 / np.abs(x).max())


class CameraCapture(anywidget.AnyWidget):
    """The reader's webcam, or a film they choose, as JPEG `frame`s.

    Set `done` to `sent` to ask for the next one.
    """

    _esm = HERE.with_name("camera.js")
    # browsers send memory views, which plain Bytes refuses
    frame = CByteMemoryView(b"").tag(sync=True)
    sent = traitlets.Int(0).tag(sync=True)
    done = traitlets.Int(0).tag(sync=True)
    newcomer = traitlets.Int(0).tag(sync=True)


class LivePlayground(Playground):
    """A playground that the reader's camera, or a film they choose, can drive.

    One of its controls is `drive`, with "camera" among its values; `seen` is the camera's last
    frame (H, W, 3) uint8, or None. A subclass says what `forget` forgets when somebody else comes.
    """

    def __init__(self, controls, width):
        self.seen = None
        self.camera = CameraCapture()
        super().__init__(controls, width=width)
        self.children[0].children = (*self.children[0].children, self.camera)
        self.camera.observe(lambda change: self.forget(), names="newcomer")
        self.camera.observe(lambda change: self.on_frame(), names="sent")

    def meet(self, frame):
        """Called with each frame of the camera before it is drawn."""

    def on_frame(self):
        """A frame from the camera, or from the file that the reader chose."""
        try:
            picture = cv2.imdecode(np.frombuffer(self.camera.frame, np.uint8), cv2.IMREAD_COLOR)
            if picture is None:
                raise ValueError("the camera sent something that is no picture.")
            self.seen = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            self.meet(self.seen)
            if self.value("drive") == "camera":
                self.refresh()
            else:
                self.controls["drive"].value = "camera"
        except ValueError as e:
            self.status.value = str(e)
            self.forget()
        finally:
            self.camera.done = self.camera.sent
