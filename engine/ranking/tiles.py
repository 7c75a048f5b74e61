"""Scores of some users for all items, and the best of each source."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no hints

from engine.ranking.sources import PERSONAL, Ints, State

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
    best = [_best(layer, min(n_best, n_items), users, exclude) for layer in scores]
    return Tile(
        users=users,
        scores=scores,
        top_items=np.stack([items for items, _ in best]),
        top_scores=np.stack([values for _, values in best]),
    )


def _best(
    scores: NDArray[np.float32], n_best: int, users: Ints, exclude: sparse.csr_matrix | None
) -> tuple[Ints, NDArray[np.float32]]:
    open_scores = scores.copy()
    open_scores[:, -1] = -np.inf
    if exclude is not None:
        rows = exclude[users]
        open_scores[np.repeat(np.arange(len(users)), np.diff(rows.indptr)), rows.indices] = -np.inf
    part = np.argpartition(-open_scores, n_best - 1, axis=1)[:, :n_best]
    values = np.take_along_axis(open_scores, part, axis=1)
    order = np.lexsort((part, -values), axis=1)
    return np.take_along_axis(part, order, axis=1), np.take_along_axis(values, order, axis=1)
