"""The candidates worth the trees: the best of each user by what the trees start from."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.ranking.fitted import FittedRanker
from engine.ranking.pair_features import Features, candidates, pair_features
from engine.ranking.sources import Ints
from engine.ranking.tiles import Tile


def shortlist(fitted: FittedRanker, scored: Tile, k: int) -> tuple[Ints, Ints, Features]:
    """Return rows, items and features of the candidates that trees score, for ``k`` places.

    Notes
    -----
    Ten sources of a hundred name some 700 items a user, and a tree costs as much for the last
    as for the first. On parts of two logs kept out of training, 150 of 420 to 490 candidates
    gave the lists of all of them, but for differences within their noise. All are kept where
    nothing but trees can score.
    """
    rows, items = candidates(scored, fitted.state.without)
    features = pair_features(fitted.state, scored, rows, items)
    if not fitted.ranker.has_starts:
        return rows, items, features
    n_kept = max(fitted.settings.shortlist, 2 * k)
    kept = best_of_each(rows, fitted.ranker.start_scores(features), n_kept)
    if fitted.settings.exploration_share > 0:  # what is explored need not be good
        kept |= fitted.state.newness[items] > 0
    return rows[kept], items[kept], features[kept]


def best_of_each(rows: Ints, scores: NDArray[np.float64], n_kept: int) -> NDArray[np.bool_]:
    """Tell which pairs are among the best ``n_kept`` of their row, ties with the last as well.

    Parameters
    ----------
    rows : ndarray of shape (n_pairs,)
        Ascending.
    """
    kept = np.ones(len(rows), dtype=np.bool_)
    bounds = np.searchsorted(rows, np.arange(int(rows[-1]) + 2 if len(rows) else 1))
    for low, high in pairwise(bounds):
        if high - low > n_kept:
            own = scores[low:high]
            kept[low:high] = own >= np.partition(own, -n_kept)[-n_kept]
    return kept
