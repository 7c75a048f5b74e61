"""The choice that a page is about, and the test of it that is worth running."""

from typing import Literal

import numpy as np

from engine.simulation.run import Outcome
from engine.simulation.scenario import Scenario
from engine.simulation.sweep import sweep
from engine.tensor import Floats
from engine.workbench import advertising, item_prices, membership
from engine.workbench.answers import Choice, Experiment, Money
from engine.workbench.experiments import assumed, experiment_of_events
from engine.workbench.pricing import PricingInputs, Quote

Subject = Literal["ads", "membership", "sales", "total"]
"""What a page is about."""

CHEAPER, DEARER = 0.9, 1.1
"""Prices that are tried beside today's where the scenario asks for no other one."""

Tried = tuple[Choice, float | None, Floats]
"""A choice, its other price, and draws of what it brings over the horizon [cents]."""


def experiment(
    inputs: PricingInputs, quoted: Quote, scenario: Scenario, subject: Subject
) -> Experiment:
    """Return the test of what a page is about.

    Notes
    -----
    Advertising: these lists with ads or without. Membership: the price of the scenario, or
    a tenth more or less, against today's. Sales: other item prices where the scenario has
    them. Everything else, and where a log cannot tell: these lists or the others.
    """
    tried = None if quoted.outcomes is None else _tried(inputs, quoted, scenario, subject)
    if tried is None or quoted.outcomes is None:
        return quoted.simulation.experiment
    choice, price, gain = tried
    return experiment_of_events(
        inputs.valuation,
        scenario,
        gain,
        assumed(inputs.collapsed[quoted.outcomes[0].policy], scenario),
        choice=choice,
        price=price,
    )


def _tried(
    inputs: PricingInputs, quoted: Quote, scenario: Scenario, subject: Subject
) -> Tried | None:
    if quoted.outcomes is None or not isinstance(quoted.simulation.of(subject), Money):
        return None
    found = quoted.outcomes[0]
    if subject == "ads":
        return _ads(inputs, found, scenario)
    if subject == "membership":
        return _membership_price(inputs, found, scenario)
    return _item_price(inputs, found, scenario) if subject == "sales" else None


def _ads(inputs: PricingInputs, found: Outcome, scenario: Scenario) -> Tried | None:
    neutral = advertising.without_price(scenario)
    none = advertising.ad_responses(inputs, neutral, advertising.NONE, found.policy)
    gain = advertising.net_of_ads(none, found)
    return ("ads", None, gain) if gain.any() else None


def _membership_price(inputs: PricingInputs, found: Outcome, scenario: Scenario) -> Tried | None:
    today = inputs.collapsed[found.policy].population.membership_price_today_cents
    price = scenario.membership.price_cents
    if not today or not price:
        return None
    if not np.isclose(price, today):
        gain = membership.gains_of_prices(inputs, found, scenario, [today])[0]
        return "membership_price", price, -gain
    prices = [CHEAPER * today, DEARER * today]
    gains = membership.gains_of_prices(inputs, found, scenario, prices)
    better = int(np.argmax([gain.mean() for gain in gains]))
    return "membership_price", prices[better], gains[better]


def _item_price(inputs: PricingInputs, found: Outcome, scenario: Scenario) -> Tried | None:
    ratio = scenario.sales.price_ratio
    if ratio == item_prices.TODAY:
        return None
    side = inputs.collapsed[found.policy]
    (today,) = sweep(side, scenario, item_prices.PRICE, [item_prices.TODAY])
    extra, before = (one.sales.incremental.sum(axis=(1, 2)) for one in (found, today))
    return "item_price", ratio, np.asarray(extra - before)
