"""Portraits drawn from label maps or lines, judged by the truth and by what is found in them."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import distance_transform_edt
from sklearn.metrics import jaccard_score

from .metrics import as_floats, psnr

LEAST = 30  # pixels of a label in a picture, to speak of its colour


def label_scores(found, labels):
    """How well labels are found again: two stacks (T, S, S) of whole numbers -> the share of right
    pixels, and intersection over union, the mean over the labels that occur (the FCN-score of Isola
    et al. 2017, section 4.1). Raises ValueError for stacks that do not match."""
    found, labels = np.asarray(found), np.asarray(labels)
    if found.shape != labels.shape or labels.ndim != 3:
        raise ValueError(f"label maps have one shape (T, S, S), not {found.shape}, {labels.shape}.")
    occur = np.unique(labels)
    overlap = jaccard_score(labels.ravel(), found.ravel(), labels=occur, average="macro")
    return float((found == labels).mean()), float(overlap)


def label_colours(pictures, labels, label):
    """The mean colour, in 0..1, of a label in each picture (T, S, S, 3) that shows at least LEAST
    pixels of it -> (n, 3)."""
    pictures = as_floats(pictures)
    shown = [picture[at] for picture, at in zip(pictures, labels == label) if at.sum() >= LEAST]
    return np.array([pixels.mean(0) for pixels in shown]).reshape(-1, 3)


def people_colours(pictures, labels, label, shots):
    """How far a label's mean colour differs between people, and within one: pictures (T, S, S, 3),
    the same number of `shots` of each person in a row -> two standard deviations in 0..1. People of
    whom a picture hardly shows the label are left out."""
    where = np.asarray(labels) == label
    if len(where) % shots:
        raise ValueError(f"{len(where)} pictures are no whole number of people, {shots} of each.")
    enough = (where.sum((1, 2)) >= LEAST).reshape(-1, shots).all(1).repeat(shots)
    colours = label_colours(as_floats(pictures)[enough], labels[enough], label)
    people = colours.reshape(-1, shots, 3)
    return float(people.mean(1).std(0).mean()), float(people.std(1).mean())


def detail(pictures):
    """How much neighbouring pixels of pictures (T, S, S, 3) differ in the mean, in 0..1."""
    grey = as_floats(pictures).mean(-1)
    return float(sum(np.abs(np.diff(grey, axis=axis)).mean() for axis in (1, 2)))


def portrait_scores(drawn, real, labels, relabel, varied):
    """Portraits (T, S, S, 3) uint8 drawn from label maps (T, S, S) -> a dict: psnr against the real
    ones; accuracy and iou of the labels that relabel(drawn) finds in them; colour and detail, each
    as a share of the real ones': how far the mean colours of the labels `varied` differ from
    picture to picture, and how far neighbouring pixels differ."""
    if not len(varied):
        raise ValueError("name one label at least whose colour varies, for example [4].")
    accuracy, iou = label_scores(relabel(drawn), labels)
    spread = [
        label_colours(drawn, labels, k).std(0).mean() / label_colours(real, labels, k).std(0).mean()
        for k in varied
    ]
    return dict(
        psnr=psnr(drawn, real),
        accuracy=accuracy,
        iou=iou,
        colour=float(np.mean(spread)),
        detail=detail(drawn) / detail(real),
    )


def nearest_maps(asked, known):
    """For each label map asked (T, S, S) the number of the known one (N, S, S) that agrees with it
    in most pixels -> (T,)."""
    return np.array([(known == one).mean((1, 2)).argmax() for one in asked])


def nearest_lines(asked, known):
    """For each sheet of lines asked (T, S, S), above 0 on a line, the number of the known one
    (N, S, S) that lies nearest: the mean distance of either's lines from the other's, added up
    (chamfer distance) -> (T,). Raises ValueError for a sheet without a line."""
    asked, known = np.asarray(asked) > 0, np.asarray(known) > 0
    if not (asked.any((1, 2)).all() and known.any((1, 2)).all()):
        raise ValueError("a sheet without a single line lies nowhere: leave it out.")
    far, where = [], []
    for sheets in (asked, known):
        far.append(np.stack([distance_transform_edt(~one).ravel() for one in sheets]))
        where.append(sheets.reshape(len(sheets), -1) / sheets.sum((1, 2))[:, None])
    return (where[0] @ far[1].T + far[0] @ where[1].T).argmin(1)
