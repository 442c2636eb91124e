# refused: both layers
class LiftBlock(nn.Module):
    def __init__(self, width, drop=0.1):
        super().__init__()
        layers = []
        for _ in range(2):
            layers += [nn.Linear(width, width), nn.BatchNorm1d(width)]
            layers += [nn.ReLU(), nn.Dropout(drop)]
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x)


# refused: two layers of Linear
class LiftBlock(nn.Module):
    def __init__(self, width, drop=0.1):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(width, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(drop)
        )

    def forward(self, x):
        return x + self.layers(x)


# refused: drop must reach both
class LiftBlock(nn.Module):
    def __init__(self, width, drop=0.1):
        super().__init__()
        layers = []
        for _ in range(2):
            layers += [nn.Linear(width, width), nn.BatchNorm1d(width)]
            layers += [nn.ReLU(), nn.Dropout()]
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.layers(x)


# refused: two layers of BatchNorm1d
class LiftBlock(nn.Module):
    def __init__(self, width, drop=0.1):
        super().__init__()
        layers = []
        for _ in range(2):
            layers += [nn.Linear(width, width), nn.ReLU(), nn.Dropout(drop)]
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.layers(x)


# refused: both layers
class LiftBlock(nn.Module):
    def __init__(self, width, drop=0.1):
        super().__init__()
        self.first = nn.Sequential(
            nn.Linear(width, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(drop)
        )
        self.second = nn.Sequential(
            nn.Linear(width, width), nn.BatchNorm1d(width), nn.Dropout(drop)
        )

    def forward(self, x):
        return x + self.second(self.first(x))


# accepted: each layer by itself, functions for the rest
class LiftBlock(nn.Module):
    def __init__(self, width, drop=0.1):
        super().__init__()
        self.a, self.b = nn.Linear(width, width), nn.Linear(width, width)
        self.norm_a, self.norm_b = nn.BatchNorm1d(width), nn.BatchNorm1d(width)
        self.drop_a, self.drop_b = nn.Dropout(drop), nn.Dropout(drop)

    def forward(self, x):
        y = self.drop_a(F.relu(self.norm_a(self.a(x))))
        return x + self.drop_b(F.relu(self.norm_b(self.b(y))))


# refused: both layers
class LiftBlock(nn.Module):
    def __init__(self, width, drop=0.1):
        super().__init__()
        self.a, self.b = nn.Linear(width, width), nn.Linear(width, width)
        self.norm_a, self.norm_b = nn.BatchNorm1d(width), nn.BatchNorm1d(width)
        self.drop_a, self.drop_b = nn.Dropout(drop), nn.Dropout(drop)

    def forward(self, x):
        return x + self.drop_b(F.relu(self.norm_b(self.b(x))))


# refused: both layers
class LiftBlock(nn.Module):
    def __init__(self, width, drop=0.1):
        super().__init__()
        self.a = nn.Sequential(nn.Linear(width, width), nn.BatchNorm1d(width), nn.Dropout(drop))
        self.b = nn.Sequential(nn.Linear(width, width), nn.BatchNorm1d(width), nn.Dropout(drop))

    def forward(self, x):
        return x + F.relu(self.b(self.a(x)))


# refused: both layers
class LiftBlock(nn.Module):
    def __init__(self, width, drop=0.1):
        super().__init__()
        self.a = nn.Sequential(nn.Linear(width, width), nn.BatchNorm1d(width), nn.Dropout(drop))
        self.b = nn.Sequential(nn.Linear(width, width), nn.BatchNorm1d(width), nn.Dropout(drop))

    def forward(self, x):
        x = x + F.relu(self.a(x))
        return x + F.relu(self.b(x))
