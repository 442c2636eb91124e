# refused: x and z of the way
def retarget(capture, other):
    _, P = other.joints(capture.turns, capture.root)
    way = capture.way - capture.way[:1]
    way[:, 1] = other.ankle - P[:, other.feet, 1].amin(1)
    return Capture(other, capture.turns, capture.root, way, capture.fps)


# refused: from the start
def retarget(capture, other):
    _, P = other.joints(capture.turns, capture.root)
    way = capture.way * (other.leg / capture.rig.leg)
    way[:, 1] = other.ankle - P[:, other.feet, 1].amin(1)
    return Capture(other, capture.turns, capture.root, way, capture.fps)


# refused: the lower ankle
def retarget(capture, other):
    way = (capture.way - capture.way[:1]) * (other.leg / capture.rig.leg)
    return Capture(other, capture.turns, capture.root, way, capture.fps)


# refused: the lower ankle
def retarget(capture, other):
    _, P = other.joints(capture.turns, capture.root)
    way = (capture.way - capture.way[:1]) * (other.leg / capture.rig.leg)
    way[:, 1] = other.ankle - P[:, other.feet, 1].amin()
    return Capture(other, capture.turns, capture.root, way, capture.fps)


# refused: the lower ankle
def retarget(capture, other):
    _, P = capture.rig.joints(capture.turns, capture.root)
    way = (capture.way - capture.way[:1]) * (other.leg / capture.rig.leg)
    way[:, 1] = capture.rig.ankle - P[:, other.feet, 1].amin(1)
    return Capture(other, capture.turns, capture.root, way, capture.fps)


# refused: fps stays
def retarget(capture, other):
    _, P = other.joints(capture.turns, capture.root)
    way = (capture.way - capture.way[:1]) * (other.leg / capture.rig.leg)
    way[:, 1] = other.ankle - P[:, other.feet, 1].amin(1)
    return Capture(other, capture.turns, capture.root, way)


# refused: leave it as it is
def retarget(capture, other):
    _, P = other.joints(capture.turns, capture.root)
    capture.way -= capture.way[:1].clone()
    capture.way *= other.leg / capture.rig.leg
    capture.way[:, 1] = other.ankle - P[:, other.feet, 1].amin(1)
    return Capture(other, capture.turns, capture.root, capture.way, capture.fps)


# accepted: the heights of both feet by name, the way put together from its parts
def retarget(capture, other):
    _, P = other.joints(capture.turns, capture.root)
    left, right = (P[:, other.at[f"foot.{side}"], 1] for side in "LR")
    start = capture.way[0]
    x, _, z = ((capture.way - start) * (other.leg / capture.rig.leg)).unbind(1)
    way = torch.stack([x, other.ankle - torch.minimum(left, right), z], 1)
    return Capture(other, capture.turns, capture.root, way, fps=capture.fps)
