"""Users as they were when little was known of them, for the ranker to learn from."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.features.interactions import InteractionLog, pair_matrix

MOMENTS = 6
"""A user with success at fewer moments is hardly known [count]."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Copies:
    """Users of a window, each with the end of its history only."""

    log: InteractionLog
    """The copies are its users, numbered from 0."""
    wanted: sparse.csr_matrix
    """Later successes that the copy does not know, (n_copies, n_items)."""


def hardly_known(log: InteractionLog) -> NDArray[np.bool_]:
    """Return whom the log says little of, of shape (n_users,)."""
    users, at = log.user_row[log.positive], log.at[log.positive]
    order = np.lexsort((at, users))
    users, at = users[order], at[order]
    is_new = np.ones(len(users), dtype=np.bool_)
    is_new[1:] = (users[1:] != users[:-1]) | (at[1:] != at[:-1])
    n_moments = np.bincount(users[is_new], minlength=log.n_users)
    return np.asarray(n_moments < MOMENTS)


def cold_copies(
    before: InteractionLog,
    after: InteractionLog,
    users: NDArray[np.int64],
    rng: np.random.Generator,
) -> Copies:
    """Return copies of ``users`` who seem to have come only a few moments before.

    Notes
    -----
    The history that a copy has forgotten counts for its labels again: what an old customer
    bought long ago is what a new one buys first.
    """
    row_of = np.full(before.n_users, -1, dtype=np.int64)
    row_of[users] = np.arange(len(users))
    moments = rng.integers(0, MOMENTS, len(users))
    known = _renumbered(before, row_of)
    known = known.rows(_moments_from_end(known) < moments[known.user_row])
    later = _renumbered(after, row_of)
    fresh = pair_matrix(later, later.positive)
    wanted = fresh - fresh.multiply(pair_matrix(known, known.seen | known.positive))
    wanted = sparse.csr_matrix(wanted, dtype=np.float32)
    wanted.eliminate_zeros()
    return Copies(log=known, wanted=wanted)


def _renumbered(log: InteractionLog, row_of: NDArray[np.int64]) -> InteractionLog:
    """Return the rows of the users with a new row, under that row."""
    rows = row_of[log.user_row]
    kept = log.rows(rows >= 0)
    n_users = int(row_of.max(initial=-1)) + 1
    own = np.zeros(n_users, dtype=np.bool_)
    own[row_of[row_of >= 0]] = log.bot_users[row_of >= 0]
    return replace(kept, user_row=rows[rows >= 0].astype(np.int32), bot_users=own, n_users=n_users)


def _moments_from_end(log: InteractionLog) -> NDArray[np.int64]:
    """Return how many later moments each row's user had."""
    order = np.lexsort((-log.at, log.user_row))
    users, at = log.user_row[order], log.at[order]
    is_new = np.ones(len(order), dtype=np.bool_)
    is_new[1:] = (users[1:] != users[:-1]) | (at[1:] != at[:-1])
    count = np.cumsum(is_new)
    starts = np.searchsorted(users, users)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = count - count[starts]
    return place
