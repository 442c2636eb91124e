# refused: inner corner
def eye_matrix(outer, inner, size=EYE):
    height, width = size
    length = np.linalg.norm(inner - outer)
    right = (outer - inner) / length  # from the inner corner to the outer one
    down = np.array([-right[1], right[0]])
    if down[1] < 0:
        down = -down
    turn = width / (1.6 * length) * np.stack([right, down])
    shift = np.array([width / 2, height / 2]) - turn @ ((outer + inner) / 2)
    return np.concatenate([turn, shift[:, None]], 1)


# refused: down from the middle
def eye_matrix(outer, inner, size=EYE):
    height, width = size
    length = np.linalg.norm(inner - outer)
    right = (inner - outer) / length
    down = np.array([-right[1], right[0]])  # upside down for an eye read from the right
    turn = width / (1.6 * length) * np.stack([right, down])
    shift = np.array([width / 2, height / 2]) - turn @ ((outer + inner) / 2)
    return np.concatenate([turn, shift[:, None]], 1)


# refused: inner corner
def eye_matrix(outer, inner, size=EYE):
    height, width = size
    length = np.linalg.norm(inner - outer)
    right = (inner - outer) / length
    down = np.array([-right[1], right[0]])
    if down[1] < 0:
        down = -down
    turn = width / length * np.stack([right, down])  # the eye fills the crop
    shift = np.array([width / 2, height / 2]) - turn @ ((outer + inner) / 2)
    return np.concatenate([turn, shift[:, None]], 1)


# refused: middle between the corners
def eye_matrix(outer, inner, size=EYE):
    height, width = size
    length = np.linalg.norm(inner - outer)
    right = (inner - outer) / length
    down = np.array([-right[1], right[0]])
    if down[1] < 0:
        down = -down
    turn = width / (1.6 * length) * np.stack([right, down])
    shift = np.array([width / 2, height / 2]) - (outer + inner) / 2  # pixels of the frame
    return np.concatenate([turn, shift[:, None]], 1)


# refused: middle
def eye_matrix(outer, inner, size=EYE):
    height, width = EYE  # the size that was asked for is ignored
    length = np.linalg.norm(inner - outer)
    right = (inner - outer) / length
    down = np.array([-right[1], right[0]])
    if down[1] < 0:
        down = -down
    turn = width / (1.6 * length) * np.stack([right, down])
    shift = np.array([width / 2, height / 2]) - turn @ ((outer + inner) / 2)
    return np.concatenate([turn, shift[:, None]], 1)


# refused: inner corner
def eye_matrix(outer, inner, size=EYE):
    height, width = size  # the tilt of the eye is left in the picture
    scale = width / (1.6 * abs(inner[0] - outer[0]))
    turn = scale * np.diag([np.sign(inner[0] - outer[0]), 1.0])
    shift = np.array([width / 2, height / 2]) - turn @ ((outer + inner) / 2)
    return np.concatenate([turn, shift[:, None]], 1)


# accepted: from three points, by OpenCV
def eye_matrix(outer, inner, size=EYE):
    height, width = size
    middle = (outer + inner) / 2
    along = (inner - outer) * 0.8
    below = np.array([-along[1], along[0]])
    below = below * np.sign(below[1]) * height / width
    source = np.float32([middle - along, middle + along, middle + below])
    goal = np.float32([[0, height / 2], [width, height / 2], [width / 2, height]])
    return cv2.getAffineTransform(source, goal)
