# refused: the opened mask
def opened(mask, down, up, side):
    padded = F.pad(mask, (side, side, up, down))  # up and down exchanged
    return F.max_pool2d(padded, (down + 1 + up, side + 1 + side), 1)


# refused: shape
def opened(mask, down, up, side):
    padded = F.pad(mask, (side, side, down, up))
    return F.max_pool2d(padded, (down + up, side + side), 1)  # the pixel itself is not counted


# refused: the opened mask
def opened(mask, down, up, side):
    return mask.clone()


# refused: the opened mask
def opened(mask, down, up, side):
    padded = F.pad(mask, (side, side, down, up))
    return F.avg_pool2d(padded, (down + 1 + up, side + 1 + side), 1)  # a mean, not a maximum


# refused: the opened mask
def opened(mask, down, up, side):
    most = max(down, up, side)
    return F.max_pool2d(mask, 2 * most + 1, 1, most)  # the same to all sides


# refused: truth values
def opened(mask, down, up, side):
    padded = F.pad(mask, (side, side, down, up))
    return F.max_pool2d(padded, (down + 1 + up, side + 1 + side), 1) > 0


# accepted: shifted and joined, one step at a time
def opened(mask, down, up, side):
    h, w = mask.shape[2:]
    padded = F.pad(mask, (side, side, down, up))
    shifted = [
        padded[:, :, y : y + h, x : x + w]
        for y in range(down + 1 + up)
        for x in range(2 * side + 1)
    ]
    return torch.stack(shifted).amax(0)
