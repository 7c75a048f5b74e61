"""Ranking metrics with one value per user, and how evenly lists spread over items."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def user_metrics(hits: NDArray[np.bool_], n_relevant: NDArray[np.int64]) -> dict[str, Floats]:
    """Score lists of length k against what each user did next.

    Parameters
    ----------
    hits : ndarray of shape (n_users, k)
        Whether the item at each place is relevant; short lists end in False.
    n_relevant : ndarray of shape (n_users,)
        Relevant items of each user [count], at least 1.

    Returns
    -------
    dict of ndarray of shape (n_users,)
        ``ndcg``, ``recall``, ``map``, ``mrr`` and ``hit_rate``, each in [0, 1].
    """
    k = hits.shape[1]
    discount = 1.0 / np.log2(np.arange(2, k + 2))
    reachable = np.minimum(n_relevant, k)
    first = np.where(hits.any(axis=1), hits.argmax(axis=1) + 1.0, np.inf)
    precision = hits.cumsum(axis=1) / np.arange(1, k + 1)
    return {
        "ndcg": (hits * discount).sum(axis=1) / np.cumsum(discount)[reachable - 1],
        "recall": hits.sum(axis=1) / n_relevant,
        "map": (precision * hits).sum(axis=1) / reachable,
        "mrr": 1.0 / first,
        "hit_rate": hits.any(axis=1).astype(np.float64),
    }


def gini(counts: NDArray[np.integer]) -> float:
    """Return how unevenly counts are spread: 0 when all are alike, 1 when one holds all.

    Parameters
    ----------
    counts : ndarray of shape (n_items,)
        How often each item is listed, items that never are included.

    Notes
    -----
    ``Σ (2i − n − 1) x_i / ((n − 1) Σ x_i)`` over ascending counts. Divided by n − 1, not
    n, so that one item alone makes exactly 1 in a catalogue of any size.
    """
    n_items, total = len(counts), int(counts.sum())
    if n_items < 2 or total == 0:
        return 0.0
    place = 2.0 * np.arange(1, n_items + 1) - n_items - 1.0
    return float((place * np.sort(counts)).sum() / ((n_items - 1.0) * total))


def items_for_half(counts: NDArray[np.integer]) -> int:
    """Return the fewest items that together hold half of all places."""
    reached = np.cumsum(np.sort(counts)[::-1])
    if len(reached) == 0 or reached[-1] == 0:
        return 0
    return int(np.searchsorted(reached, reached[-1] / 2.0)) + 1
