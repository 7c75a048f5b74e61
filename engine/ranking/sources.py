"""Sources of candidates, all fitted to one log at one moment."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no hints

from engine.features.interactions import InteractionLog, popularity
from engine.features.tables import ItemTable, UserTable
from engine.ranking.cold import hardly_known
from engine.ranking.content import fit_content, fold_in_content
from engine.ranking.facts import DAY, Facts, facts_at, facts_of_others
from engine.ranking.groups import Groups, fit_groups, member_matrix, unknown_users
from engine.ranking.histories import history_of, lateness
from engine.ranking.item_models import (
    Factors,
    fit_als,
    fit_item_to_item,
    fit_sequence,
    fit_together,
    fold_in_als,
    fold_in_item_to_item,
    fold_in_sequence,
    lately,
)
from engine.ranking.new_items import newness
from engine.ranking.settings import RankingSettings

Ints = NDArray[np.int64]

PERSONAL = ("als", "item_to_item", "lately", "latest", "together", "content", "sequence")
LAST_CHOSEN = 3
SHARED = ("popularity", "recent")
NEWCOMING = ("segment", "new_items")
"""For new users, and for new items."""
SOURCES = PERSONAL + SHARED + NEWCOMING


@dataclass(frozen=True, kw_only=True, eq=False)
class State:
    """Everything known before one moment."""

    factors: dict[str, Factors]
    """One per name in ``PERSONAL``, and ``segment``."""
    shared: NDArray[np.float32]
    """Scores in [0, 1] of the sources in ``SHARED``, (2, n_items)."""
    seen: sparse.csr_matrix
    liked: sparse.csr_matrix
    """Positives, the recent ones heavier, (n_users, n_items)."""
    latest: NDArray[np.int64]
    """The ``LAST_CHOSEN`` latest successes of each user, -1 without one, (n_users, 3)."""
    preferences: sparse.csr_matrix
    facts: Facts
    newness: NDArray[np.float32]
    """How new each item is, 0 for one that is not, (n_items,)."""
    groups: Groups
    """Segments and countries whose popularity is counted."""
    cold: NDArray[np.bool_]
    """Users with success at fewer than ``MOMENTS`` moments, (n_users,)."""
    without: tuple[str, ...]
    """Sources and groups of features that are switched off."""


def fit_state(
    log: InteractionLog,
    items: ItemTable,
    at: int,
    settings: RankingSettings,
    seed: int,
    threads: int,
    users: UserTable | None = None,
) -> State:
    """Fit every source to a log that ends before ``at`` [epoch seconds]."""
    users = unknown_users(log.n_users) if users is None else users
    history = history_of(log, at, settings.half_life_days)
    preferences, liked = history.preferences, history.liked
    groups, segment = fit_groups(liked, users, log.bot_users)
    # One BLAS thread: sums keep their order, so results do not depend on the machine's cores.
    with threadpool_limits(1, user_api="blas"):
        item_to_item = fit_item_to_item(history.pairs, liked, settings, threads)
        factors = {
            "als": fit_als(history.above_zero, settings, seed, threads),
            "item_to_item": item_to_item,
            "lately": lately(item_to_item, lateness(log, at)),
            "latest": fold_in_item_to_item(item_to_item, history.latest, threads),
            "together": fit_together(log, history.visit, settings, threads),
            "content": fit_content(preferences, items),
            "segment": segment,
            "sequence": fit_sequence(log),
        }
    recent = popularity(log, since=int(at - settings.recent_days * DAY))
    return State(
        factors=factors,
        shared=np.stack([_unit(popularity(log)), _unit(recent)]),
        seen=history.seen,
        liked=liked,
        latest=_last_chosen(history.latest),
        preferences=preferences,
        facts=facts_at(log, items, history, at),
        newness=newness(log, items, at, settings.new_days),
        groups=groups,
        cold=hardly_known(log),
        without=settings.without,
    )


def fold_in_state(
    state: State,
    log: InteractionLog,
    at: int,
    settings: RankingSettings,
    users: UserTable | None = None,
) -> State:
    """Return the state of the users of another log; nothing is fitted again.

    ``log`` has the items of the state; users of the state are left out.
    """
    history = history_of(log, at, settings.half_life_days)
    users = unknown_users(log.n_users) if users is None else users
    members = member_matrix(state.groups, users)
    with threadpool_limits(1, user_api="blas"):
        # One item model for three sources: its items are turned round once for all profiles.
        profiles = sparse.csr_matrix(sparse.vstack([history.liked, history.latest]))
        both = fold_in_item_to_item(state.factors["item_to_item"], profiles)
        factors = {
            "als": fold_in_als(state.factors["als"], history.above_zero, settings),
            "item_to_item": replace(state.factors["item_to_item"], left=both.left[: log.n_users]),
            "lately": replace(state.factors["lately"], left=both.left[: log.n_users]),
            "latest": replace(state.factors["latest"], left=both.left[log.n_users :]),
            "together": replace(state.factors["together"], left=history.visit),
            "content": fold_in_content(state.factors["content"], history.preferences),
            "segment": replace(state.factors["segment"], left=members),
            "sequence": fold_in_sequence(state.factors["sequence"], log),
        }
    return replace(
        state,
        factors=factors,
        seen=history.seen,
        liked=history.liked,
        latest=_last_chosen(history.latest),
        preferences=history.preferences,
        facts=facts_of_others(state.facts, log, history, at),
        cold=hardly_known(log),
    )


def _last_chosen(latest: sparse.csr_matrix) -> NDArray[np.int64]:
    rows = np.repeat(np.arange(latest.shape[0]), np.diff(latest.indptr))
    order = np.lexsort((-latest.data, rows))
    place = np.arange(len(rows)) - np.searchsorted(rows, rows)
    found = np.full((latest.shape[0], LAST_CHOSEN), -1, dtype=np.int64)
    kept = place < LAST_CHOSEN
    found[rows[kept], place[kept]] = latest.indices[order][kept]
    return found


def _unit(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return (values / max(float(values.max(initial=0.0)), 1.0)).astype(np.float32)
