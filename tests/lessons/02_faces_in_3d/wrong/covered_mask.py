# refused: in other order
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


# refused: six pixels
def covered_mask(tri, size):
    x = torch.arange(size).float().expand(size, size)
    y = torch.arange(size).float()[:, None].expand(size, size)
    a, b, c = tri
    e = torch.stack([cross2(a, b, (x, y)), cross2(b, c, (x, y)), cross2(c, a, (x, y))])
    return (e > 0).all(0) | (e < 0).all(0)


# refused: return something
def covered_mask(tri, size):
    return None


# refused: span six pixels
def covered_mask(tri, size):
    x = torch.arange(size).float().expand(size, size)
    y = torch.arange(size).float()[:, None].expand(size, size)
    a, b, c = tri
    e = torch.stack([cross2(a, b, (x, y)), cross2(b, c, (x, y)), cross2(c, a, (x, y))])
    return (e >= -2).all(0) | (e <= 2).all(0)


# refused: six pixels|shape|other order
def covered_mask(tri, size):
    x = torch.arange(size).float().expand(size, size)
    y = torch.arange(size).float()[:, None].expand(size, size)
    a, b, c = torch.tensor([[2.0, 1.0], [13.0, 4.0], [5.0, 14.0]])
    e = torch.stack([cross2(a, b, (x, y)), cross2(b, c, (x, y)), cross2(c, a, (x, y))])
    return (e >= 0).all(0) | (e <= 0).all(0)


# refused: add no half
def covered_mask(tri, size):
    x = (torch.arange(size) + 0.5).expand(size, size)
    y = (torch.arange(size) + 0.5)[:, None].expand(size, size)
    a, b, c = tri
    e = torch.stack([cross2(a, b, (x, y)), cross2(b, c, (x, y)), cross2(c, a, (x, y))])
    return (e >= 0).all(0) | (e <= 0).all(0)
