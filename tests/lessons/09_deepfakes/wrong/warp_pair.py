# refused: it is second
def warp_pair(crops, nodes, pushed, size):
    places = middle_places(size)
    rigid = look(crops[:, :3], rigid_places(nodes, pushed, places), size)
    return rigid, look(crops, bent_places(pushed, places), size)


# refused: the input must be bent
def warp_pair(crops, nodes, pushed, size):
    places = rigid_places(nodes, pushed, middle_places(size))
    return look(crops[:, :3], places, size), look(crops, places, size)


# refused: a turn is not to be undone
def warp_pair(crops, nodes, pushed, size):
    places = middle_places(size)
    bent = look(crops[:, :3], bent_places(pushed, places), size)
    return bent, look(crops, places.expand(len(crops), -1, -1), size)


# refused: the input, which has no mask
def warp_pair(crops, nodes, pushed, size):
    places = middle_places(size)
    bent = look(crops, bent_places(pushed, places), size)
    return bent, look(crops, rigid_places(nodes, pushed, places), size)


# refused: the crop's middle
def warp_pair(crops, nodes, pushed, size):
    places = middle_places(size, margin=1.0)
    bent = look(crops[:, :3], bent_places(pushed, places), size)
    return bent, look(crops, rigid_places(nodes, pushed, places), size)


# refused: never bent
def warp_pair(crops, nodes, pushed, size):
    places = middle_places(size)
    bent = look(crops, bent_places(pushed, places), size)
    return bent[:, :3], bent


# refused: the input, which has no mask
def warp_pair(crops, nodes, pushed, size):
    places = middle_places(size)
    return look(crops, rigid_places(nodes, pushed, places), size)


# refused: a sheet of its own
def warp_pair(crops, nodes, pushed, size):
    places = middle_places(size)
    one = pushed[:1].expand_as(pushed)
    bent = look(crops[:, :3], bent_places(one, places), size)
    return bent, look(crops, rigid_places(nodes, pushed, places), size)


# refused: its own sheet
def warp_pair(crops, nodes, pushed, size):
    places = middle_places(size)
    one = pushed[:1].expand_as(pushed)
    bent = look(crops[:, :3], bent_places(pushed, places), size)
    return bent, look(crops, rigid_places(nodes, one, places), size)


# accepted: one look at both
def warp_pair(crops, nodes, pushed, size):
    places = middle_places(size)
    both = torch.cat([bent_places(pushed, places), rigid_places(nodes, pushed, places)])
    seen = look(torch.cat([crops, crops]), both, size)
    return seen[: len(crops), :3], seen[len(crops) :]
