"""Draws and intervals of off-policy values by how many rewards really carry them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special, stats

from engine.tensor import Floats

MANY_POSITIVES = 100.0
FEW_POSITIVES = 10.0
LEVEL = 0.9
GRID = 2001

Colour = Literal["green", "amber", "red"]
Method = Literal["bootstrap", "gamma", "withheld"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Estimate:
    """A value per list with what it stands on."""

    value: float | None
    """None where the log does not carry it."""
    low: float | None
    """Lower end of the interval of 90 %."""
    high: float | None
    draws: Floats | None
    """Of shape (B,); draws of all estimates on a log belong together."""
    method: Method
    ess: float
    """Kish's effective number of lists."""
    ess_positive: float
    """Effective number of rewards: ``(Σ w r)² / Σ (w r)²`` over users."""
    colour: Colour


@dataclass(frozen=True, kw_only=True)
class Rewards:
    """Weighted rewards of a policy, summed by user and then over users."""

    total: float
    squares: float
    largest: float
    """Largest sum that one more reward could bring."""

    @property
    def effective(self) -> float:
        """Return the effective number of positives: ``(Σ w r)² / Σ (w r)²``.

        No more than with one more reward at the largest weight. Many rewards of small
        weight look like a lot where those of the large weights have not come yet; without
        this, intervals at ε = .05 held the truth in none of 26 worlds.
        """
        if self.squares <= 0:
            return 0.0
        with_one_more = (self.total + self.largest) ** 2 / (self.squares + self.largest**2)
        return min(self.total**2 / self.squares, with_one_more)


def rewards_by_user(weighted: Floats, possible: float = 0.0) -> Rewards:
    """Return what intervals need of the weighted rewards of every user, (n_users,).

    Parameters
    ----------
    possible : float
        Weighted reward that a row could have brought which brought none.
    """
    return Rewards(
        total=float(weighted.sum()),
        squares=float((weighted**2).sum()),
        largest=float(weighted.max(initial=possible)),
    )


def size_of_reward(reward: Floats) -> float:
    """Return the root mean square of the rewards that are not zero; 0 without any."""
    number = np.count_nonzero(reward)
    return float(np.sqrt((reward**2).sum() / number)) if number else 0.0


def effective_size(weight: Floats) -> float:
    """Return Kish's effective size ``(Σ w)² / Σ w²``; 0 without any weight."""
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares > 0 else 0.0


def colour_of_positives(effective: float) -> Colour:
    """Return how far an effective number of positives carries (gate G3)."""
    if effective >= MANY_POSITIVES:
        return "green"
    return "amber" if effective >= FEW_POSITIVES else "red"


def gamma_bounds(rewards: Rewards, level: float = LEVEL) -> tuple[float, float]:
    """Return the interval of a weighted sum of rare counts.

    References
    ----------
    Fay and Feuer (1997): confidence intervals for directly standardized rates.
    """
    tail = (1.0 - level) / 2.0
    (low_shape, low_scale), (high_shape, high_scale) = _gammas(rewards)
    low = special.gammaincinv(low_shape, tail) * low_scale
    return float(low), float(special.gammaincinv(high_shape, 1.0 - tail) * high_scale)


def gamma_quantiles(rewards: Rewards, chances: Floats) -> Floats:
    """Return quantiles of the even mixture of the lower and the upper gamma.

    The mixture is a confidence distribution: draws of it do what bounds cannot, they go
    through what is not linear.
    """
    grid = np.linspace(*gamma_bounds(rewards, 1.0 - 2e-6), GRID)
    below = np.mean(
        [special.gammainc(shape, grid / scale) for shape, scale in _gammas(rewards)], axis=0
    )
    return np.asarray(np.interp(chances, below, grid))


def _gammas(rewards: Rewards) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return shape and scale of the lower and of the upper gamma."""
    total, squares, largest = rewards.total, rewards.squares, rewards.largest
    above, spread = total + largest, squares + largest**2
    return (total**2 / squares, squares / total), (above**2 / spread, spread / above)


def estimate(
    point: float, bootstrap: Floats, rewards: Rewards, n_lists: float, ess: float
) -> Estimate:
    """Return a value with draws that its effective positives can carry.

    Parameters
    ----------
    bootstrap : ndarray of shape (B,)
        Bootstrap draws of the value.
    rewards : Rewards
        The weighted rewards in it; whatever else it holds moves with them.
    n_lists : float
        Lists that the sums are divided by.

    Notes
    -----
    From 100 effective positives on the bootstrap is right; with 10 to 100 it is too
    narrow and gamma draws take its place, put in the order of the bootstrap draws so that
    differences between policies keep their covariance; with fewer nothing is told.
    """
    colour = colour_of_positives(rewards.effective)
    if colour == "red":
        return withheld(ess, rewards.effective)
    draws = bootstrap
    if colour == "amber":
        chances = (stats.rankdata(bootstrap, method="ordinal") - 0.5) / len(bootstrap)
        draws = point + (gamma_quantiles(rewards, chances) - rewards.total) / n_lists
    low, high = interval(draws)
    return Estimate(
        value=point,
        low=low,
        high=high,
        draws=draws,
        method="bootstrap" if colour == "green" else "gamma",
        ess=ess,
        ess_positive=rewards.effective,
        colour=colour,
    )


def withheld(ess: float, ess_positive: float) -> Estimate:
    """Return the estimate that tells nothing."""
    return Estimate(
        value=None,
        low=None,
        high=None,
        draws=None,
        method="withheld",
        ess=ess,
        ess_positive=ess_positive,
        colour="red",
    )


def interval(draws: Floats, level: float = LEVEL) -> tuple[float, float]:
    """Return the central interval of draws."""
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(draws, [tail, 1.0 - tail])
    return float(low), float(high)
