# refused: nothing
def effective_weights(distance, wanted):
    return None


# refused: effective number
def effective_weights(distance, wanted):
    return np.ones(len(distance)) / len(distance)


# refused: Gaussian
def effective_weights(distance, wanted):
    w = np.zeros(len(distance))
    w[np.argsort(distance)[:25]] = 1 / 25
    return w


# refused: keep the order
def effective_weights(distance, wanted):
    d2 = np.square(distance) - np.square(distance).min()
    low = 0.0001 * np.mean(distance)
    high = 10000.0 * np.mean(distance)
    for _ in range(80):
        sigma = np.sqrt(low * high)
        w = np.exp(-d2 / (2 * sigma**2))
        w = w / max(w.sum(), 1e-300)
        low, high = (sigma, high) if 1 / max(np.square(w).sum(), 1e-300) < wanted else (low, sigma)
    return np.sort(w)[::-1]


# refused: Gaussian
def effective_weights(distance, wanted):
    d2 = distance - distance.min()
    low = 0.0001 * np.mean(distance)
    high = 10000.0 * np.mean(distance)
    for _ in range(80):
        sigma = np.sqrt(low * high)
        w = np.exp(-d2 / (2 * sigma**2))
        w = w / max(w.sum(), 1e-300)
        low, high = (sigma, high) if 1 / max(np.square(w).sum(), 1e-300) < wanted else (low, sigma)
    return w


# refused: sum of the weights
def effective_weights(distance, wanted):
    d2 = np.square(distance) - np.square(distance).min()
    low = 0.0001 * np.mean(distance)
    high = 10000.0 * np.mean(distance)
    for _ in range(80):
        sigma = np.sqrt(low * high)
        w = np.exp(-d2 / (2 * sigma**2))
        w = w / max(w.sum(), 1e-300)
        low, high = (sigma, high) if 1 / max(np.square(w).sum(), 1e-300) < wanted else (low, sigma)
    return w * len(w)


# refused: underflows
def effective_weights(distance, wanted):
    d2 = np.square(distance)
    low = 0.0001 * np.mean(distance)
    high = 10000.0 * np.mean(distance)
    for _ in range(80):
        sigma = np.sqrt(low * high)
        w = np.exp(-d2 / (2 * sigma**2))
        w = w / max(w.sum(), 1e-300)
        low, high = (sigma, high) if 1 / max(np.square(w).sum(), 1e-300) < wanted else (low, sigma)
    return w
