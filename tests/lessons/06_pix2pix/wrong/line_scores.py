# accepted: one picture after the other, with OpenCV
def line_scores(found, asked, reach=2):
    near = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    found, asked = (np.uint8(np.asarray(x) > 0) for x in (found, asked))
    wide = [np.stack([cv2.dilate(one, near) for one in x]) for x in (found, asked)]
    precision = (found * wide[1]).sum() / max(1, found.sum())
    recall = (asked * wide[0]).sum() / max(1, asked.sum())
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


# refused: precision
def line_scores(found, asked, reach=2):
    near = np.ones((1, 2 * reach + 1, 2 * reach + 1), bool)
    found, asked = found > 0, asked > 0
    recall = (found & binary_dilation(asked, near)).sum() / max(1, found.sum())
    precision = (asked & binary_dilation(found, near)).sum() / max(1, asked.sum())
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


# refused: no other picture
def line_scores(found, asked, reach=2):
    near = np.ones((2 * reach + 1, 2 * reach + 1, 2 * reach + 1), bool)
    found, asked = found > 0, asked > 0
    precision = (found & binary_dilation(asked, near)).sum() / max(1, found.sum())
    recall = (asked & binary_dilation(found, near)).sum() / max(1, asked.sum())
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


# refused: harmonic
def line_scores(found, asked, reach=2):
    near = np.ones((1, 2 * reach + 1, 2 * reach + 1), bool)
    found, asked = found > 0, asked > 0
    precision = (found & binary_dilation(asked, near)).sum() / max(1, found.sum())
    recall = (asked & binary_dilation(found, near)).sum() / max(1, asked.sum())
    return precision, recall, (precision + recall) / 2


# refused: precision
def line_scores(found, asked, reach=2):
    near = np.ones((1, 3, 3), bool)
    found, asked = found > 0, asked > 0
    precision = (found & binary_dilation(asked, near)).sum() / max(1, found.sum())
    recall = (asked & binary_dilation(found, near)).sum() / max(1, asked.sum())
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


# refused: NaN
def line_scores(found, asked, reach=2):
    near = np.ones((1, 2 * reach + 1, 2 * reach + 1), bool)
    found, asked = found > 0, asked > 0
    precision = (found & binary_dilation(asked, near)).sum() / found.sum()
    recall = (asked & binary_dilation(found, near)).sum() / asked.sum()
    return precision, recall, 2 * precision * recall / (precision + recall)


# refused: both shares
def line_scores(found, asked, reach=2):
    near = np.ones((1, 2 * reach + 1, 2 * reach + 1), bool)
    found, asked = found > 0, asked > 0
    precision = (found & binary_dilation(asked, near)).sum() / max(1, found.sum())
    recall = (asked & binary_dilation(found, np.ones((1, 5, 5)))).sum() / max(1, asked.sum())
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


# refused: other border
def line_scores(found, asked, reach=2):
    found, asked = found > 0, asked > 0
    moves = [(y, x) for y in range(-reach, reach + 1) for x in range(-reach, reach + 1)]
    near = [np.any([np.roll(x, move, (1, 2)) for move in moves], 0) for x in (asked, found)]
    precision = (found & near[0]).sum() / max(1, found.sum())
    recall = (asked & near[1]).sum() / max(1, asked.sum())
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)
