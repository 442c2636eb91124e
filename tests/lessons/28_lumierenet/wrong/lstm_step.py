# refused: the memory
def lstm_step(a, h, c, W, U, b, d):
    f, i, g, o = (a @ W.T + b + h @ U.T + d).chunk(4, 1)  # i and f exchanged
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


# refused: the memory
def lstm_step(a, h, c, W, U, b, d):
    i, f, g, o = (a @ W.T + b + h @ U.T + d).chunk(4, 1)
    c = f.sigmoid() * c + i.sigmoid() * g.sigmoid()
    return o.sigmoid() * c.tanh(), c


# refused: the output
def lstm_step(a, h, c, W, U, b, d):
    i, f, g, o = (a @ W.T + b + h @ U.T + d).chunk(4, 1)
    new = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), new  # shows the old memory


# refused: the new h|the memory|the new c
def lstm_step(a, h, c, W, U, b, d):
    i, f, g, o = (a @ W.T + b + h @ U.T + d).chunk(4, 1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return c, o.sigmoid() * c.tanh()  # c before h


# refused: the memory
def lstm_step(a, h, c, W, U, b, d):
    i, f, g, o = (a @ W.T + b + d).chunk(4, 1)  # deaf to h
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


# refused: only read
def lstm_step(a, h, c, W, U, b, d):
    i, f, g, o = (a @ W.T + b + h @ U.T + d).chunk(4, 1)
    new = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h.zero_()
    return o.sigmoid() * new.tanh(), new


# refused: detached
def lstm_step(a, h, c, W, U, b, d):
    i, f, g, o = (a @ W.T + b + h @ U.T + d).detach().chunk(4, 1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


# accepted: a gate at a time
def lstm_step(a, h, c, W, U, b, d):
    m = h.shape[1]
    z = torch.addmm(b + d, a, W.T) + h @ U.T
    kept = torch.sigmoid(z[:, m : 2 * m]) * c
    new = kept + torch.sigmoid(z[:, :m]) * torch.tanh(z[:, 2 * m : 3 * m])
    return torch.sigmoid(z[:, 3 * m :]) * torch.tanh(new), new
