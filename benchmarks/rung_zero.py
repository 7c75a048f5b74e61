"""Does the range under assumptions hold the truth where a log knows of no list?

Worlds of page views and orders alone (``sample_data/proof/organic.py``): the product learns
lists from the earlier part, compares hits on the later one, and gives its range; what people
would have clicked, and what of it is extra money, is known. A world that is judged is kept
under ``.bench/rung_zero.jsonl``, so that a run that was stopped goes on.

Five seconds of one processor a world; time grows with worlds alone.

Run: ``make coverage``, or ``PYTHONPATH=. .venv/bin/python benchmarks/rung_zero.py --help``
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported
os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import sys
from dataclasses import asdict
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks._splits import KEPT
from sample_data.proof.organic import judge_organic

RESULTS = Path(__file__).parent / "results" / "rung_zero.md"
STORED = KEPT / "rung_zero.jsonl"
WORLDS = 200

REPORT = """\
# Does the range of a log without lists hold the truth?

Written by `benchmarks/rung_zero.py`. {worlds} worlds of page views and orders alone. People meet
items by themselves, some items far more easily than they are liked; lists of ten by the
product's ranker are compared with those of the better popularity. The share of visits with a
click on a list and the causal share are drawn, in each world, from what the product assumes.

| | | target |
| --- | --- | --- |
| range of 80 % holds the true incremental money | {held:.1%} | 75 % at least |
| truth below the range; above it | {below:.1%}; {above:.1%} | |
| hits tell rightly which lists get more clicks | {sign:.1%} | 90 % at least |
| true ratio of clicks R, median (of 90 % of worlds) | {truth} | |
| ratio of hits over it, median (of 90 % of worlds) | {excess} | |
| range, low and high end over the truth, median | {width} | |

The range is wide because it says that its parts are assumed: it narrows with a log of what was
shown, not with more orders.
"""


def rows_of(seed: int) -> dict[str, Any]:
    """Return what was said of a world, and what is true."""
    found = judge_organic(seed)
    return {**asdict(found), "is_held": found.is_held, "is_sign_right": found.is_sign_right}


def run(worlds: int, processes: int) -> pd.DataFrame:
    """Return the figures of all worlds; judged ones are read."""
    STORED.parent.mkdir(parents=True, exist_ok=True)
    done = set(pd.read_json(STORED, lines=True)["seed"]) if STORED.exists() else set()
    missing = [seed for seed in range(1, worlds + 1) if seed not in done]
    with Pool(processes) as pool, STORED.open("a") as out:
        for row in pool.imap_unordered(rows_of, missing):
            out.write(pd.DataFrame([row]).to_json(orient="records", lines=True))
            out.flush()
    found = pd.read_json(STORED, lines=True)
    return found[found["seed"] <= worlds]


def report(found: pd.DataFrame) -> str:
    """Return the page of results."""
    truth = found["true_gain_cents"]
    ends = [(found[name] / truth).median() for name in ("low", "high")]
    return REPORT.format(
        worlds=len(found),
        held=found["is_held"].mean(),
        below=(truth < found["low"]).mean(),
        above=(truth > found["high"]).mean(),
        sign=found["is_sign_right"].mean(),
        truth=_middle(found["true_ratio"]),
        excess=_middle(found["hit_ratio"] / found["true_ratio"]),
        width=f"{ends[0]:.2f} and {ends[1]:.2f} times",
    )


def _middle(values: pd.Series) -> str:
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def main() -> int:
    """Judge worlds and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    text = report(run(arguments.worlds, arguments.processes))
    print(text)
    arguments.out.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
