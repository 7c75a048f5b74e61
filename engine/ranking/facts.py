"""What is known of items, users and tastes at one moment, for the ranker."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.features.interactions import InteractionLog, empty_matrix, pair_matrix, popularity
from engine.features.tables import NO_TIME, ItemTable
from engine.ranking.histories import History
from engine.ranking.needs import NEED_FACTS, Needs, needs_at, needs_of_others

DAY = 86_400
WINDOW_SHARES = (0.01, 0.03, 0.1, 0.3, 1.0)
"""Windows of popularity as shares of the span of the log."""

NEVER_DAYS = 3_650.0
LEAST_SHARE = 1e-3
"""Share added above and below in the logarithm of a late taste."""

SMOOTHING = 1e-4
"""Share added above and below in the logarithm of a trend."""

ITEM_FACTS = (
    *(f"popularity_{share:g}" for share in WINDOW_SHARES),
    "trend_short",
    "trend_long",
    "age",
    "last_seen",
    "popularity_in_category",
    "recent_in_category",
    "price",
    "rating",
)
USER_FACTS = ("activity", "user_last_seen", "user_popularity")
TASTE_FACTS = ("affinity", "lift", "popularity_distance", "late_affinity", "late_lift", *NEED_FACTS)


@dataclass(frozen=True, kw_only=True, eq=False)
class Facts:
    """Facts at one moment."""

    item: NDArray[np.float32]
    """Shape (n_items, len(ITEM_FACTS))."""
    user: NDArray[np.float32]
    """Shape (n_users, len(USER_FACTS))."""
    category: NDArray[np.int32]
    """Shape (n_items,); the last column of ``affinity`` for items without one."""
    affinity: sparse.csr_matrix
    """Share of the user's preference that goes to each category, (n_users, n_categories + 1)."""
    late_affinity: sparse.csr_matrix
    """The same share of the user's latest successes."""
    category_share: NDArray[np.float32]
    """The same share over all users, (n_categories + 1,)."""
    needs: Needs

    def taste(self, users: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return how pairs fit the user's taste, (n, len(TASTE_FACTS))."""
        category = self.category[items]
        affinity = np.asarray(self.affinity[users, category], dtype=np.float32).ravel()
        lift = affinity / np.maximum(self.category_share[category], 1e-6)
        whole = ITEM_FACTS.index("popularity_1")
        distance = self.item[items, whole] - self.user[users, USER_FACTS.index("user_popularity")]
        late = np.asarray(self.late_affinity[users, category], dtype=np.float32).ravel()
        late_lift = np.log((late + LEAST_SHARE) / (affinity + LEAST_SHARE))
        columns = [affinity, np.log1p(lift), distance, late, late_lift]
        columns += self.needs.facts(users, items, category)
        return np.column_stack(columns).astype(np.float32)


def facts_at(log: InteractionLog, items: ItemTable, history: History, at: int) -> Facts:
    """Gather the facts of a log that ends before ``at`` [epoch seconds]."""
    item = _item_facts(log, items, at)
    n_categories = len(items.category_names)
    category = np.where(items.category >= 0, items.category, n_categories).astype(np.int32)
    affinity, share = _affinity(history.above_zero, category, n_categories + 1)
    late_affinity, _ = _affinity(history.latest, category, n_categories + 1)
    return Facts(
        item=item,
        user=_user_facts(log, item, at),
        category=category,
        affinity=affinity,
        late_affinity=late_affinity,
        category_share=share,
        needs=needs_at(log, category, n_categories + 1, at),
    )


def facts_of_others(facts: Facts, log: InteractionLog, history: History, at: int) -> Facts:
    """Return the same facts of items with those of the users of another log."""
    n_categories = len(facts.category_share)
    affinity, _ = _affinity(history.above_zero, facts.category, n_categories)
    late_affinity, _ = _affinity(history.latest, facts.category, n_categories)
    user = _user_facts(log, facts.item, at)
    return replace(
        facts,
        user=user,
        affinity=affinity,
        late_affinity=late_affinity,
        needs=needs_of_others(facts.needs, log, facts.category, at),
    )


def _user_facts(log: InteractionLog, item: NDArray[np.float32], at: int) -> NDArray[np.float32]:
    liked = pair_matrix(log, log.positive)
    n_liked = np.diff(liked.indptr)
    mean_popularity = (liked @ item[:, ITEM_FACTS.index("popularity_1")]) / np.maximum(n_liked, 1)
    last = np.full(log.n_users, -1, dtype=np.int64)
    np.maximum.at(last, log.user_row, log.at)
    user = np.column_stack([np.log1p(n_liked), _log_days(last, at), mean_popularity])
    return user.astype(np.float32)


def _item_facts(log: InteractionLog, items: ItemTable, at: int) -> NDArray[np.float32]:
    start = int(log.at.min()) if len(log.at) else at
    counts = [popularity(log, since=int(at - share * (at - start))) for share in WINDOW_SHARES]
    shares = [count / max(count.sum(), 1.0) for count in counts]
    first = np.full(log.n_items, np.iinfo(np.int64).max, dtype=np.int64)
    last = np.full(log.n_items, -1, dtype=np.int64)
    np.minimum.at(first, log.item_row, log.at)
    np.maximum.at(last, log.item_row, log.at)
    first = np.where(last < 0, items.published_at, first)
    columns = [np.log1p(1e4 * share) for share in shares]
    columns += [_trend(shares[1], shares[-1]), _trend(shares[2], shares[-1])]
    columns += [_log_days(first, at), _log_days(last, at)]
    columns += [_in_category(shares[4], items), _in_category(shares[2], items)]
    columns += [np.log1p(np.maximum(items.price, 0.0)), _mean_rating(log)]
    return np.column_stack(columns).astype(np.float32)


def _in_category(share: NDArray[np.float64], items: ItemTable) -> NDArray[np.float64]:
    """Return the share beside that of the most popular item of the category, 0 to 1."""
    most = np.zeros(len(items.category_names) + 1)
    np.maximum.at(most, items.category, share)
    return np.asarray(share / np.maximum(most[items.category], 1e-12))


def _trend(recent: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.log((recent + SMOOTHING) / (whole + SMOOTHING)))


def _log_days(moment: NDArray[np.int64], at: int) -> NDArray[np.float64]:
    days = np.where(moment <= NO_TIME, NEVER_DAYS, np.maximum(at - moment, 0) / DAY)
    return np.asarray(np.log1p(days))


def _mean_rating(log: InteractionLog) -> NDArray[np.float64]:
    rated = ~np.isnan(log.rating)
    count = np.bincount(log.item_row[rated], minlength=log.n_items)
    total = np.bincount(log.item_row[rated], weights=log.rating[rated], minlength=log.n_items)
    overall = float(log.rating[rated].mean()) if rated.any() else 0.0
    return np.asarray((total + 5.0 * overall) / (count + 5.0))


def _affinity(
    preferences: sparse.csr_matrix, category: NDArray[np.int32], n_categories: int
) -> tuple[sparse.csr_matrix, NDArray[np.float32]]:
    n_items = len(category)
    if n_items == 0:
        return empty_matrix(preferences.shape[0], n_categories), np.zeros(n_categories, np.float32)
    member = sparse.csr_matrix(
        (np.ones(n_items, np.float32), (np.arange(n_items), category)),
        shape=(n_items, n_categories),
    )
    weight = sparse.csr_matrix(preferences @ member)
    total = np.asarray(weight.sum(axis=1)).ravel()
    scale = sparse.diags_array(1.0 / np.maximum(total, 1e-9))
    overall = np.asarray(weight.sum(axis=0)).ravel()
    share = (overall / max(float(overall.sum()), 1e-9)).astype(np.float32)
    return sparse.csr_matrix(scale @ weight, dtype=np.float32), share
