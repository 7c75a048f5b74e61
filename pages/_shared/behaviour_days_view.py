"""The Behaviour page: who comes back, and who is active when, doing what."""

import pandas as pd
import streamlit as st

from engine.evaluation.audience import FEWEST_USERS, MONTH_DAYS, Activity, Retention
from engine.reporting import behaviour_charts, charts
from engine.reporting.behaviour_charts import DayLine, Heat
from engine.reporting.tables import Table
from engine.workbench.checking import Stamp
from pages._shared import behaviour_cache, cache, money_view, tables, widgets
from pages._shared.behaviour_tables import labelled
from pages._shared.text import count, day, event_kind, percent, t

MOST_KINDS = 8
MOST_PERIODS = 13
"""A quarter of weeks; more would not be readable on a phone."""

WINDOWS = ("month", "week", "day")


FAR = {"week": 4, "month": 3}
"""How far the finding looks, beside the first period."""


def back(found: Retention, said: dict[str, str]) -> None:
    """Who comes back, by when they were first seen."""
    title = back_title(found)
    if title is None:
        st.header(t("behaviour.back.short_title"))
        st.write(t("behaviour.back.short"))
        return
    st.header(title)
    figure = behaviour_charts.heat_map(_heat(found), money_view.palette())
    alt = t("behaviour.back.alt", title=title)
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="behaviour_back")
    notes = [t("behaviour.back.note")]
    if found.starts_with_log:
        notes.append(t("behaviour.back.note_start"))
    if found.counts.shape[1] > MOST_PERIODS:
        notes.append(t("behaviour.back.note_far", periods=MOST_PERIODS))
    if found.hidden:
        hidden, fewest = count(found.hidden), count(FEWEST_USERS)
        notes.append(t("behaviour.back.note_hidden", hidden=hidden, fewest=fewest))
    widgets.note(" ".join(notes))
    tables.behind(_back_table(found), said, key="coming_back", title=t("behaviour.back.table"))


def back_title(found: Retention) -> str | None:
    """Return how many new users come back; None when the log is too short to say."""
    first = found.back_after(1)
    if first is None:
        return None
    periods = FAR[found.period]
    far = found.back_after(periods)
    key = f"behaviour.back.title_{found.period}"
    if far is None:
        return t(key, first=count(100 * first))
    return t(f"{key}_far", first=count(100 * first), far=count(100 * far), periods=periods)


def _heat(found: Retention) -> Heat:
    shares = found.shares[:, :MOST_PERIODS]
    n_periods = shares.shape[1]
    return Heat(
        rows=[
            t("behaviour.back.row", cohort=_cohort(found, row), size=count(size))
            for row, size in enumerate(found.sizes)
        ],
        columns=[str(n) for n in range(1, n_periods + 1)],
        shares=shares,
        hover=[
            [_cell_hover(found, row, column) for column in range(n_periods)]
            for row in range(len(found.sizes))
        ],
        title=t(f"behaviour.back.axis_{found.period}"),
    )


def _cohort(found: Retention, row: int) -> str:
    first_on = found.cohorts[row]
    return f"{first_on:%Y-%m}" if found.period == "month" else f"{first_on:%m-%d}"


def _cell_hover(found: Retention, row: int, column: int) -> str:
    users = found.counts[row, column]
    if users != users:
        return ""
    return t(
        f"behaviour.back.hover_{found.period}",
        cohort=day(found.cohorts[row]),
        size=count(found.sizes[row]),
        n=column + 1,
        users=count(users),
        share=percent(found.shares[row, column]),
    )


def _back_table(found: Retention) -> Table:
    rows = [
        (first_on.isoformat(), size, column + 1, users, users / size)
        for first_on, size, counts in zip(found.cohorts, found.sizes, found.counts, strict=True)
        for column, users in enumerate(counts)
        if users == users
    ]
    frame = pd.DataFrame(rows, columns=["cohort", "size", "n", "users", "share"])
    return labelled(frame, "back", {"cohort": "text", "share": "share"})


def days_title(found: Activity) -> str:
    """Return how many users come on a mean day, and how many in all."""
    mean = count(found.mean_day_users)
    if found.month_users is None:
        return t("behaviour.days.title_short", day=mean)
    return t("behaviour.days.title", month=count(found.month_users), day=mean)


def days(found: Activity, facts: Stamp, said: dict[str, str]) -> None:
    """Active users by day, how often they come, and what they do."""
    title = days_title(found)
    st.header(title)
    dates = _dates(found.days["day_on"])
    lines = [
        DayLine(
            name=t(f"behaviour.days.column_{name}_users"),
            values=found.days[f"{name}_users"].tolist(),
        )
        for name in WINDOWS
    ]
    figure = behaviour_charts.day_lines(dates, lines, money_view.palette())
    alt = t("behaviour.days.alt", title=title)
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="behaviour_days")
    frame = found.days.assign(day=dates)[["day", *(f"{name}_users" for name in WINDOWS)]]
    table = labelled(frame, "days", {"day": "text"})
    tables.behind(table, said, key="active_users", title=t("behaviour.days.table"))
    left, right = st.columns(2)
    with left:
        _often(found.active_days, min(len(dates), MONTH_DAYS), said)
    with right:
        _events(behaviour_cache.events_by_day(cache.database(), facts.data_version), said)


def _often(active_days: pd.DataFrame, window_days: int, said: dict[str, str]) -> None:
    if active_days.empty:
        return
    st.subheader(title := _often_title(active_days))
    numbers = active_days["active_days"].tolist()
    users = dict(zip(numbers, active_days["user_count"].tolist(), strict=True))
    shown = range(1, max(numbers, default=1) + 1)
    hover = [
        t("behaviour.days.often_hover", days=number, users=count(users.get(number, 0)))
        for number in shown
    ]
    figure = behaviour_charts.columns(
        [str(number) for number in shown],
        [float(users.get(number, 0)) for number in shown],
        hover,
        money_view.palette(),
        t("behaviour.days.often_axis", days=window_days),
    )
    alt = t("behaviour.days.often_alt", title=title)
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="behaviour_often")
    frame = active_days.rename(columns={"active_days": "days", "user_count": "users"})
    title = t("behaviour.days.often_table")
    tables.behind(labelled(frame, "days", {}), said, key="active_days", title=title)


def _often_title(active_days: pd.DataFrame) -> str:
    below = active_days["user_count"].cumsum() * 2 >= active_days["user_count"].sum()
    half = int(active_days.loc[below, "active_days"].iloc[0]) if below.any() else 1
    if half == 1:
        return t("behaviour.days.often_one")
    return t("behaviour.days.often", days=half)


def _events(frame: pd.DataFrame, said: dict[str, str]) -> None:
    table = frame.pivot_table(
        index="day_on", columns="event_type", values="event_count", aggfunc="sum", fill_value=0
    )
    table = table.reindex(pd.date_range(table.index.min(), table.index.max()), fill_value=0)
    totals = table.sum().sort_values(ascending=False, kind="stable")
    kinds = totals.index.tolist()
    share = percent(float(totals.iloc[0] / totals.sum()))
    st.subheader(title := t("behaviour.days.events", share=share, kind=event_kind(kinds[0])))
    lines = [
        DayLine(name=event_kind(kind), values=table[kind].astype(float).tolist())
        for kind in kinds[:MOST_KINDS]
    ]
    dates = _dates(table.index.to_series())
    figure = behaviour_charts.small_lines(dates, lines, money_view.palette())
    alt = t("behaviour.days.events_alt", title=title)
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="behaviour_events")
    widgets.note(t("behaviour.days.events_note"))
    if len(kinds) > MOST_KINDS:
        shown, every = count(MOST_KINDS), count(len(kinds))
        widgets.note(t("behaviour.days.events_rest", shown=shown, all=every))
    told = pd.DataFrame(
        {
            "day": _dates(frame["day_on"]),
            "kind": frame["event_type"].map(event_kind),
            "events": frame["event_count"],
        }
    )
    table = labelled(told, "days", {"day": "text", "kind": "text"})
    tables.behind(table, said, key="events_by_day", title=t("behaviour.days.events_table"))


def _dates(values: pd.Series) -> list[str]:
    return pd.to_datetime(values).dt.strftime("%Y-%m-%d").tolist()
