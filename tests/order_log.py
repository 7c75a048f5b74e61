"""A log of orders and nothing else, in which people have a taste."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from engine.rng import stream

N_USERS, N_ITEMS, N_DAYS, ORDERS_PER_USER = 300, 60, 182, 12
N_TASTES = 3
FIRST_DAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def write_order_log(path: Path, seed: int = 1) -> None:
    """Write six months of orders: most of what a user buys is of her own third of the items."""
    rng = stream(seed, "order_log")
    user = np.repeat(np.arange(N_USERS), ORDERS_PER_USER)
    third = N_ITEMS // N_TASTES
    # some items sell more than others inside a third, so that popularity knows something
    place = np.minimum(rng.geometric(0.12, len(user)) - 1, third - 1)
    taste = np.where(rng.random(len(user)) < 0.85, user % N_TASTES, rng.integers(0, N_TASTES))
    seconds = rng.integers(0, N_DAYS * 86_400, len(user))
    item = taste * third + place
    orders = pd.DataFrame(
        {
            "user_id": [f"user {row:03d}" for row in user],
            "item_id": [f"item {row:02d}" for row in item],
            "event_type": "purchase",
            "occurred_at": [FIRST_DAY + dt.timedelta(seconds=int(second)) for second in seconds],
            "quantity": 1,
            "unit_price": np.round(5.0 + item * 0.75, 2),
        }
    )
    orders["occurred_at"] = orders["occurred_at"].map(dt.datetime.isoformat)
    orders.drop_duplicates().to_csv(path, index=False)
