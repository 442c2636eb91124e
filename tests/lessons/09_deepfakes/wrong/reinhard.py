# accepted: with NumPy's own averages
def reinhard(face, frame, mask):
    flat = [x.reshape(-1, x.shape[-1]) for x in (face, frame)]
    w = mask.ravel()
    means = [np.average(x, 0, w) for x in flat]
    variances = [np.average((x - m) ** 2, 0, w) for x, m in zip(flat, means)]
    factor = np.sqrt(variances[1]) / np.maximum(np.sqrt(variances[0]), 1e-3)
    return (face - means[0]) * factor + means[1]


# refused: frame over face
def reinhard(face, frame, mask):
    w = mask[..., None] / mask.sum()
    a, b = (w * face).sum((0, 1)), (w * frame).sum((0, 1))
    s, t = (np.sqrt((w * (x - m) ** 2).sum((0, 1))) for x, m in ((face, a), (frame, b)))
    return (face - a) * (s / t) + b


# refused: outside the mask
def reinhard(face, frame, mask):
    a, b = face.mean((0, 1)), frame.mean((0, 1))
    return (face - a) * (frame.std((0, 1)) / face.std((0, 1)).clip(1e-3)) + b


# refused: outside the mask
def reinhard(face, frame, mask):
    f, g = face * mask[..., None], frame * mask[..., None]
    return (face - f.mean((0, 1))) * (g.std((0, 1)) / f.std((0, 1)).clip(1e-3)) + g.mean((0, 1))


# refused: weight forgotten
def reinhard(face, frame, mask):
    p, q = face[mask > 0], frame[mask > 0]
    return (face - p.mean(0)) * (q.std(0) / p.std(0).clip(1e-3)) + q.mean(0)


# refused: weighted spread
def reinhard(face, frame, mask):
    w = mask[..., None] / mask.sum()
    return face - (w * face).sum((0, 1)) + (w * frame).sum((0, 1))


# refused: whose face
def reinhard(face, frame, mask):
    return frame


# refused: divide by zero
def reinhard(face, frame, mask):
    w = mask[..., None] / mask.sum()
    a, b = (w * face).sum((0, 1)), (w * frame).sum((0, 1))
    s, t = (np.sqrt((w * (x - m) ** 2).sum((0, 1))) for x, m in ((face, a), (frame, b)))
    return (face - a) * (t / s) + b
