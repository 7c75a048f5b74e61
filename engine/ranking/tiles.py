"""Scores of some users for all items, and the best of each source."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no hints

from engine.ranking.new_items import new_scores
from engine.ranking.sources import PERSONAL, SHARED, SOURCES, Ints, State
from engine.ranking.topk import Places, Scores, best_of_rows, best_products

TIE_BREAK = 1e-6
"""Popularity in [0, 1] times this orders what a source leaves equal."""

THREADS = 2
"""A user is worked on by one thread, so that their number changes nothing but the time."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Tile:
    """Scores of some users for all items, and the best of each source."""

    users: Ints
    scores: NDArray[np.float32]
    """Shape (len(SOURCES), n, n_items); (0, n, n_items) when only lists are asked for."""
    sources: Sequence[str]
    """What the first axis of the next two stands for: ``SOURCES``, or one of them."""
    top_items: Ints
    """Shape (len(sources), n, c), best first."""
    top_scores: NDArray[np.float32]
    """The same shape; -inf where nothing is left to recommend."""


def tile(state: State, users: Ints, n_best: int, exclude: sparse.csr_matrix | None) -> Tile:
    """Score ``users`` for all items; pairs in ``exclude`` are never among the best.

    The last item stands for those outside the pool and is never among the best.
    """
    n_items = state.shared.shape[1]
    tie_break = TIE_BREAK * state.shared[0]
    scores = np.empty((len(SOURCES), len(users), n_items), dtype=np.float32)
    with threadpool_limits(1, user_api="blas"):
        for name in (*PERSONAL, "segment"):
            own = state.factors[name].scores(users)
            if name == "content":
                fresh = np.flatnonzero(state.newness > 0)
                new = new_scores(own[:, fresh], state.newness[fresh])
            np.add(own, tie_break, out=scores[SOURCES.index(name)])
    for name in SHARED:
        scores[SOURCES.index(name)] = state.shared[SHARED.index(name)] + tie_break
    scores[-1] = -np.inf
    scores[-1][:, fresh] = new + tie_break[fresh]
    closed = None if exclude is None else exclude[users]
    best = [best_of_rows(layer, min(n_best, n_items), closed, THREADS) for layer in scores]
    return Tile(
        users=users,
        scores=scores,
        sources=SOURCES,
        top_items=np.stack([items for items, _ in best]).astype(np.int64),
        top_scores=np.stack([values for _, values in best]),
    )


def tile_of_one(
    state: State, users: Ints, n_best: int, exclude: sparse.csr_matrix | None, source: str
) -> Tile:
    """Find the best of one source alone, as `tile` does but for rounding."""
    n_items = state.shared.shape[1]
    items, scores = _best_of_one(
        state, users, min(n_best, n_items), None if exclude is None else exclude[users], source
    )
    return Tile(
        users=users,
        scores=np.zeros((0, len(users), n_items), dtype=np.float32),
        sources=(source,),
        top_items=items[None].astype(np.int64),
        top_scores=scores[None],
    )


def _best_of_one(
    state: State, users: Ints, n_best: int, closed: sparse.csr_matrix | None, source: str
) -> tuple[Places, Scores]:
    tie_break = TIE_BREAK * state.shared[0]
    if source in SHARED:
        row = state.shared[SHARED.index(source)] + tie_break
        return best_of_rows(np.tile(row, (len(users), 1)), n_best, closed)
    factors = state.factors[source]
    if source != "als":
        with threadpool_limits(1, user_api="blas"):
            return best_of_rows(factors.scores(users) + tie_break, n_best, closed)
    # One factor more, which all users share, carries the tie break into the product.
    left = np.column_stack([np.asarray(factors.left)[users], np.ones(len(users), np.float32)])
    right = np.column_stack([np.asarray(factors.right).T, tie_break])
    items, scores = best_products(left, right[:-1], n_best, exclude=closed)
    return np.where(items < 0, len(right) - 1, items), scores
