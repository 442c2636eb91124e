# refused: convolution, norm, leaky ReLU
def patch_layers(inputs, c, strided):
    layers, a = [], inputs
    for k in range(strided + 1):
        b = c * min(2**k, 4)
        layers.append(nn.Conv2d(a, b, 4, 2 if k < strided else 1, 1))
        layers.append(nn.BatchNorm2d(b))
        layers.append(nn.LeakyReLU(0.2))
        a = b
    return [*layers, nn.Conv2d(a, 1, 4, 1, 1)]


# refused: the strides are
def patch_layers(inputs, c, strided):
    layers, a = [], inputs
    for k in range(strided + 1):
        b = c * min(2**k, 4)
        layers.append(nn.Conv2d(a, b, 4, 2, 1))
        if k:
            layers.append(nn.BatchNorm2d(b))
        layers.append(nn.LeakyReLU(0.2))
        a = b
    return [*layers, nn.Conv2d(a, 1, 4, 1, 1)]


# refused: the channels are
def patch_layers(inputs, c, strided):
    layers, a = [], inputs
    for k in range(strided + 1):
        b = c * 2**k
        layers.append(nn.Conv2d(a, b, 4, 2 if k < strided else 1, 1))
        if k:
            layers.append(nn.BatchNorm2d(b))
        layers.append(nn.LeakyReLU(0.2))
        a = b
    return [*layers, nn.Conv2d(a, 1, 4, 1, 1)]


# refused: convolution, norm, leaky ReLU
def patch_layers(inputs, c, strided):
    layers, a = [], inputs
    for k in range(strided + 1):
        b = c * min(2**k, 4)
        layers.append(nn.Conv2d(a, b, 4, 2 if k < strided else 1, 1))
        if k:
            layers.append(nn.BatchNorm2d(b))
        layers.append(nn.LeakyReLU(0.2))
        a = b
    return [*layers, nn.Conv2d(a, 1, 4, 1, 1), nn.Sigmoid()]


# refused: slope of 0.2
def patch_layers(inputs, c, strided):
    layers, a = [], inputs
    for k in range(strided + 1):
        b = c * min(2**k, 4)
        layers.append(nn.Conv2d(a, b, 4, 2 if k < strided else 1, 1))
        if k:
            layers.append(nn.BatchNorm2d(b))
        layers.append(nn.LeakyReLU())
        a = b
    return [*layers, nn.Conv2d(a, 1, 4, 1, 1)]


# refused: convolution, norm, leaky ReLU
def patch_layers(inputs, c, strided):
    layers, a = [], inputs
    for k in range(strided + 1):
        b = c * min(2**k, 4)
        layers.append(nn.Conv2d(a, b, 4, 2 if k < strided else 1, 1))
        if k:
            layers.append(nn.BatchNorm2d(b))
        layers.append(nn.ReLU() if k else nn.LeakyReLU(0.2))
        a = b
    return [*layers, nn.Conv2d(a, 1, 4, 1, 1)]
