"""Do promised click probabilities come true, also where an item moves to another slot?

Worlds whose true probabilities are known (``sample_data/proof``): the product's ranker learns
from the first month, its scores are calibrated on what was shown in the two after it.
*Error* is the mean distance of promised and true probability over fifteen bins of equal size,
relative to the mean. *Moved* is how far the promise is from the truth when everything that was
shown at one slot moves to the first, the mean over slots. Beside it: the rate of clicks of
the slot, as a log without a model of looks would have it.

Five seconds of one processor a world.

Run: ``make bench``, or ``PYTHONPATH=. .venv/bin/python benchmarks/calibration.py``
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported
os.environ["OMP_NUM_THREADS"] = "1"

import sys
from pathlib import Path

import numpy as np

from engine.evaluation.weights import bootstrap_weights
from engine.tensor import Floats
from sample_data.proof.judging import N_DRAWS, N_GROUPS
from sample_data.proof.log import make_log
from sample_data.proof.valuing import value_world
from sample_data.proof.world import Recipe, draw_world

RESULTS = Path(__file__).parent / "results" / "calibration.md"
WORLDS, BINS = 12, 15
TARGET = 0.06

HEAD = f"""\
# Do promised click probabilities come true?

Written by `benchmarks/calibration.py`. Made-up worlds, ε = .25; targets {TARGET} each.

| world | error over {BINS} bins | moved to the first slot | the same by clicks per slot |
| --- | --- | --- | --- |"""


def errors(seed: int) -> tuple[float, float, float]:
    """Return error over bins, error of moved items, and that of plain rates."""
    world = draw_world(seed, Recipe())
    log = make_log(world, bootstrap_weights(seed, N_GROUPS, N_DRAWS))
    valued = value_world(world, log)[1]
    shown, calibration = valued.shown, valued.valuation.calibration
    if shown is None or calibration is None:
        raise ValueError("a world without a calibration")
    rows = shown.rows(~shown.is_ad)
    promised = calibration.click_probability(rows.score)
    true = world.click[rows.user_row, rows.item_row]
    slots = range(world.recipe.n_slots)
    moved = [_off(promised[rows.slot == slot], true[rows.slot == slot]) for slot in slots]
    plain = [_off(rows.clicked[rows.slot == slot], true[rows.slot == slot]) for slot in slots]
    return _binned(promised, true), float(np.mean(moved)), float(np.mean(plain))


def _off(promised: Floats, true: Floats) -> float:
    return abs(float(promised.mean() / true.mean()) - 1.0)


def _binned(promised: Floats, true: Floats) -> float:
    parts = np.array_split(np.argsort(promised, kind="stable"), BINS)
    gaps = [abs(promised[part].mean() - true[part].mean()) for part in parts]
    return float(np.mean(gaps) / true.mean())


def main() -> int:
    """Judge worlds and write the page."""
    found = np.array([errors(seed) for seed in range(1, WORLDS + 1)])
    lines = [HEAD]
    for seed, row in enumerate(found, start=1):
        lines.append(f"| {seed} | {row[0]:.3f} | {row[1]:.3f} | {row[2]:.3f} |")
    lines.append(
        "| mean | " + " | ".join(f"**{value:.3f}**" for value in found.mean(axis=0)) + " |"
    )
    text = "\n".join(lines) + "\n"
    print(text)
    RESULTS.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
