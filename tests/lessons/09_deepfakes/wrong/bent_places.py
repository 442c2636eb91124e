# refused: are x and y swapped
def bent_places(pushed, places):
    k = round(pushed.shape[1] ** 0.5)
    sheet = pushed.view(-1, k, k, 2).permute(0, 3, 2, 1)
    at = (places * 2 - 1).expand(len(pushed), 1, -1, 2)
    return F.grid_sample(sheet, at, align_corners=True)[:, :, 0].mT


# refused: corners cut
def bent_places(pushed, places):
    k = round(pushed.shape[1] ** 0.5)
    sheet = pushed.view(-1, k, k, 2).permute(0, 3, 1, 2)
    at = (places * 2 - 1).expand(len(pushed), 1, -1, 2)
    return F.grid_sample(sheet, at, align_corners=False, padding_mode="border")[:, :, 0].mT


# refused: moves by half
def bent_places(pushed, places):
    k = round(pushed.shape[1] ** 0.5)
    sheet = pushed.view(-1, k, k, 2).permute(0, 3, 1, 2)
    still = node_grid(k).view(1, k, k, 2).permute(0, 3, 1, 2)
    at = (places * 2 - 1).expand(len(pushed), 1, -1, 2)
    push = F.grid_sample(sheet - still, at, align_corners=True, mode="nearest")
    return places + push[:, :, 0].mT


# refused: shape
def bent_places(pushed, places):
    k = round(pushed.shape[1] ** 0.5)
    sheet = pushed.view(-1, k, k, 2).permute(0, 3, 1, 2)
    at = (places * 2 - 1).expand(len(pushed), 1, -1, 2)
    return F.grid_sample(sheet, at, align_corners=True)[:, :, 0]


# refused: moves by half
def bent_places(pushed, places):
    return places.expand(len(pushed), -1, -1)


# accepted: bilinear weights by hand
def bent_places(pushed, places):
    k = round(pushed.shape[1] ** 0.5)
    sheet = pushed.view(-1, k, k, 2)
    at = places * (k - 1)
    low = at.floor().clamp(max=k - 2).long()
    u, v = (at - low).unbind(1)
    x, y = low.unbind(1)
    top = sheet[:, y, x] * (1 - u)[:, None] + sheet[:, y, x + 1] * u[:, None]
    bottom = sheet[:, y + 1, x] * (1 - u)[:, None] + sheet[:, y + 1, x + 1] * u[:, None]
    return top * (1 - v)[:, None] + bottom * v[:, None]
