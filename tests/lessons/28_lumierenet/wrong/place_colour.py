# refused: from FAINTEST at LOW
def place_colour(place, parts):
    share = ((place.astype(np.float32) - LOW) / (HIGH - LOW)).clip(0, 1)
    share[parts == 0] = 0
    return (255 * share).round().astype(np.uint8)  # FAINTEST forgotten


# refused: there is no body
def place_colour(place, parts):
    share = ((place.astype(np.float32) - LOW) / (HIGH - LOW)).clip(0, 1)
    return (255 * (FAINTEST + (1 - FAINTEST) * share)).round().astype(np.uint8)


# refused: a colour of the body
def place_colour(place, parts):
    share = (place.astype(np.float32) - LOW) / (HIGH - LOW)  # not kept within 0 and 1
    colour = FAINTEST + (1 - FAINTEST) * share
    colour[parts == 0] = 0
    return (255 * colour).round().astype(np.int64).astype(np.uint8)


# refused: a colour of the body
def place_colour(place, parts):
    share = ((place.astype(np.float32) - LOW) / (HIGH - LOW)).clip(0, 1)
    colour = FAINTEST + (1 - FAINTEST) * share
    colour[parts == 0] = 0
    return (255 * colour).astype(np.uint8)  # cut off, not rounded


# refused: only read
def place_colour(place, parts):
    share = ((place.astype(np.float32) - LOW) / (HIGH - LOW)).clip(0, 1)
    colour = FAINTEST + (1 - FAINTEST) * share
    colour[parts == 0] = 0
    place[parts == 0] = 0
    return (255 * colour).round().astype(np.uint8)


# refused: uint8
def place_colour(place, parts):
    share = ((place.astype(np.float32) - LOW) / (HIGH - LOW)).clip(0, 1)
    colour = FAINTEST + (1 - FAINTEST) * share
    return (255 * colour * (parts > 0)[..., None]).round()


# accepted: a mask in the place of an assignment
def place_colour(place, parts):
    share = np.clip((place.astype(np.float32) - LOW) / (HIGH - LOW), 0, 1)
    lit = 255 * (FAINTEST + (1 - FAINTEST) * share)
    return np.where((parts > 0)[..., None], np.rint(lit), 0).astype(np.uint8)
