"""How one item does: when people chose it, who they are, and who would get it."""

import pandas as pd
import streamlit as st

from engine.reporting import behaviour_charts, charts
from engine.reporting import text as words
from engine.reporting.behaviour_charts import Bars, DayLine
from engine.reporting.tables import Unit
from engine.workbench import item_profiles
from engine.workbench.checking import Stamp
from engine.workbench.item_profiles import FEWEST_USERS, Choosers, ItemFacts, Standing
from pages._shared import cache, money_view, profile_cache, state, widgets
from pages._shared.profile_drawing import behind
from pages._shared.text import count, escaped, percent, t

MOST_SEGMENTS = 12
STANDING_UNITS: dict[str, Unit] = {"lists": "count", "mean_rank": "ratio", "best_rank": "count"}
SEGMENT_UNITS: dict[str, Unit] = {
    "choosers": "count", "share": "share", "base_share": "share", "index": "count",
}  # fmt: skip


def over_time(found: ItemFacts, facts: Stamp) -> None:
    """How many people chose it in each week or month."""
    frame = profile_cache.periods(cache.database(), facts.run_id or "", found.item_row)
    if facts.first_on is None or facts.last_on is None or not frame["user_count"].any():
        st.header(t("item.time"))
        st.write(t("item.time_none"))
        return
    period = item_profiles.period_of(facts.first_on, facts.last_on)
    days = frame["period_on"].dt.strftime("%Y-%m-%d").tolist()
    best = int(frame["user_count"].argmax())
    said = {"users": count(frame["user_count"].iloc[best]), "start": days[best]}
    st.header(t(f"item.time_{period}", **said))
    line = DayLine(
        name=t("profile.column.people"), values=frame["user_count"].astype(float).tolist()
    )
    figure = behaviour_charts.day_lines(days, [line], money_view.palette())
    alt = t("item.time_alt", item=found.title, **said)
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="item_time")
    widgets.note(t(f"item.time_note_{period}"))
    told = pd.DataFrame({"period": days, "people": frame["user_count"]})
    behind(told, "item_time", facts, {"people": "count"}, title=t("item.time_table"))


def people(found: ItemFacts, facts: Stamp) -> None:
    """Which segments chose it more, or less, than they choose other things."""
    who = profile_cache.choosers(cache.database(), facts.run_id or "", found.item_row)
    if not who.is_known:
        st.header(t("item.people"))
        st.write(t("item.people_few", fewest=count(FEWEST_USERS)))
        return
    if not who.has_segments:
        st.header(t("item.people"))
        st.write(t("item.people_none"))
        return
    frame = _named(who)
    told = frame[frame["is_named"]]
    first = told.loc[told["index"].idxmax()]
    name, index = first["segment"], count(first["index"])
    st.header(t("item.people_first", segment=escaped(name), index=index))
    alt = t("item.people_alt", item=found.title, segment=name, index=index)
    drawn = _bars(frame.head(MOST_SEGMENTS), name)
    figure = behaviour_charts.bars(drawn, money_view.palette())
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="item_people")
    widgets.note(t("item.people_note", fewest=count(FEWEST_USERS)))
    columns = {"chooser_count": "choosers"}
    table = frame.rename(columns=columns)[["segment", *SEGMENT_UNITS]]
    behind(table, "item_people", facts, SEGMENT_UNITS, title=t("item.people_table"))


def lists(found: ItemFacts, facts: Stamp) -> None:
    """On how many lists it stands, where, and which source put it there."""
    where = profile_cache.standing(
        cache.database(), facts.run_id or "", facts.trained_at, found.item_row
    )
    if not where.lists:
        st.header(t("item.lists_none"))
        st.write(t("item.lists_none_why"))
        return
    share = percent(where.lists / max(where.users, 1))
    rank = f"{where.mean_rank:.1f}"
    st.header(t("item.lists", lists=count(where.lists), share=share, rank=rank))
    frame = where.frame.rename(columns={"list_count": "lists"})
    frame = frame.assign(
        source=[words.t(f"list_words.{code}", state.locale()) for code in frame["source_code"]]
    )
    drawn = _sources(frame, where)
    figure = behaviour_charts.bars(drawn, money_view.palette())
    alt = t("item.lists_alt", item=found.title, source=frame["source"].iloc[0])
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="item_lists")
    widgets.note(t("item.lists_note"))
    table = frame[["source", *STANDING_UNITS]]
    behind(table, "item_lists", facts, STANDING_UNITS, title=t("item.lists_table"))


def _named(who: Choosers) -> pd.DataFrame:
    frame = who.frame
    unnamed = frame["is_gathered"].map(
        {True: t("behaviour.segments.gathered"), False: t("behaviour.segments.unnamed")}
    )
    named = frame.assign(
        is_named=frame["segment"].notna(), segment=frame["segment"].fillna(unnamed)
    )
    return named.sort_values("index", ascending=False, kind="stable")


def _bars(frame: pd.DataFrame, strong: str) -> Bars:
    rows = frame.to_dict("records")
    facts = [
        {
            "segment": row["segment"],
            "index": count(row["index"]),
            "share": percent(row["share"]),
            "base": percent(row["base_share"]),
            "users": count(row["chooser_count"]),
        }
        for row in rows
    ]
    return Bars(
        names=frame["segment"].tolist(),
        values=frame["index"].tolist(),
        beside=[t("item.people_beside", **part) for part in facts],
        hover=[t("item.people_hover", **part) for part in facts],
        strong=[name == strong for name in frame["segment"]],
    )


def _sources(frame: pd.DataFrame, where: Standing) -> Bars:
    rows = frame.to_dict("records")
    facts = [
        {
            "source": row["source"],
            "lists": count(row["lists"]),
            "share": percent(row["lists"] / where.lists),
            "rank": f"{row['mean_rank']:.1f}",
        }
        for row in rows
    ]
    return Bars(
        names=frame["source"].tolist(),
        values=frame["lists"].astype(float).tolist(),
        beside=[t("item.lists_beside", **part) for part in facts],
        hover=[t("item.lists_hover", **part) for part in facts],
        strong=[place == 0 for place in range(len(rows))],
    )
