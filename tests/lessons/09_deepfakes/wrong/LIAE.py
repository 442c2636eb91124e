# refused: on the left
class LIAE(nn.Module):
    def __init__(self, size=64, c=8, z=64):
        super().__init__()
        self.encoder = Encoder(size, c, 2 * z)
        self.inner = nn.ModuleDict({name: nn.Linear(2 * z, z) for name in ("A", "AB")})
        self.decoder = Decoder(size, c, 2 * z)
        initialise(self.inner)

    def code(self, picture, who):
        h = self.encoder(picture)
        both = self.inner["AB"](h)
        left = self.inner["A"](h) if who == "A" else both
        return torch.cat([both, left], 1)

    def forward(self, picture, who):
        return self.decoder(self.code(picture, who))

    def swap(self, picture):
        return self.decoder(self.code(picture, "B"))


# refused: is `who` used
class LIAE(nn.Module):
    def __init__(self, size=64, c=8, z=64):
        super().__init__()
        self.encoder = Encoder(size, c, 2 * z)
        self.inner = nn.ModuleDict({name: nn.Linear(2 * z, z) for name in ("A", "AB")})
        self.decoder = Decoder(size, c, 2 * z)
        initialise(self.inner)

    def code(self, picture, who):
        h = self.encoder(picture)
        return torch.cat([self.inner["A"](h), self.inner["AB"](h)], 1)

    def forward(self, picture, who):
        return self.decoder(self.code(picture, who))

    def swap(self, picture):
        return self.decoder(self.code(picture, "B"))


# refused: wiring
class LIAE(nn.Module):
    def __init__(self, size=64, c=8, z=64):
        super().__init__()
        self.encoder = Encoder(size, c, 2 * z)
        self.inner = nn.ModuleDict({name: nn.Linear(2 * z, z) for name in ("A", "AB")})
        self.decoder = Decoder(size, c, 2 * z)
        initialise(self.inner)

    def code(self, picture, who):
        h = self.encoder(picture)
        both = self.inner["AB"](h)
        left = self.inner["A"](h) if who == "A" else both
        return torch.cat([left, both], 1)

    def forward(self, picture, who):
        return self.decoder(self.code(picture, who))

    def swap(self, picture):
        return self.decoder(self.code(picture, "A"))


# refused: drawn
class LIAE(nn.Module):
    def __init__(self, size=64, c=8, z=64):
        super().__init__()
        self.encoder = Encoder(size, c, 2 * z)
        self.inner = nn.ModuleDict({name: nn.Linear(2 * z, z) for name in ("A", "AB")})
        self.decoder = Decoder(size, c, 2 * z)
        initialise(self.inner)

    def code(self, picture, who):
        h = self.encoder(picture)
        both = self.inner["AB"](h)
        left = self.inner["A"](h) if who == "A" else both
        return torch.cat([left, both], 1)

    def forward(self, picture, who):
        return self.decoder(self.code(picture, "A"))

    def swap(self, picture):
        return self.decoder(self.code(picture, "B"))


# refused: shape
class LIAE(nn.Module):
    def __init__(self, size=64, c=8, z=64):
        super().__init__()
        self.encoder = Encoder(size, c, 2 * z)
        self.inner = nn.ModuleDict({name: nn.Linear(2 * z, z) for name in ("A", "AB")})
        self.decoder = Decoder(size, c, 2 * z)
        initialise(self.inner)

    def code(self, picture, who):
        h = self.encoder(picture)
        both = self.inner["AB"](h)
        left = self.inner["A"](h) if who == "A" else both
        return torch.cat([left, both], 0)

    def forward(self, picture, who):
        return self.decoder(self.code(picture, who))

    def swap(self, picture):
        return self.decoder(self.code(picture, "B"))


# refused: on both sides
class LIAE(nn.Module):
    def __init__(self, size=64, c=8, z=64):
        super().__init__()
        self.encoder = Encoder(size, c, 2 * z)
        self.inner = nn.ModuleDict({name: nn.Linear(2 * z, z) for name in ("A", "AB")})
        self.decoder = Decoder(size, c, 2 * z)
        initialise(self.inner)

    def code(self, picture, who):
        h = self.encoder(picture)
        left = self.inner["A"](h)
        right = self.inner["AB"](h) if who == "A" else left
        return torch.cat([left, right], 1)

    def forward(self, picture, who):
        return self.decoder(self.code(picture, who))

    def swap(self, picture):
        return self.decoder(self.code(picture, "B"))


# accepted: the names of the two halves looked up
class LIAE(nn.Module):
    def __init__(self, size=64, c=8, z=64):
        super().__init__()
        self.encoder = Encoder(size, c, 2 * z)
        self.inner = nn.ModuleDict({name: nn.Linear(2 * z, z) for name in ("A", "AB")})
        self.decoder = Decoder(size, c, 2 * z)
        initialise(self.inner)

    def code(self, picture, who):
        h = self.encoder(picture)
        names = {"A": ("A", "AB"), "B": ("AB", "AB")}[who]
        return torch.hstack([self.inner[name](h) for name in names])

    def forward(self, picture, who):
        return self.decoder(self.code(picture, who))

    def swap(self, picture):
        return self(picture, "B")
