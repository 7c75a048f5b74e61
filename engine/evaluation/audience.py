"""Who comes, how often, and who comes back: from counts that SQL made to shares.

Nothing here sees a user: the frames have one row per period or day, so that the cost is
that of the calendar, whatever the size of the log.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd

from engine.tensor import Floats

Period = Literal["week", "month"]

LONG_LOG_DAYS = 270
"""A longer log is told by months: weeks would be too many to read."""

MOST_COHORTS = 26
WEEK_DAYS, MONTH_DAYS = 7, 28
"""Windows of active users; 28 days hold each weekday four times."""

SMALLEST_BASE = 100

FEWEST_USERS = 10
"""Smaller groups are not shown singly."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Retention:
    """Which share of the users of each first period came back in later ones."""

    period: Period

    cohorts: tuple[date, ...]
    """First day of the first period of each group; oldest first."""

    sizes: tuple[int, ...]
    """Users of each group [count]."""

    counts: Floats
    """(n_cohorts, n_periods): users active n periods after their first, n from 1.
    NaN where the log does not cover the period to its end."""

    hidden: int
    """Groups of too few users, which are left out [count]."""

    starts_with_log: bool
    """Whether the first group is that of the first period of the log: it holds everybody
    who came before, not only the new."""

    @property
    def shares(self) -> Floats:
        """Return ``counts`` as shares of ``sizes``."""
        shares: Floats = self.counts / np.array(self.sizes, dtype=np.float64)[:, None]
        return shares

    def back_after(self, periods: int) -> float | None:
        """Return the share of new users active that many periods later, None if unknown.

        All groups that the log covers so far count together; the users from before the log
        only where there are no others.
        """
        column = periods - 1
        if column >= self.counts.shape[1]:
            return None
        known = ~np.isnan(self.counts[:, column])
        if self.starts_with_log and known[1:].any():
            known[0] = False
        base = int(np.array(self.sizes)[known].sum())
        return float(self.counts[known, column].sum()) / base if base else None


@dataclass(frozen=True, kw_only=True, eq=False)
class Activity:
    """Active users by day and how many days they come."""

    days: pd.DataFrame
    """Columns day_on, day_users, week_users, month_users; NaN where the window of 7 or 28
    days begins before the log."""

    active_days: pd.DataFrame
    """Columns active_days, user_count: users by their active days in the last 28."""

    stickiness: float | None
    """Mean daily users of the last 28 days over the users of those days; None where the
    log is shorter."""

    @property
    def mean_day_users(self) -> float:
        """Return the users of a mean day of the last 28, or of a shorter log."""
        return float(self.days["day_users"].iloc[-MONTH_DAYS:].mean())

    @property
    def month_users(self) -> int | None:
        """Return the users of the last 28 days; None where the log is shorter."""
        last = self.days["month_users"].iloc[-1] if len(self.days) else np.nan
        return None if np.isnan(last) else int(last)


def period_of(first_on: date, last_on: date) -> Period:
    """Return by what a log of that length is told."""
    return "month" if (last_on - first_on).days + 1 > LONG_LOG_DAYS else "week"


def retention(counts: pd.DataFrame, period: Period, first_on: date, last_on: date) -> Retention:
    """Return the groups of a log that ends with ``last_on``.

    Parameters
    ----------
    counts : DataFrame
        Columns cohort_on, period_on, user_count, as ``behaviour_retention.sql`` gives them.

    Notes
    -----
    Only periods that the log covers to their end count: a week of two days would look
    like people who left.
    """
    starts = _starts(period, first_on, last_on)
    place = {start: row for row, start in enumerate(starts)}
    table = np.zeros((len(starts), len(starts)))
    for cohort, later, users in counts.itertuples(index=False, name=None):
        row, column = (place.get(pd.Timestamp(day).date()) for day in (cohort, later))
        if row is not None and column is not None:
            table[row, column] = users
    sizes = np.diag(table).astype(np.int64)
    # of the last group nothing is known yet
    large = sizes[:-1] >= FEWEST_USERS
    shown = np.flatnonzero(large).tolist()[-MOST_COHORTS:]
    n_periods = max([len(starts) - 1 - row for row in shown], default=0)
    later_counts = np.full((len(shown), n_periods), np.nan)
    for place_of_row, row in enumerate(shown):
        known = table[row, row + 1 :]
        later_counts[place_of_row, : len(known)] = known
    return Retention(
        period=period,
        cohorts=tuple(starts[row] for row in shown),
        sizes=tuple(int(sizes[row]) for row in shown),
        counts=later_counts,
        hidden=int(((sizes[:-1] > 0) & ~large).sum()),
        starts_with_log=bool(shown) and shown[0] == 0,
    )


def activity(
    days: pd.DataFrame, active_days: pd.DataFrame, first_on: date, last_on: date
) -> Activity:
    """Return active users of every day of the log.

    Parameters
    ----------
    days : DataFrame
        Columns day_on, day_user_count, week_user_count, month_user_count; only days with
        a change, as ``behaviour_active_days.sql`` gives them.
    """
    calendar = pd.date_range(first_on, last_on, name="day_on", unit="us")
    known = days.set_index(pd.DatetimeIndex(days["day_on"], name="day_on")).sort_index()
    users = known[[column for column in known if column != "day_on"]]
    filled = users.reindex(calendar, method="ffill").fillna(0)
    shown = pd.DataFrame(
        {
            "day_users": filled["day_user_count"],
            "week_users": filled["week_user_count"].where(_covered(calendar, WEEK_DAYS)),
            "month_users": filled["month_user_count"].where(_covered(calendar, MONTH_DAYS)),
        }
    )
    month = shown["month_users"].iloc[-1] if len(shown) else np.nan
    daily = shown["day_users"].iloc[-MONTH_DAYS:].mean()
    return Activity(
        days=shown.astype(float).reset_index(),
        active_days=active_days,
        stickiness=float(daily / month) if month > 0 else None,
    )


def _covered(calendar: pd.DatetimeIndex, window_days: int) -> "np.typing.NDArray[np.bool_]":
    return np.arange(len(calendar)) >= window_days - 1


def _starts(period: Period, first_on: date, last_on: date) -> list[date]:
    """Return the first day of each period that the log covers to its end."""
    start = _start(period, first_on)
    found = []
    while (following := _next(period, start)) <= last_on + timedelta(days=1):
        found.append(start)
        start = following
    return found


def _start(period: Period, day: date) -> date:
    return day.replace(day=1) if period == "month" else day - timedelta(days=day.weekday())


def _next(period: Period, start: date) -> date:
    if period == "week":
        return start + timedelta(days=WEEK_DAYS)
    return (start + timedelta(days=31)).replace(day=1)


def per(part: int, whole: int) -> tuple[int, int]:
    """Return a share as how many of 100, or of 1,000 or 10,000 where it is small.

    A whole of fewer than 100 stays as it is: two of three are not 67 of 100.
    """
    if whole < SMALLEST_BASE or not part:
        return part, min(whole, SMALLEST_BASE)
    base = next((base for base in (100, 1_000) if part * base >= whole), 10_000)
    return round(part * base / whole), base
