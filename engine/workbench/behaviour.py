"""What people do: steps they take, whether they come back, what they look for.

Every answer is counted in SQL over the whole log; what reaches Python has a row per step,
day, period, query or segment. Cost grows with the events of the log: each question groups
them once, the funnel once more for each step, and searches sort the events of those users
who searched. 1.5 million events take about half a second.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import pandas as pd

from engine.evaluation import audience
from engine.evaluation.audience import FEWEST_USERS, MONTH_DAYS, Activity, Retention
from engine.store import queries
from engine.workbench.checking import Stamp
from engine.workbench.workspace import Workspace

Unit = Literal["person", "visit", "item"]
UNITS: tuple[Unit, ...] = ("visit", "person", "item")

STEPS = {
    "impression": "shown",
    "ad_impression": "shown",
    "click": "clicked",
    "ad_click": "clicked",
    "view": "viewed",
    "play": "played",
    "like": "liked",
    "cart": "carted",
    "purchase": "bought",
}
"""Event type -> step of the funnel, as in ``behaviour_funnel.sql``."""

SHOP_TYPES = frozenset({"cart", "purchase"})
MEDIA_STEPS = frozenset({"played", "liked"})
"""Steps of a log without ``SHOP_TYPES``; elsewhere people play and like along the way."""

MOST_QUERIES = 500
"""Queries that reach a reader, of the most frequent and of the most often missed each."""

ACTS = ("click", "ad_click", "view", "play", "cart", "purchase")
"""What may follow a search, as in ``behaviour_searches.sql``."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the funnel."""

    name: str

    reached: int
    """People, visits or pairs that came this far, one step after the other [count]."""

    users: int
    """People who ever did it, in whatever order [count]."""

    events: int


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """Steps in order; a step counts only after the one before it."""

    unit: Unit
    steps: tuple[Step, ...]

    @property
    def overall(self) -> float:
        """Return the share of the first step that took the last but kept."""
        return self.of(self.goal)

    @property
    def goal(self) -> Step:
        """Return the step that the finding speaks of: buying, else the last."""
        return next((step for step in self.steps if step.name == "bought"), self.steps[-1])

    def of(self, step: Step) -> float:
        """Return a step as a share of the first."""
        return step.reached / max(self.steps[0].reached, 1)

    def of_previous(self, step: Step) -> float | None:
        """Return a step as a share of the one before it; None for the first."""
        place = self.steps.index(step)
        if place == 0:
            return None
        return step.reached / max(self.steps[place - 1].reached, 1)

    @property
    def narrowest(self) -> tuple[Step, Step]:
        """Return the two steps between which the largest share is lost."""
        pairs = list(zip(self.steps, self.steps[1:], strict=False))
        return min(pairs, key=lambda pair: pair[1].reached / max(pair[0].reached, 1))


@dataclass(frozen=True, kw_only=True, eq=False)
class Searches:
    """What people searched for, and where nothing came of it."""

    queries: pd.DataFrame
    """Columns query, search_count, user_count, missed_count, missed_user_count; the query
    of few users is missing: they are one row."""

    outcomes_known: bool
    """Whether the log has anything that may follow a search."""

    @property
    def total(self) -> int:
        return int(self.queries["search_count"].sum())

    @property
    def missed(self) -> int | None:
        """Return the searches after which nothing was opened or bought; None if unknown."""
        if not self.total or not self.outcomes_known:
            return None
        return int(self.queries["missed_count"].sum())

    @property
    def named(self) -> pd.DataFrame:
        """Return the queries that may be shown singly, most searched first."""
        return self.queries[self.queries["query"].notna()]

    @property
    def rare(self) -> int:
        """Return the searches for queries of few users."""
        return int(self.queries.loc[self.queries["query"].isna(), "search_count"].sum())


@dataclass(frozen=True, kw_only=True, eq=False)
class Behaviour:
    """What every view of the page rests on."""

    kinds: pd.DataFrame
    """Columns event_type, event_count, user_count, has_item."""

    bots: int
    """Machine-like users, left out of everything here [count]."""

    segments: pd.DataFrame
    """Columns segment, is_gathered, segment_count, user_count, active_user_count,
    event_count, order_count, net_sales_cents; the gathered small ones have no name."""

    retention: Retention
    activity: Activity
    searches: Searches

    @property
    def is_silent(self) -> bool:
        """Whether nobody did anything: only machines, or only renewals."""
        return not self.activity.days["day_users"].any()

    @property
    def has_segments(self) -> bool:
        """Whether any user is in a segment."""
        return bool(self.segments["segment"].notna().any() or self.segments["is_gathered"].any())

    @property
    def has_funnel(self) -> bool:
        """Whether the log has two steps that follow each other."""
        return len(self.steps) > 1

    @property
    def steps(self) -> frozenset[str]:
        """Return the steps of the funnel that the log has."""
        types = set(self.kinds["event_type"])
        known = {STEPS[kind] for kind in types if kind in STEPS}
        return frozenset(known - MEDIA_STEPS if types & SHOP_TYPES else known)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what the log would have to hold for every view, the most useful first."""
        types = set(self.kinds["event_type"])
        known = {
            "impressions": "impression" in types or "ad_impression" in types,
            "searches": "search" in types,
            "segments": self.has_segments,
        }
        return tuple(name for name, is_known in known.items() if not is_known)


def behaviour(workspace: Workspace, facts: Stamp) -> Behaviour:
    """Return who comes, who comes back and what is searched for."""
    database = workspace.database
    first_on, last_on = _days(facts)
    kinds = queries.read_frame(database, "event_types")
    period = audience.period_of(first_on, last_on)
    return Behaviour(
        kinds=kinds,
        bots=int(queries.read_frame(database, "data_profile")["bot_count"].iloc[0]),
        retention=audience.retention(
            queries.read_frame(database, "behaviour_retention", period=period),
            period,
            first_on,
            last_on,
        ),
        activity=audience.activity(
            queries.read_frame(database, "behaviour_active_days"),
            queries.read_frame(
                database, "behaviour_active_day_counts", from_on=window_start(last_on)
            ),
            first_on,
            last_on,
        ),
        searches=_searches(workspace, set(kinds["event_type"])),
        segments=queries.read_frame(
            database,
            "behaviour_segments",
            fewest_users=FEWEST_USERS,
            from_on=window_start(last_on),
        ),
    )


def funnel(workspace: Workspace, unit: Unit) -> Funnel:
    """Return how far people, visits or pairs of person and item get."""
    frame = queries.read_frame(workspace.database, "behaviour_funnel", unit=unit)
    return Funnel(
        unit=unit,
        steps=tuple(
            Step(
                name=str(row["step"]),
                reached=int(row["reached_count"]),
                users=int(row["user_count"]),
                events=int(row["event_count"]),
            )
            for row in frame.to_dict("records")
        ),
    )


def events_by_day(workspace: Workspace) -> pd.DataFrame:
    """Return what was done on each day: columns day_on, event_type, event_count."""
    return queries.read_frame(workspace.database, "behaviour_events_by_day")


def window_start(last_on: date) -> date:
    """Return the first of the last 28 days."""
    return last_on - timedelta(days=MONTH_DAYS - 1)


def _searches(workspace: Workspace, kinds: set[str]) -> Searches:
    frame = queries.read_frame(
        workspace.database,
        "behaviour_searches",
        fewest_users=FEWEST_USERS,
        most_queries=MOST_QUERIES,
    )
    return Searches(queries=frame, outcomes_known=bool(kinds & set(ACTS)))


def _days(facts: Stamp) -> tuple[date, date]:
    if facts.first_on is None or facts.last_on is None:
        raise ValueError("an empty log has no behaviour")
    return facts.first_on, facts.last_on
