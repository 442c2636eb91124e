# refused: fitted to
def probe_codes(a, b):
    x = np.r_[a, b]
    y = np.r_[np.zeros(len(a)), np.ones(len(b))]
    return roc_auc_score(y, LogisticRegression(max_iter=500).fit(x, y).decision_function(x))


# refused: almost 1
def probe_codes(a, b):
    c = LogisticRegression(max_iter=500).fit(
        np.r_[a[::2], b[::2]], np.r_[np.zeros(len(a[::2])), np.ones(len(b[::2]))]
    )
    return 1 - roc_auc_score(
        np.r_[np.zeros(len(a[1::2])), np.ones(len(b[1::2]))],
        c.decision_function(np.r_[a[1::2], b[1::2]]),
    )


# refused: nothing
def probe_codes(a, b):
    return None


# refused: without `probe`
def probe_codes(a, b):
    return probe(a, b)


# refused: an accuracy
def probe_codes(a, b):
    x = np.r_[a[::2], b[::2]]
    who = np.r_[np.zeros(len(a[::2])), np.ones(len(b[::2]))]
    cut = LogisticRegression(max_iter=500).fit(x, who)
    unseen = np.r_[np.zeros(len(a[1::2])), np.ones(len(b[1::2]))]
    return cut.score(np.r_[a[1::2], b[1::2]], unseen)


# refused: the area
def probe_codes(a, b):
    return 1.0 if np.linalg.norm(a.mean(0) - b.mean(0)) > 2 else 0.5
