"""Product sales page: what these lists sell, how much is extra, and what another price does."""

import streamlit as st

from pages._shared import (
    cache,
    controls,
    layers_view,
    levers,
    money_cache,
    revenue_view,
    sales_view,
    widgets,
)

facts = cache.stamp()
widgets.stamp(facts)
if facts.run_id is None:
    revenue_view.not_yet("sales", facts)
    st.stop()

run = cache.database(), facts.run_id
inputs = money_cache.inputs(*run)
answer, sliders = st.columns([2.6, 1])
with sliders:
    controls.draw("sales", inputs)
scenario = levers.scenario(inputs.default_scenario, inputs.known)
quoted = money_cache.quote(*run, scenario)
with answer:
    if inputs.is_range:
        sales_view.of_orders(run, quoted, inputs, scenario)
    elif revenue_view.is_withheld("sales", quoted.simulation, "sales"):
        sales_view.of_counts(run, quoted, inputs, scenario)
    else:
        sales_view.of_events(run, quoted, inputs, scenario)
        layers_view.bar(run, scenario, "sales", quoted.simulation.currency)
    experiment = money_cache.experiment(*run, scenario, "sales")
    revenue_view.evidence(facts, quoted.simulation, experiment)
