# refused: nothing
def cepstrum_of(power, filters, kept=13):
    return None


# refused: after the filters
def cepstrum_of(power, filters, kept=13):
    return torch.from_numpy(dct(torch.log(power + 1e-10).numpy(), axis=1, norm="ortho")[:, :kept])


# refused: logarithm
def cepstrum_of(power, filters, kept=13):
    return torch.from_numpy(dct((power @ filters.T).numpy(), axis=1, norm="ortho")[:, :kept])


# refused: sqrt
def cepstrum_of(power, filters, kept=13):
    return torch.from_numpy(dct(torch.log(power @ filters.T + 1e-10).numpy(), axis=1)[:, :kept])


# refused: shape
def cepstrum_of(power, filters, kept=13):
    return torch.from_numpy(dct(torch.log(power @ filters.T + 1e-10).numpy(), axis=1, norm="ortho"))
