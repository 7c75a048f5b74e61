"""Everything that speaks for a pair: sources, items of the past, causes, shared tags."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.ranking.fitted import FittedRanker, causes_of, tables_of
from engine.ranking.pair_features import FEATURE_NAMES, Features, pair_features
from engine.ranking.past import Explaining, als_past, item_past, sequence_past
from engine.ranking.pool import places_in
from engine.ranking.reasons import shared_tags
from engine.ranking.sources import SOURCES, Ints
from engine.ranking.tiles import tile
from engine.ranking.tree_paths import CAUSES
from engine.ranking.windows import BATCH

PAST_ITEMS = 5
"""Items of the past that are named for each source, the strongest [count]."""


@dataclass(frozen=True, kw_only=True)
class PastItem:
    """One item of a user's past."""

    item_row: int
    share: float
    """Of all that past items add to the score of the source (0-1]."""


@dataclass(frozen=True, kw_only=True)
class Why:
    """What the ranker knows of one pair."""

    places: Mapping[str, int]
    """Source -> place of the item in it, from 1; only sources whose candidate it is."""
    causes: Mapping[str, float]
    """Cause -> what it adds to the score beside the mean example, the strongest first."""
    past: Mapping[str, tuple[PastItem, ...]]
    """Source -> items that speak for the pair; only sources that some item speaks in."""
    tags: tuple[str, ...]
    """Attributes of the item that are among the user's interests, the strongest first."""


def why_each(fitted: FittedRanker, user_row: Ints, item_row: Ints) -> Iterator[Why]:
    """Yield what speaks for each pair; pairs of a user stand together."""
    tables = tables_of(fitted)
    items = places_in(fitted.pool, np.asarray(item_row, dtype=np.int64))
    starts = np.flatnonzero(np.diff(user_row, prepend=-1))
    for first in range(0, len(starts), BATCH):
        low = starts[first]
        high = starts[first + BATCH] if first + BATCH < len(starts) else len(items)
        users, which = np.unique(user_row[low:high], return_inverse=True)
        scored = tile(fitted.state, users, fitted.settings.candidates, fitted.state.seen)
        own = items[low:high]
        features = pair_features(fitted.state, scored, which, own)
        causes = causes_of(fitted, tables, users[which], features)
        yield from _batch(fitted, users[which], own, features, causes)


def _batch(
    fitted: FittedRanker,
    users: Ints,
    items: Ints,
    features: Features,
    causes: NDArray[np.float64],
) -> Iterator[Why]:
    explaining: Mapping[str, Explaining] = {
        "als": als_past(fitted.state, fitted.settings),
        "item_to_item": item_past(fitted.state, np.unique(items)),
        "sequence": sequence_past(fitted.state),
    }
    tags = shared_tags(fitted.state, fitted.attribute_names, users, items)
    for row in range(len(users)):
        past = {
            name: _strongest(fitted, one, int(users[row]), items[row : row + 1])
            for name, one in explaining.items()
            if name not in fitted.state.without
        }
        yield Why(
            places=_places(fitted, features[row]),
            causes=_sorted(causes[row]),
            past={name: named for name, named in past.items() if named},
            tags=tags[row],
        )


def _places(fitted: FittedRanker, features: NDArray[np.float32]) -> dict[str, int]:
    """Return the place of an item in each source that has it among its candidates."""
    found = {}
    for name in SOURCES:
        above = round(float(np.expm1(features[FEATURE_NAMES.index(f"rank_{name}")])))
        if above < fitted.settings.candidates and name not in fitted.state.without:
            found[name] = above + 1
    return found


def _sorted(causes: NDArray[np.float64]) -> dict[str, float]:
    order = np.argsort(-causes, kind="stable")
    return {CAUSES[n]: float(causes[n]) for n in order if causes[n] != 0.0}


def _strongest(
    fitted: FittedRanker, explaining: Explaining, user: int, item: Ints
) -> tuple[PastItem, ...]:
    past = explaining.of(user, item)
    part = np.maximum(past.parts[:, 0], 0.0)
    best = np.argsort(-part, kind="stable")[:PAST_ITEMS]
    whole = float(part.sum())
    return tuple(
        PastItem(item_row=int(fitted.pool[past.items[n]]), share=float(part[n] / whole))
        for n in best
        if part[n] > 0
    )
