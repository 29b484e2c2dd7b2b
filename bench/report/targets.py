"""What the project promises of its speed, and whether it is so."""

import collections

from figures import number, table

# As many times as RocksDB alone a call may take, and as many times as the engine SQLite must.
CallTarget = collections.namedtuple("CallTarget", "name call floor sqlite")
CALL_TARGETS = [
    CallTarget("create", "Create", 1.3, 6),
    CallTarget("get by id", "GetById", 0.65, 1.5),
    CallTarget("get by e-mail", "GetByEmail", 0.5, 1.8),
    CallTarget("update of two attributes", "Update", 0.5, 3.5),
    CallTarget("append an element", "Append", 0.6, 3),
    CallTarget("change an element", "ChangeElement", 1.0, None),
    CallTarget("replace", "Replace", 1.2, 2.5),
]
TWO_THREADS = [("GetById", 1.8), ("GetByUuid", 1.8), ("GetByEmail", 1.8), ("Create", 1.3),
               ("Update", 1.3), ("Append", 1.3), ("Replace", 1.3), ("Delete", 1.3)]
SYNCED_CREATES = [((), 1.0), (("threads:8",), 1.45), (("threads:32",), 1.6)]
BULK = 1.3
GROWTH = [("AppendToPlural", "append an element"), ("ChangeInPlural", "change an element by id"),
          ("DeleteFromPlural", "delete an element by id"),
          ("ChangeBesidePlural", "update an attribute beside it")]
GROWTH_SIZES = (10, 1_000, 100_000)
GROWTH_MOST = 2
DISK_MOST = 0.37
LONGEST_MOST_MS = 100


def quotient(dividend, divisor):
    return dividend / divisor if dividend and divisor else None


def judged(value, target, at_most):
    """The cells of a value and of its target; a value that misses it says so."""
    if target is None or value is None:
        return ["" if value is None else f"{value:.2f}", "" if target is None else f"{target:g}"]
    is_met = value <= target if at_most else value >= target
    return [f"{value:.2f}" if is_met else f"**{value:.2f}** missed",
            f"{'at most' if at_most else 'at least'} {target:g}"]


def call_rows(figures):
    def cpu(call, peer):
        figure = figures.get((call, peer, ()))
        return figure and figure.cpu
    rows = []
    for target in CALL_TARGETS:
        engine = cpu(target.call, "engine")
        floor = quotient(engine, cpu(target.call, "floor_record"))
        sqlite = quotient(cpu(target.call, "sqlite"), engine)
        if floor or sqlite:
            rows.append([target.name, *judged(floor, target.floor, True),
                         *judged(sqlite, target.sqlite, False)])
    return rows


def rate_rows(figures):
    def rate(call, peer, *shape):
        figure = figures.get((call, peer, shape))
        return figure and 1e6 / figure.real

    def records(call, *shape):
        figure = figures.get((call, "engine", shape))
        return figure and figure.items
    found = [(f"{call}: two threads to one, calls a second",
              quotient(rate(call, "engine", "threads:2"), rate(call, "engine")), target)
             for call, target in TWO_THREADS]
    found += [(f"synced creates, {''.join(threads).replace(':', ' ') or 'one thread'}: "
               "engine to RocksDB alone, calls a second",
               quotient(rate("Create", "engine", "synced", *threads),
                        rate("Create", "floor_record", "synced", *threads)), target)
              for threads, target in SYNCED_CREATES]
    found += [(f"100 creates a call to one, {' '.join(shape) or 'buffered'}: records a second",
               quotient(records("BulkCreate", *shape), records("Create", *shape)), BULK)
              for shape in ((), ("synced",))]
    return [[name, *judged(value, target, False)] for name, value, target in found if value]


def bound_rows(figures, documents):
    rows = []
    space = figures.get(("Space", "engine", ("compacted",)))
    if space:
        rows.append(["bytes on disk to bytes of JSON, compacted",
                     *judged(space.counters.get("disk_bytes_per_json_byte"), DISK_MOST, True)])
    loads = [document["load"] for document in documents if "load" in document]
    for load in loads:
        longest = max(call["longest_us"] for call in load["calls"].values()) / 1e3
        rows.append([f"longest call in {number(load['seconds'])} s of full load, ms",
                     *judged(longest, LONGEST_MOST_MS, True)])
    return rows


def growth_rows(figures):
    rows = []
    for call, name in GROWTH:
        found = [figures.get((call, "engine", (f"elements:{size}",))) for size in GROWTH_SIZES]
        if all(found):
            costs = [figure.cpu for figure in found]
            rows.append([name, *(number(cost) for cost in costs),
                         *judged(costs[-1] / costs[0], GROWTH_MOST, True)])
    return rows


def target_lines(figures, documents):
    tables = [
        (["call, us of CPU", "engine / RocksDB alone", "target", "SQLite / engine", "target"],
         call_rows(figures)),
        (["what", "measured", "target"], rate_rows(figures) + bound_rows(figures, documents)),
        (["one element of a plural of", *(f"{size:,}" for size in GROWTH_SIZES),
          f"{GROWTH_SIZES[-1]:,} to {GROWTH_SIZES[0]}", "target"], growth_rows(figures)),
    ]
    lines = ["## Targets", ""]
    for head, rows in tables:
        if rows:
            lines += [*table(head, rows), ""]
    return lines if len(lines) > 2 else []
