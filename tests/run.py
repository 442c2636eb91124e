"""`make test`: lint, unit tests, every lesson under nbval with the network cut, then browser and classroom tests.

One lesson runs at a time: a training notebook fills both cores, and two at once take longer than one after the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
SECONDS, MEGABYTES, CELL = (
    150,
    2048,
    180,
)  # a lesson's budget on two cores, and the limit of one cell
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header"]


def watched(command, env):
    """Run a command and watch it -> exit code, seconds, peak memory in MB of the largest process below it."""
    start, peak = time.monotonic(), 0
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    tree = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            for p in [tree, *tree.children(recursive=True)]:
                peak = max(peak, p.memory_info().rss)
        except psutil.Error:
            pass
        time.sleep(0.2)
    return process.returncode, time.monotonic() - start, peak / 1e6


def main(only):
    env = dict(os.environ, COURSE_SCALE="cpu", PYTHONPATH="", JUPYTER_PLATFORM_DIRS="1")
    offline = dict(env, PYTHONPATH=str(ROOT / "tests" / "offline"))
    for name in (
        "COURSE_PHOTO",
        "COURSE_CLIP",
        "COURSE_PORTRAIT",
        "COURSE_FACE_CLIP",
        "COURSE_VOICE",
        "COURSE_TRANSCRIPT",
    ):
        env.pop(name, None), offline.pop(name, None)
    stages, rows, failed = [], [], []
    stages.append(("lint", [sys.executable, "-m", "ruff", "check", "."], env))
    stages.append(("unit", [*PYTEST, "tests/rooms", "tests/lessons", "--durations=5"], env))
    for notebook in sorted((ROOT / "notebooks").glob("*/*.ipynb")):
        stages.append(
            (
                notebook.stem,
                [
                    *PYTEST,
                    "-p",
                    "no:python",
                    "--nbval-lax",
                    "--nbval-current-env",
                    "--nbval-cell-timeout",
                    str(CELL),
                    str(notebook),
                ],
                offline,
            )
        )
    stages.append(("widgets", [*PYTEST, "tests/widgets", "-rs"], env))
    stages.append(("classroom", [*PYTEST, "tests/classroom"], env))
    for name, command, environment in stages:
        if only and name not in only:
            continue
        print(f"== {name}", flush=True)
        code, seconds, memory = watched(command, environment)
        lesson = name[:2].isdigit()
        verdict = "ok" if code == 0 else "FAILED"
        if lesson and code == 0 and seconds > SECONDS:
            verdict = f"over {SECONDS} s"
        if lesson and code == 0 and memory > MEGABYTES:
            verdict = f"over {MEGABYTES} MB"
        rows.append((name, seconds, memory, verdict))
        if verdict != "ok":
            failed.append(name)
    print(f"\n{'stage':24}{'seconds':>9}{'peak MB':>9}  result")
    for name, seconds, memory, verdict in rows:
        print(f"{name:24}{seconds:9.0f}{memory:9.0f}  {verdict}")
    print(f"{'all':24}{sum(r[1] for r in rows):9.0f}")
    print(f"\n{len(rows) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
