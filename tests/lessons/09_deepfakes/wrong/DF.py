# refused: the swap
class DF(nn.Module):
    def __init__(self, size=64, c=8, z=64, shared=True):
        super().__init__()
        self.encoders = nn.ModuleList([Encoder(size, c, z) for _ in range(1 if shared else 2)])
        self.decoders = nn.ModuleDict({who: Decoder(size, c, z) for who in "AB"})

    def code(self, picture, who):
        return self.encoders["AB".index(who) % len(self.encoders)](picture)

    def forward(self, picture, who):
        return self.decoders[who](self.code(picture, who))

    def swap(self, picture):
        return self.decoders["B"](self.code(picture, "B"))


# refused: the swap
class DF(nn.Module):
    def __init__(self, size=64, c=8, z=64, shared=True):
        super().__init__()
        self.encoders = nn.ModuleList([Encoder(size, c, z) for _ in range(1 if shared else 2)])
        self.decoders = nn.ModuleDict({who: Decoder(size, c, z) for who in "AB"})

    def code(self, picture, who):
        return self.encoders["AB".index(who) % len(self.encoders)](picture)

    def forward(self, picture, who):
        return self.decoders[who](self.code(picture, who))

    def swap(self, picture):
        return self.forward(picture, "A")


# refused: is `who` used for both halves
class DF(nn.Module):
    def __init__(self, size=64, c=8, z=64, shared=True):
        super().__init__()
        self.encoders = nn.ModuleList([Encoder(size, c, z) for _ in range(1 if shared else 2)])
        self.decoders = nn.ModuleDict({who: Decoder(size, c, z) for who in "AB"})

    def code(self, picture, who):
        return self.encoders["AB".index(who) % len(self.encoders)](picture)

    def forward(self, picture, who):
        return self.decoders["A"](self.code(picture, who))

    def swap(self, picture):
        return self.decoders["B"](self.code(picture, "A"))


# refused: B drawn
class DF(nn.Module):
    def __init__(self, size=64, c=8, z=64, shared=True):
        super().__init__()
        self.encoders = nn.ModuleList([Encoder(size, c, z) for _ in range(1 if shared else 2)])
        self.decoders = nn.ModuleDict({who: Decoder(size, c, z) for who in "AB"})

    def code(self, picture, who):
        return self.encoders["AB".index(who) % len(self.encoders)](picture)

    def forward(self, picture, who):
        return self.decoders[who](self.encoders[0](picture))

    def swap(self, picture):
        return self.decoders["B"](self.encoders[0](picture))


# accepted: the encoders by number
class DF(nn.Module):
    def __init__(self, size=64, c=8, z=64, shared=True):
        super().__init__()
        self.encoders = nn.ModuleList([Encoder(size, c, z) for _ in range(1 if shared else 2)])
        self.decoders = nn.ModuleDict({who: Decoder(size, c, z) for who in "AB"})

    def code(self, picture, who):
        return self.encoders["AB".index(who) % len(self.encoders)](picture)

    def forward(self, picture, who):
        number = 0 if who == "A" else -1
        return self.decoders[who](self.encoders[number](picture))

    def swap(self, picture):
        return self.decoders["B"](self.encoders[0](picture))
