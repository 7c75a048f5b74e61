"""The best ten items of all users: ours beside `recommend` of `implicit`, lists compared.

Two logs of factors: random ones, where every item is somebody's, and those that ALS finds in
the purchases of ``complete-journey`` (without a network the benchmark says so and goes on).
What a user has seen is filtered. Each way is timed as the least of several turns, taken in
alternation, with one thread and with two; the lists must be identical.

The first call on a machine compiles for some seconds, which are told apart.

Run: ``make bench``, or ``PYTHONPATH=. .venv/bin/python benchmarks/topk.py [USERS]``
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported; one for each worker

import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from implicit.als import AlternatingLeastSquares
from scipy import sparse
from threadpoolctl import threadpool_limits

from benchmarks._measured import ROOT
from engine.errors import EngineError
from engine.ranking.topk import best_products
from engine.rng import stream
from engine.store.public_data import fetch

USERS, ITEMS, FACTORS, SEEN = 50_000, 50_000, 64, 50
PLACES, TURNS, TARGET = 10, 3, 1.5

HEAD = """\
# The best ten of all items for all users

Written by `benchmarks/topk.py` on {cores} {machine} cores, load {load:.1f}. {places} places,
the least of {turns} turns, seen items filtered, lists identical to those of `implicit`. CPU
seconds are of all threads; the target is {target} times as fast. The first call took
{compiled:.1f} s: compiling, or reading what an earlier process compiled.

| factors | users x items | threads | `implicit` s | ours s | ratio | its CPU | ours | ratio |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |"""


@dataclass(frozen=True, kw_only=True, eq=False)
class Factors:
    """Users and items of one log, and what was seen."""

    name: str
    left: np.ndarray
    right: np.ndarray
    seen: sparse.csr_matrix


def random_factors(n_users: int) -> Factors:
    """Return factors without any structure."""
    rng = stream(1, "benchmark", "topk")
    users = np.repeat(np.arange(n_users), SEEN)
    pairs = (np.ones(len(users), np.float32), (users, rng.integers(0, ITEMS, len(users))))
    return Factors(
        name="random",
        left=rng.standard_normal((n_users, FACTORS), dtype=np.float32),
        right=rng.standard_normal((ITEMS, FACTORS), dtype=np.float32),
        seen=sparse.csr_matrix(pairs, shape=(n_users, ITEMS)),
    )


def factors_of_purchases() -> Factors | None:
    """Return what ALS finds in a year of a grocer's; None where it cannot be downloaded."""
    with TemporaryDirectory() as folder:
        try:
            data = fetch("complete-journey", Path(folder))
        except EngineError as error:
            print(error)
            return None
        events = pd.read_parquet(next(file.path for file in data.files if file.kind == "events"))
    users, items = (pd.factorize(events[name])[0] for name in ("user_id", "item_id"))
    seen = sparse.csr_matrix((np.ones(len(users), np.float32), (users, items)))
    seen.data = np.minimum(seen.data, 5.0)
    model = AlternatingLeastSquares(factors=FACTORS, iterations=5, random_state=1, num_threads=2)
    model.fit(seen, show_progress=False)
    return Factors(
        name="ALS, complete-journey",
        left=np.asarray(model.user_factors),
        right=np.asarray(model.item_factors),
        seen=seen,
    )


def spent(work: Callable[[], tuple[np.ndarray, np.ndarray]]) -> tuple[float, float, np.ndarray]:
    """Return seconds, CPU seconds and the lists."""
    start, used = time.perf_counter(), time.process_time()
    items, _ = work()
    return time.perf_counter() - start, time.process_time() - used, items


def compared(factors: Factors, threads: int) -> str:
    """Return a line of the table; lists that differ end the benchmark."""
    model = AlternatingLeastSquares(factors=factors.left.shape[1], num_threads=threads)
    model.user_factors, model.item_factors = factors.left, factors.right
    everyone, seen = np.arange(len(factors.left)), factors.seen
    theirs, ours = [], []
    for _ in range(TURNS):
        theirs.append(spent(lambda: model.recommend(everyone, seen, N=PLACES)))
        ours.append(spent(lambda: _ours(factors, threads)))
        np.testing.assert_array_equal(ours[-1][2], theirs[-1][2])
    (wall, cpu), (our_wall, our_cpu) = (_least(turns) for turns in (theirs, ours))
    size = f"{len(factors.left):,} x {len(factors.right):,}"
    walls = f"{wall:.2f} | {our_wall:.2f} | {wall / our_wall:.2f}"
    cpus = f"{cpu:.2f} | {our_cpu:.2f} | {cpu / our_cpu:.2f}"
    return f"| {factors.name} | {size} | {threads} | {walls} | {cpus} |"


def _ours(factors: Factors, threads: int) -> tuple[np.ndarray, np.ndarray]:
    return best_products(factors.left, factors.right, PLACES, exclude=factors.seen, threads=threads)


def _least(turns: list[tuple[float, float, np.ndarray]]) -> tuple[float, float]:
    return min(turn[0] for turn in turns), min(turn[1] for turn in turns)


def lines(n_users: int) -> Iterator[str]:
    """Yield a line for each log of factors and number of threads."""
    for factors in (random_factors(n_users), factors_of_purchases()):
        for threads in (1, 2) if factors is not None else ():
            yield compared(factors, threads)


def main() -> int:
    """Print the table; write it when all users were asked for."""
    n_users = int(sys.argv[1]) if len(sys.argv) > 1 else USERS
    few = np.ones((1, FACTORS), np.float32)
    compiled, _, _ = spent(lambda: best_products(few, few, 1))
    load, machine = os.getloadavg()[0], {"cores": os.cpu_count(), "machine": platform.machine()}
    fixed = {"places": PLACES, "turns": TURNS, "target": TARGET, "compiled": compiled}
    page = [HEAD.format(load=load, **machine, **fixed)]
    print(page[0], flush=True)
    with threadpool_limits(1, user_api="blas"):
        for line in lines(n_users):
            page.append(line)
            print(line, flush=True)
    if n_users == USERS:
        out = ROOT / "benchmarks" / "results" / "topk.md"
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text("\n".join(page) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
