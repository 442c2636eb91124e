# refused: power
def irls_weights(r, smallest=1e-3):
    return 1 / r.square().sum(1).clamp(min=smallest**2)


# refused: norm
def irls_weights(r, smallest=1e-3):
    return 1 / r.abs().mean(1).clamp(min=smallest)


# refused: single pixels
def irls_weights(r, smallest=1e-3):
    return torch.full((len(r),), float(r.norm(dim=1).sum() / r.square().sum()))


# refused: infinity
def irls_weights(r, smallest=1e-3):
    return 1 / r.norm(dim=1)


# refused: shape \(\)
def irls_weights(r, smallest=1e-3):
    return None
