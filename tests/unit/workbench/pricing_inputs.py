"""Inputs of prices made of small worlds and of small logs of orders."""

from dataclasses import replace

import numpy as np

from engine.evaluation.rung_zero import RungZeroInputs
from engine.evaluation.usage import Books
from engine.simulation.assumptions import known_from_log
from engine.simulation.collapse import collapse, mean_data
from engine.simulation.forecast import Chance
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.workbench.pricing import PricingInputs
from engine.workbench.valuing import Valuation
from tests.unit.simulation.builders import World

BOOKS = Books(
    days=30.4, active_users=100, members=10, sessions=400, lists=300, orders=50,
    gross_sales_cents=100_000, return_cents=8_000, net_sales_cents=92_000,
    organic_impressions=3_000, ad_impressions=200, clicks=150, membership_cents=5_000,
)  # fmt: skip


def orders_base(*, views: bool, n_draws: int = 512) -> RungZeroInputs:
    """Return what a log of orders counts, with page views or without."""
    rng = np.random.default_rng(7)
    return RungZeroInputs(
        visits_per_month=40_000.0,
        net_sales_cents_per_month=9_000_000.0,
        order_value_cents=6_000.0,
        order_per_view=rng.normal(0.03, 0.001, n_draws) if views else None,
        pages_per_click=rng.normal(2.5, 0.1, n_draws) if views else None,
        hit_ratio=np.ones(n_draws),
        has_prices=True,
        revenue_variation=2.0,
        active_users_per_month=9_000.0,
        new_users_per_month=900.0,
    )


def valuation_of(base: RungZeroInputs, **facts: object) -> Valuation:
    """Return a valuation that knows nothing but what is given."""
    empty = Valuation(
        rung=0,
        method="hits",
        currency="EUR",
        books=BOOKS,
        segments=("all",),
        list_sales_cents=0,
        base=base,
        population=None,
        policies=(),
        chance=Chance(order_spread=1.5, history_months=4.0),
        evidence={},
        calibration=None,
        ratios={},
        withheld={},
        reason=None,
        details={},
    )
    return replace(empty, **facts)


def inputs_of_orders(*, views: bool) -> PricingInputs:
    """Return the inputs of a log of orders whose lists match 1.7 times as well."""
    base = orders_base(views=views)
    better = np.random.default_rng(3).normal(1.7, 0.1, len(base.hit_ratio))
    ratios = {"ranked": better, "popularity": np.ones_like(better)}
    return PricingInputs(
        run_id="run",
        valuation=valuation_of(base, ratios=ratios),
        collapsed={},
        default_scenario=Scenario(),
        books={},
        known={},
    )


def inputs_of_world(world: World, *, one_draw: bool = True) -> PricingInputs:
    """Return the inputs of a world; with ``one_draw`` its data are known exactly."""
    sides = {
        "ranked": collapse(world.tensor, world.today, world.people),
        "popularity": collapse(world.today, world.today, world.people),
    }
    if one_draw:
        sides = {name: mean_data(side) for name, side in sides.items()}
    people = sides["ranked"].population
    facts = {"method": "tensor", "population": people, "rung": 1, "segments": people.segments}
    return PricingInputs(
        run_id="run",
        valuation=valuation_of(orders_base(views=False), **facts),
        collapsed=sides,
        default_scenario=scenario_of_log(people),
        books={},
        known={
            "ads.ad_slots": people.ad_slots_today,
            "membership.price_cents": people.membership_price_today_cents,
            **{key: float(draws.mean()) for key, draws in known_from_log(people).items()},
        },
    )
