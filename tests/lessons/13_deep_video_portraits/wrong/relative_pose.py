# refused: rotation
def relative_pose(R, t, R0, t0, own_R0, own_t0):
    return R, t  # her pose as it is


# refused: rotation
def relative_pose(R, t, R0, t0, own_R0, own_t0):
    return own_R0 @ R0.T @ R, t - t0 + own_t0  # the turn is made first


# refused: rotation
def relative_pose(R, t, R0, t0, own_R0, own_t0):
    return R @ R0 @ own_R0, t - t0 + own_t0  # not turned back


# refused: place
def relative_pose(R, t, R0, t0, own_R0, own_t0):
    return R @ R0.T @ own_R0, t - t0


# refused: place
def relative_pose(R, t, R0, t0, own_R0, own_t0):
    return R @ R0.T @ own_R0, t


# refused: rotation
def relative_pose(R, t, R0, t0, own_R0, own_t0):
    return R0.T @ R @ own_R0, t - t0 + own_t0


# refused: place
def relative_pose(R, t, R0, t0, own_R0, own_t0):
    return R @ R0.T @ own_R0, own_t0.expand_as(t)  # he turns, and stays where he is


# refused: rotation
def relative_pose(R, t, R0, t0, own_R0, own_t0):
    return R @ R[0].T @ own_R0, t - t[0] + own_t0  # her first frame, whatever the reference


# accepted: by einsum, frame by frame
def relative_pose(R, t, R0, t0, own_R0, own_t0):
    turned = [torch.einsum("ij,kj,kl->il", now, R0, own_R0) for now in R]
    return torch.stack(turned), own_t0 + (t - t0)
