"""What the ranker knows of a user and an item."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.ranking.facts import ITEM_FACTS, TASTE_FACTS, USER_FACTS
from engine.ranking.needs import NEED_FACTS
from engine.ranking.sources import PERSONAL, SOURCES, Ints, State
from engine.ranking.standings import nearness, standing
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
    "taste": tuple(name for name in TASTE_FACTS if name not in NEED_FACTS),
    "needs": NEED_FACTS,
    "touch": ("touch",),
    "agreement": AGREEMENT,
    "similar": SIMILAR,
}
"""Features that are no scores of a source, by what they tell; each can be switched off."""

BOTH = ("als", "item_to_item")


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
    is_kept = np.zeros((len(tile.users), n_items), dtype=np.bool_)
    for layer in used:
        rows, place = np.nonzero(np.isfinite(tile.top_scores[layer]))
        is_kept[rows, tile.top_items[layer][rows, place]] = True
    kept_rows, kept_items = np.nonzero(is_kept)
    return kept_rows, kept_items


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
    layers = [
        standing(tile.scores[layer], tile.top_scores[layer], rows, items)
        for layer in range(len(SOURCES))
    ]
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
    columns = [scores.mean(axis=0), scores.max(axis=0), both, np.asarray(proposals, np.float32)]
    return np.column_stack(columns)


def _similar(state: State, users: Ints, items: Ints) -> NDArray[np.float32]:
    """Return how near an item is to the user's last ones, (n_pairs, len(SIMILAR))."""
    if "als" in state.without:
        return np.zeros((len(users), len(SIMILAR)), dtype=np.float32)
    near = nearness(np.asarray(state.factors["als"].right), items, state.latest[users])
    return np.column_stack([near[:, 0], near.T.mean(axis=0), near.max(axis=1)])
