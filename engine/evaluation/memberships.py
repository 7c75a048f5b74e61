"""Memberships as arrays: who pays, since when, and who left at which renewal."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.weights import group_sums
from engine.tensor import Floats

MONTH_SECONDS = 30.4375 * 86_400.0
LONGEST_TENURE = 60
SAME_STAY_SECONDS = 7 * 86_400.0
"""A membership that starts this soon after another one ended goes on; it is no new one."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MembershipLog:
    """One row per period of a membership; arrays of shape (n_rows,)."""

    user_row: NDArray[np.int32]
    started_at: Floats
    """[epoch seconds, UTC]"""
    ended_at: Floats
    """[epoch seconds, UTC]; NaN while it runs."""
    price_cents: Floats
    """Price of a month [cents]; NaN where unknown."""
    is_trial: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Stays:
    """Time without a gap, paid or in trial, one row each; arrays of shape (n_stays,)."""

    user_row: NDArray[np.int32]
    started_at: Floats
    ended_at: Floats
    """Infinite while it runs."""
    price_cents: Floats
    """Price of the latest period [cents]."""

    def paying(self, at: float) -> NDArray[np.bool_]:
        """Return which stays cover a moment."""
        return np.asarray((self.started_at <= at) & (self.ended_at > at))


def paid_stays(log: MembershipLog) -> Stays:
    """Return the paid periods, those without a gap joined."""
    return _joined(log, np.flatnonzero(~log.is_trial))


def trial_stays(log: MembershipLog) -> Stays:
    """Return the trials, those without a gap joined."""
    return _joined(log, np.flatnonzero(log.is_trial))


def _joined(log: MembershipLog, rows: NDArray[np.intp]) -> Stays:
    rows = rows[np.lexsort((log.started_at[rows], log.user_row[rows]))]
    user, start = log.user_row[rows], log.started_at[rows]
    end = np.where(np.isnan(log.ended_at[rows]), np.inf, log.ended_at[rows])
    if len(rows) == 0:
        return Stays(user_row=user, started_at=start, ended_at=end, price_cents=start)
    fresh = np.ones(len(rows), dtype=bool)
    fresh[1:] = (user[1:] != user[:-1]) | (start[1:] > end[:-1] + SAME_STAY_SECONDS)
    first = np.flatnonzero(fresh)
    last = np.append(first[1:], len(rows)) - 1
    return Stays(
        user_row=user[first],
        started_at=start[first],
        ended_at=np.maximum.reduceat(end, first),
        price_cents=log.price_cents[rows][last],
    )


def chosen_stays(stays: Stays, rows: NDArray[np.intp]) -> Stays:
    """Return some of the stays."""
    return Stays(
        user_row=stays.user_row[rows],
        started_at=stays.started_at[rows],
        ended_at=stays.ended_at[rows],
        price_cents=stays.price_cents[rows],
    )


def first_stays(stays: Stays) -> Stays:
    """Return the first stay of each user, from users in order of time, without an end."""
    found = chosen_stays(stays, np.unique(stays.user_row, return_index=True)[1])
    return replace(found, ended_at=np.full(len(found.user_row), np.inf))


def tenure_months(stays: Stays, at: float) -> NDArray[np.int64]:
    """Return renewals survived at a moment, or at the end of the stay."""
    until = np.minimum(stays.ended_at, at)
    months = np.floor((until - stays.started_at) / MONTH_SECONDS + 1e-9)
    return np.clip(months, 0, LONGEST_TENURE - 1).astype(np.int64)


def renewals(
    stays: Stays,
    group_of_user: NDArray[np.integer],
    n_groups: int,
    seen: tuple[float | Floats, float | Floats],
) -> tuple[Floats, Floats]:
    """Return members at risk and lost by group and renewal, each (n_groups, T).

    Only renewals between the two moments ``seen``, of all or of each stay, count: a member
    known since before the log began had survived the renewals before it for certain.

    Notes
    -----
    A stay of x months ended at renewal ``max(1, round(x))``: who cancels pays to the end.
    """
    risk, lost = at_renewals(stays, seen)
    group = group_of_user[stays.user_row]
    shape = (n_groups, LONGEST_TENURE)
    return _counted(group, risk, shape), _counted(group, lost, shape)


def at_renewals(
    stays: Stays, seen: tuple[float | Floats, float | Floats]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which stays were at risk, and lost, at which renewal; each (n_stays, T)."""
    begin, end = seen
    over = stays.ended_at <= end
    length = (np.minimum(stays.ended_at, end) - stays.started_at) / MONTH_SECONDS
    lost_at = np.maximum(np.round(length), 1.0)
    last = np.where(over, lost_at, np.floor(length + 1e-9))
    known = np.ceil(np.maximum(begin - stays.started_at, 0.0) / MONTH_SECONDS)
    renewal = np.arange(1, LONGEST_TENURE + 1)
    risk = (renewal > known[:, None]) & (renewal <= last[:, None])
    return risk, risk & over[:, None] & (renewal == lost_at[:, None])


def _counted(
    group: NDArray[np.integer], happened: NDArray[np.bool_], shape: tuple[int, int]
) -> Floats:
    stay, renewal = np.nonzero(happened)
    return group_sums(group[stay], renewal, np.ones(len(stay)), shape)
