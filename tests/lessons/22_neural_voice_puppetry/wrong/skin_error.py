# refused: the error
def skin_error(wrong, basis, weight):
    moved = torch.einsum("...k,kvc->...vc", wrong, basis)
    return (moved.norm(dim=-1) * weight).sum(-1) / weight.sum()  # a mean of lengths


# refused: the error
def skin_error(wrong, basis, weight):
    moved = torch.einsum("...k,kvc->...vc", wrong, basis)
    return moved.square().sum(-1).mean(-1).sqrt()  # all alike


# refused: the error
def skin_error(wrong, basis, weight):
    moved = torch.einsum("...k,kvc->...vc", wrong, basis)
    return (moved.square().sum(-1) * weight).mean(-1).sqrt()  # not by the sum of weights


# refused: the error
def skin_error(wrong, basis, weight):
    moved = torch.einsum("...k,kvc->...vc", wrong, basis)
    return (moved.square().sum(-1) * weight).sum(-1) / weight.sum()  # no root


# refused: the error|one error
def skin_error(wrong, basis, weight):
    squares = (wrong.square() @ basis.square().sum(-1)) * weight  # each unit by itself
    return (squares.sum(-1) / weight.sum()).sqrt()


# refused: must let gradients through
def skin_error(wrong, basis, weight):
    moved = torch.einsum("...k,kvc->...vc", wrong.detach(), basis)
    return ((moved.square().sum(-1) * weight).sum(-1) / weight.sum()).sqrt()


# accepted: by one matrix
def skin_error(wrong, basis, weight):
    matrix = torch.einsum("v,kvc,lvc->kl", weight, basis, basis) / weight.sum()
    return ((wrong @ matrix) * wrong).sum(-1).sqrt()
