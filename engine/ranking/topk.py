"""The best items of many users, without a matrix of all users and all items.

Compiled by numba at the first call, which takes some seconds once on a machine: the machine
code is kept beside this file, or in the user's cache where that folder cannot be written.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no hints

Scores = NDArray[np.float32]
Places = NDArray[np.int32]

ROWS, COLUMNS = 512, 512
"""Users and items of one product: 1 MiB of scores, which stays in a core's own cache."""

RUN = 128
"""Scores that are compared with the worst kept one at a time, by vector instructions."""

USERS_AT_ONCE = 2_048
"""Users of one piece of work of a thread."""

ROWS_AT_ONCE = 64
"""Rows of scores of one piece of work of a thread."""

LAST_FIRST, FIRST_FIRST = 1, -1
"""Which of two items with equal scores comes first: the later one or the earlier one."""

NOTHING = np.iinfo(np.int32).max

# No score is NaN: what compares with nothing could not be put in order either.
compiled = njit(nogil=True, cache=True, fastmath={"nnan", "nsz"})


def best_products(
    left: Scores,
    right: Scores,
    n_best: int,
    *,
    exclude: sparse.csr_matrix | None = None,
    threads: int = 1,
) -> tuple[Places, Scores]:
    """Return the items with the largest ``left @ right.T`` for each row of ``left``.

    Parameters
    ----------
    left : ndarray of shape (n_users, n_factors)
    right : ndarray of shape (n_items, n_factors)
    n_best : int
        At least 1; no more than ``n_items`` are returned.
    exclude : csr_matrix of shape (n_users, n_items), optional
        Pairs that are not among the best.
    threads : int
        Changes nothing but the time: a user is worked on by one thread.

    Returns
    -------
    items, scores : ndarray of shape (n_users, min(n_best, n_items))
        Best first; -1 and -inf where a user has fewer items left.

    Notes
    -----
    Equal scores are treated as ``recommend`` of `implicit` does: a later item never takes
    the place of an equal one, of the equal ones the first gives way to a better item, and
    the later stands before the earlier. So a shorter list need not begin a longer one.
    """
    n_best = min(n_best, len(right))
    keys, values = _slots(len(left), n_best)
    if n_best:
        indptr, indices = _closed(exclude, len(left))
        left, right = _plain(left), _plain(right)

        def work(start: int) -> None:
            part = slice(start, start + USERS_AT_ONCE)
            ends = indptr[start : start + USERS_AT_ONCE + 1]
            _best_products(left[part], right, ends, indices, values[part], keys[part])

        with threadpool_limits(1, user_api="blas"):
            on_threads(work, range(0, len(left), USERS_AT_ONCE), threads)
    return np.where(np.isfinite(values), keys, -1), values


def best_of_rows(
    scores: Scores, n_best: int, exclude: sparse.csr_matrix | None = None, threads: int = 1
) -> tuple[Places, Scores]:
    """Return where the largest scores of each row stand, without the last column.

    Parameters
    ----------
    scores : ndarray of shape (n_rows, n_columns)
        The last column stands for what cannot be chosen, and is given where a row has
        fewer than ``n_best`` entries left.
    n_best : int
        At most ``n_columns``.
    exclude : csr_matrix of shape (n_rows, n_columns), optional
        Entries that are not among the best, and neither are those of -inf.
    threads : int
        Changes nothing but the time: a row is worked on by one thread.

    Returns
    -------
    columns, values : ndarray of shape (n_rows, n_best)
        Best first, of equals the first column; -inf where nothing is left.
    """
    keys, values = _slots(len(scores), n_best)
    if n_best:
        indptr, indices = _closed(exclude, len(scores))
        plain = _plain(scores)

        def work(start: int) -> None:
            part = slice(start, start + ROWS_AT_ONCE)
            ends = indptr[start : start + ROWS_AT_ONCE + 1]
            _best_of_rows(plain[part], ends, indices, values[part], keys[part])

        on_threads(work, range(0, len(scores), ROWS_AT_ONCE), threads)
    return np.where(np.isfinite(values), -keys, scores.shape[1] - 1), values


def on_threads(work: Callable[[int], None], starts: Sequence[int], threads: int) -> None:
    """Call ``work`` with each of ``starts``, on this thread where there is no more than one.

    ``work`` must not come here again: it would wait for the threads that wait for it.
    """
    if threads == 1 or len(starts) < 2:
        _call_each(work, starts)
        return
    shares = [starts[first::threads] for first in range(threads)]
    others = [_pool(threads).submit(_call_each, work, share) for share in shares[1:]]
    _call_each(work, shares[0])
    for other in others:
        other.result()


def _call_each(work: Callable[[int], None], starts: Sequence[int]) -> None:
    for start in starts:
        work(start)


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Return threads that are kept, as starting them takes longer than a small tile."""
    return ThreadPoolExecutor(threads - 1, thread_name_prefix="tiles")


def _slots(n_rows: int, n_best: int) -> tuple[Places, Scores]:
    """Return heaps of nothing: worse than every item, whatever the order."""
    keys = np.full((n_rows, n_best), -NOTHING, dtype=np.int32)
    return keys, np.full((n_rows, n_best), -np.inf, dtype=np.float32)


def _plain(array: Scores) -> Scores:
    """Return the array as the one kind that the compiled functions are made for."""
    return np.require(array, np.float32, ["C", "W"])


def _closed(
    exclude: sparse.csr_matrix | None, n_rows: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    if exclude is None:
        return np.zeros(n_rows + 1, dtype=np.int64), np.zeros(0, dtype=np.int32)
    if not exclude.has_sorted_indices:
        exclude = exclude.sorted_indices()
    indices = np.require(exclude.indices, np.int32, ["C", "W"])
    return np.require(exclude.indptr, np.int64, ["C", "W"]), indices


@compiled
def _best_products(left, right, indptr, indices, values, keys):  # type: ignore[no-untyped-def]
    """Keep the best of each row of ``left`` in ``values`` and ``keys``, best first."""
    tile = np.empty(ROWS * COLUMNS, dtype=np.float32)
    for low in range(0, left.shape[0], ROWS):
        high = min(low + ROWS, left.shape[0])
        passed = np.zeros(high - low, dtype=np.int64)
        for first in range(0, right.shape[0], COLUMNS):
            last = min(first + COLUMNS, right.shape[0])
            out = tile[: (high - low) * (last - first)].reshape((high - low, last - first))
            np.dot(left[low:high], right[first:last].T, out)
            for row in range(low, high):
                closed = indices[indptr[row] : indptr[row + 1]]
                passed[row - low] = _keep_best(
                    out[row - low],
                    first,
                    closed,
                    passed[row - low],
                    values[row],
                    keys[row],
                    LAST_FIRST,
                )
        for row in range(low, high):
            _sort(values[row], keys[row])


@compiled
def _best_of_rows(scores, indptr, indices, values, keys):  # type: ignore[no-untyped-def]
    for row in range(scores.shape[0]):
        closed = indices[indptr[row] : indptr[row + 1]]
        _keep_best(scores[row, :-1], 0, closed, 0, values[row], keys[row], FIRST_FIRST)
        _sort(values[row], keys[row])


@compiled
def _keep_best(scores, first, closed, passed, values, keys, order):  # type: ignore[no-untyped-def]
    """Put what is better than the worst kept into the heap; return the closed items passed.

    ``scores`` are of the items from ``first`` on; ``closed`` is sorted. Items come in
    ascending order, so one that equals the worst never takes its place, in either order.
    """
    for start in range(0, scores.shape[0], RUN):
        stop = min(start + RUN, scores.shape[0])
        highest = scores[start]
        for place in range(start, stop):
            highest = max(highest, scores[place])
        if highest <= values[0]:
            continue
        for place in range(start, stop):
            if scores[place] > values[0]:
                item = first + place
                while passed < closed.shape[0] and closed[passed] < item:
                    passed += 1
                if passed == closed.shape[0] or closed[passed] != item:
                    values[0], keys[0] = scores[place], order * item
                    sink(values, keys, values.shape[0])
    return passed


@compiled
def _sort(values, keys):  # type: ignore[no-untyped-def]
    """Turn a heap with the worst on top into a row with the best first."""
    for end in range(values.shape[0] - 1, 0, -1):
        values[0], values[end] = values[end], values[0]
        keys[0], keys[end] = keys[end], keys[0]
        sink(values, keys, end)


@compiled
def sink(values, keys, size):  # type: ignore[no-untyped-def]
    """Move the top of a heap down to where nothing below is worse."""
    value, key = values[0], keys[0]
    place, below = 0, 1
    while below < size:
        beside = below + 1
        if beside < size and is_worse(values[beside], keys[beside], values[below], keys[below]):
            below = beside
        if not is_worse(values[below], keys[below], value, key):
            break
        values[place], keys[place] = values[below], keys[below]
        place, below = below, 2 * below + 1
    values[place], keys[place] = value, key


@compiled
def is_worse(value, key, other_value, other_key):  # type: ignore[no-untyped-def]
    return value < other_value or (value == other_value and key < other_key)
