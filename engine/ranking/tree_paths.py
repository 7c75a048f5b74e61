"""What each cause adds to a score: the paths that a pair takes through the trees.

On its way from root to leaf a pair changes the expected score at every split; the change is
put down to the cause that the feature speaks of. The parts add up to the score exactly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.ranking.pair_features import FEATURE_NAMES, Features
from engine.ranking.ranker import MEAN_FEATURES, SCORING_THREADS, Ranker

Floats = NDArray[np.float64]
Node = Mapping[str, Any]
"""A node of a tree as LightGBM writes it."""

CAUSES = (
    "als", "item_to_item", "sequence", "content", "popularity", "trend", "new", "rating",
    "touch", "price", "habits", "agreement", "other",
)  # fmt: skip
"""What features speak of; finer than the groups that can be switched off."""

OF_FACTS: Mapping[str, str] = {
    "lately": "item_to_item",
    "latest": "item_to_item",
    "together": "item_to_item",
    "similar_last": "als",
    "similar_mean": "als",
    "similar_best": "als",
    "agreement_best": "agreement",
    "agreement_both": "agreement",
    "proposals": "agreement",
    "late_affinity": "content",
    "late_lift": "content",
    "need": "content",
    "need_rate": "content",
    "category_last_seen": "content",
    "category_items": "content",
    "recent_in_category": "popularity",
    "recent": "popularity",
    "segment": "popularity",
    "new_items": "new",
    "last_seen": "popularity",
    "trend_short": "trend",
    "trend_long": "trend",
    "age": "new",
    "affinity": "content",
    "lift": "content",
    "activity": "habits",
    "user_last_seen": "habits",
    "user_popularity": "habits",
    "popularity_distance": "habits",
}
"""Feature, or source of a feature -> cause, where the names differ."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LeafTables:
    """What a pair in a leaf of a tree gets from each cause; one table per booster."""

    by_leaf: tuple[Floats, ...]
    """Each of shape (n_trees, n_leaves, len(CAUSES))."""


def cause_of(feature: str) -> str:
    """Return the cause that a feature speaks of; ``other`` for one that no sentence speaks of."""
    name = feature.removeprefix("score_").removeprefix("rank_")
    name = OF_FACTS.get(name, name)
    if name.startswith("popularity"):
        return "popularity"
    return name if name in CAUSES else "other"


def leaf_tables(ranker: Ranker) -> LeafTables:
    """Return the tables of a ranker, made once for any number of pairs."""
    cause = np.array([CAUSES.index(cause_of(name)) for name in FEATURE_NAMES])
    return LeafTables(by_leaf=tuple(_table(b.dump_model(), cause) for b in ranker.boosters))


def contributions(ranker: Ranker, tables: LeafTables, features: Features) -> Floats:
    """Return what each cause adds to the score of each pair.

    Returns
    -------
    ndarray of shape (n_pairs, len(CAUSES))
        Above 0 where the cause puts the pair above the mean example of the training; a
        row adds up to the score less the score of that mean. Of two kinds of trees each
        counts by how likely the pair is chosen on its occasion (``Ranker.weights``).

    Notes
    -----
    Exact Shapley values (``pred_contrib``) name the same strongest cause for 97 % of the
    rows of lists, and take sixty times as long: 0.25 ms of a core for each of them.
    """
    total = np.zeros((len(features), len(CAUSES)))
    if len(features) == 0:
        return total
    if not ranker.boosters:
        for name in MEAN_FEATURES:
            column = features[:, FEATURE_NAMES.index(name)]
            total[:, CAUSES.index(cause_of(name))] += column / len(MEAN_FEATURES)
        return total
    weights = ranker.weights(features)
    for start, weight in zip(ranker.starts, weights, strict=bool(ranker.starts)):
        for place, part in start.parts(features):
            total[:, CAUSES.index(cause_of(FEATURE_NAMES[place]))] += part * weight
    for booster, table, weight in zip(ranker.boosters, tables.by_leaf, weights, strict=True):
        leaf = np.asarray(booster.predict(features, pred_leaf=True, num_threads=SCORING_THREADS))
        leaf = leaf.reshape(len(features), -1).astype(np.int64)
        for tree in range(leaf.shape[1]):
            total += table[tree, leaf[:, tree]] * weight[:, None]
    return total


def _table(model: Mapping[str, Any], cause: NDArray[np.int64]) -> Floats:
    trees = model["tree_info"]
    n_leaves = max((int(tree["num_leaves"]) for tree in trees), default=1)
    table = np.zeros((len(trees), max(n_leaves, 1), len(CAUSES)))
    for number, tree in enumerate(trees):
        _walk(tree["tree_structure"], np.zeros(len(CAUSES)), table[number], cause)
    return table


def _walk(node: Node, gained: Floats, table: Floats, cause: NDArray[np.int64]) -> None:
    """Fill in the leaves below a node, which was reached with ``gained`` of each cause."""
    if "split_feature" not in node:
        table[int(node.get("leaf_index", 0))] = gained
        return
    _, here = _size_and_mean(node)
    for side in ("left_child", "right_child"):
        child = node[side]
        after = gained.copy()
        after[cause[int(node["split_feature"])]] += _size_and_mean(child)[1] - here
        _walk(child, after, table, cause)


def _size_and_mean(node: Node) -> tuple[float, float]:
    """Return the examples below a node, and their mean value.

    LightGBM's own value of a node weighs examples by how much they were argued about when
    the tree grew; the mean is what a pair is compared with.
    """
    if "split_feature" not in node:
        return float(node.get("leaf_count", 1)), float(node["leaf_value"])
    (left, low), (right, high) = (_size_and_mean(node[s]) for s in ("left_child", "right_child"))
    whole = max(left + right, 1.0)
    return whole, (left * low + right * high) / whole
