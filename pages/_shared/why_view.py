"""Why a row of the lists is there: places in the sources, the past, what moves its score."""

import pandas as pd
import streamlit as st

from engine.workbench import why
from engine.workbench.checking import Stamp
from engine.workbench.why import WhyTables
from pages._shared import cache, profile_cache, state, widgets
from pages._shared.text import escaped, t


def draw(facts: Stamp, rows: pd.DataFrame) -> None:
    """One row of those on the screen, explained; nothing is asked before it is opened."""
    if rows.empty:
        return
    fold = st.expander(t("lists.why_title"), key="lists_why", on_change="rerun")
    if not fold.open:
        return
    with fold:
        # the rows of another page of the table are other choices
        key = f"lists_why_row_{facts.run_id}_{rows['user_id'].iloc[0]}_{rows['rank'].iloc[0]}"
        place = st.selectbox(
            t("lists.why_row"),
            range(len(rows)),
            format_func=lambda n: _label(rows.iloc[n]),
            key=key,
        )
        row = rows.iloc[place]
        _tables(
            why.why(
                cache.opened(cache.database()),
                profile_cache.ranker(facts),
                row["user_id"],
                row["item_id"],
                state.locale(),
            )
        )


def _label(row: pd.Series) -> str:
    return f"{row['user_id']} · {row['rank']} · {row['item']}"


def _tables(found: WhyTables) -> None:
    first, second, third = st.columns([1, 1.6, 1.4])
    with first:
        _table("places", found.sources, {"source": "col_source", "place": "why_place"})
    with second:
        _table(
            "past",
            found.past.assign(share=found.past["share"] * 100),
            {"source": "col_source", "item": "col_item", "share": "why_share"},
        )
    with third:
        _table("causes", found.causes, {"cause": "why_cause", "amount": "why_amount"})
    if found.tags:
        widgets.note(t("lists.why_tags", tags=escaped(", ".join(found.tags))))


EMPTY = {"places": "why_no_place", "past": "why_nothing", "causes": "why_nothing"}
FORMATS = {"place": "%.0f", "share": "%.0f%%", "amount": "%+.2f"}
WIDTHS = {"place": 60, "share": 60, "item": 150, "cause": 180, "amount": 90}


def _table(name: str, frame: pd.DataFrame, labels: dict[str, str]) -> None:
    title = t(f"lists.why_{name}")
    st.markdown(f"**{title}**")
    if frame.empty:
        widgets.note(t(f"lists.{EMPTY[name]}"))
        return
    column = st.column_config
    texts = {
        key: column.TextColumn(t(f"lists.{words}"), width=WIDTHS.get(key))
        for key, words in labels.items()
    }
    numbers = {
        key: column.NumberColumn(
            t(f"lists.{labels[key]}"),
            help=t(f"lists.{labels[key]}_help"),
            format=form,
            width=WIDTHS[key],
        )
        for key, form in FORMATS.items()
        if key in labels
    }
    st.dataframe(
        frame, hide_index=True, alt=title, column_config={**texts, **numbers}, key=f"why_{name}"
    )
