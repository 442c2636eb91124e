# refused: get no gradient
def feature_matching(drawn, real):
    total = 0.0
    for (_, mine), (_, goal) in zip(drawn, real):
        total = total + sum((a - b).abs().mean() for a, b in zip(mine, goal)) / len(mine)
    return total / len(drawn)


# refused: the loss
def feature_matching(drawn, real):
    total = 0.0
    for (_, mine), (_, goal) in zip(drawn, real):
        total = total + sum((a - b.detach()).abs().mean() for a, b in zip(mine, goal))
    return total / len(drawn)


# refused: the loss
def feature_matching(drawn, real):
    apart = []
    for (_, mine), (_, goal) in zip(drawn, real):
        apart += [(a - b.detach()).square().mean() for a, b in zip(mine, goal)]
    return sum(apart) / len(apart)


# refused: the loss
def feature_matching(drawn, real):
    return sum((a - b.detach()).abs().mean() for (a, _), (b, _) in zip(drawn, real)) / len(drawn)


# refused: the loss
def feature_matching(drawn, real):
    total = 0.0
    for (_, mine), (_, goal) in zip(drawn, real):
        apart = [(a - b.detach()).mean().abs() for a, b in zip(mine, goal)]  # the mean's size
        total = total + sum(apart) / len(apart)
    return total / len(drawn)


# accepted: with torch's own loss
def feature_matching(drawn, real):
    each = []
    for (_, mine), (_, goal) in zip(drawn, real):
        layers = [F.l1_loss(a, b.detach()) for a, b in zip(mine, goal)]
        each.append(torch.stack(layers).mean())
    return torch.stack(each).mean()
