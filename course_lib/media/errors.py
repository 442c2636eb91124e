class MediaError(ValueError):
    """Bad input or output: one sentence that says what was given, what was expected and what to
    do.
    """
