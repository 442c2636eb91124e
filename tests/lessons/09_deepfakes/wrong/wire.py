# refused: B's decoder
def wire(df, liae, x_A, x_B):
    E = df.encoders[0]
    h = liae.encoder(x_A)
    k = liae.encoder(x_B)
    o = liae.inner["A"]
    b = liae.inner["AB"]
    return (
        df.decoders["A"](E(x_A)),
        df.decoders["B"](E(x_B)),
        liae.decoder(torch.cat([b(h), b(h)], 1)),
        liae.decoder(torch.cat([o(k), b(k)], 1)),
    )


# refused: B's wiring
def wire(df, liae, x_A, x_B):
    E = df.encoders[0]
    h = liae.encoder(x_A)
    k = liae.encoder(x_B)
    o = liae.inner["A"]
    b = liae.inner["AB"]
    return (
        df.decoders["B"](E(x_A)),
        df.decoders["A"](E(x_B)),
        liae.decoder(torch.cat([o(h), b(h)], 1)),
        liae.decoder(torch.cat([o(k), b(k)], 1)),
    )


# refused: in this order
def wire(df, liae, x_A, x_B):
    E = df.encoders[0]
    h = liae.encoder(x_A)
    k = liae.encoder(x_B)
    o = liae.inner["A"]
    b = liae.inner["AB"]
    return (
        df.decoders["B"](E(x_A)),
        df.decoders["A"](E(x_B)),
        liae.decoder(torch.cat([b(h), b(h)], 1)),
        liae.decoder(torch.cat([b(k), o(k)], 1)),
    )


# refused: not their swap
def wire(df, liae, x_A, x_B):
    return df.swap(x_A), df(x_B, "A"), liae.swap(x_A), liae(x_B, "A")
