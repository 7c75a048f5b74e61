"""Items that are new: published or first seen lately, and hardly chosen yet."""

import numpy as np
from numpy.typing import NDArray

from engine.features.interactions import InteractionLog, popularity
from engine.features.preferences import DAY
from engine.features.tables import NO_TIME, ItemTable
from engine.rng import stream

FEW_SUCCESSES = 5
"""An item that as many users chose is no longer new [count]."""

EXPLORED_PLACE = 10
"""Place that exploration takes [from 1]."""

FITTING_SCORE = 2.1
"""A new item above it has something in common with the user's taste: 2 is nothing."""

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


def explored(
    top_items: NDArray[np.int64],
    top_scores: NDArray[np.float32],
    users: NDArray[np.int64],
    share: float,
    seed: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw lists that get a new item at their tenth place; return their rows, and the items.

    Parameters
    ----------
    top_items, top_scores : ndarray of shape (n_users, c)
        New items, best first; -inf where there are none left.
    users : ndarray of shape (n_users,)
        A user's draw does not depend on who else is asked for.
    share : float
        Share of all places that may go to new items, at most one place in ``EXPLORED_PLACE``.

    Notes
    -----
    Only items whose content fits the user are drawn, the better ones more often: by the
    inverse of their place, so that each of them is met by somebody.
    """
    rows, items = [], []
    for row, user in enumerate(users):
        fits = int((top_scores[row] > FITTING_SCORE).sum())
        rng = stream(seed, "explored", int(user))
        if fits == 0 or rng.random() >= share * EXPLORED_PLACE:
            continue
        weight = 1.0 / np.arange(1, fits + 1)
        place = int(np.searchsorted(np.cumsum(weight), rng.random() * weight.sum()))
        rows.append(row)
        items.append(int(top_items[row, min(place, fits - 1)]))
    return np.array(rows, dtype=np.int64), np.array(items, dtype=np.int64)


def raised_to_place(
    rows: NDArray[np.int64],
    items: NDArray[np.int64],
    scores: NDArray[np.float64],
    drawn: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> NDArray[np.int64]:
    """Put drawn items at the tenth place of their row, unless they stand higher.

    ``scores`` is changed in place: a drawn item gets the next score above the tenth's.

    Parameters
    ----------
    rows, items, scores : ndarray of shape (n_entries,)
        Sorted by row and item; every drawn pair is among them.

    Returns
    -------
    ndarray
        The entries that were raised.
    """
    raised = []
    for row, item in zip(*drawn, strict=True):
        low, high = np.searchsorted(rows, [row, row + 1])
        if high - low < EXPLORED_PLACE:
            continue
        entry = int(low + np.searchsorted(items[low:high], item))
        tenth = np.partition(scores[low:high], -EXPLORED_PLACE)[-EXPLORED_PLACE]
        if scores[entry] < tenth:
            scores[entry] = np.nextafter(tenth, np.inf)
            raised.append(entry)
    return np.array(raised, dtype=np.int64)
