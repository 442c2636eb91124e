"""Pictures of any kind as 8-bit arrays, JPEG bytes and HTML."""

from __future__ import annotations

import base64
import io

import numpy as np

from .errors import MediaError


def as_picture(x):
    """Anything picture-like to (H, W, 3) uint8: torch or numpy, (H, W), (H, W, 3) or (3, H, W), uint8 or floats in 0..1."""
    if hasattr(x, "detach"):
        x = x.detach().cpu().numpy()
    x = np.asarray(x)
    if x.ndim == 3 and x.shape[0] in (1, 3) and x.shape[2] not in (1, 3):
        x = x.transpose(1, 2, 0)
    if x.ndim == 2 or x.shape[-1] == 1:
        x = np.repeat(x.reshape(*x.shape[:2], 1), 3, 2)
    if x.ndim != 3 or x.shape[2] != 3:
        raise MediaError(f"a picture has shape (H, W), (H, W, 3) or (3, H, W), not {x.shape}.")
    return (
        x
        if x.dtype == np.uint8
        else (np.nan_to_num(x.astype(np.float32)).clip(0, 1) * 255).round().astype(np.uint8)
    )


def jpeg(x, quality=88):
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(as_picture(x)).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def picture_html(x, width=None):
    """An <img> tag with the picture inside (JPEG)."""
    x = as_picture(x)
    return f'<img width="{width or x.shape[1]}" style="max-width:100%" alt="picture" src="data:image/jpeg;base64,{base64.b64encode(jpeg(x)).decode()}">'
