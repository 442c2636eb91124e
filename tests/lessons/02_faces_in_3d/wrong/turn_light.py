# refused: not turned at all
def turn_light(light, R):
    return light


# refused: wrong way
def turn_light(light, R):
    n = F.normalize(torch.randn(400, 3, generator=torch.Generator().manual_seed(0)), dim=1)
    return torch.linalg.lstsq(sh_basis(n), sh_basis(n @ R.T) @ light).solution


# refused: shading
def turn_light(light, R):
    out = light.clone()
    out[1:4] = R @ light[1:4]
    return out


# refused: constant term
def turn_light(light, R):
    return 2 * light
