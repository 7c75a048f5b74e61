"""What each user did before one moment, as the matrices that sources are made from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.features.interactions import InteractionLog, pair_matrix
from engine.features.preferences import DAY, preference_matrix

LATEST_DECAY = 0.9
LATEST_ITEMS = 60
"""Later successes after which one no longer counts as late [count]."""

LATE_SHARE = 0.1
"""Share of the span of the log after which a success is half as late."""

ADDED_SUCCESSES = 5.0
"""Mean successes that are added to those of an item [count]."""


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """Matrices of shape (n_users, n_items)."""

    preferences: sparse.csr_matrix
    """Decayed weight of all events."""
    above_zero: sparse.csr_matrix
    """The same where it speaks for the item."""
    pairs: sparse.csr_matrix
    """1 for each success."""
    liked: sparse.csr_matrix
    """The same, the recent ones heavier."""
    latest: sparse.csr_matrix
    """Successes by how many others the user had since: ``LATEST_DECAY`` for each."""
    visit: sparse.csr_matrix
    """Successes of the user's last day, scaled to length 1."""
    seen: sparse.csr_matrix
    """1 where the item is not recommended again."""


def history_of(log: InteractionLog, at: int, half_life_days: float) -> History:
    """Return the history of a log that ends before ``at`` [epoch seconds]."""
    preferences = preference_matrix(log, at, half_life_days)
    pairs = pair_matrix(log, log.positive)
    return History(
        preferences=preferences,
        above_zero=_above_zero(preferences),
        pairs=pairs,
        liked=_recent_heavier(log, pairs, at, half_life_days),
        latest=_latest(log),
        visit=_last_visit(log),
        seen=pair_matrix(log, log.seen),
    )


def lateness(log: InteractionLog, at: int) -> NDArray[np.float64]:
    """Return the mean decayed weight of each item's successes, (n_items,).

    A success counts half after ``LATE_SHARE`` of the span of the log; an item with few of
    them is drawn towards the mean of all.
    """
    rows = np.flatnonzero(log.positive & ~log.bot_users[log.user_row])
    span = max(at - int(log.at[rows].min()), 1) if len(rows) else 1
    weight = 0.5 ** ((at - log.at[rows]) / (LATE_SHARE * span))
    late = np.bincount(log.item_row[rows], weight, minlength=log.n_items)
    count = np.bincount(log.item_row[rows], minlength=log.n_items)
    mean = late.sum() / max(count.sum(), 1)
    return np.asarray((late + ADDED_SUCCESSES * mean) / (count + ADDED_SUCCESSES))


def _recent_heavier(
    log: InteractionLog, pairs: sparse.csr_matrix, at: int, half_life_days: float
) -> sparse.csr_matrix:
    keep = log.positive
    weight = 0.5 ** (np.maximum(at - log.at[keep], 0) / DAY / half_life_days)
    shape = (log.n_users, log.n_items)
    matrix = sparse.csr_matrix(
        (weight.astype(np.float32), (log.user_row[keep], log.item_row[keep])), shape=shape
    )
    matrix.data = np.minimum(matrix.data, 1.0)
    return sparse.csr_matrix(0.5 * pairs + 0.5 * matrix, dtype=np.float32)


def _latest(log: InteractionLog) -> sparse.csr_matrix:
    chosen = log.rows(log.positive)
    order = np.lexsort((chosen.item_row, chosen.at, chosen.user_row))[::-1]
    users = chosen.user_row[order].astype(np.int64)
    items = chosen.item_row[order].astype(np.int64)
    # from the last row on, the first of a pair is its latest
    _, first = np.unique(users * log.n_items + items, return_index=True)
    first.sort()
    users, items = users[first][::-1], items[first][::-1]
    later = np.searchsorted(users, users, side="right") - 1 - np.arange(len(users))
    kept = later < LATEST_ITEMS
    weight = (LATEST_DECAY ** later[kept]).astype(np.float32)
    return sparse.csr_matrix((weight, (users[kept], items[kept])), (log.n_users, log.n_items))


def _last_visit(log: InteractionLog) -> sparse.csr_matrix:
    chosen = log.rows(log.positive)
    last = np.full(log.n_users, -1, dtype=np.int64)
    np.maximum.at(last, chosen.user_row, chosen.at)
    days = chosen.rows(chosen.at // DAY == last[chosen.user_row] // DAY)
    visit = pair_matrix(days, days.positive)
    count = np.maximum(np.diff(visit.indptr), 1)
    return sparse.csr_matrix(sparse.diags_array(1.0 / np.sqrt(count)) @ visit, dtype=np.float32)


def _above_zero(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    kept = matrix.maximum(0.0).tocsr()
    kept.eliminate_zeros()
    return sparse.csr_matrix(kept, dtype=np.float32)
