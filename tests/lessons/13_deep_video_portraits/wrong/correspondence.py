# refused: a colour
def correspondence(mean, faces, seen, size):
    low = mean.min()  # one range for all axes
    colours = (mean - low) / (mean.max() - low)
    return scatter(interpolate(colours[None], faces, seen), seen.pixel, size, 0.0)


# refused: a colour
def correspondence(mean, faces, seen, size):
    return scatter(interpolate(mean[None], faces, seen), seen.pixel, size, 0.0)


# refused: a colour
def correspondence(mean, faces, seen, size):
    points = interpolate(mean[None], faces, seen)  # stretched to what is seen, not to the face
    low = points.amin(0)
    colours = (points - low) / (points.amax(0) - low)
    return scatter(colours, seen.pixel, size, 0.0)


# refused: a colour
def correspondence(mean, faces, seen, size):
    low = mean.amin(0)
    colours = (mean - low) / (mean.amax(0) - low)
    return scatter(interpolate(colours[None], faces, seen), seen.pixel, size, 1.0)  # white


# refused: a colour
def correspondence(mean, faces, seen, size):
    low = mean.amin(0)
    colours = (mean - low) / (mean.amax(0) - low)
    flat = colours[faces[seen.face]].mean(1)  # one colour a triangle: not blended
    return scatter(flat, seen.pixel, size, 0.0)


# refused: a colour
def correspondence(mean, faces, seen, size):
    used = mean[faces[seen.face].flatten()]  # stretched to the faces that are seen
    colours = (mean - used.amin(0)) / (used.amax(0) - used.amin(0))
    return scatter(interpolate(colours[None], faces, seen), seen.pixel, size, 0.0)


# refused: must stay as it is
def correspondence(mean, faces, seen, size):
    mean -= mean.amin(0)
    mean /= mean.amax(0)
    return scatter(interpolate(mean[None], faces, seen), seen.pixel, size, 0.0)


# accepted: blended first, stretched afterwards
def correspondence(mean, faces, seen, size):
    points = (mean[faces[seen.face]] * seen.bary[..., None]).sum(1)
    low = mean.min(0).values
    out = torch.zeros(size * size, 3)
    out[seen.pixel] = (points - low) / (mean.max(0).values - low)
    return out.view(size, size, 3)
