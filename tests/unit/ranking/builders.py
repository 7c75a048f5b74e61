"""Small logs of two tastes, and rankers fitted to them."""

from dataclasses import replace

import numpy as np
from scipy import sparse

from engine.features.interactions import InteractionLog
from engine.features.tables import ItemTable, UserTable, bare_items
from engine.progress import silent
from engine.ranking.settings import RankingSettings
from engine.ranking.two_stage import FittedRanker, fit

DAY = 86_400
SMALL = RankingSettings(factors=8, windows=2, rounds=20, candidates=30, min_label_users=10)


def a_log(
    n_users: int = 80,
    n_items: int = 60,
    per_user: int = 12,
    seed: int = 0,
    silent_users: int = 1,
) -> InteractionLog:
    """Users of two tastes, each buying within one half of the items."""
    rng = np.random.default_rng(seed)
    users = np.repeat(np.arange(n_users - silent_users), per_user)
    half = n_items // 2
    items = rng.integers(0, max(half, 1), len(users)) + (users % 2) * half
    rows = len(users)
    return InteractionLog(
        user_row=users.astype(np.int32),
        item_row=items.astype(np.int32),
        event_code=np.zeros(rows, np.int8),
        at=rng.integers(0, 90 * DAY, rows),
        count=np.ones(rows, np.float32),
        rating=np.full(rows, np.nan, np.float32),
        positive=np.ones(rows, bool),
        seen=np.ones(rows, bool),
        bot_users=np.zeros(n_users, bool),
        event_types=("purchase",),
        n_users=n_users,
        n_items=n_items,
    )


def a_log_of(
    pairs: list[tuple[int, int]], n_users: int, n_items: int, kind: str = "purchase"
) -> InteractionLog:
    """One event a day for each (user, item), in the order given."""
    rows = len(pairs)
    user, item = np.array(pairs, np.int32).reshape(rows, 2).T
    return InteractionLog(
        user_row=user,
        item_row=item,
        event_code=np.zeros(rows, np.int8),
        at=DAY * np.arange(1, rows + 1),
        count=np.ones(rows, np.float32),
        rating=np.full(rows, np.nan, np.float32),
        positive=np.ones(rows, bool),
        seen=np.ones(rows, bool),
        bot_users=np.zeros(n_users, bool),
        event_types=(kind,),
        n_users=n_users,
        n_items=n_items,
    )


def tagged_items(n_items: int) -> ItemTable:
    """Items whose tag and category tell the two tastes apart."""
    late = (np.arange(n_items) >= n_items // 2).astype(np.int32)
    ones = np.ones(n_items, np.float32)
    return replace(
        bare_items(n_items),
        category=late,
        category_names=("early", "late"),
        tags=sparse.csr_matrix((ones, (np.arange(n_items), late)), shape=(n_items, 2)),
        tag_names=("tag a", "tag b"),
    )


def fitted(
    log: InteractionLog,
    settings: RankingSettings = SMALL,
    threads: int = 1,
    until: int | None = None,
    items: ItemTable | None = None,
) -> FittedRanker:
    unknown = np.full(log.n_users, -1, np.int32)
    users = UserTable(segment=unknown, country=unknown)
    return fit(
        log,
        bare_items(log.n_items) if items is None else items,
        users,
        settings,
        until=until,
        seed=1,
        threads=threads,
        progress=silent,
    )
