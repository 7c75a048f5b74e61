"""What a user still needs: how fast new items of a category are chosen, and which of them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.features.interactions import InteractionLog
from engine.features.preferences import DAY

HALF_LIFE_SHARE = 0.2
"""A first choice counts half after this share of the span of the log."""

ADDED_CHOICES = 5.0
"""Choices as all users make them that are added to those of a user [count]."""

LEAST = 1e-5
"""Share added in logarithms."""

NEVER_DAYS = 3_650.0
SMALLEST = 1e-9
NEED_FACTS = ("need", "need_rate", "category_last_seen", "category_items")

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Needs:
    """First choices by category at one moment, the latest ones heavier."""

    rate: sparse.csr_matrix
    """Decayed first choices of each user in each category, (n_users, n_categories)."""
    total: Floats
    """Sum of the rows of ``rate``, (n_users,)."""
    since: sparse.csr_matrix
    """1 + days since the last success in the category, (n_users, n_categories)."""
    items: sparse.csr_matrix
    """Items chosen in the category [count], (n_users, n_categories)."""
    overall: Floats
    """Share of each category in the first choices of all, (n_categories,)."""
    item_share: Floats
    """Share of each item in the first choices of its category, (n_items,)."""
    half_life_seconds: float
    """After so long a first choice counts half."""

    def facts(
        self, users: NDArray[np.int64], items: NDArray[np.int64], category: NDArray[np.int32]
    ) -> list[Floats]:
        """Return a column (n_pairs,) for each of ``NEED_FACTS``.

        Notes
        -----
        need = ln(rate of the user's new choices in the category) + ln(share of the item in
        them): how often the user is expected to choose just this item next.
        """
        rate = (_at(self.rate, users, category) + ADDED_CHOICES * self.overall[category]) / (
            self.total[users] + ADDED_CHOICES
        )
        days = _at(self.since, users, category)
        return [
            np.log(rate + LEAST) + np.log(self.item_share[items] + LEAST),
            np.log(rate + LEAST),
            np.log(np.where(days == 0.0, NEVER_DAYS, days)),
            np.log1p(_at(self.items, users, category)),
        ]


def needs_at(log: InteractionLog, category: NDArray[np.int32], n_categories: int, at: int) -> Needs:
    """Gather the needs of a log that ends before ``at`` [epoch seconds].

    Parameters
    ----------
    category : ndarray of shape (n_items,)
        Below ``n_categories``.
    """
    half_life = HALF_LIFE_SHARE * max(at - int(log.at.min(initial=at)), 1)
    first = _first_choices(log)
    weight = np.exp2((log.at[first] - at) / half_life)
    by_item = np.bincount(log.item_row[first], weight, minlength=log.n_items)
    by_category = np.bincount(category, by_item, minlength=n_categories)
    users = _of_users(log, first, weight, category, n_categories, at)
    return replace(
        users,
        overall=by_category / max(by_category.sum(), SMALLEST),
        item_share=by_item / np.maximum(by_category[category], SMALLEST),
        half_life_seconds=float(half_life),
    )


def needs_of_others(
    needs: Needs, log: InteractionLog, category: NDArray[np.int32], at: int
) -> Needs:
    """Return the needs of the users of another log; what all choose stays as it was."""
    first = _first_choices(log)
    weight = np.exp2((log.at[first] - at) / needs.half_life_seconds)
    users = _of_users(log, first, weight, category, len(needs.overall), at)
    return replace(
        users,
        overall=needs.overall,
        item_share=needs.item_share,
        half_life_seconds=needs.half_life_seconds,
    )


def _of_users(
    log: InteractionLog,
    first: NDArray[np.int64],
    weight: Floats,
    category: NDArray[np.int32],
    n_categories: int,
    at: int,
) -> Needs:
    shape = (log.n_users, n_categories)
    where = (log.user_row[first], category[log.item_row[first]])
    rate = sparse.csr_matrix((weight, where), shape=shape)
    return Needs(
        rate=rate,
        total=np.asarray(rate.sum(axis=1), dtype=np.float64).ravel(),
        since=_since(log, category, shape, at),
        items=sparse.csr_matrix((np.ones(len(first)), where), shape=shape),
        overall=np.zeros(n_categories),
        item_share=np.zeros(log.n_items),
        half_life_seconds=0.0,
    )


def _first_choices(log: InteractionLog) -> NDArray[np.int64]:
    """Return the first successful row of each pair, bots left out."""
    rows = np.flatnonzero(log.positive & ~log.bot_users[log.user_row])
    rows = rows[np.argsort(log.at[rows], kind="stable")]
    pair = log.user_row[rows].astype(np.int64) * log.n_items + log.item_row[rows]
    return np.asarray(rows[np.unique(pair, return_index=True)[1]], dtype=np.int64)


def _since(
    log: InteractionLog, category: NDArray[np.int32], shape: tuple[int, int], at: int
) -> sparse.csr_matrix:
    rows = np.flatnonzero(log.positive)
    rows = rows[np.argsort(-log.at[rows], kind="stable")]
    key = log.user_row[rows].astype(np.int64) * shape[1] + category[log.item_row[rows]]
    last, place = np.unique(key, return_index=True)
    days = 1.0 + np.maximum(at - log.at[rows[place]], 0) / DAY
    return sparse.csr_matrix((days, (last // shape[1], last % shape[1])), shape=shape)


def _at(matrix: sparse.csr_matrix, users: NDArray[np.int64], category: NDArray[np.int32]) -> Floats:
    return np.asarray(matrix[users, category], dtype=np.float64).ravel()
