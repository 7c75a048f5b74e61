"""How likely a slot is looked at, relative to the first (position bias)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.harvesting import harvest
from engine.evaluation.impressions import ImpressionLog
from engine.evaluation.weights import group_sums
from engine.tensor import Floats

FEWEST_RANDOM_CLICKS = 10.0
"""Effective clicks that each slot needs before the logged chances decide about it."""

SMALLEST_EXAMINATION = 1e-3  # a slot without any click would make every list below it worthless

LARGEST_ERROR = 0.2
"""Standard error of ln θ up to which slots are told by the same thing in several of them."""

Method = Literal["randomised", "same_pairs", "same_items", "click_ratios", "no_positions"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Examination:
    """Examination of the slots relative to slot 1."""

    point: Floats
    """Estimate, of shape (K,)."""

    draws: Floats
    """Bootstrap draws, of shape (B, K)."""

    method: Method
    """What tells the slots, from best to none.

    ``randomised`` is unbiased. ``same_pairs`` is, where people's taste did not move items:
    the same user saw the same item in several slots. ``same_items`` takes all users alike,
    ``click_ratios`` confuses good slots with good items.
    """


def estimate_examination(
    log: ImpressionLog, group_of_user: NDArray[np.integer], weights: Floats, n_slots: int
) -> Examination:
    """Return how slots are looked at.

    Parameters
    ----------
    group_of_user : ndarray of shape (n_users,)
        Bootstrap group of every user.
    weights : ndarray of shape (B, n_groups)

    Notes
    -----
    Rows weighted by the inverse of their logged chance show what a full shuffle would
    have shown: the same items in every slot. Keeping only the rows of small chance
    would leave out of each slot the very item that the ranker puts there.

    References
    ----------
    Joachims, Swaminathan and Schnabel (2017): unbiased learning-to-rank.

    See Also
    --------
    engine.evaluation.harvesting.harvest : slots of a log without chances.
    """
    shown = log.organic(n_slots)
    if not (shown.position > 0).any():
        ones = np.ones((len(weights), n_slots))
        return Examination(point=ones[0], draws=ones, method="no_positions")
    # a row that was certain to be shown says nothing of its slot, nor does one without a chance
    drawn = shown.rows((shown.propensity > 0) & (shown.propensity < 1))
    random = _is_randomised(drawn, n_slots)
    found = None if random else _harvested(shown, group_of_user, weights, n_slots)
    if found is not None:
        return found
    shown = drawn if random else shown
    chance = shown.propensity if random else np.ones(len(shown.position))
    sums = _sums(shown, 1.0 / chance, group_of_user, (weights.shape[1], n_slots))
    return Examination(
        point=_ratios(sums.sum(axis=0, keepdims=True), n_slots)[0],
        draws=_ratios(weights @ sums, n_slots),
        method="randomised" if random else "click_ratios",
    )


def _harvested(
    shown: ImpressionLog, group_of_user: NDArray[np.integer], weights: Floats, n_slots: int
) -> Examination | None:
    """Return what the same thing in several slots tells; None where that is too little."""
    known = shown.rows(shown.item_row >= 0)
    item = known.item_row.astype(np.int64)
    pair = known.user_row.astype(np.int64) * (int(item.max(initial=0)) + 1) + item
    strata: tuple[tuple[Method, NDArray[np.int64]], ...]
    strata = (("same_pairs", pair), ("same_items", item))
    group, clicks = group_of_user[known.user_row], known.clicked.astype(np.float64)
    for method, stratum in strata:
        found = harvest(stratum, known.slot, clicks, group, weights, n_slots)
        if found is not None and (found.error <= LARGEST_ERROR).all():
            return Examination(
                point=_with_first(found.log_ratio[None])[0],
                draws=_with_first(found.draws),
                method=method,
            )
    return None


def _with_first(log_ratio: Floats) -> Floats:
    """Return ratios to the first slot, of shape (B, K), from logarithms of the others."""
    ratio = np.exp(np.hstack([np.zeros((len(log_ratio), 1)), log_ratio]))
    return np.maximum(ratio, SMALLEST_EXAMINATION)


def _is_randomised(shown: ImpressionLog, n_slots: int) -> bool:
    weighted = shown.clicked / shown.propensity
    total = np.bincount(shown.slot, weights=weighted, minlength=n_slots)
    squares = np.bincount(shown.slot, weights=weighted**2, minlength=n_slots)
    effective = np.divide(total**2, squares, out=np.zeros(n_slots), where=squares > 0)
    return bool((effective >= FEWEST_RANDOM_CLICKS).all())


def _sums(
    shown: ImpressionLog,
    weight: Floats,
    group_of_user: NDArray[np.integer],
    shape: tuple[int, int],
) -> Floats:
    """Return weighted clicks, then weighted rows, of shape (n_groups, 2 K)."""
    group = group_of_user[shown.user_row]
    clicks = group_sums(group, shown.slot, weight * shown.clicked, shape)
    return np.hstack([clicks, group_sums(group, shown.slot, weight, shape)])


def _ratios(sums: Floats, n_slots: int) -> Floats:
    clicks, rows = sums[:, :n_slots], sums[:, n_slots:]
    rate = np.divide(clicks, rows, out=np.zeros_like(clicks), where=rows > 0)
    first = rate[:, :1]
    ratio = np.divide(rate, first, out=np.ones_like(rate), where=first > 0)
    ratio[:, 0] = 1.0
    return np.maximum(ratio, SMALLEST_EXAMINATION)
