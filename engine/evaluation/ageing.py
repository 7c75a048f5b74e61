"""How the readiness to join falls with the age of an account: the willing leave first."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.churn import WEAK_PRIOR_CENTRE, WEAK_PRIOR_SPREAD
from engine.evaluation.joining import MOST_CHANCE, Trials
from engine.evaluation.memberships import MONTH_SECONDS, Stays
from engine.evaluation.usage import Users, VisitLog, Window
from engine.evaluation.weights import group_sums
from engine.rng import stream
from engine.tensor import Floats

OLDEST = 60
"""Months since sign-up beyond which accounts are alike."""

MONTHS = 60
"""Months ahead that readiness is told for: the longest horizon."""

SCALES = np.exp(np.linspace(-3.0, 9.0, 601))
"""Values of a + b [months] that are weighed: from all readiness gone in days to none ever."""


class Scaled(Protocol):
    """What tells how fast readiness falls."""

    def scale_draws(self, n_draws: int) -> Floats:
        """Return draws of a + b [months], of shape (B,)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ageing:
    """What is known of a + b in the monthly chance ``a / (a + b + age)`` of joining."""

    up_to: Floats
    """Probability that a + b is no larger than each of `SCALES`, of the same shape."""

    def scale_draws(self, n_draws: int) -> Floats:
        """Return draws of a + b [months], of shape (B,), one from each of B equal parts."""
        part = stream(0, "ageing").permutation(n_draws)
        return np.exp(np.interp((part + 0.5) / n_draws, self.up_to, np.log(SCALES)))


def first_starts(paid: Stays, trials: Trials | None, n_users: int) -> Floats:
    """Return when each user first paid or tried, of shape (n_users,); infinite: never."""
    found = np.full(n_users, np.inf)
    np.minimum.at(found, paid.user_row, paid.started_at)
    if trials is not None:
        np.minimum.at(found, trials.user_row, trials.started_at)
    return found


def seen_months(
    first_start: Floats, visits: VisitLog, users: Users, window: Window
) -> tuple[Floats, Floats]:
    """Return months with a visit before anyone's first start, and those with it, by age.

    Parameters
    ----------
    first_start : ndarray of shape (n_users,)
    visits : VisitLog
        Of users who count.

    Returns
    -------
    at_risk, started : ndarray of shape (OLDEST,)

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
        np.bincount(cell[_is_whole(cell, users, window)] % OLDEST, minlength=OLDEST)
        for cell in (cells, won)
    )
    return at_risk.astype(np.float64), started.astype(np.float64)


def fit_ageing(at_risk: Floats, started: Floats, pool: Floats, chance: float) -> Ageing | None:
    """Return what prior and log together say of a + b; None where no free user is left.

    Parameters
    ----------
    at_risk, started : ndarray of shape (OLDEST,)
        From `seen_months`; all zero where no age is known.
    pool : ndarray of shape (OLDEST,)
        Free users of today by age.
    chance : float
        Their mean monthly chance of joining, as counted.

    Notes
    -----
    The profile knows a + b alone: of the starts it asks at which ages they were, not how many
    there were. That likelihood is the same where the level is not told, so draws of the two
    need no tie. What is weighed besides it is how unlike people are: by a, of which the
    chances of gamma-distributed users vary by 1 / √a, whatever the unit of time. The counted
    level then says how large a + b is: a pool that is seldom joined from ages slowly.

    The prior of a is that of churn, normal in ln a around the mean of published fits of who
    leaves, 0.77, with a spread of 1.5, since these are who joins: nine in ten of a lie between
    0.07 and 9. It has no jump: a log that says little leaves it, one that says much overrules
    it, and every start moves the draws by what it is worth.

    References
    ----------
    Fader and Hardie (2007): how to project customer retention.
    """
    if pool.sum() <= 0.0:
        return None
    of_age = 1.0 / (SCALES[:, None] + np.arange(OLDEST))
    weight = _log_prior(of_age, pool / pool.sum(), min(chance, MOST_CHANCE))
    if started.sum() > 0.0:
        weight = weight + np.log(of_age) @ started - started.sum() * np.log(of_age @ at_risk)
    density = np.exp(weight - weight.max())
    steps = np.append(0.0, np.cumsum(density[1:] + density[:-1]))
    return Ageing(up_to=steps / steps[-1])


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
    scale = ageing.scale_draws(len(weights))
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
    of_age = 1.0 / (ageing.scale_draws(len(weights))[:, None] + np.arange(OLDEST))
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


def _log_prior(of_age: Floats, pool: Floats, chance: float) -> Floats:
    """Return the logarithm of the prior density of ln(a + b), of shape (n_scales,).

    Parameters
    ----------
    of_age : ndarray of shape (n_scales, OLDEST)
    pool : ndarray of shape (OLDEST,)
        Shares of free users by age.
    """
    ready = of_age @ pool
    shape = chance / ready
    stretch = SCALES * (of_age**2 @ pool) / ready  # of ln a by ln(a + b) at the counted level
    away = (np.log(shape) - WEAK_PRIOR_CENTRE[0]) / WEAK_PRIOR_SPREAD
    found = np.log(stretch) - away**2 / 2.0
    return np.where(shape < SCALES, found, -np.inf)  # nobody joins by a chance above one
