"""Policies side by side: quality with intervals, and paired differences."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.evaluation.hits import Pairs, RankedPairs
from engine.evaluation.list_metrics import diversity, novelty
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
    """policy -> ndcg, recall, map, mrr, hit_rate, coverage, novelty, and diversity where
    items have attributes."""
    against: Mapping[str, Mapping[str, Difference]]
    """policy -> metric -> difference to popularity, empty without it."""
    per_user: Mapping[str, Mapping[str, Floats]]
    """policy -> metric -> value of each user; coverage has none."""


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """A paired difference with its 95 % interval over users, and how sure its sign is."""

    difference: float
    low: float
    high: float
    better: float
    """Share of the draws above zero, those at zero halved."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """What the lists of each policy held of what users chose next."""

    users: NDArray[np.integer]
    """Users with something to foresee, ascending, of shape (n_users,)."""
    n_relevant: NDArray[np.int64]
    """What each of them chose [count], of shape (n_users,)."""
    entries: Mapping[str, RankedPairs]
    """Policy -> its lists, only of these users and within the width of ``hits``."""
    hits: Mapping[str, NDArray[np.bool_]]
    """Policy -> whether the item at each place was chosen, of shape (n_users, width)."""

    def per_user(self, policy: str, k: int) -> dict[str, Floats]:
        """Return the metrics of a policy's first ``k`` places, each of shape (n_users,)."""
        return user_metrics(self.hits[policy][:, :k], self.n_relevant)


@dataclass(frozen=True, kw_only=True, eq=False)
class UserDraws:
    """Bootstrap over the users of a comparison."""

    weights: Floats
    """Weights of user groups, of shape (B, n_groups)."""
    group: NDArray[np.integer]
    """Group of each user, of shape (n_users,)."""

    def mean(self, values: Floats) -> Floats:
        """Return draws of the mean of values per user, of shape (B,)."""
        size = self.weights.shape[1]
        total = self.weights @ np.bincount(self.group, weights=values, minlength=size)
        return np.asarray(total / (self.weights @ np.bincount(self.group, minlength=size)))

    def of(self, inside: NDArray[np.bool_]) -> "UserDraws":
        """Return the draws of some of the users."""
        return UserDraws(weights=self.weights, group=self.group[inside])

    def estimate(self, values: Floats) -> Estimate:
        """Return the mean of values per user with its interval."""
        low, high = np.quantile(self.mean(values), INTERVAL)
        return Estimate(value=float(values.mean()), low=float(low), high=float(high))

    def difference(self, values: Floats) -> Difference:
        """Return the mean of paired differences with its interval."""
        found = self.estimate(values)
        return Difference(difference=found.value, low=found.low, high=found.high)

    def contrast(self, values: Floats) -> Contrast:
        """Return the mean of paired differences with its interval and sign."""
        draws = self.mean(values)
        low, high = np.quantile(draws, INTERVAL)
        better = float(np.mean(draws > 0.0) + np.mean(draws == 0.0) / 2.0)
        return Contrast(
            difference=float(values.mean()), low=float(low), high=float(high), better=better
        )


def compare(
    lists: Mapping[str, RankedPairs],
    test: Pairs,
    popularity: Floats,
    group_of_user: NDArray[np.integer],
    weights: Floats,
    k: int,
    profiles: sparse.csr_matrix | None = None,
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
    profiles : csr_matrix of shape (n_items, n_attributes), optional
        Attributes of items, for diversity.
    """
    found = find(lists, test, len(popularity), k)
    draws = UserDraws(weights=weights, group=group_of_user[found.users])
    return compare_found(found, popularity, draws, k, profiles)


def find(lists: Mapping[str, RankedPairs], test: Pairs, n_items: int, width: int) -> Found:
    """Look up what the first ``width`` places of every policy held of the test.

    Time grows with the entries of all lists, memory with users × policies × width [bytes].
    """
    users = np.unique(test.user_row)
    entries = {name: _cut(given, users, width) for name, given in lists.items()}
    wanted = test.user_row.astype(np.int64) * n_items + test.item_row
    place = np.searchsorted(users, test.user_row)
    return Found(
        users=users,
        n_relevant=np.bincount(place, minlength=len(users)),
        entries=entries,
        hits={name: _hits(cut, users, wanted, (n_items, width)) for name, cut in entries.items()},
    )


def compare_found(
    found: Found,
    popularity: Floats,
    draws: UserDraws,
    k: int,
    profiles: sparse.csr_matrix | None = None,
) -> Comparison:
    """Score the first ``k`` places of every policy's lists.

    Notes
    -----
    Coverage counts the distinct items in all lists over the items of the catalogue: of
    lists that are all here nothing is sampled, so its interval has no width.
    """
    cut = {name: _cut(entries, found.users, k) for name, entries in found.entries.items()}
    by_policy = {
        name: {
            **found.per_user(name, k),
            "novelty": novelty(entries, found.users, popularity),
            **_diversity(entries, found.users, profiles),
        }
        for name, entries in cut.items()
    }
    policies = {
        name: {metric: draws.estimate(values) for metric, values in metrics.items()}
        | {"coverage": _coverage(cut[name], len(popularity))}
        for name, metrics in by_policy.items()
    }
    base = by_policy.get(BASELINE, {})
    against = {
        name: {metric: draws.difference(values - base[metric]) for metric, values in rows.items()}
        for name, rows in by_policy.items()
        if base and name != BASELINE
    }
    return Comparison(
        users=len(found.users), policies=policies, against=against, per_user=by_policy
    )


def times_listed(found: Found, policy: str, n_items: int, k: int) -> NDArray[np.int64]:
    """Return how often the first ``k`` places hold each item, of shape (n_items,)."""
    entries = found.entries[policy]
    return np.bincount(entries.item_row[entries.rank <= k], minlength=n_items)


def _cut(entries: RankedPairs, users: NDArray[np.integer], k: int) -> RankedPairs:
    keep = (entries.rank >= 1) & (entries.rank <= k) & np.isin(entries.user_row, users)
    return RankedPairs(
        user_row=entries.user_row[keep], item_row=entries.item_row[keep], rank=entries.rank[keep]
    )


def _hits(
    entries: RankedPairs,
    users: NDArray[np.integer],
    wanted: NDArray[np.int64],
    shape: tuple[int, int],
) -> NDArray[np.bool_]:
    n_items, width = shape
    hit = np.isin(entries.user_row.astype(np.int64) * n_items + entries.item_row, wanted)
    row = np.searchsorted(users, entries.user_row[hit])
    hits = np.zeros((len(users), width), dtype=np.bool_)
    hits[row, entries.rank[hit] - 1] = True
    return hits


def _diversity(
    entries: RankedPairs, users: NDArray[np.integer], profiles: sparse.csr_matrix | None
) -> dict[str, Floats]:
    """Return nothing where no item has an attribute."""
    if profiles is None or profiles.nnz == 0:
        return {}
    return {"diversity": diversity(entries, users, profiles)}


def _coverage(entries: RankedPairs, n_items: int) -> Estimate:
    share = len(np.unique(entries.item_row)) / max(n_items, 1)
    return Estimate(value=share, low=share, high=share)
