"""Why an item stands on a list: the strongest cause that can be named and is true."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.ranking.facts import ITEM_FACTS
from engine.ranking.lists import taken
from engine.ranking.past import Explaining, als_past, item_past, sequence_past
from engine.ranking.settings import RankingSettings
from engine.ranking.sources import SHARED, Ints, State
from engine.ranking.tree_paths import CAUSES

POPULAR_PLACES = 100
"""An item further down than this is not called popular [count]."""

TAGS_NAMED = 2
USERS_AT_ONCE = 2_048
"""Users whose reasons are looked for together: bounds what is known of their items at once."""

CODES = (
    "because_item", "because_interest", "because_tag", "popular_recent", "popular_ever",
    "rising", "new_item", "well_rated", "touched", "chosen",
)  # fmt: skip
"""Reasons that are named; where none is true the source stands for it."""

Texts = NDArray[np.str_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Entries:
    """Places of lists, of each user together."""

    users: Ints
    items: Ints
    """Of the pool."""
    sources: Texts
    causes: NDArray[np.float32]
    """What each of ``CAUSES`` adds to the score, (n_entries, len(CAUSES))."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Reasons:
    """One reason per list entry."""

    code: Texts
    """One of ``CODES``, or the source of the entry; empty where nothing true was found."""
    item: Ints
    """Item of the pool; -1 where none is named."""
    tag: Texts
    """Empty where none is named."""
    place: Ints
    """Place among the popular items, from 1; 0 where none is named."""


def reasons_of(
    state: State,
    settings: RankingSettings,
    names: tuple[str, ...],
    entries: Entries,
    is_open: NDArray[np.bool_],
) -> Reasons:
    """Give every entry the strongest of its causes that can be named and is true.

    Parameters
    ----------
    names
        Names of the attributes of items.
    is_open : ndarray of shape (n_entries,)
        Entries whose reason is more than their source.
    """
    found = _nothing(len(entries.users))
    starts = np.flatnonzero(np.diff(entries.users, prepend=-1))[::USERS_AT_ONCE]
    for low, high in pairwise([*starts, len(entries.users)]):
        rows = low + np.flatnonzero(is_open[low:high])
        _put(found, rows, _strongest(_namers(state, settings, names), taken(entries, rows)))
    is_unnamed = found.code == ""
    found.code[is_unnamed] = entries.sources[is_unnamed]
    return found


Namer = Callable[[Ints, Ints], Reasons]
"""Names the cause of entries by users and items; an empty code where it is not true."""


def _namers(state: State, settings: RankingSettings, names: tuple[str, ...]) -> Mapping[str, Namer]:
    """Return who names each cause; the others are never named."""
    item = state.facts.item
    fact = {name: item[:, ITEM_FACTS.index(name)] for name in ("trend_long", "age", "rating")}
    newest = np.log1p(settings.new_days)

    def together(users: Ints, items: Ints) -> Reasons:
        return _by_past(state, item_past(state, np.unique(items)), users, items)

    return {
        "als": lambda users, items: _by_past(state, als_past(state, settings), users, items),
        "item_to_item": together,
        # sources that agree are mostly of this kind; the item is named only where it adds
        "agreement": together,
        "sequence": lambda users, items: _by_past(state, sequence_past(state), users, items),
        "content": lambda users, items: _by_tags(state, names, users, items),
        "popularity": lambda users, items: _by_popularity(state, items),
        "trend": lambda users, items: _where(fact["trend_long"][items] > 0, "rising"),
        "new": lambda users, items: _where(fact["age"][items] <= newest, "new_item"),
        # the last item of the pool, which nobody rated, holds the mean of all ratings
        "rating": lambda users, items: _where(
            fact["rating"][items] > fact["rating"][-1], "well_rated"
        ),
        "touch": lambda users, items: _where(
            _pairs(state.preferences, users, items) > 0, "touched"
        ),
    }


def _strongest(namers: Mapping[str, Namer], entries: Entries) -> Reasons:
    """Try the causes of each entry from the strongest on, until one is true."""
    found = _nothing(len(entries.users))
    weight = np.where(entries.causes > 0, entries.causes, -np.inf)
    weight[:, [cause not in namers for cause in CAUSES]] = -np.inf
    pending = np.arange(len(entries.users))
    while len(pending):
        pending = pending[np.isfinite(weight[pending].max(axis=1))]
        best = weight[pending].argmax(axis=1)
        for cause in np.unique(best):
            rows = pending[best == cause]
            named = namers[CAUSES[cause]](entries.users[rows], entries.items[rows])
            _put(found, rows, named)
            weight[rows, cause] = -np.inf
        pending = pending[found.code[pending] == ""]
    return found


def _by_past(state: State, explaining: Explaining, users: Ints, items: Ints) -> Reasons:
    """Name the item of the past that adds most to the score of the source."""
    because = np.full(len(users), -1, dtype=np.int64)
    starts = np.flatnonzero(np.diff(users, prepend=-1))
    for low, high in pairwise([*starts, len(users)]):
        past = explaining.of(int(users[low]), items[low:high])
        if len(past.items) == 0:
            continue
        best = past.parts.argmax(axis=0)
        is_lifting = past.parts[best, np.arange(high - low)] > 0
        because[low:high] = np.where(is_lifting, past.items[best], -1)
    named = np.flatnonzero(because >= 0)
    found = _nothing(len(users))
    is_success = _pairs(state.liked, users[named], because[named]) > 0
    is_itself = because[named] == items[named]
    found.code[named] = np.where(is_success, "because_item", "because_interest")
    found.code[named[is_itself]] = np.where(is_success, "chosen", "touched")[is_itself]
    found.item[named] = np.where(is_itself, -1, because[named])
    return found


def _by_tags(state: State, names: tuple[str, ...], users: Ints, items: Ints) -> Reasons:
    """Name the attributes that add most to the product of the two profiles."""
    tags = [", ".join(tags[:TAGS_NAMED]) for tags in shared_tags(state, names, users, items)]
    tag = np.array(tags, dtype=np.str_) if tags else np.zeros(0, dtype="<U1")
    return _where(tag != "", "because_tag", tag=tag)


def shared_tags(
    state: State, names: tuple[str, ...], users: Ints, items: Ints
) -> list[tuple[str, ...]]:
    """Return, for each pair, the attributes that weigh in both profiles, strongest first."""
    content = state.factors["content"]
    of_items = sparse.csr_matrix(content.right).T.tocsr()
    shared = sparse.csr_matrix(content.left)[users].multiply(of_items[items]).tocsr()
    found = []
    for low, high in pairwise(shared.indptr):
        value, place = shared.data[low:high], shared.indices[low:high]
        order = np.lexsort((place, -value))
        found.append(tuple(names[place[one]] for one in order if value[one] > 0))
    return found


def _by_popularity(state: State, items: Ints) -> Reasons:
    """Name the better of the places in the two orders that all users share."""
    place = {name: places(state.shared[layer])[items] for layer, name in enumerate(SHARED)}
    recent, ever = place["recent"], place["popularity"]
    best = np.minimum(recent, ever)
    code = np.where(recent <= ever, "popular_recent", "popular_ever")
    return _where(best <= POPULAR_PLACES, code, place=best)


def places(values: NDArray[np.float32]) -> Ints:
    """Return the place of each item from 1; equal items share one, unwanted ones are last."""
    ascending = np.sort(values)
    place = len(values) - np.searchsorted(ascending, values, side="right") + 1
    return np.where(values > 0, place, len(values) + POPULAR_PLACES).astype(np.int64)


def _pairs(matrix: sparse.csr_matrix, users: Ints, items: Ints) -> NDArray[np.float32]:
    if len(users) == 0:  # scipy answers an empty question with a matrix, not an array
        return np.zeros(0, dtype=np.float32)
    return np.asarray(matrix[users, items], dtype=np.float32).ravel()


def _nothing(n_entries: int) -> Reasons:
    return Reasons(
        code=np.full(n_entries, "", dtype="<U24"),
        item=np.full(n_entries, -1, dtype=np.int64),
        tag=np.full(n_entries, "", dtype=object),
        place=np.zeros(n_entries, dtype=np.int64),
    )


def _where(
    is_true: NDArray[np.bool_],
    code: str | Texts,
    *,
    tag: Texts | None = None,
    place: Ints | None = None,
) -> Reasons:
    found = _nothing(len(is_true))
    found.code[:] = np.where(is_true, code, "")
    if tag is not None:
        found.tag[:] = tag
    if place is not None:
        found.place[:] = np.where(is_true, place, 0)
    return found


def _put(found: Reasons, rows: Ints, named: Reasons) -> None:
    """Write reasons into places that had none."""
    for name in Reasons.__dataclass_fields__:
        getattr(found, name)[rows] = getattr(named, name)
