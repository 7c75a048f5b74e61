"""What a log of orders and page views counts by itself, for rung zero."""

import numpy as np

from engine.evaluation.memberships import MONTH_SECONDS
from engine.evaluation.rung_zero import RungZeroInputs
from engine.evaluation.settling import revenue_variation
from engine.evaluation.usage import Takings, Users, VisitLog, Window, only_counted
from engine.tensor import Floats

YEAR_MONTHS = 12


def count_base(
    visits: VisitLog,
    takings: Takings,
    users: Users,
    window: Window,
    *,
    hit_ratio: Floats,
    weights: Floats,
) -> RungZeroInputs:
    """Return the counted base of the trailing month and the rates of the window.

    Notes
    -----
    Visits, sales and the value of an order are those of a mean month of the last twelve:
    a trailing month before Christmas would promise a year of Decembers. Who can take part
    in a test is counted in the trailing month. A shorter log is scaled up.
    """
    counted = only_counted(visits, users)
    begin = max(window.end - YEAR_MONTHS * MONTH_SECONDS, window.log_begin)
    year, months = counted.between(begin, window.end), (window.end - begin) / MONTH_SECONDS
    sold = (takings.at >= begin) & (takings.at < window.end) & users.counted[takings.user_row]
    net = takings.sales_cents[sold] - takings.return_cents[sold]
    month = counted.between(window.month_begin, window.end)
    scale = MONTH_SECONDS / (window.end - window.month_begin)
    active = np.unique(month.user_row)
    gross = np.bincount(
        month.user_row, weights=month.order_amount_cents, minlength=len(users.group)
    )
    order_per_view, pages = _view_rates(counted, window, users, weights)
    return RungZeroInputs(
        visits_per_month=len(year.user_row) / months,
        net_sales_cents_per_month=float(net.sum()) / months,
        order_value_cents=float(year.order_amount_cents.sum()) / max(year.order_count.sum(), 1),
        order_per_view=order_per_view,
        pages_per_click=pages,
        hit_ratio=hit_ratio,
        has_prices=bool(takings.sales_cents[sold].sum() > 0),
        revenue_variation=revenue_variation(gross[active].astype(np.float64)),
        active_users_per_month=len(active) * scale,
        new_users_per_month=_new_users(users, window),
    )


def _view_rates(
    counted: VisitLog, window: Window, users: Users, weights: Floats
) -> tuple[Floats | None, Floats | None]:
    """Return orders per item view in visits with views, and pages from a view onwards.

    A click falls anywhere in a visit of n pages with the same chance: it and what follows
    are (n + 1) / 2 pages on average.
    """
    recent = counted.between(window.begin, window.end)
    seen = recent.rows(recent.view_count > 0)
    if len(seen.user_row) == 0:
        return None, None
    group, size = users.group[seen.user_row], weights.shape[1]
    views = seen.view_count.astype(np.float64)
    parts = (views, np.minimum(seen.order_count, views), views * (views + 1.0) / 2.0)
    total, orders, pages = (
        weights @ np.bincount(group, weights=part, minlength=size) for part in parts
    )
    return np.asarray(orders / total), np.asarray(pages / total)


def _new_users(users: Users, window: Window) -> float:
    """Return newcomers a month; zero where the log is too short to tell them."""
    begin = max(window.begin, window.log_begin + MONTH_SECONDS)
    if begin >= window.end - 1.0:
        return 0.0
    fresh = users.counted & (users.first_at >= begin) & (users.first_at < window.end)
    return float(fresh.sum()) / ((window.end - begin) / MONTH_SECONDS)
