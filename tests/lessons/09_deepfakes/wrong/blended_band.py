# accepted: mixed first, then the difference of each
def blended_band(face, frame, mask):
    def coarse(x):
        return cv2.pyrUp(cv2.pyrDown(x), dstsize=(x.shape[1], x.shape[0]))

    m = mask[..., None]
    return frame - coarse(frame) + m * ((face - coarse(face)) - (frame - coarse(frame)))


# refused: over black
def blended_band(face, frame, mask):
    size = face.shape[1::-1]
    a, b = (x - cv2.pyrUp(cv2.pyrDown(x), dstsize=size) for x in (face, frame))
    m = (mask[..., None] > 0.5).astype(np.float32)
    return m * a + (1 - m) * b


# refused: over black
def blended_band(face, frame, mask):
    size = face.shape[1::-1]
    a, b = (x - cv2.pyrUp(cv2.pyrDown(x), dstsize=size) for x in (face, frame))
    m = cv2.pyrUp(cv2.pyrDown(mask), dstsize=size)[..., None]
    return m * a + (1 - m) * b


# refused: detail plus the coarse part
def blended_band(face, frame, mask):
    m = mask[..., None]
    return m * face + (1 - m) * frame


# refused: detail plus the coarse part
def blended_band(face, frame, mask):
    size = face.shape[1::-1]
    a, b = (x - cv2.pyrUp(cv2.pyrDown(x), dstsize=size) for x in (face, frame))
    m = mask[..., None]
    return (1 - m) * a + m * b


# refused: over black
def blended_band(face, frame, mask):
    mixed = mask[..., None] * face + (1 - mask[..., None]) * frame
    return mixed - cv2.pyrUp(cv2.pyrDown(mixed), dstsize=face.shape[1::-1])


# refused: detail plus the coarse part
def blended_band(face, frame, mask):
    size = face.shape[1::-1]
    a, b = (x - cv2.GaussianBlur(x, (5, 5), 0) for x in (face, frame))
    m = mask[..., None]
    return m * a + (1 - m) * b
