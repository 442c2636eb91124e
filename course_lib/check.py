"""Is everything here?  `python -m course_lib.check` prints OK, or the remedy, for each part.

With `--verbose` it also says where on this machine the course keeps what it makes and fetches.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

LOWEST, HIGHEST = (3, 11), (3, 13)


@dataclass
class Report:
    rows: list  # (part, ok, what was found or what to do); ok is None: optional and absent

    @property
    def ok(self):
        return all(good is not False for _, good, _ in self.rows)

    def __str__(self):
        word = {True: "OK     ", False: "MISSING", None: "absent "}
        return "\n".join(f"{word[good]} {part:12} {text}" for part, good, text in self.rows)


def python():
    name = f"Python {platform.python_version()}"
    if LOWEST <= sys.version_info[:2] <= HIGHEST:
        return True, name
    return (
        False,
        f"{name} is not supported: install Python 3.11, 3.12 or 3.13 and run `make lab` again",
    )


def packages():
    """Every requirement of pyproject's list is installed in a version it allows."""
    from packaging.requirements import Requirement

    try:
        required = importlib.metadata.requires("synthetic-media-from-scratch") or []
    except importlib.metadata.PackageNotFoundError:
        return False, "the course itself is not installed: run `pip install -e .` in its folder"
    wrong = []
    for text in required:
        r = Requirement(text)
        if r.marker and not r.marker.evaluate({"extra": ""}):
            continue
        try:
            v = importlib.metadata.version(r.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{r.name} (not installed)")
            continue
        if not r.specifier.contains(v.split("+")[0], prereleases=True):
            wrong.append(f"{r.name} {v} (need {r.specifier})")
    if wrong:
        names = " ".join(text.split(" ")[0] for text in wrong)
        return False, f"{', '.join(wrong)}: run `make lab`, or `pip install -U {names}`"
    count = len([t for t in required if "extra ==" not in t])
    return True, f"{count} of {count} in range"


def device():
    """What the lessons will train on: CUDA, MPS or CPU, in that order."""
    import torch

    build = f"(torch {torch.__version__})"
    if torch.cuda.is_available():
        return True, f"{torch.cuda.get_device_name()} {build}"
    if torch.backends.mps.is_available():
        return True, f"Apple GPU through MPS {build}"
    cores = f"CPU, {os.cpu_count()} cores, {torch.get_num_threads()} threads"
    return True, f"{cores} {build}; lessons run at scale cpu"


def codecs():
    import av

    missing = [c for c in ("libx264", "aac") if c not in av.codecs_available]
    if missing:
        remedy = "`pip install --force-reinstall --only-binary :all: av`"
        return False, f"PyAV lacks {', '.join(missing)}: {remedy}"
    return True, f"H.264 and AAC in PyAV {av.__version__}"


def voice():
    from .studio import say

    s = say("OK")
    return True, f"eSpeak NG speaks, {s.seconds:.1f} s for one word"


def fonts():
    from matplotlib import font_manager

    path = font_manager.findfont("DejaVu Sans", fallback_to_default=False)
    return True, f"DejaVu Sans at {Path(path).name}"


def human():
    from .human import PATH, load

    h = load()
    size = f"{PATH.stat().st_size / 1e6:.1f} MB"
    return True, f"{size}, {len(h.uv)} vertices, {len(h.names)} expressions"


def marks():
    from .mark.manifest import certificate

    certificate()
    return True, "test certificate ready"


def weights():
    from .weights import fetched

    found = sorted(p.name for p in (fetched() / "checkpoints").glob("*"))
    if found:
        return True, ", ".join(found)
    return None, "no optional weights fetched; no lesson so far needs any"


def browser():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return True, name
    return None, "no Chromium: only the widget tests need it (`apt-get install chromium`)"


PARTS = dict(
    python=python,
    packages=packages,
    device=device,
    codecs=codecs,
    speech=voice,
    fonts=fonts,
    human=human,
    marks=marks,
    weights=weights,
    browser=browser,
)


def run():
    """Look at every part -> Report; print it to read it."""
    rows = []
    for name, part in PARTS.items():
        try:
            rows.append((name, *part()))
        except Exception as e:  # noqa: BLE001 - a broken part is a row of the report, whatever broke
            what = str(e).splitlines()[0] if str(e) else "failed"
            remedy = f"reinstall with `make lab` ({type(e).__name__})"
            rows.append((name, False, f"{what}: {remedy}"))
    return Report(rows)


def places():
    """Where things lie on this machine; for a reader's eyes, never for a committed output."""
    from .mark.manifest import home
    from .weights import fetched

    return f"course {Path(__file__).parent}\ncertificate {home()}\nfetched weights {fetched()}"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--verbose", action="store_true", help="also say where things lie")
    args = parser.parse_args(arguments)
    report = run()
    print(report)
    if args.verbose:
        print(places())
    print("all is well" if report.ok else "follow the remedies above, then run this again")
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
