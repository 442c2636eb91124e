# refused: the matrix
def person_map(codes, mouths, price=0.1):
    left = codes.T @ codes + price * torch.eye(codes.shape[1])
    return torch.linalg.solve(left, codes.T @ mouths)  # no mouth at rest


# refused: the slope
def person_map(codes, mouths, price=0.1):
    A = torch.cat([codes, torch.ones_like(codes[:, :1])], 1)
    return torch.linalg.lstsq(A, mouths).solution  # no price


# refused: the slope
def person_map(codes, mouths, price=0.1):
    A = torch.cat([torch.ones_like(codes[:, :1]), codes], 1)  # the ones in front
    left = A.T @ A + price * torch.eye(A.shape[1])
    return torch.linalg.solve(left, A.T @ mouths)


# refused: the slope
def person_map(codes, mouths, price=0.1):
    A = torch.cat([codes, torch.ones_like(codes[:, :1])], 1)
    left = A.T @ A / len(A) + price * torch.eye(A.shape[1])  # means here, sums there
    return torch.linalg.solve(left, A.T @ mouths / len(A))


# refused: the slope
def person_map(codes, mouths, price=0.1):
    A = torch.cat([codes, torch.ones_like(codes[:, :1])], 1)
    free = torch.eye(A.shape[1])
    free[-1, -1] = 0  # rest for nothing
    return torch.linalg.solve(A.T @ A + price * free, A.T @ mouths)


# accepted: rows for the price
def person_map(codes, mouths, price=0.1):
    A = torch.cat([codes, torch.ones_like(codes[:, :1])], 1)
    c = A.shape[1]
    A = torch.cat([A, price**0.5 * torch.eye(c)])
    Y = torch.cat([mouths, torch.zeros(c, mouths.shape[1])])
    return torch.linalg.lstsq(A, Y).solution
