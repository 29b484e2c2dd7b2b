#!/usr/bin/env python3
"""Compares the instructions that the engine's hot calls take with a baseline.

usage: check.py [--update] PROGRAM BASELINE

PROGRAM is dossier-hot-calls, which runs under callgrind; BASELINE a JSON file that --update writes:
{"toolchain": {..}, "instructions_per_call": {name: count}}. Counts repeat to about a thousandth, so a
call that takes 5 % more is slower, on any machine and beside any load.

Exits with 0 where no call is slower, 1 where one is, 2 where nothing could be measured, 3 where the
baseline was made with another compiler or other libraries: then the counts say nothing.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

SLOWER_AT_PERCENT = 5
EXIT_SLOWER, EXIT_FAILED, EXIT_OTHER_TOOLCHAIN = 1, 2, 3


def read_counts(profile):
    """Instructions by name of a dump, of the first thread alone, from callgrind's combined dumps."""
    counts, name, thread = {}, None, None
    for line in profile.splitlines():
        if line.startswith("part:"):
            name, thread = None, None
        elif line.startswith("thread:"):
            thread = int(line.split()[1])
        elif line.startswith("desc: Trigger: Client Request:"):
            name = line.rsplit(":", 1)[1].strip()
        elif line.startswith(("totals:", "summary:")) and name and thread in (None, 1):
            counts[name] = int(line.split()[1])
    return counts


def measure(program):
    """Instructions per call, by name of the call."""
    with tempfile.TemporaryDirectory() as directory:
        profile = pathlib.Path(directory, "profile")
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--separate-threads=yes",
                   "--combine-dumps=yes", f"--callgrind-out-file={profile}", program]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode != 0:
            raise RuntimeError(f"{program} under callgrind:\n{run.stdout}{run.stderr}")
        totals = {}
        for dump in pathlib.Path(directory).iterdir():
            totals.update(read_counts(dump.read_text()))
    calls = dict(line.split() for line in run.stdout.splitlines())
    if not calls or calls.keys() - totals.keys():
        raise RuntimeError(f"callgrind counted {sorted(totals)} of {sorted(calls)}")
    return {name: round(totals[name] / int(count)) for name, count in calls.items()}


def read_toolchain(program):
    output = subprocess.run([program, "--toolchain"], capture_output=True, text=True, check=True)
    valgrind = subprocess.run(["valgrind", "--version"], capture_output=True, text=True, check=True)
    return {**json.loads(output.stdout), "valgrind": valgrind.stdout.strip()}


def compare(before, now):
    """Lines of a table, and the names of the calls that are slower, new or gone."""
    lines = [f"{'call':<22}{'before':>12}{'now':>12}{'change':>10}"]
    wrong = []
    for name in [*now, *(name for name in before if name not in now)]:
        if name not in before or name not in now:
            wrong.append(name)
            where = "not in the baseline" if name in now else "not made any more"
            lines.append(f"{name:<22}{before.get(name, '-'):>12}{now.get(name, '-'):>12}  {where}")
            continue
        change = 100 * (now[name] - before[name]) / before[name]
        mark = ""
        if change > SLOWER_AT_PERCENT:
            wrong.append(name)
            mark = "  slower"
        elif change < -SLOWER_AT_PERCENT:
            mark = "  faster: update the baseline"
        lines.append(f"{name:<22}{before[name]:>12,}{now[name]:>12,}{change:>+9.1f} %{mark}")
    return lines, wrong


def differences(before, now):
    """What differs between two toolchains, a line each."""
    names = sorted(before.keys() | now.keys())
    return [f"{name}: {before.get(name)} then, {now.get(name)} now"
            for name in names if before.get(name) != now.get(name)]


def check(program, baseline_path):
    baseline = json.loads(baseline_path.read_text())
    other = differences(baseline["toolchain"], read_toolchain(program))
    if other:
        print("The baseline was made otherwise, so there is nothing to compare with:", *other,
              "Make one here from the commit to compare with: ./dev bench --check --update",
              sep="\n  ")
        return EXIT_OTHER_TOOLCHAIN
    lines, wrong = compare(baseline["instructions_per_call"], measure(program))
    print("Instructions per call", *lines, sep="\n")
    if not wrong:
        return 0
    print(f"Past {SLOWER_AT_PERCENT} % or without a counterpart: {', '.join(wrong)}. "
          "Mend it, or say in the commit why it must be and run ./dev bench --check --update")
    return EXIT_SLOWER


def update(program, baseline_path):
    baseline = {"toolchain": read_toolchain(program), "instructions_per_call": measure(program)}
    baseline_path.write_text(json.dumps(baseline, indent=2) + "\n")
    print(f"Written: {baseline_path}")
    return 0


def main(arguments):
    act = update if "--update" in arguments else check
    paths = [argument for argument in arguments if argument != "--update"]
    if len(paths) != 2:
        print(__doc__, file=sys.stderr)
        return EXIT_FAILED
    try:
        return act(paths[0], pathlib.Path(paths[1]))
    except (OSError, RuntimeError, ValueError, KeyError, subprocess.CalledProcessError) as error:
        print(f"check.py: {error}", file=sys.stderr)
        return EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
