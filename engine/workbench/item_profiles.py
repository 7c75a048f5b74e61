"""What is known of one item: attributes, neighbours, who chose it, the lists it stands on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd

from engine.evaluation.audience import FEWEST_USERS
from engine.ranking import portrait
from engine.ranking.portrait import Neighbours, Weights
from engine.ranking.two_stage import FittedRanker
from engine.store import lists, queries
from engine.workbench.profiles import day_of, success_kinds, text_of
from engine.workbench.runs import trained_run
from engine.workbench.workspace import Workspace

MATCHES = 20
NEAREST = 10
WEEKS_AT_MOST = 40
"""A longer log is told by month."""

Period = Literal["week", "month"]


@dataclass(frozen=True, kw_only=True)
class ItemFacts:
    """What the log and the catalogue say of one item."""

    item_row: int
    item_id: str
    title: str
    category: str | None
    tags: tuple[str, ...]
    price_cents: float | None
    unit_cost_cents: float | None
    events: int
    net_sales_cents: int
    orders: int
    returns: int
    choosers: int
    """Users with a success on it [count]."""
    members_only: bool
    published_on: date | None
    first_on: date | None


@dataclass(frozen=True, kw_only=True, eq=False)
class ItemProfile:
    """What a fitted ranker knows of an item."""

    is_candidate: bool
    pool_size: int
    """Items that lists are made from [count]."""
    attributes: Weights
    neighbours: Neighbours


@dataclass(frozen=True, kw_only=True, eq=False)
class Choosers:
    """Who chose an item, by segment."""

    frame: pd.DataFrame
    """Columns segment, is_gathered, user_count, chooser_count, share, base_share, index:
    the segment's share among those who chose it, among all who chose anything, and the
    first as percent of the second."""
    total: int

    @property
    def is_known(self) -> bool:
        """Whether enough people chose it to tell who they are."""
        return self.total >= FEWEST_USERS

    @property
    def has_segments(self) -> bool:
        """Whether any segment can be named."""
        return bool(self.frame["segment"].notna().any())


@dataclass(frozen=True, kw_only=True, eq=False)
class Standing:
    """On which lists an item stands."""

    frame: pd.DataFrame
    """Columns source_code, list_count, mean_rank, best_rank."""
    users: int
    """Users with a list [count]."""

    @property
    def lists(self) -> int:
        """Return how many lists hold it."""
        return int(self.frame["list_count"].sum())

    @property
    def mean_rank(self) -> float:
        """Return its mean place over all lists that hold it."""
        weight = self.frame["list_count"]
        return float((self.frame["mean_rank"] * weight).sum() / max(weight.sum(), 1))


def find_items(workspace: Workspace, text: str) -> pd.DataFrame:
    """Return up to twenty items by title or id, used most first; columns item_row, item_id, item.

    Without a text those that are used most of all.
    """
    return queries.read_frame(
        workspace.database, "profile_find_items", text=text or None, row_limit=MATCHES
    )


def names_of(workspace: Workspace, item_rows: list[int]) -> pd.DataFrame:
    """Return item_id, item and category of some items, by ``item_row``."""
    found = queries.read_frame(workspace.database, "profile_names", item_rows=item_rows)
    return found.set_index("item_row")


def rows_of(workspace: Workspace, item_ids: tuple[str, ...]) -> pd.Series:
    """Return the ``item_row`` of some items of the log, in their order."""
    found = queries.read_frame(workspace.database, "profile_item_rows", item_ids=list(item_ids))
    return found.set_index("item_id")["item_row"].loc[list(item_ids)]


def find_item(workspace: Workspace, item_id: str) -> ItemFacts | None:
    """Return one item; None for an id that is not in the log."""
    found = queries.read_frame(
        workspace.database, "profile_item", item_id=item_id, kinds=success_kinds(workspace)
    )
    if found.empty:
        return None
    row = found.iloc[0]
    tags = row["tags"]
    return ItemFacts(
        item_row=int(row["item_row"]),
        item_id=str(row["item_id"]),
        title=str(row["item"]),
        category=text_of(row["category"]),
        tags=tuple(map(str, tags)) if isinstance(tags, Iterable) else (),
        price_cents=_cents(row["price"]),
        unit_cost_cents=_cents(row["unit_cost"]),
        events=int(row["event_count"]),
        net_sales_cents=int(row["net_sales_cents"]),
        orders=int(row["order_count"]),
        returns=int(row["return_count"]),
        choosers=int(row["chooser_count"]),
        members_only=bool(row["members_only"]),
        published_on=day_of(row["published_at"]),
        first_on=day_of(row["first_at"]),
    )


def profile_of(fitted: FittedRanker, item_row: int) -> ItemProfile:
    """Return what a fitted ranker knows of an item."""
    return ItemProfile(
        is_candidate=portrait.is_candidate(fitted, item_row),
        pool_size=len(fitted.pool),
        attributes=portrait.attributes_of(fitted, item_row),
        neighbours=portrait.neighbours(fitted, item_row, NEAREST),
    )


def choosers(workspace: Workspace, item_row: int) -> Choosers:
    """Return who chose an item; segments of few of its choosers are gathered."""
    frame = queries.read_frame(
        workspace.database,
        "profile_item_choosers",
        item_row=item_row,
        kinds=success_kinds(workspace),
        fewest_users=FEWEST_USERS,
    )
    total = int(frame["chooser_count"].sum())
    share = frame["chooser_count"] / max(total, 1)
    base = frame["user_count"] / max(int(frame["user_count"].sum()), 1)
    told = frame.assign(share=share, base_share=base, index=100 * share / base)
    return Choosers(frame=told, total=total)


def period_of(first_on: date, last_on: date) -> Period:
    """Return whether a log is told by week or by month."""
    return "week" if (last_on - first_on).days <= 7 * WEEKS_AT_MOST else "month"


def periods(workspace: Workspace, item_row: int, first_on: date, last_on: date) -> pd.DataFrame:
    """Return how many users chose an item by week or month: columns period_on, user_count.

    Periods in which nobody did are zeros.
    """
    period = period_of(first_on, last_on)
    found = queries.read_frame(
        workspace.database,
        "profile_item_periods",
        item_row=item_row,
        kinds=success_kinds(workspace),
        period=period,
    )
    starts = pd.date_range(
        pd.Timestamp(first_on).to_period(period[0].upper()).start_time,
        pd.Timestamp(last_on),
        freq="W-MON" if period == "week" else "MS",
    )
    counted = found.set_index(pd.to_datetime(found["period_on"]))["user_count"]
    filled = counted.reindex(starts, fill_value=0).astype(int)
    return pd.DataFrame({"period_on": starts, "user_count": filled.to_numpy()})


def standing(workspace: Workspace, item_row: int) -> Standing:
    """Return on which of the stored lists an item stands.

    Raises
    ------
    ArtifactError
        When the stored lists are missing or damaged.
    """
    run = trained_run(workspace)
    frame = lists.standing(workspace.database, run.folder, item_row)
    users = lists.choices(workspace.database, run.folder)["user_count"]
    return Standing(frame=frame, users=int(users))


def _cents(price: Any) -> float | None:
    return None if pd.isna(price) else float(price) * 100
