"""The smallest test worth running: what it costs, and what its outcome is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.evaluation.information import partial, perfect, sampled
from engine.evaluation.settling import (
    FEWEST_WEEKS,
    MOST_WEEKS,
    WEEKS_PER_MONTH,
    known_variation,
    smallest_effect,
    users_within,
)
from engine.tensor import Floats

LEAST_NET_CENTS = 1.0


@dataclass(frozen=True, kw_only=True)
class Market:
    """Where a test would run."""

    horizon_months: int
    """Months that the decision is for."""
    cost_cents_per_month: float
    """What doing it costs beside its gain, also while it is tested."""
    revenue_cents_per_month: float
    """Counted; effects are told relative to it."""
    revenue_variation: float
    """Standard deviation over mean of a user's monthly revenue."""
    users_per_month: float
    new_users_per_month: float

    @property
    def cost_cents(self) -> float:
        """Cost over the horizon."""
        return self.cost_cents_per_month * self.horizon_months

    @property
    def horizon_weeks(self) -> float:
        """Weeks that the decision is for."""
        return self.horizon_months * WEEKS_PER_MONTH


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Half of all users who come with it, half without."""

    weeks: int
    users_per_arm: int
    smallest_effect: float
    """Relative effect on a user's revenue that it sees with 80 % power at 5 %."""
    cost_cents: float
    """What one of the halves forgoes meanwhile, on average."""
    worth_cents: float
    """What deciding after it brings on average, in the months that are left (EVSI)."""
    net_cents: float
    """Worth less cost."""


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """What it is worth to know one parameter exactly."""

    key: str
    cents: float


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What knowing more is worth before a decision [cents over the horizon]."""

    perfect_cents: float
    """To know everything now (EVPI)."""
    smallest: Trial | None
    """The shortest test that is worth more than it costs; None: there is none."""
    best: Trial | None
    """The test whose worth exceeds its cost most."""
    reason: Literal["clear", "few_users"] | None
    """Why no test is worth its cost: even one that told everything would not be, or those
    who come are too few to tell enough."""
    sharpest_effect: float | None
    """Smallest effect that those see who come before two years, or the horizon, are over."""
    knowledge: tuple[Knowledge, ...]
    """Parameters that are worth something by themselves (EVPPI), most first."""


def worth_of_tests(gain: Floats, market: Market, parameters: Mapping[str, Floats]) -> Worth:
    """Return which test of a decision is worth running.

    Parameters
    ----------
    gain : ndarray of shape (B,)
        Draws of what doing it brings over the horizon, before its cost [cents].
    market : Market
        With revenue that is above zero.
    parameters : mapping of str to ndarray of shape (B,)
        Draws of what the gain depends on, paired with it.

    Notes
    -----
    A test of t of T months measures the gain over the counted revenue with the standard
    error ``CV √(2 / n)``. Its worth is ``(1 - t/T) EVSI(n)``: what it says comes too late
    for the months before. Its cost is ``t/T (max(0, E[NB]) - E[gain] / 2 + cost)``: half
    of the gain forgone where one would do it, half of the loss borne where one would not.
    """
    net = gain - market.cost_cents
    weeks, arms = _sizes(market)
    paying = _paying(gain, market, weeks, arms)
    return Worth(
        perfect_cents=perfect(net),
        smallest=paying[0] if paying else None,
        best=max(paying, key=lambda trial: trial.net_cents) if paying else None,
        reason=None if paying else _reason(gain, market),
        sharpest_effect=_smallest_effect(market, arms[-1]) if len(arms) else None,
        knowledge=_knowledge(net, parameters),
    )


def _sizes(market: Market) -> tuple[Floats, Floats]:
    """Return weeks that leave some of the horizon, and users on each side within them."""
    weeks = np.arange(FEWEST_WEEKS, MOST_WEEKS + 1, dtype=np.float64)
    weeks = weeks[weeks < market.horizon_weeks]
    users = users_within(weeks, market.users_per_month, market.new_users_per_month)
    arms = np.floor(users / 2.0)
    return weeks[arms >= 1.0], arms[arms >= 1.0]


def _paying(gain: Floats, market: Market, weeks: Floats, arms: Floats) -> list[Trial]:
    """Return the tests that are worth more than they cost, shortest first."""
    if not len(weeks):
        return []
    gone = weeks / market.horizon_weeks
    cost = gone * _cost_of_testing(gain, market)
    most = _worth_of_sizes(gain, market, arms[-1:])[0]
    hopeful = (1.0 - gone) * most - cost >= LEAST_NET_CENTS  # no smaller test tells more
    weeks, arms, gone, cost = weeks[hopeful], arms[hopeful], gone[hopeful], cost[hopeful]
    sizes, which = np.unique(arms, return_inverse=True)
    worth = (1.0 - gone) * _worth_of_sizes(gain, market, sizes)[which]
    return [
        Trial(
            weeks=int(weeks[row]),
            users_per_arm=int(arms[row]),
            smallest_effect=_smallest_effect(market, arms[row]),
            cost_cents=float(cost[row]),
            worth_cents=float(worth[row]),
            net_cents=float(worth[row] - cost[row]),
        )
        for row in np.flatnonzero(worth - cost >= LEAST_NET_CENTS)
    ]


def _worth_of_sizes(gain: Floats, market: Market, arms: Floats) -> Floats:
    """Return what tests tell that are over at once, by users on each side [cents]."""
    effect = gain / (market.horizon_months * market.revenue_cents_per_month)
    noise = known_variation(market.revenue_variation) * np.sqrt(2.0 / arms)
    return sampled(gain - market.cost_cents, effect, noise)


def _smallest_effect(market: Market, arm: float) -> float:
    return smallest_effect(known_variation(market.revenue_variation), float(arm))


def _cost_of_testing(gain: Floats, market: Market) -> float:
    """Return what testing for the whole horizon would cost [cents]."""
    mean, cost = float(gain.mean()), market.cost_cents
    return max(0.0, mean - cost) - mean / 2.0 + cost


def _reason(gain: Floats, market: Market) -> Literal["clear", "few_users"]:
    """Return whether the shortest test would not even pay if it told everything."""
    gone = min(FEWEST_WEEKS / market.horizon_weeks, 1.0)
    told = (1.0 - gone) * perfect(gain - market.cost_cents) - gone * _cost_of_testing(gain, market)
    return "clear" if told < LEAST_NET_CENTS else "few_users"


def _knowledge(net: Floats, parameters: Mapping[str, Floats]) -> tuple[Knowledge, ...]:
    found = [Knowledge(key=key, cents=partial(net, drawn)) for key, drawn in parameters.items()]
    worth = [one for one in found if one.cents >= LEAST_NET_CENTS]
    return tuple(sorted(worth, key=lambda one: -one.cents))
