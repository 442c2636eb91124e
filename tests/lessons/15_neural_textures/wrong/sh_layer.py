# refused: feature 3
def sh_layer(features, way):
    factor = features.new_ones(features.shape[:2])
    factor[:, 3:12] = sh_basis(way)  # the first is 0.28
    return features * factor[..., None, None]


# refused: features 0 to 2
def sh_layer(features, way):
    factor = features.new_ones(features.shape[:2])
    factor[:, :9] = sh_basis(way) / 0.2821  # from the first feature on
    return features * factor[..., None, None]


# refused: the factor of feature
def sh_layer(features, way):
    factor = features.new_ones(features.shape[:2])
    factor[:, 3:12] = sh_basis(way[:1]) / 0.2821  # one direction for the batch
    return features * factor[..., None, None]


# refused: features from 12 on
def sh_layer(features, way):
    out = torch.zeros_like(features)
    out[:, :3] = features[:, :3]
    out[:, 3:12] = features[:, 3:12] * (sh_basis(way) / 0.2821)[..., None, None]
    return out


# refused: the features you were given
def sh_layer(features, way):
    features[:, 3:12] *= (sh_basis(way) / 0.2821)[..., None, None]
    return features


# refused: the factor of feature
def sh_layer(features, way):
    factor = features.new_ones(features.shape[:2])
    factor[:, 3:12] = (sh_basis(way) / 0.2821).flip(1)[:, [8, 0, 1, 2, 3, 4, 5, 6, 7]]
    return features * factor[..., None, None]


# accepted: three parts, joined
def sh_layer(features, way):
    colours, seen, rest = features.split([3, 9, features.shape[1] - 12], 1)
    bands = sh_basis(way)
    bands = bands / bands[:, :1]
    return torch.cat([colours, seen * bands[:, :, None, None], rest], 1)


# refused: detached
def sh_layer(features, way):
    factor = features.new_ones(features.shape[:2])
    factor[:, 3:12] = sh_basis(way) / 0.2821
    return features.detach() * factor[..., None, None]
