# refused: altered
def believe(path):
    return "intact"


# refused: altered
def believe(path):
    return {"none": "unmarked", "broken": "unmarked"}.get(mark.verify(path).state, "intact")


# refused: unmarked
def believe(path):
    return {"broken": "altered"}.get(mark.verify(path).state, "intact")
