"""The page on one user: who it is, what they like, what they did, what they would get."""

import pandas as pd
import streamlit as st

from engine.ranking.portrait import ContentFit, Weights
from engine.ranking.two_stage import FittedRanker
from engine.reporting.tables import Unit
from engine.workbench import profiles
from engine.workbench.checking import Stamp
from engine.workbench.profiles import UserFacts, UserProfile
from pages._shared import profile_cache, profile_state, widgets
from pages._shared.profile_drawing import (
    behind,
    draw_weights,
    label,
    listed,
    short,
    weight,
    weight_table,
)
from pages._shared.profile_state import USER
from pages._shared.text import count, day, escaped, t

TITLE_LETTERS = 32
NAMED = 3
"""Interests that the title names."""


def chosen(facts: Stamp) -> UserFacts | None:
    """Ask whom to look at; None, and said so, where nobody has this id."""
    asked = profile_state.chosen(USER) or profile_cache.someone(facts, 0, is_new=False)
    asked = asked or profile_cache.someone(facts, 0, is_new=True) or ""
    profile_state.choose(USER, asked)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            t("user.id"), key=profile_state.key(USER), help=t("user.id_help"), width=320,
            persist_state="session",
        )  # fmt: skip
        st.button(
            t("user.active"), icon=":material/person:", on_click=_someone, args=(facts, False)
        )
        st.button(
            t("user.new"), icon=":material/person_add:", on_click=_someone, args=(facts, True)
        )
    profile_state.keep_in_address(USER, asked)
    found = profile_cache.user(facts, asked)
    if found is None:
        similar = profile_cache.similar_users(asked)
        if similar:
            st.write(t("user.similar", ids=escaped(listed(similar))))
    if profile_state.is_missing():
        st.info(t("user.nobody_new"), icon=":material/info:")
    return found


def unknown(asked: str) -> None:
    """Say that nobody has this id."""
    st.title(t("user.unknown_title", id=escaped(short(asked, TITLE_LETTERS))))
    st.write(t("user.unknown_why"))


def title(found: UserFacts, profile: UserProfile) -> None:
    """The finding: what a user leans towards, or that nothing is known of them."""
    name = escaped(short(found.user_id, TITLE_LETTERS))
    liked = [
        label(attribute, TITLE_LETTERS)
        for attribute, value in zip(profile.interests.names, profile.interests.values, strict=True)
        if value > 0
    ]
    if not profile.successes:
        st.title(t("user.title_new", id=name))
    elif liked:
        st.title(t("user.title", id=name, interests=escaped(listed(liked[:NAMED]))))
    else:
        st.title(t("user.title_plain", id=name, items=count(profile.successes)))


def figures(found: UserFacts, profile: UserProfile) -> None:
    """At most four facts; what the log does not know is left out."""
    shown = {t("user.items"): (count(profile.successes), t("user.items_help"))}
    if found.last_on is not None:
        shown[t("user.last")] = day(found.last_on), t("user.last_help")
    if found.segment is not None:
        shown[t("user.segment")] = found.segment, t("user.segment_help")
    if found.has_plans:
        plan = found.plan or t("user.no_member")
        shown[t("user.member")] = plan, t("user.member_help")
    with st.container(horizontal=True):
        for name, (value, why) in shown.items():
            st.metric(name, value, help=why)
    said = [t("user.events", events=count(found.events)), t(f"user.activity.{found.activity}")]
    for name in ("is_trial", "is_bot", "opted_out"):
        if getattr(found, name):
            said.append(t(f"user.{name}"))
    widgets.note(" ".join(said))


def interests(profile: UserProfile, facts: Stamp) -> None:
    """What a user likes and turns away from: U, attribute by attribute."""
    found = profile.interests
    if not found.names:
        st.header(t("user.interests"))
        st.write(t("user.interests_none" if profile.has_attributes else "user.interests_unknown"))
        return
    away = [label(name) for name, value in zip(found.names, found.values, strict=True) if value < 0]
    st.header(t("user.interests_away", name=escaped(away[0])) if away else t("user.interests"))
    first = f"{label(found.names[0])} {weight(found.values[0])}"
    draw_weights(found, t("user.interests_alt", first=first), "user_interests")
    said = [t("user.interests_note"), t("user.interests_note_away") if away else ""]
    widgets.note(" ".join(said).strip())
    behind(
        weight_table(found, "user"),
        "user_interests",
        facts,
        {"user": "ratio"},
        title=t("user.interests_table"),
    )


def fit(fitted: FittedRanker, found: UserFacts, rows: pd.DataFrame, facts: Stamp) -> None:
    """How well one item of the list fits, with the sum written out."""
    names = dict(zip(rows["item_id"], rows["item"], strict=True))
    if not names:
        st.header(t("user.fit"))
        st.write(t("user.fit_none"))
        return
    head = st.container()
    picked = st.selectbox(
        t("user.fit_item"),
        list(names),
        format_func=names.__getitem__,
        key=f"user_fit_{found.user_row}_{facts.run_id}",
        persist_state="session",
    )
    row = int(profile_cache.item_rows(facts, (picked,)).iloc[0])
    parts = profiles.fit_of(fitted, found.user_row, row)
    with head:
        st.header(t("user.fit_title", item=escaped(names[picked]), score=f"{parts.score:.2f}"))
    _sum(parts, names[picked], facts)
    widgets.link(
        "pages/audience/item_profile.py",
        label=t("user.go_item"),
        icon=":material/category_search:",
        item=picked,
    )


def _sum(parts: ContentFit, item: str, facts: Stamp) -> None:
    """Write out R = 1 / (1 + e^(-U·V)); without a common attribute it is one half."""
    if not parts.names:
        st.write(t("user.fit_nothing"))
        return
    alt = t("user.fit_alt", item=item, first=label(parts.names[0]), score=f"{parts.score:.2f}")
    draw_weights(Weights(names=parts.names, values=parts.terms), alt, "user_fit")
    signed = weight(-parts.product)
    st.markdown(
        t("user.fit_sum", product=weight(parts.product), minus=signed, score=f"{parts.score:.3f}")
    )
    widgets.note(t("user.fit_note"))
    frame = pd.DataFrame(
        {
            "attribute": [label(name) for name in parts.names],
            "user": parts.user,
            "item": parts.item,
            "term": parts.terms,
        }
    )
    units: dict[str, Unit] = {"user": "number", "item": "number", "term": "number"}
    behind(frame, "user_fit", facts, units, title=t("user.fit_table"))


def _someone(facts: Stamp, is_new: bool) -> None:
    found = profile_cache.someone(facts, profile_state.next_turn(), is_new=is_new)
    profile_state.note_missing(found is None)
    if found is not None:
        profile_state.choose(USER, found)
