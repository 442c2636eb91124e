# refused: clip first
def overlap(a, b):
    a = a[:, None]
    b = b[None]
    s = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    c = s[..., 0] * s[..., 1]
    k = lambda x: (x[..., 2] - x[..., 0]) * (x[..., 3] - x[..., 1])
    return c / (k(a) + k(b) - c)


# refused: itself
def overlap(a, b):
    a = a[:, None]
    b = b[None]
    s = (np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])).clip(0)
    c = s[..., 0] * s[..., 1]
    k = lambda x: (x[..., 2] - x[..., 0]) * (x[..., 3] - x[..., 1])
    return c / (k(a) + k(b))


# refused: the table
def overlap(a, b):
    a, b = (b[:, None], a[None])
    s = (np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])).clip(0)
    c = s[..., 0] * s[..., 1]
    k = lambda x: (x[..., 2] - x[..., 0]) * (x[..., 3] - x[..., 1])
    return c / (k(a) + k(b) - c)


# refused: width times height
def overlap(a, b):
    a = a[:, None]
    b = b[None]
    side = (np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])).clip(0)
    common = side[..., 0] * side[..., 1]
    area = lambda x: (x[..., 2] - x[..., 0]) ** 2
    return common / (area(a) + area(b) - common)
