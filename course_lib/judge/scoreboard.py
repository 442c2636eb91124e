"""The scoreboard: a table for the reader and one JSON record for the course."""

from __future__ import annotations

import html
import json
import math
import os
import platform
import time
from pathlib import Path

from ..train import scale

KIND = "synthetic-media-course/score"
_START = time.monotonic()


def peak_memory_mb():
    """The most memory this process has held, in MB."""
    import sys

    try:
        import resource
    except ImportError:
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


class Board:
    def __init__(self, record, arrows):
        self.record, self.arrows = record, arrows

    def _repr_mimebundle_(self, **_):
        r = self.record
        columns = ["result", *r["baselines"], *r["ablations"]]
        rows = [r["metrics"], *r["baselines"].values(), *r["ablations"].values()]
        head = "".join(f"<th>{html.escape(c)}</th>" for c in columns)
        body = ""
        for m in r["metrics"]:
            cells = "".join(f"<td>{x[m]:.4g}</td>" if m in x else "<td></td>" for x in rows)
            body += f"<tr><td style='text-align:left'>{html.escape(m)} {self.arrows.get(m, '')}</td>{cells}</tr>"
        foot = f"{r['seconds']:.0f} s since the lesson started, {r['peak_memory_mb']:.0f} MB at most, {html.escape(r['device'])}, scale {r['scale']}"
        table = f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table><small>{foot}</small>"
        return {"text/html": table, "application/json": r, "text/plain": json.dumps(r)}


def scoreboard(lesson, metrics, baselines=None, ablations=None, floors=None):
    """Show this lesson's scores beside baselines and ablations, and leave one JSON record in the cell's output.

    metrics: name -> number. baselines, ablations: name -> {metric: number}. floors: metric -> (">=" or "<=", bound); a score
    outside raises AssertionError with a sentence, so that a lesson that stopped working fails its test.
    COURSE_FLOORS=0 records such a score instead, for `make seeds`, which compares all seeds with the floors.
    """
    s = scale()
    clean = lambda d: {k: float(v) for k, v in d.items()}
    metrics = clean(metrics)
    if bad := [k for k, v in metrics.items() if not math.isfinite(v)]:
        raise AssertionError(
            f"{lesson}: {bad[0]} is {metrics[bad[0]]}; a score must be a finite number."
        )
    strict = os.environ.get("COURSE_FLOORS") != "0"
    arrows = {}
    for name, (sense, bound) in (floors or {}).items():
        if name not in metrics or sense not in (">=", "<="):
            raise ValueError(
                f"a floor is metric: ('>=' or '<=', bound), and {name!r} must be among the metrics."
            )
        arrows[name] = "&uarr;" if sense == ">=" else "&darr;"
        ok = metrics[name] >= bound if sense == ">=" else metrics[name] <= bound
        if strict and not ok:
            raise AssertionError(
                f"{lesson}: {name} is {metrics[name]:.4g} but must be {sense} {bound:.4g}."
            )
    floors = {name: [sense, float(bound)] for name, (sense, bound) in (floors or {}).items()}
    record = dict(
        kind=KIND,
        lesson=lesson,
        metrics=metrics,
        floors=floors,
        baselines={k: clean(v) for k, v in (baselines or {}).items()},
        ablations={k: clean(v) for k, v in (ablations or {}).items()},
        seconds=round(time.monotonic() - _START, 1),
        peak_memory_mb=round(peak_memory_mb(), 1),
        device=f"{s.device.type} ({platform.machine()})",
        scale=s.name,
    )
    return Board(record, arrows)


def collect(folder="notebooks"):
    """All lessons' records from the committed notebooks -> list of dicts, in lesson order."""
    out = []
    for path in sorted(Path(folder).glob("*/*.ipynb")):
        for cell in json.loads(path.read_text())["cells"]:
            for o in cell.get("outputs", []):
                r = o.get("data", {}).get("application/json")
                if isinstance(r, dict) and r.get("kind") == KIND:
                    out.append(r)
    return out


def print_table(folder="notebooks"):
    records = collect(folder)
    if not records:
        print("no lesson has a score yet: run `make notebooks`")
        return
    print(f"{'lesson':22} {'metric':26} {'result':>10}  {'baselines and ablations'}")
    for r in records:
        for m, v in r["metrics"].items():
            others = "  ".join(
                f"{k} {x[m]:.4g}" for k, x in (r["baselines"] | r["ablations"]).items() if m in x
            )
            print(f"{r['lesson']:22} {m:26} {v:10.4g}  {others}")
        print(
            f"{'':22} {r['seconds']:.0f} s, {r['peak_memory_mb']:.0f} MB, {r['device']}, scale {r['scale']}"
        )


if __name__ == "__main__":
    print_table()
