"""Do the intervals hold the truth? Money of many small worlds, judged by what is true of them.

A world draws its people, tastes, prices, churn and reactions; what it logs goes through the
product: the ranker learns from the first month, its lists are valued on the two after it, and
twelve months are simulated under a scenario that changes ads, prices and membership. A world
that is judged is kept under ``.bench/coverage``, so that a run that was stopped goes on.

Five seconds of one processor a world; time grows with worlds alone.

Run: ``make coverage``, or ``PYTHONPATH=. .venv/bin/python benchmarks/coverage.py --help``
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported
os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import _coverage_tables
from benchmarks._splits import KEPT
from sample_data.proof.ablations import Way
from sample_data.proof.judging import USUAL, judge
from sample_data.proof.world import Recipe

RESULTS = Path(__file__).parent / "results" / "coverage.md"
STORED = KEPT / "coverage"


@dataclass(frozen=True, kw_only=True)
class Case:
    """Worlds of one kind, valued in one way."""

    worlds: int
    recipe: Mapping[str, float] = field(default_factory=dict)
    way: Way = USUAL


CASES: Mapping[str, Case] = {
    "ε = .25": Case(worlds=600),
    "ε = .05": Case(worlds=200, recipe={"shuffle_share": 0.05}),
    "ε = .02": Case(worlds=200, recipe={"shuffle_share": 0.02}),
    "ε = 0": Case(worlds=200, recipe={"shuffle_share": 0.0}),
    "cascade": Case(worlds=100, recipe={"leave_after_click": 0.5}),
    "wrong chances": Case(worlds=100, recipe={"wrong_chances": 0.2}),
    _coverage_tables.MOVED: Case(worlds=100, recipe={"drift": 0.2}),
    "heavy prices": Case(worlds=100, recipe={"price_spread": 1.2}),
    "hidden segment": Case(worlds=100, recipe={"hidden": 1.0}),
    "click model alone": Case(worlds=200, way=Way(model_only=True)),
    "examination taken as known": Case(worlds=200, way=Way(examination_known=True)),
    "reactions taken as known": Case(worlds=200, way=Way(reactions_known=True)),
    "every visit somebody else's": Case(worlds=200, way=Way(visits_apart=True)),
    "learned from what values it": Case(worlds=200, way=Way(learn_from_all=True)),
}
"""Name -> worlds. Those with a way are valued in a way that the product does not take."""


def rows_of(case: Case, seed: int) -> list[dict[str, Any]]:
    """Return every figure of a world."""
    return [asdict(found) for found in judge(seed, Recipe(**case.recipe), case.way)]


def run(name: str, case: Case, share: float, processes: int) -> pd.DataFrame:
    """Return the figures of all worlds of a case; judged ones are read."""
    file = STORED / f"{name}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    known = pd.read_json(file, lines=True) if file.exists() else pd.DataFrame()
    done = set() if known.empty else set(known["seed"])
    wanted = range(1, round(case.worlds * share) + 1)
    with Pool(processes) as pool, file.open("a") as out:
        missing = [seed for seed in wanted if seed not in done]
        for rows in pool.imap_unordered(partial(rows_of, case), missing):
            out.write(pd.DataFrame(rows).to_json(orient="records", lines=True))
            out.flush()
    found = pd.read_json(file, lines=True)
    return found[found["seed"].isin(wanted)]


def judged_before() -> dict[str, pd.DataFrame]:
    """Return the figures of every world that is kept."""
    files = {name: STORED / f"{name}.jsonl" for name in CASES}
    return {name: pd.read_json(file, lines=True) for name, file in files.items() if file.exists()}


def chosen(names: Sequence[str] | None) -> Iterator[tuple[str, Case]]:
    """Yield the cases that are asked for."""
    for name, case in CASES.items():
        if names is None or name in names:
            yield name, case


def main() -> int:
    """Judge worlds and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", help="some of them, separated by semicolons")
    parser.add_argument("--share", type=float, default=1.0, help="of the worlds of each case")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--judged", action="store_true", help="only tell of worlds judged before")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    if arguments.judged:
        arguments.out.write_text(_coverage_tables.report(judged_before()))
        return 0
    names = arguments.cases.split(";") if arguments.cases else None
    found: dict[str, pd.DataFrame] = {}
    for name, case in chosen(names):
        found[name] = run(name, case, arguments.share, arguments.processes)
        print(_coverage_tables.table(name, found[name]), flush=True)
    if names is None:
        arguments.out.write_text(_coverage_tables.report(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
