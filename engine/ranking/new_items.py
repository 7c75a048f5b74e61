"""Items that are new: published or first seen lately, and hardly chosen yet."""

import numpy as np
from numpy.typing import NDArray

from engine.features.interactions import InteractionLog, popularity
from engine.features.preferences import DAY
from engine.features.tables import NO_TIME, ItemTable

FEW_SUCCESSES = 5
"""An item that as many users chose is no longer new [count]."""

UNDATED = 1e-3
"""Newness of an item of which neither date nor event is known."""


def newness(log: InteractionLog, items: ItemTable, at: int, new_days: float) -> NDArray[np.float32]:
    """Return how new items are at a moment, (n_items,): 1 today, falling to 0 over ``new_days``.

    An item is as old as its publication, else as its first event. It is not new when
    ``FEW_SUCCESSES`` users have chosen it, nor before it is published. One without date
    and event counts as new, behind all whose date is known.
    """
    last = np.iinfo(np.int64).max
    first = np.full(log.n_items, last, dtype=np.int64)
    np.minimum.at(first, log.item_row, log.at)
    born = np.where(items.published_at == NO_TIME, first, items.published_at)
    age_days = (at - np.where(born == last, at, born)) / DAY
    new = np.clip(1.0 - age_days / new_days, 0.0, 1.0)
    new = np.where(born == last, UNDATED, np.where(age_days < 0, 0.0, new))
    return np.where(popularity(log) < FEW_SUCCESSES, new, 0.0).astype(np.float32)


def new_scores(content: NDArray[np.float32], newness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return scores of new items, by taste and alike ones by newness; -inf for all others.

    Parameters
    ----------
    content : ndarray of shape (n_users, n_items)
        Between -1 and 2.
    newness : ndarray of shape (n_items,)
    """
    first = content + np.float32(2.0) + np.float32(0.01) * newness
    return np.where(newness > 0, first, np.float32(-np.inf))
