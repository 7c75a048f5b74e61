"""Tables of the store as the arrays that profiles and rankers learn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from engine.features.interactions import InteractionLog
from engine.features.meaning import item_meaning
from engine.features.preferences import Positives, choose_positives, positive_rows, seen_rows
from engine.features.tables import NO_TIME, ItemTable, UserTable


@dataclass(frozen=True, kw_only=True, eq=False)
class LearningData:
    """What a ranker is fitted to."""

    log: InteractionLog
    items: ItemTable
    users: UserTable
    positives: Positives


def learning_data(
    interactions: pd.DataFrame,
    items: pd.DataFrame,
    users: pd.DataFrame,
    override: Sequence[str] = (),
) -> LearningData:
    """Return the arrays of the tables ``interactions``, ``items`` and ``users``.

    Parameters
    ----------
    override : sequence of str
        Kinds of event that count as success instead of the strongest of the log.

    Raises
    ------
    UsageError, NotEnoughDataError
        When no kind of event, or none of that name, can be a success.
    """
    positives = choose_positives(
        _users_by_kind(interactions), len(users), _rating_range(interactions), override
    )
    users = users.sort_values("user_row")
    return LearningData(
        log=_log(interactions, users["is_bot"].to_numpy(bool), len(items), positives),
        items=_items(items.sort_values("item_row")),
        users=UserTable(segment=_codes(users["segment"])[0], country=_codes(users["country"])[0]),
        positives=positives,
    )


def seconds(times: pd.Series) -> NDArray[np.int64]:
    """Return UTC times as whole seconds since 1970; ``NO_TIME`` where missing."""
    moments = pd.to_datetime(times, utc=True)
    whole = (moments - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(seconds=1)
    return np.asarray(whole.fillna(NO_TIME), dtype=np.int64)


def _users_by_kind(interactions: pd.DataFrame) -> Mapping[str, int]:
    counts = interactions.groupby("event_type", observed=True)["user_row"].nunique()
    return {str(kind): int(count) for kind, count in counts.items()}


def _rating_range(interactions: pd.DataFrame) -> tuple[float, float] | None:
    rated = interactions["rating"].dropna()
    return (float(rated.min()), float(rated.max())) if len(rated) else None


def _log(
    interactions: pd.DataFrame, bots: NDArray[np.bool_], n_items: int, positives: Positives
) -> InteractionLog:
    codes, names = pd.factorize(interactions["event_type"], sort=True)
    kinds = np.asarray(names, dtype=np.str_)
    event_type = kinds[codes] if len(kinds) else np.zeros(0, dtype=np.str_)
    rating = interactions["rating"].to_numpy(np.float32, na_value=np.nan)
    return InteractionLog(
        user_row=interactions["user_row"].to_numpy(np.int32),
        item_row=interactions["item_row"].to_numpy(np.int32),
        event_code=codes.astype(np.int8),
        at=seconds(interactions["last_at"]),
        count=interactions["event_count"].to_numpy(np.float32),
        rating=rating,
        positive=positive_rows(event_type, rating, positives),
        seen=seen_rows(event_type, positives),
        bot_users=bots,
        event_types=tuple(str(kind) for kind in kinds),
        n_users=len(bots),
        n_items=n_items,
        rating_range=_rating_range(interactions),
    )


def _items(items: pd.DataFrame) -> ItemTable:
    category, names = _codes(items["category"])
    tags, tag_names = _tags(items["tags"])
    return ItemTable(
        category=category,
        category_names=names,
        tags=tags,
        tag_names=tag_names,
        price=items["price"].to_numpy(np.float64, na_value=np.nan),
        published_at=seconds(items["published_at"]),
        meaning=item_meaning(items),
    )


def _codes(values: pd.Series) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    codes, names = pd.factorize(values.replace("", None), sort=True)
    return codes.astype(np.int32), tuple(str(name) for name in names)


def _tags(lists: pd.Series) -> tuple[sparse.csr_matrix, tuple[str, ...]]:
    exploded = lists.reset_index(drop=True).explode().dropna()
    codes, names = _codes(exploded)
    kept = codes >= 0
    rows = exploded.index.to_numpy(np.int64)[kept]
    ones = np.ones(len(rows), dtype=np.float32)
    shape = (len(lists), len(names))
    matrix = sparse.csr_matrix((ones, (rows, codes[kept])), shape=shape)
    matrix.data[:] = 1.0
    return matrix, names
