"""Google Benchmark's JSON as figures, and figures as text."""

import collections
import re
import statistics

PEERS = ["engine", "engine_uncached", "floor", "floor_record", "floor_json", "sqlite", "postgres"]
NOT_SHAPE = re.compile(r"^(iterations|repeats|min_time):|^(real_time|manual_time|process_time)$")
NOT_COUNTER = {"family_index", "per_family_instance_index", "repetitions", "repetition_index",
               "threads", "iterations", "real_time", "cpu_time", "items_per_second"}
MICROSECONDS = {"ns": 1e-3, "us": 1.0, "ms": 1e3, "s": 1e6}

# Of one benchmark; cpu and real are microseconds a call, items are a second.
Figure = collections.namedtuple("Figure", "call peer shape cpu real items counters")


def split_name(name):
    """BM_Create/engine/synced/iterations:4000/threads:8 -> Create, engine, ("synced", "threads:8")."""
    call, *rest = name.removeprefix("BM_").split("/")
    peer = rest.pop(0) if rest and rest[0] in PEERS else ""
    return call, peer, tuple(part for part in rest if not NOT_SHAPE.match(part))


def read_figures(documents):
    """One figure a benchmark, by call, peer and shape: the medians of its repetitions."""
    runs = collections.defaultdict(list)
    for document in documents:
        for run in document.get("benchmarks", []):
            if run.get("run_type") == "iteration" and not run.get("error_occurred"):
                runs[split_name(run["run_name"])].append(run)
    figures = {}
    for key, repeated in runs.items():
        def median(name):
            values = [run[name] for run in repeated if name in run]
            return statistics.median(values) if values else None
        unit = MICROSECONDS[repeated[0]["time_unit"]]
        counters = {name: median(name) for name, value in repeated[0].items()
                    if isinstance(value, (int, float)) and name not in NOT_COUNTER}
        figures[key] = Figure(*key, median("cpu_time") * unit, median("real_time") * unit,
                              median("items_per_second"), counters)
    return figures


def read_failures(documents):
    """The names of benchmarks in which a call failed, and what they said."""
    return sorted({f"{run['run_name']}: {run.get('error_message', '')}" for document in documents
                   for run in document.get("benchmarks", []) if run.get("error_occurred")})


def number(value):
    if value is None:
        return ""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]
