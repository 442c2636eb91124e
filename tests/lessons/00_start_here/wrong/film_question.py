# refused: 128
def film_question():
    return studio.film(studio.cast(3), studio.perform("Are you real?", voice="grace"), size=256)


# refused: actor 4
def film_question():
    return studio.film(studio.cast(4), studio.perform("Are you real?", voice="grace"), size=128)


# refused: grace
def film_question():
    return studio.film(studio.cast(3), studio.perform("Are you real?", voice="adam"), size=128)


# refused: silent
def film_question():
    return studio.film(studio.cast(3), size=128)


# refused: Clip
def film_question():
    return None
