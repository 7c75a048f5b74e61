"""A fitted ranker, and what it says of pairs."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.ranking.pair_features import Features
from engine.ranking.ranker import Ranker
from engine.ranking.settings import RankingSettings
from engine.ranking.sources import Ints, State
from engine.ranking.tree_paths import LeafTables, contributions, leaf_tables
from engine.ranking.tuning import Trial


@dataclass(frozen=True, kw_only=True, eq=False)
class FittedRanker:
    """Everything that lists and scores are made from."""

    settings: RankingSettings
    seed: int
    at: int
    """Lists use what happened before [epoch seconds, UTC]."""
    n_items: int
    pool: Ints
    """``item_row`` of the candidates, ascending."""
    popularity: str
    """The shared source that did better inside training: all of time or recent."""
    attribute_names: tuple[str, ...]
    state: State
    ranker: Ranker
    newcomers: Ranker
    """What is added to the scores of users who are hardly known; nothing without trees."""
    trials: tuple[Trial, ...] = ()
    """What was tried before ``settings`` were settled."""


def scores_of(fitted: FittedRanker, users: Ints, features: Features) -> NDArray[np.float64]:
    """Return the scores of pairs by the trees for all, and by those for the hardly known."""
    scores = fitted.ranker.scores(features)
    cold = fitted.state.cold[users]
    if fitted.newcomers.boosters:
        scores[cold] += fitted.newcomers.scores(features[cold])
    return scores


def tables_of(fitted: FittedRanker) -> tuple[LeafTables, LeafTables]:
    """Return what `causes_of` needs, made once for any number of pairs."""
    return _tables_of(fitted.ranker), _tables_of(fitted.newcomers)


@lru_cache(maxsize=4)
def _tables_of(ranker: Ranker) -> LeafTables:
    """Return the tables of a ranker, which never changes.

    Walking all trees takes longer than a list: the list of one user must not wait for it.
    """
    return leaf_tables(ranker)


def causes_of(
    fitted: FittedRanker, tables: tuple[LeafTables, LeafTables], users: Ints, features: Features
) -> NDArray[np.float64]:
    """Return what each of ``CAUSES`` adds to the score of pairs, (n_pairs, len(CAUSES))."""
    parts = contributions(fitted.ranker, tables[0], features)
    cold = fitted.state.cold[users]
    if fitted.newcomers.boosters:
        parts[cold] += contributions(fitted.newcomers, tables[1], features[cold])
    return parts
