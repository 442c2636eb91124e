# refused: nothing
def roundness(phonemes, theta):
    return None


# refused: before
def roundness(phonemes, theta):
    def law(v):
        rates = dominance(v)
        if v == "UW":
            rates[3] = (rates[3][0], rates[3][1], theta)
        return rates

    s = next((a for p, a, _ in phonemes if p == "s"))
    return float(articulators(phonemes, [s], law=law)[0, 3])


# refused: studio's own rate
def roundness(phonemes, theta):
    def law(v):
        rates = dominance(v)
        if True:
            rates[3] = (rates[3][0], theta, rates[3][2])
        return rates

    s = next((a for p, a, _ in phonemes if p == "s"))
    return float(articulators(phonemes, [s], law=law)[0, 3])


# refused: pucker
def roundness(phonemes, theta):
    def law(v):
        rates = dominance(v)
        if v == "UW":
            rates[3] = (rates[3][0], theta, rates[3][2])
        return rates

    s = next((a for p, a, _ in phonemes if p == "s"))
    return float(articulators(phonemes, [s], law=law)[0, 4])


# refused: start of the s
def roundness(phonemes, theta):
    return float(articulators(phonemes, [phonemes[0][1]])[0, 3])
