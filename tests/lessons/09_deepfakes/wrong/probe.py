# refused: pure noise
def probe(a, b, takes):
    return area(a[::2], b[::2], a[1::2], b[1::2])


# refused: pure noise
def probe(a, b, takes):
    outs = [takes == take for take in np.unique(takes)]
    return float(np.mean([area(a[out], b[out], a[out], b[out]) for out in outs]))


# refused: pure noise
def probe(a, b, takes):
    return float(np.mean([area(a, b, a[takes == k], b[takes == k]) for k in np.unique(takes)]))


# refused: the mean area
def probe(a, b, takes):
    out = takes == np.unique(takes)[-1]
    return area(a[~out], b[~out], a[out], b[out])


# refused: an accuracy
def probe(a, b, takes):
    shares = []
    for take in np.unique(takes):
        out = takes == take
        cut = LogisticRegression().fit(
            np.r_[a[~out], b[~out]], np.repeat([0, 1], [(~out).sum(), (~out).sum()])
        )
        shares.append(cut.score(np.r_[a[out], b[out]], np.repeat([0, 1], [out.sum(), out.sum()])))
    return float(np.mean(shares))


# refused: one area over all
def probe(a, b, takes):
    score_a, score_b = np.zeros(len(a)), np.zeros(len(b))
    for take in np.unique(takes):
        out = takes == take
        who = np.repeat([0, 1], [(~out).sum(), (~out).sum()])
        cut = LogisticRegression().fit(np.r_[a[~out], b[~out]], who)
        score_a[out], score_b[out] = cut.decision_function(a[out]), cut.decision_function(b[out])
    who = np.repeat([0, 1], [len(a), len(b)])
    return float(roc_auc_score(who, np.r_[score_a, score_b]))


# refused: average over the takes
def probe(a, b, takes):
    areas = []
    for take in np.unique(takes):
        out = takes == take
        value = area(a[~out], b[~out], a[out], b[out])
        areas.append(max(value, 1 - value))
    return float(np.mean(areas))


# refused: the mean area
def probe(a, b, takes):
    areas = []
    for part in np.array_split(np.arange(len(a)), len(set(takes))):
        rest = np.setdiff1d(np.arange(len(a)), part)
        areas.append(area(a[rest], b[rest], a[part], b[part]))
    return float(np.mean(areas))


# accepted: scikit-learn's own way to hold out groups
def probe(a, b, takes):
    from sklearn.model_selection import LeaveOneGroupOut

    folds = LeaveOneGroupOut().split(a, groups=takes)
    return sum(area(a[i], b[i], a[j], b[j]) for i, j in folds) / len(set(takes))
