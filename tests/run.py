"""`make test`: lint, every lesson under nbval with the network cut, and all other tests.

One pool of jobs, the longest first: a lesson's notebook is a job, a lesson's tests (its widget
drive among them) are a job, and so is each other folder of tests. Every job gets one thread, and
as many run side by side as there are cores and memory.

python tests/run.py [stage ...]

Stages: lint, rooms, 09_deepfakes (that notebook), 09 (all of lesson 09), learner (the learner's
untouched copies of all lessons, not part of `make test`), and those that a wrong name lists.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from support import ROOT, notebooks, records

SECONDS = 150  # for a lesson that has two idle cores to itself
BUSY = 1.6  # cores that it keeps busy then; here CPU time is judged
ASK = 45  # wall-clock seconds between two measures of the machine's pace under its load
PACE = 0.48  # CPU seconds of `pace` on the machine for which SECONDS was chosen
MEGABYTES = 2048  # for a lesson, all its processes together; also what a job is given room for
CELL = 600  # wall-clock seconds for one cell: stops what hangs, is no budget
PATIENCE = 1800  # wall-clock seconds after which a job is taken to hang
LAST = 1500  # characters of what a failed job said, repeated under the table
USUAL = {"rooms": 180, "classroom": 140, "widgets": 30, "gpu": 90}  # seconds, only for the order
DRIVEN = 130  # the same for a lesson's tests with its widget drive
OWN_FOOTAGE = ("PHOTO", "CLIP", "PORTRAIT", "FACE_CLIP", "VOICE", "TRANSCRIPT")
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header"]
NBVAL = ["-p", "no:python", "--nbval-lax", "--nbval-current-env", f"--nbval-cell-timeout={CELL}"]
IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def pace():
    """CPU seconds of a fixed piece of work: machines differ by a factor of 2.5."""
    x = np.random.default_rng(0).random((512, 512)).astype(np.float32)
    start = time.process_time()
    y = x
    for _ in range(100):
        y = (x @ y) / 256
    total = 0
    for k in range(2_000_000):
        total += k * k % 7
    return time.process_time() - start


@dataclass
class Job:
    """One command of the pool; `stages` are the words on the command line that select it."""

    name: str
    command: list
    stages: tuple
    usual: float = 30  # seconds expected: the longest are started first
    env: dict = field(default_factory=dict)
    budget: bool = False  # a lesson's budget of time and memory holds


def lint_jobs():
    commands = {
        "lint: rules": ["ruff", "check", "."],
        "lint: format": ["ruff", "format", "--check", "."],
    }
    jobs = [Job(n, [sys.executable, "-m", *c], ("lint",), 5) for n, c in commands.items()]
    return [*jobs, Job("lint: layers", [sys.executable, "-c", IMPORTS], ("lint",), 5)]


def lesson_job(notebook, name, stages, master):
    """One notebook under nbval, with no host to reach but this one."""
    usual = next((r["seconds"] for r in records(notebook)), 60)
    env = dict(PYTHONPATH=str(ROOT / "tests" / "offline"), COURSE_MASTER=str(int(master)))
    return Job(name, [*PYTEST, *NBVAL, str(notebook)], stages, usual, env, budget=True)


def all_jobs():
    """Every job of `make test`."""
    jobs = lint_jobs()
    for notebook in notebooks():
        folder = notebook.parent.name
        stages = ("lessons", notebook.stem, folder, folder[:2])
        jobs.append(lesson_job(notebook, notebook.stem, stages, master=True))
    exercises = "tests/lessons/test_exercises.py"
    for folder in sorted(p.name for p in (ROOT / "notebooks").iterdir() if p.is_dir()):
        own = (
            [f"tests/lessons/{folder}"]
            if any((ROOT / "tests/lessons" / folder).glob("test_*.py"))
            else []
        )
        command = [*PYTEST, *own, exercises, "-k", folder, "-rs", "--durations=3"]
        stages = ("tests", f"tests/{folder}", folder[:2])
        jobs.append(Job(f"tests of {folder}", command, stages, DRIVEN))
    for folder in ("rooms", "gpu", "classroom", "widgets"):
        if any((ROOT / "tests" / folder).glob("test_*.py")):
            command = [*PYTEST, f"tests/{folder}", "-rs", "--durations=5"]
            jobs.append(Job(folder, command, ("tests", folder), USUAL[folder]))
    return jobs


def learner_jobs(folder):
    """The learner's untouched copies, which must run from top to bottom like the masters."""
    command = [sys.executable, str(ROOT / "data_scripts" / "workbook.py"), "--out", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    found = sorted(Path(folder).glob("*/*.ipynb"))
    return [lesson_job(n, f"learner's {n.stem}", ("learner",), master=False) for n in found]


def environment():
    """The jobs' environment: one thread each, the CPU's column, and nobody's own footage."""
    env = dict(os.environ, COURSE_SCALE="cpu", JUPYTER_PLATFORM_DIRS="1", PYTHONPATH="")
    for name in ("OMP", "MKL", "OPENBLAS"):
        env[f"{name}_NUM_THREADS"] = "1"
    for name in OWN_FOOTAGE:
        env.pop(f"COURSE_{name}", None)
    return env


class Watch:
    """A running job: its CPU seconds and the most memory its whole tree of processes has held."""

    def __init__(self, job, env, folder):
        self.job = job
        self.output = Path(folder) / f"{job.name.replace('/', '-').replace(':', '')}.txt"
        self.start = time.monotonic()
        self.end = None  # when it was first seen to have ended
        self.used = {}  # process -> CPU seconds when last seen: one that has ended still counts
        self.peak = 0.0
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                job.command,
                cwd=ROOT,
                env=dict(env, **job.env),
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        self.tree = psutil.Process(self.process.pid)

    @property
    def seconds(self):
        return (self.end or time.monotonic()) - self.start

    @property
    def cpu(self):
        return sum(self.used.values())

    def running(self):
        """Measure once; whether the job still runs. One that hangs is ended with all it started."""
        if self.process.poll() is not None:
            self.end = self.end or time.monotonic()
            return False
        try:
            processes = [self.tree, *self.tree.children(recursive=True)]
        except psutil.Error:  # it has just ended: the next look says so
            return True
        memory = 0
        for p in processes:
            try:
                times = p.cpu_times()
                self.used[p.pid] = times.user + times.system
                memory += p.memory_info().rss
            except psutil.Error:  # it has just ended
                continue
        self.peak = max(self.peak, memory / 1e6)
        if self.seconds > PATIENCE:
            for p in processes:
                p.kill()
        return True

    @property
    def said(self):
        return self.output.read_text(encoding="utf-8", errors="replace")

    def verdict(self, seconds):
        """seconds: of CPU time that a lesson may take on this machine."""
        if self.process.returncode:
            return "FAILED" if self.seconds < PATIENCE else f"hung for {PATIENCE} s"
        if self.job.budget and self.cpu > seconds:
            return f"over {seconds:.0f} s of CPU time"
        if self.job.budget and self.peak > MEGABYTES:
            return f"over {MEGABYTES} MB"
        return "ok"


def places():
    """How many jobs run at once: one a core, and 2 GB each."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    room = psutil.virtual_memory().available / (MEGABYTES * 1e6)
    return max(1, min(cores, int(room)))


def run_all(jobs, at_once, folder):
    """Run the jobs, `at_once` side by side -> their watches, in the order of ending, and the
    machine's pace: a median over the run, since neighbours on a chip stretch each other's CPU time.
    """
    waiting = sorted(jobs, key=lambda j: -j.usual)
    env, running, done = environment(), [], []
    paces, asked = [], time.monotonic()
    while waiting or running:
        if len(running) == at_once and time.monotonic() - asked > ASK:
            paces.append(pace())
            asked = time.monotonic()
        while waiting and len(running) < at_once:
            running.append(Watch(waiting.pop(0), env, folder))
        time.sleep(0.2)
        for w in [w for w in running if not w.running()]:
            running.remove(w)
            done.append(w)
            used = f"{w.seconds:.0f} s, {w.cpu:.0f} CPU s, {w.peak:.0f} MB"
            print(f"== {w.job.name}: {used}\n{w.said}", flush=True)
    return done, float(np.median(paces or [pace()]))


def table(done, here, jobs, seconds):
    """The closing lines -> exit code. CI reads the last one. here: the machine's pace."""
    allowed = SECONDS * BUSY * max(1.0, here / PACE)
    verdicts = {w.job.name: w.verdict(allowed) for w in done}
    order = {j.name: k for k, j in enumerate(jobs)}
    print(f"\n{'job':34}{'seconds':>9}{'CPU s':>9}{'peak MB':>9}  result")
    for w in sorted(done, key=lambda w: order[w.job.name]):
        verdict = verdicts[w.job.name]
        print(f"{w.job.name:34}{w.seconds:9.0f}{w.cpu:9.0f}{w.peak:9.0f}  {verdict}")
    print(f"{'all':34}{seconds:9.0f}{sum(w.cpu for w in done):9.0f}")
    print(f"pace {here:.2f}: a lesson may take {allowed:.0f} s of CPU time and {MEGABYTES} MB")
    failed = [w for w in done if verdicts[w.job.name] != "ok"]
    for w in failed:  # once more where the end of a long log is read
        print(f"\n{w.job.name}: {verdicts[w.job.name]}\n{w.said[-LAST:]}")
    print(f"\n{len(done) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def main(only):
    start = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="course-tests-"))
    try:
        jobs = all_jobs() + (learner_jobs(folder / "learner") if "learner" in only else [])
        known = {s for j in jobs for s in j.stages}
        if unknown := [o for o in only if o not in known]:
            print(f"no stage is called {unknown[0]!r}; there are {', '.join(sorted(known))}.")
            return 2
        jobs = [j for j in jobs if not only or set(j.stages) & set(only)]
        at_once = places()
        print(f"{len(jobs)} jobs, {at_once} at once, one thread each", flush=True)
        return table(*run_all(jobs, at_once, folder), jobs, time.monotonic() - start)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
