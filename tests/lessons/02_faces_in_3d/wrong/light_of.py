# refused: one column of nine
def light_of(colours, normals):
    grey = colours.mean(1, keepdim=True).expand(-1, 3)
    return torch.linalg.lstsq(sh_basis(normals), grey).solution


# refused: shape
def light_of(colours, normals):
    return torch.linalg.lstsq(sh_basis(normals), colours).solution.T


# refused: light of exact colours
def light_of(colours, normals):
    return sh_basis(normals).T @ colours / len(colours)


# refused: light of exact colours
def light_of(colours, normals):
    light = torch.zeros(9, 3)
    light[:4] = torch.linalg.lstsq(sh_basis(normals)[:, :4], colours).solution
    return light


# refused: not the least squares
def light_of(colours, normals):
    half = len(colours) // 2
    return torch.linalg.lstsq(sh_basis(normals)[:half], colours[:half]).solution


# accepted: by the normal equations
def light_of(colours, normals):
    H = sh_basis(normals)
    return torch.linalg.solve(H.T @ H, H.T @ colours)
