"""Where pairs of user and item stand in each source, and how near items are: compiled loops.

Compiled by numba, as `topk` says; nothing here depends on what else is asked for.
"""

import numpy as np
from numpy.typing import NDArray

from engine.ranking.topk import compiled

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

SUMS = 8
"""Sums that numpy keeps beside each other when it adds up a row."""


def standing(scores: Floats, top: Floats, rows: Ints, items: Ints) -> tuple[Floats, Floats]:
    """Return score and rank of pairs in one source.

    Parameters
    ----------
    scores : ndarray of shape (n_users, n_items)
    top : ndarray of shape (n_users, c)
        The best of each row, descending; -inf where there are none left.
    rows, items : ndarray of shape (n_pairs,)

    Returns
    -------
    score : ndarray of shape (n_pairs,)
        1 at the best, 0 at the last one kept, within -1 and 1.5.
    rank : ndarray of shape (n_pairs,)
        ln(1 + those of the best above the item): behind all of them where a source never
        offers it.
    """
    lowest = np.where(np.isfinite(top), top, np.inf).min(axis=1, initial=np.inf)
    low = np.where(np.isfinite(lowest), lowest, 0.0).astype(np.float32)
    high = np.where(np.isfinite(top[:, 0]), top[:, 0], 0.0)
    width = np.maximum(high - low, 1e-9).astype(np.float32)
    log_of = np.log1p(np.arange(top.shape[1] + 1, dtype=np.float32))
    score, rank = np.empty((2, len(rows)), dtype=np.float32)
    _stand(scores, top, rows, items, low, width, log_of, score, rank)
    return score, rank


def nearness(factors: Floats, items: Ints, others: Ints) -> Floats:
    """Return the cosine of items with some others, (n_pairs, n_others).

    Parameters
    ----------
    factors : ndarray of shape (n_factors, n_items)
    items : ndarray of shape (n_pairs,)
    others : ndarray of shape (n_pairs, n_others)
        0 comes back for -1.
    """
    length = np.maximum(np.linalg.norm(factors, axis=0), 1e-9).astype(np.float32)
    near = np.zeros(others.shape, dtype=np.float32)
    _compare(np.ascontiguousarray((factors / length).T), items, others, near)
    return near


@compiled
def _stand(scores, top, rows, items, low, width, log_of, score, rank):  # type: ignore[no-untyped-def]
    for pair in range(rows.shape[0]):
        row = rows[pair]
        value = scores[row, items[pair]]
        share = (value - low[row]) / width[row]
        score[pair] = min(max(share, np.float32(-1.0)), np.float32(1.5))
        first, last = 0, top.shape[1]
        while first < last:
            middle = (first + last) // 2
            if top[row, middle] > value:
                first = middle + 1
            else:
                last = middle
        # compiled to know no NaN, np.isfinite would be true of everything
        rank[pair] = log_of[first] if value > -np.inf else log_of[top.shape[1]]


@compiled
def _compare(unit, items, others, near):  # type: ignore[no-untyped-def]
    n_factors = unit.shape[1]
    whole = n_factors - n_factors % SUMS
    sums = np.zeros(SUMS, dtype=np.float32)
    for pair in range(items.shape[0]):
        own = unit[items[pair]]
        for place in range(others.shape[1]):
            if others[pair, place] < 0:
                continue
            other = unit[others[pair, place]]
            sums[:] = 0.0
            for start in range(0, whole, SUMS):
                for lane in range(SUMS):
                    sums[lane] += own[start + lane] * other[start + lane]
            total = (sums[0] + sums[1]) + (sums[2] + sums[3])
            total += (sums[4] + sums[5]) + (sums[6] + sums[7])
            for factor in range(whole, n_factors):
                total += own[factor] * other[factor]
            near[pair, place] = total
