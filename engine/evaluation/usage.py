"""Visits and money of users as arrays, and the books of the trailing month."""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.memberships import MONTH_SECONDS, MembershipLog, Stays, paid_stays
from engine.tensor import Floats

MOST_MONTHS = 3
"""Months of the trailing window: older use says little about today's."""


@dataclass(frozen=True, kw_only=True, eq=False)
class VisitLog:
    """One row per visit; arrays of shape (n_visits,)."""

    user_row: NDArray[np.int32]
    started_at: NDArray[np.int64]
    """[epoch seconds, UTC]"""
    view_count: NDArray[np.int64]
    order_count: NDArray[np.int64]
    order_amount_cents: NDArray[np.int64]
    list_count: NDArray[np.int64]
    list_click_count: NDArray[np.int64]

    def rows(self, keep: NDArray[np.bool_]) -> "VisitLog":
        """Return the visits where ``keep`` holds."""
        return replace(self, **{spec.name: getattr(self, spec.name)[keep] for spec in fields(self)})

    def between(self, begin: float, end: float) -> "VisitLog":
        """Return the visits from ``begin`` to before ``end`` [epoch seconds]."""
        return self.rows((self.started_at >= begin) & (self.started_at < end))


@dataclass(frozen=True, kw_only=True, eq=False)
class Users:
    """Users in the order of their rows; arrays of shape (n_users,)."""

    segment: NDArray[np.int32]
    """Index of the segment."""
    group: NDArray[np.int32]
    """Bootstrap group."""
    first_at: Floats
    """Sign-up, or the first event where it is unknown [epoch seconds]."""
    counted: NDArray[np.bool_]
    """False for bots and for users who opted out."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Window:
    """The trailing time that today's use is measured over."""

    begin: float
    """[epoch seconds]"""
    end: float
    """Just after the last event [epoch seconds]."""
    log_begin: float
    """First event of the log [epoch seconds]."""

    @property
    def months(self) -> float:
        """Length of the window [months]."""
        return (self.end - self.begin) / MONTH_SECONDS

    @property
    def month_begin(self) -> float:
        """Begin of the trailing month [epoch seconds]."""
        return max(self.end - MONTH_SECONDS, self.log_begin)


def trailing_window(first_at: float, last_at: float) -> Window:
    """Return the last whole months of a log, three at most; all of a shorter one."""
    end = last_at + 1.0
    span = (end - first_at) / MONTH_SECONDS
    months = min(MOST_MONTHS, np.floor(span)) if span >= 1 else span
    return Window(begin=end - months * MONTH_SECONDS, end=end, log_begin=first_at)


def only_counted(visits: VisitLog, users: Users) -> VisitLog:
    """Return the visits of users who count."""
    return visits.rows(users.counted[visits.user_row])


@dataclass(frozen=True, kw_only=True)
class Books:
    """What was counted in the trailing month."""

    days: float
    """Length of the counted time [days]; less than a month in a short log."""
    active_users: int
    members: int
    sessions: int
    lists: int
    orders: int
    gross_sales_cents: int
    return_cents: int
    net_sales_cents: int
    organic_impressions: int
    ad_impressions: int
    clicks: int
    membership_cents: int
    """List price of the memberships that ran at the end [cents a month]."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Takings:
    """Sales and returns day by day; arrays of shape (n_rows,)."""

    user_row: NDArray[np.int32]
    at: NDArray[np.int64]
    """[epoch seconds, UTC]"""
    sales_cents: Floats
    """Gross value of orders [cents]; zero in rows of returns."""
    return_cents: Floats
    """Value that came back, positive [cents]; zero in rows of orders."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """Shown slots of the trailing window; arrays of shape (n_rows,)."""

    user_row: NDArray[np.int32]
    at: NDArray[np.int64]
    is_ad: NDArray[np.bool_]
    clicked: NDArray[np.bool_]
    position: NDArray[np.int32]
    viewable: Floats
    """1 seen, 0 not seen, NaN not measured."""


def keep_books(
    visits: VisitLog,
    takings: Takings,
    shown: Shown,
    memberships: MembershipLog | None,
    users: Users,
    window: Window,
) -> Books:
    """Return the counted figures of the trailing month, of users who count."""
    begin, end = window.month_begin, window.end
    month = only_counted(visits, users).between(begin, end)
    sold = _inside(takings.at, begin, end) & users.counted[takings.user_row]
    seen = _inside(shown.at, begin, end) & users.counted[shown.user_row]
    gross, back = takings.sales_cents[sold].sum(), takings.return_cents[sold].sum()
    n_members, prices = 0, np.zeros(0)
    if memberships is not None:
        paying, prices = members_at(paid_stays(memberships), users, end)
        n_members = int(paying.sum())
    return Books(
        days=float(end - begin) / 86_400.0,
        active_users=len(np.unique(month.user_row)),
        members=n_members,
        sessions=len(month.user_row),
        lists=int(month.list_count.sum()),
        orders=int(month.order_count.sum()),
        gross_sales_cents=round(float(gross)),
        return_cents=round(float(back)),
        net_sales_cents=round(float(gross - back)),
        organic_impressions=int((seen & ~shown.is_ad).sum()),
        ad_impressions=int((seen & shown.is_ad).sum()),
        clicks=int((seen & shown.clicked & ~shown.is_ad).sum()),
        membership_cents=round(float(np.nansum(prices))),
    )


def members_at(stays: Stays, users: Users, at: float) -> tuple[NDArray[np.bool_], Floats]:
    """Return who pays at a moment, of shape (n_users,), and the price of each who does."""
    now = stays.paying(at - 1.0) & users.counted[stays.user_row]
    paying = np.zeros(len(users.group), dtype=bool)
    paying[stays.user_row[now]] = True
    return paying, stays.price_cents[now]


def _inside(at: NDArray[np.int64], begin: float, end: float) -> NDArray[np.bool_]:
    return np.asarray((at >= begin) & (at < end))
