"""Lists in an order that weighs relevance against money by one knob."""

import numpy as np
from numpy.typing import NDArray

from engine.ranking.lists import ListArrays

Floats = NDArray[np.float64]


def value_of_rows(probability: Floats, value_cents: Floats, weight: float) -> Floats:
    """Return what rows are worth when money weighs ``weight`` [cents], of shape (n_rows,).

    Parameters
    ----------
    probability : ndarray of shape (n_rows,)
        P(success) γ of each row.
    value_cents : ndarray of shape (n_rows,)
        What a success brings [cents].
    weight : float
        Above 0; 1 is money only.

    Notes
    -----
    ``γ·(v + λ)`` with λ = median value · (1 − w)/w.
    """
    middle = float(np.median(value_cents)) if len(value_cents) else 0.0
    return np.asarray(probability * (value_cents + middle * (1.0 - weight) / weight))


def value_ranks(
    lists: ListArrays, probability: Floats, value_cents: Floats, weight: float
) -> NDArray[np.int64]:
    """Return the new rank of each row, from 1, when money weighs ``weight``.

    0 keeps the order of the lists; else rows of a user, which stand together, are sorted
    by `value_of_rows`.
    """
    if weight <= 0:
        return lists.rank.astype(np.int64)
    worth = value_of_rows(probability, value_cents, weight)
    order = np.lexsort((lists.rank, -worth, lists.user_row))
    ordered = lists.user_row[order]
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order)) - np.searchsorted(ordered, ordered) + 1
    return ranks
