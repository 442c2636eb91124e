"""Fetch published weights that some lessons can use. Nothing in the course needs them.

python data_scripts/get_weights.py                    list what there is
python data_scripts/get_weights.py face-alignment     fetch one set

Each file is checked against its SHA-256 and tried from several addresses. Files land in the user's
cache (or $COURSE_HOME).
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from course_lib.media import mediapipe_pose
from course_lib.media.faces import FAN, YUNET
from course_lib.weights import fetched

MEDIAPIPE = "https://github.com/google-ai-edge/mediapipe/raw"
FAN_HOME = "www.adrianbulat.com/downloads/python-fan"


@dataclass
class Weights:
    name: str
    sha256: str
    megabytes: float
    licence: str
    addresses: tuple


SETS = {
    "face-alignment": (
        Weights(
            FAN,
            "11f355bf0693120222f5955ce3f9dc8fb5763ebb30a47d7906e509490d32e4aa",
            95.6,
            "FAN, Bulat and Tzimiropoulos, ICCV 2017; code BSD-3-Clause, "
            "trained on 300W-LP (for research)",
            (
                f"https://{FAN_HOME}/{FAN}",
                f"https://web.archive.org/web/2022id_/https://{FAN_HOME}/{FAN}",
                f"https://eyalgruss.com/fomm/{FAN}",
            ),
        ),
        Weights(
            YUNET,
            "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
            0.2,
            "YuNet, Wu et al. 2023; MIT in OpenCV Zoo, Apache-2.0 in libfacedetection.train",
            (
                "https://github.com/opencv/opencv_zoo/raw/main/models/face_detection_yunet/"
                f"{YUNET}",
                f"https://huggingface.co/opencv/face_detection_yunet/resolve/main/{YUNET}",
                "https://raw.githubusercontent.com/ShiqiYu/libfacedetection.train/0047ac24afb1/"
                "onnx/yunet_s_640_640.onnx",
            ),
        ),
    ),
    "mediapipe-pose": (
        Weights(
            mediapipe_pose.FILE,
            "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61",
            2.8,
            "BlazePose, Bazarevsky et al. 2020; Apache-2.0 in MediaPipe",
            (
                f"{MEDIAPIPE}/v0.8.11/mediapipe/modules/pose_landmark/{mediapipe_pose.FILE}",
                f"https://storage.googleapis.com/mediapipe-assets/{mediapipe_pose.FILE}",
            ),
        ),
    ),
}


def fetch(weights, folder):
    """Fetch one file from the first address that gives the right bytes -> its path.

    A file that is already right is kept. Exits with a sentence if no address gives it.
    """
    import pooch
    import requests

    problems = []
    for address in weights.addresses:
        try:
            return Path(
                pooch.retrieve(
                    address,
                    f"sha256:{weights.sha256}",
                    fname=weights.name,
                    path=folder,
                    progressbar=sys.stderr.isatty(),
                )
            )
        except (requests.RequestException, ValueError, OSError) as e:
            reason = (
                "other bytes than expected (SHA-256 differs)"
                if isinstance(e, ValueError)
                else type(e).__name__
            )
            problems.append(f"{address}: {reason}")
    raise SystemExit(
        f"{weights.name} could not be fetched.\n  "
        + "\n  ".join(problems)
        + f"\nGet it by hand and put it into {folder}."
    )


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("set", nargs="?", choices=SETS)
    args = parser.parse_args(arguments)
    folder = fetched() / "checkpoints"
    for name in [args.set] if args.set else SETS:
        for w in SETS[name]:
            if args.set:
                print(f"{fetch(w, folder)}  ({w.licence})")
            else:
                here = "here" if (folder / w.name).is_file() else "not here"
                print(f"{name}: {w.name}, {w.megabytes} MB, {here}. {w.licence}")


if __name__ == "__main__":
    main()
