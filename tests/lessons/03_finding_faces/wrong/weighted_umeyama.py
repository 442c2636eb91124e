# refused: numerical optimiser
def weighted_umeyama(p, q, w):
    return umeyama(p, q)


# refused: mirror image
def weighted_umeyama(p, q, w):
    w = w / w.sum()
    a = w @ p
    b = w @ q
    U, s, Vt = np.linalg.svd((q - b).T @ ((p - a) * w[:, None]))
    R = U @ Vt
    k = s.sum() / (w @ np.square(p - a).sum(1))
    return np.concatenate([k * R, (b - k * R @ a)[:, None]], 1)


# refused: without noise
def weighted_umeyama(p, q, w):
    w = w / w.sum()
    a = w @ p
    b = w @ q
    U, s, Vt = np.linalg.svd((q - b).T @ ((p - a) * w[:, None]))
    S = np.diag([1.0, np.sign(np.linalg.det(U @ Vt))])
    R = U @ S @ Vt
    return np.concatenate([R, (b - R @ a)[:, None]], 1)


# refused: noise|equal weights|seven times
def weighted_umeyama(p, q, w):
    a = w @ p / w.sum()
    b = w @ q / w.sum()
    U, s, Vt = np.linalg.svd((q - b).T @ ((p - a) * w[:, None]))
    S = np.diag([1.0, np.sign(np.linalg.det(U @ Vt))])
    R = U @ S @ Vt
    k = np.trace(np.diag(s) @ S) / np.square(p - a).sum(1).mean()
    return np.concatenate([k * R, (b - k * R @ a)[:, None]], 1)
