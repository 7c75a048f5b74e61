"""Profile of one user: who it is, what they like, what they did, what they would get."""

import streamlit as st

from pages._shared import (
    cache,
    lists_view,
    not_yet_view,
    profile_cache,
    profile_state,
    user_lists_view,
    user_view,
    what_if_view,
    widgets,
)

facts = cache.stamp()
widgets.stamp(facts)
if not facts.events or facts.run_id is None:
    not_yet_view.not_yet("user", facts)
    st.stop()

with lists_view.cured_by_training():
    head = st.container()
    user = user_view.chosen(facts)
    if user is None:
        with head:
            user_view.unknown(profile_state.chosen(profile_state.USER))
        st.stop()

    fitted = profile_cache.ranker(facts)
    profile = profile_cache.profile(facts, user.user_row)
    rows = profile_cache.list_of(facts, user.user_id)
    with head:
        user_view.title(user, profile)
    user_view.figures(user, profile)
    left, right = st.columns(2)
    with left:
        user_view.interests(profile, facts)
    with right:
        user_view.fit(fitted, user, rows, facts)
    left, right = st.columns([1, 1.25])
    with left:
        user_lists_view.history(user, facts)
    with right:
        user_lists_view.the_list(fitted, user, profile, rows, facts)
    what_if_view.section(user, facts)
