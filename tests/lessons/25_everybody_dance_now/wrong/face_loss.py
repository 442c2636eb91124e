# refused: the drawing must get no gradient
def face_loss(net, critic, eyes, sticks, drawn, real):
    faces = drawn + net(sticks, drawn)
    said = critic(torch.cat([sticks, faces], 1))
    fooled = sum((scores - 1).square().mean() for scores, _ in said)
    return fooled + SEEN * eyes(faces, real), faces


# refused: the drawing plus the residual
def face_loss(net, critic, eyes, sticks, drawn, real):
    drawn = drawn.detach()
    faces = net(sticks, drawn)
    said = critic(torch.cat([sticks, faces], 1))
    fooled = sum((scores - 1).square().mean() for scores, _ in said)
    return fooled + SEEN * eyes(faces, real), faces


# refused: the loss
def face_loss(net, critic, eyes, sticks, drawn, real):
    drawn = drawn.detach()
    faces = drawn + net(sticks, drawn)
    said = critic(torch.cat([sticks, faces], 1))
    fooled = sum(scores.square().mean() for scores, _ in said)  # the critic's own goal
    return fooled + SEEN * eyes(faces, real), faces


# refused: the loss
def face_loss(net, critic, eyes, sticks, drawn, real):
    drawn = drawn.detach()
    faces = drawn + net(sticks, drawn)
    said = critic(torch.cat([faces, sticks], 1))  # the wrong way round
    fooled = sum((scores - 1).square().mean() for scores, _ in said)
    return fooled + SEEN * eyes(faces, real), faces


# refused: the loss
def face_loss(net, critic, eyes, sticks, drawn, real):
    drawn = drawn.detach()
    faces = drawn + net(sticks, drawn)
    scores, _ = critic(torch.cat([sticks, faces], 1))[0]  # the first critic only
    return (scores - 1).square().mean() + SEEN * eyes(faces, real), faces


# refused: the loss
def face_loss(net, critic, eyes, sticks, drawn, real):
    drawn = drawn.detach()
    faces = drawn + net(sticks, drawn)
    said = critic(torch.cat([sticks, faces], 1))
    fooled = sum((scores - 1).square().mean() for scores, _ in said)
    return fooled + eyes(faces, real), faces


# refused: error of the loss's slope
def face_loss(net, critic, eyes, sticks, drawn, real):
    with torch.no_grad():
        faces = drawn + net(sticks, drawn)
    faces.requires_grad_(True)
    said = critic(torch.cat([sticks, faces], 1))
    fooled = sum((scores - 1).square().mean() for scores, _ in said)
    return fooled + SEEN * eyes(faces, real), faces


# refused: is one detached
def face_loss(net, critic, eyes, sticks, drawn, real):
    drawn = drawn.detach()
    faces = drawn + net(sticks, drawn)
    said = critic(torch.cat([sticks, faces.detach()], 1))
    fooled = sum((scores - 1).square().mean() for scores, _ in said)
    return fooled + SEEN * eyes(faces, real), faces


# accepted: with the mean squared error of the library
def face_loss(net, critic, eyes, sticks, drawn, real):
    with torch.no_grad():
        base = drawn.clone()
    faces = net(sticks, base).add(base)
    loss = SEEN * eyes(faces, real)
    for scores, _ in critic(torch.cat([sticks, faces], 1)):
        loss = loss + F.mse_loss(scores, torch.ones_like(scores))
    return loss, faces
