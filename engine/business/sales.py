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

    causal_share: float = lever(
        0.20,
        span=(0.0, 1.0),
        step=0.01,
        unit="share",
        evidence=("B", "causal_share"),
        bounds=(0.0, 5.0),
        prior=Prior(kind="beta", spread=10.0, dimension=2),
    )
    """Share of the orders from lists that would not have happened otherwise.

    Above 1 when a holdout shows a halo; such a value is used as it is.
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
        power = np.power(price_ratio, exponent)
        return np.asarray(1.0 / (bounded + np.where(unsold > 0, unsold * power, 0.0)))


def booked_cents(
    value: Floats, cost: Floats | None, return_rate: Floats, scenario: SalesScenario
) -> Floats:
    """Return what the business books for orders: margin, commission or net value [cents].

    Parameters
    ----------
    value : ndarray of shape (B, ...)
        Gross value at the new price.
    cost : ndarray of the same shape, or None when unit costs are not known
        Unit costs of the same orders.
    return_rate : ndarray of shape (B,)
        Share that comes back; returned items are sold again, the handling is lost.
    """
    back = return_rate.reshape(-1, *[1] * (value.ndim - 1))
    net = value * (1.0 - back)
    if scenario.take_rate is not None:
        return np.asarray(net * scenario.take_rate)
    if cost is None:
        return np.asarray(net)
    return np.asarray(net - cost * (1.0 - back) - scenario.return_cost_share * value * back)
