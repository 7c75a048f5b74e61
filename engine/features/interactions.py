"""The behaviour log as arrays, and the matrices and counts made from it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


@dataclass(frozen=True, kw_only=True)
class InteractionLog:
    """One row per user, item, event type and day; arrays of shape (n_rows,)."""

    user_row: NDArray[np.int32]
    item_row: NDArray[np.int32]
    event_code: NDArray[np.int8]
    """Index into ``event_types``."""
    at: NDArray[np.int64]
    """Last event of the row [epoch seconds, UTC]."""
    count: NDArray[np.float32]
    rating: NDArray[np.float32]
    """Mean rating; NaN where none was given."""
    positive: NDArray[np.bool_]
    seen: NDArray[np.bool_]
    bot_users: NDArray[np.bool_]
    """Shape (n_users,): users without weight in popularity."""
    event_types: tuple[str, ...]
    n_users: int
    n_items: int
    rating_range: tuple[float, float] | None = None
    """Ends of the scale that ratings are given on; None: the ends found in the rows."""

    def rows(self, keep: NDArray[np.bool_]) -> "InteractionLog":
        """Return the log of the rows where ``keep`` holds."""
        names = ("user_row", "item_row", "event_code", "at", "count", "rating", "positive", "seen")
        return replace(self, **{name: getattr(self, name)[keep] for name in names})

    def before(self, at: int) -> "InteractionLog":
        """Return what was known strictly before ``at`` [epoch seconds]."""
        return self.rows(self.at < at)


def empty_matrix(n_rows: int, n_columns: int) -> sparse.csr_matrix:
    """Return a matrix without entries."""
    none = np.zeros(0, dtype=np.int32)
    shape = (n_rows, n_columns)
    return sparse.csr_matrix((np.zeros(0, dtype=np.float32), (none, none)), shape=shape)


def pair_matrix(log: InteractionLog, keep: NDArray[np.bool_]) -> sparse.csr_matrix:
    """Return the 0/1 matrix (n_users, n_items) of pairs with a kept row."""
    ones = np.ones(int(keep.sum()), dtype=np.float32)
    shape = (log.n_users, log.n_items)
    matrix = sparse.csr_matrix((ones, (log.user_row[keep], log.item_row[keep])), shape=shape)
    matrix.data[:] = 1.0
    return matrix


def popularity(log: InteractionLog, since: int | None = None) -> NDArray[np.float64]:
    """Count the users, bots left out, with a positive on each item from ``since`` on."""
    keep = log.positive & ~log.bot_users[log.user_row]
    if since is not None:
        keep &= log.at >= since
    return np.asarray(pair_matrix(log, keep).sum(axis=0), dtype=np.float64).ravel()
