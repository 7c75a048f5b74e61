"""Membership page: what members bring, what another price would do, how long they stay."""

import streamlit as st

from pages._shared import (
    cache,
    layers_view,
    levers,
    membership_view,
    money_cache,
    revenue_view,
    widgets,
)

facts = cache.stamp()
widgets.stamp(facts)
if facts.run_id is None:
    revenue_view.not_yet("membership", facts)
    st.stop()

run = cache.database(), facts.run_id
inputs = money_cache.inputs(*run)
answer, sliders = st.columns([2.6, 1])
with sliders:
    membership_view.sliders(inputs)
scenario = levers.scenario(inputs.default_scenario, inputs.known)
quoted = money_cache.quote(*run, scenario)
with answer:
    if membership_view.is_withheld(facts, run, quoted.simulation, inputs):
        membership_view.without_members(facts, run, quoted.simulation, scenario)
    else:
        membership_view.of_members(facts, run, quoted, inputs, scenario)
        layers_view.bar(run, scenario, "membership", quoted.simulation.currency)
    experiment = money_cache.experiment(*run, scenario, "membership")
    revenue_view.evidence(facts, quoted.simulation, experiment)
