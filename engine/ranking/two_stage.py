"""Candidates from several sources, put in order by one ranker."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.errors import UsageError
from engine.features.interactions import InteractionLog
from engine.features.tables import ItemTable, UserTable, attribute_names
from engine.progress import Progress, part, silent
from engine.ranking.exploring import explore
from engine.ranking.fitted import FittedRanker as FittedRanker
from engine.ranking.fitted import causes_of, scores_of, tables_of
from engine.ranking.labels import BLIND, cold_sources
from engine.ranking.lists import ExplainedLists, ListArrays, joined, taken
from engine.ranking.new_items import newness
from engine.ranking.newcomers import train_both, train_newcomers
from engine.ranking.pair_features import FEATURE_NAMES, Features, check_parts, pair_features
from engine.ranking.pool import choose_pool, places_in, pooled_items, pooled_log
from engine.ranking.random_lists import random_entries
from engine.ranking.reasons import Entries, reasons_of
from engine.ranking.settings import RankingSettings
from engine.ranking.shortlist import shortlist
from engine.ranking.sources import SHARED, SOURCES, Ints, fit_state
from engine.ranking.tiles import Tile, tile, tile_of_one
from engine.ranking.tree_paths import CAUSES, LeafTables, cause_of
from engine.ranking.tuning import tuned_trees
from engine.ranking.windows import BATCH, gather_examples

POLICIES = ("ranked", "popularity", "random", *(name for name in SOURCES if name != "popularity"))

LISTS_SHARE = 0.8
"""Share of the time of lists that goes before their reasons are looked for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Found:
    """Entries that lists are cut from, or the lists themselves, for the users of a tile."""

    rows: Ints
    """Rows of the tile."""
    items: Ints
    """Of the pool."""
    scores: NDArray[np.float64]
    sources: NDArray[np.str_]
    features: NDArray[np.float32]
    """Shape (n_entries, 0) where no ranker scored them."""


def fit(
    log: InteractionLog,
    items: ItemTable,
    users: UserTable,
    settings: RankingSettings,
    *,
    until: int | None,
    seed: int,
    threads: int,
    progress: Progress,
) -> FittedRanker:
    """Fit sources and ranker to what happened before ``until`` [epoch seconds], or to all.

    Raises
    ------
    UsageError
        When the settings switch off what does not exist, or every source.
    """
    check_parts(settings.without)
    at = until if until is not None else int(log.at.max(initial=0)) + 1
    log = log.before(at)
    fresh = newness(log, items, at, settings.new_days)
    pool = choose_pool(log, at, settings.pool_size, settings.recent_days, fresh)
    log, pooled = pooled_log(log, pool), pooled_items(items, pool)
    windows = part(progress, 0.0, 0.6)
    lessons = gather_examples(log, pooled, at, settings, seed, threads, windows, users)
    progress(0.6, "ranker")
    settings, trials = tuned_trees(lessons, settings, seed, threads)
    ranker = train_both(lessons, settings, seed, threads)
    newcomers = train_newcomers(ranker, lessons.newcomers, settings, seed, threads)
    progress(0.8, "sources")
    return FittedRanker(
        settings=settings,
        seed=seed,
        at=at,
        n_items=len(items.category),
        pool=pool,
        popularity=SHARED[int(np.argmax(lessons.later.shared_hits))],
        attribute_names=attribute_names(items),
        state=fit_state(log, pooled, at, settings, seed, threads, users),
        ranker=ranker,
        newcomers=newcomers,
        trials=trials,
    )


def recommend(
    fitted: FittedRanker,
    policy: str,
    user_rows: Ints,
    k: int,
    *,
    include_seen: bool = False,
    progress: Progress = silent,
) -> ExplainedLists:
    """Return a list of ``k`` items, or of all that are left, for each user, with reasons."""
    _check((policy,))
    tables = tables_of(fitted)
    lists: list[ListArrays] = []
    entries: list[Entries] = []
    for scored, exclude in _tiles(fitted, (policy,), user_rows, k, include_seen=include_seen):
        progress(LISTS_SHARE * len(lists) * BATCH / max(len(user_rows), BATCH), "lists")
        found, place = _first_places(_entries(fitted, policy, scored, exclude, k), k)
        lists.append(_list(fitted, scored, found, place))
        entries.append(_evidence(fitted, tables, scored, found))
    return _explained(fitted, joined(lists), joined(entries))


def recommend_each(
    fitted: FittedRanker,
    policies: Sequence[str],
    user_rows: Ints,
    k: int,
    *,
    include_seen: bool = False,
) -> dict[str, ListArrays]:
    """Return the lists of several policies; users are scored once for all of them."""
    _check(policies)
    parts: dict[str, list[ListArrays]] = {policy: [] for policy in policies}
    for scored, exclude in _tiles(fitted, policies, user_rows, k, include_seen=include_seen):
        for policy in policies:
            found, place = _first_places(_entries(fitted, policy, scored, exclude, k), k)
            parts[policy].append(_list(fitted, scored, found, place))
    return {policy: joined(found) for policy, found in parts.items()}


def _check(policies: Sequence[str]) -> None:
    for policy in policies:
        if policy not in POLICIES:
            raise UsageError("policy_unknown", policy=policy, policies=", ".join(POLICIES))


def _tiles(
    fitted: FittedRanker,
    policies: Sequence[str],
    user_rows: Ints,
    k: int,
    *,
    include_seen: bool,
) -> Iterator[tuple[Tile, sparse.csr_matrix | None]]:
    """Yield the users in parts, scored, and what is not to be recommended to them."""
    exclude = None if include_seen else fitted.state.seen
    users, n_best = np.asarray(user_rows, dtype=np.int64), max(fitted.settings.candidates, k)
    named = {fitted.popularity if policy == "popularity" else policy for policy in policies}
    # lists of new items are filled with popular ones, which is a second source
    alone = next(iter(named)) if len(named) == 1 and "new_items" not in named else ""
    for part_users in _batches(users):
        if alone in (*SHARED, *fitted.state.factors):
            yield tile_of_one(fitted.state, part_users, n_best, exclude, alone), exclude
        else:
            yield tile(fitted.state, part_users, n_best, exclude), exclude


def _evidence(
    fitted: FittedRanker, tables: tuple[LeafTables, LeafTables], scored: Tile, found: _Found
) -> Entries:
    """Return what the reasons of list entries are chosen from."""
    if found.features.shape[1]:
        causes = causes_of(fitted, tables, scored.users[found.rows], found.features)
    else:
        causes = np.zeros((len(found.rows), len(CAUSES)))
        of_source = {name: CAUSES.index(cause_of(name)) for name in np.unique(found.sources)}
        for name, cause in of_source.items():
            causes[found.sources == name, cause] = 1.0
    return Entries(
        users=scored.users[found.rows],
        items=found.items,
        sources=found.sources,
        causes=causes.astype(np.float32),
    )


def _explained(fitted: FittedRanker, lists: ListArrays, entries: Entries) -> ExplainedLists:
    reasons = reasons_of(
        fitted.state,
        fitted.settings,
        fitted.attribute_names,
        entries,
        is_open=~np.isin(entries.sources, BLIND),
    )
    named = np.where(reasons.item >= 0, np.append(fitted.pool, -1)[reasons.item], -1)
    return ExplainedLists(
        **{name: getattr(lists, name) for name in ListArrays.__dataclass_fields__},
        reason_code=reasons.code,
        reason_item_row=named.astype(np.int32),
        reason_tag=reasons.tag,
        reason_place=reasons.place.astype(np.int32),
        boost=np.full(len(named), np.nan),
    )


def score_pairs(
    fitted: FittedRanker, user_row: NDArray[np.integer], item_row: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Score any pairs on the ranker's scale, also those that are no candidates."""
    items = places_in(fitted.pool, np.asarray(item_row, dtype=np.int64))
    distinct, which = np.unique(np.asarray(user_row, dtype=np.int64), return_inverse=True)
    order = np.argsort(which, kind="stable")
    scores = np.zeros(len(items))
    for start in range(0, len(distinct), BATCH):
        low, high = np.searchsorted(which[order], [start, start + BATCH])
        pairs = order[low:high]
        batch = distinct[start : start + BATCH]
        scored = tile(fitted.state, batch, fitted.settings.candidates, fitted.state.seen)
        features = pair_features(fitted.state, scored, which[pairs] - start, items[pairs])
        scores[pairs] = scores_of(fitted, scored.users[which[pairs] - start], features)
    return scores


def _batches(users: Ints) -> Iterator[Ints]:
    for start in range(0, max(len(users), 1), BATCH):
        yield users[start : start + BATCH]


def _entries(
    fitted: FittedRanker, policy: str, scored: Tile, exclude: sparse.csr_matrix | None, k: int
) -> _Found:
    """Return the entries that the lists are cut from."""
    if policy == "ranked":
        rows, items, features = shortlist(fitted, scored, k)
        scores = scores_of(fitted, scored.users[rows], features)
        sources = _best_sources(fitted, features)
        raised = explore(fitted, scored, rows, items, scores)
        sources[raised] = "new_items"
    elif policy == "random":
        rows, items, scores = random_entries(fitted, scored, exclude)
        sources = np.full(len(rows), policy)
    else:
        name = fitted.popularity if policy == "popularity" else policy
        rows, items, scores, sources = _of_source(name, scored)
        if name == "new_items":
            rows, items, scores, sources = _filled(fitted, scored, (rows, items, scores, sources))
    if policy != "ranked":
        features = np.zeros((len(rows), 0), dtype=np.float32)
    sources = cold_sources(fitted.state, policy, scored.users[rows], sources)
    return _Found(rows=rows, items=items, scores=scores, sources=sources, features=features)


def _best_sources(fitted: FittedRanker, features: Features) -> NDArray[np.str_]:
    """Return the source in use that has each pair at its best place."""
    first_rank = FEATURE_NAMES.index(f"rank_{SOURCES[0]}")
    ranks = features[:, first_rank : first_rank + len(SOURCES)].copy()
    ranks[:, [SOURCES.index(name) for name in SOURCES if name in fitted.state.without]] = np.inf
    best = ranks.argmin(axis=1)
    return np.array(SOURCES)[best] if len(best) else np.zeros(0, dtype="<U12")


Columns = tuple[Ints, Ints, NDArray[np.float64], NDArray[np.str_]]
"""Rows, items, scores and sources of list entries."""


def _of_source(name: str, scored: Tile) -> Columns:
    layer = scored.sources.index(name)
    rows, place = np.nonzero(np.isfinite(scored.top_scores[layer]))
    scores = scored.top_scores[layer][rows, place].astype(np.float64)
    return rows, scored.top_items[layer][rows, place], scores, np.full(len(rows), name)


def _filled(fitted: FittedRanker, scored: Tile, new: Columns) -> Columns:
    """Return lists of new items with popular ones behind them, where they are not new."""
    rows, items, scores, sources = _of_source(fitted.popularity, scored)
    old = fitted.state.newness[items] == 0
    behind = (rows[old], items[old], scores[old] - 2.0, sources[old])
    filled = [np.concatenate(parts) for parts in zip(new, behind, strict=True)]
    return filled[0], filled[1], filled[2], filled[3]


def _first_places(found: _Found, k: int) -> tuple[_Found, Ints]:
    """Return the entries of the best ``k`` of each row, and their places from 0."""
    order = np.lexsort((found.items, -found.scores, found.rows))
    ordered = found.rows[order]
    place = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    kept = place < k
    return taken(found, order[kept]), place[kept]


def _list(fitted: FittedRanker, scored: Tile, found: _Found, place: Ints) -> ListArrays:
    return ListArrays(
        user_row=scored.users[found.rows].astype(np.int32),
        item_row=fitted.pool[found.items].astype(np.int32),
        rank=(place + 1).astype(np.int32),
        score=found.scores,
        source_code=found.sources,
    )
