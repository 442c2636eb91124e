# refused: the newest comes first
def window(cond, at, n):
    at = np.asarray(at)
    return np.concatenate([cond[np.maximum(at - j, 0)] for j in reversed(range(n))], -1)


# refused: later frames|place 1
def window(cond, at, n):
    at = np.asarray(at)  # centred: it looks ahead
    last = len(cond) - 1
    places = [(at + n // 2 - j).clip(0, last) for j in range(n)]
    return np.concatenate([cond[k] for k in places], -1)


# refused: before frame 0
def window(cond, at, n):
    at = np.asarray(at)  # a number below 0 takes the film's end
    return np.concatenate([cond[at - j] for j in range(n)], -1)


# refused: shape
def window(cond, at, n):
    return cond[np.asarray(at)]


# refused: place 1
def window(cond, at, n):
    return np.concatenate([cond[np.asarray(at)]] * n, -1)


# refused: shape|place
def window(cond, at, n):
    at = np.asarray(at)
    return np.concatenate([cond[np.maximum(at - j, 0)] for j in range(3)], -1)


# accepted: by a table of numbers
def window(cond, at, n):
    rows = np.clip(np.asarray(at)[:, None] - np.arange(n), 0, None)
    picked = np.moveaxis(cond[rows], 1, 3)
    return picked.reshape(*picked.shape[:3], -1)
