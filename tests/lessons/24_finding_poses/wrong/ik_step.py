# refused: the first speed
def ik_step(parts, speeds, energy, rate, keep=0.9):
    copies = [p.detach().requires_grad_() for p in parts]
    value = energy(*copies)
    slopes = torch.autograd.grad(value, copies)
    speeds = [keep * v + rate * slope for v, slope in zip(speeds, slopes)]
    return [p.detach() + v for p, v in zip(parts, speeds)], speeds, value.item()


# refused: the first part
def ik_step(parts, speeds, energy, rate, keep=0.9):
    copies = [p.detach().requires_grad_() for p in parts]
    value = energy(*copies)
    slopes = torch.autograd.grad(value, copies)
    new = [keep * v - rate * slope for v, slope in zip(speeds, slopes)]
    return [p.detach() + v for p, v in zip(parts, speeds)], new, value.item()


# refused: leave it as it is
def ik_step(parts, speeds, energy, rate, keep=0.9):
    copies = [p.detach().requires_grad_() for p in parts]
    value = energy(*copies)
    slopes = torch.autograd.grad(value, copies)
    speeds = [keep * v - rate * slope for v, slope in zip(speeds, slopes)]
    for p, v in zip(parts, speeds):
        p += v
    return parts, speeds, value.item()


# refused: must not want gradients
def ik_step(parts, speeds, energy, rate, keep=0.9):
    copies = [p.detach().requires_grad_() for p in parts]
    value = energy(*copies)
    slopes = torch.autograd.grad(value, copies)
    speeds = [keep * v - rate * slope for v, slope in zip(speeds, slopes)]
    return [p + v for p, v in zip(copies, speeds)], speeds, value.item()


# refused: the energy before the step
def ik_step(parts, speeds, energy, rate, keep=0.9):
    copies = [p.detach().requires_grad_() for p in parts]
    slopes = torch.autograd.grad(energy(*copies), copies)
    speeds = [keep * v - rate * slope for v, slope in zip(speeds, slopes)]
    new = [p.detach() + v for p, v in zip(parts, speeds)]
    return new, speeds, energy(*new).item()


# refused: is a float
def ik_step(parts, speeds, energy, rate, keep=0.9):
    copies = [p.detach().requires_grad_() for p in parts]
    value = energy(*copies)
    slopes = torch.autograd.grad(value, copies)
    speeds = [keep * v - rate * slope for v, slope in zip(speeds, slopes)]
    return [p.detach() + v for p, v in zip(parts, speeds)], speeds, value


# accepted: backward in place of grad
def ik_step(parts, speeds, energy, rate, keep=0.9):
    copies = [p.clone().detach().requires_grad_() for p in parts]
    value = energy(*copies)
    value.backward()
    with torch.no_grad():
        fast = [keep * v - rate * c.grad for v, c in zip(speeds, copies)]
        new = [p + v for p, v in zip(parts, fast)]
    return new, fast, float(value.detach())


# refused: speed that was given
def ik_step(parts, speeds, energy, rate, keep=0.9):
    copies = [p.detach().requires_grad_() for p in parts]
    value = energy(*copies)
    slopes = torch.autograd.grad(value, copies)
    for v, slope in zip(speeds, slopes):
        v.mul_(keep).sub_(rate * slope)
    return (
        [p.detach() + v for p, v in zip(parts, speeds)],
        [v.clone() for v in speeds],
        value.item(),
    )
