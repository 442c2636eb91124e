# refused: are learnt from
def split_by_time(count, judged, gap):
    return slice(0, count - judged), slice(count - judged, count)  # no gap


# refused: judge by the last
def split_by_time(count, judged, gap):
    return slice(judged + gap, count), slice(0, judged)  # the first ones are judged


# refused: judge by the last
def split_by_time(count, judged, gap):
    return slice(0, count - judged - gap), slice(count - judged - gap, count)  # the gap is judged


# refused: return two slices
def split_by_time(count, judged, gap):
    return list(range(count - judged - gap)), list(range(count - judged, count))


# refused: must be two
def split_by_time(count, judged, gap):
    return slice(0, count - judged - gap)


# accepted: counted from the end
def split_by_time(count, judged, gap):
    return slice(None, -judged - gap), slice(-judged, None)
