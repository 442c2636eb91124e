# GENERATED from 02c_from_a_frame_to_a_face.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['place', 'marks_term', 'photo_term']

# %%
import torch

from course_lib.taught.foundations.faces_in_3d import axis_angle_to_matrix

# %%
def place(model, p):
    """Numbers of a face -> its vertices in view space, (1, V, 3), metres.

    p: a dict with alpha (K,), delta (52,), rotation (3,), an axis times an angle, and shift (3,).
    """
    v = model.shape(p["alpha"][None], p["delta"][None])
    return v @ axis_angle_to_matrix(p["rotation"]).T + p["shift"]

# %%
def marks_term(xy, marks, size):
    """Landmarks drawn and seen, (n, 2) in pixels each, width of the picture -> the mean squared
    distance, in 64ths of the width."""
    return ((xy - marks) / (size / 64)).square().sum(-1).mean()

# %%
def photo_term(image, photo, where):
    """Pictures (S, S, 3), pixels to compare (S, S) bool -> the mean length of a pixel's colour
    error, the l2,1 norm over pixels."""
    return (image - photo)[where].square().sum(-1).add(1e-6).sqrt().mean()
