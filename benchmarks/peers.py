"""RevLens beside other recommenders: quality with intervals, seconds, memory.

Every recommender reads the same files, writes lists of ten for the same users, and runs as a
process of its own, with two threads. RevLens runs through its command line: import, train,
recommend. The table goes to ``benchmarks/results/peers.md``, every figure to ``peers.csv``.

Run: ``make bench``, or ``PYTHONPATH=. .venv/bin/python benchmarks/peers.py --help``
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from benchmarks import _environments
from benchmarks._measured import NOTHING, ROOT, Spent, engine, measured
from benchmarks._registry import PEERS, Peer
from benchmarks._scores import coverage, per_user
from benchmarks._splits import KEPT, NAMES, Split, split
from benchmarks._tables import OURS, Result, write, write_readme

LISTS = KEPT / "lists"
THREADS = "2"
SIZES = ("small", "normal", "full")


def revlens(files: Split, seed: int, out: Path) -> Spent:
    """Go from files to lists with the command line."""
    currency = ("--currency", "USD") if files.log == "complete-journey" else ()
    with TemporaryDirectory() as folder:
        database = ("--db", Path(folder) / "bench.duckdb")
        steps: tuple[tuple[str | Path, ...], ...] = (
            ("import", "--events", files.train, "--items", files.items, *currency),
            ("train", "--seed", str(seed), "--threads", THREADS),
            ("recommend", "--k", "10", "--raw", "--out", out),
        )
        spent = NOTHING
        for step in steps:
            spent = spent.then(engine(*step, *database))
            if spent.code:
                break
        return spent


def peer_lists(peer: Peer, files: Split, out: Path) -> Spent | None:
    """Make the lists of a peer; None when its environment cannot be had."""
    name = peer.environment
    python = Path(sys.executable) if name is None else _environments.python(name)
    if python is None:
        return None
    script = ROOT / "benchmarks" / "_peers" / f"{peer.script}.py"
    settings = json.dumps(peer.settings[files.name])
    threads = {"OMP_NUM_THREADS": THREADS, "OPENBLAS_NUM_THREADS": str(peer.blas_threads)}
    command = [python, "-W", "ignore", script, peer.function, files.train.parent, out, settings]
    return measured(command, **threads, LK_NUM_THREADS=THREADS)


def result(name: str, seed: int | None, files: Split, lists: Path, spent: Spent) -> Result:
    """Score lists."""
    train, test = (
        pd.read_parquet(path, columns=["user_id", "item_id"]) for path in (files.train, files.test)
    )
    found = pd.read_csv(lists, dtype={"user_id": str, "item_id": str}, keep_default_na=False)
    return Result(
        split=files.name,
        name=name,
        seed=seed,
        per_user=per_user(test, found),
        coverage=coverage(train, test, found),
        spent=spent,
    )


def run_split(name: str, peers: Sequence[Peer], seeds: Sequence[int]) -> Iterator[Result]:
    """Yield what each peer, and RevLens with each seed, finds on one split."""
    files = split(name)
    folder = LISTS / name
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        out = folder / f"revlens-{seed}.csv"
        yield from _scored(OURS, seed, files, out, revlens(files, seed, out))
    for peer in peers:
        out = folder / f"{peer.name}.csv"
        if name in peer.settings:
            yield from _scored(peer.name, None, files, out, peer_lists(peer, files, out))


def _scored(
    name: str, seed: int | None, files: Split, out: Path, spent: Spent | None
) -> Iterator[Result]:
    if spent is None or spent.code:
        print(f"{files.name:24} {name:32} not run", flush=True)
        return
    found = result(name, seed, files, out, spent)
    ndcg = found.per_user["ndcg"].mean()
    took = f"{spent.seconds:7.1f} s {spent.cpu_seconds:7.1f} s CPU {spent.gib:5.2f} GiB"
    print(f"{files.name:24} {name:32} {ndcg:.4f} {took}", flush=True)
    yield found


def chosen(arguments: argparse.Namespace) -> tuple[list[str], list[Peer], list[int]]:
    """Return splits, peers and seeds that are asked for."""
    small, full = arguments.size == "small", arguments.size == "full"
    usual = [name for name in NAMES if not small or name.startswith("movielens")]
    splits = arguments.splits.split(",") if arguments.splits else usual
    seeds = arguments.seeds or ("1,2,3" if full else "1")
    return splits, list(PEERS), [int(seed) for seed in seeds.split(",")]


def main() -> int:
    """Run what is asked for and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    size = os.environ.get("BENCH_SIZE", "normal")
    parser.add_argument("--size", choices=SIZES, default=size)
    parser.add_argument("--splits", help=f"some of {', '.join(NAMES)}")
    parser.add_argument("--seeds", help="of RevLens, separated by commas")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    parser.add_argument("--readme", action="store_true", help="also write the README's table")
    arguments = parser.parse_args()
    splits, peers, seeds = chosen(arguments)
    results: list[Result] = []
    for name in splits:
        fast = [peer for peer in peers if arguments.size == "full" or name not in peer.slow_on]
        results += run_split(name, fast, seeds)
        write(results, arguments.out)
    if arguments.readme:
        write_readme(results, ROOT / "README.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
