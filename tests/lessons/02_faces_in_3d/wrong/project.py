# refused: it is the distance
def project(points, focal, near=NEAR, far=FAR):
    x, y, z = points.unbind(-1)
    return torch.stack([focal * x, focal * y, depth_of(-z, near, far), z], -1)


# refused: do not divide|w is off
def project(points, focal, near=NEAR, far=FAR):
    x, y, z = points.unbind(-1)
    w = -z
    return torch.stack([focal * x / w, focal * y / w, depth_of(w, near, far), w], -1)


# refused: focal length 2|x and y over w
def project(points, focal, near=NEAR, far=FAR):
    x, y, z = points.unbind(-1)
    w = -z
    return torch.stack([6.9 * x, 6.9 * y, depth_of(w, near, far), w], -1)


# refused: near and far
def project(points, focal, near=NEAR, far=FAR):
    x, y, z = points.unbind(-1)
    w = -z
    return torch.stack([focal * x, focal * y, depth_of(w), w], -1)


# refused: shape
def project(points, focal, near=NEAR, far=FAR):
    x, y, z = points.unbind(-1)
    w = -z
    return torch.stack([focal * x, focal * y, w], -1)


# refused: shape
def project(points, focal, near=NEAR, far=FAR):
    x, y, z = points.reshape(-1, 3).unbind(-1)
    w = -z
    return torch.stack([focal * x, focal * y, depth_of(w, near, far), w], -1)


# refused: depth over w at 2 m
def project(points, focal, near=NEAR, far=FAR):
    x, y, z = points.unbind(-1)
    w = -z
    return torch.stack([focal * x, focal * y, w * (2 * (w - near) / (far - near) - 1), w], -1)
