"""Profile of one item: what it is, what is like it, who chose it, who would get it."""

import streamlit as st

from pages._shared import (
    cache,
    item_people_view,
    item_view,
    lists_view,
    not_yet_view,
    profile_cache,
    profile_state,
    widgets,
)

facts = cache.stamp()
widgets.stamp(facts)
if not facts.events or facts.run_id is None:
    not_yet_view.not_yet("item", facts)
    st.stop()

with lists_view.cured_by_training():
    head = st.container()
    item = item_view.chosen(facts)
    if item is None:
        with head:
            item_view.unknown(profile_state.chosen(profile_state.ITEM))
        st.stop()

    profile = profile_cache.item_profile(
        cache.database(), facts.run_id, facts.trained_at, item.item_row
    )
    with head:
        item_view.title(item)
    item_view.figures(item, facts)
    item_view.known(item, profile)
    left, right = st.columns(2)
    with left:
        item_view.attributes(item, profile, facts)
        item_people_view.people(item, facts)
        item_people_view.over_time(item, facts)
    with right:
        item_people_view.lists(item, facts)
        item_view.neighbours(profile, facts)
