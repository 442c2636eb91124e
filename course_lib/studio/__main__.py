"""The studio from the command line.

python -m course_lib.studio film --say "Hello" --actor 3 --size 256 --out hello.mp4
"""

from __future__ import annotations

import argparse
import sys

from .. import mark, media
from ..train.loop import Line
from . import BACKGROUNDS, LANGUAGES, LIGHTS, VOICES, cast, dance, film, perform


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m course_lib.studio", description=__doc__)
    sub = parser.add_subparsers(dest="command", required=True)
    film_ = sub.add_parser("film", help="film a talking (or dancing) actor into a marked MP4")
    film_.add_argument("--say", default=None, help="the text to speak")
    film_.add_argument(
        "--dance",
        type=float,
        default=None,
        metavar="SECONDS",
        help="film the whole body dancing instead",
    )
    film_.add_argument("--actor", type=int, default=0, help="the actor's seed")
    film_.add_argument("--voice", choices=VOICES, default=None)
    film_.add_argument("--language", choices=LANGUAGES, default="en-us")
    film_.add_argument("--light", choices=LIGHTS, default="soft")
    film_.add_argument("--background", choices=BACKGROUNDS, default="office")
    film_.add_argument("--size", type=int, default=256, help="pixels, even")
    film_.add_argument("--fps", type=int, default=25)
    film_.add_argument("--out", required=True, help="NAME.mp4, .png or .jpg")
    film_.add_argument("--overwrite", action="store_true", help="replace a file that is there")
    verify_ = sub.add_parser("verify", help="say what a file's marks tell")
    verify_.add_argument("path")
    args = parser.parse_args(argv)
    try:
        if args.command == "verify":
            print(mark.verify(args.path))
            return 0
        if args.say is None and args.dance is None:
            raise ValueError('give --say "some words" or --dance SECONDS.')
        actor = cast(args.actor)
        if args.dance is not None:
            performance = dance(args.dance, seed=args.actor, fps=args.fps, actor=actor)
        else:
            performance = perform(
                args.say, args.voice, args.language, seed=args.actor, fps=args.fps, voice_of=actor
            )
        clip = film(
            actor,
            performance,
            size=args.size,
            light=args.light,
            background=args.background,
            fps=args.fps,
            progress=Line(1, "filming"),
        )
        what = clip if args.out.lower().endswith(".mp4") else clip.frames[len(clip) // 2]
        written = media.write(args.out, what, overwrite=args.overwrite)
        print(f"{actor.description}: {len(clip)} frames in {written}")
    except (ValueError, OSError, RuntimeError) as e:
        print(f"error: {e}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
