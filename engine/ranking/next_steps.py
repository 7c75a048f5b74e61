"""What users chose last, held out: examples of the next step instead of a later visit."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.features.interactions import InteractionLog

Ints = NDArray[np.int64]

HELD = 3
"""Last new successes of a user that are foretold [count]."""

LEFT = 2
"""Successes that a user keeps at least [count]."""


def users_with_steps(log: InteractionLog) -> Ints:
    """Return the users who chose enough to lose their last choices."""
    chosen = log.rows(log.positive)
    pairs = np.unique(chosen.user_row.astype(np.int64) * log.n_items + chosen.item_row)
    count = np.bincount(pairs // max(log.n_items, 1), minlength=log.n_users)
    return np.flatnonzero(count >= HELD + LEFT)


def hold_out(log: InteractionLog, users: Ints) -> tuple[InteractionLog, sparse.csr_matrix]:
    """Return the log as it was before the last ``HELD`` new successes of ``users``, and those.

    Returns
    -------
    before : InteractionLog
        Without the held items and without anything the users did after the last of them.
    wanted : csr_matrix of shape (n_users, n_items)
        1 for each success held out.

    Notes
    -----
    What a user took in the same visit before the held items stays, and so does all that
    other users did: this is the moment within a visit, not the days before the next one.
    """
    rows = np.flatnonzero(log.positive & np.isin(log.user_row, users))
    rows = rows[np.lexsort((log.item_row[rows], log.at[rows], log.user_row[rows]))]
    key = _pairs(log)
    _, first = np.unique(key[rows], return_index=True)
    first = rows[np.sort(first)]
    user = log.user_row[first]
    later = np.searchsorted(user, user, side="right") - 1 - np.arange(len(user))
    held = first[later < HELD]
    end = np.full(log.n_users, np.iinfo(np.int64).max)
    end[log.user_row[first[later == 0]]] = log.at[first[later == 0]]
    kept = (log.at <= end[log.user_row]) & ~np.isin(key, key[held])
    ones = np.ones(len(held), dtype=np.float32)
    shape = (log.n_users, log.n_items)
    wanted = sparse.csr_matrix((ones, (log.user_row[held], log.item_row[held])), shape=shape)
    return log.rows(kept), wanted


def _pairs(log: InteractionLog) -> Ints:
    return np.asarray(log.user_row.astype(np.int64) * log.n_items + log.item_row)
