# refused: turned round again
def both_ways(rows, ahead, back):
    outputs = []
    for lstm, order in ((ahead, rows), (back, rows.flip(0))):
        h = c = rows.new_zeros(1, lstm[1].shape[1])
        said = []
        for row in order:
            h, c = lstm_step(row[None], h, c, *lstm)
            said.append(h)
        outputs.append(torch.cat(said))
    return torch.cat(outputs, 1)  # not flipped back


# refused: turned round again
def both_ways(rows, ahead, back):
    outputs = []
    for lstm in (ahead, back):  # both read from the front
        h = c = rows.new_zeros(1, lstm[1].shape[1])
        said = []
        for row in rows:
            h, c = lstm_step(row[None], h, c, *lstm)
            said.append(h)
        outputs.append(torch.cat(said))
    return torch.cat(outputs, 1)


# refused: read from the front
def both_ways(rows, ahead, back):
    outputs = []
    for lstm, order in ((ahead, rows), (back, rows.flip(0))):
        h = c = rows.new_zeros(1, lstm[1].shape[1])
        said = []
        for row in order:
            h, _ = lstm_step(row[None], h, c, *lstm)  # the memory is never carried on
            said.append(h)
        outputs.append(torch.cat(said))
    return torch.cat([outputs[0], outputs[1].flip(0)], 1)


# refused: both outputs
def both_ways(rows, ahead, back):
    h = c = rows.new_zeros(1, ahead[1].shape[1])
    said = []
    for row in rows:
        h, c = lstm_step(row[None], h, c, *ahead)
        said.append(h)
    return torch.cat(said)


# refused: turned round again
def both_ways(rows, ahead, back):
    outputs = []
    h = c = rows.new_zeros(1, ahead[1].shape[1])
    for lstm, order in ((ahead, rows), (back, rows.flip(0))):
        said = []
        for row in order:
            h, c = lstm_step(row[None], h, c, *lstm)  # the second goes on where the first ended
            said.append(h)
        outputs.append(torch.cat(said))
    return torch.cat([outputs[0], outputs[1].flip(0)], 1)


# refused: detached
def both_ways(rows, ahead, back):
    outputs = []
    for lstm, order in ((ahead, rows), (back, rows.flip(0))):
        h = c = rows.new_zeros(1, lstm[1].shape[1])
        said = []
        for row in order:
            h, c = (t.detach() for t in lstm_step(row[None], h, c, *lstm))
            said.append(h)
        outputs.append(torch.cat(said))
    return torch.cat([outputs[0], outputs[1].flip(0)], 1)


# accepted: by index, from the last row to the first
def both_ways(rows, ahead, back):
    T, m = len(rows), ahead[1].shape[1]
    front, behind = [None] * T, [None] * T
    h = c = torch.zeros(1, m)
    for t in range(T):
        h, c = lstm_step(rows[t : t + 1], h, c, *ahead)
        front[t] = h
    h = c = torch.zeros(1, m)
    for t in reversed(range(T)):
        h, c = lstm_step(rows[t : t + 1], h, c, *back)
        behind[t] = h
    return torch.cat([torch.cat(front), torch.cat(behind)], 1)
