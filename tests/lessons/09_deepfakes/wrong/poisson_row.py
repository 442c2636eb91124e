# refused: second differences
def poisson_row(face, frame, inside):
    return np.where(inside, face, frame)


# refused: outside
def poisson_row(face, frame, inside):
    return face


# refused: second differences
def poisson_row(face, frame, inside):
    n = len(face)
    A = np.eye(n)
    b = frame.astype(float).copy()
    for i in np.flatnonzero(inside):
        A[i, i], A[i, i - 1], A[i, i + 1] = (2, -1, -1)
        b[i] = 0
    return np.linalg.solve(A, b)
