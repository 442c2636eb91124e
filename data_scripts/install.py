"""Make a virtual environment and install the course from its lock file. Needs nothing but Python.

python data_scripts/install.py [.venv]

The same on Linux, macOS and Windows. A folder that is there already and is no virtual environment
is left as it is.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOWEST, HIGHEST = (3, 11), (3, 13)


def python_of(folder):
    """The interpreter of a virtual environment, wherever this system puts it."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def has_pip(folder):
    """Whether the environment is whole: its interpreter runs and has pip."""
    python = python_of(folder)
    if not python.exists():
        return False
    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0


def make_environment(folder):
    """Make the virtual environment `folder`, or make a broken one again.

    Exits with a sentence if `folder` holds something else, or if this Python cannot make one.
    """
    if folder.exists() and not folder.is_dir():
        sys.exit(f"{folder} is a file: name a folder that may become the virtual environment.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "pyvenv.cfg").is_file():
        sys.exit(
            f"{folder} is not empty and is no virtual environment: it was left as it is. "
            "Name another folder, or empty it yourself."
        )
    if has_pip(folder):
        return
    try:
        venv.create(folder, with_pip=True, clear=folder.exists())
    except subprocess.CalledProcessError:
        sys.exit(
            "this Python cannot make virtual environments: on Debian and Ubuntu run "
            "`apt-get install python3-venv`, elsewhere install Python from python.org."
        )
    except OSError as error:
        sys.exit(f"{folder} could not be written ({error.strerror}): name another folder.")


def locked(name, lock):
    """The line of the lock file that fixes one package: 'torch==2.13.0'."""
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}=="):
            return line.split(";")[0].strip()
    sys.exit(f"{lock} does not name {name}: take the file from the repository again.")


def install(python, what, *arguments):
    """Run pip in the environment; exits with a sentence if it fails."""
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    env = dict(os.environ, PIP_ROOT_USER_ACTION="ignore")
    print(f"installing {what} ...", flush=True)
    if subprocess.run([*pip, *arguments], env=env).returncode:
        sys.exit(
            f"{what} could not be installed; pip says why above. Is there a network, "
            "and are 5 GB free? Run this again: it goes on where it stopped."
        )


def main(folder):
    if not LOWEST <= sys.version_info[:2] <= HIGHEST:
        sys.exit(
            f"Python {sys.version.split()[0]} is not supported; use 3.11, 3.12 or 3.13: "
            "make lab PYTHON=python3.12, or `py -3.12 data_scripts\\install.py` on Windows."
        )
    folder = Path(folder).resolve()
    make_environment(folder)
    python = python_of(folder)
    lock = ROOT / "requirements.lock"
    torch = locked("torch", lock)
    # torch brings the CUDA libraries that match the build it finds; the lock leaves those to it
    install(python, f"{torch} (the largest part, a few minutes the first time)", torch)
    install(python, "the other packages", "--no-deps", "-r", lock)
    install(python, "the course", "--no-deps", "--no-build-isolation", "-e", ROOT)
    print(f"ready: {python} data_scripts{os.sep}lab.py opens the course")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ".venv")
