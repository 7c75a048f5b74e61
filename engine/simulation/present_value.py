"""What money of later months is worth today."""

from typing import Any

import numpy as np

from engine.simulation.assumptions import draws
from engine.simulation.run import Outcome
from engine.simulation.scenario import Scenario
from engine.tensor import Floats

RATE = "economics.discount_rate"
MONTHS_IN_YEAR = 12


def monthly_rate(yearly: Floats) -> Floats:
    """Return the rate a month that compounds to a rate a year."""
    return np.asarray((1.0 + yearly) ** (1.0 / MONTHS_IN_YEAR) - 1.0)


def discounted(months: Floats, yearly: Floats) -> Floats:
    """Return the value today of money by month, of shape (B,); the first month counts whole.

    Parameters
    ----------
    months : ndarray of shape (B, H)
        Money [cents].
    yearly : ndarray of shape (B,)
        Discount rate a year.
    """
    later = np.arange(months.shape[1])
    weights = (1.0 + monthly_rate(yearly))[:, None] ** -later
    return np.asarray((months * weights).sum(axis=1))


def present_value(outcome: Outcome, scenario: Scenario) -> Floats:
    """Return incremental money of all models less the cost of the lists, today [cents], (B,).

    Notes
    -----
    The rate moves nobody and no money: it only weighs the months that were simulated.
    """
    money: Any = sum(one.incremental.sum(axis=1) for one in outcome.models.values())
    rates = draws(scenario, scenario.seed, len(money), keys={RATE}).of(RATE)
    return discounted(money - scenario.economics.cost_cents_per_month, rates)
