# refused: gold
def show_mouth(query, films):
    f = films["source"]
    return f["pictures"][((f["delta"] - query["delta"]) ** 2).sum(1).argmin()]


# refused: does R count
def show_mouth(query, films):
    f = films["target"]
    return f["pictures"][((f["delta"] - query["delta"]) ** 2).sum(1).argmin()]


# refused: does points count
def show_mouth(query, films):
    f = films["target"]
    return f["pictures"][
        (
            ((f["delta"] - query["delta"]) ** 2).sum(1) + ((f["R"] - query["R"]) ** 2).sum((1, 2))
        ).argmin()
    ]


# refused: distances between
def show_mouth(query, films):
    f = films["target"]
    return f["pictures"][
        sum(
            ((f[k] - query[k]) ** 2).reshape(12, -1).sum(1) for k in ("delta", "R", "points")
        ).argmin()
    ]


# refused: one picture
def show_mouth(query, films):
    return None


# refused: equal weight
def show_mouth(query, films):
    film = films["target"]
    upper = np.triu_indices(20, 1)
    between = lambda p: np.linalg.norm(p[..., :, None, :] - p[..., None, :, :], axis=-1)
    delta = ((film["delta"] - query["delta"]) ** 2).sum(1)
    R = ((film["R"] - query["R"]) ** 2).sum((1, 2))
    away = between(film["points"]) - between(query["points"])
    points = (away[..., *upper] ** 2).sum(1)
    return film["pictures"][(2 * delta + R + points).argmin()]


# refused: equal weight
def show_mouth(query, films):
    film = films["target"]
    upper = np.triu_indices(20, 1)
    between = lambda p: np.linalg.norm(p[..., :, None, :] - p[..., None, :, :], axis=-1)
    delta = ((film["delta"] - query["delta"]) ** 2).sum(1)
    R = ((film["R"] - query["R"]) ** 2).sum((1, 2))
    away = between(film["points"]) - between(query["points"])
    points = (away[..., *upper] ** 2).sum(1)
    return film["pictures"][(delta + R + 2 * points).argmin()]
