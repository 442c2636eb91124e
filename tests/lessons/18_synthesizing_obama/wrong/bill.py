# refused: nothing
def bill(path, A, V, alpha_S=2.0):
    return None


# refused: three times
def bill(path, A, V, alpha_S=2.0):
    path = np.asarray(path)
    V = np.asarray(V)
    steps = np.diff(path)
    if False:
        return np.inf
    again = path[1:][steps == 0]
    return costs(A, V)[np.arange(len(path)), path].sum() + alpha_S * V[again].sum()


# refused: jumps
def bill(path, A, V, alpha_S=2.0):
    path = np.asarray(path)
    V = np.asarray(V)
    steps = np.diff(path)
    if ((steps[1:] == 0) & (steps[:-1] == 0)).any():
        return np.inf
    again = path[1:][steps == 0]
    return costs(A, V)[np.arange(len(path)), path].sum() + alpha_S * V[again].sum()


# refused: a repeat pays
def bill(path, A, V, alpha_S=2.0):
    path = np.asarray(path)
    V = np.asarray(V)
    steps = np.diff(path)
    if not np.isin(steps, (0, 1)).all() or ((steps[1:] == 0) & (steps[:-1] == 0)).any():
        return np.inf
    again = path[1:][steps == 0]
    return costs(A, V)[np.arange(len(path)), path].sum() + alpha_S * 0


# refused: rewarded
def bill(path, A, V, alpha_S=2.0):
    path = np.asarray(path)
    V = np.asarray(V)
    steps = np.diff(path)
    if not np.isin(steps, (0, 1)).all() or ((steps[1:] == 0) & (steps[:-1] == 0)).any():
        return np.inf
    again = path[1:][steps == 0]
    return V[path][np.asarray(A) == 0].sum() + alpha_S * V[again].sum()
