# refused: the elbow
def forward_kinematics(rotations, parents, rest):
    G, P = [], []
    for j, up in enumerate(parents):
        if up < 0:
            G.append(rotations[:, j])
            P.append(rest[j].expand(len(rotations), 3))
        else:
            G.append(G[up] @ rotations[:, j])
            P.append(P[up] + rest[j] - rest[up])
    return torch.stack(G, 1), torch.stack(P, 1)


# refused: the head|the elbow|the wrist
def forward_kinematics(rotations, parents, rest):
    G, P = [], []
    for j, up in enumerate(parents):
        if up < 0:
            G.append(rotations[:, j])
            P.append(rest[j].expand(len(rotations), 3))
        else:
            G.append(G[j - 1] @ rotations[:, j])
            P.append(P[j - 1] + G[j - 1] @ (rest[j] - rest[j - 1]))
    return torch.stack(G, 1), torch.stack(P, 1)


# refused: a chain of three|parents on the left
def forward_kinematics(rotations, parents, rest):
    G, P = [], []
    for j, up in enumerate(parents):
        if up < 0:
            G.append(rotations[:, j])
            P.append(rest[j].expand(len(rotations), 3))
        else:
            G.append(rotations[:, j] @ G[up])
            P.append(P[up] + G[up] @ (rest[j] - rest[up]))
    return torch.stack(G, 1), torch.stack(P, 1)


# refused: the elbow|the wrist|the head
def forward_kinematics(rotations, parents, rest):
    G, P = [], []
    for j, up in enumerate(parents):
        if up < 0:
            G.append(rotations[:, j])
            P.append(rest[j].expand(len(rotations), 3))
        else:
            G.append(G[up] @ rotations[:, j])
            P.append(P[up] + G[j] @ (rest[j] - rest[up]))
    return torch.stack(G, 1), torch.stack(P, 1)


# refused: with nothing turned
def forward_kinematics(rotations, parents, rest):
    G, P = [], []
    for j, up in enumerate(parents):
        if up < 0:
            G.append(rotations[:, j])
            P.append(torch.zeros(len(rotations), 3))
        else:
            G.append(G[up] @ rotations[:, j])
            P.append(P[up] + G[up] @ (rest[j] - rest[up]))
    return torch.stack(G, 1), torch.stack(P, 1)


# accepted: 4 x 4 matrices, and einsum
def forward_kinematics(rotations, parents, rest):
    T = len(rotations)
    whole = []
    for j, up in enumerate(parents):
        step = torch.zeros(T, 4, 4, dtype=rotations.dtype, device=rotations.device)
        step[:, :3, :3] = rotations[:, j]
        step[:, :3, 3] = rest[j] if up < 0 else rest[j] - rest[up]
        step[:, 3, 3] = 1
        whole.append(step if up < 0 else torch.einsum("tab,tbc->tac", whole[up], step))
    whole = torch.stack(whole, 1)
    return whole[..., :3, :3], whole[..., :3, 3]
