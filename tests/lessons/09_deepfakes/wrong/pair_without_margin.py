# refused: turn, zoom or shift
def pair_without_margin(crops, nodes, noisy):
    n = len(crops)
    size = crops.shape[-1]
    w = middle(size, 1.0)
    at = w.view(1, size, size, 2).expand(n, -1, -1, -1) * 2 - 1
    bent = (
        F.grid_sample(noisy.view(n, 5, 5, 2).permute(0, 3, 1, 2), at, align_corners=True)
        .permute(0, 2, 3, 1)
        .reshape(n, -1, 2)
    )
    return see(crops, bent, size), crops


# refused: target not
def pair_without_margin(crops, nodes, noisy):
    n = len(crops)
    size = crops.shape[-1]
    w = middle(size, 1.0)
    at = w.view(1, size, size, 2).expand(n, -1, -1, -1) * 2 - 1
    bent = (
        F.grid_sample(noisy.view(n, 5, 5, 2).permute(0, 3, 1, 2), at, align_corners=True)
        .permute(0, 2, 3, 1)
        .reshape(n, -1, 2)
    )
    x = see(crops, bent, size)
    return x, x


# refused: crop itself
def pair_without_margin(crops, nodes, noisy):
    nodes = nodes.expand_as(noisy)
    return warp_pair(crops, nodes[0], noisy, crops.shape[-1])


# refused: two pictures
def pair_without_margin(crops, nodes, noisy):
    return crops


# refused: it comes second
def pair_without_margin(crops, nodes, noisy):
    n = len(crops)
    size = crops.shape[-1]
    where = middle(size, 1.0)
    field = noisy.view(n, 5, 5, 2).permute(0, 3, 1, 2)
    at = where.view(1, size, size, 2).expand(n, -1, -1, -1) * 2 - 1
    bent = F.grid_sample(field, at, align_corners=True).permute(0, 2, 3, 1).reshape(n, -1, 2)
    M = umeyama(np.broadcast_to(nodes.numpy(), noisy.shape), noisy.numpy())
    M = torch.tensor(M, dtype=torch.float32)
    straight = where @ M[:, :, :2].transpose(1, 2) + M[:, None, :, 2]
    return see(crops, straight, size), see(crops, bent, size)


# refused: bent or sheared
def pair_without_margin(crops, nodes, noisy):
    n = len(crops)
    size = crops.shape[-1]
    where = middle(size, 1.0)
    field = noisy.view(n, 5, 5, 2).permute(0, 3, 1, 2)
    at = where.view(1, size, size, 2).expand(n, -1, -1, -1) * 2 - 1
    bent = F.grid_sample(field, at, align_corners=True).permute(0, 2, 3, 1).reshape(n, -1, 2)
    flat = torch.cat([nodes, torch.ones(25, 1)], 1).expand(n, -1, -1)
    M = torch.linalg.lstsq(flat, noisy).solution
    straight = where @ M[:, :2] + M[:, 2:]
    return see(crops, bent, size), see(crops, straight, size)
