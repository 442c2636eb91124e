# refused: the step
def training_step(model, optimizer, pairs, weight, run):
    loss = 0
    for who, (picture, target) in pairs.items():
        loss = loss + face_loss(model(picture, who), target, weight)
    run.backward(loss)
    nn.utils.clip_grad_norm_(model.parameters(), CLIP)
    optimizer.step()
    return loss


# refused: the step
def training_step(model, optimizer, pairs, weight, run):
    loss = 0
    for who, (picture, target) in pairs.items():
        loss = loss + face_loss(model(picture, who), target, weight)
    optimizer.zero_grad()
    run.backward(loss)
    optimizer.step()
    return loss


# refused: the loss, a tensor
def training_step(model, optimizer, pairs, weight, run):
    picture, target = pairs["A"]
    loss = face_loss(model(picture, "A"), target, weight)
    optimizer.zero_grad()
    run.backward(loss)
    nn.utils.clip_grad_norm_(model.parameters(), CLIP)
    optimizer.step()
    return loss


# refused: the loss, a tensor
def training_step(model, optimizer, pairs, weight, run):
    loss = 0
    for who, (picture, target) in pairs.items():
        loss = loss + face_loss(model(picture, who), target, torch.ones_like(weight))
    optimizer.zero_grad()
    run.backward(loss)
    nn.utils.clip_grad_norm_(model.parameters(), CLIP)
    optimizer.step()
    return loss


# refused: the step
def training_step(model, optimizer, pairs, weight, run):
    loss = 0
    for who, (picture, target) in pairs.items():
        loss = loss + face_loss(model(picture, who), target, weight)
    optimizer.zero_grad()
    run.backward(loss)
    return loss


# refused: the step
def training_step(model, optimizer, pairs, weight, run):
    loss = 0
    for who, (picture, target) in pairs.items():
        loss = loss + face_loss(model(picture, who), target, weight)
    run.backward(loss)
    optimizer.zero_grad()
    nn.utils.clip_grad_norm_(model.parameters(), CLIP)
    optimizer.step()
    return loss


# refused: the loss, a tensor
def training_step(model, optimizer, pairs, weight, run):
    loss = sum(face_loss(model(p, who), t, weight) for who, (p, t) in pairs.items())
    optimizer.zero_grad()
    run.backward(loss)
    nn.utils.clip_grad_norm_(model.parameters(), CLIP)
    optimizer.step()


# refused: the loss, a tensor
def training_step(model, optimizer, pairs, weight, run):
    loss = sum(face_loss(model(p, who), t, weight) for who, (p, t) in pairs.items())
    optimizer.zero_grad()
    run.backward(loss)
    nn.utils.clip_grad_norm_(model.parameters(), CLIP)
    optimizer.step()
    return float(loss)


# accepted: a sum, and the old gradients forgotten first
def training_step(model, optimizer, pairs, weight, run):
    optimizer.zero_grad(set_to_none=False)
    loss = sum(face_loss(model(p, who), t, weight) for who, (p, t) in pairs.items())
    run.backward(loss)
    nn.utils.clip_grad_norm_([p for g in optimizer.param_groups for p in g["params"]], CLIP)
    optimizer.step()
    return loss
