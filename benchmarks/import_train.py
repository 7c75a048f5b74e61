"""Seconds and memory from a public log to lists, each command a process of its own.

``complete-journey`` holds the purchases of 2,469 households in a year, about 1.5 million
rows. Without a network nothing can be downloaded and the benchmark says so.

How cost grows: import with events (it is sorted and compared with itself); train with
distinct pairs of user, item, kind and day, with ``min(users, items)`` cubed up to 5,000 (the
exact item model) and with neighbours beyond, and with 512 draws times list entries; lists
with users times candidates, in batches, so that their memory does not grow.
"""

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks._measured import engine
from engine.store.public_data import fetch

NAME = "complete-journey"
TARGET_GIB = 4.0


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command and the seconds it may take."""

    name: str
    arguments: tuple[str, ...]
    target_seconds: float


def steps(folder: Path) -> tuple[Step, ...]:
    """Return the way from files to lists; the download is nobody's target and not timed."""
    data = fetch(NAME, folder)
    files = [part for file in data.files for part in (f"--{file.kind}", str(file.path))]
    facts = ("--timezone", data.timezone, "--currency", str(data.currency))
    out = str(folder / "lists.csv")
    return (
        Step(name="import", arguments=("import", *files, *facts), target_seconds=15.0),
        Step(name="train", arguments=("train",), target_seconds=180.0),
        Step(name="recommend", arguments=("recommend", "--out", out), target_seconds=15.0),
    )


def main() -> int:
    """Print seconds and memory of each step beside what is promised."""
    print(f"{NAME}, {os.cpu_count()} processors")
    print(f"{'step':12} {'seconds':>8} {'target':>8} {'GiB':>6} {'target':>7}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for step in steps(folder):
            spent = engine(*step.arguments, "--db", folder / "bench.duckdb")
            if spent.code:
                return spent.code
            targets = f"{step.target_seconds:8.0f} {spent.gib:6.2f} {TARGET_GIB:7.0f}"
            print(f"{step.name:12} {spent.seconds:8.1f} {targets}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
