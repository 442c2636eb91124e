# refused: standard deviation
def reparametrised(mean, log_variance, noise):
    return mean + log_variance.exp() * noise  # the variance, not its root


# refused: standard deviation
def reparametrised(mean, log_variance, noise):
    return mean + noise * log_variance


# refused: the codes
def reparametrised(mean, log_variance, noise):
    return mean


# refused: the codes
def reparametrised(mean, log_variance, noise):
    return mean + (log_variance / 2).exp() * torch.randn_like(mean)  # noise of its own


# refused: gradient
def reparametrised(mean, log_variance, noise):
    return mean + (log_variance.detach() / 2).exp() * noise


# refused: have a part
def reparametrised(mean, log_variance, noise):
    return (
        torch.normal(0 * mean, 0 * mean.abs()) + (mean + (log_variance / 2).exp() * noise).detach()
    )


# refused: only read
def reparametrised(mean, log_variance, noise):
    return (
        mean
        + noise.mul_((log_variance / 2).exp().detach())
        * (log_variance / 2 - log_variance.detach() / 2).exp()
    )


# accepted: the root of the variance
def reparametrised(mean, log_variance, noise):
    return torch.addcmul(mean, log_variance.exp().sqrt(), noise)
