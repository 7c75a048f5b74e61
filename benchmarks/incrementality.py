"""Does the interval of the causal share hold the truth, world after world?

Each world draws its share κ from the prior of the simulation, users who buy much or little,
and a holdout; the share is found from sums by random group and put together with the prior,
as the product does. No file is read.

Run: ``make bench``, or ``PYTHONPATH=. .venv/bin/python benchmarks/incrementality.py``
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.evaluation.incrementality import HoldoutSums, causal_share
from engine.evaluation.weights import N_GROUPS, bootstrap_weights
from engine.rng import stream
from engine.simulation.assumptions import prior_spread, prior_value, sobol_points, with_evidence
from engine.simulation.levers import find_lever
from engine.tensor import Floats

RESULTS = Path(__file__).parent / "results" / "incrementality.md"
WORLDS = 1_000
LEVELS = (0.5, 0.8, 0.9, 0.95)
SIZES = ((3_000, 0.05), (20_000, 0.05), (20_000, 0.5), (200_000, 0.1))
"""Users, and the share of them who see no lists."""

LEVER = find_lever("sales.causal_share")

HEAD = f"""\
# Does the interval of the causal share hold the truth?

Written by `benchmarks/incrementality.py`. {WORLDS:,} worlds a row; κ of each is drawn from the
prior, Beta(2, 8). Sales per user have a coefficient of variation of two, list sales are a
fifth of them. The holdout alone, and put together with the prior as the product does it.

| users | holdout | nominal | holdout alone | with the prior | half-width alone | with the prior |
| --- | --- | --- | --- | --- | --- | --- |"""


def world(number: int, n_users: int, held: float) -> tuple[float, HoldoutSums]:
    """Return the true share, and both sides of a holdout by random group."""
    rng = stream(number, "incrementality", n_users, int(1_000 * held))
    kappa = float(rng.beta(2.0, 8.0))
    is_holdout = rng.random(n_users) < held
    anyway = rng.gamma(0.25, 16_000.0, n_users)
    through = rng.gamma(0.25, 4_000.0, n_users) * ~is_holdout
    row = 2 * rng.integers(0, N_GROUPS, n_users) + is_holdout
    users, sales, by_list = (
        np.bincount(row, amount, 2 * N_GROUPS)
        for amount in (np.ones(n_users), anyway + kappa * through, through)
    )
    kept = np.flatnonzero(users)
    return kappa, HoldoutSums(
        group=(kept // 2).astype(np.int32),
        is_holdout=kept % 2 == 1,
        users=users[kept],
        sales_cents=sales[kept],
        list_sales_cents=by_list[kept],
    )


def draws_of(number: int, n_users: int, held: float, weights: Floats) -> tuple[float, Floats]:
    """Return the true share, and draws without and with the prior, (2, B)."""
    kappa, sums = world(number, n_users, held)
    found = causal_share(sums, weights)
    prior, location = LEVER.prior, LEVER.fallback
    assert found is not None and prior is not None and location is not None
    points = sobol_points(number, len(weights))[:, prior.dimension]
    drawn = prior_value(prior, location, points)
    both = with_evidence(drawn, prior_spread(prior, location), found, float(found.std()))
    return kappa, np.stack([found, both])


def rows(n_users: int, held: float) -> Iterator[str]:
    """Yield a line of the table for each level."""
    weights = bootstrap_weights(1)
    found = [draws_of(number, n_users, held, weights) for number in range(WORLDS)]
    truth = np.array([kappa for kappa, _ in found])[:, None]
    draws = np.stack([drawn for _, drawn in found])
    for level in LEVELS:
        low, high = np.quantile(draws, ((1 - level) / 2, (1 + level) / 2), axis=2)
        covered = ((low <= truth) & (truth <= high)).mean(axis=0)
        width = ((high - low) / 2).mean(axis=0)
        yield (
            f"| {n_users:,} | {held:.0%} | {level:.0%} | {covered[0]:.3f} | {covered[1]:.3f} "
            f"| {width[0]:.3f} | {width[1]:.3f} |"
        )


def main() -> None:
    """Write the table."""
    lines = [HEAD, *(line for size in SIZES for line in rows(*size))]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
