# refused: squared twice
def prior_rows(delta, sigma):
    return delta**2 / sigma, torch.diag(2 * delta / sigma)


# refused: sigma twice
def prior_rows(delta, sigma):
    return delta / sigma**2, torch.diag(1 / sigma**2)


# refused: gradient
def prior_rows(delta, sigma):
    return delta / sigma, torch.diag(1 / sigma**2)


# refused: two things
def prior_rows(delta, sigma):
    return delta / sigma
