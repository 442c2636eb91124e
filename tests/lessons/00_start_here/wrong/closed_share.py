# refused: mouth's width
def closed_share(truth):
    p = truth["landmarks"]
    return float((np.linalg.norm(p[:, 62] - p[:, 66], axis=1) < 5).mean())


# refused: y alone
def closed_share(truth):
    p = truth["landmarks"]
    g = p[:, 66, 1] - p[:, 62, 1]
    return float((g < 0.05 * np.linalg.norm(p[:, 48] - p[:, 54], axis=1)).mean())


# refused: toy clip
def closed_share(truth):
    p = truth["landmarks"]
    return float(
        (
            np.linalg.norm(p[:, 62] - p[:, 66], axis=1)
            < 0.5 * np.linalg.norm(p[:, 48] - p[:, 54], axis=1)
        ).mean()
    )


# refused: nothing
def closed_share(truth):
    return None
