# refused: inside
def face_composite(frames, residuals, corners):
    out = frames.copy()
    for frame, residual, corner in zip(out, residuals, corners):
        if np.isnan(corner).any():
            continue
        size, n = len(frame), len(residual)
        y, x = corner.astype(int)  # x and y swapped
        left, right = np.clip([x, x + n], 0, size)
        top, bottom = np.clip([y, y + n], 0, size)
        part = residual[top - y : bottom - y, left - x : right - x]
        box = frame[top:bottom, left:right]
        box[:] = (box + 255 * part).round().clip(0, 255)
    return out


# refused: must stay as they are
def face_composite(frames, residuals, corners):
    for frame, residual, corner in zip(frames, residuals, corners):
        if np.isnan(corner).any():
            continue
        size, n = len(frame), len(residual)
        x, y = corner.astype(int)
        left, right = np.clip([x, x + n], 0, size)
        top, bottom = np.clip([y, y + n], 0, size)
        part = residual[top - y : bottom - y, left - x : right - x]
        box = frame[top:bottom, left:right]
        box[:] = (box + 255 * part).round().clip(0, 255)
    return frames


# refused: inside
def face_composite(frames, residuals, corners):
    out = frames.copy()
    for frame, residual, corner in zip(out, residuals, corners):
        if np.isnan(corner).any():
            continue
        size, n = len(frame), len(residual)
        x, y = corner.astype(int)
        left, right = np.clip([x, x + n], 0, size)
        top, bottom = np.clip([y, y + n], 0, size)
        part = residual[top - y : bottom - y, left - x : right - x]
        # the sum leaves 0..255 and comes round on the other side
        frame[top:bottom, left:right] += (255 * part).astype(int).astype(np.uint8)
    return out


# refused: over the left edge
def face_composite(frames, residuals, corners):
    out = frames.copy()
    for frame, residual, corner in zip(out, residuals, corners):
        if np.isnan(corner).any():
            continue
        size, n = len(frame), len(residual)
        x, y = np.clip(corner, 0, size - n).astype(int)  # the box is pushed in, and not clipped
        box = frame[y : y + n, x : x + n]
        box[:] = (box + 255 * residual).round().clip(0, 255)
    return out


# refused: over the left edge
def face_composite(frames, residuals, corners):
    out = frames.copy()
    for frame, residual, corner in zip(out, residuals, corners):
        if np.isnan(corner).any():
            continue
        size, n = len(frame), len(residual)
        x, y = corner.astype(int)
        left, right = np.clip([x, x + n], 0, size)
        top, bottom = np.clip([y, y + n], 0, size)
        part = residual[: bottom - top, : right - left]  # its first rows, whatever was cut off
        box = frame[top:bottom, left:right]
        box[:] = (box + 255 * part).round().clip(0, 255)
    return out


# refused: inside
def face_composite(frames, residuals, corners):
    out = frames.copy()
    for frame, residual, corner in zip(out, residuals, corners):
        if np.isnan(corner).any():
            continue
        size, n = len(frame), len(residual)
        x, y = corner.astype(int)
        left, right = np.clip([x, x + n], 0, size)
        top, bottom = np.clip([y, y + n], 0, size)
        part = residual[top - y : bottom - y, left - x : right - x]
        # the residual in place of the face
        frame[top:bottom, left:right] = (255 * part).round().clip(0, 255)
    return out


# refused: inside
def face_composite(frames, residuals, corners):
    out = frames.copy()
    for frame, residual, corner in zip(out, residuals, corners):
        if np.isnan(corner).any():
            continue
        size, n = len(frame), len(residual)
        x, y = corner.astype(int)
        left, right = np.clip([x, x + n], 0, size)
        top, bottom = np.clip([y, y + n], 0, size)
        box = frame[top:bottom, left:right]
        part = residual[top - y : bottom - y, left - x : right - x]
        box[:] = (box + 255 * part).clip(0, 255)  # cut off, not rounded
    return out


# accepted: a wide frame, from which the picture is cut again
def face_composite(frames, residuals, corners):
    size, n = frames.shape[1], residuals.shape[1]
    room = n + size
    wide = np.pad(frames.astype(np.float32), ((0, 0), (room, room), (room, room), (0, 0)))
    for frame, residual, corner in zip(wide, residuals, corners):
        if np.isfinite(corner).all() and (np.abs(corner) < room).all():
            x, y = corner.astype(int) + room
            frame[y : y + n, x : x + n] += 255 * residual
    cut = wide[:, room : room + size, room : room + size]
    return np.rint(cut.clip(0, 255)).astype(np.uint8)
