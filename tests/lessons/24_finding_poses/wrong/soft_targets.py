# refused: the sum of each map
def soft_targets(points, size, sigma=1.0):
    u = torch.arange(size, device=points.device) + 0.5
    gx = torch.exp(-((u - points[..., :1]) ** 2) / (2 * sigma**2))
    gy = torch.exp(-((u - points[..., 1:]) ** 2) / (2 * sigma**2))
    return gy[..., :, None] * gx[..., None, :]


# refused: x and y swapped
def soft_targets(points, size, sigma=1.0):
    u = torch.arange(size, device=points.device) + 0.5
    gx = (-((u - points[..., :1]) ** 2) / (2 * sigma**2)).softmax(-1)
    gy = (-((u - points[..., 1:]) ** 2) / (2 * sigma**2)).softmax(-1)
    return gx[..., :, None] * gy[..., None, :]


# refused: x 2.5, y 5.5|one cell beside|half a cell
def soft_targets(points, size, sigma=1.0):
    u = torch.arange(size, device=points.device)
    gx = (-((u - points[..., :1]) ** 2) / (2 * sigma**2)).softmax(-1)
    gy = (-((u - points[..., 1:]) ** 2) / (2 * sigma**2)).softmax(-1)
    return gy[..., :, None] * gx[..., None, :]


# refused: use sigma
def soft_targets(points, size, sigma=1.0):
    u = torch.arange(size, device=points.device) + 0.5
    gx = (-((u - points[..., :1]) ** 2) / 2).softmax(-1)
    gy = (-((u - points[..., 1:]) ** 2) / 2).softmax(-1)
    return gy[..., :, None] * gx[..., None, :]


# accepted: all cells at once, the softmax over the whole map
def soft_targets(points, size, sigma=1.0):
    u = torch.arange(size, device=points.device) + 0.5
    dx = (u - points[..., :1]) ** 2
    dy = (u - points[..., 1:]) ** 2
    d = dy[..., :, None] + dx[..., None, :]
    return (-d / (2 * sigma**2)).flatten(-2).softmax(-1).unflatten(-1, (size, size))
