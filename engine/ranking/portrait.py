"""What a fitted ranker holds of one user and of one item, in words that a reader can follow."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from engine.ranking.pool import places_in
from engine.ranking.sources import Ints
from engine.ranking.two_stage import FittedRanker

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """A tag or a category."""

    name: str
    is_second: bool
    """Whether a tag has the same name: then this is the category."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Weights:
    """Weights of attributes, none of them zero, the heaviest first."""

    names: tuple[Attribute, ...]
    values: Floats
    """Shape (len(names),); below zero: turned away from."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ContentFit:
    """How the interests of a user fit the attributes of an item, term by term."""

    names: tuple[Attribute, ...]
    """Attributes that weigh on both sides, the largest term first."""
    user: Floats
    """U of each attribute."""
    item: Floats
    """V of each attribute."""

    @property
    def terms(self) -> Floats:
        """Return U·V attribute by attribute."""
        return self.user * self.item

    @property
    def product(self) -> float:
        """Return U·V."""
        return float(self.terms.sum())

    @property
    def score(self) -> float:
        """Return R = 1 / (1 + e^(-U·V))."""
        return float(special.expit(self.product))


@dataclass(frozen=True, kw_only=True, eq=False)
class Neighbours:
    """Items near one item; arrays of shape (n,), the nearest first."""

    item_row: NDArray[np.int64]
    similarity: Floats
    """Cosine between the factors that the users' choices gave both items."""
    common_users: NDArray[np.int64]
    """Users who chose both [count]."""
    ratio: Floats
    """How many times as often as everybody those who chose the one chose the other."""


def interests(fitted: FittedRanker, user_row: int) -> Weights:
    """Return U of a user; no names where nothing is known of their taste."""
    return _weights(fitted, _row(fitted.state.factors["content"].left, user_row))


def attributes_of(fitted: FittedRanker, item_row: int) -> Weights:
    """Return V of an item; no names for one outside the pool."""
    place = _place(fitted, item_row)
    if place is None:
        return _weights(fitted, np.zeros(0))
    return _weights(fitted, _item_profiles(fitted, np.array([place]))[0])


def content_fit(fitted: FittedRanker, user_row: int, item_row: int) -> ContentFit:
    """Return why the content score of a pair is what it is."""
    place = _place(fitted, item_row)
    user = _row(fitted.state.factors["content"].left, user_row)
    item = np.zeros(len(user))
    if place is not None:
        item = _item_profiles(fitted, np.array([place]))[0]
    kept = np.flatnonzero(user * item)
    kept = kept[np.argsort(-np.abs(user[kept] * item[kept]), kind="stable")]
    names = named_attributes(fitted)
    return ContentFit(names=tuple(names[n] for n in kept), user=user[kept], item=item[kept])


def content_scores(fitted: FittedRanker, user_row: int, item_rows: Ints) -> Floats:
    """Return R of a user and each of some items, of shape (n_items,)."""
    places = places_in(fitted.pool, np.asarray(item_rows, dtype=np.int64))
    user = _row(fitted.state.factors["content"].left, user_row)
    return np.asarray(special.expit(_item_profiles(fitted, places) @ user), dtype=np.float64)


def is_candidate(fitted: FittedRanker, item_row: int) -> bool:
    """Whether an item is among those that lists are made from."""
    return _place(fitted, item_row) is not None


def neighbours(fitted: FittedRanker, item_row: int, n_items: int) -> Neighbours:
    """Return the items whose factors point the same way; none for an item without factors.

    Time grows with the users' choices in the log and with the pool: 15 ms for a million.
    """
    place = _place(fitted, item_row)
    right = np.asarray(fitted.state.factors["als"].right)
    if place is None or not right[:, place].any():
        none = np.zeros(0, dtype=np.int64)
        return Neighbours(
            item_row=none, similarity=np.zeros(0), common_users=none, ratio=np.zeros(0)
        )
    length = np.maximum(np.linalg.norm(right, axis=0), 1e-12)
    similar = (right[:, place] @ right) / (length * length[place])
    similar[[place, len(fitted.pool)]] = -np.inf
    nearest = np.argsort(-similar, kind="stable")[:n_items]
    nearest = nearest[similar[nearest] > 0]
    common, ratio = _chosen_together(fitted.state.liked, place, nearest)
    return Neighbours(
        item_row=fitted.pool[nearest],
        similarity=similar[nearest].astype(np.float64),
        common_users=common,
        ratio=ratio,
    )


def named_attributes(fitted: FittedRanker) -> tuple[Attribute, ...]:
    """Name the columns of the profiles."""
    names = fitted.attribute_names
    first = {name: place for place, name in reversed(list(enumerate(names)))}
    return tuple(
        Attribute(name=name, is_second=first[name] < place) for place, name in enumerate(names)
    )


def _chosen_together(
    liked: sparse.csr_matrix, place: int, others: Ints
) -> tuple[NDArray[np.int64], Floats]:
    users = np.searchsorted(liked.indptr, np.flatnonzero(liked.indices == place), "right") - 1
    chosen = np.bincount(liked.indices, minlength=liked.shape[1])[others]
    common = np.bincount(liked[users].indices, minlength=liked.shape[1])[others]
    choosers = max(int((np.diff(liked.indptr) > 0).sum()), 1)
    expected = np.maximum(chosen * len(users) / choosers, 1e-12)
    return common.astype(np.int64), np.asarray(common / expected, dtype=np.float64)


def _weights(fitted: FittedRanker, values: Floats) -> Weights:
    kept = np.flatnonzero(values)
    kept = kept[np.argsort(-np.abs(values[kept]), kind="stable")]
    names = named_attributes(fitted)
    return Weights(names=tuple(names[n] for n in kept), values=values[kept])


def _place(fitted: FittedRanker, item_row: int) -> int | None:
    place = int(places_in(fitted.pool, np.array([item_row]))[0])
    return place if place < len(fitted.pool) else None


def _item_profiles(fitted: FittedRanker, places: Ints) -> Floats:
    right = sparse.csr_matrix(fitted.state.factors["content"].right)
    return np.asarray(right[:, places].toarray().T, dtype=np.float64)


def _row(matrix: NDArray[np.float32] | sparse.csr_matrix, row: int) -> Floats:
    found = sparse.csr_matrix(matrix[[row]]).toarray()
    return np.asarray(found, dtype=np.float64).ravel()
