"""The lists of today in another order: what a log of shuffled lists tells best."""

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.off_policy.exploration import (
    UNKNOWN,
    kept_lists,
    other_kept_list,
    recognise,
)
from engine.evaluation.off_policy.slates import NO_ITEM, NOTHING, SlateLog, Target
from engine.tensor import Floats


def lists_of_today(log: SlateLog) -> NDArray[np.int32]:
    """Return what each list would have held without exploration, of shape (n, J).

    Read off the same person's nearest other list that was not shuffled: the list itself
    would tell how it was drawn. ``NO_ITEM`` where there is no such list.
    """
    exploration = recognise(log)
    reference = other_kept_list(log, kept_lists(log, exploration))
    items = log.item_row[np.maximum(reference, 0)]
    known = (reference != UNKNOWN)[:, None] & (items != NOTHING)
    return np.where(known, items, np.int32(NO_ITEM)).astype(np.int32)


def reordered(policy: str, items: NDArray[np.int32], score: Floats) -> Target:
    """Return each list with its own items, the best score first.

    Parameters
    ----------
    items : ndarray of shape (n, J)
        As ``lists_of_today`` gives them.
    score : ndarray of shape (n, J)
        NaN for an item that the policy does not know, which goes behind all others.

    Notes
    -----
    Equal scores keep the order of today, and with all scores equal nothing changes.
    """
    known = np.where(np.isnan(score), -np.inf, score)
    empty = items == NO_ITEM
    place = np.broadcast_to(np.arange(items.shape[1]), items.shape)
    order = np.lexsort((place, -known, empty), axis=1)
    return Target(policy=policy, item_row=np.take_along_axis(items, order, axis=1), per_list=True)
