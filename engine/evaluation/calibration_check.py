"""Promised probabilities against what happened, on rows they were not fitted to."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import NotEnoughDataError
from engine.evaluation.compare import INTERVAL, Estimate
from engine.evaluation.impressions import ImpressionLog
from engine.evaluation.relevance import FEWEST_SUCCESSES, fit_relevance
from engine.evaluation.valuation import Calibration, Items, calibrate
from engine.evaluation.weights import group_sums
from engine.rng import stream
from engine.tensor import Floats

Outcome = Literal["click", "order", "next"]

N_BINS = 10
CHANCE = 0.95
N_FOLDS = 10
"""With two, the half in which less happened would be promised more by the other one."""


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Rows with about the same promise."""

    promised: float
    """Mean promised probability."""
    happened: Estimate
    """Share of the rows in which it happened, with its 95 % interval over users."""
    rows: int


@dataclass(frozen=True, kw_only=True)
class CalibrationCheck:
    """Whether probabilities keep what they promise."""

    outcome: Outcome
    bins: tuple[Bin, ...]
    """At most ten of about as many rows, by promise."""
    rows: int
    users: int
    promised: float
    happened: Estimate
    error: float
    """Expected calibration error: mean distance of promise and outcome over the bins."""
    chance_error: float
    """What promises without a fault would stay below in 95 of 100 samples like this one."""

    @property
    def relative_error(self) -> float:
        """Return the error as a share of how often it happened."""
        return self.error / self.happened.value if self.happened.value > 0 else float("inf")


@dataclass(frozen=True, kw_only=True, eq=False)
class Promises:
    """Promises and what came of them; arrays of shape (n_rows,)."""

    user_row: NDArray[np.integer]
    promised: Floats
    happened: NDArray[np.bool_]


def check_promises(
    outcome: Outcome, given: Promises, group_of_user: NDArray[np.integer], weights: Floats
) -> CalibrationCheck:
    """Return ten bins of promises beside what happened.

    Parameters
    ----------
    weights : ndarray of shape (B, n_groups)
        Bootstrap weights of user groups.

    Notes
    -----
    ``error = Σ_b n_b |promised_b − happened_b| / n``. Chance alone makes it positive, so
    its size under promises without a fault is given beside it: the bootstrap's distances
    around what happened.
    """
    place = _bins(given.promised)
    group = group_of_user[given.user_row]
    shape = (weights.shape[1], int(place.max()) + 1)
    rows = np.bincount(place).astype(np.float64)
    promised = np.bincount(place, weights=given.promised) / rows
    happened = np.bincount(place, weights=given.happened) / rows
    hit = group_sums(group, place, given.happened.astype(np.float64), shape)
    held = group_sums(group, place, np.ones(len(place)), shape)
    total, whole = weights @ hit, weights @ held
    draws = np.divide(total, whole, out=np.zeros_like(total), where=whole > 0)
    share = rows / rows.sum()
    overall = total.sum(axis=1) / whole.sum(axis=1)
    return CalibrationCheck(
        outcome=outcome,
        bins=tuple(
            Bin(
                promised=float(promised[row]),
                happened=_interval(float(happened[row]), draws[:, row]),
                rows=int(rows[row]),
            )
            for row in range(len(rows))
        ),
        rows=len(place),
        users=len(np.unique(given.user_row)),
        promised=float(given.promised.mean()),
        happened=_interval(float(given.happened.mean()), overall),
        error=float(np.abs(promised - happened) @ share),
        chance_error=float(np.quantile(np.abs(draws - happened) @ share, CHANCE)),
    )


def crossed_clicks(
    log: ImpressionLog,
    examination_log: ImpressionLog,
    items: Items,
    group_of_user: NDArray[np.integer],
    *,
    n_slots: int,
    seed: int,
) -> tuple[Promises, Promises]:
    """Return promised clicks and orders; those of each tenth of the users fitted on the rest.

    Raises
    ------
    NotEnoughDataError
        With fewer than 30 clicks by the rest.

    Notes
    -----
    Everything between score and promise is fitted anew each time: examination of the
    slots, click model, order probabilities. The scores come from a ranker that saw
    nothing of what is promised.
    """
    fold = user_folds(len(group_of_user), seed)
    shown = log.organic(n_slots)
    click, order = (np.zeros(len(shown.at)) for _ in range(2))
    for part in range(N_FOLDS):
        fitted = _without_draws(log, examination_log, items, group_of_user, n_slots, fold != part)
        rows = fold[shown.user_row] == part
        click[rows], order[rows] = _promised(fitted, shown.rows(rows))
    clicks, orders = shown.clicked, shown.clicked & shown.ordered
    return (
        Promises(user_row=shown.user_row, promised=click, happened=clicks),
        Promises(user_row=shown.user_row, promised=order, happened=orders),
    )


def crossed_relevance(
    user_row: NDArray[np.integer], score: Floats, chosen: NDArray[np.bool_], n_users: int, seed: int
) -> Promises:
    """Return P(among the next successes); that of each tenth of the users fitted on the rest.

    Raises
    ------
    NotEnoughDataError
        With fewer than ten successes of the rest.
    """
    fold = user_folds(n_users, seed)[user_row]
    promised = np.zeros(len(score))
    for part in range(N_FOLDS):
        rest = fold != part
        model = fit_relevance(score[rest], chosen[rest]) if rest.any() else None
        if model is None:
            found = int(chosen[rest].sum())
            raise NotEnoughDataError("successes_few", found=found, needed=FEWEST_SUCCESSES)
        promised[~rest] = model.probability(score[~rest])
    return Promises(user_row=user_row, promised=promised, happened=chosen)


def user_folds(n_users: int, seed: int) -> NDArray[np.int64]:
    """Return the random tenth of each user, of shape (n_users,)."""
    return stream(seed, "calibration_folds").permutation(n_users) % N_FOLDS


def _without_draws(
    log: ImpressionLog,
    examination_log: ImpressionLog,
    items: Items,
    group_of_user: NDArray[np.integer],
    n_slots: int,
    kept: NDArray[np.bool_],
) -> Calibration:
    """Return the calibration of some users; one draw of even weights is the estimate itself."""
    even = np.ones((1, int(group_of_user.max(initial=0)) + 1))
    return calibrate(
        log.rows(kept[log.user_row]),
        items,
        group_of_user,
        even,
        n_slots=n_slots,
        examination_log=examination_log.rows(kept[examination_log.user_row]),
    )


def _promised(fitted: Calibration, shown: ImpressionLog) -> tuple[Floats, Floats]:
    click = fitted.examination.point[shown.slot] * fitted.click_probability(shown.score)
    return click, click * fitted.order_probability(shown.item_row, shown.score)


def _bins(promised: Floats) -> NDArray[np.int64]:
    """Return the bin from 0 of each promise; equal promises share one."""
    edges = np.unique(np.quantile(promised, np.arange(1, N_BINS) / N_BINS))
    place = np.searchsorted(edges, promised, side="left")
    return np.asarray(np.unique(place, return_inverse=True)[1], dtype=np.int64).ravel()


def _interval(value: float, draws: Floats) -> Estimate:
    low, high = np.quantile(draws, INTERVAL)
    return Estimate(value=value, low=float(low), high=float(high))
