# refused: blended with an overlap
def blended(before, after, overlap):
    return torch.cat([before, after])


# refused: row
def blended(before, after, overlap):
    start = len(before) - overlap
    w = torch.linspace(0, 1, overlap + 2)[1:-1, None]  # straight, not a cosine
    mixed = torch.lerp(before[start:], after[:overlap], w)
    return torch.cat([before[:start], mixed, after[overlap:]])


# refused: row
def blended(before, after, overlap):
    start = len(before) - overlap
    turn = torch.arange(1, overlap + 1) / (overlap + 1)
    w = (0.5 - 0.5 * torch.cos(torch.pi * turn))[:, None]
    mixed = torch.lerp(after[:overlap], before[start:], w)  # the wrong way round
    return torch.cat([before[:start], mixed, after[overlap:]])


# refused: overlap of 0
def blended(before, after, overlap):
    turn = torch.arange(1, overlap + 1) / (overlap + 1)
    w = (0.5 - 0.5 * torch.cos(torch.pi * turn))[:, None]
    if overlap == 0:
        return torch.cat([before[:-1], after])
    mixed = torch.lerp(before[-overlap:], after[:overlap], w)
    return torch.cat([before[:-overlap], mixed, after[overlap:]])


# refused: row 0
def blended(before, after, overlap):
    start = len(before) - overlap
    turn = torch.linspace(0, 1, overlap)  # begins at 0 and ends at 1
    w = (0.5 - 0.5 * torch.cos(torch.pi * turn))[:, None]
    mixed = torch.lerp(before[start:], after[:overlap], w)
    return torch.cat([before[:start], mixed, after[overlap:]])


# refused: only read
def blended(before, after, overlap):
    start = len(before) - overlap
    turn = torch.arange(1, overlap + 1) / (overlap + 1)
    w = (0.5 - 0.5 * torch.cos(torch.pi * turn))[:, None]
    out = torch.cat(
        [before[:start], torch.lerp(before[start:], after[:overlap], w), after[overlap:]]
    )
    before[start:] = after[:overlap]
    return out


# accepted: a loop
def blended(before, after, overlap):
    rows = list(before[: len(before) - overlap])
    for j in range(overlap):
        w = (1 - np.cos(np.pi * (j + 1) / (overlap + 1))) / 2
        rows.append((1 - w) * before[len(before) - overlap + j] + w * after[j])
    return torch.stack(rows + list(after[overlap:]))
