"""Open JupyterLab on lesson 00: in a browser where there is one, otherwise print the address. Works for root in a container."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def has_browser():
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return False
    try:
        webbrowser.get()
        return True
    except webbrowser.Error:
        return False


def main(extra):
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    os.chdir(ROOT)
    options = [
        "--ServerApp.root_dir=" + str(ROOT),
        "--LabApp.default_url=/lab/tree/notebooks/00_start_here/00_start_here.ipynb",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    if root:
        options += ["--allow-root"]
    if os.path.exists("/.dockerenv") or os.environ.get("container"):
        options += ["--ServerApp.ip=0.0.0.0"]
    if not has_browser():
        options += ["--no-browser"]
        print(
            "No screen here: open the address below (with its token) in your own browser.",
            flush=True,
        )
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *options, *extra])


if __name__ == "__main__":
    main(sys.argv[1:])
