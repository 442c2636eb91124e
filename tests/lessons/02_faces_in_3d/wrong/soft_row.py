# refused: sum
def soft_row(edge, size):
    return (torch.arange(size) <= edge).float()


# refused: no gradient
def soft_row(edge, size):
    return (edge + 0.5 - torch.arange(size)).clamp(0, 1).detach()


# refused: 0..1
def soft_row(edge, size):
    row = (torch.arange(size) <= edge).float()
    k = int(edge.detach().floor())
    d = torch.zeros(size)
    d[k] = 1
    return row + d * (edge - k - 0.5)


# refused: sum
def soft_row(edge, size):
    return torch.sigmoid(8 * (edge - torch.arange(size)))


# refused: only the pixel that the edge crosses
def soft_row(edge, size):
    return ((edge + 0.5) / size).expand(size)


# accepted: the share of each pixel that lies left of the edge
def soft_row(edge, size):
    return (edge + 0.5 - torch.arange(size)).clamp(0, 1)
