# refused: two settings differ
def change(one, other):
    a, b = asdict(one), asdict(other)
    for name in a:
        if a[name] != b[name]:
            return name, a[name], b[name]
    raise ValueError("nothing differs")


# refused: steps belong to the budget
def change(one, other):
    a, b = asdict(one), asdict(other)
    names = [name for name in a if a[name] != b[name]]
    if len(names) != 1:
        raise ValueError(f"they differ in {names}")
    return names[0], a[names[0]], b[names[0]]


# refused: an unfair budget
def change(one, other):
    a, b = asdict(one), asdict(other)
    names = [name for name in a if a[name] != b[name] and name not in BUDGET]
    if len(names) != 1:
        raise ValueError(f"they differ in {names}")
    return names[0], a[names[0]], b[names[0]]


# refused: value in the first
def change(one, other):
    a, b = asdict(one), asdict(other)
    names = [name for name in a if a[name] != b[name]]
    if len(names) != 1 or names[0] in BUDGET:
        raise ValueError(f"they differ in {names}")
    return names[0], b[names[0]], a[names[0]]


# refused: the same recipe twice
def change(one, other):
    a, b = asdict(one), asdict(other)
    names = [name for name in a if a[name] != b[name]]
    if len(names) > 1 or set(names) & set(BUDGET):
        raise ValueError(f"they differ in {names}")
    return (names[0], a[names[0]], b[names[0]]) if names else None


# refused: a fair pair
def change(one, other):
    known, standard = asdict(other), asdict(Recipe())
    names = [name for name in known if known[name] != standard[name]]
    if len(names) != 1 or names[0] in BUDGET:
        raise ValueError(f"they differ in {names}")
    return names[0], standard[names[0]], known[names[0]]


# accepted: sets of items, and a list returned
def change(one, other):
    a, b = vars(one), vars(other)
    names = {name for name, _ in set(a.items()) ^ set(b.items())}
    if len(names) == 1 and not names & set(BUDGET):
        name = names.pop()
        return [name, getattr(one, name), getattr(other, name)]
    raise ValueError("unfair")
