# refused: the texture
def collected(uv, frames, n):
    total = torch.zeros(n * n, 3)
    weight = torch.zeros(n * n, 1)
    for places, frame in zip(uv, frames):
        at = as_uv(places).flatten(0, 1).clamp(min=0)  # what shows nothing, too
        colours = torch.from_numpy(frame).flatten(0, 1).float() / 255
        numbers, near = texels(at, n)
        given = (near[..., None] * colours[:, None]).flatten(0, 1)
        total.index_add_(0, numbers.flatten(), given)
        weight.index_add_(0, numbers.flatten(), near.flatten()[:, None])
    return (total / weight.clamp(min=1e-6)).view(n, n, 3)


# refused: the texture
def collected(uv, frames, n):
    total = torch.zeros(n * n, 3)
    count = torch.zeros(n * n, 1)
    for places, frame in zip(uv, frames):
        at = as_uv(places).flatten(0, 1)
        shown = at[:, 0] >= 0
        colours = torch.from_numpy(frame).flatten(0, 1)[shown].float() / 255
        numbers, near = texels(at[shown], n)
        given = (near[..., None] * colours[:, None]).flatten(0, 1)
        total.index_add_(0, numbers.flatten(), given)
        count.index_add_(0, numbers.flatten(), torch.ones(near.numel(), 1))  # heads, not weights
    return (total / count.clamp(min=1)).view(n, n, 3)


# refused: the texture
def collected(uv, frames, n):
    out = torch.zeros(n * n, 3)
    for places, frame in zip(uv, frames):
        at = as_uv(places).flatten(0, 1)
        shown = at[:, 0] >= 0
        colours = torch.from_numpy(frame).flatten(0, 1)[shown].float() / 255
        numbers, _ = texels(at[shown], n)
        out[numbers[:, 0]] = colours  # the last one wins
    return out.view(n, n, 3)


# refused: the texture
def collected(uv, frames, n):
    total = torch.zeros(n * n, 3)
    weight = torch.zeros(n * n, 1)
    for places, frame in zip(uv, frames):
        at = as_uv(places).flatten(0, 1)
        shown = at[:, 0] >= 0
        colours = torch.from_numpy(frame).flatten(0, 1)[shown].float()  # 0 to 255
        numbers, near = texels(at[shown], n)
        given = (near[..., None] * colours[:, None]).flatten(0, 1)
        total.index_add_(0, numbers.flatten(), given)
        weight.index_add_(0, numbers.flatten(), near.flatten()[:, None])
    return (total / weight.clamp(min=1e-6)).view(n, n, 3)


# refused: the texture
def collected(uv, frames, n):
    total = torch.zeros(n * n, 3)
    weight = torch.zeros(n * n, 1)
    at = as_uv(uv[0]).flatten(0, 1)  # one frame
    shown = at[:, 0] >= 0
    colours = torch.from_numpy(frames[0]).flatten(0, 1)[shown].float() / 255
    numbers, near = texels(at[shown], n)
    given = (near[..., None] * colours[:, None]).flatten(0, 1)
    total.index_add_(0, numbers.flatten(), given)
    weight.index_add_(0, numbers.flatten(), near.flatten()[:, None])
    return (total / weight.clamp(min=1e-6)).view(n, n, 3)


# accepted: numpy, corner by corner
def collected(uv, frames, n):
    total = np.zeros((n * n, 4))
    for places, frame in zip(uv, frames):
        at = places.reshape(-1, 2) / 32767
        shown = at[:, 0] >= 0
        colours = frame.reshape(-1, 3)[shown] / 255
        numbers, near = texels(torch.from_numpy(at[shown]), n)
        for k in range(4):
            given = np.concatenate([colours, np.ones((len(colours), 1))], 1)
            np.add.at(total, numbers[:, k].numpy(), near[:, k, None].numpy() * given)
    return torch.from_numpy(total[:, :3] / np.maximum(total[:, 3:], 1e-6)).view(n, n, 3).float()


# refused: must be a tensor
def collected(uv, frames, n):
    total = torch.zeros(n * n, 4)
    for places, frame in zip(uv, frames):
        at = as_uv(places).flatten(0, 1)
        shown = at[:, 0] >= 0
        colours = torch.from_numpy(frame).flatten(0, 1)[shown].float() / 255
        numbers, near = texels(at[shown], n)
        given = torch.cat([colours, torch.ones(len(colours), 1)], 1)
        total.index_add_(0, numbers.flatten(), (near[..., None] * given[:, None]).flatten(0, 1))
    return (total[:, :3] / total[:, 3:].clamp(min=1e-6)).view(n, n, 3).numpy()
