"""What one user did, beside what they would get, and why."""

import pandas as pd
import streamlit as st
from streamlit.elements.lib.layout_utils import Height

from engine.ranking.two_stage import FittedRanker
from engine.reporting.tables import Unit
from engine.workbench import profiles
from engine.workbench.checking import Stamp
from engine.workbench.profiles import HISTORY_ROWS, UserFacts, UserProfile
from pages._shared import profile_cache, widgets
from pages._shared.profile_drawing import behind
from pages._shared.text import count, escaped, event_kind, t

HEIGHT = 430
SHORT = 11
"""So many rows fit into the height."""
HISTORY_UNITS: dict[str, Unit] = {"times": "count", "amount": "money", "rating": "ratio"}
LIST_UNITS: dict[str, Unit] = {"rank": "count", "fit": "ratio"}


def history(found: UserFacts, facts: Stamp) -> None:
    """What the user did with items, the last first."""
    rows = profile_cache.history(facts, found.user_row)
    if rows.empty:
        st.header(t("user.history"))
        st.write(t("user.history_none"))
        return
    last = rows.iloc[0]
    st.header(
        t("user.history_last", what=event_kind(last["event_type"]), item=escaped(last["item"]))
    )
    when = rows["last_at"].dt.strftime("%Y-%m-%d %H:%M")
    told = pd.DataFrame({"when": when, "what": _deeds(rows), "item": rows["item"]})
    names = {name: t(f"profile.column.{name}") for name in told}
    column = st.column_config
    st.dataframe(
        told.rename(columns=names),
        hide_index=True,
        height=_height(rows),
        alt=t("user.history_alt", rows=count(len(rows))),
        column_config={
            names["when"]: column.TextColumn(width=125),
            names["what"]: column.TextColumn(width=100),
        },
    )
    if len(rows) == HISTORY_ROWS:
        widgets.note(t("user.history_cut", rows=count(HISTORY_ROWS)))
    frame = told.assign(
        item_id=rows["item_id"],
        category=rows["category"],
        times=rows["event_count"],
        rating=rows["rating"],
        amount=rows["amount_cents"],
    )
    missing = {"rating": rows["rating"].isna().all(), "amount": facts.currency is None}
    frame = frame.drop(columns=[name for name, is_missing in missing.items() if is_missing])
    behind(frame, "user_history", facts, HISTORY_UNITS, title=t("user.history_table"))


def _height(rows: pd.DataFrame) -> Height:
    return "content" if len(rows) <= SHORT else HEIGHT


def _deeds(rows: pd.DataFrame) -> list[str]:
    """Return what was done, with the rating that was given or how often on that day."""
    said = []
    for row in rows.to_dict("records"):
        what = event_kind(row["event_type"])
        if not pd.isna(row["rating"]):
            what = t("user.rated", what=what, rating=f"{row['rating']:g}")
        elif row["event_count"] > 1:
            what = t("user.times", what=what, times=count(row["event_count"]))
        said.append(what)
    return said


def the_list(
    fitted: FittedRanker,
    found: UserFacts,
    profile: UserProfile,
    rows: pd.DataFrame,
    facts: Stamp,
) -> None:
    """What the user would get, with the reason of each row."""
    if rows.empty:
        st.header(t("user.list"))
        st.write(t("user.list_none"))
        return
    st.header(t("user.list_first", item=escaped(rows["item"].iloc[0])))
    told = rows[["rank", "item", "reason"]]
    if profile.interests.names:
        items = profile_cache.item_rows(facts, tuple(rows["item_id"]))
        told = told.assign(fit=profiles.fits_of(fitted, found.user_row, items).to_numpy())
    names = {name: t(f"profile.column.{name}") for name in told}
    column = st.column_config
    st.dataframe(
        told.rename(columns=names),
        hide_index=True,
        height=_height(rows),
        alt=t("user.list_alt", rows=count(len(rows)), item=rows["item"].iloc[0]),
        column_config={
            names["rank"]: column.NumberColumn(width=50),
            names["item"]: column.TextColumn(width=180),
            names["reason"]: column.TextColumn(width=250),
            t("profile.column.fit"): column.NumberColumn(
                width=60, format="%.2f", help=t("user.fit_help")
            ),
        },
    )
    if not profile.successes:
        widgets.note(t("user.list_new"))
    frame = told.assign(source=rows["source"], item_id=rows["item_id"], category=rows["category"])
    behind(frame, "user_list", facts, LIST_UNITS, title=t("user.list_table"))
