# refused: doubled features stand first
def way_through(x, downs, ups, last, skips=True):
    kept = []
    for layer in downs:
        kept.append(x)
        x = layer(x)
    for layer in ups:
        x = layer(x)
        old = kept.pop()
        if skips:
            x = torch.cat([old, x], 1)
    return last(x)


# refused: Sizes of tensors must match|size
def way_through(x, downs, ups, last, skips=True):
    kept = []
    for layer in downs:
        x = layer(x)
        kept.append(x)
    for layer in ups:
        x = layer(x)
        old = kept.pop()
        if skips:
            if old.shape[-1] != x.shape[-1]:
                raise AssertionError("size")
            x = torch.cat([x, old], 1)
    return last(x)


# refused: shape
def way_through(x, downs, ups, last, skips=True):
    kept = []
    for layer in downs:
        kept.append(x)
        x = layer(x)
    for layer in ups:
        x = torch.cat([layer(x), kept.pop()], 1)
    return last(x)


# refused: slope towards x
def way_through(x, downs, ups, last, skips=True):
    kept = []
    for layer in downs:
        kept.append(x)
        x = layer(x)
    for layer in ups:
        x = layer(x)
        old = kept.pop().detach()
        if skips:
            x = torch.cat([x, old], 1)
    return last(x)


# refused: last comes at the end
def way_through(x, downs, ups, last, skips=True):
    kept = []
    for layer in downs:
        kept.append(x)
        x = layer(x)
    for layer in ups:
        x = layer(x)
        old = kept.pop()
        if skips:
            x = torch.cat([x, old], 1)
    return x


# refused: what comes out
def way_through(x, downs, ups, last, skips=True):
    kept = []
    for layer in downs:
        kept.append(x)
        x = downs[0](x)
    for layer in ups:
        x = layer(x)
        old = kept.pop()
        if skips:
            x = torch.cat([x, old], 1)
    return last(x)


# refused: what comes out
def way_through(x, downs, ups, last, skips=True):
    kept = []
    for layer in downs:
        kept.append(x)
        x = layer(x)
    for layer in reversed(ups):
        x = layer(x)
        old = kept.pop()
        if skips:
            x = torch.cat([x, old], 1)
    return last(x)


# accepted: recursion
def way_through(x, downs, ups, last, skips=True):
    def inner(x, depth):
        if depth == len(downs):
            return x
        y = ups[len(ups) - 1 - depth](inner(downs[depth](x), depth + 1))
        return torch.cat([y, x], 1) if skips else y

    return last(inner(x, 0))
