"""The scoreboard: a table for the reader and one JSON record for the course."""

from __future__ import annotations

import html
import json
import math
import os
import platform
import time

from ..train import scale
from . import STARTED
from .records import KIND, collect


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
        self.record = record
        self.arrows = arrows

    def _repr_mimebundle_(self, **_):
        r = self.record
        columns = own_columns(r) | r["baselines"] | r["ablations"]
        rows = list(columns.values())
        head = "".join(f"<th>{html.escape(c)}</th>" for c in columns)
        body = ""
        for m in r["metrics"]:
            name = f"{html.escape(m)} {self.arrows.get(m, '')}"
            cells = "".join(f"<td>{x[m]:.4g}</td>" if m in x else "<td></td>" for x in rows)
            body += f"<tr><td style='text-align:left'>{name}</td>{cells}</tr>"
        foot = html.escape(f"{r['seconds']:.0f} s since the lesson started, {spent(r)}")
        page = (
            f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<small>{foot}</small>"
        )
        return {"text/html": page, "application/json": r, "text/plain": json.dumps(r)}


def own_columns(record):
    """The lesson's own scores by column: what a minute gave, and an hour where it has weights."""
    if "hour" not in record:
        return {"result": record["metrics"]}
    return {"minute": record["metrics"], "hour": record["hour"]}


def spent(record):
    """What a lesson took, in words."""
    memory = f"{record['peak_memory_mb']:.0f} MB at most"
    return f"{memory}, {record['device']}, scale {record['scale']}"


def checked(lesson, metrics, floors):
    """Compare the scores with their floors -> metric -> arrow; raises AssertionError outside.

    COURSE_FLOORS=0 lets such a score stand, for `make seeds`, which sees to the floors itself.
    """
    strict = os.environ.get("COURSE_FLOORS") != "0"
    arrows = {}
    for name, (sense, bound) in floors.items():
        if name not in metrics or sense not in (">=", "<="):
            raise ValueError(
                f"a floor is metric: ('>=' or '<=', bound), and {name!r} must be among the metrics."
            )
        arrows[name] = "&uarr;" if sense == ">=" else "&darr;"
        holds = metrics[name] >= bound if sense == ">=" else metrics[name] <= bound
        if strict and not holds:
            raise AssertionError(
                f"{lesson}: {name} is {metrics[name]:.4g} but must be {sense} {bound:.4g}."
            )
    return arrows


def bounds(floors):
    return {name: [sense, float(bound)] for name, (sense, bound) in (floors or {}).items()}


def numbers(scores):
    return {name: float(value) for name, value in scores.items()}


def finite(lesson, scores):
    """The scores as floats; raises AssertionError for one that is no finite number."""
    scores = numbers(scores)
    if bad := [k for k, v in scores.items() if not math.isfinite(v)]:
        raise AssertionError(
            f"{lesson}: {bad[0]} is {scores[bad[0]]}; a score must be a finite number."
        )
    return scores


def print_rows(table):
    """Print scores, name -> {metric: number} with the same metrics in each, under one header."""
    metrics = {metric: max(9, len(metric)) for metric in next(iter(table.values()))}
    wide = max(map(len, table))
    print(" " * wide, *(f"{metric:>{w}}" for metric, w in metrics.items()))
    for name, row in table.items():
        print(f"{name:{wide}}", *(f"{row[metric]:{w}.2f}" for metric, w in metrics.items()))


def scoreboard(
    lesson, metrics, baselines=None, ablations=None, floors=None, hour=None, hour_floors=None
):
    """Show this lesson's scores beside baselines and ablations; the output holds a JSON record.

    metrics: name -> number, of what was trained in the lesson. hour: the same metrics, or some of
    them, of the shipped weights that trained longer. baselines, ablations: name -> {metric:
    number}. floors (of metrics) and hour_floors: metric -> (">=" or "<=", bound); a score
    outside raises AssertionError with a sentence, so that a lesson that stopped working fails its
    test. Raises ValueError for an hour's metric that the minute lacks.
    """
    s = scale()
    metrics = finite(lesson, metrics)
    arrows = checked(lesson, metrics, floors or {})
    longer = finite(lesson, hour or {})
    if unknown := [k for k in longer if k not in metrics]:
        raise ValueError(f"the hour has {unknown[0]!r}, which is not among the metrics.")
    checked(f"{lesson}, the hour", longer, hour_floors or {})
    record = dict(
        kind=KIND,
        lesson=lesson,
        metrics=metrics,
        floors=bounds(floors),
        baselines={k: numbers(v) for k, v in (baselines or {}).items()},
        ablations={k: numbers(v) for k, v in (ablations or {}).items()},
        seconds=round(time.monotonic() - STARTED, 1),
        peak_memory_mb=round(peak_memory_mb(), 1),
        device=f"{s.device.type} ({platform.machine()})",
        scale=s.name,
    )
    if longer:
        record |= dict(hour=longer, hour_floors=bounds(hour_floors))
    return Board(record, arrows)


def print_table(folder="notebooks"):
    records = collect(folder)
    if not records:
        print("no lesson has a score yet: run `make notebooks`")
        return
    heads = f"{'lesson':22} {'metric':26} {'minute':>10} {'hour':>10}"
    print(f"{heads}  baselines and ablations")
    for r in records:
        for m, v in r["metrics"].items():
            others = "  ".join(
                f"{k} {x[m]:.4g}" for k, x in (r["baselines"] | r["ablations"]).items() if m in x
            )
            longer = r.get("hour", {})
            hour = f"{longer[m]:.4g}" if m in longer else ""
            print(f"{r['lesson']:22} {m:26} {v:10.4g} {hour:>10}  {others}")
        print(f"{'':22} {r['seconds']:.0f} s, {spent(r)}")


if __name__ == "__main__":
    print_table()
