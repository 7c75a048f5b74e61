"""The randomised test that would settle what a log cannot show."""

from dataclasses import dataclass

import numpy as np

from engine.tensor import Floats

POWER_FACTOR = 2.8
"""80 % power at 5 %: 1.96 + 0.84."""

WEEKS_PER_MONTH = 30.4375 / 7
FEWEST_WEEKS = 2  # every weekday twice, so that one odd week does not decide
MOST_WEEKS = 104
"""A test of more than two years measures a product that no longer exists."""

UNKNOWN_VARIATION = 2.0


@dataclass(frozen=True, kw_only=True)
class SettlingTest:
    """Half of the users with the lists, half with the baseline."""

    effect: float | None
    """Relative effect on a user's revenue it is made to see; None: there is none to see."""
    users_per_arm: int | None
    weeks: int | None
    """None when so many users do not come within two years."""
    cost_cents: float | None
    """Median gain that the half without the lists forgoes meanwhile [cents]."""
    smallest_effect: float | None
    """Smallest effect that the users of one month can show."""
    revenue_variation: float


def settling_test(
    *,
    effect: float | None,
    variation: float,
    users_per_month: float,
    new_users_per_month: float,
    gain_per_month: float | None,
) -> SettlingTest:
    """Return the size of the test that sees ``effect``.

    Notes
    -----
    ``MDE = 2.8 CV √(1/n₁ + 1/n₀)``. After the first month only newcomers add users.
    """
    known = known_variation(variation)
    arm = users_per_month / 2
    smallest = smallest_effect(known, arm) if arm >= 1 else None
    users = weeks = cost = None
    if effect is not None and effect > 0:
        users = users_per_arm(effect, known)
        weeks = _weeks(2 * users, users_per_month, new_users_per_month)
    if weeks is not None and gain_per_month is not None:
        cost = max(gain_per_month, 0.0) / 2 * weeks / WEEKS_PER_MONTH
    return SettlingTest(
        effect=effect if users is not None else None,
        users_per_arm=users,
        weeks=weeks,
        cost_cents=cost,
        smallest_effect=smallest,
        revenue_variation=known,
    )


def known_variation(variation: float) -> float:
    """Return the variation of revenue, or what it commonly is where a log cannot tell."""
    return variation if np.isfinite(variation) and variation > 0 else UNKNOWN_VARIATION


def users_within(weeks: Floats, users_per_month: float, new_users_per_month: float) -> Floats:
    """Return how many users come within weeks, of their shape: after a month only newcomers."""
    months = weeks / WEEKS_PER_MONTH
    newcomers = new_users_per_month * np.maximum(months - 1.0, 0.0)
    return np.asarray(users_per_month * np.minimum(months, 1.0) + newcomers)


def smallest_effect(variation: float, users_per_arm: float) -> float:
    """Return the smallest relative effect that two equal arms show."""
    return float(POWER_FACTOR * variation * np.sqrt(2.0 / users_per_arm))


def users_per_arm(effect: float, variation: float) -> int:
    """Return how many users each of two equal arms needs."""
    return int(np.ceil(2.0 * (POWER_FACTOR * variation / effect) ** 2))


def revenue_variation(revenue_of_user: Floats) -> float:
    """Return standard deviation over mean of the revenue per active user, of shape (n,)."""
    if len(revenue_of_user) < 2 or revenue_of_user.mean() <= 0:
        return UNKNOWN_VARIATION
    return float(revenue_of_user.std(ddof=1) / revenue_of_user.mean())


def _weeks(users: int, users_per_month: float, new_users_per_month: float) -> int | None:
    if users_per_month <= 0:
        return None
    if users <= users_per_month:
        return max(FEWEST_WEEKS, int(np.ceil(WEEKS_PER_MONTH * users / users_per_month)))
    if new_users_per_month <= 0:
        return None
    months = 1.0 + (users - users_per_month) / new_users_per_month
    weeks = int(np.ceil(WEEKS_PER_MONTH * months))
    return weeks if weeks <= MOST_WEEKS else None
