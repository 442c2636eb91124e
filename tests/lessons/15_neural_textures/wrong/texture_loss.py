# refused: the loss
def texture_loss(drawn, colour, shown, y, weight):
    frame = (weight * (drawn - y).abs()).mean() / weight.mean()
    return frame + (colour - y).abs().mean()  # the wall, too


# refused: the loss
def texture_loss(drawn, colour, shown, y, weight):
    frame = (weight * (drawn - y).abs()).mean()  # not a mean of weights
    return frame + (shown * (colour - y).abs()).mean() / shown.mean()


# refused: the loss
def texture_loss(drawn, colour, shown, y, weight):
    frame = (weight * (drawn - y).abs()).mean() / weight.mean()
    return frame + (shown * (colour - y).square()).mean() / shown.mean()


# refused: the slope|hear nothing
def texture_loss(drawn, colour, shown, y, weight):
    frame = (weight * (drawn - y).abs()).mean() / weight.mean()
    return frame + (shown * (colour.detach() - y).abs()).mean() / shown.mean()


# refused: the loss
def texture_loss(drawn, colour, shown, y, weight):
    frame = (shown * weight * (drawn - y).abs()).mean() / (shown * weight).mean()  # no wall at all
    return frame + (shown * (colour - y).abs()).mean() / shown.mean()


# accepted: sums over wide weights
def texture_loss(drawn, colour, shown, y, weight):
    def error(a, w):
        w = w.expand_as(a)
        return (w * (a - y).abs()).sum() / w.sum()

    return error(drawn, weight) + error(colour, shown)
