#!/usr/bin/env python3
"""Makes tables and plots of what the benchmarks measured.

usage: report.py RESULTS

RESULTS is a directory with Google Benchmark's JSON (*.json). Written there: results.md, a table a
topic, with the machine, the versions and the commit, and an SVG a topic where gnuplot is installed.
"""

import collections
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

PEERS = ["engine", "engine_uncached", "floor", "floor_record", "floor_json", "sqlite", "postgres"]
CALLS = ["Create", "GetById", "GetByUuid", "GetByEmail", "Update", "UpdateIfUnchanged", "Append",
         "ChangeElement", "DeleteElement", "Replace", "Delete"]
NOT_SHAPE = re.compile(r"^(iterations|repeats|min_time):|^(real_time|manual_time|process_time)$")
MICROSECONDS = {"ns": 1e-3, "us": 1.0, "ms": 1e3, "s": 1e6}

Figure = collections.namedtuple("Figure", "call peer shape cpu real items counters")


def split_name(name):
    """BM_Create/engine/synced/iterations:4000/threads:8 -> Create, engine, ("synced", "threads:8")."""
    call, *rest = name.removeprefix("BM_").split("/")
    peer = rest.pop(0) if rest and rest[0] in PEERS else ""
    return call, peer, tuple(part for part in rest if not NOT_SHAPE.match(part))


def read_figures(documents):
    """One figure a benchmark: the median of its repetitions. Failed ones are left out."""
    runs = collections.defaultdict(list)
    for document in documents:
        for run in document["benchmarks"]:
            if run.get("run_type") == "iteration" and not run.get("error_occurred"):
                runs[split_name(run["run_name"])].append(run)
    figures = {}
    for key, repeated in runs.items():
        def median(name, default=None):
            values = [run[name] for run in repeated if name in run]
            return statistics.median(values) if values else default
        unit = MICROSECONDS[repeated[0]["time_unit"]]
        counters = {name: median(name) for name in
                    ("process_cpu_us", "rows_per_second", "last_tenth") if name in repeated[0]}
        figures[key] = Figure(*key, median("cpu_time") * unit, median("real_time") * unit,
                              median("items_per_second"), counters)
    return figures


def number(value):
    if value is None:
        return ""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


class Topic:
    """A table of one figure by row and peer; the same as a plot."""

    def __init__(self, file, title, unit, rows, value):
        self.file, self.title, self.unit = file, title, unit
        # A server's CPU time is not in that of its client.
        self.peers = [peer for peer in PEERS if any(peer in of for _, of in rows)
                      and not (peer == "postgres" and "CPU" in unit)]
        self.rows = [(name, {peer: value(of[peer]) for peer in self.peers if peer in of})
                     for name, of in rows if of]

    def ratios(self):
        floor = next((peer for peer in ("floor_record", "floor") if peer in self.peers), None)
        return [peer for peer in (floor, "sqlite", "postgres")
                if peer and peer in self.peers and "engine" in self.peers]

    def markdown(self):
        head = [self.unit, *self.peers, *(f"engine / {peer}" for peer in self.ratios())]
        rows = []
        for name, of in self.rows:
            row = [name, *(number(of.get(peer)) for peer in self.peers)]
            for peer in self.ratios():
                both = of.get("engine") and of.get(peer)
                row.append(f"{of['engine'] / of[peer]:.2f}" if both else "")
            rows.append(row)
        return [f"## {self.title}", "", *table(head, rows), "",
                f"![{self.title}]({self.file}.svg)", ""]

    def plot(self, directory):
        values = [of.get(peer) for _, of in self.rows for peer in self.peers]
        drawn = [value for value in values if value]
        scale = "set logscale y" if drawn and max(drawn) > 20 * min(drawn) else "set yrange [0:*]"
        data = "\n".join([" ".join(['"row"', *(f'"{peer}"' for peer in self.peers)])] + [
            " ".join([f'"{name}"', *(str(of.get(peer) or "NaN") for peer in self.peers)])
            for name, of in self.rows])
        script = f"""set terminal svg size 960,420 font "sans,12" background "white"
set output "{directory / (self.file + '.svg')}"
set title "{self.title}" noenhanced
set ylabel "{self.unit}" noenhanced
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.9 border -1
set key noenhanced outside right top
set xtics rotate by -30 noenhanced
set grid ytics
set boxwidth 0.9
{scale}
$data << EOD
{data}
EOD
plot for [i=2:{len(self.peers) + 1}] $data using i:xtic(1) title columnheader(i)
"""
        subprocess.run(["gnuplot"], input=script, text=True, check=True)


def make_topics(figures):
    """The tables, each of which has at least one row."""
    def by_peer(call, shape):
        return {peer: figures[call, peer, shape] for peer in PEERS if (call, peer, shape) in figures}

    def calls_in(shape):
        return [(call, by_peer(call, shape)) for call in CALLS]

    def shapes_of(call):
        return sorted({shape for of, _, shape in figures if of == call},
                      key=lambda shape: [int(n) for n in re.findall(r"\d+", " ".join(shape))])

    def cpu(figure):
        return figure.cpu

    def calls_a_second(figure):
        return 1e6 / figure.real

    def items_a_second(figure):
        return figure.items

    title = "Single calls, 1 KB, buffered, one thread"
    topics = [Topic("calls", title, "us of CPU", calls_in(()), cpu),
              Topic("calls_rate", title, "calls a second", calls_in(()), calls_a_second)]
    for shape in shapes_of("GetById"):
        text, threads = " ".join(shape), [part for part in shape if part.startswith("threads:")]
        name = re.sub(r"\W+", "_", text)
        if threads or "synced" in shape:
            title = f"Single calls, {text}"
            topics.append(Topic(f"calls_{name}", title, "calls a second", calls_in(shape),
                                calls_a_second))
        elif shape:
            topics.append(Topic(f"calls_{name}", f"Single calls, {text}", "us of CPU",
                                calls_in(shape), cpu))
    plurals = sorted({call for call, *_ in figures if call.endswith("Plural")})
    for call in plurals:
        rows = [(" ".join(shape), by_peer(call, shape)) for shape in shapes_of(call)]
        topics.append(Topic(f"plural_{call}", f"{call}, by elements of the plural", "us of CPU",
                            rows, cpu))
    for threads in ((), ("threads:2",)):
        rows = [(f"mix {mix}", by_peer(f"Ycsb{mix}", threads)) for mix in "ABCDEF"]
        suffix = "_".join(re.sub(r"\W", "", part) for part in threads)
        topics.append(Topic("ycsb" + suffix, "YCSB, " + (threads[0] if threads else "one thread"),
                            "calls a second", rows, calls_a_second))
    counts = sorted({call for call, *_ in figures if call.startswith("Count")})
    topics.append(Topic("counts", "Counts that look at every record", "records a second",
                        [(call, by_peer(call, ())) for call in counts], items_a_second))
    finds = sorted({call for call, *_ in figures if call.startswith("Find")})
    topics.append(Topic("finds", "Finds", "us of CPU",
                        [(call, by_peer(call, ())) for call in finds], cpu))
    return [topic for topic in topics if topic.peers]


def component_lines(figures):
    rows = [(call, shape, figure) for (call, peer, shape), figure in figures.items()
            if "component" in shape]
    imports = [(call, figure) for (call, *_), figure in figures.items() if call == "Import"]
    lines = []
    if rows:
        lines += ["## Parts of the engine", "",
                  *table(["part", "us of CPU"], [[call, number(f.cpu)] for call, _, f in rows]), ""]
    if imports:
        lines += ["## Import of a million rows", "",
                  *table(["rows a second", "last tenth to first"],
                         [[number(f.counters.get("rows_per_second")),
                           number(f.counters.get("last_tenth"))] for _, f in imports]), ""]
    return lines


def machine_lines(documents, commit):
    context = documents[0]["context"]
    named = {key: value for document in documents for key, value in document["context"].items()
             if isinstance(value, str) and key in ("rocksdb", "rocksdb_assertions", "sqlite",
                                                   "postgres", "compiler")}
    loads = [document["context"]["load_avg"][0] for document in documents
             if document["context"].get("load_avg")]
    facts = {"commit": commit, "date": context["date"], **named, **read_machine(),
             "processors": f"{context['num_cpus']} at {context['mhz_per_cpu']} MHz",
             "load at the start": ", ".join(f"{load:.2f}" for load in loads)}
    return [f"- {name}: {value}" for name, value in sorted(facts.items())]


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


def read_commit(directory):
    command = ["git", "-C", str(directory), "describe", "--always", "--dirty", "--abbrev=12"]
    output = subprocess.run(command, capture_output=True, text=True)
    return output.stdout.strip() or "unknown"


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
    lines = ["# Measured", "", *machine_lines(documents, read_commit(pathlib.Path(__file__).parent)),
             "", "What each figure means is in ../README.md. Medians of the repetitions.", ""]
    for topic in topics:
        lines += topic.markdown()
        if shutil.which("gnuplot"):
            topic.plot(directory)
    lines += component_lines(figures)
    (directory / "results.md").write_text("\n".join(lines).rstrip() + "\n")
    print(f"Written: {directory / 'results.md'} and {len(topics)} plots")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
