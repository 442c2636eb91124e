"""Pictures of any kind as 8-bit arrays, JPEG bytes and HTML."""

from __future__ import annotations

import base64
import html
import io

import numpy as np

from .errors import MediaError


def as_picture(x):
    """Anything picture-like to (H, W, 3) uint8.

    x: torch or numpy, (H, W), (H, W, 3) or (3, H, W), uint8 or floats in 0..1.
    Raises MediaError for other shapes.
    """
    if hasattr(x, "detach"):
        x = x.detach().cpu().numpy()
    x = np.asarray(x)
    if x.ndim == 3 and x.shape[0] in (1, 3) and x.shape[2] not in (1, 3):
        x = x.transpose(1, 2, 0)
    if x.ndim == 2 or (x.ndim == 3 and x.shape[2] == 1):
        x = np.repeat(x.reshape(*x.shape[:2], 1), 3, 2)
    if x.ndim != 3 or x.shape[2] != 3:
        raise MediaError(f"a picture has shape (H, W), (H, W, 3) or (3, H, W), not {x.shape}.")
    if x.dtype == np.uint8:
        return x
    return (np.nan_to_num(x.astype(np.float32)).clip(0, 1) * 255).round().astype(np.uint8)


def check_picture(x):
    """Raise MediaError for what is not a picture (H, W, 3) uint8."""
    if x.dtype != np.uint8 or x.ndim != 3 or x.shape[2] != 3 or 0 in x.shape:
        raise MediaError(
            f"a picture is a uint8 array (H, W, 3), not {x.dtype} {x.shape}; "
            "convert with (x * 255).round().astype('uint8')."
        )


class Captioned(np.ndarray):
    """A picture (H, W, 3) uint8 that knows its own alternative text; whatever is computed from it
    is another picture and has none.
    """

    alt = None

    def __array_finalize__(self, parent):
        self.alt = None


def captioned(picture, alt):
    """The same pixels with a sentence for those who cannot see them."""
    out = np.asarray(picture).view(Captioned)
    out.alt = alt
    return out


def alt_text(x, alt=None):
    """The given sentence, else the picture's own, else what can be said of any picture."""
    h, w = as_picture(x).shape[:2]
    return alt or getattr(x, "alt", None) or f"a picture of {w} x {h} pixels"


def jpeg(x, quality=88):
    """A picture of any kind as the bytes of a JPEG file."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(as_picture(x)).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def picture_html(x, width=None, alt=None):
    """An <img> tag with the picture inside (JPEG). alt: a sentence for those who cannot see it."""
    pixels = as_picture(x)
    data = base64.b64encode(jpeg(pixels)).decode()
    return (
        f'<img width="{width or pixels.shape[1]}" style="max-width:100%" '
        f'alt="{html.escape(alt_text(x, alt))}" src="data:image/jpeg;base64,{data}">'
    )
