"""Turn a clip of one person into aligned face crops, and draw a sheet to review them.

python data_scripts/prepare_clip.py me.mp4 --out prepared/me --consent "this is me"
python data_scripts/prepare_clip.py me.mp4 --out prepared/me --consent "this is me" \\
    --drop 12,40-55 --overwrite

Writes crops.npz (crops, frame numbers, landmarks, the consent) and review.jpg: every fourth crop
with its frame number, dropped ones in red with the reason. Look at it, then run again with --drop
and --overwrite. Lesson 09 takes crops.npz as COURSE_FACE_CLIP.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

from course_lib import media, show
from course_lib.media.faces import own_finder
from course_lib.taught.swap.conversion import prepare
from course_lib.train.loop import Line

WRITTEN = ("crops.npz", "review.jpg")


def numbers(text):
    """ "12,40-55" -> a set of frame numbers."""
    out = set()
    for word in filter(None, (text or "").split(",")):
        try:
            first, *last = map(int, word.split("-"))
        except ValueError:
            raise SystemExit(
                f"--drop takes frame numbers such as 12,40-55, not {word!r}."
            ) from None
        out |= set(range(first, (last[0] if last else first) + 1))
    return out


def tile(crop, number, reason, side=96):
    colours = np.ascontiguousarray(crop[..., :3])  # a fourth channel is the mask
    x = cv2.resize(colours, (side, side), interpolation=cv2.INTER_AREA)
    if reason:
        cv2.rectangle(x, (0, 0), (side - 1, side - 1), (235, 40, 40), 4)
    cv2.putText(
        x,
        f"{number} {reason}".strip(),
        (5, side - 7),
        cv2.FONT_HERSHEY_SIMPLEX,
        0.36,
        (255, 255, 255),
        1,
        cv2.LINE_AA,
    )
    return x


def asked(arguments):
    """The command line, checked; exits with a sentence where it cannot be followed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("clip", type=Path)
    add("--out", type=Path, required=True, help="folder for crops.npz and review.jpg")
    add("--consent", required=True, help="who agreed, in a few words; kept with the crops")
    add("--size", type=int, default=128, help="side of the network's picture")
    add("--seconds", type=float, help="use only so much of the clip")
    add("--backend", choices=media.faces.BACKENDS, help="how faces are found")
    add("--drop", default="", help="frames to leave out, for example 12,40-55")
    add("--overwrite", action="store_true", help="replace what an earlier run wrote to --out")
    args = parser.parse_args(arguments)
    if len(args.consent.strip()) < 8:
        raise SystemExit(
            "--consent must say who agreed, for example 'this is me' or 'Ada agreed on 3 May'."
        )
    there = [name for name in WRITTEN if (args.out / name).exists()]
    if there and not args.overwrite:
        raise SystemExit(
            f"{args.out} already holds {' and '.join(there)}: give another --out, "
            "or --overwrite to replace them."
        )
    return args


def write(folder, crops, marks, reasons, consent):
    """Write crops.npz (what has no reason to be dropped) and review.jpg -> indices kept."""
    good = np.flatnonzero(reasons == "")
    dropped = np.flatnonzero(reasons != "")
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        folder / "crops.npz", crops=crops[good], frames=good, landmarks=marks[good], consent=consent
    )
    shown = sorted({*range(0, len(crops), 4), *dropped.tolist()})
    sheet = show.grid([tile(crops[i], i, reasons[i]) for i in shown], 16)
    (folder / "review.jpg").write_bytes(show.jpeg(sheet))
    return good


def main(arguments=None):
    args = asked(arguments)
    by_hand = numbers(args.drop)
    line = Line(1, "finding faces")

    def find(frames):
        return media.find_faces(frames, args.backend, progress=line)

    try:
        clip = media.read_video(args.clip, seconds=args.seconds, max_side=720)
        crops, reasons, marks = prepare(clip, find, own_finder().mean, args.size)
    except ValueError as e:
        raise SystemExit(str(e)) from e
    reasons = np.array([r or ("by hand" if i in by_hand else "") for i, r in enumerate(reasons)])
    good = write(args.out, crops, marks, reasons, args.consent)
    dropped = {r: int((reasons == r).sum()) for r in sorted(set(reasons) - {""})}
    review = args.out / "review.jpg"
    print(f"{len(good)} of {len(crops)} frames kept {dropped or ''}; look at {review}")
    return good


if __name__ == "__main__":
    sys.exit(0 if len(main()) else 1)
