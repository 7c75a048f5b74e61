"""What if this user did one thing more? The list before and after, without training."""

import pandas as pd
import streamlit as st

from engine.reporting.tables import Unit
from engine.workbench.checking import Stamp
from engine.workbench.profiles import UserFacts
from engine.workbench.what_if import Change, Event, EventReading
from pages._shared import cache, profile_cache, profile_state, widgets
from pages._shared.profile_drawing import behind, draw_weights, listed
from pages._shared.text import count, escaped, event_kind, t

HEIGHT = 430
MOST_NAMED = 4


def section(found: UserFacts, facts: Stamp) -> None:
    """Ask what the user might do next, and show what it would change."""
    st.header(t("what_if.title"))
    reading = profile_cache.reading(cache.database(), facts.run_id or "")
    if not reading.kinds:
        st.write(t("what_if.no_kinds"))
        return
    widgets.note(t("what_if.note"))
    _ask(found, reading, facts)
    events = profile_state.events(found.user_id)
    if events:
        _supposed(events)
        _answer(profile_cache.change(facts, found, events), facts)


def _ask(found: UserFacts, reading: EventReading, facts: Stamp) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            t("what_if.search"), key="what_if_search", help=t("what_if.search_help"), width=240
        )
        items = profile_cache.found_items(facts, (text or "").strip())
        if items.empty:
            st.write(t("what_if.no_item", text=escaped(text or "")))
            return
        names = dict(zip(items["item_row"].tolist(), items["item"], strict=True))
        item = st.selectbox(
            t("what_if.item"), list(names), format_func=names.__getitem__, width=280,
            key=f"what_if_item_{text}",
        )  # fmt: skip
        start = next(
            (place for place, name in enumerate(reading.kinds) if name in reading.positives.kinds),
            0,
        )
        what = st.selectbox(
            t("what_if.kind"), reading.kinds, index=start, format_func=event_kind, width=160,
            key="what_if_kind",
        )  # fmt: skip
        rating = None
        if what == "rating" and reading.scale is not None:
            low, high = reading.scale
            rating = st.number_input(
                t("what_if.rating"), low, high, high, width=120, key="what_if_rating"
            )
        event = Event(item_row=int(item), kind=what, rating=rating)
        st.button(
            t("what_if.add"), icon=":material/add:", key="what_if_add",
            on_click=profile_state.add_event, args=(found.user_id, event),
        )  # fmt: skip


def _supposed(events: tuple[Event, ...]) -> None:
    """Say what is supposed, and offer to forget it."""
    names = profile_cache.names_of([event.item_row for event in events])
    said = [
        t(
            "what_if.event",
            kind=event_kind(event.kind),
            item=escaped(names.loc[event.item_row, "item"]),
        )
        for event in events
    ]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(t("what_if.supposed", events=listed(said)))
        st.button(
            t("what_if.clear"), icon=":material/restart_alt:", key="what_if_clear",
            on_click=profile_state.forget_events,
        )  # fmt: skip


def _answer(change: Change, facts: Stamp) -> None:
    milliseconds = max(round(change.seconds * 1000), 1)
    amounts = {"new": count(change.n_new), "up": count(change.n_up), "ms": count(milliseconds)}
    st.subheader(t("what_if.same" if change.is_same else "what_if.changed", **amounts))
    left, right = st.columns([2, 1])
    with left:
        _list_after(change)
        if not change.gone.empty:
            gone = [escaped(item) for item in change.gone["item"]]
            more = len(gone) - MOST_NAMED
            named = listed(gone[:MOST_NAMED])
            said = t("what_if.gone_more", items=named, more=count(more)) if more > 0 else named
            widgets.note(t("what_if.gone", items=said))
        frame = change.rows[["rank", "before", "item", "item_id", "reason", "source"]]
        units: dict[str, Unit] = {"rank": "count", "before": "count"}
        behind(frame, "what_if", facts, units, title=t("what_if.table"))
    with right:
        if change.interests_after.names:
            st.markdown(f"**{t('what_if.interests')}**")
            alt = t("what_if.interests_alt")
            draw_weights(change.interests_after, alt, "what_if", change.interests_before)
            widgets.note(t("what_if.interests_note"))


def _list_after(change: Change) -> None:
    rows = change.rows
    told = pd.DataFrame(
        {
            "rank": rows["rank"],
            "moved": [_moved(row) for row in rows.to_dict("records")],
            "item": rows["item"],
            "reason": rows["reason"],
        }
    )
    names = {name: t(f"profile.column.{name}") for name in told}
    column = st.column_config
    st.dataframe(
        told.rename(columns=names),
        hide_index=True,
        height=HEIGHT,
        alt=t("what_if.alt", new=count(change.n_new), up=count(change.n_up)),
        column_config={
            names["rank"]: column.NumberColumn(width=50),
            names["moved"]: column.TextColumn(width=75),
            names["item"]: column.TextColumn(width=190),
            names["reason"]: column.TextColumn(width=290),
        },
    )


def _moved(row: dict[str, object]) -> str:
    before, rank = row["before"], row["rank"]
    if pd.isna(before):
        return t("what_if.is_new")
    steps = int(before) - int(rank)
    if not steps:
        return t("what_if.stays")
    return t("what_if.up" if steps > 0 else "what_if.down", places=count(abs(steps)))
