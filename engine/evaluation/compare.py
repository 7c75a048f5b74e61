"""Policies side by side: quality with intervals, and paired differences."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.hits import Pairs, RankedPairs
from engine.metrics import user_metrics
from engine.tensor import Floats

INTERVAL = (0.025, 0.975)
BASELINE = "popularity"


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A value with its 95 % interval over users."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A paired difference with its 95 % interval over users."""

    difference: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """How well the lists of each policy foresaw what users chose."""

    users: int
    policies: Mapping[str, Mapping[str, Estimate]]
    """policy -> ndcg, recall, map, mrr, hit_rate, coverage, novelty."""
    against: Mapping[str, Mapping[str, Difference]]
    """policy -> metric -> difference to popularity, empty without it."""


def compare(
    lists: Mapping[str, RankedPairs],
    test: Pairs,
    popularity: Floats,
    group_of_user: NDArray[np.integer],
    weights: Floats,
    k: int,
) -> Comparison:
    """Score the first ``k`` places of every policy's lists.

    Parameters
    ----------
    lists : mapping
        Policy -> lists; a user without a list scores zero.
    popularity : ndarray of shape (n_items,)
        Users of each item before the split, for novelty.
    weights : ndarray of shape (B, n_groups)
        Bootstrap weights of user groups.

    Notes
    -----
    Coverage counts the distinct items in all lists over the items of the catalogue: of
    lists that are all here nothing is sampled, so its interval has no width. Novelty is
    the mean of −log2 of an item's share of all earlier successes.
    """
    users = np.unique(test.user_row)
    draws = _UserDraws(weights=weights, group=group_of_user[users])
    by_policy = {
        name: _per_user(_cut(entries, users, k), test, users, popularity, k)
        for name, entries in lists.items()
    }
    policies = {
        name: {metric: _estimate(draws, values) for metric, values in metrics.items()}
        | {"coverage": _coverage(_cut(lists[name], users, k), len(popularity))}
        for name, metrics in by_policy.items()
    }
    base = by_policy.get(BASELINE, {})
    against = {
        name: {metric: _difference(draws, values - base[metric]) for metric, values in rows.items()}
        for name, rows in by_policy.items()
        if base and name != BASELINE
    }
    return Comparison(users=len(users), policies=policies, against=against)


@dataclass(frozen=True, kw_only=True, eq=False)
class _UserDraws:
    """Bootstrap over the users of a comparison."""

    weights: Floats
    group: NDArray[np.integer]

    def mean(self, values: Floats) -> Floats:
        """Return draws of the mean of values per user, of shape (B,)."""
        size = self.weights.shape[1]
        total = self.weights @ np.bincount(self.group, weights=values, minlength=size)
        return np.asarray(total / (self.weights @ np.bincount(self.group, minlength=size)))


def _cut(entries: RankedPairs, users: NDArray[np.integer], k: int) -> RankedPairs:
    keep = (entries.rank >= 1) & (entries.rank <= k) & np.isin(entries.user_row, users)
    return RankedPairs(
        user_row=entries.user_row[keep], item_row=entries.item_row[keep], rank=entries.rank[keep]
    )


def _per_user(
    entries: RankedPairs, test: Pairs, users: NDArray[np.integer], popularity: Floats, k: int
) -> dict[str, Floats]:
    n_items = len(popularity)
    wanted = test.user_row.astype(np.int64) * n_items + test.item_row
    hit = np.isin(entries.user_row.astype(np.int64) * n_items + entries.item_row, wanted)
    row = np.searchsorted(users, entries.user_row)
    hits = np.zeros((len(users), k), dtype=np.bool_)
    hits[row[hit], entries.rank[hit] - 1] = True
    n_relevant = np.bincount(np.searchsorted(users, test.user_row), minlength=len(users))
    return {
        **user_metrics(hits, n_relevant),
        "novelty": _novelty(row, popularity[entries.item_row], float(popularity.sum()), len(users)),
    }


def _novelty(row: NDArray[np.integer], users_of_item: Floats, total: float, n_users: int) -> Floats:
    surprise = -np.log2((users_of_item + 1.0) / (total + 1.0))
    listed = np.maximum(np.bincount(row, minlength=n_users), 1)
    return np.asarray(np.bincount(row, weights=surprise, minlength=n_users) / listed)


def _coverage(entries: RankedPairs, n_items: int) -> Estimate:
    share = len(np.unique(entries.item_row)) / max(n_items, 1)
    return Estimate(value=share, low=share, high=share)


def _estimate(draws: _UserDraws, values: Floats) -> Estimate:
    low, high = np.quantile(draws.mean(values), INTERVAL)
    return Estimate(value=float(values.mean()), low=float(low), high=float(high))


def _difference(draws: _UserDraws, values: Floats) -> Difference:
    low, high = np.quantile(draws.mean(values), INTERVAL)
    return Difference(difference=float(values.mean()), low=float(low), high=float(high))
