# refused: nothing
def pull(target, alpha, before, after, start, end, times):
    return None


# refused: sum of D
def pull(target, alpha, before, after, start, end, times):
    tau = ((start + end) / 2)[:, None] - times
    d = np.maximum(np.abs(tau) - 0.2 * (end - start)[:, None], 0)
    D = alpha[:, None] * np.exp(-np.where(tau > 0, before[:, None], after[:, None]) * d)
    return (D * target[:, None]).sum(0)


# refused: swapped
def pull(target, alpha, before, after, start, end, times):
    tau = ((start + end) / 2)[:, None] - times
    d = np.maximum(np.abs(tau) - 0.2 * (end - start)[:, None], 0)
    D = alpha[:, None] * np.exp(-np.where(tau > 0, after[:, None], before[:, None]) * d)
    return (D * target[:, None]).sum(0) / D.sum(0)


# refused: 0.2 lengths
def pull(target, alpha, before, after, start, end, times):
    tau = ((start + end) / 2)[:, None] - times
    d = np.maximum(np.abs(tau) - 0.0 * (end - start)[:, None], 0)
    D = alpha[:, None] * np.exp(-np.where(tau > 0, before[:, None], after[:, None]) * d)
    return (D * target[:, None]).sum(0) / D.sum(0)


# refused: mean of the targets
def pull(target, alpha, before, after, start, end, times):
    tau = ((start + end) / 2)[:, None] - times
    d = np.maximum(np.abs(tau) - 0.2 * (end - start)[:, None], 0)
    D = alpha[:, None] * np.exp(-np.where(tau > 0, before[:, None], after[:, None]) * d)
    return target[D.argmax(0)]


# refused: does `after` count
def pull(target, alpha, before, after, start, end, times):
    tau = ((start + end) / 2)[:, None] - times
    d = np.maximum(np.abs(tau) - 0.2 * (end - start)[:, None], 0)
    D = alpha[:, None] * np.exp(-before[:, None] * d)
    return (D * target[:, None]).sum(0) / D.sum(0)
