"""Refresh requirements.lock: exact versions, for Python 3.11 to 3.13, of all that is installed."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TORCH = "torch==2.13.0"
PYTHON = "backports-strenum<1.3"  # later ones refuse Python 3.11: uv overlooks such upper limits
LEFT_TO_TORCH = re.compile(
    r"^(nvidia-|cuda-|triton|warp-lang)"
)  # chosen by torch's own build; warp is only for baking on a GPU
COOLING = timedelta(days=7)  # a release younger than this may still lack wheels for some systems
HEAD = (
    "# Exact versions for `make lab` and `make test`, "
    "made by `make lock` from pyproject.toml. Do not edit.\n"
)


def main():
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "--universal",
        "--python-version",
        "3.11",
        "--all-extras",
        "--no-annotate",
        "--no-header",
        "--upgrade",
        "--quiet",
        "--exclude-newer",
        str(date.today() - COOLING),
        "--constraint",
        "-",
        str(ROOT / "pyproject.toml"),
    ]
    out = subprocess.run(
        command, input=f"{TORCH}\n{PYTHON}\n", capture_output=True, text=True, encoding="utf-8"
    )
    if out.returncode:
        sys.exit(f"uv could not resolve pyproject.toml:\n{out.stderr}")
    lines = [line for line in out.stdout.splitlines() if line and not LEFT_TO_TORCH.match(line)]
    # the editable install of the course itself needs its build back end
    lines += [] if any(line.startswith("setuptools==") for line in lines) else ["setuptools>=77"]
    (ROOT / "requirements.lock").write_text(
        HEAD + "\n".join(sorted(lines)) + "\n", encoding="utf-8"
    )
    print(f"{len(lines)} packages locked")


if __name__ == "__main__":
    main()
