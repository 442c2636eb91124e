# refused: the gradient of drawn
def dub_loss(drawn, inside, colour, shown, y, mask, weight):
    here = weight * mask
    texture = weighted_error(colour, y, shown * mask)
    return texture + 10 * weighted_error(inside, y, here) + 5 * weighted_error(drawn, y, here)


# refused: the gradient of drawn
def dub_loss(drawn, inside, colour, shown, y, mask, weight):
    texture = weighted_error(colour, y, shown * mask)
    both = 5 * weighted_error(inside, y, weight) + 10 * weighted_error(drawn, y, weight)
    return texture + both  # outside of the hole, too


# refused: the gradient of colour
def dub_loss(drawn, inside, colour, shown, y, mask, weight):
    here = weight * mask
    texture = weighted_error(colour, y, here)  # where nothing is shown, too
    return texture + 5 * weighted_error(inside, y, here) + 10 * weighted_error(drawn, y, here)


# refused: inside hears nothing
def dub_loss(drawn, inside, colour, shown, y, mask, weight):
    here = weight * mask
    texture = weighted_error(colour, y, shown * mask)
    return texture + 10 * weighted_error(drawn, y, here)


# refused: the gradient of drawn
def dub_loss(drawn, inside, colour, shown, y, mask, weight):
    texture = weighted_error(colour, y, shown * mask)
    return texture + 5 * weighted_error(inside, y, mask) + 10 * weighted_error(drawn, y, mask)


# refused: the gradient of drawn
def dub_loss(drawn, inside, colour, shown, y, mask, weight):
    here = weight * mask
    texture = weighted_error(colour, y, shown * mask)
    drawn = drawn.clamp(0, 1)  # what lies outside would never learn
    return texture + 5 * weighted_error(inside, y, here) + 10 * weighted_error(drawn, y, here)


# refused: let gradients through
def dub_loss(drawn, inside, colour, shown, y, mask, weight):
    return torch.zeros(())


# accepted: written out
def dub_loss(drawn, inside, colour, shown, y, mask, weight):
    def off(a, w):
        return (w * (a - y).abs()).sum() / w.sum() / 3

    here = weight * mask
    return off(colour, shown * mask) + 5 * off(inside, here) + 10 * off(drawn, here)
