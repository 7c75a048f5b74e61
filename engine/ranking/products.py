"""Products of sparse matrices that never hold more than is asked for.

Compiled by numba, as `topk` says. A row is worked on by one thread and added up in the order
that scipy keeps, so results are those of scipy, bit for bit, on any number of threads.
"""

from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from engine.ranking.topk import NOTHING, is_worse, on_threads, sink

Floats = NDArray[np.float32]

compiled = njit(nogil=True, cache=True)

ROWS = 64
"""Rows of one piece of work of a thread."""

PLAIN_ROWS = 512
"""Rows of one piece of a product of dense matrices."""

COLUMNS = 32
"""Columns that are added up before they are written to their rows."""


def in_pieces(n_rows: int, threads: int, work: Callable[[int, int], None]) -> None:
    """Call ``work(low, high)`` for pieces of the rows, which do not depend on ``threads``."""
    starts = range(0, n_rows, ROWS)
    on_threads(lambda low: work(low, min(low + ROWS, n_rows)), starts, threads)


def dense_product(left: sparse.csr_matrix, right: sparse.csr_matrix, threads: int = 1) -> Floats:
    """Return ``(left @ right).toarray()``."""
    out = np.zeros((left.shape[0], right.shape[1]), dtype=np.float32)
    ours, theirs = _parts(left), _parts(right)
    in_pieces(left.shape[0], threads, lambda low, high: _add_sparse(low, high, *ours, *theirs, out))
    return out


def plain_product(left: Floats, right: Floats, threads: int = 1) -> Floats:
    """Return ``left @ right``, by pieces that do not depend on ``threads``.

    BLAS has to be limited to one thread by the caller.
    """
    out = np.empty((left.shape[0], right.shape[1]), dtype=np.float32)

    def work(low: int) -> None:
        np.matmul(left[low : low + PLAIN_ROWS], right, out=out[low : low + PLAIN_ROWS])

    on_threads(work, range(0, len(left), PLAIN_ROWS), threads)
    return out


def product_with_sparse(left: Floats, turned: sparse.csr_matrix) -> Floats:
    """Return ``left @ turned.T`` for a dense ``left``."""
    out = np.empty((left.shape[0], turned.shape[0]), dtype=np.float32)
    _times_sparse(np.ascontiguousarray(left.T), *_parts(turned), out)
    return out


def own_weights(pairs: sparse.csr_matrix, inverse: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the diagonal of ``pairs.T @ inverse @ pairs``; ``pairs`` holds nothing but 1.

    Parameters
    ----------
    pairs : csr_matrix of shape (n_users, n_items)
    inverse : ndarray of shape (n_users, n_users)
    """
    _, indices, indptr = _parts(sparse.csr_matrix(pairs.T))
    return np.asarray(_own_weights(indptr, indices, inverse))


def strongest_neighbours(
    visits: sparse.csr_matrix, weight: Floats, scale: Floats, n_best: int, threads: int = 1
) -> sparse.csr_matrix:
    """Return what items share with their strongest neighbours, (n_items, n_items).

    Parameters
    ----------
    visits : csr_matrix of shape (n_visits, n_items)
        1 for each item of a visit.
    weight : ndarray of shape (n_visits,)
        What a visit adds to each pair of its items; above 0.
    scale : ndarray of shape (n_items,)
        What pairs are multiplied by for their second item.
    n_best : int
        Neighbours kept of each item, of equals the first; an item is none of its own.
    """
    n_items = visits.shape[1]
    items = np.full((n_items, n_best), -1, dtype=np.int32)
    values = np.full((n_items, n_best), -np.inf, dtype=np.float32)
    by_item, by_visit = _parts(sparse.csr_matrix(visits.T))[1:], _parts(visits)[1:]
    given = (*by_item, *by_visit, weight, scale)
    in_pieces(n_items, threads, lambda low, high: _strongest(low, high, *given, items, values))
    kept = items >= 0
    indptr = np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int32)
    shape = (n_items, n_items)
    return sparse.csr_matrix((values[kept], items[kept], indptr), shape=shape)


def _parts(matrix: sparse.csr_matrix) -> tuple[Floats, NDArray[np.int32], NDArray[np.int64]]:
    """Return data, indices and indptr as the one kind that the functions are compiled for."""
    return (
        np.require(matrix.data, np.float32, ["C", "W"]),
        np.require(matrix.indices, np.int32, ["C", "W"]),
        np.require(matrix.indptr, np.int64, ["C", "W"]),
    )


@compiled
def _add_sparse(low, high, data, indices, indptr, other, columns, starts, out):  # type: ignore[no-untyped-def]
    for row in range(low, high):
        for place in range(indptr[row], indptr[row + 1]):
            weight, inner = data[place], indices[place]
            for entry in range(starts[inner], starts[inner + 1]):
                out[row, columns[entry]] += weight * other[entry]


@compiled
def _times_sparse(turned, data, indices, indptr, out):  # type: ignore[no-untyped-def]
    """Fill in ``out`` some columns at a time, whose sums keep to the cache."""
    n_users, n_columns = out.shape
    total = np.empty((COLUMNS, n_users), dtype=np.float32)
    for first in range(0, n_columns, COLUMNS):
        last = min(first + COLUMNS, n_columns)
        total[:] = 0.0
        for column in range(first, last):
            sums = total[column - first]
            for place in range(indptr[column], indptr[column + 1]):
                weight, row = data[place], turned[indices[place]]
                for user in range(n_users):
                    sums[user] += weight * row[user]
        for user in range(n_users):
            for column in range(first, last):
                out[user, column] = total[column - first, user]


@compiled
def _own_weights(indptr, indices, inverse):  # type: ignore[no-untyped-def]
    found = np.zeros(len(indptr) - 1, dtype=np.float64)
    spread = np.empty(inverse.shape[0], dtype=np.float64)
    for item in range(len(found)):
        users = indices[indptr[item] : indptr[item + 1]]
        spread[: len(users)] = 0.0
        for user in users:
            row = inverse[user]
            for place in range(len(users)):
                spread[place] += row[users[place]]
        for place in range(len(users)):
            found[item] += spread[place]
    return found


@compiled
def _strongest(  # type: ignore[no-untyped-def]
    low, high, visits, starts_of_item, items, starts, weight, scale, kept, values
):
    total = np.zeros(scale.shape[0], dtype=np.float32)
    met = np.empty(scale.shape[0], dtype=np.int32)
    for item in range(low, high):
        n_met = 0
        for place in range(starts_of_item[item], starts_of_item[item + 1]):
            visit = visits[place]
            for entry in range(starts[visit], starts[visit + 1]):
                other = items[entry]
                if total[other] == 0.0:
                    met[n_met] = other
                    n_met += 1
                total[other] += weight[visit]
        _keep_heaviest(item, met[:n_met], total, scale, kept[item], values[item])


@compiled
def _keep_heaviest(item, met, total, scale, kept, values):  # type: ignore[no-untyped-def]
    """Write the neighbours to keep, by item, and empty ``total``."""
    keys = np.full(kept.shape[0], -NOTHING, dtype=np.int32)
    heap = np.full(kept.shape[0], -np.inf, dtype=np.float32)
    for other in met:
        value = total[other] * scale[other]
        total[other] = 0.0
        if other != item and is_worse(heap[0], keys[0], value, -other):
            heap[0], keys[0] = value, -other
            sink(heap, keys, heap.shape[0])
    n_kept = 0
    for place in np.argsort(-keys):
        # what was never filled has the largest key and so comes last
        if keys[place] != -NOTHING:
            kept[n_kept], values[n_kept] = -keys[place], heap[place]
            n_kept += 1
