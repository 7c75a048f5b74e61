"""Lists made from the earlier part of a log, to be valued on what was shown after it.

Whole lists hold items that a log may never have shown to their user, and of those it tells
nothing. The same policies in the order of what was shown to a user before are what a shop
gets that keeps its choice of candidates and changes their order: a log can value them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation import frames
from engine.evaluation.compare import BASELINE
from engine.evaluation.hits import RankedPairs
from engine.ranking.two_stage import FittedRanker
from engine.tensor import Floats
from engine.workbench.counting import Counted
from engine.workbench.levels import LOWEST_RUNG
from engine.workbench.valuing import MAIN, scores_of_lists

ITEM_BITS = 32
Rows = NDArray[np.integer]


@dataclass(frozen=True, kw_only=True, eq=False)
class ShownPairs:
    """Each item that a list showed to a user, with its scores; arrays of shape (n_pairs,)."""

    user_row: NDArray[np.int32]
    item_row: NDArray[np.int32]
    is_early: NDArray[np.bool_]
    """Whether it was shown before the lists were made."""
    scores: Mapping[str, Floats]
    """Policy -> score, better is higher."""

    def score_of(self, policy: str, user_row: Rows, item_row: Rows) -> Floats:
        """Return scores of pairs, of any shape; NaN where a pair was never shown."""
        key = _keys(self.user_row, self.item_row)  # ascending, as pairs are kept
        asked = _keys(user_row, item_row)
        place = np.minimum(np.searchsorted(key, asked), max(len(key) - 1, 0))
        if len(key) == 0:
            return np.full(asked.shape, np.nan)
        return np.where(key[place] == asked, self.scores[policy][place], np.nan)


@dataclass(frozen=True, kw_only=True, eq=False)
class HeldLists:
    """Lists that saw nothing of the log from one moment on."""

    at: int
    """[epoch seconds, UTC]"""
    n_slots: int
    """Places of a list that the log shows [count]."""
    whole: Mapping[str, RankedPairs]
    """Policy -> its lists out of all items."""
    shown: ShownPairs

    def among_shown(self, policy: str) -> RankedPairs:
        """Return a policy's order of what had been shown to each user before."""
        early, shown = self.shown.is_early, self.shown
        pairs = RankedPairs(
            user_row=shown.user_row[early],
            item_row=shown.item_row[early],
            rank=np.ones(int(early.sum()), dtype=np.int32),
        )
        return in_order(pairs, shown.scores[policy][early], self.n_slots)


def hold_lists(
    counted: Counted,
    held: FittedRanker,
    lists: Mapping[str, RankedPairs],
    popularity: Floats,
    at: int,
) -> HeldLists | None:
    """Return the lists that the log after ``at`` can value; None where it holds no chances.

    Parameters
    ----------
    held : FittedRanker
        A ranker that saw nothing from ``at`` on, as did ``lists``.
    popularity : ndarray of shape (n_items,)
        Of the same part of the log.

    Notes
    -----
    One score for each pair of a user and an item shown: grows with those pairs.
    """
    if counted.rung < LOWEST_RUNG:
        return None
    n_slots = frames.slots_of(counted.shown)
    pairs, is_early = _shown_pairs(counted, at)
    return HeldLists(
        at=at,
        n_slots=n_slots,
        whole={name: _first(entries, n_slots) for name, entries in lists.items()},
        shown=ShownPairs(
            user_row=np.asarray(pairs.user_row, dtype=np.int32),
            item_row=np.asarray(pairs.item_row, dtype=np.int32),
            is_early=is_early,
            scores={
                MAIN: scores_of_lists(held, [pairs])[0],
                BASELINE: popularity[pairs.item_row],
            },
        ),
    )


def in_order(pairs: RankedPairs, score: Floats, k: int) -> RankedPairs:
    """Return the ``k`` items with the best scores of each user; of equals the earlier row."""
    order = np.lexsort((pairs.item_row, -score, pairs.user_row))
    user = pairs.user_row[order]
    rank = np.arange(len(user)) - np.searchsorted(user, user) + 1
    ranked = RankedPairs(user_row=user, item_row=pairs.item_row[order], rank=rank.astype(np.int32))
    return _first(ranked, k)


def _shown_pairs(counted: Counted, at: int) -> tuple[RankedPairs, NDArray[np.bool_]]:
    """Return each item shown to a user, ads left out, and whether it was before ``at``."""
    shown = counted.shown
    organic = ~shown["is_ad"].to_numpy(bool) & shown["item_row"].notna().to_numpy(bool)
    user, item = (
        shown[name].to_numpy(np.float64)[organic].astype(np.int64)
        for name in ("user_row", "item_row")
    )
    early = frames.epoch_seconds(shown["occurred_at"])[organic] < at
    key, first = np.unique(_keys(user, item), return_inverse=True)
    is_early = np.bincount(first, early, len(key)) > 0
    pairs = RankedPairs(
        user_row=(key >> ITEM_BITS).astype(np.int32),
        item_row=(key & ((1 << ITEM_BITS) - 1)).astype(np.int32),
        rank=np.ones(len(key), dtype=np.int32),
    )
    return pairs, np.asarray(is_early)


def _keys(user_row: Rows, item_row: Rows) -> NDArray[np.int64]:
    """Return one whole number for each pair; negative rows are pairs that never were."""
    user, item = np.asarray(user_row, np.int64), np.asarray(item_row, np.int64)
    return np.where(item < 0, np.int64(-1), (user << ITEM_BITS) | np.maximum(item, 0))


def _first(entries: RankedPairs, k: int) -> RankedPairs:
    kept = entries.rank <= k
    return RankedPairs(
        user_row=entries.user_row[kept], item_row=entries.item_row[kept], rank=entries.rank[kept]
    )
