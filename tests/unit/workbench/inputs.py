"""What prices are made from, of a small random world: no file, no database."""

from dataclasses import replace

import numpy as np

from engine.evaluation.compare import BASELINE
from engine.evaluation.rung_zero import RungZeroInputs
from engine.evaluation.usage import Books
from engine.simulation.forecast import Chance
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.workbench.pricing import PricingInputs
from engine.workbench.valuing import MAIN, Valuation
from tests.unit.simulation.builders import DRAWS, World, collapsed_world

BOOKS = Books(
    days=30.0,
    active_users=100,
    members=10,
    sessions=400,
    lists=400,
    orders=50,
    gross_sales_cents=60_000,
    return_cents=5_000,
    net_sales_cents=55_000,
    organic_impressions=4_000,
    ad_impressions=200,
    clicks=300,
    membership_cents=5_000,
)


def inputs_of(world: World) -> PricingInputs:
    """Return the world's lists and today's as the policies of a run."""
    main = collapsed_world(world)
    today = collapsed_world(replace(world, tensor=world.today))
    return PricingInputs(
        run_id="small",
        valuation=_valuation("tensor", policies=(MAIN, BASELINE)),
        collapsed={MAIN: main, BASELINE: today},
        default_scenario=scenario_of_log(world.people),
        books={},
        known={"sales.return_rate": float(world.people.return_rate.mean())},
    )


def range_inputs() -> PricingInputs:
    """Return a log of orders that does not say what was shown."""
    ratios = {MAIN: np.full(DRAWS, 1.4), BASELINE: np.ones(DRAWS)}
    valuation = replace(_valuation("hits"), ratios=ratios)
    return PricingInputs(
        run_id="small",
        valuation=valuation,
        collapsed={},
        default_scenario=Scenario(),
        books={},
        known={},
    )


def _valuation(method: str, policies: tuple[str, ...] = ()) -> Valuation:
    base = RungZeroInputs(
        visits_per_month=400.0,
        net_sales_cents_per_month=55_000.0,
        order_value_cents=1_100.0,
        order_per_view=np.full(DRAWS, 0.05),
        pages_per_click=np.full(DRAWS, 2.0),
        hit_ratio=np.ones(DRAWS),
        has_prices=True,
        revenue_variation=2.0,
        active_users_per_month=100.0,
        new_users_per_month=10.0,
    )
    return Valuation(
        rung=3 if method == "tensor" else 0,
        method=method,
        currency="EUR",
        books=BOOKS,
        segments=("segment 0", "segment 1", "segment 2"),
        list_sales_cents=20_000,
        base=base,
        population=None,
        policies=policies,
        chance=Chance(order_spread=1.5, history_months=4.0),
        evidence={},
        calibration=None,
        ratios={},
        withheld={},
        reason=None,
        details={},
    )
