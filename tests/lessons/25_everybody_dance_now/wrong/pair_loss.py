# refused: detached
def pair_loss(net, critics, sticks, start):
    before = net(sticks[0], start)
    now = net(sticks[1], before.detach())
    said = critics(torch.cat([*sticks, before, now], 1))
    return sum((scores - 1).square().mean() for scores, _ in said), (before, now), said


# refused: as drawn|the first, drawn
def pair_loss(net, critics, sticks, start):
    before = net(sticks[0], start)
    now = net(sticks[1], start)
    said = critics(torch.cat([*sticks, before, now], 1))
    return sum((scores - 1).square().mean() for scores, _ in said), (before, now), said


# refused: order of the four
def pair_loss(net, critics, sticks, start):
    before = net(sticks[0], start)
    now = net(sticks[1], before)
    said = critics(torch.cat([sticks[0], before, sticks[1], now], 1))
    return sum((scores - 1).square().mean() for scores, _ in said), (before, now), said


# refused: the loss
def pair_loss(net, critics, sticks, start):
    before = net(sticks[0], start)
    now = net(sticks[1], before)
    said = critics(torch.cat([*sticks, before, now], 1))
    return sum(scores.square().mean() for scores, _ in said), (before, now), said


# refused: its memory is
def pair_loss(net, critics, sticks, start):
    before = net(sticks[0], torch.zeros_like(start))
    now = net(sticks[1], before)
    said = critics(torch.cat([*sticks, before, now], 1))
    return sum((scores - 1).square().mean() for scores, _ in said), (before, now), said


# refused: detached
def pair_loss(net, critics, sticks, start):
    before = net(sticks[0], start)
    now = net(sticks[1], before)
    said = critics(torch.cat([*sticks, before, now], 1).detach())
    return sum((scores - 1).square().mean() for scores, _ in said), (before, now), said


# accepted: mean squared error of torch
def pair_loss(net, critics, sticks, start):
    drawn = []
    for x in sticks:
        start = net(x, start)
        drawn.append(start)
    said = critics(torch.cat([sticks[0], sticks[1], drawn[0], drawn[1]], dim=1))
    loss = 0
    for scores, _ in said:
        loss = loss + F.mse_loss(scores, torch.ones_like(scores))
    return loss, tuple(drawn), said
