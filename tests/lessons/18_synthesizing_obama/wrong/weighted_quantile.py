# refused: nothing
def weighted_quantile(values, weights, q=0.5):
    return None


# refused: heaviest value
def weighted_quantile(values, weights, q=0.5):
    return np.quantile(values, q)


# refused: sum of the weights|median
def weighted_quantile(values, weights, q=0.5):
    return float(np.average(values, weights=weights))


# refused: go along
def weighted_quantile(values, weights, q=0.5):
    k = np.argsort(values)
    return np.asarray(values)[k][np.searchsorted(np.cumsum(weights), q * np.sum(weights) - 1e-12)]


# refused: divide by the sum
def weighted_quantile(values, weights, q=0.5):
    k = np.argsort(values)
    return np.asarray(values)[k][
        min(len(k) - 1, np.searchsorted(np.cumsum(np.asarray(weights)[k]), q))
    ]
