# refused: where the mask is
def laid_back(drawn, y, mask):
    return (1 - mask) * drawn.clamp(0, 1) + mask * y  # exchanged


# refused: where the mask is 1
def laid_back(drawn, y, mask):
    return mask * drawn + (1 - mask) * y  # never clamped


# refused: the rim
def laid_back(drawn, y, mask):
    return (mask * drawn + (1 - mask) * y).clamp(0, 1)  # mixed first


# refused: the rim
def laid_back(drawn, y, mask):
    return torch.where(mask > 0.5, drawn.clamp(0, 1), y)  # a hard rim


# refused: where the mask is
def laid_back(drawn, y, mask):
    return y


# refused: must stay as it is
def laid_back(drawn, y, mask):
    return mask * drawn.clamp_(0, 1) + (1 - mask) * y


# accepted: as a step from the film towards what was drawn
def laid_back(drawn, y, mask):
    return torch.lerp(y, drawn.clip(0, 1), mask.expand_as(y))
