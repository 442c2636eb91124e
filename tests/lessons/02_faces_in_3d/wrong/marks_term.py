# refused: over x and y
def marks_term(xy, marks, size):
    return ((xy - marks) / (size / 64)).square().mean()


# refused: 64ths
def marks_term(xy, marks, size):
    return (xy - marks).square().sum(-1).mean() / (size / 64)


# refused: 64ths
def marks_term(xy, marks, size):
    return ((xy - marks) / (size / 64)).square().sum(-1).sqrt().mean()


# refused: one number
def marks_term(xy, marks, size):
    return ((xy - marks) / (size / 64)).square().sum(-1)


# refused: 64ths
def marks_term(xy, marks, size):
    return ((xy - marks) / 2).square().sum(-1).mean()


# refused: no gradient
def marks_term(xy, marks, size):
    return float(((xy - marks) / (size / 64)).square().sum(-1).mean())
