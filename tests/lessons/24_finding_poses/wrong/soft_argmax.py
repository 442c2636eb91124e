# refused: \+ 0.5
def soft_argmax(share, window=2):
    n = share.shape[-1]
    u = torch.arange(n)
    top = share.flatten(-2).argmax(-1)[..., None]
    kept = share * ((u - top // n).abs() <= window)[..., :, None]
    kept = kept * ((u - top % n).abs() <= window)[..., None, :]
    total = kept.sum((-2, -1))
    x = (kept.sum(-2) * u).sum(-1) / total
    return torch.stack([x, (kept.sum(-1) * u).sum(-1) / total], -1)


# refused: square window
def soft_argmax(share, window=2):
    n = share.shape[-1]
    top = share.flatten(-2).argmax(-1)
    return torch.stack([top % n, top // n], -1) + 0.5


# refused: keep to the window
def soft_argmax(share, window=2):
    u = torch.arange(share.shape[-1]) + 0.5
    total = share.sum((-2, -1))
    x = (share.sum(-2) * u).sum(-1) / total
    return torch.stack([x, (share.sum(-1) * u).sum(-1) / total], -1)


# refused: divide
def soft_argmax(share, window=2):
    n = share.shape[-1]
    u = torch.arange(n)
    top = share.flatten(-2).argmax(-1)[..., None]
    kept = share * ((u - top // n).abs() <= window)[..., :, None]
    kept = kept * ((u - top % n).abs() <= window)[..., None, :]
    x = (kept.sum(-2) * (u + 0.5)).sum(-1)
    return torch.stack([x, (kept.sum(-1) * (u + 0.5)).sum(-1)], -1)


# accepted: a loop over the maps
def soft_argmax(share, window=2):
    n = share.shape[-1]
    out = []
    for one in share.reshape(-1, n, n):
        row, column = divmod(int(one.argmax()), n)
        a, b = max(0, row - window), max(0, column - window)
        part = one[a : row + window + 1, b : column + window + 1]
        y = (part.sum(1) * (torch.arange(part.shape[0]) + a + 0.5)).sum() / part.sum()
        x = (part.sum(0) * (torch.arange(part.shape[1]) + b + 0.5)).sum() / part.sum()
        out.append(torch.stack([x, y]))
    return torch.stack(out).view(*share.shape[:-2], 2)


# refused: both axes
def soft_argmax(share, window=2):
    n = share.shape[-1]
    u = torch.arange(n)
    top = share.flatten(-2).argmax(-1)[..., None]
    kept = share * ((u - top % n).abs() <= window)[..., None, :]
    total = kept.sum((-2, -1))
    x = (kept.sum(-2) * (u + 0.5)).sum(-1) / total
    return torch.stack([x, (kept.sum(-1) * (u + 0.5)).sum(-1) / total], -1)


# refused: square window
def soft_argmax(share, window=2):
    n = share.shape[-1]
    u = torch.arange(n)
    top = share.flatten(-2).argmax(-1)[..., None]
    x, y = (u - top % n).abs(), (u - top // n).abs()
    kept = share * (x[..., None, :] + y[..., :, None] <= window)
    total = kept.sum((-2, -1))
    x = (kept.sum(-2) * (u + 0.5)).sum(-1) / total
    return torch.stack([x, (kept.sum(-1) * (u + 0.5)).sum(-1) / total], -1)
