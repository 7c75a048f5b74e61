"""Behaviour page: who comes, what they do, whether they come back, what they look for."""

import streamlit as st

from pages._shared import behaviour_cache, behaviour_view, cache, widgets

facts = cache.stamp()
widgets.stamp(facts)

if not facts.events:
    behaviour_view.empty()
    st.stop()

people = behaviour_cache.people(facts)
if people.is_silent:
    behaviour_view.silent(people)
    st.stop()

behaviour_view.title(people, facts)
behaviour_view.figures(people, facts)
behaviour_view.draw(behaviour_view.view(people, facts), people, facts)
behaviour_view.next_step(people, facts)
