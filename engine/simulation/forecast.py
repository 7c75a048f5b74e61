"""What will be booked, beyond what is expected: chance, and a level that may be off.

An estimate says what would come on average. What one future year then brings differs by the
luck of orders, clicks and renewals, and by all that no simulation knows of that year.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.rng import stream
from engine.simulation.run import MODELS, ModelMoney, Outcome
from engine.tensor import Floats

YOUNG_MONTHS = 24
YOUNG_ERROR, GROWN_ERROR = 0.25, 0.20
"""Spread of ln(booked over expected) of a business with less than two years of history, whose
season nobody has seen twice, and of others (specification of the simulation, 7)."""


@dataclass(frozen=True, kw_only=True)
class Chance:
    """What a forecast needs to know of the log."""

    order_spread: float
    """Mean of the squared values of orders over their squared mean; one where all are alike."""
    history_months: float

    @property
    def level_error(self) -> float:
        """Return the spread of the logarithm of what is booked around what is expected."""
        return YOUNG_ERROR if self.history_months < YOUNG_MONTHS else GROWN_ERROR


def booked(outcome: Outcome, chance: Chance) -> dict[str, Floats]:
    """Return incremental money over the horizon as it may be booked, by model, each (B,).

    Notes
    -----
    One normal number per draw and model for chance, one per draw for the level of all three;
    both are the same for every scenario. Users who come are those who were counted: how
    unlike they are is in the draws of the estimate.
    """
    variances = chance_variance(outcome, chance)
    n_draws = len(outcome.causal_share_difference)
    level = level_factor(chance, n_draws)
    return {
        name: money.incremental.sum(axis=(1, 2)) * level
        + np.sqrt(variances[name]) * stream(0, "chance", name).normal(size=n_draws)
        for name, money in outcome.models.items()
    }


def level_factor(chance: Chance, n_draws: int) -> Floats:
    """Return what is booked over what is expected, luck aside, of shape (B,); mean one."""
    normal = stream(0, "level of what is booked").normal(size=n_draws)
    return np.asarray(np.exp(chance.level_error * normal - chance.level_error**2 / 2.0))


def level_variance(chance: Chance) -> float:
    """Return the variance of that factor."""
    return float(np.expm1(chance.level_error**2))


def chance_variance(outcome: Outcome, chance: Chance) -> dict[str, Floats]:
    """Return the variance that luck adds to each model over the horizon, each (B,).

    Notes
    -----
    Seen ads and orders are counts of independent events; of orders only the share that is
    extra counts. A member who joins or leaves changes all months that are left.
    """
    volumes = outcome.volumes
    months_left = np.arange(volumes.members.shape[1], 0, -1) - 1.0
    moves = ((volumes.new_members + volumes.leaving_members) * months_left**2).sum(axis=1)
    paid_months = volumes.members.sum(axis=1)
    attributed, extra = _sums(outcome)
    fee = _over(attributed["membership"], paid_months)
    found: Mapping[str, Floats] = {
        "ads": _over(attributed["ads"] ** 2, volumes.seen_ads.sum(axis=1)),
        "membership": fee**2 * moves,
        "sales": chance.order_spread * _over(attributed["sales"] ** 2, volumes.orders.sum(axis=1)),
    }
    return {name: found[name] * np.abs(extra[name]) for name in MODELS}


def _sums(outcome: Outcome) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return attributed money of each model, and the share of it that is extra."""

    def whole(money: ModelMoney) -> Floats:
        return np.asarray(money.attributed.sum(axis=(1, 2)))

    attributed = {name: whole(money) for name, money in outcome.models.items()}
    extra = {
        name: _over(money.incremental.sum(axis=(1, 2)), attributed[name])
        for name, money in outcome.models.items()
    }
    return attributed, extra


def _over(above: Floats, below: Floats) -> Floats:
    return np.asarray(np.divide(above, below, out=np.zeros_like(above), where=below != 0))
