"""Lists by chance alone, which others are measured against."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.ranking.fitted import FittedRanker
from engine.ranking.sources import Ints
from engine.ranking.tiles import Tile
from engine.ranking.topk import best_of_rows
from engine.rng import stream


def random_entries(
    fitted: FittedRanker, scored: Tile, exclude: sparse.csr_matrix | None
) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Draw per user, so that a list does not depend on who else is asked for."""
    n_users, n_items = scored.scores.shape[1:]
    draws = np.empty((n_users, n_items), dtype=np.float32)
    for row, user in enumerate(scored.users):
        draws[row] = stream(fitted.seed, "random_list", int(user)).random(n_items)
    closed = None if exclude is None else exclude[scored.users]
    places, scores = best_of_rows(draws, scored.top_items.shape[2], closed)
    rows, place = np.nonzero(np.isfinite(scores))
    return rows, places[rows, place].astype(np.int64), scores[rows, place].astype(np.float64)
