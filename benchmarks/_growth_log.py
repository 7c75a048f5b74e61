"""A large log that nobody owns: views and purchases with the skew of a shop, from one seed."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from engine.rng import stream

SEED = 1
EVENTS_PER_USER = 100
N_ITEMS, N_TASTES = 50_000, 100
DAYS = 180
PIECE = 1_000_000
"""Events of one file."""

POPULARITY_POWER = 0.9
"""The item of rank r is chosen in proportion to r to the minus this."""

ACTIVITY_SIGMA = 1.1
"""Standard deviation of the logarithm of a user's activity."""

TASTE_SHARE = 0.6
"""Share of views of items of the user's own taste."""

PURCHASE_SHARE = 0.1
"""Share of events that buy what was just looked at."""


def write_log(n_events: int, folder: Path) -> tuple[list[Path], Path]:
    """Write ``n_events`` in files of a million, and the items; return files and items."""
    return list(_events(n_events, folder)), _items(folder)


def _events(n_events: int, folder: Path) -> Iterator[Path]:
    n_users = max(n_events // EVENTS_PER_USER, 1)
    rng = stream(SEED, "growth", "users")
    share = rng.lognormal(0.0, ACTIVITY_SIGMA, n_users)
    edges = np.cumsum(share) / share.sum()
    for number, start in enumerate(range(0, n_events, PIECE)):
        size = min(PIECE, n_events - start)
        path = folder / f"events_{number:03d}.parquet"
        _piece(size, edges, stream(SEED, "growth", "piece", number)).to_parquet(path, index=False)
        yield path


def _piece(size: int, edges: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    n_bought = round(PURCHASE_SHARE * size)
    n_views = size - n_bought
    users = np.minimum(np.searchsorted(edges, rng.random(n_views)), len(edges) - 1)
    items = _viewed(users, rng)
    at = rng.integers(0, DAYS * 86_400, n_views)
    bought = rng.choice(n_views, n_bought, replace=False)
    user = np.concatenate([users, users[bought]])
    item = np.concatenate([items, items[bought]])
    seconds = np.concatenate([at, at[bought] + rng.integers(30, 900, n_bought)])
    kind = np.repeat(["view", "purchase"], [n_views, n_bought])
    moment = pd.Timestamp("2026-01-01") + pd.to_timedelta(seconds, unit="s")
    price = np.where(kind == "purchase", _prices()[item], np.nan)
    frame = pd.DataFrame({"user_id": _names("u", user), "item_id": _names("i", item)})
    return frame.assign(event_type=kind, occurred_at=moment, unit_price=price)


def _viewed(users: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return an item for each view: of the user's taste, or of any.

    Item ``n`` has taste ``n % N_TASTES``, so that every taste holds popular items.
    """
    own = rng.random(len(users)) < TASTE_SHARE
    anything = _ranks(N_ITEMS, len(users), rng)
    of_taste = _ranks(N_ITEMS // N_TASTES, len(users), rng) * N_TASTES + users % N_TASTES
    return np.where(own, of_taste, anything)


def _ranks(n: int, size: int, rng: np.random.Generator) -> np.ndarray:
    edges = np.cumsum(np.arange(1, n + 1) ** -POPULARITY_POWER)
    return np.searchsorted(edges / edges[-1], rng.random(size)).clip(max=n - 1)


def _prices() -> np.ndarray:
    return stream(SEED, "growth", "prices").lognormal(3.0, 0.7, N_ITEMS).round(2)


def _names(letter: str, rows: np.ndarray) -> pd.Series:
    return letter + pd.Series(rows).astype(str)


def _items(folder: Path) -> Path:
    rows = np.arange(N_ITEMS)
    path = folder / "items.parquet"
    taste = _names("taste ", rows % N_TASTES)
    frame = pd.DataFrame({"item_id": _names("i", rows), "title": _names("Item ", rows)})
    frame.assign(category=taste, price=_prices()).to_parquet(path, index=False)
    return path
