"""The Behaviour page: what people look for, and who they are."""

import pandas as pd
import streamlit as st

from engine.evaluation.audience import per
from engine.reporting import behaviour_charts, charts, money
from engine.reporting.behaviour_charts import Bars
from engine.reporting.tables import Table, Unit
from engine.workbench.behaviour import Behaviour, Searches
from engine.workbench.checking import Stamp
from pages._shared import money_view, state, tables, widgets
from pages._shared.behaviour_tables import labelled
from pages._shared.text import count, escaped, t

MOST_BARS = 10
MOST_SEGMENTS = 20


def searches(found: Searches, said: dict[str, str]) -> None:
    """What people look for, and what they do not find."""
    if not found.total:
        st.header(t("behaviour.searches.none_title"))
        st.write(t("behaviour.searches.none"))
        return
    st.header(_searches_title(found))
    if found.named.empty:
        st.write(t("behaviour.searches.all_rare"))
    elif found.outcomes_known:
        left, right = st.columns(2)
        with left:
            _top(found)
        with right:
            _missed(found)
    else:
        _top(found)
    widgets.note(t(f"behaviour.searches.{'note' if found.outcomes_known else 'unknown'}"))
    if found.rare:
        widgets.note(t("behaviour.searches.note_rare", searches=count(found.rare)))
    title = t("behaviour.searches.table")
    tables.behind(_search_table(found), said, key="searches", title=title)


def segments(people: Behaviour, facts: Stamp, said: dict[str, str]) -> None:
    """Who comes, who buys, by segment."""
    if not people.has_segments:
        st.header(t("behaviour.segments.none_title"))
        st.write(t("behaviour.segments.none"))
        return
    priced = facts.currency is not None
    frame = _per_user(people.segments)
    column = "sales_per_user" if priced else "events_per_user"
    frame = frame.sort_values(column, ascending=False, kind="stable")
    title, alt = _segments_title(frame, column, facts.currency)
    st.header(title)
    drawn = _segment_bars(frame.head(MOST_SEGMENTS), column, facts)
    figure = behaviour_charts.bars(drawn, money_view.palette())
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="behaviour_segments")
    widgets.note(t(f"behaviour.segments.{'note' if priced else 'no_price'}"))
    if not priced:
        widgets.note(t("behaviour.segments.gathered_note"))
    if len(frame) > MOST_SEGMENTS:
        shown, every = count(MOST_SEGMENTS), count(len(frame))
        widgets.note(t("behaviour.segments.rest", shown=shown, all=every))
    table = _segment_table(frame, facts.currency)
    tables.behind(table, said, key="segments", title=t("behaviour.segments.table"))


def _searches_title(found: Searches) -> str:
    if found.missed is None:
        return t("behaviour.searches.title_unknown", searches=count(found.total))
    if not found.missed:
        return t("behaviour.searches.title_none")
    number, base = per(found.missed, found.total)
    return t("behaviour.searches.title", base=count(base), number=count(number))


def _top(found: Searches) -> None:
    rows = found.named.head(MOST_BARS)
    first = rows["query"].iloc[0]
    st.subheader(t("behaviour.searches.top", query=escaped(first)))
    beside = [
        t("behaviour.searches.beside", searches=count(searches), users=count(users))
        for searches, users in zip(rows["search_count"], rows["user_count"], strict=True)
    ]
    drawn = _query_bars(found, rows, "search_count", beside)
    figure = behaviour_charts.bars(drawn, money_view.palette())
    alt = t("behaviour.searches.top_alt", query=first)
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="behaviour_top")


def _missed(found: Searches) -> None:
    named = found.named.sort_values("missed_count", ascending=False, kind="stable")
    rows = named[named["missed_count"] > 0].head(MOST_BARS)
    if rows.empty:
        st.subheader(t("behaviour.searches.missed_none"))
        return
    first = rows["query"].iloc[0]
    st.subheader(t("behaviour.searches.missed", query=escaped(first)))
    beside = [
        t("behaviour.searches.beside_missed", missed=count(missed), searches=count(searches))
        for missed, searches in zip(rows["missed_count"], rows["search_count"], strict=True)
    ]
    drawn = _query_bars(found, rows, "missed_count", beside)
    figure = behaviour_charts.bars(drawn, money_view.palette())
    alt = t("behaviour.searches.missed_alt", query=first)
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="behaviour_missed")


def _query_bars(found: Searches, rows: pd.DataFrame, column: str, beside: list[str]) -> Bars:
    key = "hover" if found.outcomes_known else "hover_unknown"
    return Bars(
        names=rows["query"].tolist(),
        values=rows[column].astype(float).tolist(),
        beside=beside,
        hover=[
            t(
                f"behaviour.searches.{key}",
                query=row["query"],
                searches=count(row["search_count"]),
                users=count(row["user_count"]),
                missed=count(row["missed_count"]),
            )
            for row in rows.to_dict("records")
        ],
        strong=_first_of(rows),
    )


def _search_table(found: Searches) -> Table:
    frame = found.queries.assign(query=found.queries["query"].fillna(t("behaviour.searches.rare")))
    names = {"search_count": "searches", "user_count": "users"}
    if found.outcomes_known:
        names |= {"missed_count": "missed", "missed_user_count": "missed_users"}
    frame = frame.rename(columns=names)[["query", *names.values()]]
    if found.outcomes_known:
        frame = frame.assign(missed_share=frame["missed"] / frame["searches"])
    return labelled(frame, "searches", {"query": "text", "missed_share": "share"})


def _per_user(frame: pd.DataFrame) -> pd.DataFrame:
    unnamed = frame["is_gathered"].map(
        {True: t("behaviour.segments.gathered"), False: t("behaviour.segments.unnamed")}
    )
    return frame.assign(
        segment=frame["segment"].fillna(unnamed),
        is_named=frame["segment"].notna(),
        sales_per_user=frame["net_sales_cents"] / frame["user_count"],
        events_per_user=frame["event_count"] / frame["user_count"],
    )


def _segments_title(frame: pd.DataFrame, column: str, currency: str | None) -> tuple[str, str]:
    """Return the finding as Markdown, and what it says as plain text."""
    named = frame[frame["is_named"]]
    if named.empty:
        said = t("behaviour.segments.title_gathered")
        return said, said
    best = named.iloc[0]
    name, value = best["segment"], _value(best[column], column, currency)
    key = "events" if column == "events_per_user" else "sales"
    plain = t(f"behaviour.segments.title_{key}", segment=name, value=value)
    shown = t(f"behaviour.segments.title_{key}", segment=escaped(name), value=escaped(value))
    return shown, t(f"behaviour.segments.alt_{key}", title=plain)


def _segment_bars(frame: pd.DataFrame, column: str, facts: Stamp) -> Bars:
    return Bars(
        names=frame["segment"].tolist(),
        values=[max(value, 0.0) for value in frame[column]],
        beside=[
            t(
                "behaviour.segments.beside",
                value=_value(row[column], column, facts.currency),
                users=count(row["user_count"]),
            )
            for row in frame.to_dict("records")
        ],
        hover=[
            t(
                "behaviour.segments.hover",
                segment=row["segment"],
                users=count(row["user_count"]),
                active=count(row["active_user_count"]),
                orders=count(row["order_count"]),
            )
            for row in frame.to_dict("records")
        ],
        subject="sales" if column == "sales_per_user" else "total",
        strong=_first_of(frame),
    )


def _first_of(rows: pd.DataFrame) -> list[bool]:
    """The heading speaks of the first row: only it has the full colour."""
    return [place == 0 for place in range(len(rows))]


def _value(value: float, column: str, currency: str | None) -> str:
    if column == "sales_per_user":
        return money.headline(value, currency, state.locale())
    return count(value)


def _segment_table(frame: pd.DataFrame, currency: str | None) -> Table:
    names = {
        "user_count": "users",
        "active_user_count": "active",
        "event_count": "events",
        "order_count": "orders",
    }
    if currency is not None:
        names |= {"net_sales_cents": "sales", "sales_per_user": "sales_per_user"}
    told = frame.rename(columns=names)[["segment", *names.values()]]
    units: dict[str, Unit] = {"segment": "text", "sales": "money", "sales_per_user": "money"}
    return labelled(told, "segments", units, currency)
