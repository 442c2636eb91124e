# refused: frame over face
def soft_reinhard(face, frame, mask):
    w = mask[..., None] / mask.sum()
    m = lambda x: (w * x).sum((0, 1))
    s = lambda x: np.sqrt((w * (x - m(x)) ** 2).sum((0, 1)))
    return (face - m(face)) * s(face) / s(frame) + m(frame)


# refused: black outside
def soft_reinhard(face, frame, mask):
    m = lambda x: x.mean((0, 1))
    s = lambda x: x.std((0, 1))
    return (face - m(face)) * s(frame) / s(face) + m(frame)


# refused: black outside
def soft_reinhard(face, frame, mask):
    f = face * mask[..., None]
    b = frame * mask[..., None]
    return (face - f.mean((0, 1))) * b.std((0, 1)) / f.std((0, 1)) + b.mean((0, 1))


# refused: standard deviation
def soft_reinhard(face, frame, mask):
    w = mask[..., None] / mask.sum()
    return face - (w * face).sum((0, 1)) + (w * frame).sum((0, 1))


# refused: whose face
def soft_reinhard(face, frame, mask):
    return frame


# refused: by a positive factor
def soft_reinhard(face, frame, mask):
    w = mask[..., None] / mask.sum()
    mean = lambda x: (w * x).sum((0, 1))
    spread = lambda x: np.sqrt((w * (x - mean(x)) ** 2).sum((0, 1)))
    return (mean(face) - face) * spread(frame) / spread(face) + mean(frame)
