"""Write the sample world to Parquet, bit for bit from its seed.

Run ``python -m sample_data.make`` in the root of the repository.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sample_data import log, members, words, world
from sample_data.world import Items, Users, WorldSettings

FOLDER = Path(__file__).parent
CURRENCY = "EUR"
POLICY = "current"
DAY = 86_400


def make_world(settings: WorldSettings) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    """Return the tables by kind of file, and the truth behind them."""
    items, users = world.draw_items(settings), world.draw_users(settings)
    paid = members.memberships(settings, users)
    events, served = log.simulate(settings, items, users, members.member_by_epoch(settings, paid))
    events = pd.concat([events, members.membership_events(settings, paid)], ignore_index=True)
    tables = {
        "events": _events_table(settings, events),
        "items": _items_table(settings, items),
        "users": _users_table(settings, users),
        "memberships": _memberships_table(settings, paid),
        "assignments": _assignments_table(settings, users),
        "lists": _lists_table(settings, users, served),
    }
    return tables, _truth(settings, items, users)


def write_world(folder: Path, settings: WorldSettings) -> None:
    """Write ``<kind>.parquet`` for each kind and ``truth.json`` into ``folder``."""
    tables, truth = make_world(settings)
    for kind, table in tables.items():
        pq.write_table(table, folder / f"{kind}.parquet", compression="zstd", compression_level=15)
    text = json.dumps(truth, separators=(",", ":"), sort_keys=True)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8")


def read_truth(folder: Path = FOLDER) -> dict[str, Any]:
    """Return the content of ``truth.json``."""
    truth: dict[str, Any] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return truth


def true_taste(truth: dict[str, Any]) -> np.ndarray:
    """Return z_u·y_i at the end of the log, shape (U, I); rows as in ``user_ids``, ``item_ids``."""
    taste, vectors = np.array(truth["user_taste_last"]), np.array(truth["item_vector"])
    return np.asarray(np.round(taste @ vectors.T, 6))


def true_click_probability(truth: dict[str, Any]) -> np.ndarray:
    """Return γ = P(click | examined) in the last epoch of the log, shape (U, I)."""
    appeal = np.array(truth["item_appeal_last"])
    return world.logistic(truth["settings"]["base_logit"] + true_taste(truth) + appeal)


def true_order_probability(truth: dict[str, Any]) -> np.ndarray:
    """Return P(order | item page) at price ratio 1, shape (U, I)."""
    settings = truth["settings"]
    return world.logistic(settings["order_logit"] + settings["order_taste"] * true_taste(truth))


def _events_table(settings: WorldSettings, events: pd.DataFrame) -> pa.Table:
    # What would happen after the last day is not in the log.
    ends_at = settings.starts_at + settings.n_days * DAY
    events = events[events["at"] < ends_at].sort_values(
        ["at", "user", "type", "item", "position"], kind="stable"
    )
    priced = events["type"].isin(["purchase", "return", "subscribe", "renew", "trial"])
    listed = events["type"].isin(["impression", "click", "ad_click"])
    organic = listed & ~events["is_ad"].fillna(False).astype(bool)
    session = _ids("s", events["session"], 8)
    columns = {
        "user_id": _ids("u", events["user"] + 1, 5),
        "item_id": _ids("i", events["item"] + 1, 4),
        "event_type": pa.array(events["type"]),
        "occurred_at": _times(events["at"]),
        "quantity": _floats(events["quantity"]),
        "unit_price": _floats(events["unit_price"]),
        "currency": _where(priced, CURRENCY),
        "rating": _floats(events["rating"]),
        "dwell_seconds": _floats(events["dwell_seconds"]),
        "query": pa.array(events["query"], from_pandas=True, type=pa.string()),
        "text": pa.array(events["text"], from_pandas=True, type=pa.string()),
        "session_id": session,
        "request_id": _ids("r", events["session"].where(listed), 8),
        "position": pa.array(events["position"], from_pandas=True).cast(pa.int16()),
        "propensity": _floats(events["propensity"]),
        "policy": _where(organic, POLICY),
        "is_ad": pa.array(events["is_ad"].where(listed), from_pandas=True, type=pa.bool_()),
        "viewable": pa.array(events["viewable"], from_pandas=True, type=pa.bool_()),
    }
    return _distinct(pa.table(columns))


def _distinct(table: pa.Table) -> pa.Table:
    """Drop repeated rows, so that the whole sample is accepted."""
    frame = table.to_pandas()
    return table.filter(pa.array(~frame.duplicated().to_numpy()))


def _items_table(settings: WorldSettings, items: Items) -> pa.Table:
    names = [words.CATEGORIES[code] for code in items.category]
    texts = [words.description(name, tags) for name, tags in zip(names, items.tags, strict=True)]
    return pa.table(
        {
            "item_id": _ids("i", pd.Series(np.arange(1, settings.n_items + 1)), 4),
            "title": items.title,
            "category": names,
            "tags": pa.array([list(tags) for tags in items.tags]),
            "text": texts,
            "price": _floats(pd.Series(np.round(items.price, 2))),
            "unit_cost": _floats(pd.Series(items.unit_cost)),
            "stock": pa.array(items.stock),
            "members_only": pa.array(items.members_only),
            "sponsored_bid": _floats(pd.Series(items.sponsored_bid)),
            "published_at": _days(settings, pd.Series(items.published_day)),
        }
    )


def _users_table(settings: WorldSettings, users: Users) -> pa.Table:
    return pa.table(
        {
            "user_id": _ids("u", pd.Series(np.arange(1, settings.n_users + 1)), 5),
            "segment": [world.SEGMENTS[code] for code in users.segment],
            "country": [world.COUNTRIES[code] for code in users.country],
            "signed_up_at": _days(settings, pd.Series(users.signed_up_day)),
            "opted_out": pa.array(np.zeros(settings.n_users, dtype=bool)),
        }
    )


def _memberships_table(settings: WorldSettings, rows: pd.DataFrame) -> pa.Table:
    return pa.table(
        {
            "user_id": _ids("u", rows["user"] + 1, 5),
            "plan": pa.array(["plus"] * len(rows)),
            "started_at": _days(settings, rows["from"], hour=10),
            "ended_at": _days(settings, rows["to"], hour=10),
            "price_per_month": _floats(rows["price"]),
            "is_trial": pa.array(rows["is_trial"]),
        }
    )


def _assignments_table(settings: WorldSettings, users: Users) -> pa.Table:
    held, share = users.is_holdout, settings.holdout_share
    price_share = {0.9: 0.2, 1.0: 0.6, 1.1: 0.2}
    arms = {
        "ad_load": (users.ad_load.astype(str), np.full(settings.n_users, 0.333333)),
        "membership_price": (users.member_price.astype(str), np.full(settings.n_users, 0.333333)),
        "price": (
            users.price_ratio.astype(str),
            np.array([price_share[ratio] for ratio in users.price_ratio]),
        ),
        "recommendations": (
            np.where(held, "none", POLICY),
            np.where(held, share, 1 - share),
        ),
    }
    first = pd.Series(np.maximum(users.signed_up_day, 0))
    parts = [
        pa.table(
            {
                "user_id": _ids("u", pd.Series(np.arange(1, settings.n_users + 1)), 5),
                "experiment": pa.array([experiment] * settings.n_users),
                "arm": pa.array(arm.tolist(), type=pa.string()),
                "probability": pa.array(probability),
                "started_at": _days(settings, first),
            }
        )
        for experiment, (arm, probability) in arms.items()
    ]
    return pa.concat_tables(parts)


def _lists_table(settings: WorldSettings, users: Users, served: np.ndarray) -> pa.Table:
    user = np.flatnonzero(~users.is_holdout)
    k = settings.n_slots
    return pa.table(
        {
            "user_id": _ids("u", pd.Series(np.repeat(user + 1, k)), 5),
            "rank": pa.array(np.tile(np.arange(1, k + 1), user.size)),
            "item_id": _ids("i", pd.Series(served[user, :k].ravel() + 1), 4),
            "policy": pa.array([POLICY] * (user.size * k)),
        }
    )


def _truth(settings: WorldSettings, items: Items, users: Users) -> dict[str, Any]:
    last = settings.n_epochs - 1
    return {
        "settings": asdict(settings),
        "user_ids": [f"u{row + 1:05d}" for row in range(settings.n_users)],
        "item_ids": [f"i{row + 1:04d}" for row in range(settings.n_items)],
        "user_taste_first": users.taste_first.tolist(),
        "user_taste_last": np.round(users.taste_last, 3).tolist(),
        "item_vector": items.vector.tolist(),
        "item_appeal": items.appeal.tolist(),
        "item_appeal_last": world.common_appeal(items, last, settings).tolist(),
        "item_published_day": items.published_day.tolist(),
        "item_price": np.round(items.price, 2).tolist(),
        "item_unit_cost": items.unit_cost.tolist(),
        "theta": world.examination(settings).tolist(),
        "first_slot_viewability": log.FIRST_SLOT_VIEWABILITY,
        # Lists are the only way to these clicks; the pages they open are extra.
        "causal_share": 1.0,
        "churn": [settings.churn_alpha, settings.churn_beta],
    }


def _ids(letter: str, numbers: pd.Series, width: int) -> pa.Array:
    codes, values = pd.factorize(numbers, sort=True)
    names = pa.array([f"{letter}{int(value):0{width}d}" for value in values], type=pa.string())
    return names.take(pa.array(codes, mask=codes < 0))


def _times(seconds: pd.Series) -> pa.Array:
    whole = pa.array(seconds, from_pandas=True).cast(pa.int64())
    return whole.cast(pa.timestamp("s", tz="UTC")).cast(pa.timestamp("ms", tz="UTC"))


def _days(settings: WorldSettings, days: pd.Series, hour: int = 0) -> pa.Array:
    return _times(settings.starts_at + days * DAY + hour * 3600)


def _floats(values: pd.Series) -> pa.Array:
    return pa.array(values, from_pandas=True, type=pa.float64())


def _where(chosen: pd.Series, word: str) -> pa.Array:
    return pa.array(np.where(chosen, word, None), type=pa.string())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    write_world(parser.parse_args().folder, WorldSettings())
