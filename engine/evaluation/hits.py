"""How well lists foresee what people did next, rare items weighing more."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import NotEnoughDataError
from engine.tensor import Floats

POPULARITY_EXPONENT = -0.75
"""Unweighted hits call popularity four times as good as it is (simulation 4.10)."""

RANK_EXPONENT = -0.8
FEWEST_HITS = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """Pairs of a user and an item; arrays of shape (n_pairs,)."""

    user_row: NDArray[np.integer]
    item_row: NDArray[np.integer]


@dataclass(frozen=True, kw_only=True, eq=False)
class RankedPairs:
    """Lists of one policy; arrays of shape (n_entries,)."""

    user_row: NDArray[np.integer]
    item_row: NDArray[np.integer]
    rank: NDArray[np.integer]
    """Rank from 1."""


@dataclass(frozen=True, kw_only=True, eq=False)
class HitSums:
    """Weighted hits by user; each of shape (n_users,)."""

    found: Mapping[str, Floats]
    """What the lists of a policy held of the new items, by rank: policy -> sums."""

    total: Floats
    """All new items."""

    n_hits: Mapping[str, int]
    """Number of new items that a policy's lists held."""

    def rate(self, policy: str) -> float:
        """Return H of a policy: the weighted share of new items its lists held."""
        whole = self.total.sum()
        return float(self.found[policy].sum() / whole) if whole > 0 else 0.0


def hit_rates(
    lists: Mapping[str, RankedPairs], new: Pairs, popularity: Floats, n_users: int, k: int
) -> HitSums:
    """Return the weighted hits of each policy.

    Parameters
    ----------
    new : Pairs
        Held-out pairs, each once, of items that the user had never touched before.
    popularity : ndarray of shape (n_items,)
        Users of each item before the held-out time; less than one counts as one.
    k : int
        Ranks that count.

    Notes
    -----
    ``H = Σ_u Σ_{i new} rank^-.8 n_i^-.75 / Σ_u Σ_{i new} n_i^-.75``.
    """
    weight = np.maximum(popularity, 1.0) ** POPULARITY_EXPONENT
    n_items = len(popularity)
    key = np.unique(new.user_row.astype(np.int64) * n_items + new.item_row)
    total = np.bincount(key // n_items, weights=weight[key % n_items], minlength=n_users)
    found: dict[str, Floats] = {}
    n_hits: dict[str, int] = {}
    for policy, entries in lists.items():
        hit = np.isin(entries.user_row.astype(np.int64) * n_items + entries.item_row, key)
        hit &= (entries.rank >= 1) & (entries.rank <= k)
        user, item = entries.user_row[hit], entries.item_row[hit]
        worth = entries.rank[hit].astype(float) ** RANK_EXPONENT * weight[item]
        found[policy] = np.bincount(user, weights=worth, minlength=n_users).astype(np.float64)
        n_hits[policy] = int(hit.sum())
    return HitSums(found=found, total=np.asarray(total), n_hits=n_hits)


def hit_ratio(
    hits: HitSums, policy: str, baseline: str, group_of_user: NDArray[np.integer], weights: Floats
) -> Floats:
    """Return draws of H of a policy over that of the baseline, of shape (B,).

    Raises
    ------
    NotEnoughDataError
        With fewer than ten hits of either: no ratio of them says anything.
    """
    fewest = min(hits.n_hits[policy], hits.n_hits[baseline])
    if fewest < FEWEST_HITS:
        raise NotEnoughDataError("hits_few", found=fewest, needed=FEWEST_HITS)
    size = weights.shape[1]
    above, below = (
        weights @ np.bincount(group_of_user, weights=hits.found[name], minlength=size)
        for name in (policy, baseline)
    )
    return np.asarray(above / np.maximum(below, np.finfo(float).tiny))
