"""How far a lesson's scores move by chance: three seeds, each with one and with two threads.

python data_scripts/seeds.py 09 [--save scores.json]

Runs copies of the lesson's notebooks six times (nothing is written into the project), collects the
scoreboard's records and prints a table. A floor keeps a margin of twice the spread: the exit code
is 1 where one of the six scores fails its floor, where the floor lies nearer to their mean than two
standard deviations of the six, or where a run stopped before it scored.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from course_lib.judge.records import records as records_of
from notebooks import lessons

SEEDS = (0, 1, 2)
THREADS = (1, 2)
MARGIN = 2.0  # spreads between the mean score and its floor


def records(notebook):
    """Run one notebook, going on after errors -> its scoreboard records and its errors."""
    import nbformat
    from nbclient import NotebookClient

    nb = nbformat.read(notebook, 4)
    place = {"metadata": {"path": str(Path(notebook).parent)}}
    NotebookClient(
        nb, timeout=None, kernel_name="python3", allow_errors=True, resources=place
    ).execute()
    errors = [
        f"{output.ename}: {output.evalue}".splitlines()[0]
        for cell in nb.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    return list(records_of(nb.cells)), errors


def one_run(notebook, seed, threads):
    """The same in a process of its own, with this seed and so many threads."""
    env = dict(os.environ, COURSE_SEED=str(seed), COURSE_FLOORS="0")
    for name in ("OMP", "MKL", "OPENBLAS"):
        env[f"{name}_NUM_THREADS"] = str(threads)
    env.setdefault("COURSE_SCALE", "cpu")
    command = [sys.executable, __file__, str(notebook), "--run"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return [], [f"the notebook could not be run: {last}"]
    return json.loads(done.stdout.splitlines()[-1])


def all_runs(notebook):
    """-> {(threads, seed): (records, errors)}; runs of one thread go two at a time."""
    runs = {}
    for threads in THREADS:
        with ThreadPoolExecutor(max(1, min(2, os.cpu_count() or 1) // threads)) as pool:
            jobs = {seed: pool.submit(one_run, notebook, seed, threads) for seed in SEEDS}
            runs |= {(threads, seed): job.result() for seed, job in jobs.items()}
    return runs


def margin(values, sense, bound):
    """Spreads (standard deviations) from the floor to the values' mean; negative beyond it."""
    distance = statistics.mean(values) - bound
    distance = distance if sense == ">=" else -distance
    spread = statistics.stdev(values)
    return distance / spread if spread else math.copysign(math.inf, distance)


def judged(values, sense, bound):
    """-> "ok", "FAILS" (a score is outside its floor) or "THIN" (too near for chance)."""
    if any(v < bound if sense == ">=" else v > bound for v in values):
        return "FAILS"
    return "ok" if margin(values, sense, bound) >= MARGIN else "THIN"


def rows(runs):
    """The runs of one notebook -> a dict per metric; ValueError where they scored unlike things."""
    scored = [record for record, _ in runs.values()]
    if len({tuple((r["lesson"], *r["metrics"]) for r in one) for one in scored}) > 1:
        raise ValueError("not every run reached the same scores; mend the lesson's errors first")
    table = []
    for k, record in enumerate(scored[0]):
        for metric in record["metrics"]:
            values = [one[k]["metrics"][metric] for one in scored]
            row = dict(lesson=record["lesson"], metric=metric, values=values)
            row["spread"] = statistics.stdev(values)
            row["floor"] = record.get("floors", {}).get(metric)
            if row["floor"]:
                row["margin"] = margin(values, *row["floor"])
                row["verdict"] = judged(values, *row["floor"])
            table.append(row)
    return table


def show(table):
    heads = [f"{t}t s{s}" for t in THREADS for s in SEEDS]
    print(f"{'metric':28}{'floor':>12}", *(f"{h:>8}" for h in heads), "  spread  margin")
    for row in table:
        sense, bound = row["floor"] or ("", math.nan)
        floor = f"{sense} {bound:.4g}" if sense else "-"
        margin = f"{row['margin']:8.1f}  {row['verdict']}" if sense else ""
        values = " ".join(f"{v:8.4g}" for v in row["values"])
        print(f"{row['metric']:28}{floor:>12} {values} {row['spread']:8.2g}{margin}")


def main(lesson, save=None):
    """Run the lesson's notebooks, print their tables -> exit code."""
    found = lessons([lesson])
    if not found:
        print(f"no lesson begins with {lesson!r}; give its number, for example 09.")
        return 2
    everything, sound = [], True
    for notebook in found:
        print(f"{notebook.name}: {len(SEEDS)} seeds, {' and '.join(map(str, THREADS))} threads")
        runs = all_runs(notebook)
        for (threads, seed), (_, errors) in runs.items():
            for error in errors:
                print(f"  seed {seed}, threads {threads}: {error}")
        try:
            table = rows(runs)
        except ValueError as e:
            print(f"{notebook.name}: {e}.")
            sound = False
            continue
        show(table)
        everything += table
        sound &= bool(table) and not any(errors for _, errors in runs.values())
        sound &= all(row.get("verdict", "ok") == "ok" for row in table)
    if save:
        Path(save).write_text(json.dumps(everything, indent=1), encoding="utf-8")
    return 0 if sound else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lesson", help="its number, for example 09")
    parser.add_argument("--save", help="a JSON file for the table")
    parser.add_argument("--run", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        print(json.dumps(records(args.lesson)))
        sys.exit(0)
    sys.exit(main(args.lesson, args.save))
