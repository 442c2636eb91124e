# refused: the error of the motion
def motion_error(wrong, error):
    return error(wrong[:, 1:] - wrong[:, :-1]).mean()  # one apart only


# refused: the error of the motion|a mouth that is off
def motion_error(wrong, error):
    return error(wrong[:, 1:]).mean() + error(wrong[:, 2:]).mean()  # no change at all


# refused: the error of the motion
def motion_error(wrong, error):
    one = wrong[:, 1:] - wrong[:, :-1]
    two = wrong[:, 2:] - wrong[:, :-2]
    return error(torch.cat([one, two], 1)).mean()  # one mean for both


# refused: the error of the motion
def motion_error(wrong, error):
    one = (wrong[:, 1:] - wrong[:, :-1]).abs().sum(-1)  # an error of its own
    two = (wrong[:, 2:] - wrong[:, :-2]).abs().sum(-1)
    return one.mean() + two.mean()


# refused: the error of the motion
def motion_error(wrong, error):
    change = error(wrong)
    one = (change[:, 1:] - change[:, :-1]).abs().mean()  # the change of the error
    return one + (change[:, 2:] - change[:, :-2]).abs().mean()


# refused: gradients through|one number
def motion_error(wrong, error):
    wrong = wrong.detach()
    one = error(wrong[:, 1:] - wrong[:, :-1]).mean()
    return one + error(wrong[:, 2:] - wrong[:, :-2]).mean()


# accepted: torch's own differences
def motion_error(wrong, error):
    two = wrong[:, 2:] - wrong[:, :-2]
    return error(wrong.diff(dim=1)).mean() + error(two).mean()
