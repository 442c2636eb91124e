# refused: two things
def make_pairs(x, y, d):
    return x


# refused: 43 pairs
def make_pairs(x, y, d):
    return x, y


# refused: other way round
def make_pairs(x, y, d):
    return x[: len(x) - d], y[d:]


# refused: input time
def make_pairs(x, y, d):
    return x[: len(x) - d], y[: len(y) - d]


# refused: nothing is lost
def make_pairs(x, y, d):
    return x[d:], y[:-d]
