# refused: left the range
def edge_blend(d):
    return d < 2.0, 0.5 - d


# refused: left the range|sum of both
def edge_blend(d):
    return d < 0.5, (0.5 - d).abs()


# refused: left the range
def edge_blend(d):
    return d < 0.5, 1 - d


# refused: no gradient
def edge_blend(d):
    return d < 0.5, (0.5 - d).detach()


# refused: left the range|sum of both
def edge_blend(d):
    return d >= 0.5, 0.5 - d


# refused: must be two
def edge_blend(d):
    return 0.5 - d


# accepted: each case by itself
def edge_blend(d):
    return d < 0.5, torch.where(d < 0.5, 0.5 - d, -(d - 0.5))
