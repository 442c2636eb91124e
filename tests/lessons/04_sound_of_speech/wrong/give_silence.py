# refused: as many
def give_silence(phonemes, x):
    return None


# refused: silent from
def give_silence(phonemes, x):
    return phonemes


# refused: follows a pause
def give_silence(phonemes, x):
    out = [list(p) for p in phonemes]
    for before, now in zip(out, out[1:]):
        if now[0] not in ("p", "t", "k"):
            continue
        floor, moved = (max(now[1] - 0.09, before[1] + 0.4 * (before[2] - before[1])), now[1])
        while (
            moved - 0.005 >= floor
            and np.abs(x[round(moved * 16000) - 80 : round(moved * 16000)]).max() < 0.01
        ):
            moved -= 0.005
        before[2] = now[1] = moved
    return [tuple(p) for p in out]


# refused: at most 90 ms
def give_silence(phonemes, x):
    out = [list(p) for p in phonemes]
    for before, now in zip(out, out[1:]):
        if now[0] not in ("p", "t", "k") or before[0].startswith("_"):
            continue
        floor, moved = (max(0, before[1] + 0.4 * (before[2] - before[1])), now[1])
        while (
            moved - 0.005 >= floor
            and np.abs(x[round(moved * 16000) - 80 : round(moved * 16000)]).max() < 0.01
        ):
            moved -= 0.005
        before[2] = now[1] = moved
    return [tuple(p) for p in out]


# refused: 40 %
def give_silence(phonemes, x):
    out = [list(p) for p in phonemes]
    for before, now in zip(out, out[1:]):
        if now[0] not in ("p", "t", "k") or before[0].startswith("_"):
            continue
        floor, moved = (max(now[1] - 0.09, before[1] + 0.0 * (before[2] - before[1])), now[1])
        while (
            moved - 0.005 >= floor
            and np.abs(x[round(moved * 16000) - 80 : round(moved * 16000)]).max() < 0.01
        ):
            moved -= 0.005
        before[2] = now[1] = moved
    return [tuple(p) for p in out]


# refused: must end where
def give_silence(phonemes, x):
    out = [list(p) for p in phonemes]
    for before, now in zip(out, out[1:]):
        if now[0] not in ("p", "t", "k") or before[0].startswith("_"):
            continue
        floor, moved = (max(now[1] - 0.09, before[1] + 0.4 * (before[2] - before[1])), now[1])
        while (
            moved - 0.005 >= floor
            and np.abs(x[round(moved * 16000) - 80 : round(moved * 16000)]).max() < 0.01
        ):
            moved -= 0.005
        now[1] = moved
    return [tuple(p) for p in out]


# refused: below 0.01
def give_silence(phonemes, x):
    out = [list(p) for p in phonemes]
    for before, now in zip(out, out[1:]):
        if now[0] not in ("p", "t", "k") or before[0].startswith("_"):
            continue
        floor = max(now[1] - 0.09, before[1] + 0.4 * (before[2] - before[1]))
        moved = now[1]
        while moved - 0.005 >= floor:
            i = round(moved * 16000)
            if np.abs(x[i - 80 : i]).max() >= 0.1:
                break
            moved -= 0.005
        before[2] = now[1] = moved
    return [tuple(p) for p in out]
