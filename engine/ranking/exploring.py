"""A bounded share of places for new items, whatever the ranker thinks of them."""

import numpy as np
from numpy.typing import NDArray

from engine.ranking.fitted import FittedRanker
from engine.ranking.sources import SOURCES, Ints
from engine.ranking.tiles import Tile
from engine.rng import stream

EXPLORED_PLACE = 10
"""Place that exploration takes [from 1]."""

FITTING_SCORE = 2.1
"""A new item above it has something in common with the user's taste: 2 is nothing."""


def explore(
    fitted: FittedRanker, scored: Tile, rows: Ints, items: Ints, scores: NDArray[np.float64]
) -> Ints:
    """Raise the scores of some new items to the tenth place; return the entries."""
    share, layer = fitted.settings.exploration_share, SOURCES.index("new_items")
    if share <= 0 or "new_items" in fitted.state.without:
        return np.zeros(0, dtype=np.int64)
    best = scored.top_items[layer], scored.top_scores[layer]
    return raised_to_place(rows, items, scores, explored(*best, scored.users, share, fitted.seed))


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
