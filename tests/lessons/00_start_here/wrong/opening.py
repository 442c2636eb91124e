# refused: the mouth's width
def opening(points):
    return np.linalg.norm(points[:, 66] - points[:, 62], axis=1) / 100


# refused: the opening
def opening(points):
    width = np.linalg.norm(points[:, 54] - points[:, 48], axis=1)
    return (points[:, 66, 1] - points[:, 62, 1]) / width


# refused: its own width
def opening(points):
    gap = np.linalg.norm(points[:, 66] - points[:, 62], axis=1)
    return gap / np.linalg.norm(points[:, 54] - points[:, 48], axis=1).mean()


# refused: number for each frame
def opening(points):
    gap = np.linalg.norm(points[:, 66] - points[:, 62])
    return gap / np.linalg.norm(points[:, 54] - points[:, 48])


# refused: the opening
def opening(points):
    width = np.linalg.norm(points[:, 66] - points[:, 62], axis=1)
    gap = np.linalg.norm(points[:, 54] - points[:, 48], axis=1)
    return width / np.maximum(gap, 1) / 2


# accepted: by the squares
def opening(points):
    def long(a, b):
        return np.sqrt(((points[:, a] - points[:, b]) ** 2).sum(1))

    return long(62, 66) / long(48, 54)


# refused: the opening
def opening(points):
    gap = np.linalg.norm(points[:, 66] - points[:, 62], axis=1)
    return gap / np.linalg.norm(points[:, 54] - points[:, 62], axis=1)  # from the middle


# refused: the opening
def opening(points):
    gap = np.abs(points[:, 66] - points[:, 62]).sum(1)
    return gap / np.abs(points[:, 54] - points[:, 48]).sum(1)  # city blocks


# refused: return a numpy array
def opening(points):
    gap = np.linalg.norm(points[:, 66] - points[:, 62], axis=1)
    return list(gap / np.linalg.norm(points[:, 54] - points[:, 48], axis=1))
