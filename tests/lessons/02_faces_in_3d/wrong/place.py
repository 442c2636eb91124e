# refused: other way
def place(model, p):
    v = model.shape(p["alpha"][None], p["delta"][None])
    return v @ axis_angle_to_matrix(p["rotation"]) + p["shift"]


# refused: shape with expression
def place(model, p):
    v = model.shape(p["alpha"][None])
    return v @ axis_angle_to_matrix(p["rotation"]).T + p["shift"]


# refused: shape with expression
def place(model, p):
    v = model.shape(p["alpha"][None], p["delta"][None])
    return (v + p["shift"]) @ axis_angle_to_matrix(p["rotation"]).T


# refused: shape
def place(model, p):
    v = model.shape(p["alpha"][None], p["delta"][None])[0]
    return v @ axis_angle_to_matrix(p["rotation"]).T + p["shift"]


# refused: no gradient
def place(model, p):
    v = model.shape(p["alpha"][None], p["delta"][None])
    return (v @ axis_angle_to_matrix(p["rotation"]).T + p["shift"]).detach()
