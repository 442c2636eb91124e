# refused: autograd reaches
def receptive_field(layers):
    r = 1
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            r = (r - 1) * layer.stride[0] + layer.kernel_size[0]
    return r


# refused: autograd reaches
def receptive_field(layers):
    r = 1
    for layer in reversed(list(layers)):
        if isinstance(layer, nn.Conv2d):
            r = r * layer.stride[0] + layer.kernel_size[0]
    return r


# refused: autograd reaches
def receptive_field(layers):
    r = 1
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            r = r + layer.kernel_size[0] - 1
    return r


# refused: autograd reaches
def receptive_field(layers):
    return 70


# accepted: forwards, with the step between neighbours
def receptive_field(layers):
    r, step = 1, 1
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            r, step = r + (layer.kernel_size[0] - 1) * step, step * layer.stride[0]
    return r
