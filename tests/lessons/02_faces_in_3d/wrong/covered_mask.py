# refused: other order
def covered_mask(tri, size):
    x = torch.arange(size).float().expand(size, size)
    y = torch.arange(size).float()[:, None].expand(size, size)
    a, b, c = tri
    return (
        torch.stack([cross2(a, b, (x, y)), cross2(b, c, (x, y)), cross2(c, a, (x, y))]) >= 0
    ).all(0)


# refused: \[y, x\]
def covered_mask(tri, size):
    x = torch.arange(size).float()[:, None].expand(size, size)
    y = torch.arange(size).float().expand(size, size)
    a, b, c = tri
    e = torch.stack([cross2(a, b, (x, y)), cross2(b, c, (x, y)), cross2(c, a, (x, y))])
    return (e >= 0).all(0) | (e <= 0).all(0)


# refused: corner
def covered_mask(tri, size):
    x = torch.arange(size).float().expand(size, size)
    y = torch.arange(size).float()[:, None].expand(size, size)
    a, b, c = tri
    e = torch.stack([cross2(a, b, (x, y)), cross2(b, c, (x, y)), cross2(c, a, (x, y))])
    return (e > 0).all(0) | (e < 0).all(0)


# refused: nothing
def covered_mask(tri, size):
    return None
