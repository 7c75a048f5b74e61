"""What each peer reads and writes; runs in environments that do not have RevLens's packages."""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

K = 10
"""Length of the lists that are compared [count]."""
BATCH = 512
GOOD_RATING = 4

Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Data:
    """A training log as rows and columns of matrices, and who is asked for."""

    user_ids: NDArray[np.object_]
    item_ids: NDArray[np.object_]
    events: pd.DataFrame
    """user_row, item_row, at, positive."""
    asked: Ints
    """Rows of the users with something to foresee."""

    @property
    def liked(self) -> sparse.csr_matrix:
        """1 where a user has a success with an item, (n_users, n_items)."""
        return self._pairs(self.events[self.events["positive"]])

    @property
    def seen(self) -> sparse.csr_matrix:
        """1 where a user has met an item, (n_users, n_items)."""
        return self._pairs(self.events)

    def _pairs(self, events: pd.DataFrame) -> sparse.csr_matrix:
        pairs = events[["user_row", "item_row"]].drop_duplicates()
        ones = np.ones(len(pairs), dtype=np.float32)
        shape = (len(self.user_ids), len(self.item_ids))
        return sparse.csr_matrix((ones, (pairs["user_row"], pairs["item_row"])), shape=shape)


def read(folder: Path) -> Data:
    """Read a split; of its test part only the names of the users."""
    train = pd.read_parquet(folder / "train.parquet")
    asked = pd.read_parquet(folder / "test.parquet", columns=["user_id"])["user_id"].unique()
    user_row, user_ids = pd.factorize(train["user_id"])
    item_row, item_ids = pd.factorize(train["item_id"])
    rated = train["rating"] >= GOOD_RATING if "rating" in train else True
    events = pd.DataFrame(
        {
            "user_row": user_row,
            "item_row": item_row,
            "at": train["occurred_at"],
            "positive": rated,
        }
    )
    return Data(
        user_ids=np.asarray(user_ids, dtype=object),
        item_ids=np.asarray(item_ids, dtype=object),
        events=events,
        asked=pd.Index(user_ids).get_indexer(asked),
    )


def best(data: Data, score: Callable[[Ints], NDArray[np.floating]]) -> Iterator[pd.DataFrame]:
    """Yield the lists of all users asked for, from scores (n, n_items) of a batch of them."""
    seen = data.seen
    for start in range(0, len(data.asked), BATCH):
        users = data.asked[start : start + BATCH]
        scores = np.array(score(users), dtype=np.float64)
        scores[seen[users].nonzero()] = -np.inf
        items = np.argsort(-scores, axis=1, kind="stable")[:, :K]
        yield lists(data, np.repeat(users, K), items.ravel(), np.tile(np.arange(K), len(users)))


def lists(data: Data, user_rows: Ints, item_rows: Ints, places: Ints) -> pd.DataFrame:
    """Return list entries in the columns that are scored."""
    return pd.DataFrame(
        {
            "user_id": data.user_ids[user_rows],
            "rank": np.asarray(places) + 1,
            "item_id": data.item_ids[item_rows],
        }
    )


def room_for_seen(data: Data) -> int:
    """Return how long a list must be to keep ``K`` items when those met but not liked go."""
    met = np.diff(data.seen.indptr) - np.diff(data.liked.indptr)
    return K + int(met[data.asked].max(initial=0))


def first_unseen(
    data: Data, user_rows: pd.Series, item_rows: pd.Series, ranks: pd.Series
) -> pd.DataFrame:
    """Return the first ``K`` items of each list that the user has not met."""
    found = pd.DataFrame({"user": user_rows, "item": item_rows, "rank": ranks}).astype(np.int64)
    known = np.asarray(data.seen[found["user"], found["item"]]).ravel() > 0
    found = found[~known].sort_values(["user", "rank"])
    place = found.groupby("user").cumcount().to_numpy()
    found, place = found[place < K], place[place < K]
    return lists(data, found["user"].to_numpy(), found["item"].to_numpy(), place)


def main(peers: Mapping[str, Callable[..., pd.DataFrame]]) -> None:
    """Make the lists of one peer: NAME SPLIT_FOLDER OUT SETTINGS (as JSON)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=list(peers))
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("settings", type=json.loads)
    given = parser.parse_args()
    settings: dict[str, Any] = given.settings
    peers[given.name](read(given.folder), **settings).to_csv(given.out, index=False)
