"""Judging results: metrics against the truth, the scoreboard, and checks for exercises."""

from . import check
from .metrics import landmark_error, masked_l1, psnr, ssim, temporal_difference
from .scoreboard import collect, scoreboard

__all__ = [
    "psnr",
    "ssim",
    "masked_l1",
    "landmark_error",
    "temporal_difference",
    "scoreboard",
    "collect",
    "check",
]
