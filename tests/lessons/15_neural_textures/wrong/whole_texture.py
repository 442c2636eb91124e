# refused: the whole texture
def whole_texture(levels):
    whole = levels[0]
    for level in levels[1:]:  # down to the coarsest size
        size = level.shape[-1]
        whole = F.interpolate(whole, size=size, mode="bilinear", align_corners=True) + level
    return whole


# refused: one lookup in the sum
def whole_texture(levels):
    *finer, whole = levels
    for level in reversed(finer):
        whole = F.interpolate(whole, size=level.shape[-1], mode="bilinear") + level  # no corners
    return whole


# refused: one lookup in the sum
def whole_texture(levels):
    *finer, whole = levels
    for level in reversed(finer):
        whole = F.interpolate(whole, size=level.shape[-1], mode="nearest") + level
    return whole


# refused: one lookup in the sum
def whole_texture(levels):
    *finer, whole = levels
    for level in reversed(finer):
        size = level.shape[-1]
        up = F.interpolate(whole, size=size, mode="bilinear", align_corners=True)
        whole = (up + level) / 2  # a mean
    return whole


# refused: one lookup in the sum|hears nothing
def whole_texture(levels):
    return levels[0]


# refused: a level
def whole_texture(levels):
    size = levels[0].shape[-1]
    with torch.no_grad():
        for level in levels[1:]:  # into the level that was given
            levels[0].add_(F.interpolate(level, size=size, mode="bilinear", align_corners=True))
    return levels[0]


# accepted: each level enlarged in one go
def whole_texture(levels):
    size = levels[0].shape[-1]
    up = dict(size=size, mode="bilinear", align_corners=True)
    return sum(F.interpolate(level, **up) for level in levels)
