#!/usr/bin/env python3
"""Makes tables and plots of what the benchmarks measured.

usage: report.py RESULTS

RESULTS is a directory with JSON (*.json) of Google Benchmark and of dossier-bench-load. Written there:
results.md, which says whether targets are met and has a table a topic, with the machine, the versions
and the commit, and an SVG a topic where gnuplot is installed.
"""

import json
import pathlib
import re
import shutil
import sys

from figures import read_failures, read_figures
from targets import target_lines
from topics import load_lines, make_topics, other_lines

VERSIONS = ("rocksdb", "rocksdb_assertions", "sqlite", "postgres", "compiler", "commit")


def machine_lines(documents):
    context = next((of["context"] for of in documents if "benchmarks" in of), {})
    facts = dict.fromkeys(VERSIONS, "")
    for name in VERSIONS:
        values = {of["context"][name] for of in documents if name in of["context"]}
        facts[name] = ", ".join(sorted(values))
    facts["postgres"] = facts["postgres"] or "not measured: no server is installed, or not yet"
    loads = [of["context"]["load_avg"][0] for of in documents if of["context"].get("load_avg")]
    facts |= {"date": context.get("date", ""), **read_machine(),
              "processors": f"{context.get('num_cpus')} at {context.get('mhz_per_cpu')} MHz",
              "load at the start of each part": ", ".join(f"{load:.2f}" for load in loads)}
    return [f"- {name}: {value}" for name, value in sorted(facts.items()) if value]


def read_machine():
    """What /proc and /etc say of the machine, as far as they are there."""
    machine = {}
    for name, file, key in (("processor", "/proc/cpuinfo", "model name"),
                            ("memory", "/proc/meminfo", "MemTotal"),
                            ("system", "/etc/os-release", "PRETTY_NAME")):
        if pathlib.Path(file).exists():
            lines = [re.split(r"\s*[:=]\s*", line, 1)
                     for line in pathlib.Path(file).read_text().splitlines()]
            found = [line[1].strip('"') for line in lines if len(line) == 2 and line[0] == key]
            machine.update({name: found[0]} if found else {})
    return machine


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    directory = pathlib.Path(arguments[0])
    documents = [json.loads(path.read_text()) for path in sorted(directory.glob("*.json"))]
    if not documents:
        print(f"report.py: no results in {directory}", file=sys.stderr)
        return 1
    figures = read_figures(documents)
    topics = make_topics(figures)
    lines = ["# Measured", "", *machine_lines(documents), "",
             "What each figure means is in ../README.md. Medians of the repetitions.", "",
             *target_lines(figures, documents)]
    for topic in topics:
        lines += topic.markdown()
        if shutil.which("gnuplot"):
            topic.plot(directory)
    lines += other_lines(figures) + load_lines(documents)
    failures = read_failures(documents)
    if failures:
        lines += ["## Not measured", "", *(f"- {failure}" for failure in failures), ""]
    (directory / "results.md").write_text("\n".join(lines).rstrip() + "\n")
    print(f"Written: {directory / 'results.md'} and {len(topics)} plots")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
