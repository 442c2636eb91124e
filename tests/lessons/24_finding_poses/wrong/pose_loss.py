# refused: 6 x 6 cells and nowhere
def pose_loss(out, points, there):
    logits, nowhere = out
    log = logits.flatten(2).log_softmax(-1)
    target = soft_targets(points, logits.shape[-1]).flatten(2)
    return -(target * log).sum(-1).mean()


# refused: nowhere
def pose_loss(out, points, there):
    logits, nowhere = out
    log = torch.cat([logits.flatten(2), nowhere[..., None]], 2).log_softmax(-1)
    target = soft_targets(points, logits.shape[-1]).flatten(2)
    return -(target * log[..., :-1]).sum(-1).mean()


# refused: 37 places alike
def pose_loss(out, points, there):
    logits, nowhere = out
    log = torch.cat([logits.flatten(2), nowhere[..., None]], 2).log_softmax(-1)
    blots = soft_targets(points, logits.shape[-1]).flatten(2) * there[..., None]
    target = torch.cat([blots, (~there)[..., None].float()], 2)
    return -(target * log).sum(-1).sum()


# accepted: two cases, written out
def pose_loss(out, points, there):
    logits, nowhere = out
    total = torch.logsumexp(torch.cat([logits.flatten(2), nowhere[..., None]], 2), -1)
    seen = (soft_targets(points, logits.shape[-1]) * logits).sum((2, 3))
    return (total - torch.where(there, seen, nowhere)).mean()
