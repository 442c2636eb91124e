# refused: subtract the mean
def weights_of(head, mean, directions):
    rows = directions.flatten(1)
    return rows @ head.flatten() / rows.square().sum(1)


# refused: squared length
def weights_of(head, mean, directions):
    return directions.flatten(1) @ (head - mean).flatten()


# refused: squared length
def weights_of(head, mean, directions):
    rows = directions.flatten(1)
    return rows @ (head - mean).flatten() / rows.norm(dim=1)


# refused: is None
def weights_of(head, mean, directions):
    pass


# accepted: by least squares
def weights_of(head, mean, directions):
    rows = directions.flatten(1)
    return torch.linalg.lstsq(rows.T, (head - mean).flatten()[:, None]).solution[:, 0]
