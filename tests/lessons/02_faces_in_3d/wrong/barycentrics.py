# refused: shares on screen
def barycentrics(corners, u, v):
    flat = [(c[:, 0] / c[:, 2], c[:, 1] / c[:, 2]) for c in corners]
    a, b, c = flat
    e = torch.stack([cross2(b, c, (u, v)), cross2(c, a, (u, v)), cross2(a, b, (u, v))], -1)
    return e / e.sum(-1, keepdim=True)


# refused: in that order
def barycentrics(corners, u, v):
    q = [(c[:, 0] - u * c[:, 2], c[:, 1] - v * c[:, 2]) for c in corners]
    cross = lambda a, b: a[0] * b[1] - a[1] * b[0]
    e = torch.stack([cross(q[0], q[1]), cross(q[1], q[2]), cross(q[2], q[0])], -1)
    return e / e.sum(-1, keepdim=True)


# refused: divide by the sum
def barycentrics(corners, u, v):
    q = [(c[:, 0] - u * c[:, 2], c[:, 1] - v * c[:, 2]) for c in corners]
    cross = lambda a, b: a[0] * b[1] - a[1] * b[0]
    return torch.stack([cross(q[1], q[2]), cross(q[2], q[0]), cross(q[0], q[1])], -1)


# refused: in that order|shares in space
def barycentrics(corners, u, v):
    q = [(c[:, 0] - u * c[:, 2], c[:, 1] - u * c[:, 2]) for c in corners]
    cross = lambda a, b: a[0] * b[1] - a[1] * b[0]
    e = torch.stack([cross(q[1], q[2]), cross(q[2], q[0]), cross(q[0], q[1])], -1)
    return e / e.sum(-1, keepdim=True)


# accepted: screen shares divided by the distances
def barycentrics(corners, u, v):
    a, b, c = [(x[:, 0] / x[:, 2], x[:, 1] / x[:, 2]) for x in corners]
    e = torch.stack([cross2(b, c, (u, v)), cross2(c, a, (u, v)), cross2(a, b, (u, v))], -1)
    e = e / torch.stack([x[:, 2] for x in corners], -1)
    return e / e.sum(-1, keepdim=True)


# refused: no gradient
def barycentrics(corners, u, v):
    a, b, c = [(x.detach()[:, :2] - torch.stack([u, v], 1) * x.detach()[:, 2:]).T for x in corners]
    e = torch.stack(
        [b[0] * c[1] - b[1] * c[0], c[0] * a[1] - c[1] * a[0], a[0] * b[1] - a[1] * b[0]], -1
    )
    return e / e.sum(-1, keepdim=True)
