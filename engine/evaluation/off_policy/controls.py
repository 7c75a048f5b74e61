"""What an item earns once it is looked at: the guess that off-policy values correct."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.off_policy.slates import NOTHING, SlateLog
from engine.tensor import Floats

N_FOLDS = 3
PRIOR_LOOKS = 20.0
"""Looks at an item that the mean of all items counts for."""


def examination_of_ranks(log: SlateLog, examination: Floats) -> Floats:
    """Return the examination of each rank in each pattern of ads, (P, J); 0 beyond the last."""
    padded = np.append(examination, 0.0)
    return np.asarray(padded[log.slot_of_rank])


def item_rates(
    log: SlateLog, looked: Floats, fold_of_user: NDArray[np.integer], n_items: int
) -> Floats:
    """Return rewards of each item per look, fitted on the users of the other folds.

    Parameters
    ----------
    looked : ndarray of shape (P, J)
        Examination of each rank in each pattern.
    fold_of_user : ndarray of shape (n_users,)
        0 … N_FOLDS - 1.

    Returns
    -------
    ndarray of shape (N_FOLDS, n_items, S)
    """
    row, rank = np.nonzero(log.item_row != NOTHING)
    size = N_FOLDS * n_items
    cell = fold_of_user[log.user_row[row]].astype(np.int64) * n_items + log.item_row[row, rank]
    looks = _sum_of_others(np.bincount(cell, looked[log.pattern[row], rank], size))
    rates = np.empty((N_FOLDS, n_items, len(log.stats)))
    for stat, reward in enumerate(log.rewards):
        earned = _sum_of_others(np.bincount(cell, reward[row, rank], size))
        whole = looks.sum(axis=1, keepdims=True)
        mean = np.divide(
            earned.sum(axis=1, keepdims=True), whole, out=np.zeros_like(whole), where=whole > 0
        )
        rates[:, :, stat] = (earned + PRIOR_LOOKS * mean) / (looks + PRIOR_LOOKS)
    return rates


def _sum_of_others(flat: NDArray[Any]) -> Floats:
    by_fold = flat.reshape(N_FOLDS, -1)
    return np.asarray(by_fold.sum(axis=0) - by_fold, dtype=np.float64)
