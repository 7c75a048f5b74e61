"""How the readiness to join falls with the age of an account: the willing leave first."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.churn import LOG_BOUNDS, ChurnFit, fit_churn, step_draws
from engine.evaluation.joining import MOST_CHANCE, Trials
from engine.evaluation.memberships import MONTH_SECONDS, Stays
from engine.evaluation.usage import Users, VisitLog, Window
from engine.evaluation.weights import group_sums
from engine.tensor import Floats

OLDEST = 60
"""Months since sign-up beyond which accounts are alike."""

MONTHS = 60
"""Months ahead that readiness is told for: the longest horizon."""

FEWEST_STARTS = 20
LEAST_GAIN = 1.35
"""Gain of log-likelihood over one chance for all ages below which age says nothing: half of
2.71, the 90 % point of chi-square."""


class Scaled(Protocol):
    """What tells how fast readiness falls."""

    def scale_draws(self, weights: Floats) -> Floats:
        """Return draws of a + b [months], of shape (B,)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ageing:
    """Chance ``a / (a + b + age)`` that a free user joins, as a fit and what it rests on."""

    fit: ChurnFit
    at_risk: Floats
    """Months of free users by group and age, of shape (n_groups, OLDEST)."""
    started: Floats
    """Those that ended with a start, of shape (n_groups, OLDEST)."""

    def scale_draws(self, weights: Floats) -> Floats:
        """Return draws of a + b [months], of shape (B,): the profile knows nothing else."""
        counts = weights @ self.at_risk, weights @ self.started
        return np.asarray(step_draws(self.fit, *counts, np.zeros(2)).sum(axis=1))


def first_starts(paid: Stays, trials: Trials | None, n_users: int) -> Floats:
    """Return when each user first paid or tried, of shape (n_users,); infinite: never."""
    found = np.full(n_users, np.inf)
    np.minimum.at(found, paid.user_row, paid.started_at)
    if trials is not None:
        np.minimum.at(found, trials.user_row, trials.started_at)
    return found


def fit_ageing(
    first_start: Floats, visits: VisitLog, users: Users, window: Window, n_groups: int
) -> Ageing | None:
    """Return the fit to months with a visit before anyone's first start; None: age says nothing.

    Parameters
    ----------
    first_start : ndarray of shape (n_users,)
    visits : VisitLog
        Of users who count.

    Notes
    -----
    Whose first event falls into the log's first month may have been there for long: without
    a sign-up before the log the age is not known, and the user is left out. So is a month of
    an account that the log holds in part: visits and starts fill such a month unlike.
    """
    known = users.counted & (first_start >= window.log_begin)
    known &= (users.first_at < window.log_begin) | (
        users.first_at >= window.log_begin + MONTH_SECONDS
    )
    starting = np.flatnonzero(known & (first_start < window.end))
    before = known[visits.user_row] & (visits.started_at < first_start[visits.user_row])
    user = np.concatenate([visits.user_row[before], starting])
    at = np.concatenate([visits.started_at[before].astype(np.float64), first_start[starting]])
    cells = np.unique(user.astype(np.int64) * OLDEST + _age(users.first_at[user], at))
    won = starting * OLDEST + _age(users.first_at[starting], first_start[starting])
    at_risk, started = (
        _by_age(cell[_is_whole(cell, users, window)], users.group, n_groups)
        for cell in (cells, won)
    )
    if started.sum() < FEWEST_STARTS:
        return None
    fit = fit_churn(at_risk.sum(axis=0), started.sum(axis=0))
    flat = _flat_log_likelihood(float(at_risk.sum()), float(started.sum()))
    is_flat = fit.log_likelihood - flat < LEAST_GAIN
    inside = np.abs(np.log(fit.alpha_beta) - np.mean(LOG_BOUNDS)) < np.ptp(LOG_BOUNDS) / 2.0 - 1e-6
    if is_flat or not inside.all():
        return None
    return Ageing(fit=fit, at_risk=at_risk, started=started)


def ages_at(users: Users, chosen: NDArray[np.bool_], at: float, shape: tuple[int, int]) -> Floats:
    """Return chosen users by group, segment and age at a moment, (n_groups, G, OLDEST).

    Who was there when the log began without a sign-up is at least as old as the log.
    """
    user = np.flatnonzero(chosen)
    age = _age(users.first_at[user], np.full(len(user), at))
    cell = users.segment[user].astype(np.int64) * OLDEST + age
    sums = group_sums(users.group[user], cell, np.ones(len(user)), (shape[0], shape[1] * OLDEST))
    return np.asarray(sums.reshape(*shape, OLDEST))


def mean_over(rates: Floats, heads: Floats) -> Floats:
    """Return rates by segment (B, G) as one for all, of shape (B,)."""
    whole = np.maximum(heads.sum(axis=1), 1e-12)
    return np.asarray((rates * heads).sum(axis=1) / whole)


def readiness(
    ageing: Scaled, weights: Floats, ages: Floats, rates: tuple[Floats, Floats]
) -> Floats:
    """Return the chance to join in each month over today's mean chance, (B, 2, MONTHS).

    Parameters
    ----------
    weights : ndarray of shape (B, n_groups)
    ages : ndarray of shape (n_groups, OLDEST)
        Free users of today.
    rates : tuple of ndarray of shape (B,)
        Monthly chance of joining, and of no longer coming, of all free users of today.

    Notes
    -----
    First today's free users, who grow older, then those who came since, of whom one cohort
    is added each month. Ages are those of all segments together, and each age thins at its
    chance under today's prices and ads: far less work than ages in every segment. Exact
    where segments are alike; of a year's new members 1 % off where their rates differ and
    4 % where a month-old segment stands beside one of two years (tests measure it).
    """
    scale = ageing.scale_draws(weights)
    heads = weights @ ages
    of_age = 1.0 / (scale[:, None] + np.arange(OLDEST + MONTHS))
    mean = (heads * of_age[:, :OLDEST]).sum(axis=1) / np.maximum(heads.sum(axis=1), 1e-12)
    ratio = of_age / np.maximum(mean, 1e-12)[:, None]
    stay = 1.0 - np.minimum(rates[0][:, None] * ratio, MOST_CHANCE)
    return np.stack(
        [_of_today(heads, ratio, stay), _of_newcomers(ratio, stay * (1.0 - rates[1])[:, None])],
        axis=1,
    )


def freshness(ageing: Scaled, weights: Floats, ages: Floats) -> Floats:
    """Return the mean chance by age of all over that of each segment, of shape (B, G).

    Parameters
    ----------
    ages : ndarray of shape (n_groups, G, OLDEST)
    """
    of_age = 1.0 / (ageing.scale_draws(weights)[:, None] + np.arange(OLDEST))
    heads = np.tensordot(weights, ages, axes=1)
    found, ready = heads.sum(axis=2), np.einsum("bga,ba->bg", heads, of_age)
    mean = ready.sum(axis=1, keepdims=True) / np.maximum(found.sum(axis=1, keepdims=True), 1e-12)
    own = np.divide(ready, found, out=np.broadcast_to(mean, ready.shape).copy(), where=found > 0)
    return np.asarray(mean / own)


def _of_today(heads: Floats, ratio: Floats, stay: Floats) -> Floats:
    found = np.ones((len(heads), MONTHS))
    for month in range(1, MONTHS):
        at = slice(month, month + OLDEST)
        if month > 1:
            heads = heads * stay[:, month - 1 : month - 1 + OLDEST]
        whole = np.maximum(heads.sum(axis=1), 1e-300)
        found[:, month] = (heads * ratio[:, at]).sum(axis=1) / whole
    return found


def _of_newcomers(ratio: Floats, stay: Floats) -> Floats:
    found = np.ones((len(ratio), MONTHS))
    left = np.cumprod(stay[:, : MONTHS - 1], axis=1)
    left = np.column_stack([np.ones(len(ratio)), left])[:, : MONTHS - 1]
    found[:, 1:] = np.cumsum(left * ratio[:, : MONTHS - 1], axis=1) / np.cumsum(left, axis=1)
    return found


def _age(first_at: Floats, at: Floats) -> NDArray[np.int64]:
    months = np.floor((at - first_at) / MONTH_SECONDS)
    return np.clip(months, 0, OLDEST - 1).astype(np.int64)


def _is_whole(cells: NDArray[np.int64], users: Users, window: Window) -> NDArray[np.bool_]:
    """Return which months of an account lie in the log from end to end, of all cells."""
    begin = users.first_at[cells // OLDEST] + cells % OLDEST * MONTH_SECONDS
    return np.asarray((begin >= window.log_begin) & (begin + MONTH_SECONDS <= window.end))


def _by_age(cells: NDArray[np.int64], group: NDArray[np.int32], n_groups: int) -> Floats:
    """Return how many of the cells, ``user * OLDEST + age``, fall to each group and age."""
    user, age = cells // OLDEST, cells % OLDEST
    return group_sums(group[user], age, np.ones(len(cells)), (n_groups, OLDEST))


def _flat_log_likelihood(at_risk: float, started: float) -> float:
    """Return the log-likelihood of one chance for all ages."""
    kept = at_risk - started
    likelihood = started * np.log(started / at_risk)
    return float(likelihood + (kept * np.log(kept / at_risk) if kept > 0 else 0.0))
