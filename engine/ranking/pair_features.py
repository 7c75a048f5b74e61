"""What the ranker knows of a user and an item."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.ranking.facts import ITEM_FACTS, TASTE_FACTS, USER_FACTS
from engine.ranking.sources import LAST_CHOSEN, PERSONAL, SOURCES, Ints, State
from engine.ranking.tiles import Tile

Features = NDArray[np.float32]

AGREEMENT = ("agreement", "agreement_best", "agreement_both", "proposals")
"""Mean and best score of the personal sources, product of two, sources that propose the item."""

SIMILAR = ("similar_last", "similar_mean", "similar_best")
"""Cosine of the ALS factors with the last success, mean and best of the last few."""

FEATURE_NAMES = (
    *(f"score_{name}" for name in SOURCES),
    *(f"rank_{name}" for name in SOURCES),
    *ITEM_FACTS,
    *USER_FACTS,
    *TASTE_FACTS,
    "touch",
    *AGREEMENT,
    *SIMILAR,
)
FEATURE_GROUPS: Mapping[str, tuple[str, ...]] = {
    "item_popularity": tuple(
        name
        for name in ITEM_FACTS
        if name.startswith("popularity_") and name != "popularity_in_category"
    ),
    "recency": ("trend_short", "trend_long", "age", "last_seen"),
    "item_facts": ("popularity_in_category", "recent_in_category", "price", "rating"),
    "user_facts": USER_FACTS,
    "taste": TASTE_FACTS,
    "touch": ("touch",),
    "agreement": AGREEMENT,
    "similar": SIMILAR,
}
"""Features that are no scores of a source, by what they tell; each can be switched off."""

BOTH = ("als", "item_to_item")
CHUNK = 65_536


def check_parts(without: Sequence[str]) -> None:
    """Refuse to switch off what does not exist, or every source.

    Raises
    ------
    UsageError
        For a name that is neither a source nor a group of features; without any source.
    """
    known = (*SOURCES, *FEATURE_GROUPS)
    unknown = [name for name in without if name not in known]
    if unknown:
        raise UsageError("part_unknown", part=unknown[0], parts=", ".join(known))
    if set(SOURCES) <= set(without):
        raise UsageError("sources_none", sources=", ".join(SOURCES))


def candidates(tile: Tile, without: Sequence[str] = ()) -> tuple[Ints, Ints]:
    """Return rows of the tile and items of the union of the best of the sources in use."""
    n_items = tile.scores.shape[2]
    used = [layer for layer, name in enumerate(SOURCES) if name not in without]
    keys = np.arange(len(tile.users))[None, :, None] * n_items + tile.top_items[used]
    kept = np.unique(keys[np.isfinite(tile.top_scores[used])])
    return kept // n_items, kept % n_items


def pair_features(state: State, tile: Tile, rows: Ints, items: Ints) -> Features:
    """Return the features (n_pairs, len(FEATURE_NAMES)) of pairs of tile row and item.

    A score is normalised to 1 at the source's best item for the user and 0 at its last
    candidate; a rank is ln(1 + candidates of the source above the item). What is switched
    off is 0 for every pair, so that nothing can be learned from it.
    """
    if len(rows) == 0:  # scipy answers an empty question with a matrix, not an array
        return np.zeros((0, len(FEATURE_NAMES)), dtype=np.float32)
    users = tile.users[rows]
    facts = state.facts
    touch = np.asarray(state.preferences[users, items], dtype=np.float32).ravel()
    layers = [_source_features(tile, layer, rows, items) for layer in range(len(SOURCES))]
    features = np.column_stack(
        [
            *(score for score, _ in layers),
            *(rank for _, rank in layers),
            facts.item[items],
            facts.user[users],
            facts.taste(users, items),
            touch,
            _agreement(layers, state.without, tile.top_items.shape[2]),
            _similar(state, users, items),
        ]
    ).astype(np.float32)
    features[:, hidden_columns(state.without)] = 0.0
    return features


def hidden_columns(without: Sequence[str]) -> list[int]:
    """Return the places in ``FEATURE_NAMES`` of what is switched off."""
    hidden = {f"{kind}_{name}" for name in without for kind in ("score", "rank")}
    hidden.update(name for group in without for name in FEATURE_GROUPS.get(group, ()))
    return [place for place, name in enumerate(FEATURE_NAMES) if name in hidden]


def _agreement(
    layers: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]],
    without: Sequence[str],
    n_best: int,
) -> NDArray[np.float32]:
    """Return what several sources say together, (n_pairs, len(AGREEMENT)).

    Sources that are switched off have no voice.
    """
    used = [SOURCES.index(name) for name in PERSONAL if name not in without]
    if not used:
        return np.zeros((len(layers[0][0]), len(AGREEMENT)), dtype=np.float32)
    scores = np.stack([layers[layer][0] for layer in used])
    proposals = sum(
        layers[layer][1] < np.log1p(n_best)
        for layer, name in enumerate(SOURCES)
        if name not in without
    )
    both = np.ones(scores.shape[1], dtype=np.float32)
    for name in BOTH:
        if name not in without:
            both = both * np.maximum(layers[SOURCES.index(name)][0], 0.0)
    return np.column_stack([scores.mean(axis=0), scores.max(axis=0), both, proposals])


def _similar(state: State, users: Ints, items: Ints) -> NDArray[np.float32]:
    """Return how near an item is to the user's last ones, (n_pairs, len(SIMILAR))."""
    if "als" in state.without:
        return np.zeros((len(users), len(SIMILAR)), dtype=np.float32)
    factors = np.asarray(state.factors["als"].right)
    length = np.maximum(np.linalg.norm(factors, axis=0), 1e-9).astype(np.float32)
    near = np.zeros((LAST_CHOSEN, len(users)), dtype=np.float32)
    for start in range(0, len(users), CHUNK):
        part = slice(start, start + CHUNK)
        own = factors[:, items[part]] / length[items[part]]
        for place in range(LAST_CHOSEN):
            last = state.latest[users[part], place]
            other = factors[:, last] / length[last]
            near[place, part] = np.where(last >= 0, (own * other).sum(axis=0), 0.0)
    return np.column_stack([near[0], near.mean(axis=0), near.max(axis=0)])


def _source_features(
    tile: Tile, layer: int, rows: Ints, items: Ints
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    value = tile.scores[layer][rows, items]
    top = tile.top_scores[layer]
    lowest = np.where(np.isfinite(top), top, np.inf).min(axis=1, initial=np.inf)
    low = np.where(np.isfinite(lowest), lowest, 0.0)
    high = np.where(np.isfinite(top[:, 0]), top[:, 0], 0.0)
    width = np.maximum(high - low, 1e-9)
    score = np.clip((value - low[rows]) / width[rows], -1.0, 1.5)
    rank = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), CHUNK):
        part = slice(start, start + CHUNK)
        rank[part] = (top[rows[part]] > value[part, None]).sum(axis=1)
    rank[~np.isfinite(value)] = top.shape[1]  # what a source never offers is behind all it does
    return score.astype(np.float32), np.log1p(rank)
