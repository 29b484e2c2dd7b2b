"""The tables and plots of results.md, a topic each."""

import math
import re
import subprocess

from figures import PEERS, number, table

CALLS = ["Create", "GetById", "GetByUuid", "GetByEmail", "Update", "UpdateIfUnchanged", "Append",
         "ChangeElement", "DeleteElement", "Replace", "Delete"]
COLOURS = {"engine": "#1f4e9e", "engine_uncached": "#8fb0e0", "floor": "#7d7d7d",
           "floor_record": "#7d7d7d", "floor_json": "#c0c0c0", "sqlite": "#e0a030",
           "postgres": "#4f9e6a"}


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
        return [f"## {self.title}: {self.unit}", "", *table(head, rows), "",
                f"![{self.title}]({self.file}.svg)", ""]

    def plot(self, directory):
        values = [of.get(peer) for _, of in self.rows for peer in self.peers]
        drawn = [value for value in values if value]
        scale = "set yrange [0:*]"
        if drawn and max(drawn) > 20 * min(drawn):  # the smallest bar is seen too
            scale = f"set logscale y; set yrange [{10 ** math.floor(math.log10(min(drawn) / 2))}:*]"
        bars = ", ".join(f'$data using {i + 2}:xtic(1) title columnheader({i + 2})'
                         f' linecolor rgb "{COLOURS[peer]}"' for i, peer in enumerate(self.peers))
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
set format y "%.10g"
set boxwidth 0.9
{scale}
$data << EOD
{data}
EOD
plot {bars}
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
                      key=lambda shape: ([int(n) for n in re.findall(r"\d+", " ".join(shape))],
                                         shape))

    def cpu(figure):
        return figure.cpu

    def calls_a_second(figure):
        return 1e6 / figure.real

    def items_a_second(figure):
        return figure.items

    def counter(name):
        return lambda figure: figure.counters.get(name)

    title = "Single calls, 1 KB, buffered, one thread"
    topics = [Topic("calls", title, "us of CPU", calls_in(()), cpu),
              Topic("calls_rate", title, "calls a second", calls_in(()), calls_a_second)]
    for shape in dict.fromkeys(shape for call in ("GetById", "Update") for shape in shapes_of(call)):
        text, threads = " ".join(shape), [part for part in shape if part.startswith("threads:")]
        name = re.sub(r"\W+", "_", text)
        if "latency" in shape:
            for per_cent in ("50", "99", "99_9"):
                title = f"Single calls, p{per_cent.replace('_', '.')}, one thread, no other load"
                topics.append(Topic(f"latency_p{per_cent}", title, "us",
                                    calls_in(shape), counter(f"p{per_cent}_us")))
        elif threads or "synced" in shape:
            title = f"Single calls, {text}"
            topics.append(Topic(f"calls_{name}", title, "calls a second", calls_in(shape),
                                calls_a_second))
        elif shape:
            topics.append(Topic(f"calls_{name}", f"Single calls, {text}", "us of CPU",
                                calls_in(shape), cpu))
    with_bulk = {peer for call, peer, _ in figures if call == "BulkCreate"}
    bulk = [(" ".join((title, *shape)),
             {peer: of for peer, of in by_peer(call, shape).items() if peer in with_bulk})
            for shape in ((), ("synced",))
            for call, title in (("Create", "one by one"), ("BulkCreate", "100 a call"))]
    topics.append(Topic("bulk", "Creates, one thread", "records a second", bulk, items_a_second))
    plurals = sorted({call for call, *_ in figures if call.endswith("Plural")})
    for call in plurals:
        rows = [(" ".join(shape), by_peer(call, shape)) for shape in shapes_of(call)]
        topics.append(Topic(f"plural_{call}", f"{call}, by elements of the plural", "us of CPU",
                            rows, cpu))
    for threads in ((), ("threads:2",)):
        rows = [(f"mix {mix}", by_peer(f"Ycsb{mix}", threads)) for mix in "ABCDEF"]
        suffix = "".join("_" + re.sub(r"\W", "", part) for part in threads)
        topics.append(Topic("ycsb" + suffix, "YCSB, " + (threads[0] if threads else "one thread"),
                            "calls a second", rows, calls_a_second))
    counts = sorted({call for call, *_ in figures if call.startswith("Count")})
    topics.append(Topic("counts", "Counts that look at every record", "records a second",
                        [(call, by_peer(call, ())) for call in counts], items_a_second))
    finds = sorted({call for call, *_ in figures if call.startswith("Find")})
    topics.append(Topic("finds", "Finds", "us of CPU",
                        [(call, by_peer(call, ())) for call in finds], cpu))
    return [topic for topic in topics if topic.peers]


def other_lines(figures):
    """What is no comparison of peers."""
    rows = [(call, shape, figure) for (call, peer, shape), figure in figures.items()
            if "component" in shape]
    lines = []
    if rows:
        lines += ["## Parts of the engine", "",
                  *table(["part", "us of CPU"], [[call, number(f.cpu)] for call, _, f in rows]), ""]
    for call, title in (("Import", "Import of a million rows"),
                        ("Purge", "Purge of a million records, beside two writers"),
                        ("Space", "Bytes on disk, of 100,000 records")):
        found = [figure for (of, *_), figure in figures.items() if of == call]
        if found:
            names = list(found[0].counters)
            lines += [f"## {title}", "", *table(["", *names],
                      [[" ".join((figure.peer, *figure.shape)).strip(),
                        *(number(figure.counters.get(name)) for name in names)]
                       for figure in found]), ""]
    return lines


def load_lines(documents):
    """Of dossier-bench-load."""
    loads = [document["load"] for document in documents if "load" in document]
    lines = []
    for load in loads:
        calls = [[name, number(call["calls"]), *(number(call[key]) for key in
                  ("p50_us", "p99_us", "p99_9_us")), number(call["longest_us"] / 1e3),
                  number(call["longest_at_s"])] for name, call in load["calls"].items()]
        minutes = [[str(n + 1), number(minute["calls_per_second"]),
                    number(minute["longest_us"] / 1e3), number(minute["longest_at_s"])]
                   for n, minute in enumerate(load["minutes"])]
        lines += [f"## {number(load['seconds'])} s of full load, {load['threads']} threads", "",
                  f"A new store, buffered, which had {number(load['records'])} records and "
                  f"{number(load['disk_bytes'] / 1e6)} MB on disk at the end.", "",
                  *table(["call", "calls", "p50, us", "p99, us", "p99.9, us", "longest, ms",
                          "at second"], calls), "",
                  *table(["minute", "calls a second", "longest, ms", "at second"], minutes), ""]
    return lines
