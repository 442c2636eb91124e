# refused: one number for each figure
def kl(mean, log_variance):
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum()


# refused: half the sum
def kl(mean, log_variance):
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean(1)


# refused: half the sum
def kl(mean, log_variance):
    return 0.5 * (mean.square() + (log_variance / 2).exp() - 1 - log_variance).sum(1)


# refused: half the sum
def kl(mean, log_variance):
    return (mean.square() + log_variance.exp() - 1 - log_variance).sum(1)


# refused: half the sum
def kl(mean, log_variance):
    return 0.5 * (log_variance.exp() - 1 - log_variance).sum(1)  # the mean left out


# refused: detached
def kl(mean, log_variance):
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).detach()


# refused: only read
def kl(mean, log_variance):
    out = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1)
    with torch.no_grad():
        mean.mul_(0)
    return out


# accepted: by torch's own distributions
def kl(mean, log_variance):
    own = torch.distributions.Normal(mean, (log_variance / 2).exp())
    prior = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
    return torch.distributions.kl_divergence(own, prior).sum(1)
