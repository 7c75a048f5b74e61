"""The log as valuation counts it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.evaluation import frames
from engine.evaluation.memberships import MONTH_SECONDS
from engine.evaluation.population import PopulationData
from engine.evaluation.segments import Segments
from engine.evaluation.usage import Users, Window, trailing_window
from engine.evaluation.valuation import Items
from engine.simulation.forecast import Chance
from engine.store import queries
from engine.tensor import Floats
from engine.workbench.workspace import Workspace


@dataclass(frozen=True, kw_only=True, eq=False)
class Counted:
    """The log as valuation counts it."""

    rung: int
    currency: str | None
    users: Users
    segments: Segments
    items: Items
    population: PopulationData
    shown: pd.DataFrame
    window: Window
    weights: Floats


def log_window(workspace: Workspace) -> Window:
    """Return the trailing time that today's use is measured over."""
    profile = queries.read_frame(workspace.database, "data_profile").iloc[0]
    bounds = frames.epoch_seconds(pd.Series([profile["first_at"], profile["last_at"]]))
    return trailing_window(float(bounds[0]), float(bounds[1]))


def read_counted(workspace: Workspace, weights: Floats) -> Counted:
    """Read the tables that money is counted from."""
    db = workspace.database
    tables = {
        name: queries.read_frame(db, name)
        for name in ("users", "items", "visits", "takings", "memberships", "impressions")
    }
    profile = queries.read_frame(db, "data_profile").iloc[0]
    users, segments = frames.users_of(tables["users"])
    items = frames.items_of(tables["items"])
    window = log_window(workspace)
    priced = items.price_cents > 0
    population = PopulationData(
        users=users,
        segments=segments.names,
        visits=frames.visits_of(tables["visits"]),
        takings=frames.takings_of(tables["takings"]),
        shown=frames.shown_of(tables["impressions"]),
        memberships=frames.memberships_of(tables["memberships"]),
        window=window,
        has_prices=bool(profile["priced_count"] > 0),
        holdout=frames.holdout_of(queries.read_frame(db, "holdout_sums")),
        arms=frames.arms_of(queries.read_frame(db, "reaction_arms")),
        # one item without a cost would be sold at a margin of its whole price
        has_unit_costs=bool(priced.any() and np.isfinite(items.unit_cost_cents[priced]).all()),
    )
    return Counted(
        rung=queries.rung(db),
        currency=queries.currency(db),
        users=users,
        segments=segments,
        items=items,
        population=population,
        shown=tables["impressions"],
        window=window,
        weights=weights,
    )


def chance_of(counted: Counted) -> Chance:
    """Return how much luck there is in orders through lists, and how long the log is."""
    amount = counted.shown["order_amount_cents"].to_numpy(np.float64)
    amount = amount[amount > 0]
    spread = float((amount**2).mean() / amount.mean() ** 2) if len(amount) else 1.0
    window = counted.window
    return Chance(
        order_spread=spread, history_months=(window.end - window.log_begin) / MONTH_SECONDS
    )


def list_sales_cents(counted: Counted) -> int:
    """Return what was ordered after a click on a list in the trailing month [cents]."""
    shown, window = counted.shown, counted.window
    at = frames.epoch_seconds(shown["occurred_at"])
    inside = (at >= window.month_begin) & (at < window.end)
    inside &= counted.users.counted[shown["user_row"].to_numpy()]
    inside &= ~shown["is_ad"].to_numpy(bool)
    return int(shown["order_amount_cents"].to_numpy(np.int64)[inside].sum())
