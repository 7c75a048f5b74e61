"""Cutting a log into what is learned from and what is foreseen."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import NotEnoughDataError
from engine.evaluation.hits import Pairs
from engine.features.interactions import InteractionLog
from engine.rng import stream

Method = Literal["global_time", "from", "leave_one_out"]

FEWEST_OWN = 3
"""New items a user must have for the last of them to be held out."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """A log cut in two."""

    method: Method
    at: int | None
    """Where the log is cut [epoch seconds, UTC]; None where each user has a cut of her own."""
    train: InteractionLog
    test: Pairs
    """New items that users with an earlier success chose later, each pair once."""

    @property
    def users(self) -> NDArray[np.int64]:
        """Users with something to foresee, ascending."""
        return np.unique(self.test.user_row).astype(np.int64)


def of_some_users(split: Split, most: int, seed: int) -> Split:
    """Return the split with the test of at most ``most`` users, drawn by the seed alone.

    Lists of every policy are made for these users only. Intervals already say what a
    sample leaves open: with 20,000 users they are a tenth as wide as with 200.
    """
    users = split.users
    if len(users) <= most:
        return split
    drawn = stream(seed, "judged_users").permutation(users)[:most]
    kept = np.isin(split.test.user_row, drawn)
    test = Pairs(user_row=split.test.user_row[kept], item_row=split.test.item_row[kept])
    return replace(split, test=test)


def time_before_last(log: InteractionLog, share: float) -> int:
    """Return the moment [epoch seconds] from which on the last ``share`` of events lie.

    Raises
    ------
    NotEnoughDataError
        When all events have one time: nothing comes before anything.
    """
    order = np.argsort(log.at, kind="stable")
    before = np.cumsum(log.count[order], dtype=np.float64)
    if len(order) == 0 or log.at.min() == log.at.max():
        raise NotEnoughDataError("no_time_to_split")
    place = int(np.searchsorted(before, (1.0 - share) * before[-1], side="right"))
    at = int(log.at[order][min(place, len(order) - 1)])
    return max(at, int(log.at.min()) + 1)


def split_at(log: InteractionLog, at: int, method: Method = "from") -> Split:
    """Return the log cut at one moment for all [epoch seconds].

    Raises
    ------
    NotEnoughDataError
        When nobody with a success before chose anything new after.
    """
    train = log.before(at)
    later = log.rows((log.at >= at) & log.positive)
    return Split(method=method, at=at, train=train, test=_checked(_unseen(later, train)))


def split_by_time(log: InteractionLog, share: float) -> Split:
    """Return the log cut so that the last ``share`` of its events are foreseen."""
    return split_at(log, time_before_last(log, share), "global_time")


def leave_one_out(log: InteractionLog, seed: int) -> Split:
    """Hold out the last new success of each user, with all that the user did afterwards.

    Users with fewer than three new items keep everything. Ties are broken at random.
    """
    first = _first_successes(log, seed)
    per_user = np.bincount(log.user_row[first], minlength=log.n_users)
    first = first[per_user[log.user_row[first]] >= FEWEST_OWN]
    last = np.full(log.n_users, -1, dtype=np.int64)
    last[log.user_row[first]] = first  # ascending by time: the last assignment stays
    held = last[log.user_row]
    item = np.where(held >= 0, log.item_row[held], -1)
    keep = (held < 0) | ((log.at <= log.at[held]) & (log.item_row != item))
    train = log.rows(keep)
    test = _unseen(log.rows(np.isin(np.arange(len(log.at)), last[last >= 0])), train)
    return Split(method="leave_one_out", at=None, train=train, test=_checked(test))


def _first_successes(log: InteractionLog, seed: int) -> NDArray[np.int64]:
    """Return the first positive row of each pair, ascending by time."""
    rows = np.flatnonzero(log.positive)
    tie = stream(seed, "leave_one_out").random(len(rows))
    rows = rows[np.lexsort((tie, log.at[rows]))]
    pair = log.user_row[rows].astype(np.int64) * log.n_items + log.item_row[rows]
    earliest: NDArray[np.int64] = np.sort(np.unique(pair, return_index=True)[1])
    return np.asarray(rows[earliest], dtype=np.int64)


def _unseen(later: InteractionLog, train: InteractionLog) -> Pairs:
    """Return later pairs that are new to users with an earlier success."""
    n_items = max(later.n_items, 1)
    wanted, known = (
        np.unique(log.user_row.astype(np.int64) * n_items + log.item_row) for log in (later, train)
    )
    fresh = np.setdiff1d(wanted, known, assume_unique=True)
    has_history = np.zeros(train.n_users, dtype=bool)
    has_history[train.user_row[train.positive]] = True
    fresh = fresh[has_history[fresh // n_items]]
    return Pairs(user_row=fresh // n_items, item_row=fresh % n_items)


def _checked(test: Pairs) -> Pairs:
    if len(test.user_row) == 0:
        raise NotEnoughDataError("nothing_to_foresee")
    return test
