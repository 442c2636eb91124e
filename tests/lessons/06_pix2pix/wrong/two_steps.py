# refused: the generator's loss
def two_steps(net, critic, makers, x, y, run, pixels=100.0):
    drawn = torch.tanh(net(x))
    loss = verdict(critic(torch.cat([x, drawn], 1)), 1.0) + pixels * (drawn - y).abs().mean()
    makers[0].zero_grad()
    run.backward(loss)
    makers[0].step()
    said = verdict(critic(torch.cat([x, y], 1)), 1.0) / 2
    said = said + verdict(critic(torch.cat([x, drawn.detach()], 1)), 0.0) / 2
    makers[1].zero_grad()
    run.backward(said)
    makers[1].step()
    return loss.item(), said.item()


# refused: the critic's weights
def two_steps(net, critic, makers, x, y, run, pixels=100.0):
    drawn = torch.tanh(net(x))
    filmed = verdict(critic(torch.cat([x, y], 1)), 1.0)
    said = (filmed + verdict(critic(torch.cat([x, drawn.detach()], 1)), 0.0)) / 2
    run.backward(said)
    makers[1].step()
    loss = verdict(critic(torch.cat([x, drawn], 1)), 1.0) + pixels * (drawn - y).abs().mean()
    makers[0].zero_grad()
    run.backward(loss)
    makers[0].step()
    return loss.item(), said.item()


# refused: the generator's weights
def two_steps(net, critic, makers, x, y, run, pixels=100.0):
    drawn = torch.tanh(net(x))
    filmed = verdict(critic(torch.cat([x, y], 1)), 1.0)
    said = (filmed + verdict(critic(torch.cat([x, drawn.detach()], 1)), 0.0)) / 2
    makers[1].zero_grad()
    run.backward(said)
    makers[1].step()
    fooled = verdict(critic(torch.cat([x, drawn.detach()], 1)), 1.0)
    loss = fooled + pixels * (drawn - y).abs().mean()
    makers[0].zero_grad()
    run.backward(loss)
    makers[0].step()
    return loss.item(), said.item()


# refused: the critic's loss
def two_steps(net, critic, makers, x, y, run, pixels=100.0):
    drawn = torch.tanh(net(x))
    filmed = verdict(critic(torch.cat([x, y], 1)), 1.0)
    said = filmed + verdict(critic(torch.cat([x, drawn.detach()], 1)), 0.0)
    makers[1].zero_grad()
    run.backward(said)
    makers[1].step()
    loss = verdict(critic(torch.cat([x, drawn], 1)), 1.0) + pixels * (drawn - y).abs().mean()
    makers[0].zero_grad()
    run.backward(loss)
    makers[0].step()
    return loss.item(), said.item()


# refused: the generator's loss
def two_steps(net, critic, makers, x, y, run, pixels=100.0):
    drawn = torch.tanh(net(x))
    filmed = verdict(critic(torch.cat([x, y], 1)), 1.0)
    said = (filmed + verdict(critic(torch.cat([x, drawn.detach()], 1)), 0.0)) / 2
    makers[1].zero_grad()
    run.backward(said)
    makers[1].step()
    loss = -verdict(critic(torch.cat([x, drawn], 1)), 0.0) + pixels * (drawn - y).abs().mean()
    makers[0].zero_grad()
    run.backward(loss)
    makers[0].step()
    return loss.item(), said.item()
