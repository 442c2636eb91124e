# accepted: norm with a bias written out
def pixel_layers(inputs, c):
    layers, widths = [], (inputs, c, 2 * c, 1)
    for k in range(3):
        layers.append(nn.Conv2d(widths[k], widths[k + 1], kernel_size=1, padding=0))
        if k == 1:
            layers.append(nn.BatchNorm2d(2 * c))
        if k < 2:
            layers.append(nn.LeakyReLU(0.2, inplace=True))
    return layers


# refused: sees 3 pixels
def pixel_layers(inputs, c):
    layers = [nn.Conv2d(inputs, c, 3, 1, 1), nn.LeakyReLU(0.2), nn.Conv2d(c, 2 * c, 1)]
    return [*layers, nn.BatchNorm2d(2 * c), nn.LeakyReLU(0.2), nn.Conv2d(2 * c, 1, 1)]


# refused: instead of cr-cnr-c
def pixel_layers(inputs, c):
    layers = [nn.Conv2d(inputs, c, 1), nn.BatchNorm2d(c), nn.LeakyReLU(0.2)]
    layers += [nn.Conv2d(c, 2 * c, 1), nn.BatchNorm2d(2 * c), nn.LeakyReLU(0.2)]
    return [*layers, nn.Conv2d(2 * c, 1, 1)]


# refused: the channels are
def pixel_layers(inputs, c):
    layers = [nn.Conv2d(inputs, c, 1), nn.LeakyReLU(0.2), nn.Conv2d(c, c, 1)]
    return [*layers, nn.BatchNorm2d(c), nn.LeakyReLU(0.2), nn.Conv2d(c, 1, 1)]


# refused: a slope of 0.2
def pixel_layers(inputs, c):
    layers = [nn.Conv2d(inputs, c, 1), nn.LeakyReLU(), nn.Conv2d(c, 2 * c, 1)]
    return [*layers, nn.BatchNorm2d(2 * c), nn.LeakyReLU(), nn.Conv2d(2 * c, 1, 1)]


# refused: score for each pixel
def pixel_layers(inputs, c):
    layers = [nn.Conv2d(inputs, c, 1, 2), nn.LeakyReLU(0.2), nn.Conv2d(c, 2 * c, 1)]
    return [*layers, nn.BatchNorm2d(2 * c), nn.LeakyReLU(0.2), nn.Conv2d(2 * c, 1, 1)]
