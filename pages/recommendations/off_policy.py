"""Off-policy page: what would another order of the lists bring, by what the log has shown?"""

import streamlit as st

from pages._shared import (
    cache,
    lists_view,
    not_yet_view,
    off_policy_cache,
    off_policy_pictures,
    off_policy_view,
    widgets,
)

facts = cache.stamp()
widgets.stamp(facts)
if not facts.events or facts.run_id is None:
    not_yet_view.not_yet("off_policy", facts)
    st.stop()

with lists_view.cured_by_training():
    found = off_policy_cache.found(cache.database(), facts.run_id, facts.trained_at)
    if off_policy_view.is_missing(found):
        st.stop()

    finding = st.container()
    choice = off_policy_view.choice_of_items(found)
    reward = off_policy_view.reward_choice(found)
    with finding:
        off_policy_view.title(found, choice, reward)
        off_policy_view.headline(found)
    answer, checks = st.columns([2.6, 1])
    with answer:
        off_policy_view.figures(found, choice, reward)
        off_policy_pictures.policies(found, choice, reward)
        off_policy_view.exploring(found, reward)
    with checks:
        off_policy_view.gates(found, choice, reward)
    off_policy_view.method(found)
