# refused: off by|mean is taken away
def face_space(heads, k):
    mean = heads.mean(0)
    _, S, Vt = torch.linalg.svd(heads.flatten(1), full_matrices=False)
    return mean, (S[:k, None] / (len(heads) - 1) ** 0.5 * Vt[:k]).unflatten(1, mean.shape)


# refused: scale each direction by its sd
def face_space(heads, k):
    mean = heads.mean(0)
    _, S, Vt = torch.linalg.svd((heads - mean).flatten(1), full_matrices=False)
    return mean, Vt[:k].unflatten(1, mean.shape)


# refused: root of N - 1
def face_space(heads, k):
    mean = heads.mean(0)
    _, S, Vt = torch.linalg.svd((heads - mean).flatten(1), full_matrices=False)
    return mean, (S[:k, None] * Vt[:k]).unflatten(1, mean.shape)


# refused: most important direction comes first|standard deviations
def face_space(heads, k):
    mean = heads.mean(0)
    _, S, Vt = torch.linalg.svd((heads - mean).flatten(1), full_matrices=False)
    scaled = S[:, None] / (len(heads) - 1) ** 0.5 * Vt
    return mean, scaled[:k].flip(0).unflatten(1, mean.shape)


# refused: directions has shape
def face_space(heads, k):
    mean = heads.mean(0)
    _, S, Vt = torch.linalg.svd((heads - mean).flatten(1), full_matrices=False)
    return mean, S[:k, None] / (len(heads) - 1) ** 0.5 * Vt[:k]


# refused: must be two
def face_space(heads, k):
    return heads.mean(0)


# accepted: by the eigenvectors of the covariance
def face_space(heads, k):
    mean = heads.mean(0)
    values, vectors = torch.linalg.eigh(torch.cov(heads.flatten(1).T))
    top = vectors.flip(1)[:, :k] * values.flip(0)[:k].sqrt()
    return mean, top.T.unflatten(1, mean.shape)
