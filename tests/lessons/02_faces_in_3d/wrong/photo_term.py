# refused: these are squares
def photo_term(image, photo, where):
    return (image - photo)[where].square().sum(-1).mean()


# refused: only pixels in
def photo_term(image, photo, where):
    return (image - photo).square().sum(-1).add(1e-6).sqrt().mean()


# refused: not finite
def photo_term(image, photo, where):
    return (image - photo)[where].square().sum(-1).sqrt().mean()


# refused: one number
def photo_term(image, photo, where):
    return (image - photo)[where].square().sum(-1).add(1e-6).sqrt()


# refused: sum over the three
def photo_term(image, photo, where):
    return (image - photo)[where].abs().mean()


# refused: root of the mean|sum over the three
def photo_term(image, photo, where):
    return (image - photo)[where].square().sum(-1).mean().sqrt()
