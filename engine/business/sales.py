"""Product sales: what people buy from a list, at a price that may change."""

from dataclasses import dataclass

import numpy as np

from engine.business.base import Prior, check_levers, lever
from engine.tensor import Floats


@dataclass(frozen=True, kw_only=True)
class SalesScenario:
    """What the business may change about selling items, and what of it is extra."""

    price_ratio: float = lever(
        1.0,
        span=(0.7, 1.3),
        step=0.01,
        unit="ratio",
        evidence=("C", "convention"),
        bounds=(0.0, 10.0),
    )
    """New over old item price; 0.9 is a discount of 10 %."""

    take_rate: float | None = lever(
        None, span=(0.0, 1.0), step=0.01, unit="share", evidence=("C", "own_log")
    )
    """Commission of a marketplace [0-1]; None books the margin, or all of the net value."""

    return_rate: float | None = lever(
        None,
        span=(0.0, 0.40),
        step=0.01,
        unit="share",
        evidence=("B", "own_log_returns"),
        prior=Prior(kind="beta", spread=200.0, dimension=1),
        fallback=0.10,
    )
    """Share of the order value that comes back [0-1]; None uses what the log shows."""

    return_cost_share: float = lever(
        0.30, span=(0.20, 0.65), step=0.01, unit="share", evidence=("C", "market_return_cost")
    )
    """Cost of handling a return as a share of the item's value [0-1]; margin only."""

    causal_share: float | None = lever(
        None,
        span=(0.0, 1.0),
        step=0.01,
        unit="share",
        evidence=("B", "causal_share"),
        bounds=(0.0, 5.0),
        prior=Prior(kind="beta", spread=10.0, dimension=2),
        fallback=0.20,
    )
    """Share of the orders from lists that would not have happened otherwise.

    None: the prior, with what a holdout of the log says of it. Above 1 when a holdout shows
    a halo; such a value is used as it is.
    """

    causal_share_difference: float = lever(
        0.0,
        span=(-0.2, 0.2),
        step=0.01,
        unit="share",
        evidence=("C", "causal_share_difference"),
        bounds=(-5.0, 5.0),
        prior=Prior(kind="normal", spread=0.05, dimension=3),
    )
    """Causal share of the lists valued minus that of the lists compared with."""

    def __post_init__(self) -> None:
        check_levers(self, "sales")


def demand_ratio(conversion: Floats, elasticity: Floats, price_ratio: float) -> Floats:
    """Return the order probability at a new price over the one at today's price.

    Parameters
    ----------
    conversion : ndarray of shape (B, G, N)
        Orders per click at today's price, by bin.
    elasticity : ndarray of shape (B,)
        Local elasticity at today's price, positive.

    Notes
    -----
    Bounded: the order probability never passes one, so that a price of zero sells a
    finite number and earns nothing. A constant elasticity above one would earn
    infinitely much there.
    """
    if price_ratio == 1.0:
        return np.ones_like(conversion)
    bounded = np.clip(conversion, 0.0, 1.0)
    unsold = 1.0 - bounded
    exponent = elasticity[:, None, None] / np.maximum(unsold, 1e-12)
    with np.errstate(over="ignore", divide="ignore"):
        power = _power(price_ratio, exponent)
        return np.asarray(1.0 / (bounded + np.where(unsold > 0, unsold * power, 0.0)))


def _power(base: float, exponent: Floats) -> Floats:
    """Return a power through the exponential, which takes a sixth of the time."""
    if base == 0.0:
        return np.power(base, exponent)  # 0 to the power 0 is 1: its logarithm says nothing
    return np.asarray(np.exp(exponent * np.log(base)))


@dataclass(frozen=True, kw_only=True, eq=False)
class SalesParts:
    """What becomes of the value of orders [cents]; ``gross`` less the others is ``booked``.

    All of one shape (B, ...).
    """

    gross: Floats
    """Value of all orders at the new price."""

    returned: Floats
    """Value of what comes back."""

    unit_costs: Floats
    """Unit costs of what is kept; returned items are sold again."""

    handling: Floats
    """Cost of taking items back."""

    passed_on: Floats
    """What a marketplace hands to the sellers."""

    booked: Floats
    """Margin, commission or net value: what the business earns."""


def booked_parts(
    value: Floats, cost: Floats | None, return_rate: Floats, scenario: SalesScenario
) -> SalesParts:
    """Return what becomes of the value of orders.

    Parameters
    ----------
    value : ndarray of shape (B, ...)
        Gross value at the new price [cents].
    cost : ndarray of the same shape, or None when unit costs are not known
        Unit costs of the same orders [cents].
    return_rate : ndarray of shape (B,)
        Share that comes back; returned items are sold again, the handling is lost.
    """
    back = return_rate.reshape(-1, *[1] * (value.ndim - 1))
    returned = value * back
    net = value - returned
    nothing = np.zeros_like(value)
    costs, handling, passed_on = nothing, nothing, nothing
    if scenario.take_rate is not None:
        passed_on = net * (1.0 - scenario.take_rate)
    elif cost is not None:
        costs, handling = cost * (1.0 - back), scenario.return_cost_share * returned
    return SalesParts(
        gross=value,
        returned=returned,
        unit_costs=costs,
        handling=handling,
        passed_on=passed_on,
        booked=net - costs - handling - passed_on,
    )


def booked_cents(
    value: Floats, cost: Floats | None, return_rate: Floats, scenario: SalesScenario
) -> Floats:
    """Return what the business books for orders: margin, commission or net value [cents]."""
    return booked_parts(value, cost, return_rate, scenario).booked
