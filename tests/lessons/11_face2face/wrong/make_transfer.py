# refused: displacement
def make_transfer(source, target, units, faces):
    a, b, c = (units[:, faces[:, k]] for k in range(3))
    p = torch.linalg.pinv(torch.stack([b - a, c - a], 3).flatten(1).T)
    return lambda now: (
        p @ (triangles(now, faces)[:, :, :2] - triangles(source, faces)[:, :, :2]).flatten()
    )


# refused: every frame
def make_transfer(source, target, units, faces):
    i = torch.linalg.inv(triangles(source, faces))
    e = triangles(target, faces)[:, :, :2]
    a, b, c = (units[:, faces[:, k]] for k in range(3))
    return lambda now: (
        torch.linalg.pinv(torch.stack([b - a, c - a], 3).flatten(1).T)
        @ (triangles(now, faces) @ i @ e - e).flatten()
    )


# refused: same order
def make_transfer(source, target, units, faces):
    i = torch.linalg.inv(triangles(source, faces))
    e = triangles(target, faces)[:, :, :2]
    a, b, c = (units[:, faces[:, k]] for k in range(3))
    p = torch.linalg.pinv(torch.stack([b - a, c - a], 1).flatten(1).T)
    return lambda now: p @ (triangles(now, faces) @ i @ e - e).flatten()


# refused: function
def make_transfer(source, target, units, faces):
    return None


# refused: of another shape
def make_transfer(source, target, units, faces):
    a, b, c = (units[:, faces[:, k]] for k in range(3))
    p = torch.linalg.pinv(torch.stack([b - a, c - a], 3).flatten(1).T)
    neutral = triangles(source, faces)[:, :, :2]
    ratio = triangles(target, faces)[:, :, :2].norm() / neutral.norm()
    return lambda now: p @ (ratio * (triangles(now, faces)[:, :, :2] - neutral)).flatten()
