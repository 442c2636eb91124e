# refused: half a cell
def heat_map(x, y, size, sigma):
    u = torch.arange(size)
    return -((u - x * size) ** 2 + (u[:, None] - y * size) ** 2) / (2 * sigma**2)


# refused: soft-argmax
def heat_map(x, y, size, sigma):
    u = torch.arange(size) + 0.5
    return -((u - y * size) ** 2 + (u[:, None] - x * size) ** 2) / (2 * sigma**2)


# refused: variance
def heat_map(x, y, size, sigma):
    u = torch.arange(size) + 0.5
    return -((u - x * size) ** 2 + (u[:, None] - y * size) ** 2) / sigma**2


# refused: soft-argmax
def heat_map(x, y, size, sigma):
    u = torch.arange(size) + 0.5
    return torch.exp(-((u - x * size) ** 2 + (u[:, None] - y * size) ** 2) / (2 * sigma**2))


# refused: down the rows
def heat_map(x, y, size, sigma):
    u = torch.arange(size) + 0.5
    return -((u - x * size) ** 2) / (2 * sigma**2) - (u[:, None] - y * size) ** 2 / 2
