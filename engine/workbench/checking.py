"""What the data can carry: health, rung, and the stamp under every page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd

from engine.store import artifacts, queries
from engine.store.health import HealthReport, health
from engine.workbench.notes import Note, read_notes
from engine.workbench.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """Which data and which run the numbers of a page come from."""

    first_on: date | None
    """First day of the log; None in an empty database."""

    last_on: date | None
    """Last day of the log."""

    users: int
    items: int
    events: int

    currency: str | None
    """ISO 4217 code; None until a price was loaded."""

    run_id: str | None
    """The trained run that fits this data; None before training."""

    trained_at: datetime | None
    """When that run was trained, UTC."""

    data_version: str
    """Hash of the data, the key of every cache."""

    is_blend: bool = False
    """Whether the run averages its sources because too few labels were there to learn from."""

    notes: tuple[Note, ...] = ()
    """What that run could not do."""


def check(workspace: Workspace) -> HealthReport:
    """Gates of data health, the rung of evidence and what the next one needs."""
    return health(workspace.database)


def stamp(workspace: Workspace) -> Stamp:
    """Sizes, dates and run behind the numbers."""
    profile = queries.read_frame(workspace.database, "data_profile")
    row = profile.iloc[0] if len(profile) else None
    run = artifacts.current_run(workspace.database)
    return Stamp(
        first_on=_day(row, "first_at"),
        last_on=_day(row, "last_at"),
        users=_count(row, "user_count"),
        items=_count(row, "item_count"),
        events=_count(row, "event_count"),
        currency=queries.currency(workspace.database),
        run_id=run.run_id if run else None,
        trained_at=datetime.fromisoformat(run.manifest["trained_at"]) if run else None,
        data_version=queries.data_hash(workspace.database),
        is_blend=bool(run and run.manifest.get("is_blend")),
        notes=read_notes(run.manifest) if run else (),
    )


def months(workspace: Workspace) -> pd.DataFrame:
    """What was counted in each month of the log: users, visits, lists, orders, net sales."""
    return queries.read_frame(workspace.database, "monthly_activity")


def latest_whole_month(months: pd.DataFrame, facts: Stamp) -> pd.Series:
    """The row of the last calendar month that the log covers to its end.

    A month of nine days beside whole ones would read as a collapse. A log that ends in
    its first month has only that one.
    """
    last_on = facts.last_on
    is_cut = last_on is not None and (last_on + timedelta(days=1)).month == last_on.month
    return months.iloc[-2 if is_cut and len(months) > 1 else -1]


def _day(row: "pd.Series | None", column: str) -> date | None:
    if row is None or pd.isna(row[column]):
        return None
    return pd.Timestamp(row[column]).date()


def _count(row: "pd.Series | None", column: str) -> int:
    return 0 if row is None or pd.isna(row[column]) else int(row[column])
