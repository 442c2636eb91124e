# refused: the cell
def averaged_texture(places, frames, side=128):
    shown = places.any(-1)
    place = places[shown].astype(int) * side // 256
    cell = place[:, 0] * side + place[:, 1]  # rows by red
    count = np.bincount(cell, minlength=side * side)
    colours = frames[shown].astype(float)
    sums = [np.bincount(cell, colours[:, c], side * side) for c in range(3)]
    with np.errstate(invalid="ignore"):
        return (np.stack(sums, 1) / count[:, None]).reshape(side, side, 3)


# refused: the cell
def averaged_texture(places, frames, side=128):
    place = places.reshape(-1, 3).astype(int) * side // 256  # black pixels too
    cell = place[:, 1] * side + place[:, 0]
    count = np.bincount(cell, minlength=side * side)
    colours = frames.reshape(-1, 3).astype(float)
    sums = [np.bincount(cell, colours[:, c], side * side) for c in range(3)]
    with np.errstate(invalid="ignore"):
        return (np.stack(sums, 1) / count[:, None]).reshape(side, side, 3)


# refused: never seen
def averaged_texture(places, frames, side=128):
    shown = places.any(-1)
    place = places[shown].astype(int) * side // 256
    cell = place[:, 1] * side + place[:, 0]
    count = np.bincount(cell, minlength=side * side).clip(1)  # black instead of NaN
    colours = frames[shown].astype(float)
    sums = [np.bincount(cell, colours[:, c], side * side) for c in range(3)]
    return (np.stack(sums, 1) / count[:, None]).reshape(side, side, 3)


# refused: the cell
def averaged_texture(places, frames, side=128):
    shown = places[..., :2].all(-1)  # pixels with a little red and green only
    place = places[shown].astype(int) * side // 256
    cell = place[:, 1] * side + place[:, 0]
    count = np.bincount(cell, minlength=side * side)
    colours = frames[shown].astype(float)
    sums = [np.bincount(cell, colours[:, c], side * side) for c in range(3)]
    with np.errstate(invalid="ignore"):
        return (np.stack(sums, 1) / count[:, None]).reshape(side, side, 3)


# refused: the cell
def averaged_texture(places, frames, side=128):
    shown = places.any(-1)
    place = places[shown].astype(int) * side // 256
    out = np.full((side, side, 3), np.nan)
    out[place[:, 1], place[:, 0]] = frames[shown]  # the last one, not the mean
    return out


# accepted: np.add.at
def averaged_texture(places, frames, side=128):
    shown = places.any(-1)
    x, y = (places[shown][:, c].astype(int) * side // 256 for c in (0, 1))
    sums, count = np.zeros((side, side, 3)), np.zeros((side, side, 1))
    np.add.at(sums, (y, x), frames[shown].astype(float))
    np.add.at(count, (y, x), 1)
    return np.where(count > 0, sums / count.clip(1), np.nan)
