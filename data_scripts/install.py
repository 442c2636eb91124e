"""Make a virtual environment and install the course from its lock file. Needs nothing but Python.

python data_scripts/install.py .venv
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(folder):
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        sys.exit(
            f"Python {sys.version.split()[0]} is not supported; use 3.11, 3.12 or 3.13: make lab PYTHON=python3.12"
        )
    folder = Path(folder).resolve()
    try:
        if (
            not (folder / "bin" / "python").exists()
            or subprocess.run(
                [folder / "bin" / "python", "-m", "pip", "--version"], capture_output=True
            ).returncode
        ):
            venv.create(folder, with_pip=True, clear=folder.exists())
    except subprocess.CalledProcessError:
        sys.exit(
            "this Python cannot make virtual environments; on Debian and Ubuntu run `apt-get install python3-venv`."
        )
    pip = [
        folder / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    lock = ROOT / "requirements.lock"
    torch = next(
        line.split(";")[0].strip()
        for line in lock.read_text().splitlines()
        if line.startswith("torch==")
    )
    env = dict(os.environ, PIP_ROOT_USER_ACTION="ignore")
    print(f"installing {torch} (the largest part, a few minutes the first time) ...", flush=True)
    # torch brings the CUDA libraries that match the build it finds; the lock leaves those to it
    subprocess.run([*pip, torch], check=True, env=env)
    print("installing the course ...", flush=True)
    subprocess.run([*pip, "--no-deps", "-r", lock], check=True, env=env)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", ROOT], check=True, env=env)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ".venv")
