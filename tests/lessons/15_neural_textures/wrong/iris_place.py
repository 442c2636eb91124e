# refused: where the eye looks
def iris_place(points, middle, gaze):
    return F.normalize(points - middle, dim=1)[:, :2]  # the eye never turns


# refused: where the eye looks
def iris_place(points, middle, gaze):
    zero = torch.zeros_like(gaze[0])
    sideways = axis_angle_to_matrix(torch.stack([zero, gaze[0], zero]))
    upwards = axis_angle_to_matrix(torch.stack([-gaze[1], zero, zero]))
    return (F.normalize(points - middle, dim=1) @ (sideways @ upwards).T)[:, :2]  # turned on


# refused: where the eye looks
def iris_place(points, middle, gaze):
    zero = torch.zeros_like(gaze[0])
    sideways = axis_angle_to_matrix(torch.stack([zero, gaze[0], zero]))
    upwards = axis_angle_to_matrix(torch.stack([gaze[1], zero, zero]))  # up is down
    return (F.normalize(points - middle, dim=1) @ (sideways @ upwards))[:, :2]


# refused: where the eye looks
def iris_place(points, middle, gaze):
    zero = torch.zeros_like(gaze[0])
    sideways = axis_angle_to_matrix(torch.stack([zero, gaze[0], zero]))
    upwards = axis_angle_to_matrix(torch.stack([-gaze[1], zero, zero]))
    return (F.normalize(points - middle, dim=1) @ (upwards @ sideways))[:, :2]  # the other order


# refused: places around it
def iris_place(points, middle, gaze):
    zero = torch.zeros_like(gaze[0])
    sideways = axis_angle_to_matrix(torch.stack([zero, gaze[0], zero]))
    upwards = axis_angle_to_matrix(torch.stack([-gaze[1], zero, zero]))
    return ((points - middle) @ (sideways @ upwards))[:, :2]  # metres, not radii


# refused: where the eye looks|places around it
def iris_place(points, middle, gaze):
    look = torch.stack([gaze[0].sin() * gaze[1].cos(), gaze[1].sin()])
    return F.normalize(points, dim=1)[:, :2] - look  # from the head's joint


# accepted: along the axes of the eye
def iris_place(points, middle, gaze):
    yaw, pitch = gaze
    zero = torch.zeros_like(yaw)
    left = torch.stack([yaw.cos(), zero, -yaw.sin()])
    up = torch.stack([-yaw.sin() * pitch.sin(), pitch.cos(), -yaw.cos() * pitch.sin()])
    d = points - middle
    d = d / d.norm(dim=1, keepdim=True)
    return torch.stack([d @ left, d @ up], 1)
