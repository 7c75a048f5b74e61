"""How well lists foresee what came next: one value a user, means with intervals, differences."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.metrics import user_metrics

K = 10
DRAWS = 1_000
ENDS = (2.5, 97.5)

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean over users, or a difference of two, with its 95 % interval."""

    value: float
    low: float
    high: float


def per_user(test: pd.DataFrame, lists: pd.DataFrame) -> dict[str, Floats]:
    """Return each metric at ``K`` of each user in ``test``, by ascending id.

    An item that stands twice in a list counts at its first place; seen items cost places.
    """
    users = np.sort(test["user_id"].unique())
    lists = lists[lists["user_id"].isin(users)].sort_values(["user_id", "rank"])
    lists = lists.drop_duplicates(["user_id", "item_id"])
    place = lists.groupby("user_id").cumcount().to_numpy()
    lists, place = lists[place < K], place[place < K]
    wanted = pd.MultiIndex.from_frame(test[["user_id", "item_id"]])
    hits = np.zeros((len(users), K), dtype=np.bool_)
    rows = np.searchsorted(users, lists["user_id"].to_numpy())
    hits[rows, place] = pd.MultiIndex.from_frame(lists[["user_id", "item_id"]]).isin(wanted)
    relevant = test.groupby("user_id")["item_id"].nunique().reindex(users).to_numpy(np.int64)
    return user_metrics(hits, relevant)


def coverage(train: pd.DataFrame, test: pd.DataFrame, lists: pd.DataFrame) -> float:
    """Return the share of the items of ``train`` that stand in any of the first ``K`` places."""
    asked = lists[lists["user_id"].isin(test["user_id"]) & (lists["rank"] <= K)]
    return float(asked["item_id"].nunique() / train["item_id"].nunique())


def mean(values: Floats) -> Interval:
    """Return the mean over users and its bootstrap interval.

    The draws depend on the number of users alone, so that differences are paired.
    """
    users = len(values)
    draws = np.random.default_rng(0).integers(0, users, (DRAWS, users))
    low, high = np.percentile(values[draws].mean(axis=1), ENDS)
    return Interval(value=float(values.mean()), low=float(low), high=float(high))


def means(values: Mapping[str, Floats]) -> dict[str, Interval]:
    """Return the mean of each metric."""
    return {name: mean(found) for name, found in values.items()}
