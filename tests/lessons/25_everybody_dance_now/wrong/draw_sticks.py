# refused: colours, order or shift
def draw_sticks(points, size, width=2):
    out = np.zeros((len(points), size, size, 3), np.uint8)
    for picture, pose in zip(out, points):
        pose = np.concatenate([pose, pose[5:7].mean(0, keepdims=True)])
        for (a, b), colour in zip(STICKS, COLOURS[::-1]):
            if np.isfinite(pose[[a, b]]).all():
                ends = [tuple(int(v) for v in (16 * pose[j]).round()) for j in (a, b)]
                cv2.line(picture, *ends, tuple(int(c) for c in colour), width, cv2.LINE_AA, 4)
    return out


# refused: width must reach
def draw_sticks(points, size, width=2):
    out = np.zeros((len(points), size, size, 3), np.uint8)
    for picture, pose in zip(out, points):
        pose = np.concatenate([pose, pose[5:7].mean(0, keepdims=True)])
        for (a, b), colour in zip(STICKS, COLOURS):
            if np.isfinite(pose[[a, b]]).all():
                ends = [tuple(int(v) for v in (16 * pose[j]).round()) for j in (a, b)]
                cv2.line(picture, *ends, tuple(int(c) for c in colour), 2, cv2.LINE_AA, 4)
    return out


# refused: width must reach|not the figure
def draw_sticks(points, size, width=2):
    out = np.zeros((len(points), size, size, 3), np.uint8)
    for picture, pose in zip(out, points):
        if not np.isfinite(pose).all():
            continue
        pose = np.concatenate([pose, pose[5:7].mean(0, keepdims=True)])
        for (a, b), colour in zip(STICKS, COLOURS):
            ends = [tuple(int(v) for v in (16 * pose[j]).round()) for j in (a, b)]
            cv2.line(picture, *ends, tuple(int(c) for c in colour), width, cv2.LINE_AA, 4)
    return out


# refused: colours, order or shift
def draw_sticks(points, size, width=2):
    out = np.zeros((len(points), size, size, 3), np.uint8)
    for picture, pose in zip(out, points):
        for (a, b), colour in zip(STICKS[:-1], COLOURS):
            if np.isfinite(pose[[a, b]]).all():
                ends = [tuple(int(v) for v in (16 * pose[j]).round()) for j in (a, b)]
                cv2.line(picture, *ends, tuple(int(c) for c in colour), width, cv2.LINE_AA, 4)
    return out


# refused: needs both ends
def draw_sticks(points, size, width=2):
    out = np.zeros((len(points), size, size, 3), np.uint8)
    for picture, pose in zip(out, points):
        pose = np.nan_to_num(np.concatenate([pose, pose[5:7].mean(0, keepdims=True)]))
        for (a, b), colour in zip(STICKS, COLOURS):
            if pose[a].any() or pose[b].any():  # one end will do
                ends = [tuple(int(v) for v in (16 * pose[j]).round()) for j in (a, b)]
                cv2.line(picture, *ends, tuple(int(c) for c in colour), width, cv2.LINE_AA, 4)
    return out


# accepted: the neck is a key of its own, and pixels are rounded to eighths
def draw_sticks(points, size, width=2):
    pictures = []
    for pose in points:
        picture = np.zeros((size, size, 3), np.uint8)
        places = {j: pose[j] for j in range(17)}
        places[17] = (pose[5] + pose[6]) / 2
        for stick, colour in zip(STICKS, COLOURS):
            ends = [places[j] for j in stick]
            if np.isnan(ends).any():
                continue
            ends = [tuple(int(round(8 * float(v))) for v in end) for end in ends]
            cv2.line(picture, *ends, [int(c) for c in colour], width, cv2.LINE_AA, 3)
        pictures.append(picture)
    return np.stack(pictures)
