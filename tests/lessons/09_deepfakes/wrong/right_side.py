# refused: over black
def right_side(face, frame, omega):
    solved = omega[..., None]
    known = np.where(solved, 0, frame)
    return np.where(solved, 4 * frame - neighbours(frame) + neighbours(known), 0)


# accepted: neighbour by neighbour
def right_side(face, frame, omega):
    out = np.zeros_like(face)
    for y, x in np.argwhere(omega):
        for v, u in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            out[y, x] += face[y, x] - face[v, u]
            if not omega[v, u]:
                out[y, x] += frame[v, u]
    return out


# refused: in white
def right_side(face, frame, omega):
    solved = omega[..., None]
    return np.where(solved, 4 * face - neighbours(face) + neighbours(frame), 0)


# refused: over black|face = frame
def right_side(face, frame, omega):
    solved = omega[..., None]
    face = np.where(solved, face, 0)
    known = np.where(solved, 0, frame)
    return np.where(solved, 4 * face - neighbours(face) + neighbours(known), 0)


# refused: in white|over black|face = frame
def right_side(face, frame, omega):
    return np.where(omega[..., None], 4 * face - neighbours(face), 0)


# refused: nothing to solve
def right_side(face, frame, omega):
    known = np.where(omega[..., None], 0, frame)
    return 4 * face - neighbours(face) + neighbours(known)


# refused: in white|over black|face = frame
def right_side(face, frame, omega):
    solved = omega[..., None]
    known = np.where(solved, 0, frame)
    return np.where(solved, 4 * face - neighbours(face) - neighbours(known), 0)


# refused: over black|face = frame
def right_side(face, frame, omega):
    solved = omega[..., None]
    known = np.where(solved, 0, frame)
    return np.where(solved, neighbours(face) - 4 * face + neighbours(known), 0)


# refused: shape
def right_side(face, frame, omega):
    return None
