"""Off-policy values where one action is taken at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.off_policy.intervals import (
    Estimate,
    effective_size,
    estimate,
    rewards_by_user,
    size_of_reward,
)
from engine.tensor import Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class ActionLog:
    """Logged actions seen by one target policy; arrays of shape (n,)."""

    reward: Floats
    weight: Floats
    """``w = π(a|x) / π0(a|x)`` of the action that was taken."""
    guess: Floats
    """``q̂(x, a)`` of that action, fitted on other folds."""
    target_guess: Floats
    """``Σ_a π(a|x) q̂(x, a)``."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Parts:
    """An estimator as sums: ``mean(plain) + Σ corrected / Σ divisor``; arrays of shape (n,)."""

    plain: Floats
    corrected: Floats
    divisor: Floats
    credited: Floats
    """Weighted rewards in ``corrected``, which effective positives are counted by."""
    weight: Floats
    """What rewards in ``credited`` are weighted by."""

    @property
    def value(self) -> float:
        """Return the value per action; 0 where nothing has a weight."""
        whole = float(self.divisor.sum())
        ratio = float(self.corrected.sum()) / whole if whole > 0 else 0.0
        return float(self.plain.mean()) + ratio

    @property
    def standard_error(self) -> float:
        """Return the standard error for independent rows, to first order."""
        whole = float(self.divisor.sum())
        n = len(self.plain)
        if whole <= 0:
            return float(self.plain.std() / np.sqrt(n))
        ratio = float(self.corrected.sum()) / whole
        influence = self.plain + n / whole * (self.corrected - ratio * self.divisor)
        return float(influence.std() / np.sqrt(n))


def ips(log: ActionLog) -> Parts:
    """Inverse propensity score (Horvitz & Thompson 1952; Strehl et al. 2010).

    Shifting all rewards by c shifts the value by c times the mean weight, not by c.
    """
    return _parts(log, np.zeros_like(log.reward), log.weight, log.reward)


def snips(log: ActionLog) -> Parts:
    """Self-normalised IPS (Swaminathan & Joachims 2015): shifts with the rewards."""
    return _normalised(ips(log), log.weight)


def direct(log: ActionLog) -> Parts:
    """Direct method: the guess alone, whose bias no interval shows."""
    return _parts(log, log.target_guess, np.zeros_like(log.weight), log.reward)


def doubly_robust(log: ActionLog) -> Parts:
    """Doubly robust (Dudík et al. 2014): right if either weight or guess is."""
    return _parts(log, log.target_guess, log.weight, log.reward - log.guess)


def self_normalised_robust(log: ActionLog) -> Parts:
    """Doubly robust with weights over their mean."""
    return _normalised(doubly_robust(log), log.weight)


def switch(log: ActionLog, largest_weight: float) -> Parts:
    """Switch-DR (Wang, Agarwal & Dudík 2017): weights above τ are left to the guess."""
    weight = np.where(log.weight <= largest_weight, log.weight, 0.0)
    return _parts(log, log.target_guess, weight, log.reward - log.guess)


def shrunk(log: ActionLog, strength: float) -> Parts:
    """DR with optimistic shrinkage (Su et al. 2020): weights ``λ w / (w² + λ)``."""
    # divided by λ, so that an endless λ leaves the weights as they are
    excess = log.weight**2 / strength if strength > 0 else np.inf
    weight = log.weight / (1.0 + excess)
    return _parts(log, log.target_guess, weight, log.reward - log.guess)


def least_biased_first(candidates: Sequence[Parts]) -> int:
    """Return which of several estimators SLOPE takes.

    Parameters
    ----------
    candidates : sequence of Parts
        In the order of growing bias and shrinking variance, such as τ or λ descending.

    Notes
    -----
    The last whose interval of twice its width still meets all those before it. The answer
    itself is never looked at.

    References
    ----------
    Su, Srinath and Krishnamurthy (2020): adaptive estimator selection.
    """
    low, high, width = -np.inf, np.inf, np.inf
    chosen = 0
    for number, parts in enumerate(candidates):
        # widths must not grow along the order; noise in a standard error may say otherwise
        width = min(width, 2.0 * parts.standard_error)
        low, high = max(low, parts.value - 2.0 * width), min(high, parts.value + 2.0 * width)
        if low > high:
            break
        chosen = number
    return chosen


def value_of_actions(
    log: ActionLog,
    parts: Parts,
    user: NDArray[np.integer],
    group: NDArray[np.integer],
    weights: Floats,
) -> Estimate:
    """Return one estimator's value with its interval.

    Parameters
    ----------
    user : ndarray of shape (n,)
        Code of the user of every row: rewards of a user are one.
    group : ndarray of shape (n,)
        Bootstrap group of every row's user.
    weights : ndarray of shape (B, n_groups)
    """
    columns = (parts.plain, np.ones_like(parts.plain), parts.corrected, parts.divisor)
    sums = np.stack([np.bincount(group, column, weights.shape[1]) for column in columns], axis=1)
    plain, rows, corrected, divisor = (weights @ sums).T
    draws = plain / rows
    draws += np.divide(corrected, divisor, out=np.zeros_like(divisor), where=divisor > 0)
    possible = float(parts.weight.max(initial=0.0)) * size_of_reward(log.reward)
    credited = rewards_by_user(np.bincount(user, parts.credited).astype(np.float64), possible)
    return estimate(
        parts.value, draws, credited, float(parts.divisor.sum()), effective_size(log.weight)
    )


def _parts(log: ActionLog, plain: Floats, weight: Floats, left: Floats) -> Parts:
    return Parts(
        plain=plain,
        corrected=weight * left,
        divisor=np.ones_like(weight),
        credited=weight * log.reward,
        weight=weight,
    )


def _normalised(parts: Parts, weight: Floats) -> Parts:
    return replace(parts, divisor=weight)
