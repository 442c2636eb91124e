# refused: generator's loss
def portrait_losses(critic, told, drawn, y, weight):
    error = (drawn - y).abs().mean()  # every pixel alike
    fooled = verdict(critic(torch.cat([told, drawn], 1)), 1.0)
    filmed = verdict(critic(torch.cat([told, y], 1)), 1.0)
    caught = verdict(critic(torch.cat([told, drawn.detach()], 1)), 0.0)
    return fooled + PIXELS * error, (filmed + caught) / 2


# refused: generator's loss
def portrait_losses(critic, told, drawn, y, weight):
    error = (weight * (drawn - y).abs()).mean()  # not divided by the weights
    fooled = verdict(critic(torch.cat([told, drawn], 1)), 1.0)
    filmed = verdict(critic(torch.cat([told, y], 1)), 1.0)
    caught = verdict(critic(torch.cat([told, drawn.detach()], 1)), 0.0)
    return fooled + PIXELS * error, (filmed + caught) / 2


# refused: generator's loss
def portrait_losses(critic, told, drawn, y, weight):
    error = (weight * (drawn - y).abs()).mean() / weight.mean()
    fooled = verdict(critic(torch.cat([told, drawn], 1)), 0.0)  # the critic's goal
    filmed = verdict(critic(torch.cat([told, y], 1)), 1.0)
    caught = verdict(critic(torch.cat([told, drawn.detach()], 1)), 0.0)
    return fooled + PIXELS * error, (filmed + caught) / 2


# refused: send nothing back
def portrait_losses(critic, told, drawn, y, weight):
    error = (weight * (drawn - y).abs()).mean() / weight.mean()
    fooled = verdict(critic(torch.cat([told, drawn], 1)), 1.0)
    filmed = verdict(critic(torch.cat([told, y], 1)), 1.0)
    caught = verdict(critic(torch.cat([told, drawn], 1)), 0.0)
    return fooled + PIXELS * error, (filmed + caught) / 2


# refused: detached
def portrait_losses(critic, told, drawn, y, weight):
    error = (weight * (drawn - y).abs()).mean() / weight.mean()
    fooled = verdict(critic(torch.cat([told, drawn.detach()], 1)), 1.0)
    filmed = verdict(critic(torch.cat([told, y], 1)), 1.0)
    caught = verdict(critic(torch.cat([told, drawn.detach()], 1)), 0.0)
    return fooled + PIXELS * error, (filmed + caught) / 2


# refused: critic's loss
def portrait_losses(critic, told, drawn, y, weight):
    error = (weight * (drawn - y).abs()).mean() / weight.mean()
    fooled = verdict(critic(torch.cat([told, drawn], 1)), 1.0)
    filmed = verdict(critic(torch.cat([told, y], 1)), 1.0)
    caught = verdict(critic(torch.cat([told, drawn.detach()], 1)), 0.0)
    return fooled + PIXELS * error, filmed + caught  # not halved


# refused: generator's loss
def portrait_losses(critic, told, drawn, y, weight):
    error = (weight * (drawn - y).abs()).mean() / weight.mean()
    fooled = verdict(critic(torch.cat([drawn, told], 1)), 1.0)  # the frame first
    filmed = verdict(critic(torch.cat([y, told], 1)), 1.0)
    caught = verdict(critic(torch.cat([drawn.detach(), told], 1)), 0.0)
    return fooled + PIXELS * error, (filmed + caught) / 2


# accepted: by softplus, and sums
def portrait_losses(critic, told, drawn, y, weight):
    wide = weight.expand_as(y)
    error = (wide * (drawn - y).abs()).sum() / wide.sum()
    fooled = F.softplus(-critic(torch.cat([told, drawn], 1))).mean()
    filmed = F.softplus(-critic(torch.cat([told, y], 1))).mean()
    caught = F.softplus(critic(torch.cat([told, drawn.detach()], 1))).mean()
    return fooled + PIXELS * error, 0.5 * (filmed + caught)


# refused: learn from both|learns nothing
def portrait_losses(critic, told, drawn, y, weight):
    error = (weight * (drawn - y).abs()).mean() / weight.mean()
    fooled = verdict(critic(torch.cat([told, drawn], 1)), 1.0)
    filmed = verdict(critic(torch.cat([told, y], 1)), 1.0)
    caught = verdict(critic(torch.cat([told, drawn], 1)).detach(), 0.0)  # what it says
    return fooled + PIXELS * error, (filmed + caught) / 2
