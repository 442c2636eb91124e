# refused: its twin
def mirrored(points, there, size):
    x, y = points.unbind(-1)
    return torch.stack([size - x, y], -1), there


# refused: size - x
def mirrored(points, there, size):
    twin = list(MIRROR)
    x, y = points[:, twin].unbind(-1)
    return torch.stack([size - 1 - x, y], -1), there[:, twin]


# refused: belongs to the joint
def mirrored(points, there, size):
    x, y = points[:, list(MIRROR)].unbind(-1)
    return torch.stack([size - x, y], -1), there


# refused: size - x
def mirrored(points, there, size):
    twin = list(MIRROR)
    return points[:, twin], there[:, twin]


# accepted: multiply and add
def mirrored(points, there, size):
    twin = torch.tensor(MIRROR)
    flip = points.new_tensor([-1.0, 1.0])
    return points[:, twin] * flip + points.new_tensor([float(size), 0.0]), there[:, twin]
