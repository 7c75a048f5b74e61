"""What lists are like, whatever people chose: how rare their items are, and how varied."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.evaluation.hits import RankedPairs
from engine.tensor import Floats


def novelty(entries: RankedPairs, users: NDArray[np.integer], popularity: Floats) -> Floats:
    """Return the mean of −log2 of an item's share of all earlier successes, of each user."""
    row = np.searchsorted(users, entries.user_row)
    share = (popularity[entries.item_row] + 1.0) / (float(popularity.sum()) + 1.0)
    listed = np.maximum(np.bincount(row, minlength=len(users)), 1)
    surprise = np.bincount(row, weights=-np.log2(share), minlength=len(users))
    return np.asarray(surprise / listed)


def diversity(
    entries: RankedPairs, users: NDArray[np.integer], profiles: sparse.csr_matrix
) -> Floats:
    """Return how unlike each other the items of each user's list are, of shape (n_users,).

    Parameters
    ----------
    profiles : csr_matrix of shape (n_items, n_attributes)
        Attributes of each item, rows of length 1; empty rows for items without any.

    Notes
    -----
    1 less the mean cosine of all pairs of items that have attributes: 0 when all are
    alike, 1 when no two share anything. With unit rows the cosines of all ordered pairs
    add up to ``|Σ v|² − n``, so that no pair is formed. A list with fewer than two such
    items has 0: nothing in it is told apart.
    """
    described = np.diff(profiles.indptr)[entries.item_row] > 0
    row = np.searchsorted(users, entries.user_row[described])
    n_items = np.bincount(row, minlength=len(users)).astype(np.float64)
    ones = np.ones(len(row), dtype=np.float64)
    member = sparse.csr_matrix((ones, (row, np.arange(len(row)))), shape=(len(users), len(row)))
    total = sparse.csr_matrix(member @ profiles[entries.item_row[described]])
    squared = np.asarray(total.multiply(total).sum(axis=1), dtype=np.float64).ravel()
    pairs = np.maximum(n_items * (n_items - 1.0), 1.0)
    found = np.clip(1.0 - (squared - n_items) / pairs, 0.0, 1.0)
    return np.where(n_items > 1, found, 0.0)
