# accepted: patches counted from the first layer to the last
def patch_map(scores, layers, size):
    jump, start = 1, 0
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            start -= jump * layer.padding[0]
            jump *= layer.stride[0]
    r = receptive_field(layers)
    low = start + jump * np.arange(len(scores))
    pixels = np.arange(size)
    holds = torch.tensor((pixels >= low[:, None]) & (pixels < low[:, None] + r)).float()  # (n, S)
    total = holds.T @ torch.as_tensor(scores).float() @ holds
    return total / (holds.sum(0)[:, None] * holds.sum(0))


# refused: padding moves
def patch_map(scores, layers, size):
    r, jump = receptive_field(layers), 1
    for layer in reversed([m for m in layers if isinstance(m, nn.Conv2d)]):
        jump *= layer.stride[0]
    total, count = torch.zeros(2, size, size)
    for (i, j), score in np.ndenumerate(scores):
        at = slice(jump * i, jump * i + r), slice(jump * j, jump * j + r)
        total[at] += score
        count[at] += 1
    return total / count


# refused: mean a pixel
def patch_map(scores, layers, size):
    r, jump, start = receptive_field(layers), 1, 0
    for layer in reversed([m for m in layers if isinstance(m, nn.Conv2d)]):
        jump *= layer.stride[0]
        start = start * layer.stride[0] - layer.padding[0]
    total = torch.zeros(size, size)
    for (i, j), score in np.ndenumerate(scores):
        at = tuple(slice(max(0, jump * k + start), max(0, jump * k + start + r)) for k in (i, j))
        total[at] += score
    return total


# refused: patch
def patch_map(scores, layers, size):
    r, jump, start = receptive_field(layers), 1, 0
    for layer in [m for m in layers if isinstance(m, nn.Conv2d)]:
        jump *= layer.stride[0]
        start = start * layer.stride[0] - layer.padding[0]
    total, count = torch.zeros(2, size, size)
    for (i, j), score in np.ndenumerate(scores):
        at = tuple(slice(max(0, jump * k + start), max(0, jump * k + start + r)) for k in (i, j))
        total[at] += score
        count[at] += 1
    return total / count


# refused: rows
def patch_map(scores, layers, size):
    r, jump, start = receptive_field(layers), 1, 0
    for layer in reversed([m for m in layers if isinstance(m, nn.Conv2d)]):
        jump *= layer.stride[0]
        start = start * layer.stride[0] - layer.padding[0]
    total, count = torch.zeros(2, size, size)
    for (i, j), score in np.ndenumerate(scores):
        at = tuple(slice(max(0, jump * k + start), max(0, jump * k + start + r)) for k in (j, i))
        total[at] += score
        count[at] += 1
    return total / count


# refused: patch
def patch_map(scores, layers, size):
    scores = torch.as_tensor(scores).float()[None, None]
    return nn.functional.interpolate(scores, size=(size, size), mode="nearest")[0, 0]
