"""Scores of some users for all items, and the best of each source."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no hints

from engine.ranking.sources import PERSONAL, Ints, State
from engine.ranking.topk import best_of_rows

TIE_BREAK = 1e-6
"""Popularity in [0, 1] times this orders what a source leaves equal."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Tile:
    """Scores of some users for all items, and the best of each source."""

    users: Ints
    scores: NDArray[np.float32]
    """Shape (len(SOURCES), n, n_items)."""
    top_items: Ints
    """Shape (len(SOURCES), n, c), best first."""
    top_scores: NDArray[np.float32]
    """The same shape; -inf where nothing is left to recommend."""


def tile(state: State, users: Ints, n_best: int, exclude: sparse.csr_matrix | None) -> Tile:
    """Score ``users`` for all items; pairs in ``exclude`` are never among the best.

    The last item stands for those outside the pool and is never among the best.
    """
    n_items = state.shared.shape[1]
    tie_break = TIE_BREAK * state.shared[0]
    with threadpool_limits(1, user_api="blas"):
        personal = [state.factors[name].scores(users) + tie_break for name in PERSONAL]
    shared = [np.broadcast_to(row + tie_break, (len(users), n_items)) for row in state.shared]
    scores = np.stack([*personal, *shared])
    closed = None if exclude is None else exclude[users]
    best = [best_of_rows(layer, min(n_best, n_items), closed) for layer in scores]
    return Tile(
        users=users,
        scores=scores,
        top_items=np.stack([items for items, _ in best]).astype(np.int64),
        top_scores=np.stack([values for _, values in best]),
    )
