import numpy as np

TEXT = "SYNTHETIC"


def draw_label(picture):
    """A copy of a picture (H, W, 3) uint8 with the word SYNTHETIC in its lower left corner,
    readable on any ground.
    """
    import cv2

    out = np.ascontiguousarray(picture).copy()
    h, w = out.shape[:2]
    scale = max(0.28, min(h, w) / 720)
    thick = max(1, round(scale * 1.6))
    (tw, th), base = cv2.getTextSize(TEXT, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
    if tw + 6 > w:
        scale, thick = scale * (w - 6) / tw, 1
        (tw, th), base = cv2.getTextSize(TEXT, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
    x, y = 3, h - 3 - base // 2
    top, right = max(0, y - th - 3), min(w, x + tw + 3)
    out[top:h, 0:right] = (out[top:h, 0:right] * 0.45).astype(np.uint8)
    cv2.putText(
        out, TEXT, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), thick, cv2.LINE_AA
    )
    return out
