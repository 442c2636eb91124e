# refused: the weighted means
def attended(codes, scores):
    near = codes.unfold(1, 8, 1)
    return near.mean(-1)  # whatever the scores


# refused: the weighted means
def attended(codes, scores):
    near = codes.unfold(1, 8, 1)
    return (near * scores.softmax(1)[:, :, None]).sum(-1)  # over the frames


# refused: the weighted means
def attended(codes, scores):
    near = codes.unfold(1, 8, 1).flip(-1)  # the last neighbour first
    return (near * scores.softmax(-1)[:, :, None]).sum(-1)


# refused: the weighted means
def attended(codes, scores):
    near = codes.unfold(1, 8, 1)
    return (near * scores.sigmoid()[:, :, None]).sum(-1)  # they do not sum to 1


# refused: one of them detached
def attended(codes, scores):
    near = codes.detach().unfold(1, 8, 1)
    return (near * scores.softmax(-1)[:, :, None]).sum(-1)


# refused: the weighted means
def attended(codes, scores):
    near = codes.roll(1, 1).unfold(1, 8, 1)  # a frame late
    return (near * scores.softmax(-1)[:, :, None]).sum(-1)


# refused: one of them detached
def attended(codes, scores):
    near = codes.unfold(1, 8, 1)
    return (near * scores.detach().softmax(-1)[:, :, None]).sum(-1)  # it would never learn


# refused: overflow in exp
def attended(codes, scores):
    near = codes.unfold(1, 8, 1)
    share = scores.exp() / scores.exp().sum(-1, keepdim=True)
    return (near * share[:, :, None]).sum(-1)


# accepted: a loop over the neighbours
def attended(codes, scores):
    share = scores.softmax(-1)
    L = scores.shape[1]
    return sum(share[..., i : i + 1] * codes[:, i : i + L] for i in range(8))
