# refused: what is looked up
def texels(uv, n):
    at = uv * (n - 1)
    cell = at.floor().clamp(0, n - 2)
    x, y = (at - cell).unbind(1)
    column, row = cell.long().unbind(1)
    first = column * n + row  # a texture on its side
    numbers = torch.stack([first, first + 1, first + n, first + n + 1], 1)
    return numbers, torch.stack([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y], 1)


# refused: outside the texture
def texels(uv, n):
    at = uv * (n - 1)
    cell = at.floor()  # at the last edge there is no cell
    x, y = (at - cell).unbind(1)
    column, row = cell.long().unbind(1)
    first = row * n + column
    numbers = torch.stack([first, first + 1, first + n, first + n + 1], 1)
    return numbers, torch.stack([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y], 1)


# refused: what is looked up
def texels(uv, n):
    at = uv * (n - 1)
    cell = at.floor().clamp(0, n - 2)
    x, y = (at - cell).unbind(1)
    column, row = cell.long().unbind(1)
    first = row * n + column
    numbers = torch.stack([first, first + 1, first + n, first + n + 1], 1)
    return numbers, torch.stack([x * y, (1 - x) * y, x * (1 - y), (1 - x) * (1 - y)], 1)  # far


# refused: outside the texture|what is looked up
def texels(uv, n):
    at = uv * n - 0.5  # texels in the middles of fields
    cell = at.floor().clamp(0, n - 2)
    x, y = (at - cell).unbind(1)
    column, row = cell.long().unbind(1)
    first = row * n + column
    numbers = torch.stack([first, first + 1, first + n, first + n + 1], 1)
    return numbers, torch.stack([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y], 1)


# refused: what is looked up
def texels(uv, n):
    cell = (uv * (n - 1)).round().clamp(0, n - 2).long()  # the nearest one, four times
    first = cell[:, 1] * n + cell[:, 0]
    numbers = torch.stack([first, first + 1, first + n, first + n + 1], 1)
    return numbers, torch.tensor([1.0, 0, 0, 0]).expand(len(uv), 4)


# refused: the order of the four
def texels(uv, n):
    at = uv * (n - 1)
    cell = at.floor().clamp(0, n - 2)
    x, y = (at - cell).unbind(1)
    column, row = cell.long().unbind(1)
    first = row * n + column
    numbers = torch.stack([first, first + n, first + 1, first + n + 1], 1)
    return numbers, torch.stack([(1 - x) * (1 - y), (1 - x) * y, x * (1 - y), x * y], 1)


# accepted: weights as products of pairs
def texels(uv, n):
    at = uv * (n - 1)
    cell = torch.clamp(torch.floor(at), 0, n - 2)
    far = at - cell
    wx = torch.stack([1 - far[:, 0], far[:, 0]], 1)
    wy = torch.stack([1 - far[:, 1], far[:, 1]], 1)
    weights = (wy[:, :, None] * wx[:, None, :]).flatten(1)
    first = (cell[:, 1] * n + cell[:, 0]).long()
    return first[:, None] + torch.tensor([0, 1, n, n + 1]), weights
