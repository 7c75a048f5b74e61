"""Lists in an order that weighs relevance against money by one knob."""

import numpy as np
from numpy.typing import NDArray

from engine.ranking.two_stage import ListArrays

Floats = NDArray[np.float64]


def value_ranks(
    lists: ListArrays, probability: Floats, value_cents: Floats, weight: float
) -> NDArray[np.int64]:
    """Return the places, best first, of each user's rows when money weighs ``weight``.

    Parameters
    ----------
    lists : ListArrays
        Candidates of each user, by user.
    probability : ndarray of shape (n_rows,)
        P(success) γ of each row.
    value_cents : ndarray of shape (n_rows,)
        What a success brings [cents].
    weight : float
        0 keeps the order of γ, 1 is money only.

    Returns
    -------
    ndarray of shape (n_rows,)
        New rank of each row, from 1.

    Notes
    -----
    Sorted by γ·(v + λ) with λ = median value · (1 − w)/w.
    """
    if weight <= 0:
        return lists.rank.astype(np.int64)
    middle = float(np.median(value_cents)) if len(value_cents) else 0.0
    worth = probability * (value_cents + middle * (1.0 - weight) / weight)
    order = np.lexsort((lists.rank, -worth, lists.user_row))
    ordered = lists.user_row[order]
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order)) - np.searchsorted(ordered, ordered) + 1
    return ranks
