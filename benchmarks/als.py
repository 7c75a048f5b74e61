"""Matrix factorisation of the product beside plain `implicit`: the same work, the same factors.

What the product adds (one BLAS thread a worker, factors put in order, users and items without
events set to zero) must not cost more than a tenth. Both ways alternate; the least counts.

Run: ``make bench``, or ``PYTHONPATH=. .venv/bin/python benchmarks/als.py``
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported: `implicit` asks for it

import platform
import sys
import time
from collections.abc import Callable

import numpy as np
from implicit.als import AlternatingLeastSquares
from scipy import sparse
from threadpoolctl import threadpool_limits

from benchmarks._measured import ROOT
from engine.ranking.item_models import fit_als
from engine.ranking.settings import RankingSettings
from engine.rng import stream

USERS, ITEMS, PAIRS = 40_000, 20_000, 1_000_000
ITERATIONS, THREADS, TURNS, TARGET = 5, 2, 3, 1.1
SETTINGS = RankingSettings(als_iterations=ITERATIONS)

PAGE = """\
# Matrix factorisation beside plain `implicit`

Written by `benchmarks/als.py` on {cores} {machine} cores, load {load:.1f}: {users:,} x {items:,},
{pairs:,} pairs, {factors} factors, {iterations} iterations, {threads} threads, the least of
{turns} turns; the target is at most {target} times.

| | `implicit` | ours | ratio |
| --- | --- | --- | --- |
| seconds | {seconds:.2f} | {our_seconds:.2f} | {ratio:.3f} |
| CPU seconds | {cpu:.2f} | {our_cpu:.2f} | {cpu_ratio:.3f} |"""


def pairs() -> sparse.csr_matrix:
    """Return weights of pairs, items with the skew of a shop."""
    rng = stream(1, "benchmark", "als")
    users = rng.integers(0, USERS, PAIRS)
    items = (ITEMS * rng.random(PAIRS) ** 3).astype(np.int64)
    weight = rng.uniform(0.1, 2.0, PAIRS).astype(np.float32)
    return sparse.csr_matrix((weight, (users, items)), shape=(USERS, ITEMS))


def plain(matrix: sparse.csr_matrix) -> None:
    """Fit as the library's own documentation does, with our settings."""
    model = AlternatingLeastSquares(
        factors=SETTINGS.factors,
        regularization=SETTINGS.als_regularization,
        alpha=SETTINGS.als_alpha,
        iterations=ITERATIONS,
        random_state=1,
        num_threads=THREADS,
        use_gpu=False,
    )
    model.fit(matrix, show_progress=False)


def ours(matrix: sparse.csr_matrix) -> None:
    """Fit as training does."""
    with threadpool_limits(1, user_api="blas"):
        fit_als(matrix, SETTINGS, 1, THREADS)


def spent(work: Callable[[sparse.csr_matrix], None], matrix: sparse.csr_matrix) -> np.ndarray:
    """Return seconds and CPU seconds."""
    start, used = time.perf_counter(), time.process_time()
    work(matrix)
    return np.array([time.perf_counter() - start, time.process_time() - used])


def main() -> int:
    """Print and write the table."""
    matrix = pairs()
    turns = [(spent(plain, matrix), spent(ours, matrix)) for _ in range(TURNS)]
    theirs, mine = (np.min([turn[way] for turn in turns], axis=0) for way in (0, 1))
    page = PAGE.format(
        cores=os.cpu_count(),
        machine=platform.machine(),
        load=os.getloadavg()[0],
        users=USERS,
        items=ITEMS,
        pairs=matrix.nnz,
        factors=SETTINGS.factors,
        iterations=ITERATIONS,
        threads=THREADS,
        turns=TURNS,
        target=TARGET,
        seconds=theirs[0],
        our_seconds=mine[0],
        ratio=mine[0] / theirs[0],
        cpu=theirs[1],
        our_cpu=mine[1],
        cpu_ratio=mine[1] / theirs[1],
    )
    print(page)
    out = ROOT / "benchmarks" / "results" / "als.md"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
