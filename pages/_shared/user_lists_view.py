"""What one user did, beside what they would get, and why."""

import pandas as pd
import streamlit as st

from engine.ranking.two_stage import FittedRanker
from engine.reporting.tables import Unit
from engine.workbench import profiles
from engine.workbench.checking import Stamp
from engine.workbench.profiles import HISTORY_ROWS, UserFacts, UserProfile
from pages._shared import profile_cache, widgets
from pages._shared.profile_drawing import behind, kind
from pages._shared.text import count, escaped, t

HEIGHT = 430
LIST_UNITS: dict[str, Unit] = {"rank": "count", "fit": "ratio"}


def history(found: UserFacts, facts: Stamp) -> None:
    """What the user did with items, the last first."""
    rows = profile_cache.history(facts, found.user_row)
    if rows.empty:
        st.header(t("user.history"))
        st.write(t("user.history_none"))
        return
    last = rows.iloc[0]
    st.header(t("user.history_last", what=kind(last["event_type"]), item=escaped(last["item"])))
    told = _told(rows, facts)
    names = {name: t(f"profile.column.{name}") for name in told}
    shown = told.assign(when=told["when"].dt.strftime("%Y-%m-%d %H:%M"))
    st.dataframe(
        shown.rename(columns=names),
        hide_index=True,
        height=HEIGHT,
        alt=t("user.history_alt", rows=count(len(rows))),
        column_config={names["item"]: st.column_config.TextColumn(width=190)},
    )
    if len(rows) == HISTORY_ROWS:
        widgets.note(t("user.history_cut", rows=count(HISTORY_ROWS)))
    units: dict[str, Unit] = {"times": "count", "amount": "money", "rating": "ratio"}
    frame = _told(rows, facts, whole=True).assign(when=shown["when"])
    behind(frame, "user_history", facts, units, title=t("user.history_table"))


def _told(rows: pd.DataFrame, facts: Stamp, *, whole: bool = False) -> pd.DataFrame:
    told = pd.DataFrame(
        {
            "when": rows["last_at"],
            "what": rows["event_type"].map(kind),
            "item": rows["item"],
            "times": rows["event_count"],
        }
    )
    if whole:
        told["item_id"] = rows["item_id"]
        told["category"] = rows["category"]
    if rows["rating"].notna().any():
        told["rating"] = rows["rating"]
    if whole and facts.currency is not None:
        told["amount"] = rows["amount_cents"]
    return told


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
    told = rows[["rank", "item", "reason", "source"]]
    if profile.interests.names:
        items = profile_cache.item_rows(facts, tuple(rows["item_id"]))
        told = told.assign(fit=profiles.fits_of(fitted, found.user_row, items).to_numpy())
    names = {name: t(f"profile.column.{name}") for name in told}
    column = st.column_config
    st.dataframe(
        told.rename(columns=names),
        hide_index=True,
        height=HEIGHT,
        alt=t("user.list_alt", rows=count(len(rows)), item=rows["item"].iloc[0]),
        column_config={
            names["rank"]: column.NumberColumn(width=50),
            names["item"]: column.TextColumn(width=180),
            names["reason"]: column.TextColumn(width=210),
            t("profile.column.fit"): column.NumberColumn(format="%.2f", help=t("user.fit_help")),
        },
    )
    if not profile.successes:
        widgets.note(t("user.list_new"))
    frame = told.assign(item_id=rows["item_id"], category=rows["category"])
    behind(frame, "user_list", facts, LIST_UNITS, title=t("user.list_table"))
