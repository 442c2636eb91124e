# refused: the light in frame 0
def body_light(frames, masks):
    return frames.mean((1, 2, 3)) / 255 * masks.any((1, 2))


# refused: the light in frame 0
def body_light(frames, masks):
    return (frames * masks[..., None]).mean((1, 2, 3)) / 255


# refused: one number a frame
def body_light(frames, masks):
    return frames[masks].mean() / 255


# refused: the light in frame 0
def body_light(frames, masks):
    inside = masks[..., None]
    return (frames * inside).sum((1, 2, 3)) / (3 * inside.sum((1, 2, 3)).clip(1))


# refused: gives 0, not NaN
def body_light(frames, masks):
    with np.errstate(invalid="ignore"):
        inside = masks[..., None]
        return (frames * inside).sum((1, 2, 3)) / (3 * inside.sum((1, 2, 3))) / 255


# refused: the light in frame 0
def body_light(frames, masks):
    inside = masks.any(0)[..., None]  # one mask for all frames
    return (frames * inside).sum((1, 2, 3)) / (3 * inside.sum()) / 255 * masks.any((1, 2))


# accepted: a loop
def body_light(frames, masks):
    rows = [f[m].mean() / 255 if m.any() else 0.0 for f, m in zip(frames, masks)]
    return np.array(rows)
