"""Sources of candidates, all fitted to one log at one moment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no hints

from engine.features.interactions import InteractionLog, pair_matrix, popularity
from engine.features.preferences import preference_matrix
from engine.features.profiles import item_profiles, user_profiles
from engine.features.tables import ItemTable, attributes
from engine.ranking.facts import DAY, Facts, facts_at
from engine.ranking.item_models import Factors, fit_als, fit_item_to_item, fit_sequence
from engine.ranking.settings import RankingSettings

Ints = NDArray[np.int64]

PERSONAL = ("als", "item_to_item", "content", "sequence")
SHARED = ("popularity", "recent")
SOURCES = PERSONAL + SHARED


@dataclass(frozen=True, kw_only=True, eq=False)
class State:
    """Everything known before one moment."""

    factors: dict[str, Factors]
    """One per name in ``PERSONAL``."""
    shared: NDArray[np.float32]
    """Scores in [0, 1] of the sources in ``SHARED``, (2, n_items)."""
    seen: sparse.csr_matrix
    liked: sparse.csr_matrix
    """Positives, the recent ones heavier, (n_users, n_items)."""
    preferences: sparse.csr_matrix
    facts: Facts
    without: tuple[str, ...]
    """Sources and groups of features that are switched off."""


def fit_state(
    log: InteractionLog,
    items: ItemTable,
    at: int,
    settings: RankingSettings,
    seed: int,
    threads: int,
) -> State:
    """Fit every source to a log that ends before ``at`` [epoch seconds]."""
    preferences = preference_matrix(log, at, settings.half_life_days)
    pairs = pair_matrix(log, log.positive)
    liked = _recent_heavier(log, pairs, at, settings.half_life_days)
    profiles = item_profiles(attributes(items))
    # One BLAS thread: sums keep their order, so results do not depend on the machine's cores.
    with threadpool_limits(1, user_api="blas"):
        factors = {
            "als": fit_als(_above_zero(preferences), settings, seed, threads),
            "item_to_item": fit_item_to_item(pairs, liked, settings, threads),
            "content": Factors(
                left=user_profiles(preferences, profiles),
                right=sparse.csr_matrix(profiles.T),
            ),
            "sequence": fit_sequence(log),
        }
    recent = popularity(log, since=int(at - settings.recent_days * DAY))
    return State(
        factors=factors,
        shared=np.stack([_unit(popularity(log)), _unit(recent)]),
        seen=pair_matrix(log, log.seen),
        liked=liked,
        preferences=preferences,
        facts=facts_at(log, items, _above_zero(preferences), at),
        without=settings.without,
    )


def _recent_heavier(
    log: InteractionLog, pairs: sparse.csr_matrix, at: int, half_life_days: float
) -> sparse.csr_matrix:
    keep = log.positive
    weight = 0.5 ** (np.maximum(at - log.at[keep], 0) / DAY / half_life_days)
    shape = (log.n_users, log.n_items)
    matrix = sparse.csr_matrix(
        (weight.astype(np.float32), (log.user_row[keep], log.item_row[keep])), shape=shape
    )
    matrix.data = np.minimum(matrix.data, 1.0)
    return sparse.csr_matrix(0.5 * pairs + 0.5 * matrix, dtype=np.float32)


def _above_zero(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    kept = matrix.maximum(0.0).tocsr()
    kept.eliminate_zeros()
    return sparse.csr_matrix(kept, dtype=np.float32)


def _unit(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return (values / max(float(values.max(initial=0.0)), 1.0)).astype(np.float32)
