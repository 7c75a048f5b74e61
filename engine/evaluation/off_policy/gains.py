"""What a policy brings beyond the lists as they were shown, in paired draws."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.off_policy.intervals import Estimate, interval
from engine.tensor import Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Mean:
    """A counted mean per list shown."""

    value: float
    low: float
    high: float
    draws: Floats
    """Of shape (B,)."""


@dataclass(frozen=True, kw_only=True)
class Gain:
    """A difference per list shown, with its interval of 90 %."""

    value: float
    low: float
    high: float
    probability_positive: float


def mean_reward(
    reward: Floats, user_row: NDArray[np.integer], group: NDArray[np.integer], weights: Floats
) -> Mean:
    """Return what lists brought in the mean, and how sure that is.

    Parameters
    ----------
    reward : ndarray of shape (n_lists,)
    user_row : ndarray of shape (n_lists,)
    group : ndarray of shape (n_users,)
        Bootstrap group of every user.
    weights : ndarray of shape (B, n_groups)
    """
    own, n_groups = group[user_row], weights.shape[1]
    earned = weights @ np.bincount(own, reward, n_groups)
    shown = weights @ np.bincount(own, minlength=n_groups).astype(np.float64)
    draws = np.divide(earned, shown, out=np.zeros_like(earned), where=shown > 0)
    low, high = interval(draws)
    return Mean(value=float(reward.mean()), low=low, high=high, draws=draws)


def gain_of(estimate: Estimate, as_shown: Mean) -> Gain | None:
    """Return what a policy brings beyond the lists shown; None where its value is withheld."""
    if estimate.value is None or estimate.draws is None:
        return None
    draws = estimate.draws - as_shown.draws
    low, high = interval(draws)
    return Gain(
        value=estimate.value - as_shown.value,
        low=low,
        high=high,
        probability_positive=float((draws > 0).mean()),
    )
