# refused: there and back
def normalise(points, source, target):
    ankle = points[:, ANKLES, 1].mean(1)
    rho = ((ankle - source.far) / (source.near - source.far)).clip(0, 1)
    shift = target.far + rho * (target.near - target.far) - ankle
    at_far = target.tall_far / source.tall_far
    at_near = target.tall_near / source.tall_near
    scale = (at_far + rho * (at_near - at_far))[:, None, None]
    origin = np.stack([np.full_like(ankle, source.middle), ankle], 1)[:, None]
    return scale * (points - origin) + origin + np.stack([0 * shift, shift], 1)[:, None]


# refused: the scale
def normalise(points, source, target):
    ankle = points[:, ANKLES, 1].mean(1)
    rho = (ankle - source.far) / (source.near - source.far)
    shift = target.far + rho * (target.near - target.far) - ankle
    origin = np.stack([np.full_like(ankle, source.middle), ankle], 1)[:, None]
    scale = target.tall_far / source.tall_far
    return scale * (points - origin) + origin + np.stack([0 * shift, shift], 1)[:, None]


# refused: about the middle
def normalise(points, source, target):
    ankle = points[:, ANKLES, 1].mean(1)
    rho = (ankle - source.far) / (source.near - source.far)
    shift = target.far + rho * (target.near - target.far) - ankle
    at_far = target.tall_far / source.tall_far
    at_near = target.tall_near / source.tall_near
    scale = (at_far + rho * (at_near - at_far))[:, None, None]
    origin = np.stack([0 * ankle, ankle], 1)[:, None]
    return scale * (points - origin) + origin + np.stack([0 * shift, shift], 1)[:, None]


# refused: shorter range
def normalise(points, source, target):
    ankle = points[:, ANKLES, 1].mean(1)
    rho = (ankle - source.far) / max(source.near - source.far, 1e-6)
    shift = target.far + rho * (target.near - target.far) - ankle
    at_far = target.tall_far / source.tall_far
    at_near = target.tall_near / source.tall_near
    scale = (at_far + rho * (at_near - at_far))[:, None, None]
    origin = np.stack([np.full_like(ankle, source.middle), ankle], 1)[:, None]
    return scale * (points - origin) + origin + np.stack([0 * shift, shift], 1)[:, None]


# accepted: frame by frame
def normalise(points, source, target):
    his, hers = source.near - source.far, target.near - target.far
    length = max(his, hers)
    low = source.far - (length - his) / 2
    out = []
    for pose in points:
        ankle = pose[ANKLES, 1].mean()
        rho = 0.5 if length == 0 else (ankle - low) / length
        far, near = target.tall_far / source.tall_far, target.tall_near / source.tall_near
        scale = (1 - rho) * far + rho * near
        x = source.middle + scale * (pose[:, 0] - source.middle)
        y = target.far + rho * hers + scale * (pose[:, 1] - ankle)
        out.append(np.stack([x, y], 1))
    return np.stack(out)
