"""Which test of a choice is worth running, and what it would be worth to know."""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from engine.evaluation.settling import SettlingTest, settling_test
from engine.evaluation.trials import Market, worth_of_tests
from engine.simulation.assumptions import draws
from engine.simulation.collapse import Collapsed
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.tensor import Floats
from engine.workbench.answers import Choice, Experiment
from engine.workbench.valuing import Valuation

LISTS_RATIO = "lists.ratio"
"""Name of what an A/B test of lists tells first: how much better the one is."""

Way = Literal["lists", "ads", "membership_price", "item_price", "holdout", "record"]
"""How a parameter comes to be known."""

WAYS: Mapping[str, Way] = {
    LISTS_RATIO: "lists",
    "reaction.use_loss_per_ad": "ads",
    "reaction.upgrade_per_ad": "ads",
    "reaction.ramp_months": "ads",
    "reaction.membership_elasticity": "membership_price",
    "reaction.churn_per_price": "membership_price",
    "reaction.price_elasticity": "item_price",
    "sales.causal_share": "holdout",
    "sales.causal_share_difference": "holdout",
    "reaction.use_per_quality": "holdout",
    "reaction.churn_per_quality": "holdout",
    "reaction.list_view_share": "record",
    "reach.click_share": "record",
    "reach.list_sales_share": "record",
    "sales.return_rate": "record",
    "membership.resubscription_rate": "record",
}


def experiment_of_events(
    valuation: Valuation,
    scenario: Scenario,
    gain: Floats,
    parameters: Mapping[str, Floats],
    *,
    choice: Choice = "lists",
    price: float | None = None,
) -> Experiment:
    """Return the test of a choice in a log that says what was shown.

    Parameters
    ----------
    gain : ndarray of shape (B,)
        Draws of what it brings over the horizon [cents].
    parameters : mapping of str to ndarray of shape (B,)
        Draws of what the gain depends on.

    Notes
    -----
    Only lists have a cost of their own; another number of ads or another price has none.
    """
    books = valuation.books
    months = scenario.economics.horizon_months
    market = Market(
        horizon_months=months,
        cost_cents_per_month=scenario.economics.cost_cents_per_month if choice == "lists" else 0.0,
        revenue_cents_per_month=books.net_sales_cents + books.membership_cents,
        **_people(valuation),
    )
    return Experiment(
        choice=choice,
        price=price,
        settling=_settling(gain, market),
        worth=worth_of_tests(gain, market, parameters)
        if market.revenue_cents_per_month > 0
        else None,
    )


def experiment_of_range(
    valuation: Valuation,
    scenario: Scenario,
    gain: Floats | None,
    parameters: Mapping[str, Floats],
    settling: SettlingTest,
) -> Experiment:
    """Return the test of lists in a log of orders or views; its worth is under assumptions.

    Parameters
    ----------
    gain : ndarray of shape (B,), optional
        Draws of what the lists bring over the horizon [cents]; None without any number.
    """
    take = scenario.sales.take_rate
    kept = valuation.base.net_sales_cents_per_month * (1.0 if take is None else take)
    market = Market(
        horizon_months=scenario.economics.horizon_months,
        cost_cents_per_month=scenario.economics.cost_cents_per_month,
        revenue_cents_per_month=kept,
        **_people(valuation),
    )
    worth = None if gain is None or kept <= 0 else worth_of_tests(gain, market, parameters)
    return Experiment(choice="lists", settling=settling, worth=worth)


def assumed(side: Collapsed, scenario: Scenario) -> dict[str, Floats]:
    """Return the draws of every assumption that is not known exactly, each of shape (B,)."""
    people = side.population
    full = scenario_of_log(people, scenario)
    drawn = draws(full, full.seed, people.n_draws, people, WAYS.keys())
    return {key: found for key, found in drawn.values.items() if np.ptp(found) > 0}


def of_lists(side: Collapsed, base: Collapsed, scenario: Scenario) -> dict[str, Floats]:
    """Return the same with how much more these lists sell, which an A/B test tells."""
    value, base_value = (_value(one) for one in (side, base))
    found = assumed(side, scenario)
    if min(value.min(), base_value.min()) > 0:
        found[LISTS_RATIO] = np.log(value / base_value)
    return found


def _value(side: Collapsed) -> Floats:
    """Return the value of orders from a list without ads, (B,)."""
    return np.asarray(side.by_ads[0][2].sum(axis=(1, 2)))


def _people(valuation: Valuation) -> dict[str, float]:
    base = valuation.base
    return {
        "revenue_variation": base.revenue_variation,
        "users_per_month": base.active_users_per_month,
        "new_users_per_month": base.new_users_per_month,
    }


def _settling(gain: Floats, market: Market) -> SettlingTest:
    monthly = float(np.median(gain)) / market.horizon_months
    counted = market.revenue_cents_per_month
    return settling_test(
        effect=monthly / counted if counted > 0 else None,
        variation=market.revenue_variation,
        users_per_month=market.users_per_month,
        new_users_per_month=market.new_users_per_month,
        gain_per_month=monthly,
    )
