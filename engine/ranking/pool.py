"""The items that can become candidates, renumbered."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.features.interactions import InteractionLog, empty_matrix, popularity
from engine.features.preferences import DAY
from engine.features.tables import NO_TIME, ItemTable

RECENT_WEIGHT = 3.0
"""How much a recent success weighs beside one of any time when the pool is chosen."""


NEW_SHARE = 20
"""One place of the pool in so many is kept for new items."""


def choose_pool(
    log: InteractionLog, at: int, size: int, recent_days: float, newness: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Return the sorted ``item_row`` of the ``size`` items with most, and most recent, success.

    Parameters
    ----------
    newness : ndarray of shape (n_items,)
        Above 0 for new items, larger for newer ones: the newest have places of their own,
        since success is what they cannot have yet.
    """
    if log.n_items <= size:
        return np.arange(log.n_items)
    recent = popularity(log, since=int(at - recent_days * DAY))
    weight = popularity(log) + RECENT_WEIGHT * recent
    newest = np.argsort(-newness, kind="stable")[: size // NEW_SHARE]
    weight[newest[newness[newest] > 0]] = np.inf
    return np.sort(np.argsort(-weight, kind="stable")[:size])


def places_in(pool: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each item stands in the pool; ``len(pool)`` for one outside it."""
    place = np.searchsorted(pool, items)
    inside = (place < len(pool)) & (pool[np.minimum(place, max(len(pool) - 1, 0))] == items)
    return np.where(inside, place, len(pool)).astype(np.int64)


def pooled_log(log: InteractionLog, pool: NDArray[np.int64]) -> InteractionLog:
    """Return the log of the pool; the last of its ``n_items`` stands for all others, empty."""
    place = places_in(pool, log.item_row.astype(np.int64))
    kept = log.rows(place < len(pool))
    rows = place[place < len(pool)].astype(np.int32)
    return replace(kept, item_row=rows, n_items=len(pool) + 1)


def pooled_items(items: ItemTable, pool: NDArray[np.int64]) -> ItemTable:
    """Return the table of the pool and, last, of an item of which nothing is known."""
    blank = empty_matrix(1, len(items.tag_names))
    return replace(
        items,
        category=np.append(items.category[pool], np.int32(-1)),
        tags=sparse.csr_matrix(sparse.vstack([items.tags[pool], blank])),
        price=np.append(items.price[pool], np.nan),
        published_at=np.append(items.published_at[pool], np.int64(NO_TIME)),
        meaning=np.pad(items.meaning[pool], ((0, 1), (0, 0))),
    )
