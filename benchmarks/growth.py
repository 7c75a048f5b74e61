"""Seconds and memory of import, training and lists as a log grows to 20 million events.

The log is generated (``_growth_log.py``): 100 events a user, 50,000 items, nine views to a
purchase. Each stage is a process of its own; the peak is of its resident memory. Making the
files is nobody's cost and not timed.

Run: ``make bench``, or ``PYTHONPATH=. .venv/bin/python benchmarks/growth.py 1 5 20``, the
sizes in million events. Without sizes 1 million is run and nothing is written.
"""

import argparse
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks._growth_log import EVENTS_PER_USER, N_ITEMS, write_log
from benchmarks._measured import ROOT, Spent, engine

MILLION = 1_000_000
TARGETS = "At 20 million: import 60 s, training and lists 20 min, 8 GiB."

HEAD = """\
# As a log grows

Written by `benchmarks/growth.py` on {cores} {machine} cores, {threads} threads; the load of the
machine over the last minute stands beside each size. 100 events a user, {items:,} items. CPU
seconds of all threads. Training makes and stores the lists of all users; `recommend` writes
them to a file. {targets}

| million events | users | load | stage | seconds | CPU s | peak GiB |
| --- | --- | --- | --- | --- | --- | --- |"""


def stages(n_events: int, folder: Path) -> Iterator[tuple[str, Spent]]:
    """Yield what each stage takes, until one fails."""
    events, items = write_log(n_events, folder)
    database = ("--db", folder / "growth.duckdb")
    given = [part for path in events for part in ("--events", path)]
    money = ("--currency", "USD", "--timezone", "UTC")
    commands: dict[str, Sequence[str | Path]] = {
        "import": ("import", *given, "--items", items, *money),
        "train": ("train",),
        "recommend": ("recommend", "--k", "10", "--out", folder / "lists.csv"),
    }
    for name, command in commands.items():
        spent = engine(*command, *database)
        yield name, spent
        if spent.code:
            return


def rows(millions: float) -> Iterator[str]:
    """Yield a line of the table for each stage."""
    n_events = round(millions * MILLION)
    with TemporaryDirectory() as folder:
        for name, spent in stages(n_events, Path(folder)):
            if spent.code:
                raise SystemExit(f"{name} failed")
            load = os.getloadavg()[0]
            users = n_events // EVENTS_PER_USER
            took = f"{spent.seconds:.1f} | {spent.cpu_seconds:.1f} | {spent.gib:.2f}"
            yield f"| {millions:g} | {users:,} | {load:.1f} | {name} | {took} |"


def main() -> int:
    """Print the table; write it when sizes were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("millions", type=float, nargs="*")
    asked = parser.parse_args().millions
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "threads": 2}
    page = [HEAD.format(**machine, items=N_ITEMS, targets=TARGETS)]
    print(page[0], flush=True)
    for millions in asked or [1.0]:
        for row in rows(millions):
            page.append(row)
            print(row, flush=True)
    if asked:
        out = ROOT / "benchmarks" / "results" / "growth.md"
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text("\n".join(page) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
