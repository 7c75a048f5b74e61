"""CPU time of a move of a lever, of a curve over one, and of each business model alone.

Cost grows linearly with draws, segments and bins; with months it grows by their square,
since each month's new members survive by themselves. Users, items and events play no part:
they were added up when the run was trained.

Measured on one thread as the least of many repeats: on a shared machine any other figure
says what the neighbours do.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count

import numpy as np

from engine.evaluation.ageing import MONTHS
from engine.evaluation.memberships import LONGEST_TENURE
from engine.evaluation.orders import N_BINS
from engine.evaluation.weights import N_DRAWS
from engine.rng import stream
from engine.simulation.alone import ONLY
from engine.simulation.collapse import Collapsed, collapse
from engine.simulation.levers import find_lever, with_lever
from engine.simulation.run import simulate_collapsed
from engine.simulation.scenario import Scenario
from engine.simulation.sweep import sweep
from engine.tensor import EventTensor, Population

SEGMENTS, SLOTS = 50, 10
REPEATS = 40
MOVE_TARGET_MS = 15.0
CURVE_TARGET_MS = 120.0
ALONE_TARGET_MS = 3 * MOVE_TARGET_MS
CURVE_POINTS = 9

MOVES = {
    "ads.ad_slots": 1.5,
    "membership.price_cents": 600.0,
    "sales.price_ratio": 0.9,
    "ads.cpm_cents": 700.0,
}
"""One lever that moves people and one that does not, of each model that has both."""


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
        causal_share=None,
        causal_share_error=0.0,
        ad_slots_today=1.0,
        membership_price_today_cents=500.0,
        has_prices=True,
        has_unit_costs=True,
        trial_users=rng.uniform(0.0, 10.0, cells),
        trial_start_rate=rng.uniform(0.005, 0.05, cells),
        trial_to_paid_rate=rng.uniform(0.4, 0.7, N_DRAWS),
        trial_months=0.25,
        readiness=rng.uniform(0.5, 1.5, (N_DRAWS, 2, MONTHS)),
    )


def least_ms(work: Callable[[], object]) -> float:
    """Return the least CPU time of many repeats [ms]."""
    spent = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return 1_000.0 * min(spent)


def figures(collapsed: Collapsed) -> Iterator[tuple[str, float, float]]:
    """Yield what is measured, its CPU time and its target [ms]."""
    for key, value in MOVES.items():
        yield f"move {key}", least_ms(moves(collapsed, key, value)), MOVE_TARGET_MS
    for key in MOVES:
        lever = find_lever(key)
        values = [float(step) for step in np.linspace(lever.low, lever.high, CURVE_POINTS)]
        spent = least_ms(partial(walk, collapsed, key, values))
        yield f"curve {key}", spent, CURVE_TARGET_MS
    yield "each model alone", least_ms(partial(alone, collapsed)), ALONE_TARGET_MS


def moves(collapsed: Collapsed, key: str, value: float) -> Callable[[], object]:
    """Return a move of a lever, to another value each time: what was asked last is kept."""
    values = (value * (1.0 + step / 1_000.0) for step in count())
    return lambda: simulate_collapsed(collapsed, with_lever(Scenario(), key, next(values)))


def walk(collapsed: Collapsed, key: str, values: list[float]) -> None:
    """Run through the outcomes of a curve."""
    for _ in sweep(collapsed, Scenario(), key, values):
        pass


def alone(collapsed: Collapsed) -> None:
    """Run each model without the others."""
    for only in ONLY.values():
        only(collapsed, Scenario())


def main() -> None:
    """Print what moving a lever, a curve and the models alone cost."""
    collapsed = collapse(tensor("ranked"), tensor("popularity"), people())
    print(f"{N_DRAWS} draws, {SEGMENTS} segments, {SLOTS} slots, {N_BINS} bins, 12 months")
    print(f"{'what':32} {'CPU ms':>8} {'target':>8}")
    for what, spent, target in figures(collapsed):
        print(f"{what:32} {spent:8.1f} {target:8.0f}")


if __name__ == "__main__":
    main()
