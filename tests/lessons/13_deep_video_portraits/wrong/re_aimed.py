# refused: the ray
def re_aimed(gaze, R, own_R):
    return gaze  # as the head sees it


# refused: the ray
def re_aimed(gaze, R, own_R):
    ray = R.mT @ own_R @ look_direction(gaze)[..., None]  # the other way round
    x, y, z = ray[..., 0].unbind(-1)
    return torch.stack([torch.atan2(x, z), y.clamp(-1, 1).asin()], -1)


# refused: must not change|the ray
def re_aimed(gaze, R, own_R):
    ray = R @ look_direction(gaze)[..., None]  # in the room, not from his head
    x, y, z = ray[..., 0].unbind(-1)
    return torch.stack([torch.atan2(x, z), y.clamp(-1, 1).asin()], -1)


# refused: must not change
def re_aimed(gaze, R, own_R):
    ray = own_R.mT @ R @ look_direction(gaze)[..., None]
    x, y, z = ray[..., 0].unbind(-1)
    return torch.stack([y.clamp(-1, 1).asin(), torch.atan2(x, z)], -1)  # pitch first


# refused: must not change|the ray
def re_aimed(gaze, R, own_R):
    ray = own_R.mT @ R @ look_direction(gaze)[..., None]
    x, y, z = ray[..., 0].unbind(-1)
    return torch.stack([x, y], -1)  # sines, not angles


# refused: the ray
def re_aimed(gaze, R, own_R):
    ray = own_R @ R @ look_direction(gaze)[..., None]
    back = torch.where((R == own_R).all((1, 2))[:, None], 1.0, 0.0)
    x, y, z = ray[..., 0].unbind(-1)
    new = torch.stack([torch.atan2(x, z), y.clamp(-1, 1).asin()], -1)
    return back * gaze + (1 - back) * new


# accepted: pitch from two lengths
def re_aimed(gaze, R, own_R):
    out = []
    for look, hers, his in zip(look_direction(gaze), R, own_R):
        x, y, z = torch.linalg.solve(his, hers @ look)
        out.append(torch.stack([torch.atan2(x, z), torch.atan2(y, torch.hypot(x, z))]))
    return torch.stack(out)
