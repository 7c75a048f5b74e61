"""Advertising page: what ads in these lists earn, and what they cost elsewhere."""

import streamlit as st

from pages._shared import (
    ads_view,
    cache,
    controls,
    layers_view,
    levers,
    money_cache,
    revenue_view,
    widgets,
)

facts = cache.stamp()
widgets.stamp(facts)
if facts.run_id is None:
    revenue_view.not_yet("advertising", facts)
    st.stop()

run = cache.database(), facts.run_id
inputs = money_cache.inputs(*run)
answer, sliders = st.columns([2.6, 1])
with sliders:
    controls.draw("advertising", inputs)
scenario = levers.scenario(inputs.default_scenario, inputs.known)
quoted = money_cache.quote(*run, scenario)
with answer:
    if not revenue_view.is_withheld("advertising", quoted.simulation, "ads"):
        if inputs.is_range:
            ads_view.of_orders(quoted.simulation)
        else:
            ads_view.of_events(run, quoted, inputs, scenario)
            layers_view.bar(run, scenario, "ads", quoted.simulation.currency)
    experiment = money_cache.experiment(*run, scenario, "ads")
    revenue_view.evidence(facts, quoted.simulation, experiment)
