"""People whom lots put into arms, and what they did month by month since then."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.memberships import MONTH_SECONDS, Stays
from engine.evaluation.usage import Users, Window
from engine.evaluation.weights import group_sums
from engine.tensor import Floats

COMMON_SHARE = 0.01
"""An arm with fewer of the users is an accident, not an arm."""

FEWEST_USERS = 30
"""Users that an arm needs before it is compared."""

MOST_MONTHS = 24
"""Months since the assignment that are told apart; the last one holds all later ones."""

HOLDOUT = "recommendations"
"""Experiment that keeps some users from all lists."""

LIST_EXPERIMENTS = ("policy", HOLDOUT)
"""Experiments whose arms are names of what makes the lists; `none` keeps people from them."""

USER_SHIFT = 34  # seconds since 1970 fit below it until the year 2514


@dataclass(frozen=True, kw_only=True, eq=False)
class ArmLog:
    """Users in one arm of one experiment each; arrays of shape (n_assigned,)."""

    user_row: NDArray[np.int32]
    arm: Floats
    """The number that the arm stands for, or its place among the names."""
    started_at: Floats
    """[epoch seconds, UTC]"""
    ended_at: Floats
    """[epoch seconds, UTC]; infinite while it runs."""
    names: tuple[str, ...] = ()
    """Of arms that are names, in the order of the alphabet."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Arms:
    """Arms large enough to be compared; arrays by user have the shape (n_users,)."""

    values: Floats
    """Numbers that the arms stand for, ascending, of shape (A,)."""
    arm: NDArray[np.int64]
    """Index of the user's arm; -1 for who is in none."""
    started_at: Floats
    """Infinite for who is in none."""
    ended_at: Floats

    @property
    def n_users(self) -> int:
        """Users in all arms."""
        return int((self.arm >= 0).sum())

    def month(self, user_row: NDArray[np.integer], at: Floats) -> NDArray[np.int64]:
        """Return months since the user's assignment, MOST_MONTHS - 1 at most; -1 outside."""
        begin = self.started_at[user_row]
        inside = (self.arm[user_row] >= 0) & (at >= begin) & (at < self.ended_at[user_row])
        month = (at - np.where(inside, begin, at)) // MONTH_SECONDS
        return np.where(inside, np.minimum(month, MOST_MONTHS - 1), -1).astype(np.int64)


def compared(log: ArmLog, users: Users, *, positive: bool) -> Arms | None:
    """Return the arms that can be compared; None with fewer than two.

    Parameters
    ----------
    positive : bool
        Whether an arm of zero or less means nothing, as a price ratio.
    """
    keep = users.counted[log.user_row] & ((log.arm > 0) | (not positive))
    values, which, size = np.unique(log.arm[keep], return_inverse=True, return_counts=True)
    large = (size >= FEWEST_USERS) & (size >= COMMON_SHARE * size.sum())
    if large.sum() < 2:
        return None
    index = np.where(large, np.cumsum(large) - 1, -1)[which]
    n_users, row = len(users.group), log.user_row[keep][index >= 0]
    arm = np.full(n_users, -1, dtype=np.int64)
    started, ended = np.full(n_users, np.inf), np.full(n_users, np.inf)
    arm[row] = index[index >= 0]
    started[row] = log.started_at[keep][index >= 0]
    ended[row] = log.ended_at[keep][index >= 0]
    return Arms(values=values[large], arm=arm, started_at=started, ended_at=ended)


def summed(
    arms: Arms,
    users: Users,
    n_groups: int,
    rows: tuple[NDArray[np.integer], NDArray[np.int64], Floats],
) -> Floats:
    """Return amounts by user group, arm and month, of shape (n_groups, A, MOST_MONTHS).

    Parameters
    ----------
    rows : tuple of ndarray of shape (n_rows,)
        User, month from `Arms.month`, and amount of each row.
    """
    user, month, amount = rows
    keep = month >= 0
    user = user[keep]
    shape = (n_groups, len(arms.values), MOST_MONTHS)
    cell = arms.arm[user] * MOST_MONTHS + month[keep]
    sums = group_sums(users.group[user], cell, amount[keep], (n_groups, shape[1] * shape[2]))
    return sums.reshape(shape)


def time_outside(arms: Arms, stays: Stays, users: Users, window: Window, n_groups: int) -> Floats:
    """Return user-months without a membership, of shape (n_groups, A, MOST_MONTHS).

    Parameters
    ----------
    stays : Stays
        Memberships, of one user never two at a time.
    """
    there = np.flatnonzero(arms.arm >= 0)
    found = []
    for month in range(MOST_MONTHS):
        begin = arms.started_at + month * MONTH_SECONDS
        end = begin + MONTH_SECONDS if month < MOST_MONTHS - 1 else np.full(len(begin), np.inf)
        begin = np.maximum(begin, window.log_begin)
        end = np.minimum(np.minimum(end, arms.ended_at), window.end)
        paid = _overlap(stays, begin, end)
        free = np.maximum(end[there] - begin[there] - paid[there], 0.0) / MONTH_SECONDS
        shape = (n_groups, len(arms.values))
        found.append(group_sums(users.group[there], arms.arm[there], free, shape))
    return np.stack(found, axis=2)


def is_inside(stays: Stays, user_row: NDArray[np.integer], at: Floats) -> NDArray[np.bool_]:
    """Return whether a moment of a user lies inside a membership, of shape (n_rows,)."""
    if len(stays.user_row) == 0:
        return np.zeros(len(user_row), dtype=bool)
    begins = _key(stays.user_row, stays.started_at)
    row = np.searchsorted(begins, _key(user_row, at), side="right") - 1
    last = np.maximum(row, 0)
    own = stays.user_row[last] == user_row
    return np.asarray((row >= 0) & own & (at < stays.ended_at[last]))


def _overlap(stays: Stays, begin: Floats, end: Floats) -> Floats:
    """Return the time of every user's memberships between two moments, of shape (n_users,)."""
    user = stays.user_row
    first = np.maximum(stays.started_at, begin[user])
    time = np.maximum(np.minimum(stays.ended_at, end[user]) - first, 0.0)
    return np.bincount(user, weights=time, minlength=len(begin)).astype(np.float64)


def _key(user_row: NDArray[np.integer], at: Floats) -> NDArray[np.int64]:
    """Return user and second as one number, so that one search finds both."""
    second = np.clip(at, 0, 2**USER_SHIFT - 1).astype(np.int64)
    return (user_row.astype(np.int64) << USER_SHIFT) + second
