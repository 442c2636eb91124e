"""Make the learner's workbook/ and open JupyterLab on its lesson 00.

python data_scripts/lab.py [--fresh 09] [options for JupyterLab]

Where there is no browser the address is printed instead. Works for root in a container.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import webbrowser
from pathlib import Path

import workbook

ROOT = Path(__file__).resolve().parents[1]
FIRST = "workbook/00_start_here/00_start_here.ipynb"


def lab_command(root=ROOT, page=FIRST):
    """The command that opens JupyterLab at `page`, a path below the folder `root`; no pop-ups."""
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{page}",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def lab_environment():
    """The environment JupyterLab needs for it: the course's default settings, below the user's own.

    The options of `lab_command` stop the request for news, but not the question whether to make it.
    """
    course = str(ROOT / "data_scripts" / "jupyter")
    paths = [course, *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    return dict(os.environ, JUPYTER_CONFIG_PATH=os.pathsep.join(paths), JUPYTER_PLATFORM_DIRS="1")


def has_browser():
    """False on a Linux without a screen, and where Python finds no browser."""
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not screen:
        return False
    try:
        webbrowser.get()
        return True
    except webbrowser.Error:
        return False


def main(extra):
    """Replace this process by JupyterLab -> its exit code, where replacing is not possible."""
    command = lab_command()
    if os.path.exists("/.dockerenv") or os.environ.get("container"):
        command.append("--ServerApp.ip=0.0.0.0")
    if not has_browser():
        command.append("--no-browser")
        print("No screen here: open the address below (with its token) in your own browser.")
    sys.stdout.flush()
    command += extra
    if os.name != "nt":
        os.execve(sys.executable, command, lab_environment())
    # on Windows execve returns to the shell at once; Ctrl-C is for JupyterLab, which asks first
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.call(command, env=lab_environment(), cwd=ROOT)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fresh", nargs="+", default=(), metavar="LESSON")
    args, others = parser.parse_known_args()
    try:
        workbook.say(workbook.make(ROOT / "workbook", args.fresh), ROOT / "workbook")
    except ValueError as error:
        sys.exit(str(error))
    sys.exit(main(others))
