# refused: affine
def perspective(b, values, w):
    return b @ values


# refused: corner
def perspective(b, values, w):
    return b / w @ values


# refused: inside
def perspective(b, values, w):
    s = b * w
    return s @ values / s.sum(1, keepdim=True)
