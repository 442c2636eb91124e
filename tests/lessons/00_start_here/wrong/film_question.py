# refused: 160
def film_question():
    return studio.film(studio.cast(3), studio.perform("Are you real?", voice="grace"), size=256)


# refused: actor 4
def film_question():
    return studio.film(studio.cast(4), studio.perform("Are you real?", voice="grace"), size=160)


# refused: grace
def film_question():
    return studio.film(studio.cast(3), studio.perform("Are you real?", voice="adam"), size=160)


# refused: silent
def film_question():
    return studio.film(studio.cast(3), size=160)


# refused: Clip
def film_question():
    return None


# refused: does not move
def film_question():
    clip = studio.film(studio.cast(3), studio.still(), size=160)
    clip.sound = studio.say("Are you real?", voice="grace").sound
    clip.truth["expression"] = clip.truth["expression"].repeat(30, 0)
    return clip


# refused: 160
def film_question():
    return studio.film(studio.cast(3), studio.perform("Are you real?", voice="grace"))
