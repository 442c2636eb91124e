"""Judging results: metrics against the truth, the scoreboard, and checks for exercises.

A module is imported when asked for: whoever only reads records needs no torch.
"""

import time
from importlib import import_module

STARTED = time.monotonic()  # a lesson's seconds count from its imports
MODULES = {
    "psnr": "metrics",
    "ssim": "metrics",
    "masked_l1": "metrics",
    "landmark_error": "metrics",
    "temporal_difference": "metrics",
    "SwapJudge": "swaps",
    "visible_state": "swaps",
    "nearest_frames": "swaps",
    "drawn_linearly": "swaps",
    "ConversionJudge": "conversion",
    "by_light": "conversion",
    "opencv_clone": "conversion",
    **dict.fromkeys(
        ("torso", "correct_keypoints", "pck", "mpjpe", "procrustes", "pa_mpjpe", "mpjve"), "poses"
    ),
    **dict.fromkeys(("dance_scores", "mean_dance_scores", "drawing_scores"), "dances"),
    "nearest_pose_frames": "dances",
    **dict.fromkeys(("pose_errors", "lag", "foot_slide", "boxed_rivals"), "poses"),
    **dict.fromkeys(("label_scores", "label_colours", "people_colours"), "portraits"),
    **dict.fromkeys(("portrait_scores", "nearest_lines", "nearest_maps"), "portraits"),
    **dict.fromkeys(("ray_error", "blinks", "blink_f1", "eye_scores", "eye_aspect_ratio"), "eyes"),
    **dict.fromkeys(("film_scores", "nearest_pictures"), "films"),
    **dict.fromkeys(("openings", "lip_boxes", "MouthReader"), "mouths"),
    **dict.fromkeys(("closures_made", "dub_scores", "frames_late"), "mouths"),
    **dict.fromkeys(("LectureReader", "lecture_scores"), "lectures"),
    **dict.fromkeys(("scoreboard", "print_rows"), "scores"),
    "collect": "records",
}
__all__ = [*MODULES, "check"]


def __getattr__(name):
    if name == "check":
        return import_module(".check", __name__)
    if name in MODULES:
        return getattr(import_module(f".{MODULES[name]}", __name__), name)
    raise AttributeError(f"course_lib.judge has no {name!r}; it has {', '.join(__all__)}.")
