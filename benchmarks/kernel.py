"""CPU time of one move of a lever: a simulation of lists that were summed over slots.

Cost grows linearly with draws, segments and bins; with months it grows by their square,
since each month's new members survive by themselves. Users, items and events play no part:
they were added up when the run was trained.

Measured on one thread as the least of many repeats: on a shared machine any other figure
says what the neighbours do.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported

import time
from collections.abc import Callable

import numpy as np

from engine.evaluation.memberships import LONGEST_TENURE
from engine.evaluation.orders import N_BINS
from engine.evaluation.weights import N_DRAWS
from engine.rng import stream
from engine.simulation.collapse import collapse
from engine.simulation.levers import with_lever
from engine.simulation.run import simulate_collapsed
from engine.simulation.scenario import Scenario
from engine.tensor import EventTensor, Population

SEGMENTS, SLOTS = 24, 10
REPEATS = 40
TARGET_MS = 10.0


def tensor(policy: str) -> EventTensor:
    """Return events of the largest size that a log gives."""
    rng = stream(1, "benchmark", policy)
    click = rng.uniform(0.001, 0.1, (N_DRAWS, SEGMENTS, SLOTS, N_BINS))
    order = click * rng.uniform(0.01, 0.5, (N_DRAWS, SEGMENTS, 1, N_BINS))
    value = order * 2_000.0
    return EventTensor(policy=policy, click=click, order=order, value=value, cost=0.6 * value)


def people() -> Population:
    """Return users of every kind in as many segments and months of tenure."""
    rng = stream(1, "benchmark", "people")
    cells = (N_DRAWS, SEGMENTS)
    return Population(
        segments=tuple(f"segment {index}" for index in range(SEGMENTS)),
        free_users=rng.uniform(10.0, 500.0, cells),
        members=rng.uniform(0.0, 30.0, (*cells, LONGEST_TENURE)),
        lapsed_users=rng.uniform(0.0, 200.0, cells),
        acquired_users=rng.uniform(0.0, 40.0, cells),
        sessions_free=rng.uniform(0.5, 10.0, cells),
        sessions_member=rng.uniform(0.5, 10.0, cells),
        lists_per_session=rng.uniform(0.5, 3.0, N_DRAWS),
        session_dispersion=1.5,
        examination=np.tile(np.arange(1, SLOTS + 1) ** -0.8, (N_DRAWS, 1)),
        viewability=None,
        return_rate=rng.uniform(0.05, 0.15, N_DRAWS),
        conversion=rng.uniform(0.005, 0.05, cells),
        attrition=rng.uniform(0.0, 0.1, cells),
        churn_alpha_beta=rng.uniform(0.5, 8.0, (N_DRAWS, 2)),
        list_view_share=None,
        ad_slots_today=1.0,
        membership_price_today_cents=500.0,
        has_prices=True,
        has_unit_costs=True,
    )


def least_ms(work: Callable[[], object]) -> float:
    """Return the least CPU time of many repeats [ms]."""
    spent = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return 1_000.0 * min(spent)


def main() -> None:
    """Print what moving a lever costs."""
    collapsed = collapse(tensor("ranked"), tensor("popularity"), people())
    print(f"{N_DRAWS} draws, {SEGMENTS} segments, {SLOTS} slots, {N_BINS} bins, 12 months")
    print(f"{'lever':24} {'CPU ms':>8} {'target':>8}")
    moves = {"ads.ad_slots": 1.5, "sales.price_ratio": 0.9, "membership.price_cents": 600.0}
    for key, value in moves.items():
        scenario = with_lever(Scenario(), key, value)
        spent = least_ms(lambda scenario=scenario: simulate_collapsed(collapsed, scenario))
        print(f"{key:24} {spent:8.1f} {TARGET_MS:8.0f}")


if __name__ == "__main__":
    main()
